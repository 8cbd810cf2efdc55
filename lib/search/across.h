/*
 * across.h - hits that depend on how a page is read: on a join that may be
 * none, or on a break between paragraphs that may be none.
 *
 *      joined in doubt      the hit lies across a join: both halves are one
 *                           paragraph, and the doubt says where
 *      parted in doubt      the hit lies across, or behind, the end of a
 *                           paragraph that may go on in another one (overlap.h)
 */
#ifndef JW_SEARCH_ACROSS_H
#define JW_SEARCH_ACROSS_H

#include "jianwen/article.h"
#include "jianwen/normalize.h"
#include "jianwen/search.h"
#include "mark.h"
#include "plan.h"

/**
 * Find the doubts that the marks of a paragraph depend on.
 *
 * @param article  with the lines of paragraph n (jw_stored_lines()) and the
 *                 text of the paragraph that it may go on in.
 * @param units    scratch.
 * @param marks    of its whole text; a mark that goes on behind its end is added.
 * @param out      shown->doubts, n_doubts; .
 */
JW_MUST_CHECK enum jw_status
jw_across_find(const struct jw_plan *plan, const struct jw_article *article, size_t n,
               struct jw_units *units, struct jw_arena *arena, struct jw_marks *marks,
               struct jw_hit_paragraph *out);

/** Put ranges, ascending, in front of marks, and join what overlaps. */
JW_MUST_CHECK enum jw_status jw_across_prepend(const struct jw_range *ranges, size_t n,
                                               struct jw_arena *arena,
                                               struct jw_marks *marks);

#endif
