#include "request_log.h"

#include <sha2.h>
#include <stdio.h>

#include "jianwen/log.h"
#include "jianwen/utf8.h"
#include "route.h"

enum {
    HASH_SHOWN_BYTES = 8,
    HASH_TEXT_BYTES = 2 * HASH_SHOWN_BYTES + 1
};

static const char *method_name(enum jw_http_method method)
{
    switch (method) {
    case JW_HTTP_GET:
        return "GET";
    case JW_HTTP_HEAD:
        return "HEAD";
    case JW_HTTP_OPTIONS:
        return "OPTIONS";
    case JW_HTTP_OTHER:
        break;
    }
    return "other";
}

static uint64_t not_negative(int64_t v)
{
    return v > 0 ? (uint64_t)v : 0;
}

static void log_access(const struct jw_request *request, const struct jw_call *call,
                       const struct jw_response *response, enum jw_log_level level,
                       int64_t took_us)
{
    const struct jw_route *route = call->route;
    const char *problem = response->problem ? jw_problem_name(response->problem) : "";
    const struct jw_log_field fields[] = {
        jw_log_text("id", jw_str_c(request->id)),
        jw_log_text("address", jw_str_c(call->client.address)),
        jw_log_text("token", jw_str_c(call->client.token)),
        jw_log_text("method", jw_str_c(method_name(request->method))),
        jw_log_text("route", jw_str_c(route ? route->name : "none")),
        jw_log_number("status", response->status),
        jw_log_number("bytes", jw_blob_str(response->body).n),
        jw_log_number("us", not_negative(took_us)),
        jw_log_text("cache", jw_str_c(response->from_cache ? "hit" : "")),
        jw_log_text("problem", jw_str_c(problem)),
    };
    jw_log_fields(level, "request", fields, sizeof fields / sizeof fields[0]);
}

/* The same query has the same name until the server is started again. */
static void hash_query(const struct jw_server *server, struct jw_str q,
                       char out[HASH_TEXT_BYTES])
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, server->log_salt, sizeof server->log_salt);
    SHA256Update(&context, (const uint8_t *)q.p, q.n);
    SHA256Final(hash, &context);
    for (size_t i = 0; i < HASH_SHOWN_BYTES; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", hash[i]);
    }
}

static void log_slow(const struct jw_server *server, const struct jw_request *request,
                     const struct jw_call *call, const struct jw_response *response,
                     int64_t took_us)
{
    const struct jw_search_request *s = &call->search;
    enum jw_query_log how = atomic_load(&server->query_log);
    char hash[HASH_TEXT_BYTES] = "";
    if (how == JW_QUERY_LOG_HASH) {
        hash_query(server, s->q, hash);
    }
    struct jw_str q = how == JW_QUERY_LOG_PLAIN ? s->q : jw_str_c("");
    const struct jw_log_field fields[] = {
        jw_log_text("id", jw_str_c(request->id)),
        jw_log_number("us", not_negative(took_us)),
        jw_log_text("q", q),
        jw_log_text("q_hash", jw_str_c(hash)),
        jw_log_number("chars", jw_utf8_count(s->q)),
        jw_log_number("limit", s->limit),
        jw_log_number("offset", s->offset),
        jw_log_text("unit",
                    jw_str_c(s->unit == JW_HIT_PARAGRAPH ? "paragraph" : "article")),
        jw_log_text("best", jw_str_c(jw_outcome_name(response->outcome))),
        jw_log_number("total", response->total),
        jw_log_text("partial", jw_str_c(response->cut_short ? "true" : "")),
        jw_log_text(
            "problem",
            jw_str_c(response->problem ? jw_problem_name(response->problem) : "")),
    };
    jw_log_fields(JW_LOG_WARN, "slow_query", fields, sizeof fields / sizeof fields[0]);
}

void jw_request_log(struct jw_server *server, const struct jw_request *request,
                    const struct jw_call *call, const struct jw_response *response,
                    int64_t took_us)
{
    const struct jw_route *route = call->route;
    bool probe = route && (route->flags & JW_ROUTE_PROBE) && response->status == 200;
    enum jw_log_level level = probe ? JW_LOG_DEBUG : JW_LOG_INFO;
    if (atomic_load_explicit(&server->access_log, memory_order_relaxed) &&
        jw_log_enabled(level)) {
        log_access(request, call, response, level, took_us);
    }
    uint64_t slow_ms = atomic_load_explicit(&server->slow_query_ms, memory_order_relaxed);
    if (slow_ms && route && route->params == &jw_search_params && call->search.q.n &&
        not_negative(took_us) / 1000 >= slow_ms) {
        log_slow(server, request, call, response, took_us);
    }
}
