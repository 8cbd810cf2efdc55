#include "jianwen/database.h"

#include "database.h"

enum jw_status jw_database_info(struct jw_database *db, struct jw_xap_info *out,
                                struct jw_error *err)
{
    struct jw_glass_info info;
    if (!db->glass) {
        return jw_xap_reader_info(db->xap, out, err);
    }
    jw_glass_reader_info(db->glass, &info);
    out->n_docs = info.n_docs;
    out->last_docid = info.last_docid;
    out->total_length = info.total_length;
    out->revision = info.revision;
    return JW_OK;
}

enum jw_status jw_database_meta(struct jw_database *db, struct jw_str key,
                                struct jw_buf *out, struct jw_error *err)
{
    return db->glass ? jw_glass_meta(db->glass, key, out, err)
                     : jw_xap_reader_meta(db->xap, key, out, err);
}

enum jw_status jw_database_data(struct jw_database *db, uint32_t docid,
                                struct jw_buf *scratch, struct jw_str *data,
                                struct jw_error *err)
{
    uint32_t found = 0;
    if (db->glass) {
        enum jw_status status =
            jw_glass_data(db->glass, docid, &found, scratch, data, err);
        return status == JW_OK && found != docid ? JW_ENOTFOUND : status;
    }
    jw_buf_clear(scratch);
    enum jw_status status = jw_xap_reader_data(db->xap, docid, scratch, err);
    *data = jw_buf_str(scratch);
    return status;
}

enum jw_status jw_database_term(struct jw_database *db, struct jw_str term,
                                struct jw_term_info *out, struct jw_error *err)
{
    out->n_docs = 0;
    out->wdf_max = 0;
    if (!db->glass) {
        struct jw_xap_term_info info;
        enum jw_status status = jw_xap_term_stats(db->xap, term, &info, err);
        if (status == JW_OK) {
            out->n_docs = info.n_docs;
            out->wdf_max = info.wdf_max;
        }
        return status;
    }
    struct jw_glass_postings p;
    return jw_database_term_opened(db, term, out, &p, err);
}

enum jw_status jw_database_term_opened(struct jw_database *db, struct jw_str term,
                                       struct jw_term_info *out,
                                       struct jw_glass_postings *opened,
                                       struct jw_error *err)
{
    struct jw_glass_info all;
    if (!db->glass) {
        return jw_database_term(db, term, out, err);
    }
    out->n_docs = 0;
    out->wdf_max = 0;
    jw_glass_reader_info(db->glass, &all);
    enum jw_status status = jw_glass_postings_open(db->glass, term, opened, err);
    if (status == JW_OK && opened->n_docs) {
        /* A term counts in all of its documents, or, a key, in none: the others take
         * one occurrence each at least. */
        uint64_t others = opened->n_docs - 1;
        uint64_t most =
            opened->n_occurrences > others ? opened->n_occurrences - others : 0;
        out->n_docs = opened->n_docs;
        out->wdf_max = most < all.wdf_max ? (uint32_t)most : all.wdf_max;
    }
    return status;
}

void jw_database_fetch_terms(const struct jw_database *db, const struct jw_str *terms,
                             size_t n)
{
    if (db->glass) {
        jw_glass_fetch_terms(db->glass, terms, n);
    }
}

enum jw_status jw_database_terms(struct jw_database *db, struct jw_str prefix,
                                 jw_term_fn fn, void *arg, struct jw_error *err)
{
    return db->glass ? jw_glass_terms(db->glass, prefix, fn, arg, err)
                     : jw_xap_terms(db->xap, prefix, fn, arg, err);
}

enum jw_status jw_postings_open(struct jw_database *db, struct jw_str term,
                                struct jw_postings *out, struct jw_error *err)
{
    out->xap = NULL;
    out->mapped = db->glass != NULL;
    return out->mapped ? jw_glass_postings_open(db->glass, term, &out->glass, err)
                       : jw_xap_postings_open(db->xap, term, &out->xap, err);
}

void jw_postings_again(const struct jw_glass_postings *opened, struct jw_postings *out)
{
    out->xap = NULL;
    out->mapped = true;
    jw_glass_postings_again(opened, &out->glass);
}

void jw_postings_close(struct jw_postings *p)
{
    jw_xap_postings_close(p->xap);
    p->xap = NULL;
    p->mapped = false;
}

enum jw_status jw_postings_read(struct jw_postings *p, uint32_t from, uint32_t *docids,
                                uint32_t *wdfs, size_t room, size_t *n,
                                struct jw_error *err)
{
    if (p->mapped) {
        return jw_glass_postings_read(&p->glass, from, docids, wdfs, room, n, err);
    }
    *n = 0;
    return p->xap ? jw_xap_postings_read(p->xap, from, docids, wdfs, room, n, err)
                  : JW_OK;
}

static enum jw_status meet_by_xapian(struct jw_xap_postings *p, const uint32_t *docids,
                                     size_t n, uint32_t *wdfs, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    uint32_t at = p ? 0 : UINT32_MAX;
    uint32_t wdf = 0;
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        if (at < docids[i]) {
            size_t got = 0;
            status = jw_xap_postings_read(p, docids[i], &at, &wdf, 1, &got, err);
            at = got ? at : UINT32_MAX;
        }
        wdfs[i] = at == docids[i] ? wdf : 0;
    }
    return status;
}

enum jw_status jw_postings_meet(struct jw_postings *p, const uint32_t *docids, size_t n,
                                uint32_t *wdfs, struct jw_error *err)
{
    return p->mapped ? jw_glass_postings_meet(&p->glass, docids, n, wdfs, err)
                     : meet_by_xapian(p->xap, docids, n, wdfs, err);
}
