/*
 * metrics.h - counters of what the server did; read by /metrics and /v1/stats.
 */
#ifndef JW_SERVER_METRICS_H
#define JW_SERVER_METRICS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "request.h"

enum {
    /** Routes that are told apart; the last one is "none" (404). */
    JW_METRIC_ROUTES = 32,
    /** Classes 1xx to 5xx. */
    JW_METRIC_CLASSES = 5,
    /** Upper bounds of the latency histogram, and one without a bound. */
    JW_METRIC_BUCKETS = 14
};

/** A latency histogram. */
struct jw_times {
    _Atomic uint64_t buckets[JW_METRIC_BUCKETS];
    _Atomic uint64_t sum_us;
};

struct jw_route_metrics {
    _Atomic uint64_t answers[JW_METRIC_CLASSES];
    struct jw_times times;
};

struct jw_metrics {
    struct jw_route_metrics routes[JW_METRIC_ROUTES];
    /** By enum jw_outcome. */
    struct jw_times searches_by_outcome[JW_OUTCOMES];
    /** Searches that found nothing; that ran out of their time. */
    _Atomic uint64_t searches;
    _Atomic uint64_t no_hits;
    _Atomic uint64_t cut_short;
    /** Requests refused because the queue was full, or that waited too long in it. */
    _Atomic uint64_t shed;
    /** Requests refused for the rate of their address. */
    _Atomic uint64_t limited;
    /** Connections closed because head or answer took too long. */
    _Atomic uint64_t late;
    _Atomic uint64_t connections;
};

/** Count one answer.  @param route  index into jw_routes. */
void jw_metrics_answer(struct jw_metrics *m, size_t route, unsigned status,
                       int64_t took_us);

/** Count the time of one search; does nothing for JW_OUTCOME_NO_SEARCH. */
void jw_metrics_search(struct jw_metrics *m, enum jw_outcome outcome, int64_t took_us);

/** @return all answers given. */
uint64_t jw_metrics_answers(const struct jw_metrics *m);

/** The bounds of the histogram in microseconds, JW_METRIC_BUCKETS - 1 of them. */
extern const int64_t jw_metric_bounds_us[JW_METRIC_BUCKETS - 1];

#endif
