#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "jianwen/clock.h"
#include "jianwen/log.h"

enum {
    /* One for quick tasks beside one for costly ones. */
    LEAST_WORKERS = 2
};

struct lane {
    struct jw_task *first;
    struct jw_task *last;
};

struct worker {
    struct jw_pool *pool;
    struct jw_session session;
    pthread_t thread;
};

struct jw_pool {
    struct jw_pool_options options;
    pthread_mutex_t lock;
    pthread_cond_t work;
    /* Guarded by lock. */
    struct lane quick;
    struct lane costly;
    size_t n_waiting;
    size_t n_busy;
    size_t n_costly_busy;
    uint64_t n_done;
    /* Raised to have idle workers look at the store. */
    uint64_t wakes;
    bool hurry;
    bool stop;
    /* Of the stopping thread alone. */
    bool joined;
    _Atomic uint64_t n_reopened;
    size_t n_workers;
    struct worker workers[];
};

static void append(struct lane *lane, struct jw_task *task)
{
    task->next = NULL;
    if (lane->last) {
        lane->last->next = task;
    } else {
        lane->first = task;
    }
    lane->last = task;
}

static struct jw_task *take_first(struct lane *lane)
{
    struct jw_task *task = lane->first;
    lane->first = task->next;
    if (!lane->first) {
        lane->last = NULL;
    }
    return task;
}

/* The older of the two heads, unless a costly one would take the last worker. */
static struct jw_task *choose(struct jw_pool *p)
{
    struct jw_task *quick = p->quick.first;
    struct jw_task *costly = p->costly.first;
    bool room = p->n_workers == 1 || p->n_costly_busy + 1 < p->n_workers;
    if (costly && (room || p->hurry) &&
        (!quick || costly->queued_us < quick->queued_us)) {
        return take_first(&p->costly);
    }
    return quick ? take_first(&p->quick) : NULL;
}

static void run_task(struct worker *w, struct jw_task *task, enum jw_task_fate fate)
{
    struct jw_pool *p = w->pool;
    bool costly = task->costly;
    uint64_t reopened = w->session.n_reopened;
    p->n_waiting--;
    p->n_busy++;
    p->n_costly_busy += costly ? 1 : 0;
    (void)pthread_mutex_unlock(&p->lock);
    /* The task may be gone when this returns. */
    p->options.run(task, &w->session, fate, p->options.arg);
    (void)atomic_fetch_add(&p->n_reopened, w->session.n_reopened - reopened);
    (void)pthread_mutex_lock(&p->lock);
    p->n_busy--;
    p->n_costly_busy -= costly ? 1 : 0;
    p->n_done++;
}

static enum jw_task_fate fate_of(const struct jw_pool *p, const struct jw_task *task)
{
    if (p->hurry) {
        return JW_TASK_DROPPED;
    }
    return jw_clock_us() - task->queued_us > p->options.max_wait_us ? JW_TASK_LATE
                                                                    : JW_TASK_RUN;
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct jw_pool *p = w->pool;
    struct jw_problem ignored;
    (void)pthread_mutex_lock(&p->lock);
    /* Another number than p->wakes: the first thing is to open the index. */
    uint64_t wakes = p->wakes - 1;
    for (;;) {
        struct jw_task *task = choose(p);
        if (task) {
            run_task(w, task, fate_of(p, task));
        } else if (p->stop && p->n_waiting == 0) {
            break;
        } else if (wakes != p->wakes) {
            wakes = p->wakes;
            (void)pthread_mutex_unlock(&p->lock);
            (void)jw_session_refresh(&w->session, &ignored);
            (void)pthread_mutex_lock(&p->lock);
        } else {
            (void)pthread_cond_wait(&p->work, &p->lock);
        }
    }
    /* Others may still wait for a costly task that this one has taken. */
    (void)pthread_cond_broadcast(&p->work);
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

static enum jw_status start_worker(struct jw_pool *p, struct jw_error *err)
{
    struct worker *w = &p->workers[p->n_workers];
    w->pool = p;
    if (jw_session_init(&w->session, p->options.store) != JW_OK) {
        jw_session_release(&w->session);
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    int rc = pthread_create(&w->thread, NULL, worker_main, w);
    if (rc != 0) {
        jw_session_release(&w->session);
        return jw_fail_errno(err, rc, "cannot start a thread");
    }
    char name[16];
    (void)snprintf(name, sizeof name, "search-%zu", p->n_workers % 1000);
    (void)pthread_setname_np(w->thread, name);
    return JW_OK;
}

enum jw_status jw_pool_new(const struct jw_pool_options *options, struct jw_pool **out,
                           struct jw_error *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t fit = processors > LEAST_WORKERS ? (size_t)processors : LEAST_WORKERS;
    size_t n = options->n_workers ? options->n_workers : fit;
    struct jw_pool *p = calloc(1, sizeof *p + n * sizeof p->workers[0]);
    *out = NULL;
    if (!p) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    p->options = *options;
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->work, NULL);
    enum jw_status status = JW_OK;
    while (status == JW_OK && p->n_workers < n) {
        /* The threads that run already read the number under the lock. */
        status = start_worker(p, err);
        (void)pthread_mutex_lock(&p->lock);
        p->n_workers += status == JW_OK ? 1 : 0;
        (void)pthread_mutex_unlock(&p->lock);
    }
    if (status != JW_OK) {
        jw_pool_free(p);
        return status;
    }
    *out = p;
    return JW_OK;
}

bool jw_pool_push(struct jw_pool *p, struct jw_task *task)
{
    task->queued_us = jw_clock_us();
    (void)pthread_mutex_lock(&p->lock);
    bool taken = !p->stop && p->n_waiting < p->options.max_waiting;
    if (taken) {
        append(task->costly ? &p->costly : &p->quick, task);
        p->n_waiting++;
        (void)pthread_cond_signal(&p->work);
    }
    (void)pthread_mutex_unlock(&p->lock);
    return taken;
}

bool jw_pool_is_full(struct jw_pool *p)
{
    (void)pthread_mutex_lock(&p->lock);
    bool full = p->stop || p->n_waiting >= p->options.max_waiting;
    (void)pthread_mutex_unlock(&p->lock);
    return full;
}

void jw_pool_wake(struct jw_pool *p)
{
    (void)pthread_mutex_lock(&p->lock);
    p->wakes++;
    (void)pthread_cond_broadcast(&p->work);
    (void)pthread_mutex_unlock(&p->lock);
}

void jw_pool_set_wait(struct jw_pool *p, int64_t max_wait_us)
{
    (void)pthread_mutex_lock(&p->lock);
    p->options.max_wait_us = max_wait_us;
    (void)pthread_mutex_unlock(&p->lock);
}

void jw_pool_hurry(struct jw_pool *p)
{
    (void)pthread_mutex_lock(&p->lock);
    p->hurry = true;
    p->stop = true;
    (void)pthread_cond_broadcast(&p->work);
    (void)pthread_mutex_unlock(&p->lock);
}

void jw_pool_stop(struct jw_pool *p)
{
    (void)pthread_mutex_lock(&p->lock);
    p->stop = true;
    (void)pthread_cond_broadcast(&p->work);
    (void)pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->n_workers && !p->joined; i++) {
        (void)pthread_join(p->workers[i].thread, NULL);
        jw_session_release(&p->workers[i].session);
    }
    p->joined = true;
}

void jw_pool_free(struct jw_pool *p)
{
    if (!p) {
        return;
    }
    jw_pool_stop(p);
    (void)pthread_cond_destroy(&p->work);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

struct jw_pool_stats jw_pool_stats(struct jw_pool *p)
{
    struct jw_pool_stats stats;
    (void)pthread_mutex_lock(&p->lock);
    stats = (struct jw_pool_stats){.workers = p->n_workers,
                                   .busy = p->n_busy,
                                   .waiting = p->n_waiting,
                                   .limit = p->options.max_waiting,
                                   .done = p->n_done,
                                   .reopened = atomic_load(&p->n_reopened)};
    (void)pthread_mutex_unlock(&p->lock);
    return stats;
}
