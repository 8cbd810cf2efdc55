/* /v1/suggest: what somebody who has typed so far may be looking for. */
#include "render.h"
#include "route.h"

enum {
    ANSWER_MAX_BYTES = 1024 * 1024,
    /* Later than this a suggestion is of no use to somebody who types. */
    SUGGEST_TIME_US = 100 * 1000
};

bool jw_answer_suggest(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem)
{
    const struct jw_suggest_result *result = NULL;
    struct jw_suggest_request request = {
        .q = call->search.q, .limit = call->search.limit, .budget_us = SUGGEST_TIME_US};
    struct jw_buf out;
    (void)server;
    if (call->search.budget_us && call->search.budget_us < request.budget_us) {
        request.budget_us = call->search.budget_us;
    }
    if (!jw_session_suggest(session, &request, &result, problem)) {
        return false;
    }
    response->cut_short = result->partial;
    jw_buf_init(&out, ANSWER_MAX_BYTES);
    jw_render_suggest(call->search.q, result, &session->scratch, &out);
    response->body = jw_blob_take(&out);
    return response->body ||
           jw_problem_set(problem, JW_PROBLEM_OVERLOADED,
                          "There was not enough memory for this answer.");
}
