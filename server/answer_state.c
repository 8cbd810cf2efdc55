/* /healthz, /readyz, /v1/stats: how the server and its index are. */
#include "jianwen/clock.h"
#include "json.h"
#include "route.h"
#include "version.h"

enum {
    STATS_MAX_BYTES = 64 * 1024
};

static bool finish(struct jw_buf *out, struct jw_response *response,
                   struct jw_problem *problem)
{
    response->body = jw_blob_take(out);
    return response->body ||
           jw_problem_set(problem, JW_PROBLEM_OVERLOADED, "There was not enough memory.");
}

bool jw_answer_health(struct jw_server *server, struct jw_session *session,
                      const struct jw_call *call, struct jw_response *response,
                      struct jw_problem *problem)
{
    (void)server;
    (void)session;
    (void)call;
    response->cache_control = "no-store";
    response->body = jw_blob_copy(jw_str_c("{\"status\":\"ok\"}\n"));
    return response->body ||
           jw_problem_set(problem, JW_PROBLEM_OVERLOADED, "There is no memory left.");
}

bool jw_answer_ready(struct jw_server *server, struct jw_session *session,
                     const struct jw_call *call, struct jw_response *response,
                     struct jw_problem *problem)
{
    struct jw_index *index = NULL;
    struct jw_buf out;
    (void)session;
    (void)call;
    if (atomic_load(&server->stopping)) {
        return jw_problem_set(problem, JW_PROBLEM_STOPPING, "Ask another server.");
    }
    (void)jw_store_take(server->store, &index, problem);
    if (!index) {
        return false;
    }
    jw_buf_init(&out, STATS_MAX_BYTES);
    jw_buf_printf(&out, "{\"status\":\"ready\",\"revision\":%llu}\n",
                  (unsigned long long)jw_index_revision(index));
    jw_index_unref(index);
    response->cache_control = "no-store";
    return finish(&out, response, problem);
}

static void write_index(struct jw_json *j, const struct jw_index *index)
{
    const struct jw_index_stats *s = jw_index_stats(index);
    jw_json_key_uint(j, "revision", s->revision);
    jw_json_key(j, "index");
    jw_json_object(j);
    jw_json_key_uint(j, "articles", s->n_articles);
    jw_json_key_uint(j, "paragraphs", s->n_paragraphs);
    jw_json_key_uint(j, "documents", s->n_docs);
    jw_json_key_uint(j, "removed_articles", s->n_dead);
    jw_json_key_uint(j, "segments", s->n_segments);
    jw_json_key_uint(j, "text_bytes", s->text_bytes);
    jw_json_key_uint(j, "disk_bytes", jw_index_disk_bytes(index));
    jw_json_end_object(j);
}

static void write_server(struct jw_json *j, struct jw_server *server)
{
    struct jw_cache_stats cache = jw_cache_stats(server->cache);
    jw_json_key(j, "server");
    jw_json_object(j);
    jw_json_key_str(j, "version", jw_str_c(JW_VERSION));
    jw_json_key_uint(j, "uptime_s",
                     (uint64_t)(jw_clock_us() - server->started_us) / 1000000);
    jw_json_key_uint(j, "answers", jw_metrics_answers(&server->metrics));
    jw_json_key_uint(j, "connections", atomic_load(&server->metrics.connections));
    struct jw_pool *pool = atomic_load(&server->pool);
    if (pool) {
        struct jw_pool_stats stats = jw_pool_stats(pool);
        jw_json_key_uint(j, "workers", stats.workers);
        jw_json_key_uint(j, "busy", stats.busy);
        jw_json_key_uint(j, "waiting", stats.waiting);
        jw_json_key_uint(j, "reopened", stats.reopened);
    }
    jw_json_key_uint(j, "shed", atomic_load(&server->metrics.shed));
    jw_json_key(j, "cache");
    jw_json_object(j);
    jw_json_key_uint(j, "entries", cache.entries);
    jw_json_key_uint(j, "bytes", cache.bytes);
    jw_json_key_uint(j, "hits", cache.hits);
    jw_json_key_uint(j, "misses", cache.misses);
    jw_json_end_object(j);
    jw_json_end_object(j);
}

bool jw_answer_stats(struct jw_server *server, struct jw_session *session,
                     const struct jw_call *call, struct jw_response *response,
                     struct jw_problem *problem)
{
    struct jw_buf out;
    (void)call;
    if (!jw_session_refresh(session, problem)) {
        return false;
    }
    jw_buf_init(&out, STATS_MAX_BYTES);
    struct jw_json j = jw_json_on(&out);
    jw_json_object(&j);
    write_index(&j, session->index);
    write_server(&j, server);
    jw_json_end_object(&j);
    jw_buf_add_byte(&out, '\n');
    response->cache_control = "no-store";
    return finish(&out, response, problem);
}
