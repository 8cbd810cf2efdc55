#include <stdio.h>
#include <string.h>

#include "request.h"

enum {
    PROBLEM_MAX_BYTES = 8192
};

void jw_etag_text(uint64_t etag, char out[JW_ETAG_BYTES])
{
    (void)snprintf(out, JW_ETAG_BYTES, "W/\"%016llx\"", (unsigned long long)etag);
}

bool jw_etag_matches(struct jw_str if_none_match, uint64_t etag)
{
    char text[JW_ETAG_BYTES];
    jw_etag_text(etag, text);
    struct jw_str opaque = jw_str_c(text + 2);
    while (if_none_match.n) {
        const char *comma = memchr(if_none_match.p, ',', if_none_match.n);
        size_t n = comma ? (size_t)(comma - if_none_match.p) : if_none_match.n;
        struct jw_str tag = jw_str_trim(jw_str_slice(if_none_match, 0, n));
        if_none_match = jw_str_slice(if_none_match, n + 1, if_none_match.n);
        if (jw_str_starts(tag, jw_str_c("W/"))) {
            tag = jw_str_slice(tag, 2, tag.n);
        }
        if (jw_str_eq(tag, opaque) || jw_str_eq_c(tag, "*")) {
            return true;
        }
    }
    return false;
}

const char *jw_outcome_name(enum jw_outcome outcome)
{
    static const char *const names[JW_OUTCOMES] = {"",        "exact",   "all",
                                                   "partial", "nothing", "cached"};
    return names[outcome];
}

void jw_response_init(struct jw_response *r)
{
    memset(r, 0, sizeof *r);
    r->status = 200;
    r->cache_control = "no-cache";
}

void jw_response_release(struct jw_response *r)
{
    jw_blob_unref(r->body);
    r->body = NULL;
}

void jw_response_problem(struct jw_response *r, const struct jw_problem *problem,
                         const char *request_id)
{
    struct jw_buf text;
    const struct jw_response before = *r;
    jw_response_release(r);
    jw_response_init(r);
    jw_buf_init(&text, PROBLEM_MAX_BYTES);
    jw_problem_render(problem, request_id, &text);
    r->status = jw_problem_status(problem->type);
    r->retry_after_s = jw_problem_retry_after(problem->type);
    r->content_type = "application/problem+json";
    r->cache_control = "no-store";
    r->allow = before.allow;
    r->authenticate = before.authenticate;
    r->allow_origin = before.allow_origin;
    r->varies_by_origin = before.varies_by_origin;
    r->problem = problem->type;
    /* Without memory the status has to speak for itself. */
    r->body = jw_blob_take(&text);
}
