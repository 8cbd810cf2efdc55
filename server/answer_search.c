/* /v1/search and /v1/articles/{id}. */
#include "jianwen/date.h"
#include "render.h"
#include "route.h"

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
    jw_render_search(&call->search, result, &session->scratch, &session->answer);
    response->body = jw_session_take_answer(session, problem);
    return response->body != NULL;
}

bool jw_answer_article(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem)
{
    const struct jw_hit *hit = NULL;
    (void)server;
    if (!jw_session_article(session, call->id, &call->search, &hit, problem)) {
        return false;
    }
    struct jw_printed printed = {NULL, 0};
    if (call->printed && !jw_session_lines(session, hit, &printed, problem)) {
        return false;
    }
    jw_render_article(hit, call->printed ? &printed : NULL,
                      jw_index_revision(session->index), &session->scratch,
                      &session->answer);
    response->body = jw_session_take_answer(session, problem);
    return response->body != NULL;
}
