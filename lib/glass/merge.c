#include "merge.h"

#include <stdlib.h>
#include <string.h>

#include "postlist.h"

enum {
    TERM_MAX = 255
};

/* A run while it is read: its present entry. */
struct reader {
    const unsigned char *p;
    const unsigned char *end;
    uint32_t first_docid;
    unsigned char term[TERM_MAX];
    size_t term_n;
    /** The first eight bytes of the term, for a quick comparison. */
    uint64_t prefix;
    uint64_t n_docs;
    uint64_t n_occurrences;
    const unsigned char *postings;
    const unsigned char *postings_end;
};

static uint64_t prefix_of(const unsigned char *term, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++) {
        v = v << 8 | (i < n ? term[i] : 0);
    }
    return v;
}

/* Read the next entry.  @return JW_ENOTFOUND at the end. */
static enum jw_status next_entry(struct reader *r)
{
    uint64_t n_bytes = 0;
    if (r->p == r->end) {
        return JW_ENOTFOUND;
    }
    if (r->end - r->p < 2) {
        return JW_ECORRUPT;
    }
    size_t shared = r->p[0];
    size_t more = r->p[1];
    if (shared > r->term_n || shared + more > TERM_MAX ||
        more > (size_t)(r->end - r->p) - 2) {
        return JW_ECORRUPT;
    }
    memcpy(r->term + shared, r->p + 2, more);
    r->term_n = shared + more;
    r->prefix = prefix_of(r->term, r->term_n);
    r->p += 2 + more;
    if (jw_varint_read(&r->p, r->end, &r->n_docs) != JW_OK ||
        jw_varint_read(&r->p, r->end, &r->n_occurrences) != JW_OK ||
        jw_varint_read(&r->p, r->end, &n_bytes) != JW_OK ||
        n_bytes > (size_t)(r->end - r->p)) {
        return JW_ECORRUPT;
    }
    r->postings = r->p;
    r->postings_end = r->p + n_bytes;
    r->p = r->postings_end;
    return JW_OK;
}

static struct jw_str term_of(const struct reader *r)
{
    return jw_str_of((const char *)r->term, r->term_n);
}

/* By term, then by run: a term's runs come in the order of their documents. */
static bool before(const struct reader *a, const struct reader *b)
{
    if (a->prefix != b->prefix) {
        return a->prefix < b->prefix;
    }
    int c = jw_str_cmp(term_of(a), term_of(b));
    return c ? c < 0 : a->first_docid < b->first_docid;
}

struct heap {
    struct reader **at;
    size_t n;
};

static void sink(struct heap *h, size_t i)
{
    struct reader *moved = h->at[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->n) {
            break;
        }
        if (child + 1 < h->n && before(h->at[child + 1], h->at[child])) {
            child++;
        }
        if (!before(h->at[child], moved)) {
            break;
        }
        h->at[i] = h->at[child];
        i = child;
    }
    h->at[i] = moved;
}

/* The first reader goes on to its next entry, or leaves. */
static enum jw_status advance(struct heap *h)
{
    enum jw_status status = next_entry(h->at[0]);
    if (status == JW_ENOTFOUND) {
        h->n--;
        h->at[0] = h->at[h->n];
        status = JW_OK;
    }
    if (h->n > 0) {
        sink(h, 0);
    }
    return status;
}

static bool take_number(const unsigned char **p, const unsigned char *end, uint32_t *out)
{
    /* Nearly all numbers are one byte. */
    if (JW_LIKELY(*p < end && **p < 0x80)) {
        *out = *(*p)++;
        return true;
    }
    uint64_t v = 0;
    bool good = jw_varint_read(p, end, &v) == JW_OK && v <= UINT32_MAX;
    *out = (uint32_t)v;
    return good;
}

/* One run's part of a term's list. */
struct part {
    const unsigned char *p;
    const unsigned char *end;
    uint32_t first_docid;
};

static enum jw_status copy_part(const struct part *part, struct jw_postlist *list,
                                uint32_t *wdf_max)
{
    const unsigned char *p = part->p;
    uint32_t next = part->first_docid;
    while (p < part->end) {
        uint32_t step = 0;
        uint32_t wdf = 0;
        if (!take_number(&p, part->end, &step) || !take_number(&p, part->end, &wdf)) {
            return JW_ECORRUPT;
        }
        jw_postlist_add(list, next + step, wdf);
        next += step + 1;
        *wdf_max = wdf > *wdf_max ? wdf : *wdf_max;
    }
    return JW_OK;
}

/* Write the list of the first term in the heap; parts is scratch. */
static enum jw_status merge_term(struct heap *h, struct part *parts,
                                 struct jw_btree *table, uint32_t *wdf_max)
{
    struct jw_postlist list;
    unsigned char bytes[TERM_MAX];
    struct jw_str term = {(const char *)bytes, h->at[0]->term_n};
    uint64_t prefix = h->at[0]->prefix;
    uint64_t n_docs = 0;
    uint64_t n_occurrences = 0;
    size_t n = 0;
    enum jw_status status = JW_OK;
    memcpy(bytes, h->at[0]->term, term.n);
    do {
        const struct reader *r = h->at[0];
        parts[n].p = r->postings;
        parts[n].end = r->postings_end;
        parts[n].first_docid = r->first_docid;
        n_docs += r->n_docs;
        n_occurrences += r->n_occurrences;
        n++;
        status = advance(h);
    } while (status == JW_OK && h->n > 0 && h->at[0]->prefix == prefix &&
             jw_str_eq(term_of(h->at[0]), term));
    jw_postlist_begin(&list, table, term, n_docs, n_occurrences);
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        status = copy_part(&parts[i], &list, wdf_max);
    }
    if (status == JW_OK) {
        jw_postlist_end(&list);
    }
    return status;
}

enum jw_status jw_merge_runs(const struct jw_run *runs, size_t n_runs,
                             uint32_t first_docid, struct jw_btree *table,
                             uint32_t *wdf_max, struct jw_error *err)
{
    struct reader *readers = calloc(n_runs + 1, sizeof *readers);
    struct part *parts = calloc(n_runs + 1, sizeof *parts);
    struct heap h = {calloc(n_runs + 1, sizeof(struct reader *)), 0};
    enum jw_status status = readers && parts && h.at ? JW_OK : JW_ENOMEM;
    *wdf_max = 0;
    for (size_t i = 0; i < n_runs && status == JW_OK; i++) {
        struct reader *r = &readers[i];
        r->p = runs[i].bytes;
        r->end = runs[i].bytes + runs[i].n_bytes;
        r->first_docid = first_docid;
        first_docid += runs[i].n_docs;
        status = next_entry(r);
        if (status == JW_OK) {
            h.at[h.n++] = r;
        } else if (status == JW_ENOTFOUND) {
            status = JW_OK;
        }
    }
    for (size_t i = h.n / 2; i-- > 0 && status == JW_OK;) {
        sink(&h, i);
    }
    while (h.n > 0 && status == JW_OK) {
        status = merge_term(&h, parts, table, wdf_max);
    }
    free(readers);
    free(parts);
    free(h.at);
    return status == JW_OK
               ? JW_OK
               : jw_fail(err, status, "cannot merge the runs of the index: %s",
                         jw_status_name(status));
}
