/* A base with the terms of frequent n-grams answers as one that Xapian has written, which
 * has none: the same hits in the same order, the same totals or better ones. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "articles.h"
#include "both_ways.h"
#include "jianwen/index.h"
#include "jianwen/schema.h"
#include "jianwen/search.h"
#include "jw_cunit.h"
#include "phrase_corpus.h"
#include "scratch.h"
#include "small_index.h"

enum {
    QUERIES = 26,
    REQUESTS_A_QUERY = 8,
    QUERY_BYTES = 256,
    WEIGHED_HITS = 50,
    COUNT_ALL = 1000000,
    ADDED = 60,
    CHANGED = 90,
    DELETED = 40,
    PARTS_OF_MERGE = 2,
    BUDGET_MAX_US = 20000,
    MERGE_ARENA_BYTES = 1 << 28,
    /* Deletions are random, but each article is met once. */
    STEP = 7
};

static struct jw_error err;

static void build_both(struct jw_both_ways *b, const struct jw_phrase_corpus *c)
{
    memset(b, 0, sizeof *b);
    jw_scratch_make(&b->scratch);
    b->side[JW_WAY_PARTS].dir = jw_scratch_path(&b->scratch, "parts");
    b->side[JW_WAY_STOCK].dir = jw_scratch_path(&b->scratch, "stock");
    jw_build_parts(b->side[JW_WAY_PARTS].dir, c->at, c->n_of_part, JW_PHRASE_PARTS);
    jw_articles_index(b->side[JW_WAY_STOCK].dir, true, true, c->at, c->n);
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

static void compare_query(struct jw_both_ways *b, struct jw_random *random,
                          struct jw_str text)
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
        jw_both_compare(b, &r, true);
        if (jw_random_one_in(random, 8)) {
            jw_both_next(b, r, true);
        }
    }
    /* Without either, what holds the pairs is found behind what holds the phrase. */
    struct jw_search_request r = any_request(random, text);
    r.count = 0;
    r.match = jw_random_one_in(random, 3) ? JW_MATCH_ALL : JW_MATCH_AUTO;
    jw_both_compare(b, &r, false);
}

/* What texts weigh on one side, the lists have to weigh on the other: with a number to
 * count to, and more than there is, they do. */
static void compare_weights(struct jw_both_ways *b, struct jw_str text)
{
    char bytes[QUERY_BYTES];
    int n = snprintf(bytes, sizeof bytes, "\"%.*s\"", (int)text.n, text.p);
    struct jw_search_request r = jw_search_request_default();
    r.q = jw_str_of(bytes, (size_t)n);
    r.unit = JW_HIT_PARAGRAPH;
    r.limit = WEIGHED_HITS;
    r.count = COUNT_ALL;
    for (int way = 0; way < JW_WAYS; way++) {
        const struct jw_search_result *lists = jw_way_ask(&b->side[1 - way], &r);
        struct jw_search_request by_text = r;
        by_text.count = 0;
        const struct jw_search_result *texts = jw_way_ask(&b->side[way], &by_text);
        if (lists && texts) {
            jw_way_check_hits(&r, texts, lists);
            CHECK_INT(texts->total.value, lists->total.value);
        }
    }
}

/* Ask at random; the texts that the questions are made of are those of c. */
static void compare_both(struct jw_both_ways *b, struct jw_phrase_corpus *c,
                         uint64_t salt)
{
    struct jw_random r = jw_random_start(salt);
    jw_both_open(b);
    for (int i = 0; i < QUERIES; i++) {
        compare_query(b, &r, jw_phrase_any(c, &r));
        compare_weights(b, jw_phrase_any(c, &r));
    }
    jw_both_close(b);
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
static void check_stretches(struct jw_both_ways *b, const struct jw_phrase_corpus *c)
{
    jw_both_open(b);
    struct jw_reader *parts = b->side[JW_WAY_PARTS].reader;
    struct jw_reader *stock = b->side[JW_WAY_STOCK].reader;
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
    jw_both_close(b);
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
    struct jw_both_ways b;
    jw_phrase_corpus_make(&c, &r);
    build_both(&b, &c);
    check_stretches(&b, &c);
    compare_both(&b, &c, 2);
    CHECK_MSG(b.n_better > 0, "%zu of %zu answers have better totals", b.n_better,
              b.n_asked);
    jw_articles_index(b.side[JW_WAY_PARTS].dir, true, false, c.at, c.n);
    check_one_stretch(b.side[JW_WAY_PARTS].dir);
    compare_both(&b, &c, 3);
    jw_scratch_remove(&b.scratch);
    jw_phrase_corpus_release(&c);
}

/* ---- changes ---- */

static void add_articles(struct jw_both_ways *b, struct jw_phrase_corpus *c,
                         struct jw_random *r)
{
    static struct jw_article added[ADDED];
    for (size_t i = 0; i < ADDED; i++) {
        char id[QUERY_BYTES];
        (void)snprintf(id, sizeof id, "added-%zu", i);
        added[i] = jw_phrase_article(c, r, id, i % JW_PHRASE_PARTS);
    }
    for (int i = 0; i < JW_WAYS; i++) {
        jw_articles_index(b->side[i].dir, false, false, added, ADDED);
    }
}

static void change_articles(struct jw_both_ways *b, struct jw_phrase_corpus *c,
                            struct jw_random *r)
{
    static struct jw_article changed[CHANGED];
    for (size_t i = 0; i < CHANGED; i++) {
        char id[QUERY_BYTES];
        struct jw_str old = c->at[i * STEP].id;
        (void)snprintf(id, sizeof id, "%.*s", (int)old.n, old.p);
        changed[i] = jw_phrase_article(c, r, id, i % JW_PHRASE_PARTS);
    }
    for (int i = 0; i < JW_WAYS; i++) {
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
static void merge(struct jw_both_ways *b, size_t most)
{
    struct jw_arena arena;
    jw_arena_init(&arena, MERGE_ARENA_BYTES);
    struct jw_article *articles = jw_arena_calloc(&arena, most, sizeof *articles);
    struct jw_reader *reader = jw_small_reader(b->side[JW_WAY_PARTS].dir);
    size_t n = read_all(reader, &arena, articles, most);
    CHECK_INT(n, jw_index_stats(jw_reader_index(reader))->n_articles);
    jw_reader_close(reader);
    const size_t n_of_part[PARTS_OF_MERGE] = {n / 3, n - n / 3};
    jw_build_parts(b->side[JW_WAY_PARTS].dir, articles, n_of_part, PARTS_OF_MERGE);
    jw_articles_index(b->side[JW_WAY_STOCK].dir, true, true, articles, n);
    jw_arena_release(&arena);
}

/* ---- pages of an index that grows ---- */

enum {
    FIRST_PAGES = 24
};

/* A first page, and where those behind it begin. */
struct first_page {
    struct jw_search_request request;
    char q[QUERY_BYTES];
    char cursors[JW_WAYS][JW_SEARCH_MAX_CURSOR];
    size_t n_cursor[JW_WAYS];
};

/* Quoted, by paragraph: what holds the phrase is a hit, whatever decides it. */
static void ask_first(struct jw_both_ways *b, struct jw_random *r, struct jw_str text,
                      struct first_page *page)
{
    struct jw_search_request *request = &page->request;
    int n = snprintf(page->q, sizeof page->q, "\"%.*s\"", (int)text.n, text.p);
    *request = any_request(r, jw_str_of(page->q, (size_t)n));
    request->unit = JW_HIT_PARAGRAPH;
    request->dedupe = false;
    request->count = 0;
    request->offset = 0;
    request->limit = 1 + jw_random_below(r, 9);
    for (int i = 0; i < JW_WAYS; i++) {
        const struct jw_search_result *first = jw_way_ask(&b->side[i], request);
        page->n_cursor[i] = first && first->has_next ? first->next_cursor.n : 0;
        memcpy(page->cursors[i], page->n_cursor[i] ? first->next_cursor.p : "",
               page->n_cursor[i]);
    }
}

/* @return whether there was a page. */
static bool ask_second(struct jw_both_ways *b, struct first_page *page)
{
    const struct jw_search_result *pages[JW_WAYS] = {NULL, NULL};
    struct jw_search_request *r = &page->request;
    r->offset = r->limit;
    for (int i = 0; i < JW_WAYS; i++) {
        if (page->n_cursor[i] == 0) {
            return false;
        }
        r->cursor = jw_str_of(page->cursors[i], page->n_cursor[i]);
        pages[i] = jw_way_ask(&b->side[i], r);
    }
    if (pages[JW_WAY_PARTS] && pages[JW_WAY_STOCK]) {
        jw_way_check_hits(r, pages[JW_WAY_PARTS], pages[JW_WAY_STOCK]);
    }
    return true;
}

static void grow_between_pages(struct jw_both_ways *b, struct jw_phrase_corpus *c,
                               struct jw_random *r)
{
    static struct first_page pages[FIRST_PAGES];
    size_t n = 0;
    jw_both_open(b);
    for (size_t i = 0; i < FIRST_PAGES; i++) {
        ask_first(b, r, jw_phrase_any(c, r), &pages[i]);
    }
    jw_both_close(b);
    add_articles(b, c, r);
    jw_both_open(b);
    for (size_t i = 0; i < FIRST_PAGES; i++) {
        n += ask_second(b, &pages[i]);
    }
    CHECK(n > 0);
    jw_both_close(b);
}

static void test_changes(void)
{
    struct jw_random r = jw_random_start(4);
    struct jw_phrase_corpus c;
    struct jw_both_ways b;
    jw_phrase_corpus_make(&c, &r);
    build_both(&b, &c);
    grow_between_pages(&b, &c, &r);
    compare_both(&b, &c, 5);
    change_articles(&b, &c, &r);
    compare_both(&b, &c, 6);
    merge(&b, c.n + ADDED);
    compare_both(&b, &c, 7);
    CHECK(b.n_better > 0);
    jw_scratch_remove(&b.scratch);
    jw_phrase_corpus_release(&c);
}

/* ---- little time ---- */

/* Whatever was found when the time is over: no more than there is. */
static void check_in_time(const struct jw_way_side *side, struct jw_search_request r,
                          uint64_t truth)
{
    for (r.budget_us = 1; r.budget_us < BUDGET_MAX_US; r.budget_us += r.budget_us) {
        const struct jw_search_result *result = jw_way_ask(side, &r);
        if (!result || !CHECK(result->n_hits <= r.limit)) {
            break;
        }
        if (result->total.relation == JW_TOTAL_GTE) {
            CHECK_MSG(result->total.value <= truth, "%.*s in %lld us: %llu, of %llu",
                      (int)r.q.n, r.q.p, (long long)r.budget_us,
                      (unsigned long long)result->total.value, (unsigned long long)truth);
        } else if (result->total.relation == JW_TOTAL_EQ) {
            CHECK_INT(result->total.value, truth);
            CHECK(!result->partial);
        }
    }
}

static void check_little_time(struct jw_both_ways *b)
{
    static const char *const queries[] = {"\"城市发展规划局\"", "\"发展规\"",
                                          "\"中国人\"", "\"钟鼓楼\"", "\"合作组织\""};
    jw_both_open(b);
    for (size_t i = 0; i < 2 * sizeof queries / sizeof queries[0]; i++) {
        struct jw_search_request r = jw_search_request_default();
        r.q = jw_str_c(queries[i / 2]);
        r.unit = i % 2 ? JW_HIT_ARTICLE : JW_HIT_PARAGRAPH;
        r.budget_us = 0;
        const struct jw_search_result *all = jw_way_read(&b->side[JW_WAY_STOCK], r);
        if (all) {
            check_in_time(&b->side[JW_WAY_PARTS], r, all->total.value);
        }
    }
    jw_both_close(b);
}

/* ---- several threads ---- */

enum {
    THREADS = 3,
    ROUNDS = 60
};

struct asker {
    pthread_t thread;
    struct jw_index *index;
    uint64_t salt;
    const struct jw_str *queries;
    uint64_t totals[QUERIES];
    enum jw_status status;
};

/* Nothing is checked here: CUnit knows one thread. */
static void *ask_alone(void *arg)
{
    struct asker *a = arg;
    struct jw_random r = jw_random_start(a->salt);
    struct jw_reader *reader = NULL;
    struct jw_searcher *searcher = NULL;
    a->status = jw_reader_open(a->index, &reader, NULL);
    a->status = a->status == JW_OK ? jw_searcher_new(reader, &searcher, NULL) : a->status;
    for (int i = 0; i < ROUNDS && a->status == JW_OK; i++) {
        const struct jw_search_result *result = NULL;
        size_t n = i < QUERIES ? (size_t)i : jw_random_below(&r, QUERIES);
        struct jw_search_request request = jw_search_request_default();
        request.q = a->queries[n];
        request.match = JW_MATCH_EXACT;
        request.unit = JW_HIT_PARAGRAPH;
        request.budget_us = 0;
        a->status = jw_search(searcher, &request, &result, NULL);
        if (a->status == JW_OK) {
            a->totals[n] = result->total.value;
        }
    }
    jw_searcher_free(searcher);
    jw_reader_close(reader);
    return NULL;
}

static void check_threads(const char *dir, struct jw_phrase_corpus *c)
{
    struct jw_random r = jw_random_start(8);
    struct jw_str queries[QUERIES];
    struct asker askers[THREADS];
    struct jw_index *index = NULL;
    memset(askers, 0, sizeof askers);
    CHECK_OK(jw_index_open(dir, &index, &err), &err);
    for (int i = 0; i < QUERIES; i++) {
        queries[i] = jw_phrase_any(c, &r);
    }
    for (int i = 0; i < THREADS; i++) {
        askers[i].index = index;
        askers[i].salt = (uint64_t)i;
        askers[i].queries = queries;
        CHECK(pthread_create(&askers[i].thread, NULL, ask_alone, &askers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(askers[i].thread, NULL) == 0);
        CHECK_STATUS(askers[i].status, JW_OK);
        CHECK(memcmp(askers[i].totals, askers[0].totals, sizeof askers[0].totals) == 0);
    }
    jw_index_unref(index);
}

static void test_time_and_threads(void)
{
    struct jw_random r = jw_random_start(1);
    struct jw_phrase_corpus c;
    struct jw_both_ways b;
    jw_phrase_corpus_make(&c, &r);
    build_both(&b, &c);
    check_little_time(&b);
    check_threads(b.side[JW_WAY_PARTS].dir, &c);
    jw_scratch_remove(&b.scratch);
    jw_phrase_corpus_release(&c);
}

JW_TEST_MAIN("phrases", {"stretches", test_stretches}, {"changes", test_changes},
             {"little time, several threads", test_time_and_threads})
