/*
 * params.h - the query part of a URL, checked against a table.
 *
 * A parameter that no rule names is an error, so is one that comes twice: a
 * filter must not be lost because its name is misspelt.  An empty value
 * counts as not given (forms send empty fields); q and text then say that
 * they are missing.
 */
#ifndef JW_SERVER_PARAMS_H
#define JW_SERVER_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "call.h"
#include "jianwen/str.h"
#include "problem.h"

struct jw_param_rule {
    const char *name;
    /** Check the value (decoded, not empty) and put it into the call. */
    bool (*set)(struct jw_call *call, const struct jw_param_rule *rule,
                struct jw_str value, struct jw_problem *problem);
    /** For set: the words allowed, a NULL at the end; or a number's bounds; or a field.
     */
    const char *const *words;
    uint32_t min;
    uint32_t max;
    enum jw_field field;
    /** For /openapi.json: whether it must be there, whether several words may stand in
     *  it with commas; a sentence, a pattern (ECMA 262). */
    bool required;
    bool list;
    const char *help;
    const char *pattern;
};

enum {
    /** Most parameters a route may have; a bit each in a set. */
    JW_PARAM_RULES_MAX = 32,
    /** Longest value of source, section, author, page, in code points. */
    JW_PARAM_FILTER_CHARS = 200
};

/** A table of rules. */
struct jw_params {
    const struct jw_param_rule *rules;
    size_t n;
};

extern const struct jw_params jw_search_params;
extern const struct jw_params jw_article_params;
extern const struct jw_params jw_related_params;
extern const struct jw_params jw_suggest_params;
extern const struct jw_params jw_analyze_params;
extern const struct jw_params jw_no_params;

/**
 * Read a query part by a table of rules.
 *
 * @param query  what stands behind '?', as sent; decoded into call->text_memory, which
 *               has room for it.
 */
bool jw_params_read(struct jw_str query, const struct jw_params *params,
                    struct jw_call *call, struct jw_problem *problem);

/* What no single parameter can tell; called when all are read. */
bool jw_q_check(struct jw_call *call, struct jw_problem *problem);
bool jw_search_check(struct jw_call *call, struct jw_problem *problem);
bool jw_analyze_check(struct jw_call *call, struct jw_problem *problem);

#endif
