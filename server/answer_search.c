/* /v1/search and /v1/articles/{id}. */
#include "jianwen/date.h"
#include "render.h"
#include "route.h"

enum {
    /* 1,000 articles with their marked paragraphs stay far below. */
    ANSWER_MAX_BYTES = 256 * 1024 * 1024
};

/* Move what was written into the response. */
static bool finish(struct jw_buf *out, struct jw_response *response,
                   struct jw_problem *problem)
{
    response->body = jw_blob_take(out);
    return response->body ||
           jw_problem_set(problem, JW_PROBLEM_OVERLOADED,
                          "There was not enough memory for this answer.");
}

static enum jw_outcome outcome_of(const struct jw_search_result *result)
{
    for (unsigned tier = 0; tier < JW_TIERS; tier++) {
        if (result->tiers[tier].value) {
            return JW_OUTCOME_EXACT + tier;
        }
    }
    return JW_OUTCOME_NOTHING;
}

bool jw_answer_search(struct jw_server *server, struct jw_session *session,
                      const struct jw_call *call, struct jw_response *response,
                      struct jw_problem *problem)
{
    const struct jw_search_result *result = NULL;
    struct jw_search_request request = call->search;
    struct jw_buf out;
    /* "to=2021" is all of 2021. */
    request.to = request.to ? jw_date_last(request.to) : 0;
    if (!jw_session_search(session, &request, &result, problem)) {
        return false;
    }
    (void)atomic_fetch_add(&server->metrics.searches, 1);
    response->total = result->total.value;
    response->outcome = outcome_of(result);
    if (result->total.value == 0) {
        (void)atomic_fetch_add(&server->metrics.no_hits, 1);
    }
    if (result->partial) {
        (void)atomic_fetch_add(&server->metrics.cut_short, 1);
        response->cut_short = true;
    }
    jw_buf_init(&out, ANSWER_MAX_BYTES);
    jw_render_search(&call->search, result, &session->scratch, &out);
    return finish(&out, response, problem);
}

bool jw_answer_article(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem)
{
    const struct jw_hit *hit = NULL;
    struct jw_buf out;
    (void)server;
    if (!jw_session_article(session, call->id, &call->search, &hit, problem)) {
        return false;
    }
    struct jw_printed printed = {NULL, 0};
    if (call->printed && !jw_session_lines(session, hit, &printed, problem)) {
        return false;
    }
    jw_buf_init(&out, ANSWER_MAX_BYTES);
    jw_render_article(hit, call->printed ? &printed : NULL,
                      jw_index_revision(session->index), &session->scratch, &out);
    return finish(&out, response, problem);
}
