/*
 * The heap is left alone while searches are answered: what a worker needs it keeps from
 * request to request.  docs/performance.md has the figures for the whole server.
 *
 * Counted are the calls of the project's own code, whose malloc(), calloc() and
 * realloc() the linker leads here (--wrap); qsort() of the C library takes memory of
 * its own for more than a KiB.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "articles.h"
#include "jw_cunit.h"
#include "percent.h"
#include "route.h"
#include "scratch.h"

enum {
    ARTICLES = 600,
    WORDS = 25,
    TARGET_BYTES = 1024,
    /* An answer is copied out of the worker's buffer once; a compressed one twice. */
    BODY = 1,
    GZIP = 1,
    /* Reading the place where the next page begins, before a worker is asked. */
    CURSOR = 1
};

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static size_t n_taken;

void *__wrap_malloc(size_t n)
{
    n_taken++;
    return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    n_taken++;
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    n_taken++;
    return __real_realloc(p, n);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static struct {
    struct jw_scratch scratch;
    struct jw_server server;
    struct jw_session session;
    struct jw_call call;
    struct jw_response response;
} t;

static void set_up(void)
{
    static struct jw_server_settings settings;
    const struct jw_settings table = jw_server_settings_table(&settings);
    struct jw_error err;
    struct jw_articles articles;
    struct jw_random r = jw_random_start(7);
    const struct jw_articles_shape shape = {
        .n = ARTICLES, .paragraphs_max = 6, .sentences_max = 4, .id_prefix = "a"};
    jw_error_clear(&err);
    jw_scratch_make(&t.scratch);
    jw_articles_make(&articles, &r, &shape);
    jw_articles_index(t.scratch.dir, true, false, articles.at, articles.n);
    jw_articles_release(&articles);
    CHECK_OK(jw_settings_defaults(&table, &err), &err);
    (void)snprintf(settings.index, sizeof settings.index, "%s", t.scratch.dir);
    settings.cache = 0;
    settings.query_time_ms = 0;
    (void)snprintf(settings.log_level, sizeof settings.log_level, "error");
    CHECK_OK(jw_server_init(&t.server, &settings, &err), &err);
    CHECK_STATUS(jw_session_init(&t.session, t.server.store), JW_OK);
    jw_store_check(t.server.store);
    jw_call_init(&t.call);
    jw_response_init(&t.response);
}

static void tear_down(void)
{
    jw_response_release(&t.response);
    jw_call_release(&t.call);
    jw_session_release(&t.session);
    jw_server_release(&t.server);
    jw_scratch_remove(&t.scratch);
}

/* @return how often memory was taken to answer. */
static size_t ask(const char *target, bool gzip)
{
    struct jw_request request = {.method = JW_HTTP_GET,
                                 .target = jw_str_c(target),
                                 .accept_encoding = jw_str_c(gzip ? "gzip" : ""),
                                 .id = "0123"};
    jw_response_release(&t.response);
    jw_response_init(&t.response);
    jw_call_clear(&t.call);
    size_t before = n_taken;
    jw_handle(&t.server, &t.session, &request, &t.call, &t.response);
    CHECK_MSG(t.response.status == 200, "%s: %u", target, t.response.status);
    return n_taken - before;
}

/* "FIRST WORD SECOND", the word percent-encoded. */
static void write_target(char out[TARGET_BYTES], const char *first, struct jw_str word,
                         const char *second)
{
    struct jw_buf b;
    jw_buf_init(&b, TARGET_BYTES - 1);
    jw_buf_add_c(&b, first);
    jw_percent_encode(word, &b);
    jw_buf_add_c(&b, second);
    jw_buf_add_byte(&b, '\0');
    CHECK_STATUS(jw_buf_status(&b), JW_OK);
    memcpy(out, b.data, b.len);
    jw_buf_release(&b);
}

static void test_requests(void)
{
    static const struct {
        const char *first;
        const char *second;
        size_t most;
    } rows[] = {
        {"/v1/search?unit=paragraph&q=%22", "%22", BODY},
        {"/v1/search?unit=paragraph&limit=100&match=exact&q=%22", "%22", BODY},
        {"/v1/search?q=", "", BODY},
        {"/v1/search?q=", "&limit=100", BODY},
        {"/v1/search?q=", "&match=any&offset=20", BODY},
        {"/v1/search?q=", "&sort=newest", BODY},
        {"/v1/search?q=", "&facets=source,year", BODY},
        {"/v1/search?q=", "&dedupe=1", BODY},
        {"/v1/search?q=", "&from=1900&to=2100", BODY},
        {"/v1/search?q=", "+%E4%B8%AD%E5%9B%BD", BODY},
        {"/v1/suggest?q=", "", BODY},
        {"/v1/articles/a-3?q=", "", BODY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t gzip = 0; gzip < 2; gzip++) {
            /* In the first round the buffers grow to what these requests need. */
            for (unsigned round = 0; round < 2; round++) {
                for (uint32_t w = 0; w < WORDS; w++) {
                    char target[TARGET_BYTES];
                    write_target(target, rows[i].first, jw_word_at(w), rows[i].second);
                    size_t n = ask(target, gzip != 0);
                    CHECK_MSG(round == 0 || n <= rows[i].most + gzip * GZIP,
                              "%s: memory is taken %zu times", target, n);
                }
            }
        }
    }
}

/* The address after "next": in the answer. */
static bool find_next(char out[TARGET_BYTES])
{
    static const char name[] = "\"next\":\"";
    struct jw_str body = jw_blob_str(t.response.body);
    const char *at = memmem(body.p, body.n, name, sizeof name - 1);
    const char *from = at ? at + sizeof name - 1 : NULL;
    const char *end = from ? memchr(from, '"', body.n - (size_t)(from - body.p)) : NULL;
    if (!end || end - from >= TARGET_BYTES) {
        return false;
    }
    memcpy(out, from, (size_t)(end - from));
    out[end - from] = '\0';
    return true;
}

static void test_pages(void)
{
    char first[TARGET_BYTES];
    char next[TARGET_BYTES];
    for (uint32_t w = 0; w < WORDS; w++) {
        write_target(first, "/v1/search?q=", jw_word_at(w), "");
        (void)ask(first, false);
        if (!CHECK(find_next(next))) {
            return;
        }
        (void)ask(next, false);
        size_t n = ask(next, false);
        CHECK_MSG(n <= BODY + CURSOR, "%s: memory is taken %zu times", next, n);
    }
}

/* The tests above would be worth little if nothing were found or counted. */
static void test_counts(void)
{
    char target[TARGET_BYTES];
    write_target(target, "/v1/search?q=", jw_word_at(0), "");
    size_t n = ask(target, false);
    CHECK(t.response.total > 100);
    CHECK(n > 0);
}

int main(void)
{
    static const struct jw_test tests[] = {
        {"set up", set_up},
        {"requests leave the heap alone", test_requests},
        {"so does the next page", test_pages},
        {"something is found", test_counts}};
    int rc = jw_test_run("heap", tests, sizeof tests / sizeof tests[0]);
    tear_down();
    return rc;
}
