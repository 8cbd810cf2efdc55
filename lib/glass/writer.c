/*
 * The docdata table is written while documents come; the postlist table at
 * the end, when metadata, lengths and runs are all there, in the order of its
 * keys: metadata (0x00 0xC0), lengths (0x00 0xE0), terms, champion lists.  Until then
 * runs and lengths wait, in memory and beyond that on disk.
 *
 * An empty termlist table is left beside them: without it Xapian can neither
 * open the database for writing nor replicate it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "btree.h"
#include "champions.h"
#include "jianwen/file.h"
#include "jianwen/glass.h"
#include "pack.h"
#include "postlist.h"
#include "run.h"
#include "runs.h"
#include "spool.h"
#include "version_file.h"

enum {
    ROOT_MAX_BYTES = 256,
    VALUE_MAX_BYTES = 1 << 30,
    LENGTHS_WINDOW_BYTES = 1 << 20,
    NUMBER_MAX_BYTES = 10
};

struct jw_glass_writer {
    char *dir;
    struct jw_btree docdata;
    bool docdata_open;
    struct jw_runs runs;
    /* Lengths of the documents, LEB128. */
    struct jw_spool lengths;
    struct jw_champions champions;
    struct jw_glass_sums sums;
};

static enum jw_status open_table(const char *dir, const char *name, struct jw_btree *t,
                                 struct jw_error *err)
{
    char *path = jw_path_join(dir, name);
    enum jw_status status =
        path ? jw_btree_open(t, path, err) : jw_fail(err, JW_ENOMEM, "out of memory");
    free(path);
    return status;
}

static enum jw_status make_empty_file(const char *dir, const char *name,
                                      struct jw_error *err)
{
    char *path = jw_path_join(dir, name);
    if (!path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    enum jw_status status = JW_OK;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || fsync(fd) != 0) {
        status = jw_fail_errno(err, errno, "cannot make %s", path);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(path);
    return status;
}

enum jw_status jw_glass_open(const char *dir, uint64_t memory_bytes,
                             struct jw_glass_writer **out, struct jw_error *err)
{
    *out = NULL;
    struct jw_glass_writer *w = calloc(1, sizeof *w);
    if (!w) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    w->dir = strdup(dir);
    jw_runs_init(&w->runs, w->dir, memory_bytes);
    jw_spool_init(&w->lengths, w->dir);
    jw_champions_init(&w->champions, w->dir);
    enum jw_status status = w->dir ? open_table(dir, "docdata.glass", &w->docdata, err)
                                   : jw_fail(err, JW_ENOMEM, "out of memory");
    w->docdata_open = status == JW_OK;
    if (status != JW_OK) {
        jw_glass_close(w);
        return status;
    }
    *out = w;
    return JW_OK;
}

void jw_glass_close(struct jw_glass_writer *w)
{
    if (!w) {
        return;
    }
    if (w->docdata_open) {
        jw_btree_close(&w->docdata);
    }
    jw_runs_release(&w->runs);
    jw_spool_release(&w->lengths);
    jw_champions_release(&w->champions);
    free(w->dir);
    free(w);
}

void jw_glass_add_data(struct jw_glass_writer *w, uint32_t docid, struct jw_str data)
{
    unsigned char key[JW_PACK_SORT_MAX_BYTES];
    size_t n = (size_t)(jw_pack_uint_sort(key, docid) - key);
    jw_btree_add(&w->docdata, jw_str_of((const char *)key, n), data);
}

enum jw_status jw_glass_add_run(struct jw_glass_writer *w, struct jw_buf *run,
                                const uint32_t *lengths, uint32_t n_docs,
                                struct jw_error *err)
{
    struct jw_glass_sums *sums = &w->sums;
    if (n_docs > UINT32_MAX - 1 - sums->n_docs) {
        return jw_fail(err, JW_ELIMIT, "more than 2^32 paragraphs");
    }
    for (uint32_t i = 0; i < n_docs; i++) {
        uint32_t n = lengths[i];
        jw_buf_add_varint(&w->lengths.tail, n);
        sums->total_length += n;
        sums->longest = n > sums->longest ? n : sums->longest;
        if (n && (sums->shortest == 0 || n < sums->shortest)) {
            sums->shortest = n;
        }
    }
    sums->n_docs += n_docs;
    sums->last_docid = sums->n_docs;
    enum jw_status status = jw_spool_write_large(&w->lengths, err);
    return status == JW_OK ? jw_runs_add(&w->runs, run, n_docs, err) : status;
}

void jw_glass_champions(struct jw_glass_writer *w, const struct jw_champion_rule *rule)
{
    w->champions.rule = rule;
}

static int by_key(const void *a, const void *b)
{
    const struct jw_glass_metadata *x = a;
    const struct jw_glass_metadata *y = b;
    return jw_str_cmp(x->key, y->key);
}

static enum jw_status put_metadata(struct jw_btree *table,
                                   struct jw_glass_metadata *metadata, size_t n,
                                   jw_glass_value_fn value, void *arg,
                                   struct jw_error *err)
{
    struct jw_buf b;
    enum jw_status status = JW_OK;
    jw_buf_init(&b, VALUE_MAX_BYTES);
    if (n) {
        qsort(metadata, n, sizeof *metadata, by_key);
    }
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        jw_buf_clear(&b);
        status = value(metadata[i].number, &b, arg);
        status = status == JW_OK ? jw_buf_status(&b) : status;
        if (status != JW_OK) {
            (void)jw_fail(err, status, "cannot store %.*s: %s", (int)metadata[i].key.n,
                          metadata[i].key.p, jw_status_name(status));
        } else if (b.len) {
            jw_postlist_metadata(table, metadata[i].key, jw_buf_str(&b));
        }
    }
    jw_buf_release(&b);
    return status;
}

/* The lengths as they were noted: what is on disk, or all from memory. */
static enum jw_status put_lengths(struct jw_glass_writer *w, struct jw_btree *table,
                                  struct jw_error *err)
{
    struct jw_postlist list;
    struct jw_window in;
    struct jw_spool *s = &w->lengths;
    enum jw_status status = s->fd >= 0 ? jw_spool_write(s, err) : JW_OK;
    if (status != JW_OK || w->sums.n_docs == 0) {
        return status;
    }
    if (s->fd >= 0) {
        jw_window_file(&in, s->fd, 0, s->n_on_disk, LENGTHS_WINDOW_BYTES);
    } else {
        jw_window_memory(&in, s->tail.data, s->tail.len);
    }
    jw_postlist_begin_lengths(&list, table);
    for (uint32_t i = 0; i < w->sums.n_docs && status == JW_OK; i++) {
        uint32_t n = 0;
        status = jw_window_need(&in, NUMBER_MAX_BYTES);
        if (status == JW_OK && !jw_run_number(&in.p, in.end, &n)) {
            status = JW_ECORRUPT;
        }
        jw_postlist_add(&list, i + 1, n);
    }
    jw_postlist_end(&list);
    jw_window_release(&in);
    return status == JW_OK
               ? JW_OK
               : jw_fail(err, status, "cannot read what was put aside in %s", w->dir);
}

static enum jw_status write_postlist(struct jw_glass_writer *w,
                                     struct jw_glass_metadata *metadata, size_t n,
                                     jw_glass_value_fn value, void *arg,
                                     struct jw_buf *root, struct jw_error *err)
{
    struct jw_btree table;
    enum jw_status status = open_table(w->dir, "postlist.glass", &table, err);
    if (status != JW_OK) {
        return status;
    }
    status = put_metadata(&table, metadata, n, value, arg, err);
    if (status == JW_OK) {
        status = put_lengths(w, &table, err);
    }
    if (status == JW_OK) {
        status = jw_runs_write(&w->runs, &table, &w->champions, &w->sums.wdf_max, err);
    }
    if (status == JW_OK) {
        return jw_btree_finish(&table, root, err);
    }
    jw_btree_close(&table);
    return status;
}

enum jw_status jw_glass_finish(struct jw_glass_writer *w,
                               struct jw_glass_metadata *metadata, size_t n,
                               jw_glass_value_fn value, void *arg, struct jw_error *err)
{
    struct jw_buf roots[2];
    jw_buf_init(&roots[0], ROOT_MAX_BYTES);
    jw_buf_init(&roots[1], ROOT_MAX_BYTES);
    enum jw_status status = write_postlist(w, metadata, n, value, arg, &roots[0], err);
    if (status == JW_OK) {
        status = jw_btree_finish(&w->docdata, &roots[1], err);
    }
    if (status == JW_OK) {
        status = make_empty_file(w->dir, "termlist.glass", err);
    }
    if (status == JW_OK) {
        status = jw_glass_write_version(w->dir, jw_buf_str(&roots[0]),
                                        jw_buf_str(&roots[1]), &w->sums, err);
    }
    jw_buf_release(&roots[0]);
    jw_buf_release(&roots[1]);
    return status;
}

bool jw_glass_known(const char *dir)
{
    return jw_glass_version_known(dir);
}
