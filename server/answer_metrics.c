/* /metrics: counters in Prometheus' text format, version 0.0.4. */
#include <inttypes.h>

#include "jianwen/clock.h"
#include "route.h"
#include "version.h"

enum {
    METRICS_MAX_BYTES = 256 * 1024
};

static void head(struct jw_buf *out, const char *name, const char *type, const char *help)
{
    jw_buf_printf(out, "# HELP jianwen_%s %s\n# TYPE jianwen_%s %s\n", name, help, name,
                  type);
}

static void one(struct jw_buf *out, const char *name, const char *type, const char *help,
                uint64_t value)
{
    head(out, name, type, help);
    jw_buf_printf(out, "jianwen_%s %" PRIu64 "\n", name, value);
}

static uint64_t load(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void write_answers(const struct jw_metrics *m, struct jw_buf *out)
{
    head(out, "answers_total", "counter", "Answers by route and class of status.");
    for (size_t i = 0; jw_routes[i].name; i++) {
        for (unsigned c = 0; c < JW_METRIC_CLASSES; c++) {
            uint64_t n = load(&m->routes[i].answers[c]);
            if (n) {
                jw_buf_printf(
                    out,
                    "jianwen_answers_total{route=\"%s\",class=\"%uxx\"} %" PRIu64 "\n",
                    jw_routes[i].name, c + 1, n);
            }
        }
    }
}

static void write_times(const struct jw_metrics *m, struct jw_buf *out)
{
    head(out, "answer_seconds", "histogram",
         "Time from a whole head to a ready answer, by route.");
    for (size_t i = 0; jw_routes[i].name; i++) {
        const struct jw_route_metrics *r = &m->routes[i];
        const char *name = jw_routes[i].name;
        uint64_t sum = 0;
        for (size_t b = 0; b < JW_METRIC_BUCKETS; b++) {
            sum += load(&r->buckets[b]);
            if (b + 1 < JW_METRIC_BUCKETS) {
                jw_buf_printf(out,
                              "jianwen_answer_seconds_bucket{route=\"%s\",le=\"%g\"} "
                              "%" PRIu64 "\n",
                              name, (double)jw_metric_bounds_us[b] / 1e6, sum);
            }
        }
        jw_buf_printf(out,
                      "jianwen_answer_seconds_bucket{route=\"%s\",le=\"+Inf\"} %" PRIu64
                      "\n"
                      "jianwen_answer_seconds_sum{route=\"%s\"} %.6f\n"
                      "jianwen_answer_seconds_count{route=\"%s\"} %" PRIu64 "\n",
                      name, sum, name, (double)load(&r->time_us) / 1e6, name, sum);
    }
}

static void write_pool(struct jw_server *server, struct jw_buf *out)
{
    struct jw_pool *pool = atomic_load(&server->pool);
    if (!pool) {
        return;
    }
    struct jw_pool_stats s = jw_pool_stats(pool);
    one(out, "workers", "gauge", "Threads that search.", s.workers);
    one(out, "workers_busy", "gauge", "Threads that search at present.", s.busy);
    one(out, "queue_length", "gauge", "Requests that wait for a worker.", s.waiting);
    one(out, "index_reopened_total", "counter",
        "Searches that were repeated because the index moved on.", s.reopened);
}

static void write_cache(struct jw_server *server, struct jw_buf *out)
{
    struct jw_cache_stats s = jw_cache_stats(server->cache);
    one(out, "cache_hits_total", "counter", "Requests answered from the cache.", s.hits);
    one(out, "cache_misses_total", "counter", "Requests that were not in the cache.",
        s.misses);
    one(out, "cache_entries", "gauge", "Answers that are kept.", s.entries);
    one(out, "cache_bytes", "gauge", "Memory of the answers that are kept.", s.bytes);
}

static void write_index(struct jw_server *server, struct jw_buf *out)
{
    struct jw_problem ignored;
    struct jw_index *index = NULL;
    (void)jw_store_take(server->store, &index, &ignored);
    one(out, "ready", "gauge", "Whether there is an index to search.", index ? 1 : 0);
    if (!index) {
        return;
    }
    const struct jw_index_stats *s = jw_index_stats(index);
    one(out, "index_revision", "gauge", "Revision of the index.", s->revision);
    one(out, "index_articles", "gauge", "Articles in the index.", s->n_articles);
    one(out, "index_paragraphs", "gauge", "Paragraphs in the index.", s->n_paragraphs);
    one(out, "index_text_bytes", "gauge", "Bytes of text in the index.", s->text_bytes);
    one(out, "index_dead_articles", "gauge",
        "Articles that were removed or replaced and still take room.", s->n_dead);
    jw_index_unref(index);
}

bool jw_answer_metrics(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem)
{
    const struct jw_metrics *m = &server->metrics;
    struct jw_buf out;
    (void)session;
    (void)call;
    jw_buf_init(&out, METRICS_MAX_BYTES);
    head(&out, "build_info", "gauge", "The program's version, as a label.");
    jw_buf_printf(&out, "jianwen_build_info{version=\"%s\"} 1\n", JW_VERSION);
    one(&out, "uptime_seconds", "gauge", "Seconds since the start.",
        (uint64_t)(jw_clock_us() - server->started_us) / 1000000);
    write_index(server, &out);
    write_answers(m, &out);
    write_times(m, &out);
    one(&out, "searches_total", "counter", "Searches done.", load(&m->searches));
    one(&out, "searches_without_hits_total", "counter", "Searches that found nothing.",
        load(&m->no_hits));
    one(&out, "searches_cut_short_total", "counter", "Searches that ran out of time.",
        load(&m->cut_short));
    one(&out, "shed_total", "counter",
        "Requests refused for a full queue or too long a wait.", load(&m->shed));
    one(&out, "limited_total", "counter", "Requests refused for their address' rate.",
        load(&m->limited));
    one(&out, "late_connections_total", "counter",
        "Connections closed because head or answer took too long.", load(&m->late));
    one(&out, "connections", "gauge", "Open connections.", load(&m->connections));
    write_pool(server, &out);
    write_cache(server, &out);
    response->cache_control = "no-store";
    response->body = jw_blob_take(&out);
    return response->body ||
           jw_problem_set(problem, JW_PROBLEM_OVERLOADED, "There is no memory left.");
}
