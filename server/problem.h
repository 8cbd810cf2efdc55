/*
 * problem.h - what went wrong, for a client: RFC 9457 problem details.
 *
 * One table holds every type with its HTTP status and title; docs/api.md
 * lists them.  A detail speaks of the request, never of paths or of what the
 * libraries below said: that goes to the log.
 */
#ifndef JW_SERVER_PROBLEM_H
#define JW_SERVER_PROBLEM_H

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/str.h"

enum jw_problem_type {
    JW_PROBLEM_NONE,
    JW_PROBLEM_BAD_PARAMETER,
    JW_PROBLEM_UNKNOWN_PARAMETER,
    JW_PROBLEM_BAD_REQUEST,
    JW_PROBLEM_NO_TOKEN,
    JW_PROBLEM_BAD_TOKEN,
    JW_PROBLEM_FORBIDDEN,
    JW_PROBLEM_NO_ROUTE,
    JW_PROBLEM_NO_ARTICLE,
    JW_PROBLEM_METHOD,
    JW_PROBLEM_BODY,
    JW_PROBLEM_RATE,
    JW_PROBLEM_INTERNAL,
    JW_PROBLEM_INDEX_MISSING,
    JW_PROBLEM_INDEX_MISMATCH,
    JW_PROBLEM_INDEX_DAMAGED,
    JW_PROBLEM_INDEX_BUSY,
    JW_PROBLEM_OVERLOADED,
    JW_PROBLEM_STOPPING
};

enum {
    JW_PROBLEM_TYPES = JW_PROBLEM_STOPPING + 1,
    JW_PROBLEM_DETAIL_BYTES = 320,
    JW_PROBLEM_PARAMETER_BYTES = 64
};

struct jw_problem {
    enum jw_problem_type type;
    /** The parameter at fault; empty when it is none. */
    char parameter[JW_PROBLEM_PARAMETER_BYTES];
    /** A sentence about this occurrence; UTF-8. */
    char detail[JW_PROBLEM_DETAIL_BYTES];
};

/** @return the last part of the type's URI ("bad-parameter"); never NULL. */
const char *jw_problem_name(enum jw_problem_type type);

/** @return the HTTP status of a type. */
unsigned jw_problem_status(enum jw_problem_type type);

/** @return seconds for Retry-After, 0 for none. */
unsigned jw_problem_retry_after(enum jw_problem_type type);

/** Fill problem.  @return false, so that a check can `return jw_problem_set(...)`. */
bool jw_problem_set(struct jw_problem *problem, enum jw_problem_type type,
                    const char *detail, ...) JW_PRINTF(3, 4);

/** As above, naming a parameter.  @param parameter  any bytes from outside; cut to fit.
 */
bool jw_problem_set_parameter(struct jw_problem *problem, enum jw_problem_type type,
                              struct jw_str parameter, const char *detail, ...)
    JW_PRINTF(4, 5);

/** Append the problem as JSON.  @param request_id  becomes the instance. */
void jw_problem_render(const struct jw_problem *problem, const char *request_id,
                       struct jw_buf *out);

#endif
