#include "jianwen/database.h"
#include "plan.h"
#include "rank.h"

enum {
    /** Lists of so many terms are kept open; each takes some 3 KB. */
    KEEP_TERMS = 64
};

static enum jw_status count_term(struct jw_reader *reader, struct jw_arena *arena,
                                 bool keep, struct jw_term *t, struct jw_error *err)
{
    size_t n = jw_index_n_segments(jw_reader_index(reader));
    t->opened = jw_arena_calloc(arena, n + 1, sizeof *t->opened);
    for (size_t s = 0; s < n; s++) {
        struct jw_term_info info;
        struct jw_database *db = jw_reader_database(reader, s);
        struct jw_glass_postings passing;
        struct jw_glass_postings *opened =
            keep && db->glass ? jw_arena_alloc(arena, sizeof *opened) : &passing;
        if (!t->opened || !opened) {
            return jw_fail(err, JW_ENOMEM, "not enough memory for this query");
        }
        enum jw_status status = jw_database_term_opened(db, t->bytes, &info, opened, err);
        if (status != JW_OK) {
            return status;
        }
        t->opened[s] = opened != &passing ? opened : NULL;
        t->n_docs += info.n_docs;
    }
    return JW_OK;
}

/* What is going to be looked for. */
static enum jw_status fetch_terms(struct jw_reader *reader, struct jw_arena *arena,
                                  const struct jw_plan *plan)
{
    struct jw_str *terms = jw_arena_alloc(arena, (plan->n_terms + 1) * sizeof *terms);
    if (!terms) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < plan->n_terms; i++) {
        terms[i] = plan->terms[i].bytes;
    }
    for (size_t s = 0; s < jw_index_n_segments(jw_reader_index(reader)); s++) {
        jw_database_fetch_terms(jw_reader_database(reader, s), terms, plan->n_terms);
    }
    return JW_OK;
}

enum jw_status jw_plan_count(struct jw_reader *reader, struct jw_arena *arena,
                             struct jw_plan *plan, struct jw_error *err)
{
    struct jw_index *index = jw_reader_index(reader);
    const struct jw_index_stats *stats = jw_index_stats(index);
    struct jw_statistics *st = &plan->statistics;
    const struct jw_statistics *kept = plan->kept;
    uint32_t *docs =
        jw_arena_calloc(arena, plan->n_terms + plan->n_chars + 1, sizeof *docs);
    if (!docs) {
        return jw_fail(err, JW_ENOMEM, "not enough memory for this query");
    }
    if (kept && (kept->n_terms != plan->n_terms || kept->n_chars != plan->n_chars)) {
        kept = NULL;
    }
    struct jw_statistics own = {stats->n_docs, stats->n_articles, stats->total_length,
                                docs,          plan->n_terms,     docs + plan->n_terms,
                                plan->n_chars};
    *st = kept ? *kept : own;
    if (!kept && fetch_terms(reader, arena, plan) != JW_OK) {
        return jw_fail(err, JW_ENOMEM, "not enough memory for this query");
    }
    for (size_t i = 0; i < plan->n_terms; i++) {
        struct jw_term *t = &plan->terms[i];
        enum jw_status status =
            kept ? JW_OK : count_term(reader, arena, plan->n_terms <= KEEP_TERMS, t, err);
        if (status != JW_OK) {
            return status;
        }
        t->n_docs = kept ? kept->term_docs[i] : t->n_docs;
        t->idf = jw_rank_idf(st->n_docs, t->n_docs);
        docs[i] = t->n_docs;
    }
    for (size_t i = 0; i < plan->n_chars; i++) {
        struct jw_query_char *c = &plan->chars[i];
        c->n_docs = kept ? kept->char_docs[i]
                         : jw_index_char_df(index, jw_normalize_script(c->cp));
        c->idf = jw_rank_idf(st->n_docs, c->n_docs);
        docs[plan->n_terms + i] = c->n_docs;
    }
    return JW_OK;
}
