/* /v1/articles/{id}/related: what is about the same, and other prints of the story. */
#include "render.h"
#include "route.h"

enum {
    ANSWER_MAX_BYTES = 1024 * 1024
};

bool jw_answer_related(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem)
{
    const struct jw_related_result *result = NULL;
    const struct jw_related_request request = {
        .id = call->id, .limit = call->search.limit, .budget_us = call->search.budget_us};
    struct jw_buf out;
    (void)server;
    if (!jw_session_related(session, &request, &result, problem)) {
        return false;
    }
    response->cut_short = result->partial;
    jw_buf_init(&out, ANSWER_MAX_BYTES);
    jw_render_related(call->id, result, &out);
    response->body = jw_blob_take(&out);
    return response->body ||
           jw_problem_set(problem, JW_PROBLEM_OVERLOADED,
                          "There was not enough memory for this answer.");
}
