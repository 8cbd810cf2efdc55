/* A base with the terms of frequent n-grams answers as one that Xapian has written, which
 * has none: the same hits in the same order, the same totals or better ones. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "articles.h"
#include "jianwen/index.h"
#include "jianwen/schema.h"
#include "jianwen/search.h"
#include "jw_cunit.h"
#include "phrase_corpus.h"
#include "scratch.h"
#include "small_index.h"

enum {
    QUERIES = 36,
    REQUESTS_A_QUERY = 8,
    QUERY_BYTES = 256,
    ADDED = 60,
    CHANGED = 90,
    DELETED = 40,
    /* Hits that are ranked by their texts: the best candidates, so many. */
    RANKED_MAX = 100,
    PARTS_OF_MERGE = 2,
    MERGE_ARENA_BYTES = 1 << 28,
    /* Deletions are random, but each article is met once. */
    STEP = 7
};

/* Of sums of a few floats. */
#define ROUNDING 1e-6

static struct jw_error err;

/* ---- the two indexes ---- */

enum way {
    /* Written in one go: with n-grams. */
    WAY_PARTS,
    WAY_STOCK,
    WAYS
};

struct side {
    const char *dir;
    struct jw_reader *reader;
    struct jw_searcher *searcher;
};

struct both {
    struct jw_scratch scratch;
    struct side side[WAYS];
    /* Answers that are exact only where the postings of n-grams decide. */
    size_t n_better;
    size_t n_other;
    size_t n_asked;
};

static void open_both(struct both *b)
{
    for (int i = 0; i < WAYS; i++) {
        struct side *side = &b->side[i];
        side->reader = jw_small_reader(side->dir);
        CHECK_OK(jw_searcher_new(side->reader, &side->searcher, &err), &err);
    }
}

static void close_both(struct both *b)
{
    for (int i = 0; i < WAYS; i++) {
        jw_searcher_free(b->side[i].searcher);
        jw_reader_close(b->side[i].reader);
    }
}

/* Append articles to a base as one stretch. */
static void append_part(struct jw_index_writer *w, const struct jw_article *articles,
                        size_t n)
{
    struct jw_index_part *part = NULL;
    enum jw_status status = jw_index_part_new(w, &part, &err);
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        status = jw_index_writer_admit(w, &articles[i], &err);
        status = status == JW_OK ? jw_index_part_put(part, &articles[i], &err) : status;
    }
    status = status == JW_OK ? jw_index_part_end(part, &err) : status;
    status = status == JW_OK ? jw_index_writer_append(w, part, &err) : status;
    CHECK_OK(status, &err);
    jw_index_part_free(part);
}

static void build_parts(const char *dir, const struct jw_article *articles,
                        const size_t *n_of_part, size_t n_parts)
{
    struct jw_index_writer *w = jw_small_writer(dir, JW_INDEX_BUILD);
    CHECK(jw_index_writer_takes_parts(w));
    for (size_t i = 0; i < n_parts; i++) {
        append_part(w, articles, n_of_part[i]);
        articles += n_of_part[i];
    }
    jw_small_commit(w);
}

static void build_both(struct both *b, const struct jw_phrase_corpus *c)
{
    memset(b, 0, sizeof *b);
    jw_scratch_make(&b->scratch);
    b->side[WAY_PARTS].dir = jw_scratch_path(&b->scratch, "parts");
    b->side[WAY_STOCK].dir = jw_scratch_path(&b->scratch, "stock");
    build_parts(b->side[WAY_PARTS].dir, c->at, c->n_of_part, JW_PHRASE_PARTS);
    jw_articles_index(b->side[WAY_STOCK].dir, true, true, c->at, c->n);
}

/* ---- questions ---- */

static struct jw_search_request any_request(struct jw_random *r, struct jw_str q)
{
    static const uint32_t limits[] = {1, 3, 10, 10, 50, 1000};
    static const uint32_t offsets[] = {0, 0, 0, 0, 1, 20, 300, 990};
    static const uint32_t counts[] = {0, 0, 1, 20, 200, 5000};
    struct jw_search_request request = jw_search_request_default();
    request.q = q;
    request.unit = jw_random_one_in(r, 2) ? JW_HIT_PARAGRAPH : JW_HIT_ARTICLE;
    request.sort = (enum jw_sort)jw_random_below(r, 3);
    request.sort = jw_random_one_in(r, 2) ? JW_SORT_RELEVANCE : request.sort;
    request.limit = limits[jw_random_below(r, sizeof limits / sizeof limits[0])];
    request.offset = offsets[jw_random_below(r, sizeof offsets / sizeof offsets[0])];
    request.count = counts[jw_random_below(r, sizeof counts / sizeof counts[0])];
    request.exact_script = jw_random_one_in(r, 5);
    request.facets = jw_random_one_in(r, 4) ? JW_FACET_YEAR | JW_FACET_SOURCE : 0;
    request.dedupe = request.unit == JW_HIT_ARTICLE && jw_random_one_in(r, 12);
    request.explain = jw_random_one_in(r, 12);
    request.paragraphs = 1 + jw_random_below(r, 3);
    request.budget_us = 0;
    if (jw_random_one_in(r, 6)) {
        request.from = 20200000;
        request.to = jw_random_one_in(r, 2) ? 20201231 : 0;
    }
    if (jw_random_one_in(r, 8)) {
        request.field[JW_FIELD_SOURCE] = jw_str_c("晨报");
    }
    return request;
}

static const struct jw_search_result *ask(const struct side *side,
                                          const struct jw_search_request *r)
{
    const struct jw_search_result *result = NULL;
    jw_error_clear(&err);
    return CHECK_OK(jw_search(side->searcher, r, &result, &err), &err) ? result : NULL;
}

/* ---- comparing ---- */

static bool same_ranges(const struct jw_range *a, size_t n_a, const struct jw_range *b,
                        size_t n_b)
{
    return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * sizeof *a) == 0);
}

static bool same_paragraph(const struct jw_hit_paragraph *a,
                           const struct jw_hit_paragraph *b)
{
    return a->n == b->n && a->role == b->role && jw_str_eq(a->text, b->text) &&
           same_ranges(a->ranges, a->n_ranges, b->ranges, b->n_ranges) &&
           a->n_doubts == b->n_doubts;
}

/* Partial hits' weights are sums in the order of what the two kinds of database know of
 * their terms. */
static bool same_score(const struct jw_hit *a, const struct jw_hit *b)
{
    return a->tier == JW_TIER_PARTIAL ? fabs(a->score - b->score) <= a->score * ROUNDING
                                      : a->score == b->score;
}

static bool same_hit(const struct jw_hit *a, const struct jw_hit *b)
{
    bool same = jw_str_eq(a->article->id, b->article->id) && a->tier == b->tier &&
                same_score(a, b) && a->n_paragraphs == b->n_paragraphs &&
                a->n_also_in == b->n_also_in && a->n_copies == b->n_copies &&
                jw_str_eq(a->explanation, b->explanation) &&
                same_ranges(a->title_ranges, a->n_title_ranges, b->title_ranges,
                            b->n_title_ranges);
    for (size_t i = 0; same && i < a->n_paragraphs; i++) {
        same = same_paragraph(&a->paragraphs[i], &b->paragraphs[i]);
    }
    return same;
}

static bool same_facets(const struct jw_search_result *a,
                        const struct jw_search_result *b)
{
    bool same = a->n_facets == b->n_facets;
    for (size_t i = 0; same && i < a->n_facets; i++) {
        const struct jw_facet *x = &a->facets[i];
        const struct jw_facet *y = &b->facets[i];
        same = x->facet == y->facet && x->n_counts == y->n_counts;
        for (size_t k = 0; same && k < x->n_counts; k++) {
            same = x->counts[k].count == y->counts[k].count &&
                   jw_str_eq(x->counts[k].value, y->counts[k].value);
        }
    }
    return same;
}

/* One line that says what was asked. */
static const char *question(const struct jw_search_request *r)
{
    static char line[512];
    (void)snprintf(line, sizeof line,
                   "%.*s match=%d unit=%d sort=%d limit=%u offset=%u count=%u script=%d "
                   "facets=%u dedupe=%d from=%u to=%u source=%d",
                   (int)r->q.n, r->q.p, r->match, r->unit, r->sort, r->limit, r->offset,
                   r->count, r->exact_script, r->facets, r->dedupe, r->from, r->to,
                   r->field[JW_FIELD_SOURCE].n > 0);
    return line;
}

static void check_number(const struct jw_search_request *r,
                         const struct jw_search_result *got,
                         const struct jw_search_result *want)
{
    CHECK_MSG(got->n_hits == want->n_hits, "%s: %zu hits, not %zu", question(r),
              got->n_hits, want->n_hits);
    CHECK_MSG(got->has_next == want->has_next && got->next_offset == want->next_offset &&
                  (got->next_cursor.n > 0) == (want->next_cursor.n > 0),
              "%s: another page follows, or none", question(r));
    CHECK_MSG(got->n_notes == want->n_notes, "%s: other notes", question(r));
}

static void check_hits(const struct jw_search_request *r,
                       const struct jw_search_result *got,
                       const struct jw_search_result *want)
{
    check_number(r, got, want);
    for (size_t i = 0; i < got->n_hits && i < want->n_hits; i++) {
        const struct jw_hit *g = &got->hits[i];
        const struct jw_hit *w = &want->hits[i];
        bool same = same_hit(g, w);
        CHECK_MSG(same, "%s: hit %zu is %.*s/%u, %s, %.9g, not %.*s/%u, %s, %.9g",
                  question(r), i, (int)g->article->id.n, g->article->id.p,
                  g->n_paragraphs ? g->paragraphs[0].n : 0, jw_tier_name(g->tier),
                  g->score, (int)w->article->id.n, w->article->id.p,
                  w->n_paragraphs ? w->paragraphs[0].n : 0, jw_tier_name(w->tier),
                  w->score);
        if (!same) {
            break;
        }
    }
}

/* The last page of all hits, each of which has been read then. */
static const struct jw_search_result *read_them(const struct side *side,
                                                struct jw_search_request r)
{
    const struct jw_search_result *result = NULL;
    r.count = 0;
    r.explain = false;
    r.paragraphs = 1;
    r.limit = JW_SEARCH_MAX_LIMIT;
    r.cursor = jw_str_of(NULL, 0);
    for (r.offset = 0; r.offset <= JW_SEARCH_MAX_OFFSET; r.offset += r.limit) {
        result = ask(side, &r);
        if (!result || !result->has_next) {
            break;
        }
    }
    if (result) {
        CHECK(!result->has_next);
        CHECK_INT(result->total.relation, JW_TOTAL_EQ);
        CHECK_INT(result->total.value, result->n_hits || r.offset == 0
                                           ? r.offset + result->n_hits
                                           : result->total.value);
    }
    return result;
}

/* @return whether a total is exact that the other is not. */
static bool check_total(const struct jw_search_request *r, const char *what,
                        const struct jw_total *got, const struct jw_total *want,
                        uint64_t truth)
{
    bool good = got->relation == JW_TOTAL_EQ    ? got->value == truth
                : got->relation == JW_TOTAL_GTE ? got->value <= truth
                                                : true;
    /* Of stories all prints would have to be read, which is done for few open ones. */
    bool as_exact =
        want->relation != JW_TOTAL_EQ || got->relation == JW_TOTAL_EQ || r->dedupe;
    CHECK_MSG(good && as_exact, "%s: %s is %s %llu, not %s %llu; in truth %llu",
              question(r), what, jw_relation_name(got->relation),
              (unsigned long long)got->value, jw_relation_name(want->relation),
              (unsigned long long)want->value, (unsigned long long)truth);
    return got->relation == JW_TOTAL_EQ && want->relation != JW_TOTAL_EQ;
}

static bool same_totals(const struct jw_search_result *a,
                        const struct jw_search_result *b)
{
    bool same =
        a->total.value == b->total.value && a->total.relation == b->total.relation;
    for (int t = 0; t < JW_TIERS; t++) {
        same = same && a->tiers[t].value == b->tiers[t].value &&
               a->tiers[t].relation == b->tiers[t].relation;
    }
    return same;
}

/* Totals that are not the same: better ones. */
static void check_better(struct both *b, const struct jw_search_request *r,
                         const struct jw_search_result *got,
                         const struct jw_search_result *want)
{
    struct jw_total total = want->total;
    struct jw_total exact = want->tiers[JW_TIER_EXACT];
    const struct jw_search_result *all = read_them(&b->side[WAY_STOCK], *r);
    uint64_t truth = all ? all->total.value : 0;
    b->n_better += check_total(r, "total", &got->total, &total, truth);
    (void)check_total(r, "exact", &got->tiers[JW_TIER_EXACT], &exact, truth);
    CHECK_MSG(got->tiers[JW_TIER_ALL].value == 0 ||
                  got->tiers[JW_TIER_ALL].relation != JW_TOTAL_EQ,
              "%s: hits of another tier", question(r));
    if (all && got->total.relation == JW_TOTAL_EQ) {
        CHECK_MSG(same_facets(got, all), "%s: facets of better totals", question(r));
    }
}

/*
 * Whether the order of hits may differ.  What holds the pairs and not the phrase takes a
 * place among the candidates that are ranked by their texts, and an article is weighed by
 * its best paragraph that holds the pairs; where n-grams decide, such are no candidates.
 */
static bool may_differ(struct both *b, struct jw_search_request r)
{
    bool quoted = r.q.p[0] == '"';
    if (r.sort != JW_SORT_RELEVANCE || r.exact_script ||
        (quoted && r.unit == JW_HIT_PARAGRAPH)) {
        return false;
    }
    struct jw_search_request probe = jw_search_request_default();
    probe.q = quoted ? jw_str_slice(r.q, 1, r.q.n - 1) : r.q;
    probe.unit = JW_HIT_PARAGRAPH;
    probe.match = JW_MATCH_ALL;
    probe.budget_us = 0;
    const struct jw_search_result *all = read_them(&b->side[WAY_STOCK], probe);
    bool few = r.unit == JW_HIT_PARAGRAPH && all && all->total.value <= RANKED_MAX;
    return all && all->tiers[JW_TIER_ALL].value > 0 && !few;
}

/* Ask both.  @param strict  only exact hits are wanted. */
static void compare(struct both *b, const struct jw_search_request *r, bool strict)
{
    bool other = strict && may_differ(b, *r);
    const struct jw_search_result *got = ask(&b->side[WAY_PARTS], r);
    const struct jw_search_result *want = ask(&b->side[WAY_STOCK], r);
    if (!got || !want) {
        return;
    }
    b->n_asked++;
    if (other) {
        b->n_other++;
        check_number(r, got, want);
    } else {
        check_hits(r, got, want);
    }
    if (same_totals(got, want)) {
        CHECK_MSG(same_facets(got, want), "%s: other facets", question(r));
    } else if (CHECK_MSG(strict, "%s: other totals", question(r))) {
        check_better(b, r, got, want);
    }
}

/* The page behind the first, by the cursor of each. */
static void compare_next(struct both *b, struct jw_search_request r, bool strict)
{
    static char cursors[WAYS][JW_SEARCH_MAX_CURSOR];
    const struct jw_search_result *pages[WAYS] = {NULL, NULL};
    bool other = strict && may_differ(b, r);
    for (int i = 0; i < WAYS; i++) {
        const struct jw_search_result *first = ask(&b->side[i], &r);
        if (!first || !first->has_next || first->next_cursor.n == 0) {
            return;
        }
        struct jw_search_request next = r;
        memcpy(cursors[i], first->next_cursor.p, first->next_cursor.n);
        next.cursor = jw_str_of(cursors[i], first->next_cursor.n);
        next.offset = first->next_offset;
        pages[i] = ask(&b->side[i], &next);
    }
    if (!other && pages[WAY_PARTS] && pages[WAY_STOCK]) {
        check_hits(&r, pages[WAY_PARTS], pages[WAY_STOCK]);
    }
}

static void compare_query(struct both *b, struct jw_random *random, struct jw_str text)
{
    char bytes[QUERY_BYTES];
    int n = snprintf(bytes, sizeof bytes, "\"%.*s\"", (int)text.n, text.p);
    struct jw_str quoted = jw_str_of(bytes, (size_t)n);
    for (int i = 0; i < REQUESTS_A_QUERY; i++) {
        bool in_marks = jw_random_one_in(random, 2);
        struct jw_search_request r = any_request(random, in_marks ? quoted : text);
        if (!in_marks || jw_random_one_in(random, 4)) {
            r.match = JW_MATCH_EXACT;
        }
        compare(b, &r, true);
        if (jw_random_one_in(random, 8)) {
            compare_next(b, r, true);
        }
    }
    /* Without either, what holds the pairs is found behind what holds the phrase. */
    struct jw_search_request r = any_request(random, text);
    r.count = 0;
    r.match = jw_random_one_in(random, 3) ? JW_MATCH_ALL : JW_MATCH_AUTO;
    compare(b, &r, false);
}

/* Ask at random; the texts that the questions are made of are those of c. */
static void compare_both(struct both *b, struct jw_phrase_corpus *c, uint64_t salt)
{
    struct jw_random r = jw_random_start(salt);
    open_both(b);
    for (int i = 0; i < QUERIES; i++) {
        compare_query(b, &r, jw_phrase_any(c, &r));
    }
    close_both(b);
}

/* ---- the cases ---- */

static uint32_t n_docs_of(struct jw_reader *reader, const char *term)
{
    struct jw_term_info info = {0, 0};
    CHECK_OK(jw_database_term(jw_reader_database(reader, 0), jw_str_c(term), &info, &err),
             &err);
    return info.n_docs;
}

/* What the comparison lives on: terms on the one side alone, in some stretches. */
static void check_stretches(struct both *b, const struct jw_phrase_corpus *c)
{
    open_both(b);
    struct jw_reader *parts = b->side[WAY_PARTS].reader;
    struct jw_reader *stock = b->side[WAY_STOCK].reader;
    const struct jw_segment *g = jw_index_segment(jw_reader_index(parts), 0);
    size_t article = 0;
    CHECK_INT(g->n_stretches, JW_PHRASE_PARTS);
    CHECK_INT(jw_index_segment(jw_reader_index(stock), 0)->n_stretches, 0);
    for (size_t i = 0; i < g->n_stretches; i++) {
        article += c->n_of_part[i];
        uint32_t last =
            article < g->n_rows ? g->rows[article].first_docid - 1 : g->last_docid;
        CHECK_INT(g->stretches[i], last);
    }
    CHECK(n_docs_of(parts, "N城市发展规划局") > 1024);
    CHECK(n_docs_of(parts, "N钟鼓楼") >= JW_NGRAM_LEAST_DOCS);
    CHECK_INT(n_docs_of(stock, "N城市发展规划局"), 0);
    close_both(b);
}

/* What is put without parts is one stretch. */
static void check_one_stretch(const char *dir)
{
    struct jw_reader *reader = jw_small_reader(dir);
    const struct jw_segment *g = jw_index_segment(jw_reader_index(reader), 0);
    if (CHECK_INT(g->n_stretches, 1)) {
        CHECK_INT(g->stretches[0], g->last_docid);
    }
    jw_reader_close(reader);
}

static void test_stretches(void)
{
    struct jw_random r = jw_random_start(1);
    struct jw_phrase_corpus c;
    struct both b;
    jw_phrase_corpus_make(&c, &r);
    build_both(&b, &c);
    check_stretches(&b, &c);
    compare_both(&b, &c, 2);
    CHECK_MSG(b.n_better > b.n_asked / 50, "%zu of %zu answers have better totals",
              b.n_better, b.n_asked);
    jw_articles_index(b.side[WAY_PARTS].dir, true, false, c.at, c.n);
    check_one_stretch(b.side[WAY_PARTS].dir);
    compare_both(&b, &c, 3);
    jw_scratch_remove(&b.scratch);
    jw_phrase_corpus_release(&c);
}

/* ---- changes ---- */

static void add_articles(struct both *b, struct jw_phrase_corpus *c, struct jw_random *r)
{
    static struct jw_article added[ADDED];
    for (size_t i = 0; i < ADDED; i++) {
        char id[QUERY_BYTES];
        (void)snprintf(id, sizeof id, "added-%zu", i);
        added[i] = jw_phrase_article(c, r, id, i % JW_PHRASE_PARTS);
    }
    for (int i = 0; i < WAYS; i++) {
        jw_articles_index(b->side[i].dir, false, false, added, ADDED);
    }
}

static void change_articles(struct both *b, struct jw_phrase_corpus *c,
                            struct jw_random *r)
{
    static struct jw_article changed[CHANGED];
    for (size_t i = 0; i < CHANGED; i++) {
        char id[QUERY_BYTES];
        struct jw_str old = c->at[i * STEP].id;
        (void)snprintf(id, sizeof id, "%.*s", (int)old.n, old.p);
        changed[i] = jw_phrase_article(c, r, id, i % JW_PHRASE_PARTS);
    }
    for (int i = 0; i < WAYS; i++) {
        struct jw_index_writer *w = jw_small_writer(b->side[i].dir, JW_INDEX_CHANGE);
        for (size_t k = 0; k < CHANGED; k++) {
            CHECK_OK(jw_index_writer_put(w, &changed[k], &err), &err);
        }
        for (size_t k = 0; k < DELETED; k++) {
            CHECK_OK(jw_index_writer_delete(w, c->at[k * STEP + 1].id, &err), &err);
        }
        jw_small_commit(w);
    }
}

/* Read all that is alive into the arena. */
static size_t read_all(struct jw_reader *reader, struct jw_arena *arena,
                       struct jw_article *out, size_t room)
{
    struct jw_index *index = jw_reader_index(reader);
    size_t n = 0;
    for (size_t s = 0; s < jw_index_n_segments(index); s++) {
        const struct jw_segment *g = jw_index_segment(index, s);
        for (size_t row = 0; row < g->n_rows && n < room; row++) {
            struct jw_stored stored;
            if (!jw_segment_is_dead(g, row) &&
                CHECK_OK(jw_reader_whole(reader, s, row, arena, &stored, &err), &err)) {
                out[n++] = stored.article;
            }
        }
    }
    return n;
}

/* Make one base of what there is. */
static void merge(struct both *b, size_t most)
{
    struct jw_arena arena;
    jw_arena_init(&arena, MERGE_ARENA_BYTES);
    struct jw_article *articles = jw_arena_calloc(&arena, most, sizeof *articles);
    struct jw_reader *reader = jw_small_reader(b->side[WAY_PARTS].dir);
    size_t n = read_all(reader, &arena, articles, most);
    CHECK_INT(n, jw_index_stats(jw_reader_index(reader))->n_articles);
    jw_reader_close(reader);
    const size_t n_of_part[PARTS_OF_MERGE] = {n / 3, n - n / 3};
    build_parts(b->side[WAY_PARTS].dir, articles, n_of_part, PARTS_OF_MERGE);
    jw_articles_index(b->side[WAY_STOCK].dir, true, true, articles, n);
    jw_arena_release(&arena);
}

static void test_changes(void)
{
    struct jw_random r = jw_random_start(4);
    struct jw_phrase_corpus c;
    struct both b;
    jw_phrase_corpus_make(&c, &r);
    build_both(&b, &c);
    add_articles(&b, &c, &r);
    compare_both(&b, &c, 5);
    change_articles(&b, &c, &r);
    compare_both(&b, &c, 6);
    merge(&b, c.n + ADDED);
    compare_both(&b, &c, 7);
    CHECK(b.n_better > 0);
    jw_scratch_remove(&b.scratch);
    jw_phrase_corpus_release(&c);
}

JW_TEST_MAIN("phrases", {"stretches", test_stretches}, {"changes", test_changes})
