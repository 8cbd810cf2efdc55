#include "session.h"

#include <string.h>

#include "jianwen/clock.h"
#include "jianwen/log.h"

enum {
    /* With the pauses between, an eighth of a second. */
    STALE_TRIES = 8,
    /* 1,000 articles with their marked paragraphs stay far below. */
    ANSWER_MAX_BYTES = 256 * 1024 * 1024,
    /* Any answer fits, compressed, even when it does not shrink. */
    SCRATCH_MAX_BYTES = 320 * 1024 * 1024,
    /* Memory that one of the buffers keeps from request to request. */
    KEEP_BYTES = 1024 * 1024
};

enum jw_status jw_session_init(struct jw_session *s, struct jw_store *store)
{
    memset(s, 0, sizeof *s);
    s->store = store;
    jw_buf_init(&s->answer, ANSWER_MAX_BYTES);
    jw_buf_init(&s->scratch, SCRATCH_MAX_BYTES);
    return jw_deflater_new(&s->deflater);
}

static void give_up(struct jw_session *s)
{
    jw_searcher_free(s->searcher);
    if (s->reader) {
        jw_reader_close(s->reader);
    }
    jw_index_unref(s->index);
    s->searcher = NULL;
    s->reader = NULL;
    s->index = NULL;
    s->generation = 0;
}

void jw_session_release(struct jw_session *s)
{
    give_up(s);
    jw_deflater_free(s->deflater);
    s->deflater = NULL;
    jw_buf_release(&s->answer);
    jw_buf_release(&s->scratch);
}

/* The log has the library's words, the client a general sentence. */
static bool fail(enum jw_status status, const struct jw_error *err,
                 struct jw_problem *problem)
{
    jw_log(JW_LOG_ERROR, "search", "status=\"%s\" message=\"%s\"", jw_status_name(status),
           err->message);
    if (status == JW_ECORRUPT || status == JW_EIO) {
        return jw_problem_set(problem, JW_PROBLEM_INDEX_DAMAGED,
                              "Part of the index could not be read.");
    }
    if (status == JW_ENOMEM || status == JW_ELIMIT) {
        return jw_problem_set(problem, JW_PROBLEM_OVERLOADED,
                              "There was not enough memory for this request.");
    }
    return jw_problem_set(problem, JW_PROBLEM_INTERNAL, "The log says why.");
}

static enum jw_status open_state(struct jw_session *s, struct jw_error *err)
{
    enum jw_status status = jw_reader_open(s->index, &s->reader, err);
    if (status == JW_OK) {
        status = jw_searcher_new(s->reader, &s->searcher, err);
    }
    return status;
}

bool jw_session_refresh(struct jw_session *s, struct jw_problem *problem)
{
    struct jw_error err;
    if (s->searcher && s->generation == jw_store_generation(s->store)) {
        return true;
    }
    jw_error_clear(&err);
    for (unsigned i = 0; i < STALE_TRIES; i++) {
        give_up(s);
        s->generation = jw_store_take(s->store, &s->index, problem);
        if (!s->index) {
            return false;
        }
        s->state = jw_store_state_of(s->index);
        enum jw_status status = open_state(s, &err);
        if (status == JW_OK) {
            return true;
        }
        uint64_t generation = s->generation;
        give_up(s);
        if (status != JW_ESTALE && status != JW_ENOTFOUND) {
            return fail(status, &err, problem);
        }
        jw_clock_back_off(i);
        jw_store_reload(s->store, generation);
    }
    return jw_problem_set(problem, JW_PROBLEM_INDEX_BUSY, "Try again in a moment.");
}

/* After JW_ESTALE: wait a moment, open anew. */
static bool move_on(struct jw_session *s, unsigned repetition, struct jw_problem *problem)
{
    uint64_t generation = s->generation;
    s->n_reopened++;
    give_up(s);
    jw_clock_back_off(repetition);
    jw_store_reload(s->store, generation);
    return jw_session_refresh(s, problem);
}

/** One kind of question to the searcher. */
typedef enum jw_status (*ask_fn)(struct jw_searcher *searcher, void *question,
                                 struct jw_error *err);

/* Ask; a stale state is opened anew and the question repeated. */
static bool ask(struct jw_session *s, ask_fn once, void *question,
                struct jw_problem *problem)
{
    struct jw_error err;
    if (!jw_session_refresh(s, problem)) {
        return false;
    }
    for (unsigned i = 0; i < STALE_TRIES; i++) {
        jw_error_clear(&err);
        enum jw_status status = once(s->searcher, question, &err);
        if (status == JW_OK) {
            return true;
        }
        if (status == JW_ENOTFOUND) {
            return jw_problem_set(problem, JW_PROBLEM_NO_ARTICLE,
                                  "The index holds no article with this id.");
        }
        /* Blocks that are being replaced can look like damaged ones. */
        bool moved = status == JW_ECORRUPT && !jw_index_is_current(s->index);
        if (status != JW_ESTALE && !moved) {
            return fail(status, &err, problem);
        }
        if (!move_on(s, i, problem)) {
            return false;
        }
    }
    return jw_problem_set(problem, JW_PROBLEM_INDEX_BUSY, "Try again in a moment.");
}

struct search_question {
    const struct jw_search_request *request;
    const struct jw_search_result **out;
};

static enum jw_status ask_search(struct jw_searcher *searcher, void *question,
                                 struct jw_error *err)
{
    struct search_question *q = question;
    return jw_search(searcher, q->request, q->out, err);
}

bool jw_session_search(struct jw_session *s, const struct jw_search_request *request,
                       const struct jw_search_result **out, struct jw_problem *problem)
{
    struct search_question q = {request, out};
    *out = NULL;
    return ask(s, ask_search, &q, problem);
}

struct article_question {
    struct jw_str id;
    const struct jw_search_request *marks;
    const struct jw_hit **out;
};

static enum jw_status ask_article(struct jw_searcher *searcher, void *question,
                                  struct jw_error *err)
{
    struct article_question *q = question;
    return jw_search_article(searcher, q->id, q->marks, q->out, err);
}

bool jw_session_article(struct jw_session *s, struct jw_str id,
                        const struct jw_search_request *marks, const struct jw_hit **out,
                        struct jw_problem *problem)
{
    struct article_question question = {id, marks, out};
    *out = NULL;
    return ask(s, ask_article, &question, problem);
}

struct related_question {
    const struct jw_related_request *request;
    const struct jw_related_result **out;
};

static enum jw_status ask_related(struct jw_searcher *searcher, void *question,
                                  struct jw_error *err)
{
    struct related_question *q = question;
    return jw_search_related(searcher, q->request, q->out, err);
}

bool jw_session_related(struct jw_session *s, const struct jw_related_request *request,
                        const struct jw_related_result **out, struct jw_problem *problem)
{
    struct related_question q = {request, out};
    *out = NULL;
    return ask(s, ask_related, &q, problem);
}

struct suggest_question {
    const struct jw_suggest_request *request;
    const struct jw_suggest_result **out;
};

static enum jw_status ask_suggest(struct jw_searcher *searcher, void *question,
                                  struct jw_error *err)
{
    struct suggest_question *q = question;
    return jw_search_suggest(searcher, q->request, q->out, err);
}

bool jw_session_suggest(struct jw_session *s, const struct jw_suggest_request *request,
                        const struct jw_suggest_result **out, struct jw_problem *problem)
{
    struct suggest_question q = {request, out};
    *out = NULL;
    return ask(s, ask_suggest, &q, problem);
}

bool jw_session_lines(struct jw_session *s, const struct jw_hit *hit,
                      struct jw_printed *out, struct jw_problem *problem)
{
    struct jw_error err;
    jw_error_clear(&err);
    enum jw_status status = jw_search_lines(s->searcher, hit, &out->lines, &out->n, &err);
    return status == JW_OK || fail(status, &err, problem);
}

struct jw_blob *jw_session_take_answer(struct jw_session *s, struct jw_problem *problem)
{
    struct jw_blob *body = NULL;
    if (jw_buf_status(&s->answer) == JW_OK) {
        body = jw_blob_copy(jw_buf_str(&s->answer));
    }
    if (!body) {
        (void)jw_problem_set(problem, JW_PROBLEM_OVERLOADED,
                             "There was not enough memory for this answer.");
    }
    return body;
}

static void empty(struct jw_buf *b)
{
    if (b->cap > KEEP_BYTES) {
        jw_buf_release(b);
    }
    jw_buf_clear(b);
}

void jw_session_rest(struct jw_session *s)
{
    empty(&s->answer);
    empty(&s->scratch);
}
