#include "problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "jianwen/utf8.h"
#include "json.h"

#define TYPE_PREFIX     "urn:jianwen:problem:"
#define INSTANCE_PREFIX "urn:jianwen:request:"

struct problem_row {
    const char *name;
    const char *title;
    unsigned status;
    unsigned retry_after_s;
};

/* By enum jw_problem_type. */
static const struct problem_row rows[JW_PROBLEM_TYPES] = {
    {"none", "OK", 200, 0},
    {"bad-parameter", "A parameter has a value that is not allowed", 400, 0},
    {"unknown-parameter", "There is no such parameter here", 400, 0},
    {"bad-request", "The request is not well formed", 400, 0},
    {"token-missing", "A token is needed here", 401, 0},
    {"token-unknown", "The token is not known", 401, 0},
    {"forbidden", "The token does not allow this", 403, 0},
    {"no-route", "There is nothing at this address", 404, 0},
    {"no-article", "There is no such article", 404, 0},
    {"method-not-allowed", "The method is not allowed here", 405, 0},
    {"body-not-allowed", "The request must not have a body", 413, 0},
    {"too-many-requests", "Too many requests", 429, 1},
    {"internal", "The server failed", 500, 0},
    {"index-missing", "There is no index yet", 503, 5},
    {"index-mismatch", "The index was built by another version", 503, 60},
    {"index-damaged", "The index cannot be read", 503, 60},
    {"index-busy", "The index changes faster than it can be read", 503, 1},
    {"overloaded", "The server has too much to do", 503, 1},
    {"stopping", "The server is stopping", 503, 5},
};

static const struct problem_row *row_of(enum jw_problem_type type)
{
    return &rows[(unsigned)type < JW_PROBLEM_TYPES ? (unsigned)type
                                                   : (unsigned)JW_PROBLEM_INTERNAL];
}

const char *jw_problem_name(enum jw_problem_type type)
{
    return row_of(type)->name;
}

unsigned jw_problem_status(enum jw_problem_type type)
{
    return row_of(type)->status;
}

unsigned jw_problem_retry_after(enum jw_problem_type type)
{
    return row_of(type)->retry_after_s;
}

static void set(struct jw_problem *problem, enum jw_problem_type type,
                struct jw_str parameter, const char *detail, va_list ap) JW_PRINTF(4, 0);

static void set(struct jw_problem *problem, enum jw_problem_type type,
                struct jw_str parameter, const char *detail, va_list ap)
{
    problem->type = type;
    parameter = jw_utf8_valid(parameter, NULL) ? parameter : jw_str_c("?");
    parameter = jw_utf8_cut(parameter, sizeof problem->parameter - 1);
    if (parameter.n) {
        memcpy(problem->parameter, parameter.p, parameter.n);
    }
    problem->parameter[parameter.n] = '\0';
    int n = vsnprintf(problem->detail, sizeof problem->detail, detail, ap);
    if (n < 0) {
        problem->detail[0] = '\0';
    } else if ((size_t)n >= sizeof problem->detail) {
        size_t whole = sizeof problem->detail - 1;
        struct jw_str text = jw_str_of(problem->detail, whole);
        size_t bad = whole;
        /* The cut may have split the last code point. */
        if (!jw_utf8_valid(text, &bad)) {
            problem->detail[bad] = '\0';
        }
    }
}

bool jw_problem_set(struct jw_problem *problem, enum jw_problem_type type,
                    const char *detail, ...)
{
    va_list ap;
    va_start(ap, detail);
    set(problem, type, jw_str_of(NULL, 0), detail, ap);
    va_end(ap);
    return false;
}

bool jw_problem_set_parameter(struct jw_problem *problem, enum jw_problem_type type,
                              struct jw_str parameter, const char *detail, ...)
{
    va_list ap;
    va_start(ap, detail);
    set(problem, type, parameter, detail, ap);
    va_end(ap);
    return false;
}

static void write_urn(struct jw_json *j, const char *prefix, const char *name)
{
    char urn[96];
    (void)snprintf(urn, sizeof urn, "%s%s", prefix, name);
    jw_json_str(j, jw_str_c(urn));
}

void jw_problem_render(const struct jw_problem *problem, const char *request_id,
                       struct jw_buf *out)
{
    const struct problem_row *row = row_of(problem->type);
    struct jw_json j = jw_json_on(out);
    jw_json_object(&j);
    jw_json_key(&j, "type");
    write_urn(&j, TYPE_PREFIX, row->name);
    jw_json_key(&j, "title");
    jw_json_str(&j, jw_str_c(row->title));
    jw_json_key(&j, "status");
    jw_json_uint(&j, row->status);
    jw_json_key(&j, "detail");
    jw_json_str(&j, jw_str_c(problem->detail));
    jw_json_key(&j, "instance");
    write_urn(&j, INSTANCE_PREFIX, request_id);
    if (problem->parameter[0]) {
        jw_json_key(&j, "parameter");
        jw_json_str(&j, jw_str_c(problem->parameter));
    }
    jw_json_end_object(&j);
    jw_buf_add_byte(out, '\n');
}
