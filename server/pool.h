/*
 * pool.h - worker threads, and the one bounded queue before them.
 *
 * A task that is marked as costly never takes the last free worker, so quick
 * ones keep flowing beside any number of costly ones.
 */
#ifndef JW_SERVER_POOL_H
#define JW_SERVER_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session.h"

/** Embedded in what the owner wants to have done. */
struct jw_task {
    struct jw_task *next;
    bool costly;
    /** When it was pushed; jw_clock_us(). */
    int64_t queued_us;
};

/** What is done with a task. */
enum jw_task_fate {
    JW_TASK_RUN,
    /** It waited longer than is allowed. */
    JW_TASK_LATE,
    /** The pool is stopping, its time is up. */
    JW_TASK_DROPPED
};

struct jw_pool;

struct jw_pool_options {
    struct jw_store *store;
    /** Threads; 0: as many as processors, and two at least. */
    size_t n_workers;
    size_t max_waiting;
    int64_t max_wait_us;
    /** Called on a worker's thread, once for each task that was pushed. */
    void (*run)(struct jw_task *task, struct jw_session *session, enum jw_task_fate fate,
                void *arg);
    void *arg;
};

struct jw_pool_stats {
    size_t workers;
    size_t busy;
    size_t waiting;
    size_t limit;
    uint64_t done;
    uint64_t reopened;
};

JW_MUST_CHECK enum jw_status jw_pool_new(const struct jw_pool_options *options,
                                         struct jw_pool **out, struct jw_error *err);

/** @return false when the queue is full or the pool stops: the task is not taken. */
bool jw_pool_push(struct jw_pool *p, struct jw_task *task);

/** @return whether a push would be refused now; others may change that at any time. */
bool jw_pool_is_full(struct jw_pool *p);

/** Have workers without a task move on to the store's present state. */
void jw_pool_wake(struct jw_pool *p);

/** Longest wait in the queue, from now on. */
void jw_pool_set_wait(struct jw_pool *p, int64_t max_wait_us);

/** Take no more tasks, hand the waiting ones out as JW_TASK_DROPPED. */
void jw_pool_hurry(struct jw_pool *p);

/** Take no more tasks, finish those there are, end the threads. */
void jw_pool_stop(struct jw_pool *p);

/** Stop, and free the pool.  NULL is fine. */
void jw_pool_free(struct jw_pool *p);

struct jw_pool_stats jw_pool_stats(struct jw_pool *p);

#endif
