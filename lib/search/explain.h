/*
 * explain.h - why a hit is where it is, in words and numbers.
 */
#ifndef JW_SEARCH_EXPLAIN_H
#define JW_SEARCH_EXPLAIN_H

#include "examine.h"
#include "gather.h"

/** Lines of text, one a component, in the search's arena. */
JW_MUST_CHECK enum jw_status jw_explain(struct jw_search_state *s,
                                        struct jw_examiner *examiner,
                                        const struct jw_entry *entry, struct jw_str *out);

#endif
