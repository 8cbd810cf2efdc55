#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "jw_cunit.h"

/* A task that waits for a gate, if it has one. */
struct job {
    struct jw_task task;
    bool gated;
    _Atomic int fate;
    int order;
};

static struct {
    struct jw_store *store;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    int started;
    int done;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void run(struct jw_task *task, struct jw_session *session, enum jw_task_fate fate,
                void *arg)
{
    struct job *job = (struct job *)(void *)task;
    (void)session;
    (void)arg;
    (void)pthread_mutex_lock(&gate.lock);
    gate.started++;
    (void)pthread_cond_broadcast(&gate.changed);
    while (job->gated && !gate.open && fate == JW_TASK_RUN) {
        (void)pthread_cond_wait(&gate.changed, &gate.lock);
    }
    job->order = ++gate.done;
    atomic_store(&job->fate, (int)fate);
    (void)pthread_cond_broadcast(&gate.changed);
    (void)pthread_mutex_unlock(&gate.lock);
}

static void open_gate(void)
{
    (void)pthread_mutex_lock(&gate.lock);
    gate.open = true;
    (void)pthread_cond_broadcast(&gate.changed);
    (void)pthread_mutex_unlock(&gate.lock);
}

/* Wait until that many tasks have started and ended. */
static void await(int started, int done)
{
    (void)pthread_mutex_lock(&gate.lock);
    while (gate.started < started || gate.done < done) {
        (void)pthread_cond_wait(&gate.changed, &gate.lock);
    }
    (void)pthread_mutex_unlock(&gate.lock);
}

static struct jw_pool *pool_of(size_t workers, size_t waiting, int64_t wait_us)
{
    struct jw_pool *p = NULL;
    struct jw_error err;
    const struct jw_pool_options options = {.store = gate.store,
                                            .n_workers = workers,
                                            .max_waiting = waiting,
                                            .max_wait_us = wait_us,
                                            .run = run};
    gate.open = false;
    gate.started = 0;
    gate.done = 0;
    jw_error_clear(&err);
    CHECK_OK(jw_pool_new(&options, &p, &err), &err);
    return p;
}

enum {
    LONG_WAIT_US = 60 * 1000 * 1000
};

static void test_runs_all(void)
{
    enum {
        N = 1000
    };
    static struct job jobs[N];
    struct jw_pool *p = pool_of(3, N, LONG_WAIT_US);
    for (int i = 0; i < N; i++) {
        jobs[i] = (struct job){.task = {.costly = i % 3 == 0}, .fate = -1};
        CHECK(jw_pool_push(p, &jobs[i].task));
    }
    jw_pool_free(p);
    for (int i = 0; i < N; i++) {
        CHECK_INT(atomic_load(&jobs[i].fate), JW_TASK_RUN);
    }
}

static void test_full(void)
{
    struct job jobs[4] = {
        {.gated = true}, {.gated = true}, {.gated = true}, {.gated = true}};
    struct jw_pool *p = pool_of(1, 2, LONG_WAIT_US);
    CHECK(jw_pool_push(p, &jobs[0].task));
    await(1, 0);
    CHECK(jw_pool_push(p, &jobs[1].task));
    CHECK(!jw_pool_is_full(p));
    CHECK(jw_pool_push(p, &jobs[2].task));
    CHECK(jw_pool_is_full(p));
    CHECK(!jw_pool_push(p, &jobs[3].task));
    struct jw_pool_stats stats = jw_pool_stats(p);
    CHECK_INT(stats.busy, 1);
    CHECK_INT(stats.waiting, 2);
    open_gate();
    jw_pool_free(p);
    CHECK_INT(jobs[0].order, 1);
    CHECK_INT(jobs[1].order, 2);
    CHECK_INT(jobs[2].order, 3);
    CHECK_INT(jobs[3].order, 0);
}

/* Costly tasks leave one worker to the quick ones. */
static void test_costly(void)
{
    struct job costly[3] = {{.gated = true, .task = {.costly = true}},
                            {.gated = true, .task = {.costly = true}},
                            {.gated = true, .task = {.costly = true}}};
    struct job quick[5] = {{.gated = false}};
    struct jw_pool *p = pool_of(3, 10, LONG_WAIT_US);
    for (int i = 0; i < 3; i++) {
        CHECK(jw_pool_push(p, &costly[i].task));
    }
    await(2, 0);
    for (int i = 0; i < 5; i++) {
        CHECK(jw_pool_push(p, &quick[i].task));
    }
    await(7, 5);
    struct jw_pool_stats stats = jw_pool_stats(p);
    /* The last quick one has said that it is done, and is about to be. */
    while (stats.done < 5) {
        stats = jw_pool_stats(p);
    }
    CHECK_INT(stats.busy, 2);
    CHECK_INT(stats.waiting, 1);
    open_gate();
    jw_pool_free(p);
    CHECK(costly[2].order > 5);
}

/* The only worker takes costly tasks, too, and in turn. */
static void test_one_worker(void)
{
    struct job jobs[3] = {{.gated = true, .task = {.costly = true}},
                          {.task = {.costly = true}},
                          {.gated = false}};
    struct jw_pool *p = pool_of(1, 10, LONG_WAIT_US);
    for (int i = 0; i < 3; i++) {
        CHECK(jw_pool_push(p, &jobs[i].task));
    }
    open_gate();
    jw_pool_free(p);
    for (int i = 0; i < 3; i++) {
        CHECK(jobs[i].order > 0);
    }
}

static void test_late(void)
{
    const struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    struct job jobs[2] = {{.gated = true}, {.fate = -1}};
    /* The first must not be late, however slow the machine is. */
    struct jw_pool *p = pool_of(1, 10, LONG_WAIT_US);
    CHECK(jw_pool_push(p, &jobs[0].task));
    await(1, 0);
    jw_pool_set_wait(p, 10 * 1000);
    CHECK(jw_pool_push(p, &jobs[1].task));
    (void)nanosleep(&pause, NULL);
    open_gate();
    jw_pool_free(p);
    CHECK_INT(atomic_load(&jobs[0].fate), JW_TASK_RUN);
    CHECK_INT(atomic_load(&jobs[1].fate), JW_TASK_LATE);
}

static void test_hurry(void)
{
    struct job jobs[4] = {
        {.gated = true}, {.fate = -1}, {.task = {.costly = true}}, {.fate = -1}};
    struct jw_pool *p = pool_of(1, 10, LONG_WAIT_US);
    CHECK(jw_pool_push(p, &jobs[0].task));
    await(1, 0);
    CHECK(jw_pool_push(p, &jobs[1].task));
    CHECK(jw_pool_push(p, &jobs[2].task));
    jw_pool_hurry(p);
    CHECK(!jw_pool_push(p, &jobs[3].task));
    open_gate();
    jw_pool_stop(p);
    CHECK_INT(atomic_load(&jobs[0].fate), JW_TASK_RUN);
    CHECK_INT(atomic_load(&jobs[1].fate), JW_TASK_DROPPED);
    CHECK_INT(atomic_load(&jobs[2].fate), JW_TASK_DROPPED);
    CHECK_INT(atomic_load(&jobs[3].fate), -1);
    jw_pool_free(p);
}

int main(void)
{
    static const struct jw_test tests[] = {
        {"runs every task", test_runs_all},
        {"refuses when full", test_full},
        {"keeps a worker for quick tasks", test_costly},
        {"one worker does all", test_one_worker},
        {"drops who waited too long", test_late},
        {"hurries", test_hurry}};
    if (jw_store_new("/nonexistent/index", NULL, NULL, &gate.store) != JW_OK) {
        return 1;
    }
    int rc = jw_test_run("pool", tests, sizeof tests / sizeof tests[0]);
    jw_store_free(gate.store);
    return rc;
}
