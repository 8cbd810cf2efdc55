/* /metrics: counters in Prometheus' text format, version 0.0.4. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

static void write_histogram(const struct jw_times *times, const char *name,
                            const char *label, const char *value, struct jw_buf *out)
{
    uint64_t sum = 0;
    for (size_t b = 0; b < JW_METRIC_BUCKETS; b++) {
        char bound[24] = "+Inf";
        sum += load(&times->buckets[b]);
        if (b + 1 < JW_METRIC_BUCKETS) {
            (void)snprintf(bound, sizeof bound, "%g",
                           (double)jw_metric_bounds_us[b] / 1e6);
        }
        jw_buf_printf(out, "jianwen_%s_bucket{%s=\"%s\",le=\"%s\"} %" PRIu64 "\n", name,
                      label, value, bound, sum);
    }
    jw_buf_printf(out,
                  "jianwen_%s_sum{%s=\"%s\"} %.6f\n"
                  "jianwen_%s_count{%s=\"%s\"} %" PRIu64 "\n",
                  name, label, value, (double)load(&times->sum_us) / 1e6, name, label,
                  value, sum);
}

static void write_times(const struct jw_metrics *m, struct jw_buf *out)
{
    head(out, "answer_seconds", "histogram",
         "Time from a whole head to a ready answer, by route.");
    for (size_t i = 0; jw_routes[i].name; i++) {
        write_histogram(&m->routes[i].times, "answer_seconds", "route", jw_routes[i].name,
                        out);
    }
    head(out, "search_seconds", "histogram",
         "The same for searches, by the tier of their best hit.");
    for (size_t i = JW_OUTCOME_NO_SEARCH + 1; i < JW_OUTCOMES; i++) {
        write_histogram(&m->searches_by_outcome[i], "search_seconds", "tier",
                        jw_outcome_name((enum jw_outcome)i), out);
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
    one(out, "queue_limit", "gauge", "Requests that may wait for a worker.", s.limit);
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
    one(out, "index_opened_total", "counter", "States of the index opened so far.",
        jw_store_generation(server->store));
    one(out, "ready", "gauge", "Whether there is an index to search.", index ? 1 : 0);
    if (!index) {
        return;
    }
    const struct jw_index_stats *s = jw_index_stats(index);
    one(out, "index_revision", "gauge", "Revision of the index.", s->revision);
    one(out, "index_articles", "gauge", "Articles in the index.", s->n_articles);
    one(out, "index_paragraphs", "gauge", "Paragraphs in the index.", s->n_paragraphs);
    one(out, "index_text_bytes", "gauge", "Bytes of text in the index.", s->text_bytes);
    one(out, "index_disk_bytes", "gauge", "Bytes of the index' folder.",
        jw_index_disk_bytes(index));
    one(out, "index_dead_articles", "gauge",
        "Articles that were removed or replaced and still take room.", s->n_dead);
    jw_index_unref(index);
}

/* Bytes of memory that the process holds, from the second word of statm; 0: unknown. */
static unsigned long long resident_bytes(void)
{
    char line[128] = "";
    unsigned long long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f) {
        return 0;
    }
    const char *got = fgets(line, sizeof line, f);
    (void)fclose(f);
    const char *from = got ? strchr(line, ' ') : NULL;
    const char *to = from ? strchr(from + 1, ' ') : NULL;
    if (!to || !jw_str_to_u64(jw_str_of(from + 1, (size_t)(to - from) - 1),
                              ULLONG_MAX / 65536, &pages)) {
        return 0;
    }
    return pages * (unsigned long long)sysconf(_SC_PAGESIZE);
}

/* Under the names that Prometheus' own client libraries use. */
static void write_process(struct jw_buf *out)
{
    struct rusage usage;
    struct rlimit files;
    jw_buf_printf(out,
                  "# TYPE process_resident_memory_bytes gauge\n"
                  "process_resident_memory_bytes %llu\n",
                  resident_bytes());
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        double seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
        jw_buf_printf(out,
                      "# TYPE process_cpu_seconds_total counter\n"
                      "process_cpu_seconds_total %.3f\n",
                      seconds);
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        jw_buf_printf(out, "# TYPE process_max_fds gauge\nprocess_max_fds %llu\n",
                      (unsigned long long)files.rlim_cur);
    }
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
    one(&out, "limited_total", "counter",
        "Requests refused for the rate of their address or token.", load(&m->limited));
    one(&out, "late_connections_total", "counter",
        "Connections closed because head or answer took too long.", load(&m->late));
    one(&out, "connections", "gauge", "Open connections.", load(&m->connections));
    write_pool(server, &out);
    write_cache(server, &out);
    write_process(&out);
    response->cache_control = "no-store";
    response->body = jw_blob_take(&out);
    return response->body ||
           jw_problem_set(problem, JW_PROBLEM_OVERLOADED, "There is no memory left.");
}
