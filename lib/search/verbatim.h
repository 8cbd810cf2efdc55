/*
 * verbatim.h - the short way to know that a text holds a query verbatim.
 *
 * Verbatim is said of folded text: widths, cases, scripts and white space do
 * not count.  But most hits hold the very bytes of the query, perhaps with white
 * space inside, and then, for plain Han characters, no folding has to be done to know
 * it: each of them is folded by itself, unless a mark joins it from behind.
 */
#ifndef JW_SEARCH_VERBATIM_H
#define JW_SEARCH_VERBATIM_H

#include <stdbool.h>

#include "jianwen/status.h"
#include "jianwen/str.h"
#include "match.h"

/** Byte strings that are all to be found; none when the short way is barred. */
struct jw_verbatim {
    struct jw_str *needles;
    size_t n;
};

/** @return JW_OK or JW_ENOMEM.  out borrows from the plan and the arena. */
JW_MUST_CHECK enum jw_status jw_verbatim_make(struct jw_search_state *s,
                                              struct jw_verbatim *out);

/**
 * @return true: a paragraph of this text is an exact hit; false: it may be one
 *         all the same.
 */
bool jw_verbatim_in(const struct jw_verbatim *v, struct jw_str text);

/** @return where the very bytes of a row of plain Han characters first stand in a text,
 * in bytes; SIZE_MAX: they do not, or something joins the last of them. */
size_t jw_verbatim_at(struct jw_str needle, struct jw_str text);

/**
 * @return what the candidate's paragraph, as the postings chose it, is by its text.
 * @param run    as jw_verbatim_run() gave it; NULL: only the very bytes are looked for.
 * @param units  scratch.
 * @param text   NULL: it is not known.
 */
enum jw_candidate_state jw_verbatim_state(const struct jw_verbatim *v,
                                          const struct jw_part *run,
                                          struct jw_units *units,
                                          const struct jw_str *text);

/**
 * @return the part that is the whole query, where a paragraph (the unit of hits) is an
 *         exact hit when its folded text has the part, and else no hit unless it goes on
 * in another one: a row of CJK characters, in quotation marks or with match=exact. NULL:
 * there is none such.
 */
const struct jw_part *jw_verbatim_run(const struct jw_search_state *s);

/**
 * @return whether all parts are in quotation marks: exact hits alone are found then,
 *         which hold the same, and the postings' weight, how often each part is there,
 *         orders them well enough.
 */
bool jw_verbatim_only(const struct jw_plan *plan);

#endif
