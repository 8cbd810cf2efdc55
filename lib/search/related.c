/*
 * The terms that tell the article from others, by frequency here and rarity
 * elsewhere, are searched for as any query; what holds them best is ranked by
 * its whole text.
 *
 *     text -> counts -> 32 terms -> any of them -> 60 candidates -> by text
 */
#include "jianwen/related.h"

#include <math.h>
#include <stdlib.h>

#include "bits.h"
#include "examine.h"
#include "jianwen/clock.h"
#include "jianwen/tokenizer.h"
#include "rank.h"
#include "same_story.h"
#include "searcher.h"

enum {
    /** Terms that are searched for. */
    TERMS = 32,
    /** Terms whose document frequency is looked up to choose them. */
    LOOKED_UP = 400,
    /** Tokens of the article that are read. */
    TOKENS_MAX = 8192,
    SLOTS = 4 * TOKENS_MAX,
    /** How much a token of the title counts. */
    TITLE_COUNTS = 3,
    CANDIDATES = 60,
    QUERY_BYTES = TERMS * (JW_TERM_MAX_BYTES + 1)
};

/** A term of the article. */
struct counted {
    struct jw_str term;
    uint32_t cp[2];
    uint32_t n;
    float worth;
};

struct finder {
    struct jw_searcher *s;
    struct jw_search_state state;
    struct jw_exam exam;
    struct jw_shingles shingles;
    /** By hash: 0 is free, else number + 1. */
    uint32_t *slots;
    struct counted *counted;
    size_t n_counted;
    size_t n_tokens;
    uint32_t weight;
};

static enum jw_status out_of_memory(struct finder *f)
{
    return jw_fail(f->state.err, JW_ENOMEM, "not enough memory for this query");
}

/* ---- what the article is about ---- */

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct finder *f = arg;
    char bytes[JW_TERM_MAX_BYTES];
    if ((token->kind != JW_TOKEN_BIGRAM && token->kind != JW_TOKEN_WORD) ||
        f->n_tokens >= TOKENS_MAX) {
        return JW_OK;
    }
    f->n_tokens++;
    struct jw_str term = jw_str_of(bytes, jw_token_term(token, bytes));
    uint32_t h = 0x811C9DC5u;
    for (size_t i = 0; i < term.n; i++) {
        h = (h ^ (unsigned char)term.p[i]) * 0x01000193u;
    }
    size_t slot = h % SLOTS;
    while (f->slots[slot] && !jw_str_eq(f->counted[f->slots[slot] - 1].term, term)) {
        slot = (slot + 1) % SLOTS;
    }
    if (!f->slots[slot]) {
        struct counted *c = &f->counted[f->n_counted];
        c->term = jw_arena_str(f->state.arena, term);
        c->cp[0] = token->cp[0];
        c->cp[1] = token->cp[1];
        if (!c->term.p) {
            return JW_ENOMEM;
        }
        f->slots[slot] = (uint32_t)++f->n_counted;
    }
    f->counted[f->slots[slot] - 1].n += f->weight;
    return JW_OK;
}

static int by_worth(const void *a, const void *b)
{
    const struct counted *x = a;
    const struct counted *y = b;
    if (x->worth != y->worth) {
        return x->worth > y->worth ? -1 : 1;
    }
    return jw_str_cmp(x->term, y->term);
}

/* A guess at the worth by the characters, whose frequencies are in memory. */
static float guess_worth(const struct finder *f, const struct counted *c)
{
    uint64_t n_docs = jw_index_stats(f->state.index)->n_docs;
    float idf = jw_rank_idf(n_docs, 1);
    if (c->cp[0]) {
        if (jw_rank_is_function_char(c->cp[0]) || jw_rank_is_function_char(c->cp[1])) {
            return 0;
        }
        idf = (jw_rank_idf(n_docs, jw_index_char_df(f->state.index, c->cp[0])) +
               jw_rank_idf(n_docs, jw_index_char_df(f->state.index, c->cp[1]))) /
              2;
    }
    return idf * log1pf((float)c->n);
}

/* What stands in no other document relates it to none. */
static enum jw_status look_up_worth(struct finder *f, struct counted *c)
{
    uint64_t n = 0;
    for (size_t i = 0; i < jw_index_n_segments(f->state.index); i++) {
        struct jw_term_info info;
        enum jw_status status = jw_database_term(jw_reader_database(f->s->reader, i),
                                                 c->term, &info, f->state.err);
        if (status != JW_OK) {
            return status;
        }
        n += info.n_docs;
    }
    c->worth = n < 2 ? 0
                     : jw_rank_idf(jw_index_stats(f->state.index)->n_docs, n) *
                           log1pf((float)c->n);
    return JW_OK;
}

static enum jw_status read_terms(struct finder *f)
{
    const struct jw_article *a = &f->exam.stored.article;
    struct jw_units *units = &f->s->units;
    f->slots = jw_arena_calloc(f->state.arena, SLOTS, sizeof *f->slots);
    f->counted = jw_arena_calloc(f->state.arena, TOKENS_MAX, sizeof *f->counted);
    if (!f->slots || !f->counted) {
        return out_of_memory(f);
    }
    for (size_t i = 0; i < a->n_paragraphs; i++) {
        struct jw_str text = a->paragraphs[i].text;
        f->weight = i == 0 ? TITLE_COUNTS : 1;
        if (jw_normalize(text, units) != JW_OK ||
            jw_tokenize_units(units->at, units->n, text, JW_TOKENS_DOCUMENT, on_token,
                              f) != JW_OK) {
            return out_of_memory(f);
        }
    }
    for (size_t i = 0; i < f->n_counted; i++) {
        f->counted[i].worth = guess_worth(f, &f->counted[i]);
    }
    qsort(f->counted, f->n_counted, sizeof *f->counted, by_worth);
    f->n_counted = f->n_counted < LOOKED_UP ? f->n_counted : LOOKED_UP;
    for (size_t i = 0; i < f->n_counted; i++) {
        enum jw_status status = look_up_worth(f, &f->counted[i]);
        if (status != JW_OK) {
            return status;
        }
    }
    qsort(f->counted, f->n_counted, sizeof *f->counted, by_worth);
    f->n_counted = f->n_counted < TERMS ? f->n_counted : TERMS;
    while (f->n_counted > 0 && f->counted[f->n_counted - 1].worth <= 0) {
        f->n_counted--;
    }
    return JW_OK;
}

/* ---- what else is about it ---- */

/* The terms as a plan; each weighs the more the oftener it stands here. */
static enum jw_status make_plan(struct finder *f, struct jw_plan *plan,
                                struct jw_any_terms *terms)
{
    char *q = jw_arena_alloc(f->state.arena, QUERY_BYTES);
    size_t n = 0;
    memset(plan, 0, sizeof *plan);
    for (size_t i = 0; q && i < f->n_counted; i++) {
        struct jw_str term = f->counted[i].term;
        if (QUERY_BYTES - n > term.n) {
            memcpy(q + n, term.p, term.n);
            n += term.n;
            q[n++] = ' ';
        }
    }
    if (!q || jw_query_parse(jw_str_of(q, n), f->state.arena, &plan->query) != JW_OK) {
        return out_of_memory(f);
    }
    f->state.plan = plan;
    enum jw_status status =
        jw_plan_make(f->s->reader, f->state.arena, &f->s->units, plan, f->state.err);
    uint32_t most = 1;
    plan->n_chars = 0; /* single characters of so many terms say nothing */
    terms->n = 0;
    terms->at = jw_arena_calloc(f->state.arena, plan->n_terms + 1, sizeof *terms->at);
    if (status != JW_OK || !terms->at) {
        return status != JW_OK ? status : out_of_memory(f);
    }
    for (size_t k = 0; k < f->n_counted; k++) {
        most = f->counted[k].n > most ? f->counted[k].n : most;
    }
    for (size_t i = 0; i < plan->n_terms; i++) {
        terms->at[terms->n++] = (uint32_t)i;
        plan->terms[i].weight = 0;
        for (size_t k = 0; k < f->n_counted; k++) {
            if (jw_str_eq(f->counted[k].term, plan->terms[i].bytes)) {
                plan->terms[i].weight =
                    log1pf((float)f->counted[k].n) / log1pf((float)most);
            }
        }
    }
    return JW_OK;
}

/* The best other articles, in no order. */
static enum jw_status collect(struct finder *f, const struct jw_any_terms *terms)
{
    size_t n = jw_index_n_segments(f->state.index);
    uint64_t **exclude = jw_arena_calloc(f->state.arena, n + 1, sizeof *exclude);
    for (size_t i = 0; exclude && i < n; i++) {
        size_t rows = jw_index_segment(f->state.index, i)->n_rows;
        exclude[i] = jw_arena_calloc(f->state.arena, rows / 64 + 1, sizeof(uint64_t));
        if (!exclude[i]) {
            return out_of_memory(f);
        }
    }
    if (!exclude || jw_filters_make(&f->state) != JW_OK) {
        return out_of_memory(f);
    }
    jw_bit_set(exclude[f->exam.stored.segment], f->exam.stored.row);
    return jw_match_collect_any(&f->state, terms, CANDIDATES, 0, exclude, &f->s->others);
}

static int by_score(const void *a, const void *b)
{
    const struct jw_exam *x = *(const struct jw_exam *const *)a;
    const struct jw_exam *y = *(const struct jw_exam *const *)b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return jw_str_cmp(x->stored.article.id, y->stored.article.id);
}

/* Read the candidates, the best by their texts first. */
static enum jw_status rank(struct finder *f, struct jw_exam **exams, size_t *n)
{
    struct jw_examiner examiner;
    struct jw_candidates *list = &f->s->others;
    enum jw_status status = jw_examiner_init(&examiner, &f->state, &f->s->units);
    *n = 0;
    jw_candidates_heapify(list, JW_SORT_RELEVANCE);
    while (status == JW_OK && list->n > 0 && !jw_search_expired(&f->state)) {
        struct jw_candidate c = jw_candidates_pop(list, JW_SORT_RELEVANCE);
        struct jw_exam *exam = jw_arena_alloc(f->state.arena, sizeof *exam);
        if (!exam) {
            return out_of_memory(f);
        }
        status =
            jw_examine(&examiner, c.segment, c.row, JW_EXAMINE_ALL, f->state.arena, exam);
        if (status == JW_ENOTFOUND) {
            status = JW_OK; /* removed since the state was opened */
        } else if (status == JW_OK) {
            exams[(*n)++] = exam;
        }
    }
    qsort(exams, *n, sizeof *exams, by_score);
    return status;
}

static const struct jw_row *row_of(const struct finder *f, const struct jw_exam *exam)
{
    return &jw_index_segment(f->state.index, exam->stored.segment)
                ->rows[exam->stored.row];
}

static enum jw_status same_story(struct finder *f, const struct jw_exam *exam, bool *same)
{
    struct jw_shingles shingles;
    *same = false;
    uint64_t a = row_of(f, &f->exam)->sketch;
    uint64_t b = row_of(f, exam)->sketch;
    if (!a || !b || !jw_sketches_alike(a, b)) {
        return JW_OK;
    }
    enum jw_status status =
        jw_shingles_make(&f->state, &exam->stored.article, &f->s->units, &shingles);
    if (status == JW_OK && !f->shingles.at) {
        status = jw_shingles_make(&f->state, &f->exam.stored.article, &f->s->units,
                                  &f->shingles);
    }
    *same = status == JW_OK && jw_shingles_same(&f->shingles, &shingles);
    return status == JW_OK ? JW_OK : out_of_memory(f);
}

/* Prints of the article's own story go to also_in, the others are related. */
static enum jw_status sort_out(struct finder *f, struct jw_exam *const *exams, size_t n,
                               size_t limit)
{
    struct jw_related_result *out = &f->s->related;
    struct jw_related *at = jw_arena_calloc(f->state.arena, n + 1, sizeof *at);
    const struct jw_article **also_in =
        jw_arena_calloc(f->state.arena, n + 1, sizeof *also_in);
    if (!at || !also_in) {
        return out_of_memory(f);
    }
    for (size_t i = 0; i < n; i++) {
        bool same = false;
        enum jw_status status = same_story(f, exams[i], &same);
        if (status != JW_OK) {
            return status;
        }
        if (same) {
            also_in[out->n_also_in++] = &exams[i]->stored.article;
        } else if (out->n < limit && exams[i]->score > 0) {
            at[out->n].article = &exams[i]->stored.article;
            at[out->n++].score = (double)exams[i]->score;
        }
    }
    out->at = at;
    out->also_in = also_in;
    return JW_OK;
}

static enum jw_status name_terms(struct finder *f)
{
    struct jw_related_result *out = &f->s->related;
    struct jw_str *terms =
        jw_arena_calloc(f->state.arena, f->n_counted + 1, sizeof *terms);
    if (!terms) {
        return out_of_memory(f);
    }
    for (size_t i = 0; i < f->n_counted; i++) {
        terms[i] = f->counted[i].term;
    }
    out->terms = terms;
    out->n_terms = f->n_counted;
    return JW_OK;
}

static enum jw_status find(struct finder *f, struct jw_str id, size_t limit)
{
    struct jw_plan plan;
    struct jw_any_terms terms;
    struct jw_exam *exams[CANDIDATES];
    size_t n = 0;
    size_t segment = 0;
    size_t row = 0;
    struct jw_stored *stored = &f->exam.stored;
    enum jw_status status =
        jw_reader_find(f->s->reader, id, &segment, &row, f->state.err);
    if (status == JW_OK) {
        status = jw_reader_article(f->s->reader, segment, row, f->state.arena, stored,
                                   f->state.err);
    }
    for (size_t i = 0; status == JW_OK && i < stored->article.n_paragraphs; i++) {
        status = jw_reader_text(f->s->reader, f->state.arena, stored, i, f->state.err);
    }
    status = status == JW_OK ? read_terms(f) : status;
    status = status == JW_OK ? name_terms(f) : status;
    if (status != JW_OK || f->n_counted == 0) {
        return status;
    }
    status = make_plan(f, &plan, &terms);
    if (status == JW_OK && plan.query.root) {
        status = collect(f, &terms);
        status = status == JW_OK ? rank(f, exams, &n) : status;
        status = status == JW_OK ? sort_out(f, exams, n, limit) : status;
    }
    return status;
}

enum jw_status jw_search_related(struct jw_searcher *s,
                                 const struct jw_related_request *request,
                                 const struct jw_related_result **out,
                                 struct jw_error *err)
{
    struct jw_search_request plain = jw_search_request_default();
    size_t limit =
        request->limit < JW_RELATED_MAX_LIMIT ? request->limit : JW_RELATED_MAX_LIMIT;
    *out = NULL;
    jw_searcher_begin(s);
    struct finder *f = jw_arena_calloc(&s->arena, 1, sizeof *f);
    if (!f) {
        return jw_fail(err, JW_ENOMEM, "not enough memory for this query");
    }
    f->s = s;
    f->state.reader = s->reader;
    f->state.index = jw_reader_index(s->reader);
    f->state.request = &plain;
    f->state.arena = &s->arena;
    f->state.err = err;
    f->state.deadline_us = request->budget_us ? jw_clock_us() + request->budget_us : 0;
    enum jw_status status = find(f, request->id, limit);
    if (status != JW_OK) {
        return status;
    }
    s->related.revision = jw_index_revision(f->state.index);
    s->related.partial = f->state.out_of_time;
    *out = &s->related;
    return JW_OK;
}
