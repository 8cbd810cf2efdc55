/*
 * The whole way of a request but for the socket, with a double in the place of
 * lib/search (tests/server/search_double.c) and a real, small index.
 */
#include "route.h"

#include <cjson/cJSON.h>
#include <zlib.h>

#include "jianwen/log.h"
#include "jw_cunit.h"
#include "scratch.h"

static struct {
    struct jw_scratch scratch;
    struct jw_server server;
    struct jw_session session;
    struct jw_call call;
    struct jw_response response;
} t;

static void ask_as(enum jw_http_method method, const char *target,
                   const char *if_none_match, const char *accept_encoding)
{
    struct jw_request request = {.method = method,
                                 .target = jw_str_c(target),
                                 .if_none_match = jw_str_c(if_none_match),
                                 .accept_encoding = jw_str_c(accept_encoding),
                                 .id = "0123"};
    jw_response_release(&t.response);
    jw_response_init(&t.response);
    jw_call_clear(&t.call);
    jw_handle(&t.server, &t.session, &request, &t.call, &t.response);
    t.call.request = NULL;
}

static void ask(const char *target)
{
    ask_as(JW_HTTP_GET, target, NULL, NULL);
}

/* The body as JSON, for cJSON_Delete(). */
static cJSON *body(void)
{
    struct jw_str text = jw_blob_str(t.response.body);
    cJSON *json = cJSON_ParseWithLength(text.p ? text.p : "", text.n);
    CHECK_MSG(json != NULL, "not JSON: %.*s", (int)text.n, text.p ? text.p : "");
    return json;
}

static const char *text_at(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : "(none)";
}

static void build_index(void)
{
    struct jw_index_writer *w = NULL;
    struct jw_error err;
    const struct jw_paragraph paragraph = {.text = jw_str_c("\xE9\xBD\xBF\xE8\xBD\xAE")};
    const struct jw_article article = {
        .id = jw_str_c("a"), .paragraphs = &paragraph, .n_paragraphs = 1};
    jw_error_clear(&err);
    CHECK_OK(jw_index_writer_open(t.scratch.dir, JW_INDEX_BUILD, &w, &err), &err);
    CHECK_OK(jw_index_writer_put(w, &article, &err), &err);
    CHECK_OK(jw_index_writer_commit(w, &err), &err);
    jw_index_writer_close(w);
    jw_store_check(t.server.store);
}

/* Every status a request without an index can have. */
static void test_statuses(void)
{
    static const struct {
        enum jw_http_method method;
        unsigned status;
        const char *target;
        const char *type;
    } rows[] = {
        {JW_HTTP_GET, 200, "/healthz", NULL},
        {JW_HTTP_HEAD, 200, "/healthz", NULL},
        {JW_HTTP_GET, 200, "http://host:80/healthz", NULL},
        {JW_HTTP_GET, 400, "/healthz?x=1", "unknown-parameter"},
        {JW_HTTP_GET, 200, "/%68ealthz", NULL},
        {JW_HTTP_OPTIONS, 204, "/healthz", NULL},
        {JW_HTTP_OPTIONS, 404, "/nowhere", "no-route"},
        {JW_HTTP_OTHER, 405, "/healthz", "method-not-allowed"},
        {JW_HTTP_OTHER, 404, "/nowhere", "no-route"},
        {JW_HTTP_GET, 404, "/nowhere", "no-route"},
        {JW_HTTP_GET, 404, "", "no-route"},
        {JW_HTTP_GET, 404, "*", "no-route"},
        {JW_HTTP_GET, 404, "/v1/search/", "no-route"},
        {JW_HTTP_GET, 404, "//v1/search", "no-route"},
        {JW_HTTP_GET, 404, "/v1/../healthz", "no-route"},
        {JW_HTTP_GET, 404, "/v1/articles/", "no-route"},
        {JW_HTTP_GET, 404, "/v1/articles", "no-route"},
        {JW_HTTP_GET, 400, "/%", "bad-request"},
        {JW_HTTP_GET, 400, "/%00", "bad-request"},
        {JW_HTTP_GET, 400, "/%FF", "bad-request"},
        {JW_HTTP_GET, 400, "/v1/articles/%FF", "bad-request"},
        {JW_HTTP_GET, 400, "/v1/search", "bad-parameter"},
        {JW_HTTP_GET, 400, "/v1/search?q=a&limit=x", "bad-parameter"},
        {JW_HTTP_GET, 503, "/v1/search?q=a", "index-missing"},
        {JW_HTTP_GET, 503, "/v1/articles/a", "index-missing"},
        {JW_HTTP_GET, 503, "/v1/stats", "index-missing"},
        {JW_HTTP_GET, 503, "/readyz", "index-missing"},
        {JW_HTTP_GET, 200, "/v1/analyze?text=a", NULL},
        {JW_HTTP_GET, 400, "/v1/analyze", "bad-parameter"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask_as(rows[i].method, rows[i].target, NULL, NULL);
        CHECK_MSG(t.response.status == rows[i].status, "%s: %u, wanted %u",
                  rows[i].target, t.response.status, rows[i].status);
        CHECK(t.response.etag == 0);
        if (rows[i].type) {
            cJSON *json = body();
            char urn[64];
            (void)snprintf(urn, sizeof urn, "urn:jianwen:problem:%s", rows[i].type);
            CHECK_STR_C(jw_str_c(text_at(json, "type")), urn);
            CHECK_STR_C(jw_str_c(t.response.content_type), "application/problem+json");
            CHECK_STR_C(jw_str_c(text_at(json, "instance")), "urn:jianwen:request:0123");
            const cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
            CHECK_INT(status ? status->valueint : 0, rows[i].status);
            CHECK((t.response.allow != NULL) == (rows[i].status == 405));
            CHECK((t.response.retry_after_s > 0) == (rows[i].status == 503));
            cJSON_Delete(json);
        }
    }
}

/* The shape of docs/api.md, the names in this order. */
static void test_shape(void)
{
    static const char *const top[] = {"query", "took_ms", "revision", "partial",
                                      "total", "tiers",   "hits",     "facets",
                                      "notes", "next",    NULL};
    static const char *const hit[] = {
        "id",     "title", "title_ranges", "date",  "source",     "section", "page",
        "author", "url",   "score",        "match", "paragraphs", NULL};
    static const char *const paragraph[] = {"n",    "role",       "text",     "ranges",
                                            "html", "line_start", "line_end", NULL};
    ask("/v1/search?q=x+more&facets=year&limit=2&source=%E6%8A%A5");
    CHECK_INT(t.response.status, 200);
    CHECK_STR_C(jw_str_c(t.response.content_type), "application/json");
    cJSON *json = body();
    const cJSON *hits = cJSON_GetObjectItemCaseSensitive(json, "hits");
    const cJSON *first = cJSON_GetArrayItem(hits, 0);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(first, "paragraphs");
    const cJSON *objects[] = {json, first, cJSON_GetArrayItem(list, 0)};
    const char *const *names[] = {top, hit, paragraph};
    for (int i = 0; i < 3; i++) {
        const cJSON *item = objects[i] ? objects[i]->child : NULL;
        for (size_t k = 0; names[i][k]; k++, item = item ? item->next : NULL) {
            CHECK_STR_C(jw_str_c(item ? item->string : ""), names[i][k]);
        }
        CHECK(item == NULL);
    }
    CHECK_STR_C(jw_str_c(text_at(json, "query")), "x more");
    CHECK_STR_C(jw_str_c(text_at(json, "next")),
                "/v1/search?q=x%20more&limit=2&offset=2&source=%E6%8A%A5&facets=year");
    CHECK_STR_C(jw_str_c(text_at(first, "url")), "");
    CHECK_STR_C(jw_str_c(text_at(objects[2], "html")),
                "<mark>\xE9\xBD\xBF\xE8\xBD\xAE</mark>&lt;b&gt;<mark>&quot;</mark>&amp;"
                "&#39;\\\x01\n\xF0\xA0\x80\x80");
    CHECK(cJSON_GetObjectItemCaseSensitive(json, "took_ms")->valuedouble > 1.2339);
    cJSON_Delete(json);

    ask("/v1/search?q=x");
    json = body();
    CHECK(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "next")));
    cJSON_Delete(json);
    ask("/v1/search?q=x+more&offset=9999&limit=1000");
    json = body();
    CHECK(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "next")));
    cJSON_Delete(json);
}

static void test_articles(void)
{
    static const struct {
        const char *target;
        unsigned status;
        const char *id;
    } rows[] = {
        {"/v1/articles/a", 200, "a"},
        {"/v1/articles/dir/%E7%AC%AC%201", 200, "dir/\xE7\xAC\xAC 1"},
        {"/v1/articles/a%2Fb", 200, "a/b"},
        {"/v1/articles/a+b", 200, "a+b"},
        {"/v1/articles/../../etc/passwd", 200, "../../etc/passwd"},
        {"/v1/articles/a?q=x", 200, "a"},
        {"/v1/articles/missing", 404, NULL},
        {"/v1/articles/a?limit=1", 400, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask(rows[i].target);
        CHECK_MSG(t.response.status == rows[i].status, "%s: %u", rows[i].target,
                  t.response.status);
        if (rows[i].id) {
            cJSON *json = body();
            CHECK_STR_C(jw_str_c(text_at(json, "id")), rows[i].id);
            cJSON_Delete(json);
        }
    }
}

static void test_failures(void)
{
    static const struct {
        const char *target;
        unsigned status;
        const char *type;
    } rows[] = {
        {"/v1/search?q=fail:corrupt", 503, "index-damaged"},
        {"/v1/search?q=fail:memory", 503, "overloaded"},
        {"/v1/search?q=fail:internal", 500, "internal"},
        {"/v1/search?q=stale:2", 200, NULL},
        {"/v1/search?q=stale:99", 503, "index-busy"},
        {"/v1/articles/a?q=fail:corrupt", 503, "index-damaged"},
        {"/v1/articles/a?q=stale:99", 503, "index-busy"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask(rows[i].target);
        struct jw_str text = jw_blob_str(t.response.body);
        CHECK_MSG(t.response.status == rows[i].status, "%s: %u", rows[i].target,
                  t.response.status);
        CHECK_MSG(!rows[i].type ||
                      strcmp(jw_problem_name(t.response.problem), rows[i].type) == 0,
                  "%s: %s", rows[i].target, jw_problem_name(t.response.problem));
        CHECK_MSG(!memmem(text.p, text.n, "/some/path", 10), "%s: tells a path",
                  rows[i].target);
    }
}

static void test_conditional(void)
{
    char tag[JW_ETAG_BYTES];
    ask("/v1/search?q=x&limit=5");
    uint64_t etag = t.response.etag;
    CHECK(etag != 0);
    jw_etag_text(etag, tag);
    ask_as(JW_HTTP_GET, "/v1/search?limit=5&q=x&sort=relevance", tag, NULL);
    CHECK_INT(t.response.status, 304);
    CHECK(t.response.etag == etag && !t.response.body && t.response.varies);
    ask_as(JW_HTTP_GET, "/v1/search?limit=6&q=x", tag, NULL);
    CHECK_INT(t.response.status, 200);
    CHECK(t.response.etag != etag);
    /* Another content of the index is another answer. */
    build_index();
    ask_as(JW_HTTP_GET, "/v1/search?limit=5&q=x", tag, NULL);
    CHECK_INT(t.response.status, 200);
    CHECK(t.response.etag != 0 && t.response.etag != etag);
    /* What was cut short gets no tag and is not kept. */
    ask("/v1/search?q=cut");
    CHECK_INT(t.response.status, 200);
    CHECK(t.response.etag == 0);
    CHECK_STR_C(jw_str_c(t.response.cache_control), "no-store");
    ask("/v1/search?q=cut");
    CHECK(!t.response.from_cache);
}

static void test_kept_answers(void)
{
    ask("/v1/search?q=kept");
    CHECK(!t.response.from_cache);
    uint64_t etag = t.response.etag;
    ask("/v1/search?q=kept&limit=10");
    CHECK(t.response.from_cache);
    CHECK(t.response.etag == etag);
    CHECK_STR_C(jw_str_c(t.response.content_type), "application/json");
    cJSON *json = body();
    CHECK_STR_C(jw_str_c(text_at(json, "query")), "kept");
    cJSON_Delete(json);
    build_index();
    ask("/v1/search?q=kept");
    CHECK(!t.response.from_cache);
}

static void test_gzip(void)
{
    static char plain[200000];
    for (int round = 0; round < 2; round++) {
        ask_as(JW_HTTP_GET, "/v1/search?q=hits:20", NULL, "gzip");
        struct jw_str bytes = jw_blob_str(t.response.body);
        CHECK(t.response.gzip && t.response.varies);
        CHECK(t.response.from_cache == (round == 1));
        z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes.p,
                      .avail_in = (uInt)bytes.n,
                      .next_out = (Bytef *)plain,
                      .avail_out = sizeof plain};
        CHECK(inflateInit2(&z, 15 + 16) == Z_OK && inflate(&z, Z_FINISH) == Z_STREAM_END);
        size_t n = z.total_out;
        (void)inflateEnd(&z);
        ask("/v1/search?q=hits:20");
        CHECK(!t.response.gzip && t.response.varies);
        CHECK_STR(jw_blob_str(t.response.body), jw_str_of(plain, n));
    }
    ask_as(JW_HTTP_GET, "/v1/search?q=hits:0", NULL, "gzip");
    CHECK(!t.response.gzip && t.response.varies);
}

static void test_analyze(void)
{
    ask("/v1/analyze?text=%E9%BD%BF%E8%BD%AE%E5%9F%8E5G");
    cJSON *json = body();
    const cJSON *terms = cJSON_GetObjectItemCaseSensitive(json, "terms");
    const cJSON *second = cJSON_GetArrayItem(terms, 1);
    CHECK_STR_C(jw_str_c(text_at(second, "term")), "\xE8\xBD\xAE\xE5\x9F\x8E");
    CHECK_STR_C(jw_str_c(text_at(second, "kind")), "bigram");
    CHECK_INT(cJSON_GetObjectItem(second, "start")->valueint, 3);
    CHECK_INT(cJSON_GetObjectItem(second, "end")->valueint, 9);
    CHECK_INT(cJSON_GetArrayItem(cJSON_GetObjectItem(second, "cps"), 0)->valueint, 1);
    CHECK_INT(cJSON_GetArrayItem(cJSON_GetObjectItem(second, "cps"), 1)->valueint, 3);
    cJSON_Delete(json);
}

static void test_ready(void)
{
    ask("/readyz");
    CHECK_INT(t.response.status, 200);
    ask("/v1/stats");
    CHECK_INT(t.response.status, 200);
    cJSON *json = body();
    const cJSON *index = cJSON_GetObjectItemCaseSensitive(json, "index");
    CHECK_INT(cJSON_GetObjectItem(index, "articles")->valueint, 1);
    cJSON_Delete(json);
    atomic_store(&t.server.stopping, true);
    ask("/readyz");
    CHECK_INT(t.response.status, 503);
    ask("/healthz");
    CHECK_INT(t.response.status, 200);
    atomic_store(&t.server.stopping, false);
}

static bool set_up(void)
{
    static struct jw_server_settings settings;
    const struct jw_settings table = jw_server_settings_table(&settings);
    struct jw_error err;
    jw_scratch_make(&t.scratch);
    bool good = jw_settings_defaults(&table, &err) == JW_OK;
    (void)snprintf(settings.index, sizeof settings.index, "%s", t.scratch.dir);
    (void)snprintf(settings.log_level, sizeof settings.log_level, "error");
    good = good && jw_server_init(&t.server, &settings, &err) == JW_OK &&
           jw_session_init(&t.session, t.server.store) == JW_OK;
    jw_log_set_level(JW_LOG_ERROR);
    jw_call_init(&t.call);
    return good;
}

static void tear_down(void)
{
    jw_response_release(&t.response);
    jw_session_release(&t.session);
    jw_server_release(&t.server);
    jw_call_release(&t.call);
    jw_scratch_remove(&t.scratch);
}

/* What reads the index is not open to all where reading takes a token. */
static void test_scopes(void)
{
    for (const struct jw_route *r = jw_routes; r->path; r++) {
        CHECK_MSG(!(r->flags & JW_ROUTE_INDEX) || jw_route_scope(r) != 0,
                  "%s takes no scope", r->name);
    }
}

int main(void)
{
    static const struct jw_test tests[] = {{"statuses without an index", test_statuses},
                                           {"the index appears", build_index},
                                           {"shape of an answer", test_shape},
                                           {"articles", test_articles},
                                           {"failures", test_failures},
                                           {"entity tags", test_conditional},
                                           {"kept answers", test_kept_answers},
                                           {"gzip", test_gzip},
                                           {"scopes", test_scopes},
                                           {"analyze", test_analyze},
                                           {"readiness and figures", test_ready}};
    if (!set_up()) {
        return 1;
    }
    int rc = jw_test_run("route", tests, sizeof tests / sizeof tests[0]);
    tear_down();
    return rc;
}
