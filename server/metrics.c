#include "metrics.h"

const int64_t jw_metric_bounds_us[JW_METRIC_BUCKETS - 1] = {
    100,   250,   500,    1000,   2500,   5000,   10000,
    25000, 50000, 100000, 250000, 500000, 1000000};

static void count_time(struct jw_times *times, int64_t took_us)
{
    size_t bucket = 0;
    while (bucket < JW_METRIC_BUCKETS - 1 && took_us > jw_metric_bounds_us[bucket]) {
        bucket++;
    }
    (void)atomic_fetch_add_explicit(&times->buckets[bucket], 1, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&times->sum_us, took_us > 0 ? (uint64_t)took_us : 0,
                                    memory_order_relaxed);
}

void jw_metrics_answer(struct jw_metrics *m, size_t route, unsigned status,
                       int64_t took_us)
{
    struct jw_route_metrics *r =
        &m->routes[route < JW_METRIC_ROUTES ? route : JW_METRIC_ROUTES - 1];
    unsigned class = status / 100;
    class = class >= 1 && class <= JW_METRIC_CLASSES ? class - 1 : JW_METRIC_CLASSES - 1;
    (void)atomic_fetch_add_explicit(&r->answers[class], 1, memory_order_relaxed);
    count_time(&r->times, took_us);
}

void jw_metrics_search(struct jw_metrics *m, enum jw_outcome outcome, int64_t took_us)
{
    if (outcome != JW_OUTCOME_NO_SEARCH) {
        count_time(&m->searches_by_outcome[outcome], took_us);
    }
}

uint64_t jw_metrics_answers(const struct jw_metrics *m)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < JW_METRIC_ROUTES; i++) {
        for (size_t c = 0; c < JW_METRIC_CLASSES; c++) {
            sum += atomic_load_explicit(&m->routes[i].answers[c], memory_order_relaxed);
        }
    }
    return sum;
}
