/* /v1/articles/{id}/related: what is about the same, and other prints of the story. */
#include "render.h"
#include "route.h"

bool jw_answer_related(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem)
{
    const struct jw_related_result *result = NULL;
    const struct jw_related_request request = {
        .id = call->id, .limit = call->search.limit, .budget_us = call->search.budget_us};
    (void)server;
    if (!jw_session_related(session, &request, &result, problem)) {
        return false;
    }
    response->cut_short = result->partial;
    jw_render_related(call->id, result, &session->answer);
    response->body = jw_session_take_answer(session, problem);
    return response->body != NULL;
}
