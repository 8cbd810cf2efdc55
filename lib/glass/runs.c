#include "runs.h"

#include <stdlib.h>
#include <string.h>

#include "merge.h"
#include "pack.h"
#include "postlist.h"

enum {
    WINDOW_MIN_BYTES = 1 << 16,
    WINDOW_MAX_BYTES = 1 << 22,
    /* Postings that are had at hand at once, in bytes. */
    PIECE_BYTES = 1 << 12
};

void jw_runs_init(struct jw_runs *r, const char *dir, uint64_t memory_bytes)
{
    memset(r, 0, sizeof *r);
    r->memory_bytes = memory_bytes;
    jw_spool_init(&r->spool, dir);
}

static void drop_kept(struct jw_runs *r)
{
    for (size_t i = 0; i < r->n_kept; i++) {
        free(r->kept[i].bytes);
    }
    r->n_kept = 0;
    r->kept_bytes = 0;
}

void jw_runs_release(struct jw_runs *r)
{
    drop_kept(r);
    free(r->kept);
    free(r->aside);
    r->kept = NULL;
    r->aside = NULL;
    jw_spool_release(&r->spool);
}

static enum jw_status merge_failed(struct jw_runs *r, enum jw_status status,
                                   struct jw_error *err)
{
    if (err && err->status == status) {
        return status;
    }
    return jw_fail(err, status, "cannot merge the postings put aside in %s: %s",
                   r->spool.dir, jw_status_name(status));
}

static void read_kept(const struct jw_runs *r, struct jw_run_reader *readers)
{
    for (size_t i = 0; i < r->n_kept; i++) {
        jw_window_memory(&readers[i].in, r->kept[i].bytes, r->kept[i].n_bytes);
        readers[i].first_docid = r->kept[i].first_docid;
    }
}

/* ---- runs in memory into one that is put aside ---- */

struct aside_writer {
    struct jw_run_writer heads;
    struct jw_spool *spool;
    uint32_t first_docid;
    struct jw_error *err;
};

/* The first number of a run's postings, which counts from the run's beginning. */
static bool first_number(const struct jw_run_reader *r, uint32_t *number, size_t *n)
{
    const unsigned char *p = r->in.p;
    bool good = r->sums.n_bytes <= jw_window_at_hand(&r->in) &&
                jw_run_number(&p, r->in.p + r->sums.n_bytes, number);
    *n = (size_t)(p - r->in.p);
    return good;
}

/* Only the first number of each list changes when lists are put together. */
static enum jw_status put_aside(struct jw_run_reader *const *runs, size_t n, void *arg)
{
    struct aside_writer *w = arg;
    struct jw_run_sums sums = {0};
    struct jw_buf *out = &w->spool->tail;
    for (int pass = 0; pass < 2; pass++) {
        uint32_t next = w->first_docid;
        for (size_t i = 0; i < n; i++) {
            struct jw_run_reader *r = runs[i];
            unsigned char bytes[JW_PACK_MAX_BYTES];
            uint32_t first = 0;
            size_t n_first = 0;
            if (!first_number(r, &first, &n_first)) {
                return JW_ECORRUPT;
            }
            size_t k =
                (size_t)(jw_pack_uint(bytes, r->first_docid + first - next) - bytes);
            next = r->first_docid + r->sums.last_doc + 1;
            if (pass == 0) {
                sums.n_docs += r->sums.n_docs;
                sums.n_occurrences += r->sums.n_occurrences;
                sums.n_bytes += r->sums.n_bytes - n_first + k;
                continue;
            }
            jw_buf_add(out, bytes, k);
            jw_buf_add(out, r->in.p + n_first, r->sums.n_bytes - n_first);
            r->in.p += r->sums.n_bytes;
        }
        if (pass == 0) {
            sums.last_doc = next - 1 - w->first_docid;
            jw_run_put_head(&w->heads, jw_run_term(runs[0]), &sums, out);
        }
    }
    return jw_spool_write_large(w->spool, w->err);
}

static enum jw_status put_kept_aside(struct jw_runs *r, struct jw_error *err)
{
    struct aside_writer w = {{{0}, 0}, &r->spool, r->kept[0].first_docid, err};
    struct jw_run_aside run = {r->spool.n_on_disk, 0, w.first_docid};
    struct jw_run_reader *readers = calloc(r->n_kept, sizeof *readers);
    void *aside = r->aside;
    enum jw_status status =
        jw_array_grow(&aside, &r->aside_cap, r->n_aside + 1, sizeof *r->aside);
    r->aside = aside;
    status = readers ? status : JW_ENOMEM;
    if (status == JW_OK) {
        read_kept(r, readers);
        status = jw_merge_runs(readers, r->n_kept, put_aside, &w);
    }
    if (status == JW_OK) {
        status = jw_spool_write(&r->spool, err);
    }
    free(readers);
    if (status != JW_OK) {
        return merge_failed(r, status, err);
    }
    run.n_bytes = r->spool.n_on_disk - run.at;
    r->aside[r->n_aside++] = run;
    drop_kept(r);
    return JW_OK;
}

enum jw_status jw_runs_add(struct jw_runs *r, struct jw_buf *run, uint32_t n_docs,
                           struct jw_error *err)
{
    void *kept = r->kept;
    struct jw_run_kept k = {NULL, 0, r->n_docs + 1};
    if (r->n_kept > 0 && r->kept_bytes + run->len > r->memory_bytes) {
        enum jw_status status = put_kept_aside(r, err);
        if (status != JW_OK) {
            return status;
        }
    }
    if (jw_array_grow(&kept, &r->kept_cap, r->n_kept + 1, sizeof *r->kept) != JW_OK) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    r->kept = kept;
    enum jw_status status = jw_buf_take(run, &k.bytes, &k.n_bytes);
    if (status != JW_OK) {
        return jw_fail(err, status, "out of memory");
    }
    /* What the buffer has in reserve is given back. */
    char *shrunk = realloc(k.bytes, k.n_bytes + 1);
    k.bytes = shrunk ? shrunk : k.bytes;
    r->kept[r->n_kept++] = k;
    r->kept_bytes += k.n_bytes;
    r->n_docs += n_docs;
    return JW_OK;
}

/* ---- all runs into the table ---- */

struct table_writer {
    struct jw_btree *table;
    struct jw_postlist list;
    struct jw_champions *champions;
    uint32_t wdf_max;
    struct jw_error *err;
};

/* Read a run's postings of the present term into the list. */
static enum jw_status copy_postings(struct jw_run_reader *r, struct table_writer *w)
{
    struct jw_window *in = &r->in;
    struct jw_champions *champions = w->champions->wanted ? w->champions : NULL;
    uint64_t left = r->sums.n_bytes;
    uint32_t next = r->first_docid;
    while (left > 0) {
        size_t need = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
        enum jw_status status = jw_window_need(in, need);
        if (status != JW_OK || jw_window_at_hand(in) < need) {
            return status == JW_OK ? JW_ECORRUPT : status;
        }
        bool all = jw_window_at_hand(in) >= left;
        const unsigned char *start = in->p;
        const unsigned char *end = all ? start + left : in->end;
        /* Up to here a posting is whole. */
        const unsigned char *safe = all ? end : end - JW_RUN_POSTING_MAX_BYTES;
        while (in->p < safe) {
            uint32_t step = 0;
            uint32_t wdf = 0;
            if (!jw_run_number(&in->p, end, &step) || !jw_run_number(&in->p, end, &wdf)) {
                return JW_ECORRUPT;
            }
            jw_postlist_add(&w->list, next + step, wdf);
            if (champions) {
                jw_champions_note(champions, next + step, wdf);
            }
            next += step + 1;
            w->wdf_max = wdf > w->wdf_max ? wdf : w->wdf_max;
        }
        left -= (uint64_t)(in->p - start);
    }
    return JW_OK;
}

static enum jw_status put_list(struct jw_run_reader *const *runs, size_t n, void *arg)
{
    struct table_writer *w = arg;
    uint64_t n_docs = 0;
    uint64_t n_occurrences = 0;
    enum jw_status status = JW_OK;
    for (size_t i = 0; i < n; i++) {
        n_docs += runs[i]->sums.n_docs;
        n_occurrences += runs[i]->sums.n_occurrences;
    }
    jw_postlist_begin(&w->list, w->table, jw_run_term(runs[0]), n_docs, n_occurrences);
    jw_champions_begin(w->champions, jw_run_term(runs[0]), n_docs);
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        status = copy_postings(runs[i], w);
    }
    if (status == JW_OK) {
        jw_postlist_end(&w->list);
        status = jw_champions_end(w->champions, jw_run_term(runs[0]), w->err);
    }
    if (status == JW_OK) {
        status = w->table->status; /* a full disk is no reason to go on */
    }
    return status;
}

/* How much of each run on disk is had in memory at once. */
static size_t window_bytes(const struct jw_runs *r)
{
    uint64_t n = r->memory_bytes / 4 / (r->n_aside + 1);
    n = n < WINDOW_MIN_BYTES ? WINDOW_MIN_BYTES : n;
    return n > WINDOW_MAX_BYTES ? WINDOW_MAX_BYTES : (size_t)n;
}

enum jw_status jw_runs_write(struct jw_runs *r, struct jw_btree *table,
                             struct jw_champions *champions, uint32_t *wdf_max,
                             struct jw_error *err)
{
    /* With runs on disk, those in memory make room for the windows. */
    enum jw_status status = r->n_aside && r->n_kept ? put_kept_aside(r, err) : JW_OK;
    size_t n = r->n_aside + r->n_kept;
    struct jw_run_reader *readers = calloc(n + 1, sizeof *readers);
    struct table_writer *w = calloc(1, sizeof *w);
    *wdf_max = 0;
    if (status == JW_OK && (!readers || !w)) {
        status = JW_ENOMEM;
    }
    if (status == JW_OK) {
        for (size_t i = 0; i < r->n_aside; i++) {
            jw_window_file(&readers[i].in, r->spool.fd, r->aside[i].at,
                           r->aside[i].n_bytes, window_bytes(r));
            readers[i].first_docid = r->aside[i].first_docid;
        }
        read_kept(r, readers + r->n_aside);
        w->table = table;
        w->champions = champions;
        w->err = err;
        status = jw_merge_runs(readers, n, put_list, w);
        *wdf_max = w->wdf_max;
    }
    if (status == JW_OK) {
        status = jw_champions_write(champions, table, err);
    }
    for (size_t i = 0; i < r->n_aside && readers; i++) {
        jw_window_release(&readers[i].in);
    }
    free(readers);
    free(w);
    /* What the table itself met is told by jw_btree_finish(). */
    return status == JW_OK || table->status != JW_OK ? JW_OK
                                                     : merge_failed(r, status, err);
}
