/*
 * search_bench INDEX QUERIES [OPTION...] - searches in process, on one thread.
 *
 *   --quoted         each query as a phrase
 *   --paragraphs     hits are paragraphs (else articles)
 *   --exact          exact hits only
 *   --rounds N       passes over the queries (default 5); one more before them warms
 *   --limit N        hits asked for (default 10)
 *   --count N        paragraphs read to count hits; of more, totals are estimated
 *   --hits FILE      write "query TAB total TAB relation TAB id#n ..." and measure
 * nothing
 *
 * Prints one line of JSON a round: searches a second, and the median, 99th percentile
 * and mean of their microseconds, and the mean of the processor's, which other work
 * on the machine disturbs less.  Answers hold the stored text, marked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jianwen/buf.h"
#include "jianwen/file.h"
#include "jianwen/search.h"

enum {
    MAX_QUERY_FILE_BYTES = 64 << 20,
    MAX_QUERY_BYTES = 4096
};

struct options {
    const char *index;
    const char *queries;
    const char *hits;
    bool quoted;
    unsigned long rounds;
    struct jw_search_request request;
};

struct bench {
    struct options options;
    struct jw_index *index;
    struct jw_reader *reader;
    struct jw_searcher *searcher;
    struct jw_buf text;
    struct jw_str *queries;
    size_t n;
    double *us;
};

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool read_options(int argc, char **argv, struct options *o)
{
    memset(o, 0, sizeof *o);
    o->request = jw_search_request_default();
    o->rounds = 5;
    int i = 3;
    for (; i < argc; i++) {
        bool value = i + 1 < argc;
        if (strcmp(argv[i], "--quoted") == 0) {
            o->quoted = true;
        } else if (strcmp(argv[i], "--paragraphs") == 0) {
            o->request.unit = JW_HIT_PARAGRAPH;
        } else if (strcmp(argv[i], "--exact") == 0) {
            o->request.match = JW_MATCH_EXACT;
        } else if (strcmp(argv[i], "--rounds") == 0 && value) {
            o->rounds = strtoul(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--limit") == 0 && value) {
            o->request.limit = (uint32_t)strtoul(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--count") == 0 && value) {
            o->request.count = (uint32_t)strtoul(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--hits") == 0 && value) {
            o->hits = argv[++i];
        } else {
            return false;
        }
    }
    o->index = argc >= 3 ? argv[1] : NULL;
    o->queries = argc >= 3 ? argv[2] : NULL;
    return argc >= 3;
}

/* Cut the file into lines, each put into quotes when that is asked for. */
static bool read_queries(struct bench *b, struct jw_error *err)
{
    struct jw_buf file;
    jw_buf_init(&file, MAX_QUERY_FILE_BYTES);
    jw_buf_init(&b->text, MAX_QUERY_FILE_BYTES);
    if (jw_file_read(b->options.queries, MAX_QUERY_FILE_BYTES, &file, err) != JW_OK) {
        return false;
    }
    struct jw_str all = jw_buf_str(&file);
    size_t lines = 1;
    for (size_t i = 0; i < all.n; i++) {
        lines += all.p[i] == '\n';
    }
    b->queries = calloc(lines, sizeof *b->queries);
    b->us = calloc(lines, sizeof *b->us);
    if (!b->queries || !b->us || jw_buf_reserve(&b->text, all.n + 2 * lines) != JW_OK) {
        return false;
    }
    for (size_t from = 0; from < all.n;) {
        const char *end = memchr(all.p + from, '\n', all.n - from);
        size_t to = end ? (size_t)(end - all.p) : all.n;
        size_t start = b->text.len;
        jw_buf_add_c(&b->text, b->options.quoted ? "\"" : "");
        jw_buf_add_str(&b->text, jw_str_slice(all, from, to));
        jw_buf_add_c(&b->text, b->options.quoted ? "\"" : "");
        b->queries[b->n++] = jw_str_of(b->text.data + start, b->text.len - start);
        from = to + 1;
    }
    jw_buf_release(&file);
    return b->n > 0;
}

static bool search(struct bench *b, size_t i, const struct jw_search_result **out,
                   struct jw_error *err)
{
    b->options.request.q = b->queries[i];
    return jw_search(b->searcher, &b->options.request, out, err) == JW_OK;
}

static bool measure(struct bench *b, unsigned long round, struct jw_error *err)
{
    const struct jw_search_result *result = NULL;
    uint64_t hits = 0;
    double sum = 0;
    int64_t cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
    for (size_t i = 0; i < b->n; i++) {
        int64_t start = now_ns(CLOCK_MONOTONIC);
        if (!search(b, i, &result, err)) {
            return false;
        }
        b->us[i] = (double)(now_ns(CLOCK_MONOTONIC) - start) / 1000;
        sum += b->us[i];
        hits += result->n_hits;
    }
    cpu = now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
    qsort(b->us, b->n, sizeof *b->us, by_value);
    if (round > 0) {
        (void)printf("{\"round\": %lu, \"queries\": %zu, \"per_second\": %.1f, "
                     "\"p50_us\": %.1f, \"p99_us\": %.1f, \"mean_us\": %.1f, "
                     "\"cpu_us\": %.1f, \"hits\": %" PRIu64 "}\n",
                     round, b->n, (double)b->n * 1e6 / sum, b->us[b->n / 2],
                     b->us[b->n * 99 / 100], sum / (double)b->n,
                     (double)cpu / 1000 / (double)b->n, hits);
    }
    return true;
}

static bool write_hits(struct bench *b, struct jw_error *err)
{
    const struct jw_search_result *result = NULL;
    FILE *f = fopen(b->options.hits, "w");
    if (!f) {
        perror(b->options.hits);
        return false;
    }
    for (size_t i = 0; i < b->n; i++) {
        if (!search(b, i, &result, err)) {
            (void)fclose(f);
            return false;
        }
        (void)fprintf(f, "%.*s\t%" PRIu64 "\t%s", (int)b->queries[i].n, b->queries[i].p,
                      result->total.value, jw_relation_name(result->total.relation));
        for (size_t k = 0; k < result->n_hits; k++) {
            const struct jw_hit *hit = &result->hits[k];
            struct jw_str id = hit->article->id;
            for (size_t m = 0; m < hit->n_paragraphs; m++) {
                (void)fprintf(f, "\t%.*s#%u", (int)id.n, id.p, hit->paragraphs[m].n);
            }
        }
        (void)fputc('\n', f);
    }
    return fclose(f) == 0;
}

static bool run(struct bench *b, struct jw_error *err)
{
    bool good = read_queries(b, err) &&
                jw_index_open(b->options.index, &b->index, err) == JW_OK &&
                jw_reader_open(b->index, &b->reader, err) == JW_OK &&
                jw_searcher_new(b->reader, &b->searcher, err) == JW_OK;
    if (good && b->options.hits) {
        return write_hits(b, err);
    }
    for (unsigned long round = 0; good && round <= b->options.rounds; round++) {
        good = measure(b, round, err);
    }
    return good;
}

int main(int argc, char **argv)
{
    struct bench b;
    struct jw_error err;
    memset(&b, 0, sizeof b);
    jw_error_clear(&err);
    if (!read_options(argc, argv, &b.options)) {
        (void)fputs(
            "usage: search_bench INDEX QUERIES [--quoted] [--paragraphs] [--exact]"
            " [--rounds N] [--limit N] [--hits FILE]\n",
            stderr);
        return 2;
    }
    bool good = run(&b, &err);
    if (!good) {
        (void)fprintf(stderr, "search_bench: %s\n", err.message);
    }
    jw_searcher_free(b.searcher);
    if (b.reader) {
        jw_reader_close(b.reader);
    }
    jw_index_unref(b.index);
    jw_buf_release(&b.text);
    free(b.queries);
    free(b.us);
    return good ? 0 : 1;
}
