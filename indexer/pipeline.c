#include "pipeline.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "file_ids.h"
#include "maker.h"

enum {
    WORKERS_MAX = 64,
    NAME_BYTES = JW_PATH_BYTES + 32
};

struct jw_pipeline {
    const struct jw_indexer_settings *settings;
    struct jw_index_writer *writer;
    /* Where stored articles come from, or NULL. */
    struct jw_index *stored;
    jw_pipeline_fn report;
    void *arg;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct jw_batch *first;
    struct jw_batch *last;
    size_t n_waiting;
    bool closed;
    /* Whose turn it is to admit, and to append. */
    uint64_t admit_turn;
    uint64_t append_turn;
    /* It has been learned how texts are stored: now parts may end. */
    bool learned;
    struct jw_pipeline_counts counts;
    struct jw_file_ids file_ids;

    pthread_t threads[WORKERS_MAX];
    size_t n_workers;

    /* The reader's. */
    uint64_t batch_bytes;
    struct jw_batch *filling;
    uint64_t n_batches;
};

/* One input, made into an article or found bad. */
struct outcome {
    struct jw_made made;
    enum jw_status status;
    struct jw_str why;
};

struct worker {
    struct jw_pipeline *p;
    struct jw_maker maker;
    /* Of the pipeline's stored articles; opened when the first one comes. */
    struct jw_reader *reader;
    struct jw_index_part *part;
    struct outcome *outcomes;
    size_t cap;
    /* Of the first batch: what is learned from. */
    struct jw_str *texts;
    size_t n_texts;
};

/* ---- failing ---- */

/* With the lock held. */
static void stop_with(struct jw_pipeline *p, enum jw_status status,
                      const struct jw_error *err)
{
    if (p->counts.status == JW_OK) {
        p->counts.status = status;
        p->counts.fatal = *err;
    }
    pthread_cond_broadcast(&p->changed);
}

static bool failed(struct jw_pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    bool yes = p->counts.status != JW_OK;
    pthread_mutex_unlock(&p->lock);
    return yes;
}

/* ---- the reader's side ---- */

static void hand_over(struct jw_pipeline *p)
{
    struct jw_batch *b = p->filling;
    p->filling = NULL;
    if (!b) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    while (p->n_waiting > p->n_workers && p->counts.status == JW_OK) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    if (p->last) {
        p->last->next = b;
    } else {
        p->first = b;
    }
    p->last = b;
    p->n_waiting++;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static bool add(struct jw_pipeline *p, const struct jw_input *input, uint64_t bytes)
{
    struct jw_error err;
    if (!p->filling) {
        p->filling = jw_batch_new(p->n_batches++);
    }
    if (!p->filling || jw_batch_add(p->filling, input, bytes) != JW_OK) {
        (void)jw_fail(&err, JW_ENOMEM, "out of memory");
        pthread_mutex_lock(&p->lock);
        stop_with(p, JW_ENOMEM, &err);
        pthread_mutex_unlock(&p->lock);
        return false;
    }
    if (jw_batch_is_full(p->filling, p->batch_bytes)) {
        hand_over(p);
    }
    return !failed(p);
}

bool jw_pipeline_file(struct jw_pipeline *p, const char *path, struct jw_str id,
                      uint64_t bytes)
{
    const struct jw_input input = {.kind = JW_INPUT_FILE, .name = path, .text = id};
    return add(p, &input, bytes);
}

bool jw_pipeline_line(struct jw_pipeline *p, struct jw_str line, const char *name,
                      uint64_t number)
{
    const struct jw_input input = {JW_INPUT_LINE, name, number, line, 0};
    return add(p, &input, line.n);
}

bool jw_pipeline_stored(struct jw_pipeline *p, size_t segment, size_t row, uint64_t bytes)
{
    const struct jw_input input = {JW_INPUT_STORED, "", row, {"", 0}, segment};
    return add(p, &input, bytes);
}

void jw_pipeline_reject(struct jw_pipeline *p, const char *name, const char *why)
{
    const struct jw_input input = {
        .kind = JW_INPUT_REJECT, .name = name, .text = jw_str_c(why)};
    (void)add(p, &input, 0);
}

/* ---- a worker's side ---- */

static struct jw_batch *next_batch(struct jw_pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->first && !p->closed) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    struct jw_batch *b = p->first;
    if (b) {
        p->first = b->next;
        if (!p->first) {
            p->last = NULL;
        }
        p->n_waiting--;
        pthread_cond_broadcast(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
    return b;
}

/* Read an article that is stored already, whole. */
static enum jw_status make_stored(struct worker *w, const struct jw_input *input,
                                  struct jw_made *out, struct jw_error *err)
{
    struct jw_stored stored;
    struct jw_arena *arena = &w->maker.arena;
    enum jw_status status =
        w->reader ? JW_OK : jw_reader_open(w->p->stored, &w->reader, err);
    if (status == JW_OK) {
        status = jw_reader_whole(w->reader, input->segment, (size_t)input->number, arena,
                                 &stored, err);
    }
    if (status == JW_OK) {
        out->article = stored.article;
    }
    return status;
}

static void make_one(struct worker *w, const struct jw_input *input, struct outcome *out)
{
    struct jw_error err;
    jw_error_clear(&err);
    memset(out, 0, sizeof *out);
    switch (input->kind) {
    case JW_INPUT_FILE:
        out->status =
            jw_make_from_file(&w->maker, input->name, input->text, &out->made, &err);
        break;
    case JW_INPUT_LINE:
        out->status = jw_make_from_line(&w->maker, input->text, &out->made, &err);
        break;
    case JW_INPUT_STORED:
        out->status = make_stored(w, input, &out->made, &err);
        break;
    case JW_INPUT_REJECT:
        out->status = JW_EINVAL;
        out->why = input->text;
        return;
    }
    if (out->status != JW_OK) {
        out->why = jw_arena_str(&w->maker.arena, jw_str_c(err.message));
    }
}

static bool make_all(struct worker *w, const struct jw_batch *b)
{
    void *outcomes = w->outcomes;
    if (jw_array_grow(&outcomes, &w->cap, b->n, sizeof *w->outcomes) != JW_OK) {
        return false;
    }
    w->outcomes = outcomes;
    for (size_t i = 0; i < b->n && !failed(w->p); i++) {
        make_one(w, &b->inputs[i], &w->outcomes[i]);
    }
    return true;
}

/* With the lock held. */
static void tell(struct jw_pipeline *p, enum jw_report what, const struct jw_input *input,
                 struct jw_str why)
{
    char name[NAME_BYTES];
    char text[JW_ERROR_MESSAGE_BYTES];
    if (input->kind == JW_INPUT_LINE) {
        (void)snprintf(name, sizeof name, "%s:%llu", input->name,
                       (unsigned long long)input->number);
    } else {
        (void)snprintf(name, sizeof name, "%s", input->name);
    }
    (void)snprintf(text, sizeof text, "%.*s", (int)why.n, why.p ? why.p : "");
    p->report(what, name, text, p->arg);
}

static void reject(struct jw_pipeline *p, const struct jw_input *input, struct jw_str why)
{
    p->counts.n_rejected++;
    tell(p, JW_REPORT_REJECTED, input, why);
}

static void count_repaired(struct jw_pipeline *p, const struct jw_input *input, size_t n)
{
    char text[64];
    if (n > 0) {
        (void)snprintf(text, sizeof text, "%zu undecodable places kept as U+FFFD", n);
        p->counts.n_repaired += n;
        tell(p, JW_REPORT_REPAIRED, input, jw_str_c(text));
    }
}

/* With the lock held, in the batch's turn. */
static void admit_one(struct worker *w, const struct jw_input *input, struct outcome *out)
{
    struct jw_pipeline *p = w->p;
    struct jw_error err;
    jw_error_clear(&err);
    if (out->status == JW_OK) {
        p->counts.n_doubles += out->made.n_doubles;
        const char *file = input->kind == JW_INPUT_FILE ? input->name : NULL;
        out->status =
            jw_file_ids_admit(&p->file_ids, p->writer, &out->made.article, file, &err);
        if (out->status != JW_OK && out->status != JW_EINVAL) {
            stop_with(p, out->status, &err);
            return;
        }
        out->why = jw_str_c(err.message);
    }
    if (out->status != JW_OK && input->kind == JW_INPUT_STORED) {
        /* Leaving out what is stored would lose it. */
        (void)jw_fail(&err, out->status,
                      "an article of the index cannot be taken over: %.*s",
                      (int)out->why.n, out->why.p ? out->why.p : "");
        stop_with(p, out->status, &err);
    } else if (out->status != JW_OK) {
        reject(p, input, out->why);
    } else {
        count_repaired(p, input, out->made.n_repaired);
    }
}

static void admit_all(struct worker *w, const struct jw_batch *b)
{
    struct jw_pipeline *p = w->p;
    pthread_mutex_lock(&p->lock);
    while (p->admit_turn != b->number && p->counts.status == JW_OK) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    for (size_t i = 0; i < b->n && p->counts.status == JW_OK; i++) {
        admit_one(w, &b->inputs[i], &w->outcomes[i]);
    }
    p->admit_turn++;
    p->report(JW_REPORT_PROGRESS, NULL, NULL, p->arg);
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static enum jw_status fill_part(struct worker *w, const struct jw_batch *b,
                                struct jw_error *err)
{
    enum jw_status status =
        w->part ? JW_OK : jw_index_part_new(w->p->writer, &w->part, err);
    for (size_t i = 0; i < b->n && status == JW_OK; i++) {
        if (w->outcomes[i].status == JW_OK) {
            status = jw_index_part_put(w->part, &w->outcomes[i].made.article, err);
        }
    }
    return status;
}

/* The texts of a batch, of the articles that were admitted; NULL: there is no memory. */
static struct jw_str *texts_of(const struct worker *w, const struct jw_batch *b,
                               size_t *n)
{
    size_t most = 0;
    *n = 0;
    for (size_t i = 0; i < b->n; i++) {
        most += w->outcomes[i].made.article.n_paragraphs + 1;
    }
    struct jw_str *texts = calloc(most + 1, sizeof *texts);
    for (size_t i = 0; i < b->n && texts; i++) {
        const struct jw_article *a = &w->outcomes[i].made.article;
        if (w->outcomes[i].status != JW_OK) {
            continue;
        }
        texts[(*n)++] = a->title;
        for (size_t k = 0; k < a->n_paragraphs; k++) {
            texts[(*n)++] = a->paragraphs[k].text;
        }
    }
    return texts;
}

/* The first batch tells how all texts are stored. */
static void *learn(void *arg)
{
    struct worker *w = arg;
    struct jw_pipeline *p = w->p;
    struct jw_error err;
    jw_error_clear(&err);
    enum jw_status status =
        w->texts ? jw_index_writer_learn(p->writer, w->texts, w->n_texts, &err)
                 : jw_fail(&err, JW_ENOMEM, "out of memory");
    pthread_mutex_lock(&p->lock);
    p->learned = true;
    if (status != JW_OK) {
        stop_with(p, status, &err);
    }
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* Learn in a thread of its own, while parts are filled and sorted.
 * @return whether it is to be joined. */
static bool start_learning(struct worker *w, const struct jw_batch *b, pthread_t *thread)
{
    w->texts = texts_of(w, b, &w->n_texts);
    if (jw_indexer_threads(w->p->settings, WORKERS_MAX) > 1 &&
        pthread_create(thread, NULL, learn, w) == 0) {
        return true;
    }
    (void)learn(w);
    return false;
}

static enum jw_status end_part(struct worker *w, struct jw_error *err)
{
    struct jw_pipeline *p = w->p;
    enum jw_status status = jw_index_part_sort(w->part, err);
    pthread_mutex_lock(&p->lock);
    while (!p->learned && p->counts.status == JW_OK) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    bool go_on = p->counts.status == JW_OK && status == JW_OK;
    pthread_mutex_unlock(&p->lock);
    return go_on ? jw_index_part_end(w->part, err) : status;
}

static void append_part(struct worker *w, const struct jw_batch *b)
{
    struct jw_pipeline *p = w->p;
    struct jw_error err;
    jw_error_clear(&err);
    pthread_t learner;
    bool learning = b->number == 0 && start_learning(w, b, &learner);
    enum jw_status status = fill_part(w, b, &err);
    if (status == JW_OK) {
        status = end_part(w, &err);
    }
    if (learning) {
        (void)pthread_join(learner, NULL);
    }
    free(w->texts);
    w->texts = NULL;
    pthread_mutex_lock(&p->lock);
    while (status == JW_OK && p->append_turn != b->number && p->counts.status == JW_OK) {
        pthread_cond_wait(&p->changed, &p->lock);
    }
    if (status == JW_OK && p->counts.status == JW_OK) {
        status = jw_index_writer_append(p->writer, w->part, &err);
    }
    if (status != JW_OK) {
        stop_with(p, status, &err);
    }
    p->append_turn++;
    p->report(JW_REPORT_PROGRESS, NULL, NULL, p->arg);
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static void *work(void *arg)
{
    struct jw_pipeline *p = arg;
    struct worker w = {.p = p};
    jw_maker_init(&w.maker, p->settings);
    for (struct jw_batch *b = next_batch(p); b; b = next_batch(p)) {
        if (!failed(p) && make_all(&w, b)) {
            admit_all(&w, b);
            if (!failed(p) && jw_index_writer_takes_parts(p->writer)) {
                append_part(&w, b);
            }
        } else {
            struct jw_error err;
            (void)jw_fail(&err, JW_ENOMEM, "out of memory");
            pthread_mutex_lock(&p->lock);
            stop_with(p, JW_ENOMEM, &err);
            pthread_mutex_unlock(&p->lock);
        }
        jw_maker_clear(&w.maker);
        jw_batch_free(b);
    }
    jw_maker_release(&w.maker);
    jw_reader_close(w.reader);
    jw_index_part_free(w.part);
    free(w.outcomes);
    return NULL;
}

/* ---- start and end ---- */

enum jw_status jw_pipeline_start(const struct jw_indexer_settings *settings,
                                 struct jw_index_writer *writer, struct jw_index *stored,
                                 jw_pipeline_fn report, void *arg,
                                 struct jw_pipeline **out, struct jw_error *err)
{
    struct jw_pipeline *p = calloc(1, sizeof *p);
    *out = NULL;
    if (!p) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    p->settings = settings;
    p->writer = writer;
    p->stored = stored;
    p->report = report;
    p->arg = arg;
    jw_file_ids_init(&p->file_ids, JW_FILE_IDS_BYTES);
    size_t n = jw_indexer_threads(settings, WORKERS_MAX);
    p->batch_bytes = jw_batch_bytes(jw_index_writer_memory(writer), n);
    if (pthread_mutex_init(&p->lock, NULL) != 0 ||
        pthread_cond_init(&p->changed, NULL) != 0) {
        free(p);
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    while (p->n_workers < n &&
           pthread_create(&p->threads[p->n_workers], NULL, work, p) == 0) {
        p->n_workers++;
    }
    if (p->n_workers == 0) {
        struct jw_pipeline_counts unused;
        jw_pipeline_finish(p, &unused);
        return jw_fail(err, JW_EIO, "cannot start a thread");
    }
    *out = p;
    return JW_OK;
}

void jw_pipeline_finish(struct jw_pipeline *p, struct jw_pipeline_counts *counts)
{
    hand_over(p);
    pthread_mutex_lock(&p->lock);
    p->closed = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->n_workers; i++) {
        pthread_join(p->threads[i], NULL);
    }
    *counts = p->counts;
    jw_file_ids_release(&p->file_ids);
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
