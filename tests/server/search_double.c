/*
 * search_double.c - stands in for lib/search where a test needs searches that
 * take a given time or fail in a given way.
 *
 * The query says what happens; its words are separated by spaces:
 *
 *     sleep:300    takes 300 milliseconds
 *     stale:2      the index has moved on, two times in a row
 *     fail:corrupt, fail:memory, fail:internal
 *     hits:50      finds 50 articles; without it one
 *     more         there is a page behind this one
 *     cut          the time budget was spent
 *     size:100000  the text of each paragraph has that many bytes
 *
 * Every answer holds what needs escaping: quotes, <, &, a control character,
 * a character beyond the BMP and a URL that must not be passed on.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jianwen/related.h"
#include "jianwen/search.h"
#include "jianwen/suggest.h"

enum {
    HITS_MAX = JW_SEARCH_MAX_LIMIT
};

struct jw_searcher {
    struct jw_reader *reader;
    struct jw_search_result result;
    struct jw_suggest_result suggested;
    struct jw_related_result related;
    struct jw_suggestion suggestion;
    struct jw_hit hits[HITS_MAX];
    struct jw_hit_paragraph paragraph;
    struct jw_hit_line line;
    struct jw_article article;
    struct jw_str note;
    struct jw_facet facet;
    struct jw_facet_count count;
    char *text;
};

/* Shared by all searchers, as the index would be. */
static atomic_uint stale_answers;

static const struct jw_range ranges[] = {{0, 2}, {5, 6}};

struct jw_search_request jw_search_request_default(void)
{
    struct jw_search_request r;
    memset(&r, 0, sizeof r);
    r.limit = 10;
    r.paragraphs = 3;
    return r;
}

bool jw_search_cursor_fits(const struct jw_search_request *r)
{
    return jw_str_eq_c(r->cursor, "good");
}

enum jw_status jw_searcher_new(struct jw_reader *reader, struct jw_searcher **out,
                               struct jw_error *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    (*out)->reader = reader;
    return JW_OK;
}

void jw_searcher_free(struct jw_searcher *s)
{
    if (s) {
        free(s->text);
        free(s);
    }
}

/* The number behind `name:` in q, or fallback. */
static unsigned long number(struct jw_str q, const char *name, unsigned long fallback)
{
    size_t n = strlen(name);
    for (size_t i = 0; i + n < q.n; i++) {
        if (memcmp(q.p + i, name, n) == 0) {
            unsigned long long v = 0;
            size_t end = i + n;
            while (end < q.n && q.p[end] >= '0' && q.p[end] <= '9') {
                end++;
            }
            if (jw_str_to_u64(jw_str_slice(q, i + n, end), 100000000, &v)) {
                return (unsigned long)v;
            }
        }
    }
    return fallback;
}

static bool has(struct jw_str q, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= q.n; i++) {
        if (memcmp(q.p + i, word, n) == 0) {
            return true;
        }
    }
    return false;
}

static enum jw_status misbehave(struct jw_str q, struct jw_error *err)
{
    unsigned long ms = number(q, "sleep:", 0);
    if (ms) {
        const struct timespec t = {.tv_sec = (time_t)(ms / 1000),
                                   .tv_nsec = (long)(ms % 1000) * 1000000};
        (void)nanosleep(&t, NULL);
    }
    unsigned stale = (unsigned)number(q, "stale:", 0);
    if (stale && atomic_fetch_add(&stale_answers, 1) % (stale + 1) < stale) {
        return jw_fail(err, JW_ESTALE, "the index moved on");
    }
    if (has(q, "fail:corrupt")) {
        return jw_fail(err, JW_ECORRUPT, "/some/path: broken block");
    }
    if (has(q, "fail:memory")) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    if (has(q, "fail:internal")) {
        return jw_fail(err, JW_EINTERNAL, "/some/path: surprise");
    }
    return JW_OK;
}

static enum jw_status fill(struct jw_searcher *s, struct jw_str q, struct jw_error *err)
{
    static const char sample[] =
        "\xE9\xBD\xBF\xE8\xBD\xAE<b>\"&'\\\x01\n\xF0\xA0\x80\x80";
    size_t n = sizeof sample - 1;
    size_t size = number(q, "size:", n);
    char *text = realloc(s->text, size > n ? size : n);
    if (!text) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    s->text = text;
    memset(text, 'x', size > n ? size : n);
    memcpy(text, sample, n);
    s->paragraph = (struct jw_hit_paragraph){.n = 1,
                                             .role = JW_ROLE_BODY,
                                             .text = jw_str_of(text, size > n ? size : n),
                                             .ranges = ranges,
                                             .n_ranges = 2,
                                             .line_start = 3,
                                             .line_end = 4};
    s->article = (struct jw_article){.id = jw_str_c("dir/\xE7\xAC\xAC 1"),
                                     .title = jw_str_of(sample, n),
                                     .date = jw_str_c("2021-06-30"),
                                     .source = jw_str_c("S"),
                                     .url = jw_str_c("javascript:alert(1)"),
                                     .n_paragraphs = 1};
    return JW_OK;
}

enum jw_status jw_search(struct jw_searcher *s, const struct jw_search_request *request,
                         const struct jw_search_result **out, struct jw_error *err)
{
    struct jw_search_result *r = &s->result;
    *out = NULL;
    enum jw_status status = misbehave(request->q, err);
    if (status == JW_OK) {
        status = fill(s, request->q, err);
    }
    if (status != JW_OK) {
        return status;
    }
    memset(r, 0, sizeof *r);
    r->n_hits = number(request->q, "hits:", 1);
    r->n_hits = r->n_hits > HITS_MAX ? HITS_MAX : r->n_hits;
    for (size_t i = 0; i < r->n_hits; i++) {
        s->hits[i] = (struct jw_hit){.article = &s->article,
                                     .title_ranges = ranges,
                                     .n_title_ranges = 1,
                                     .score = 1.5,
                                     .tier = JW_TIER_EXACT,
                                     .paragraphs = &s->paragraph,
                                     .n_paragraphs = 1};
    }
    s->note = jw_str_c("test: a note");
    s->count = (struct jw_facet_count){.value = jw_str_c("2021"), .count = r->n_hits};
    s->facet =
        (struct jw_facet){.facet = JW_FACET_YEAR, .counts = &s->count, .n_counts = 1};
    r->took_us = 1234;
    r->revision = jw_index_revision(jw_reader_index(s->reader));
    r->partial = has(request->q, "cut");
    r->total = (struct jw_total){.value = r->n_hits, .relation = JW_TOTAL_GTE};
    r->tiers[JW_TIER_EXACT] = (struct jw_total){r->n_hits, JW_TOTAL_EQ};
    r->hits = s->hits;
    r->facets = &s->facet;
    r->n_facets = request->facets & JW_FACET_YEAR ? 1 : 0;
    r->notes = &s->note;
    r->n_notes = 1;
    r->has_next = has(request->q, "more");
    r->next_offset = request->offset + request->limit;
    *out = r;
    return JW_OK;
}

enum jw_status jw_search_article(struct jw_searcher *s, struct jw_str id,
                                 const struct jw_search_request *marks,
                                 const struct jw_hit **out, struct jw_error *err)
{
    struct jw_str q = marks->q;
    *out = NULL;
    enum jw_status status = misbehave(q, err);
    if (status == JW_OK && has(id, "missing")) {
        return JW_ENOTFOUND;
    }
    if (status == JW_OK) {
        status = fill(s, q, err);
    }
    if (status == JW_OK) {
        s->article.id = id;
        s->hits[0] = (struct jw_hit){
            .article = &s->article, .paragraphs = &s->paragraph, .n_paragraphs = 1};
        *out = &s->hits[0];
    }
    return status;
}

/* Each paragraph as one line of unknown number. */
enum jw_status jw_search_lines(struct jw_searcher *s, const struct jw_hit *hit,
                               const struct jw_hit_line **out, size_t *n_out,
                               struct jw_error *err)
{
    (void)err;
    s->line = (struct jw_hit_line){.n = 1,
                                   .text = hit->paragraphs[0].text,
                                   .ranges = hit->paragraphs[0].ranges,
                                   .n_ranges = hit->paragraphs[0].n_ranges};
    *out = &s->line;
    *n_out = 1;
    return JW_OK;
}

const char *jw_tier_name(enum jw_tier tier)
{
    static const char *const names[JW_TIERS] = {"exact", "all", "partial"};
    return names[tier];
}

const char *jw_relation_name(enum jw_relation relation)
{
    static const char *const names[] = {"eq", "gte", "approx"};
    return names[relation];
}

enum jw_status jw_search_suggest(struct jw_searcher *s,
                                 const struct jw_suggest_request *request,
                                 const struct jw_suggest_result **out,
                                 struct jw_error *err)
{
    *out = NULL;
    enum jw_status status = misbehave(request->q, err);
    if (status == JW_OK) {
        status = fill(s, request->q, err);
    }
    if (status == JW_OK) {
        s->suggestion = (struct jw_suggestion){.kind = JW_SUGGEST_TITLE,
                                               .text = s->article.title,
                                               .count = 1,
                                               .id = s->article.id,
                                               .ranges = ranges,
                                               .n_ranges = 1};
        s->suggested = (struct jw_suggest_result){
            .at = &s->suggestion, .n = 1, .partial = has(request->q, "cut")};
        *out = &s->suggested;
    }
    return status;
}

const char *jw_suggestion_kind_name(enum jw_suggestion_kind kind)
{
    return kind == JW_SUGGEST_TITLE ? "title" : "phrase";
}

enum jw_status jw_search_related(struct jw_searcher *s,
                                 const struct jw_related_request *request,
                                 const struct jw_related_result **out,
                                 struct jw_error *err)
{
    *out = NULL;
    enum jw_status status = misbehave(request->id, err);
    if (status == JW_OK && has(request->id, "missing")) {
        return JW_ENOTFOUND;
    }
    if (status == JW_OK) {
        s->related = (struct jw_related_result){.revision = 1};
        *out = &s->related;
    }
    return status;
}
