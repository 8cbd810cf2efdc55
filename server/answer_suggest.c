/* /v1/suggest: what somebody who has typed so far may be looking for. */
#include "render.h"
#include "route.h"

enum {
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
    (void)server;
    if (call->search.budget_us && call->search.budget_us < request.budget_us) {
        request.budget_us = call->search.budget_us;
    }
    if (!jw_session_suggest(session, &request, &result, problem)) {
        return false;
    }
    response->cut_short = result->partial;
    jw_render_suggest(call->search.q, result, &session->scratch, &session->answer);
    response->body = jw_session_take_answer(session, problem);
    return response->body != NULL;
}
