/*
 * features_bench INDEX QUERIES [ROUNDS] - what each way to ask costs beside a plain
 * search.
 *
 * QUERIES has a query a line.  Each round asks every query in every way, one way after
 * the other for the same query, so that all meet the same machine.  Prints a line of JSON
 * a way: the median and 99th percentile of its microseconds, and the mean of all beside
 * that of the plain search (relevance, ten articles).  Suggestions are asked for the
 * first one to four characters of each query, related articles for the first hit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jianwen/buf.h"
#include "jianwen/file.h"
#include "jianwen/related.h"
#include "jianwen/search.h"
#include "jianwen/suggest.h"
#include "jianwen/utf8.h"

enum {
    QUERIES_MAX_BYTES = 64 << 20,
    DEFAULT_ROUNDS = 3,
    TYPED_MAX = 4
};

enum way {
    PLAIN,
    NEWEST,
    OLDEST,
    FILTERED,
    FACETS,
    ONE_PARAGRAPH,
    TEN_PARAGRAPHS,
    SNIPPETS,
    DEDUPE,
    EXPLAIN,
    SECOND_PAGE,
    SUGGEST,
    RELATED,
    WAYS
};

static const char *const names[WAYS] = {
    "plain",         "sort=newest",   "sort=oldest", "from=,to=", "facets, all four",
    "paragraphs=1",  "paragraphs=10", "snippet=80",  "dedupe=1",  "explain=1",
    "next (cursor)", "suggest",       "related"};

struct bench {
    struct jw_index *index;
    struct jw_reader *reader;
    struct jw_searcher *searcher;
    struct jw_buf text;
    struct jw_buf id;
    struct jw_buf cursor;
    struct jw_error err;
    double *us[WAYS];
    size_t n[WAYS];
    size_t cap;
};

static double now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct jw_search_request request_for(enum way way, struct jw_str q)
{
    struct jw_search_request r = jw_search_request_default();
    r.q = q;
    r.sort = way == NEWEST ? JW_SORT_NEWEST : way == OLDEST ? JW_SORT_OLDEST : r.sort;
    r.from = way == FILTERED ? 20200000 : 0;
    r.to = way == FILTERED ? 20231231 : 0;
    r.facets = way == FACETS ? (1u << JW_FACETS) - 1 : 0;
    r.paragraphs = way == ONE_PARAGRAPH ? 1 : way == TEN_PARAGRAPHS ? 10 : r.paragraphs;
    r.snippet_chars = way == SNIPPETS ? 80 : 0;
    r.dedupe = way == DEDUPE;
    r.explain = way == EXPLAIN;
    return r;
}

static void note(struct bench *b, enum way way, double us)
{
    if (b->n[way] < b->cap) {
        b->us[way][b->n[way]++] = us;
    }
}

/* Keep what the ways that build on a plain search need of it. */
static void remember(struct bench *b, const struct jw_search_result *result)
{
    jw_buf_clear(&b->id);
    jw_buf_clear(&b->cursor);
    if (result->n_hits) {
        jw_buf_add_str(&b->id, result->hits[0].article->id);
    }
    jw_buf_add_str(&b->cursor, result->next_cursor);
}

static bool search(struct bench *b, enum way way, struct jw_str q)
{
    const struct jw_search_result *result = NULL;
    struct jw_search_request r = request_for(way, q);
    if (way == SECOND_PAGE) {
        r.cursor = jw_buf_str(&b->cursor);
        r.offset = r.limit;
        if (r.cursor.n == 0) {
            return true;
        }
    }
    double start = now_us();
    if (jw_search(b->searcher, &r, &result, &b->err) != JW_OK) {
        return false;
    }
    note(b, way, now_us() - start);
    if (way == PLAIN) {
        remember(b, result);
    }
    return true;
}

static bool suggest(struct bench *b, struct jw_str q)
{
    size_t n = jw_utf8_count(q);
    for (size_t i = 1; i <= n && i <= TYPED_MAX; i++) {
        const struct jw_suggest_result *result = NULL;
        struct jw_suggest_request r = {.q = jw_str_slice(q, 0, jw_utf8_offset(q, i)),
                                       .limit = 10};
        double start = now_us();
        if (jw_search_suggest(b->searcher, &r, &result, &b->err) != JW_OK) {
            return false;
        }
        note(b, SUGGEST, now_us() - start);
    }
    return true;
}

static bool related(struct bench *b)
{
    const struct jw_related_result *result = NULL;
    struct jw_related_request r = {.id = jw_buf_str(&b->id), .limit = 10};
    if (r.id.n == 0) {
        return true;
    }
    double start = now_us();
    if (jw_search_related(b->searcher, &r, &result, &b->err) != JW_OK) {
        return false;
    }
    note(b, RELATED, now_us() - start);
    return true;
}

static bool ask_all_ways(struct bench *b, struct jw_str q)
{
    for (int way = PLAIN; way <= SECOND_PAGE; way++) {
        if (!search(b, (enum way)way, q)) {
            return false;
        }
    }
    return suggest(b, q) && related(b);
}

static double mean(const struct bench *b, enum way way)
{
    double sum = 0;
    for (size_t i = 0; i < b->n[way]; i++) {
        sum += b->us[way][i];
    }
    return b->n[way] ? sum / (double)b->n[way] : 0;
}

static void report(struct bench *b)
{
    for (int way = PLAIN; way < WAYS; way++) {
        size_t n = b->n[way];
        if (n == 0) {
            continue;
        }
        qsort(b->us[way], n, sizeof *b->us[way], by_value);
        (void)printf(
            "{\"way\": \"%s\", \"asked\": %zu, \"p50_us\": %.0f, \"p99_us\": %.0f, "
            "\"mean_to_plain\": %.2f}\n",
            names[way], n, b->us[way][n / 2], b->us[way][n * 99 / 100],
            mean(b, (enum way)way) / mean(b, PLAIN));
    }
}

static bool open_all(struct bench *b, const char *index, const char *queries)
{
    jw_buf_init(&b->text, QUERIES_MAX_BYTES);
    jw_buf_init(&b->id, 1024);
    jw_buf_init(&b->cursor, JW_SEARCH_MAX_CURSOR);
    return jw_file_read(queries, QUERIES_MAX_BYTES, &b->text, &b->err) == JW_OK &&
           jw_index_open(index, &b->index, &b->err) == JW_OK &&
           jw_reader_open(b->index, &b->reader, &b->err) == JW_OK &&
           jw_searcher_new(b->reader, &b->searcher, &b->err) == JW_OK;
}

static bool make_room(struct bench *b, unsigned long rounds)
{
    size_t lines = 1;
    for (size_t i = 0; i < b->text.len; i++) {
        lines += b->text.data[i] == '\n';
    }
    b->cap = lines * rounds * TYPED_MAX;
    for (int way = PLAIN; way < WAYS; way++) {
        b->us[way] = calloc(b->cap, sizeof *b->us[way]);
        if (!b->us[way]) {
            return false;
        }
    }
    return true;
}

static bool run(struct bench *b, unsigned long rounds)
{
    struct jw_str all = jw_buf_str(&b->text);
    for (unsigned long round = 0; round <= rounds; round++) {
        memset(b->n, 0, round == 1 ? sizeof b->n : 0); /* the first one warms */
        for (size_t from = 0; from < all.n;) {
            const char *end = memchr(all.p + from, '\n', all.n - from);
            size_t to = end ? (size_t)(end - all.p) : all.n;
            if (!ask_all_ways(b, jw_str_slice(all, from, to))) {
                return false;
            }
            from = to + 1;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct bench b;
    memset(&b, 0, sizeof b);
    unsigned long rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : DEFAULT_ROUNDS;
    if (argc < 3) {
        (void)fprintf(stderr, "usage: features_bench INDEX QUERIES [ROUNDS]\n");
        return 2;
    }
    bool good =
        open_all(&b, argv[1], argv[2]) && make_room(&b, rounds) && run(&b, rounds);
    if (good) {
        report(&b);
    } else {
        (void)fprintf(stderr, "features_bench: %s\n", b.err.message);
    }
    for (int way = PLAIN; way < WAYS; way++) {
        free(b.us[way]);
    }
    jw_searcher_free(b.searcher);
    jw_reader_close(b.reader);
    jw_index_unref(b.index);
    jw_buf_release(&b.text);
    jw_buf_release(&b.id);
    jw_buf_release(&b.cursor);
    return good ? 0 : 1;
}
