#include "route.h"

#include <string.h>

#include "hash.h"
#include "jianwen/utf8.h"
#include "percent.h"

enum {
    /* What is read by a person at a screen; beyond it a search counts as costly. */
    QUICK_HITS = 100,
    QUICK_CHARS = 40
};

#define METHODS      (JW_HTTP_GET | JW_HTTP_HEAD)
#define METHODS_TEXT "GET, HEAD, OPTIONS"

#define SCRIPT_TYPE "text/javascript; charset=utf-8"

/* Scripts and styles from here alone, none inline, and HTML from strings only by the one
 * function that escapes (server/web/html.js makes the policy "jianwen"). */
#define PAGE_POLICY                                                                      \
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "       \
    "frame-ancestors 'none'; require-trusted-types-for 'script'; "                       \
    "trusted-types jianwen 'allow-duplicates'"

#define PAGE(name_, path_, type_, fixed_)                                                \
    {                                                                                    \
        .name = (name_), .path = (path_), .params = &jw_no_params,                       \
        .flags = JW_ROUTE_PAGE, .type = (type_), .fixed = (fixed_),                      \
        .content_security_policy = PAGE_POLICY, .run = jw_answer_fixed                   \
    }

const struct jw_route jw_routes[] = {
    {.name = "search",
     .answer_schema = true,
     .path = "/v1/search",
     .params = &jw_search_params,
     .flags = JW_ROUTE_INDEX | JW_ROUTE_STATE,
     .type = JW_JSON_TYPE,
     .check = jw_search_check,
     .run = jw_answer_search,
     .help = "Search articles or paragraphs."},
    {.name = "related",
     .answer_schema = true,
     .path = "/v1/articles/",
     .suffix = "/related",
     .params = &jw_related_params,
     .flags = JW_ROUTE_INDEX | JW_ROUTE_STATE,
     .type = JW_JSON_TYPE,
     .run = jw_answer_related,
     .help = "Articles that are about the same, and other prints of this one."},
    {.name = "article",
     .answer_schema = true,
     .path = "/v1/articles/",
     .params = &jw_article_params,
     .flags = JW_ROUTE_INDEX | JW_ROUTE_STATE,
     .type = JW_JSON_TYPE,
     .run = jw_answer_article,
     .help = "One article, whole."},
    {.name = "suggest",
     .answer_schema = true,
     .path = "/v1/suggest",
     .params = &jw_suggest_params,
     .flags = JW_ROUTE_INDEX | JW_ROUTE_STATE,
     .type = JW_JSON_TYPE,
     .check = jw_q_check,
     .run = jw_answer_suggest,
     .help = "What somebody who has typed so far may be looking for."},
    {.name = "analyze",
     .answer_schema = true,
     .path = "/v1/analyze",
     .params = &jw_analyze_params,
     .type = JW_JSON_TYPE,
     .check = jw_analyze_check,
     .run = jw_answer_analyze,
     .help = "The terms that a text is cut into."},
    {.name = "stats",
     .answer_schema = true,
     .path = "/v1/stats",
     .params = &jw_no_params,
     .flags = JW_ROUTE_INDEX,
     .type = JW_JSON_TYPE,
     .run = jw_answer_stats,
     .help = "Figures of the index and the server."},
    {.name = "healthz",
     .answer_schema = true,
     .path = "/healthz",
     .params = &jw_no_params,
     .flags = JW_ROUTE_PROBE | JW_ROUTE_OPEN,
     .type = JW_JSON_TYPE,
     .run = jw_answer_health,
     .help = "Whether the server runs."},
    {.name = "readyz",
     .answer_schema = true,
     .path = "/readyz",
     .params = &jw_no_params,
     .flags = JW_ROUTE_PROBE | JW_ROUTE_OPEN,
     .type = JW_JSON_TYPE,
     .run = jw_answer_ready,
     .help = "Whether searches can be answered."},
    {.name = "metrics",
     .path = "/metrics",
     .scope = JW_SCOPE_ADMIN,
     .params = &jw_no_params,
     .flags = JW_ROUTE_PROBE,
     .type = "text/plain; version=0.0.4; charset=utf-8",
     .run = jw_answer_metrics,
     .help = "Counters for Prometheus."},
    {.name = "openapi",
     .path = "/openapi.json",
     .params = &jw_no_params,
     .flags = JW_ROUTE_OPEN,
     .type = JW_JSON_TYPE,
     .run = jw_answer_fixed,
     .fixed = JW_FIXED_OPENAPI,
     .help = "This description."},
    PAGE("page", "/", "text/html; charset=utf-8", JW_FIXED_PAGE),
    PAGE("reader", "/a/", "text/html; charset=utf-8", JW_FIXED_READER),
    PAGE("widget", "/jianwen-search.js", SCRIPT_TYPE, JW_FIXED_WIDGET),
    PAGE("page_script", "/web/page.js", SCRIPT_TYPE, JW_FIXED_PAGE_SCRIPT),
    PAGE("reader_script", "/web/reader.js", SCRIPT_TYPE, JW_FIXED_READER_SCRIPT),
    PAGE("style", "/web/style.css", "text/css; charset=utf-8", JW_FIXED_STYLE),
    PAGE("icon", "/favicon.ico", "image/x-icon", JW_FIXED_ICON),
    {.name = "none"},
    {.name = NULL},
};

unsigned jw_route_scope(const struct jw_route *route)
{
    if (route->scope || (route->flags & (JW_ROUTE_OPEN | JW_ROUTE_PAGE))) {
        return route->scope;
    }
    return JW_SCOPE_SEARCH;
}

bool jw_route_takes_id(const struct jw_route *route)
{
    size_t n = strlen(route->path);
    return n > 1 && route->path[n - 1] == '/';
}

static bool ends_in(struct jw_str s, struct jw_str end)
{
    return s.n > end.n && jw_str_eq(jw_str_slice(s, s.n - end.n, s.n), end);
}

/* The route of a path, as sent and decoded; for 404 the one without a path. */
static const struct jw_route *find_route(struct jw_str raw, struct jw_str path,
                                         struct jw_str *id)
{
    const struct jw_route *r = jw_routes;
    *id = jw_str_of(NULL, 0);
    for (; r->path; r++) {
        struct jw_str own = jw_str_c(r->path);
        struct jw_str suffix = jw_str_c(r->suffix);
        bool takes_id = jw_route_takes_id(r);
        if (suffix.n && (!ends_in(raw, suffix) || path.n <= own.n + suffix.n)) {
            continue;
        }
        if (takes_id && jw_str_starts(path, own) && path.n > own.n) {
            *id = jw_str_slice(path, own.n, path.n - suffix.n);
            return r;
        }
        if (!takes_id && jw_str_eq(path, own)) {
            return r;
        }
    }
    return r;
}

/* Split the target into path and query; http://host/path is allowed (RFC 9112, 3.2.2). */
static void split_target(struct jw_str target, struct jw_str *path, struct jw_str *query)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < 2; i++) {
        if (jw_str_starts(target, jw_str_c(schemes[i]))) {
            target = jw_str_slice(target, strlen(schemes[i]), target.n);
            const char *slash = memchr(target.p, '/', target.n);
            target = slash ? jw_str_slice(target, (size_t)(slash - target.p), target.n)
                           : jw_str_c("/");
        }
    }
    const char *mark = target.n ? memchr(target.p, '?', target.n) : NULL;
    size_t n = mark ? (size_t)(mark - target.p) : target.n;
    *path = jw_str_slice(target, 0, n);
    *query = jw_str_slice(target, n + 1, target.n);
}

static bool read_target(struct jw_call *call, struct jw_str *query,
                        struct jw_problem *problem)
{
    struct jw_str raw;
    struct jw_str path;
    split_target(call->request->target, &raw, query);
    if (jw_buf_reserve(&call->text_memory, call->request->target.n) != JW_OK) {
        return jw_problem_set(problem, JW_PROBLEM_OVERLOADED, "There is no memory left.");
    }
    enum jw_percent_fault fault =
        jw_percent_decode(raw, false, call->text_memory.data, &path);
    if (fault != JW_PERCENT_OK) {
        return jw_problem_set(problem, JW_PROBLEM_BAD_REQUEST, "The path %s.",
                              jw_percent_fault_text(fault));
    }
    call->text_memory.len = path.n;
    call->route = find_route(raw, path, &call->id);
    return call->route->path ||
           jw_problem_set(problem, JW_PROBLEM_NO_ROUTE, "docs/api.md lists the routes.");
}

/*
 * A rough guess, from the request alone, at what may take a worker for long:
 * a single character stands in most articles, long queries and long pages
 * read many texts, and counts look at every match.
 */
static bool is_costly(const struct jw_search_request *s)
{
    size_t chars = jw_utf8_count(jw_str_trim(s->q));
    return chars < 2 || chars > QUICK_CHARS || s->facets != 0 ||
           s->match == JW_MATCH_ANY || s->limit + s->offset > QUICK_HITS;
}

static void write_canonical(struct jw_call *call)
{
    struct jw_buf *out = &call->canonical;
    jw_buf_add_c(out, call->route->path);
    jw_percent_encode(call->id, out);
    jw_buf_add_c(out, call->route->suffix ? call->route->suffix : "");
    jw_buf_add_byte(out, '?');
    jw_call_search_query(&call->search, call->search.offset, call->search.cursor, out);
    jw_buf_add_c(out, call->printed ? "&view=printed" : "");
}

static uint64_t etag_of(const struct jw_server *server, const struct jw_call *call,
                        uint64_t state)
{
    uint64_t h = jw_hash_u64(JW_HASH_START, server->build);
    h = jw_hash_str(jw_hash_u64(h, state), jw_buf_str(&call->canonical));
    return h ? h : 1;
}

static struct jw_cache_key key_of(const struct jw_call *call, uint64_t state)
{
    return (struct jw_cache_key){
        .state = state, .gzip = call->gzip, .request = jw_buf_str(&call->canonical)};
}

static void not_modified(struct jw_response *response)
{
    jw_response_release(response);
    response->status = 304;
    response->content_type = NULL;
    response->content_security_policy = NULL;
    response->gzip = false;
    response->varies = true;
}

/* What the client or the cache has already. */
static bool answer_from_store(struct jw_server *server, struct jw_call *call,
                              struct jw_response *response)
{
    uint64_t state = jw_store_state(server->store);
    write_canonical(call);
    if (state == 0 || jw_buf_status(&call->canonical) != JW_OK) {
        return false;
    }
    response->etag = etag_of(server, call, state);
    if (call->request->if_none_match.n &&
        jw_etag_matches(call->request->if_none_match, response->etag)) {
        not_modified(response);
        return true;
    }
    struct jw_cache_key key = key_of(call, state);
    response->body = jw_cache_get(server->cache, &key);
    if (response->body) {
        struct jw_str bytes = jw_blob_str(response->body);
        response->varies = true;
        /* No text begins with this byte; gzip's magic number does. */
        response->gzip = bytes.n && (unsigned char)bytes.p[0] == 0x1F;
        response->from_cache = true;
        if (call->route->params == &jw_search_params) {
            response->outcome = JW_OUTCOME_CACHED;
        }
    }
    return response->body != NULL;
}

/* All checks; @return false with a problem or a complete answer (OPTIONS). */
static bool understand(struct jw_server *server, struct jw_call *call,
                       struct jw_response *response, struct jw_problem *problem)
{
    struct jw_str query;
    if (!read_target(call, &query, problem)) {
        return false;
    }
    const struct jw_route *route = call->route;
    if (call->request->method == JW_HTTP_OPTIONS) {
        response->status = 204;
        response->allow = METHODS_TEXT;
        return false;
    }
    if (!(call->request->method & METHODS)) {
        response->allow = METHODS_TEXT;
        return jw_problem_set(problem, JW_PROBLEM_METHOD,
                              "This address answers GET, HEAD and OPTIONS.");
    }
    if (!jw_access_check(server->access, call->request, jw_route_scope(route),
                         &call->client, response, problem)) {
        return false;
    }
    if (call->request->has_body) {
        return jw_problem_set(problem, JW_PROBLEM_BODY,
                              "Parameters belong into the address.");
    }
    call->query_chars = atomic_load_explicit(&server->query_chars, memory_order_relaxed);
    call->search.budget_us =
        (int64_t)atomic_load_explicit(&server->query_time_ms, memory_order_relaxed) *
        1000;
    if (route->flags & JW_ROUTE_PAGE) {
        return true;
    }
    return jw_params_read(query, route->params, call, problem) &&
           (!route->check || route->check(call, problem));
}

enum jw_next jw_prepare(struct jw_server *server, const struct jw_request *request,
                        struct jw_call *call, struct jw_response *response)
{
    struct jw_problem problem = {.type = JW_PROBLEM_NONE};
    size_t last = 0;
    while (jw_routes[last].path) {
        last++;
    }
    call->request = request;
    call->route = &jw_routes[last];
    jw_access_share(server->access, request, response);
    bool good = understand(server, call, response, &problem);
    if (good) {
        const struct jw_route *route = call->route;
        response->content_type = route->type;
        response->content_security_policy = route->content_security_policy;
        call->gzip = jw_accepts_gzip(request->accept_encoding);
        if ((route->flags & JW_ROUTE_STATE) &&
            answer_from_store(server, call, response)) {
            return JW_ANSWERED;
        }
        if (route->flags & JW_ROUTE_INDEX) {
            call->costly = route->params == &jw_search_params && is_costly(&call->search);
            return JW_NEEDS_SESSION;
        }
        good = route->run(server, NULL, call, response, &problem);
        if (good && response->etag &&
            jw_etag_matches(request->if_none_match, response->etag)) {
            not_modified(response);
        }
    }
    if (!good && problem.type != JW_PROBLEM_NONE) {
        jw_response_problem(response, &problem, request->id);
    }
    return JW_ANSWERED;
}

/* Compress the body when that is wanted and worth it. */
static void compress(struct jw_session *session, const struct jw_call *call,
                     struct jw_response *response)
{
    struct jw_str plain = jw_blob_str(response->body);
    struct jw_buf *small = &session->scratch;
    response->varies = true;
    if (!call->gzip || plain.n < JW_GZIP_MIN_BYTES) {
        return;
    }
    jw_buf_clear(small);
    if (jw_deflate(session->deflater, plain, small) != JW_OK) {
        return;
    }
    struct jw_blob *blob = jw_blob_copy(jw_buf_str(small));
    if (blob) {
        jw_blob_unref(response->body);
        response->body = blob;
        response->gzip = true;
    }
}

/* An answer that is good: make it small, name its state, keep it for the next who asks.
 */
static void complete(struct jw_server *server, struct jw_session *session,
                     const struct jw_call *call, struct jw_response *response)
{
    compress(session, call, response);
    if (response->cut_short) {
        response->cache_control = "no-store";
    } else if (call->route->flags & JW_ROUTE_STATE) {
        struct jw_cache_key key = key_of(call, session->state);
        response->etag = etag_of(server, call, session->state);
        if (jw_buf_status(&call->canonical) == JW_OK) {
            jw_cache_put(server->cache, &key, response->body);
        }
    }
}

void jw_perform(struct jw_server *server, struct jw_session *session,
                struct jw_call *call, struct jw_response *response)
{
    struct jw_problem problem = {.type = JW_PROBLEM_NONE};
    response->etag = 0;
    if (call->route->run(server, session, call, response, &problem)) {
        complete(server, session, call, response);
    } else {
        jw_response_problem(response, &problem, call->request->id);
    }
    jw_session_rest(session);
}

void jw_handle(struct jw_server *server, struct jw_session *session,
               const struct jw_request *request, struct jw_call *call,
               struct jw_response *response)
{
    if (jw_prepare(server, request, call, response) == JW_NEEDS_SESSION) {
        jw_perform(server, session, call, response);
    }
}
