#include "jianwen/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "examine.h"
#include "facets.h"
#include "gather.h"
#include "jianwen/arena.h"
#include "jianwen/clock.h"
#include "mark.h"
#include "match.h"
#include "nearest.h"
#include "plan.h"
#include "present.h"
#include "printed.h"
#include "searcher.h"

enum {
    ARENA_LIMIT_BYTES = 512 * 1024 * 1024,
    ARENA_KEEP_BYTES = 4 * 1024 * 1024,
    CURSOR_ARENA_BYTES = 1024 * 1024,
    DEFAULT_LIMIT = 10,
    DEFAULT_PARAGRAPHS = 3
};

struct jw_search_request jw_search_request_default(void)
{
    struct jw_search_request r;
    memset(&r, 0, sizeof r);
    r.limit = DEFAULT_LIMIT;
    r.paragraphs = DEFAULT_PARAGRAPHS;
    return r;
}

enum jw_status jw_searcher_new(struct jw_reader *reader, struct jw_searcher **out,
                               struct jw_error *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    (*out)->reader = reader;
    jw_arena_init(&(*out)->arena, ARENA_LIMIT_BYTES);
    jw_arena_init(&(*out)->scratch, ARENA_LIMIT_BYTES);
    jw_units_init(&(*out)->units);
    return JW_OK;
}

void jw_searcher_free(struct jw_searcher *s)
{
    if (!s) {
        return;
    }
    jw_arena_release(&s->arena);
    jw_arena_release(&s->scratch);
    jw_units_release(&s->units);
    free(s->candidates.at);
    free(s->others.at);
    free(s);
}

static enum jw_status out_of_memory(struct jw_error *err)
{
    return jw_fail(err, JW_ENOMEM, "not enough memory for this query");
}

void jw_searcher_begin(struct jw_searcher *s)
{
    jw_arena_clear(&s->arena, ARENA_KEEP_BYTES);
    jw_arena_clear(&s->scratch, ARENA_KEEP_BYTES);
    memset(&s->result, 0, sizeof s->result);
    memset(&s->suggested, 0, sizeof s->suggested);
    memset(&s->related, 0, sizeof s->related);
}

/* Parse and analyse. */
static enum jw_status make_plan(struct jw_searcher *s,
                                const struct jw_search_request *request,
                                const struct jw_statistics *kept, struct jw_plan *plan,
                                struct jw_error *err)
{
    memset(plan, 0, sizeof *plan);
    plan->kept = kept;
    plan->normalize_flags = request->exact_script ? JW_NORMALIZE_KEEP_SCRIPT : 0;
    if (jw_query_parse(request->q, &s->arena, &plan->query) != JW_OK) {
        return out_of_memory(err);
    }
    return jw_plan_make(s->reader, &s->arena, &s->units, plan, err);
}

/* Whether the tree asks for anything that could be found. */
static bool asks_for_nothing(const struct jw_plan *plan, const struct jw_node *node)
{
    switch (node->type) {
    case JW_NODE_TEXT:
    case JW_NODE_TITLE:
        return !jw_part_searchable(&plan->parts[node->part]);
    case JW_NODE_FIELD:
    case JW_NODE_DATE:
        return false;
    case JW_NODE_AND:
    case JW_NODE_OR:
    case JW_NODE_NOT:
        break;
    }
    for (size_t i = 0; i < node->n_children; i++) {
        if (!asks_for_nothing(plan, node->children[i])) {
            return false;
        }
    }
    return true;
}

static enum jw_status count_facets(struct jw_search_state *s,
                                   const struct jw_gathered *gathered,
                                   struct jw_facet_counter *counter,
                                   struct jw_search_result *out)
{
    struct jw_facet *facets = NULL;
    for (int tier = 0; tier < JW_TIERS; tier++) {
        const struct jw_entries *list = &gathered->tiers[tier];
        for (size_t i = 0; i < list->n; i++) {
            if (jw_facets_count(counter, &list->at[i].candidate) != JW_OK) {
                return out_of_memory(s->err);
            }
        }
    }
    /* Candidates that were not looked at count as the hits they may be. */
    if (jw_facets_end(counter, &facets, &out->n_facets) != JW_OK) {
        return out_of_memory(s->err);
    }
    out->facets = facets;
    return JW_OK;
}

bool jw_search_cursor_fits(const struct jw_search_request *r)
{
    struct jw_arena arena;
    struct jw_cursor cursor;
    jw_arena_init(&arena, CURSOR_ARENA_BYTES);
    enum jw_status status = jw_cursor_read(r, &arena, &cursor);
    jw_arena_release(&arena);
    return status == JW_OK;
}

/* Take over the request's cursor; one that does not fit counts as none. */
static enum jw_status use_cursor(struct jw_search_state *s, struct jw_cursor *cursor)
{
    if (s->request->cursor.n == 0) {
        return JW_OK;
    }
    enum jw_status status = jw_cursor_read(s->request, s->arena, cursor);
    if (status == JW_OK) {
        s->cursor = cursor;
        status = jw_cursor_apply(cursor, s);
    }
    return status == JW_EINVAL ? JW_OK : status;
}

static enum jw_status answer(struct jw_searcher *s, struct jw_search_state *state,
                             struct jw_error *err)
{
    struct jw_examiner examiner;
    struct jw_gatherer gatherer = {state, &examiner, &s->candidates, &s->others,
                                   &s->scratch};
    struct jw_gathered gathered;
    struct jw_search_result *out = &s->result;
    struct jw_facet_counter *counter = NULL;
    if (jw_filters_make(state) != JW_OK) {
        return out_of_memory(err);
    }
    enum jw_status status = jw_examiner_init(&examiner, state, &s->units);
    if (status == JW_OK) {
        status = jw_gather(&gatherer, &gathered);
    }
    if (status == JW_OK && state->request->facets) {
        counter = jw_facets_begin(state, state->request->facets);
        status = counter ? JW_OK : out_of_memory(err);
    }
    for (size_t i = 0; counter && status == JW_OK && i < s->candidates.n; i++) {
        status = jw_facets_count(counter, &s->candidates.at[i]);
    }
    if (counter && status == JW_OK) {
        status = count_facets(state, &gathered, counter, out);
    }
    if (status == JW_OK) {
        status = jw_present_hits(state, &examiner, &gathered, &s->units, out);
    }
    if (status != JW_OK) {
        return status;
    }
    memcpy(out->tiers, gathered.totals, sizeof out->tiers);
    out->total = gathered.total;
    out->partial = state->out_of_time;
    if (out->total.value == 0 && !out->partial) {
        jw_nearest_note_missing(state);
        return state->request->explain ? jw_nearest_note(s, state) : JW_OK;
    }
    return JW_OK;
}

enum jw_status jw_searcher_count(struct jw_searcher *s,
                                 const struct jw_search_request *request,
                                 struct jw_search_state *within, struct jw_total *total)
{
    struct jw_plan plan;
    struct jw_examiner examiner;
    struct jw_search_request r = *request;
    struct jw_search_state state = *within;
    struct jw_gatherer gatherer = {&state, &examiner, &s->candidates, &s->others,
                                   &s->scratch};
    struct jw_gathered gathered;
    memset(total, 0, sizeof *total);
    r.limit = 1;
    r.offset = 0;
    r.cursor = jw_str_of(NULL, 0);
    state.request = &r;
    state.plan = &plan;
    state.cursor = NULL;
    enum jw_status status = make_plan(s, &r, NULL, &plan, state.err);
    if (status != JW_OK || !plan.query.root || asks_for_nothing(&plan, plan.query.root)) {
        return status;
    }
    if (jw_filters_make(&state) != JW_OK) {
        return out_of_memory(state.err);
    }
    status = jw_examiner_init(&examiner, &state, &s->units);
    if (status == JW_OK) {
        status = jw_gather(&gatherer, &gathered);
    }
    if (status == JW_OK) {
        *total = gathered.total;
        within->out_of_time = state.out_of_time;
    }
    return status;
}

enum jw_status jw_search(struct jw_searcher *s, const struct jw_search_request *request,
                         const struct jw_search_result **out, struct jw_error *err)
{
    int64_t start = jw_clock_us();
    struct jw_search_request clamped = *request;
    struct jw_plan plan;
    *out = NULL;
    jw_searcher_begin(s);
    if (clamped.limit > JW_SEARCH_MAX_LIMIT) {
        clamped.limit = JW_SEARCH_MAX_LIMIT;
    }
    if (clamped.paragraphs > JW_SEARCH_MAX_PARAGRAPHS) {
        clamped.paragraphs = JW_SEARCH_MAX_PARAGRAPHS;
    }
    clamped.dedupe = clamped.dedupe && clamped.unit == JW_HIT_ARTICLE;
    if (clamped.offset > JW_SEARCH_MAX_OFFSET) {
        clamped.offset = JW_SEARCH_MAX_OFFSET;
    }
    struct jw_search_state state = {.reader = s->reader,
                                    .index = jw_reader_index(s->reader),
                                    .request = &clamped,
                                    .arena = &s->arena,
                                    .plan = &plan,
                                    .err = err};
    state.deadline_us = clamped.budget_us ? start + clamped.budget_us : 0;
    struct jw_cursor cursor;
    enum jw_status status = use_cursor(&state, &cursor);
    if (status != JW_OK) {
        return out_of_memory(err);
    }
    bool moved_on = state.cursor && cursor.revision != jw_index_revision(state.index);
    status = make_plan(s, &clamped, moved_on ? &cursor.statistics : NULL, &plan, err);
    if (status == JW_OK) {
        if (!plan.query.root || asks_for_nothing(&plan, plan.query.root)) {
            jw_query_note(&plan.query, &s->arena,
                          "nothing_to_search: the query has no letter, digit or "
                          "character to search for");
        } else {
            status = answer(s, &state, err);
        }
    }
    if (status != JW_OK) {
        return status;
    }
    s->result.revision = jw_index_revision(state.index);
    s->result.notes = plan.query.notes;
    s->result.n_notes = plan.query.n_notes;
    /* The plan is on this function's stack: its notes have to outlive it. */
    struct jw_str *notes =
        jw_arena_calloc(&s->arena, plan.query.n_notes + 1, sizeof *notes);
    if (!notes) {
        return out_of_memory(err);
    }
    memcpy(notes, plan.query.notes, plan.query.n_notes * sizeof *notes);
    s->result.notes = notes;
    s->result.took_us = jw_clock_us() - start;
    *out = &s->result;
    return JW_OK;
}

/* Read an article whole; what the query says of it, if there is one. */
static enum jw_status read_article(struct jw_searcher *s, struct jw_search_state *state,
                                   struct jw_str id, struct jw_exam *exam)
{
    struct jw_examiner examiner;
    size_t segment = 0;
    size_t row = 0;
    enum jw_status status = jw_reader_find(s->reader, id, &segment, &row, state->err);
    memset(exam, 0, sizeof *exam);
    if (status != JW_OK) {
        return status;
    }
    if (state->plan->query.root) {
        status = jw_examiner_init(&examiner, state, &s->units);
        return status == JW_OK ? jw_examine(&examiner, segment, row, JW_EXAMINE_ALL,
                                            state->arena, exam)
                               : status;
    }
    status = jw_reader_article(s->reader, segment, row, state->arena, &exam->stored,
                               state->err);
    for (size_t i = 0; status == JW_OK && i < exam->stored.article.n_paragraphs; i++) {
        status = jw_reader_text(s->reader, state->arena, &exam->stored, i, state->err);
    }
    return status;
}

enum jw_status jw_search_article(struct jw_searcher *s, struct jw_str id,
                                 const struct jw_search_request *marks,
                                 const struct jw_hit **out, struct jw_error *err)
{
    struct jw_search_request request = *marks;
    struct jw_plan plan;
    struct jw_exam *exam = NULL;
    *out = NULL;
    jw_searcher_begin(s);
    request.unit = JW_HIT_ARTICLE;
    request.snippet_chars = 0;
    struct jw_search_state state = {.reader = s->reader,
                                    .index = jw_reader_index(s->reader),
                                    .request = &request,
                                    .arena = &s->arena,
                                    .plan = &plan,
                                    .err = err};
    enum jw_status status = make_plan(s, &request, NULL, &plan, err);
    if (status == JW_OK) {
        exam = jw_arena_alloc(&s->arena, sizeof *exam);
        status = exam ? read_article(s, &state, id, exam) : out_of_memory(err);
    }
    if (status == JW_OK) {
        status = jw_stored_lines(&exam->stored, &s->arena, err);
    }
    if (status == JW_OK) {
        status = jw_present_article(&state, exam, &s->units, &s->article_hit);
    }
    if (status == JW_OK) {
        *out = &s->article_hit;
    }
    return status;
}

enum jw_status jw_search_lines(struct jw_searcher *s, const struct jw_hit *hit,
                               const struct jw_hit_line **out, size_t *n_out,
                               struct jw_error *err)
{
    *out = NULL;
    *n_out = 0;
    enum jw_status status = jw_print_article(hit, &s->arena, out, n_out);
    return status == JW_OK ? JW_OK : out_of_memory(err);
}

const char *jw_tier_name(enum jw_tier tier)
{
    static const char *const names[JW_TIERS] = {"exact", "all", "partial"};
    return (unsigned)tier < JW_TIERS ? names[tier] : "none";
}

const char *jw_relation_name(enum jw_relation relation)
{
    static const char *const names[] = {"eq", "gte", "approx"};
    return (unsigned)relation < 3 ? names[relation] : "approx";
}
