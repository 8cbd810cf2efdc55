#include "store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "jianwen/clock.h"
#include "jianwen/log.h"

enum {
    /* A damaged index is not opened again and again at full speed. */
    RETRY_US = 500 * 1000
};

struct jw_store {
    char *dir;
    void (*changed)(void *arg);
    void *arg;
    /* One opening at a time. */
    pthread_mutex_t opening;
    /* Guards index and why. */
    pthread_mutex_t lock;
    struct jw_index *index;
    enum jw_status why;
    /* No opening before this time; see RETRY_US. */
    int64_t retry_at_us;
    /* What was logged last, so that a lasting failure is said once. */
    char logged[JW_ERROR_MESSAGE_BYTES];
    _Atomic uint64_t generation;
    _Atomic uint64_t state;
    _Atomic uint64_t revision;
};

enum jw_status jw_store_new(const char *dir, void (*changed)(void *arg), void *arg,
                            struct jw_store **out)
{
    struct jw_store *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s) {
        return JW_ENOMEM;
    }
    s->dir = strdup(dir);
    if (!s->dir) {
        free(s);
        return JW_ENOMEM;
    }
    s->changed = changed;
    s->arg = arg;
    s->why = JW_ENOTFOUND;
    (void)pthread_mutex_init(&s->opening, NULL);
    (void)pthread_mutex_init(&s->lock, NULL);
    *out = s;
    return JW_OK;
}

void jw_store_free(struct jw_store *s)
{
    if (!s) {
        return;
    }
    jw_index_unref(s->index);
    (void)pthread_mutex_destroy(&s->opening);
    (void)pthread_mutex_destroy(&s->lock);
    free(s->dir);
    free(s);
}

uint64_t jw_store_state_of(const struct jw_index *index)
{
    const struct jw_index_stats *stats = jw_index_stats(index);
    uint64_t h = jw_hash_u64(JW_HASH_START, stats->revision);
    h = jw_hash_u64(h, stats->n_articles);
    h = jw_hash_u64(h, stats->n_docs);
    h = jw_hash_u64(h, stats->text_bytes);
    h = jw_hash_u64(h, stats->total_length);
    for (size_t i = 0; i < jw_index_n_segments(index); i++) {
        h = jw_hash_str(h, jw_str_c(jw_index_segment(index, i)->name));
    }
    return h ? h : 1;
}

static void publish(struct jw_store *s, struct jw_index *index)
{
    const struct jw_index_stats *stats = jw_index_stats(index);
    (void)pthread_mutex_lock(&s->lock);
    struct jw_index *old = s->index;
    s->index = index;
    s->why = JW_OK;
    atomic_store(&s->state, jw_store_state_of(index));
    atomic_store(&s->revision, stats->revision);
    atomic_fetch_add(&s->generation, 1);
    (void)pthread_mutex_unlock(&s->lock);
    jw_index_unref(old);
    s->logged[0] = '\0';
    s->retry_at_us = 0;
    jw_log(JW_LOG_INFO, "index", "state=open revision=%llu articles=%llu paragraphs=%llu",
           (unsigned long long)stats->revision, (unsigned long long)stats->n_articles,
           (unsigned long long)stats->n_paragraphs);
    if (s->changed) {
        s->changed(s->arg);
    }
}

/* In the words of explain(). */
static const char *state_word(enum jw_status why)
{
    if (why == JW_ENOTFOUND) {
        return "missing";
    }
    return why == JW_EMISMATCH ? "mismatch" : "damaged";
}

/* An index that was served before goes on being served. */
static void note_failure(struct jw_store *s, const struct jw_error *err)
{
    (void)pthread_mutex_lock(&s->lock);
    s->why = err->status;
    (void)pthread_mutex_unlock(&s->lock);
    s->retry_at_us = err->status == JW_ENOTFOUND ? 0 : jw_clock_us() + RETRY_US;
    if (strcmp(s->logged, err->message) != 0) {
        memcpy(s->logged, err->message, sizeof s->logged);
        jw_log(err->status == JW_ENOTFOUND ? JW_LOG_WARN : JW_LOG_ERROR, "index",
               "state=%s message=\"%s\"", s->index ? "outdated" : state_word(err->status),
               err->message);
    }
}

static void open_now(struct jw_store *s)
{
    struct jw_error err;
    struct jw_index *index = NULL;
    jw_error_clear(&err);
    enum jw_status status = jw_index_open(s->dir, &index, &err);
    if (status == JW_OK) {
        publish(s, index);
        return;
    }
    if (err.status == JW_OK) {
        (void)jw_fail(&err, status, "cannot open the index: %s", jw_status_name(status));
    }
    note_failure(s, &err);
}

void jw_store_check(struct jw_store *s)
{
    (void)pthread_mutex_lock(&s->opening);
    /* Only holders of `opening` change s->index. */
    bool wanted = !s->index || !jw_index_is_current(s->index);
    if (wanted && (s->retry_at_us == 0 || jw_clock_us() >= s->retry_at_us)) {
        open_now(s);
    }
    (void)pthread_mutex_unlock(&s->opening);
}

void jw_store_reload(struct jw_store *s, uint64_t generation)
{
    (void)pthread_mutex_lock(&s->opening);
    if (generation == atomic_load(&s->generation)) {
        open_now(s);
    }
    (void)pthread_mutex_unlock(&s->opening);
}

uint64_t jw_store_generation(const struct jw_store *s)
{
    return atomic_load(&s->generation);
}

static void explain(enum jw_status why, struct jw_problem *problem)
{
    if (why == JW_ENOTFOUND) {
        (void)jw_problem_set(problem, JW_PROBLEM_INDEX_MISSING,
                             "Build one with \"jianwen-indexer build PATH...\"; the "
                             "server picks it up by itself.");
    } else if (why == JW_EMISMATCH) {
        (void)jw_problem_set(problem, JW_PROBLEM_INDEX_MISMATCH,
                             "Build it anew with \"jianwen-indexer build PATH...\" of "
                             "this version.");
    } else {
        (void)jw_problem_set(problem, JW_PROBLEM_INDEX_DAMAGED,
                             "The log says why. \"jianwen-indexer check\" looks closer; "
                             "\"jianwen-indexer build PATH...\" makes a new one.");
    }
}

uint64_t jw_store_take(struct jw_store *s, struct jw_index **out,
                       struct jw_problem *problem)
{
    uint64_t generation = 0;
    (void)pthread_mutex_lock(&s->lock);
    *out = s->index ? jw_index_ref(s->index) : NULL;
    if (*out) {
        generation = atomic_load(&s->generation);
    } else {
        explain(s->why, problem);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return generation;
}

uint64_t jw_store_state(const struct jw_store *s)
{
    return atomic_load(&s->state);
}

uint64_t jw_store_revision(const struct jw_store *s)
{
    return atomic_load(&s->revision);
}
