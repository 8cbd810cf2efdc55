/*
 * mark.h - which characters of a paragraph a hit is about.
 *
 * Each verbatim occurrence of a part is one mark.  Where a part does not stand
 * verbatim in the paragraph, its bigrams and words are marked one by one,
 * and overlapping ones run together.  Marks that only touch stay apart.
 */
#ifndef JW_SEARCH_MARK_H
#define JW_SEARCH_MARK_H

#include "jianwen/arena.h"
#include "jianwen/normalize.h"
#include "jianwen/search.h"
#include "plan.h"

struct jw_marks {
    struct jw_range *at;
    size_t n;
};

/**
 * Find the marks of a text.
 *
 * @param title          the text is a title: what is asked for there is marked, too.
 * @param verbatim_only  mark nothing but whole parts.
 * @param units          scratch.
 * @param out            ranges in code points of text; ascending, apart.
 */
JW_MUST_CHECK enum jw_status jw_mark_text(const struct jw_plan *plan, struct jw_str text,
                                          bool title, bool verbatim_only,
                                          struct jw_units *units, struct jw_arena *arena,
                                          struct jw_marks *out);

/**
 * Find the only mark of a text that is known to hold the plan's one part, a row of plain
 * Han characters (verbatim.h), once.
 * @return false: it is not known where; jw_mark_text() tells.
 */
bool jw_mark_once(const struct jw_plan *plan, struct jw_str text, struct jw_arena *arena,
                  struct jw_marks *out);

/** Turn ranges of bytes of text, ascending and apart, into ranges of code points. */
void jw_ranges_to_code_points(struct jw_range *ranges, size_t n, struct jw_str text);

#endif
