/*
 * request.h - one HTTP request and its answer, without the HTTP library.
 */
#ifndef JW_SERVER_REQUEST_H
#define JW_SERVER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "blob.h"
#include "jianwen/str.h"
#include "problem.h"

enum jw_http_method {
    JW_HTTP_GET = 1 << 0,
    JW_HTTP_HEAD = 1 << 1,
    JW_HTTP_OPTIONS = 1 << 2,
    JW_HTTP_OTHER = 1 << 3
};

enum {
    JW_REQUEST_ID_BYTES = 20
};

/** How a search went: the tier of its best hit. */
enum jw_outcome {
    JW_OUTCOME_NO_SEARCH,
    JW_OUTCOME_EXACT,
    JW_OUTCOME_ALL,
    JW_OUTCOME_PARTIAL,
    JW_OUTCOME_NOTHING,
    /** The answer was kept from before. */
    JW_OUTCOME_CACHED
};
enum {
    JW_OUTCOMES = JW_OUTCOME_CACHED + 1
};

/** "exact", "all", "partial", "nothing", "cached"; empty for no search. */
const char *jw_outcome_name(enum jw_outcome outcome);

/** Everything is borrowed until the request is answered. */
struct jw_request {
    enum jw_http_method method;
    /** The request target as it was sent: /v1/search?q=%E9%BD%BF */
    struct jw_str target;
    struct jw_str if_none_match;
    struct jw_str accept_encoding;
    struct jw_str authorization;
    struct jw_str origin;
    /** X-Forwarded-For; the last, when there are several. */
    struct jw_str forwarded_for;
    /** Access-Control-Request-Method is there: a preflight request. */
    bool asks_method;
    /** The request says that a body follows. */
    bool has_body;
    /** Names this request in the log, in X-Request-Id and in problems. */
    char id[JW_REQUEST_ID_BYTES];
};

struct jw_response {
    unsigned status;
    /** Content-Type; NULL for none. */
    const char *content_type;
    /** Owned; NULL for an empty body. */
    struct jw_blob *body;
    /** The body is compressed with gzip. */
    bool gzip;
    /** The body could have been compressed: Vary: Accept-Encoding. */
    bool varies;
    /** Time ran out: the same request may give another answer the next time. */
    bool cut_short;
    /** Weak entity tag, 0 for none. */
    uint64_t etag;
    /** Cache-Control. */
    const char *cache_control;
    /** Content-Security-Policy; NULL for none. */
    const char *content_security_policy;
    /** Allow, for 405 and OPTIONS; NULL for none. */
    const char *allow;
    /** WWW-Authenticate, for 401 and 403; NULL for none. */
    const char *authenticate;
    /** Access-Control-Allow-Origin: static, or the request's; empty for none. */
    struct jw_str allow_origin;
    /** Another origin would get another header: Vary: Origin. */
    bool varies_by_origin;
    /** Tell what methods and headers a page may send. */
    bool preflight;
    /** Retry-After in seconds, 0 for none. */
    unsigned retry_after_s;
    /** For log and metrics: how the search went, its total. */
    enum jw_outcome outcome;
    uint64_t total;
    /** For the log: an answer that was kept; the problem, if it is one. */
    bool from_cache;
    enum jw_problem_type problem;
};

/** Room for an entity tag as text: W/"0123456789abcdef" and a NUL. */
enum {
    JW_ETAG_BYTES = 24
};

void jw_etag_text(uint64_t etag, char out[JW_ETAG_BYTES]);

/** @return whether an If-None-Match header names the tag (weak comparison) or is "*". */
bool jw_etag_matches(struct jw_str if_none_match, uint64_t etag);

/** Make an empty answer: 200, not to be cached without asking back. */
void jw_response_init(struct jw_response *r);
void jw_response_release(struct jw_response *r);

/** Make r the answer for a problem. */
void jw_response_problem(struct jw_response *r, const struct jw_problem *problem,
                         const char *request_id);

#endif
