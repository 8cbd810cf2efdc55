/*
 * snippet.h - the piece of a long paragraph that says best what was found.
 *
 *     ...... 。 ........ [齿轮] .... 。 [重庆] ....[齿轮].. 。 .......
 *               ^ from here to there                       ^
 *
 * It begins with a sentence, and ends with one where that loses no mark.
 */
#ifndef JW_SEARCH_SNIPPET_H
#define JW_SEARCH_SNIPPET_H

#include "jianwen/arena.h"
#include "jianwen/search.h"
#include "mark.h"

/**
 * Choose the piece of at most max_chars code points with the most different
 * marks, of several the one with the most marks, of several the first.
 *
 * @param marks  of text, in code points.
 * @param out    all of text when it is short enough.
 */
JW_MUST_CHECK enum jw_status jw_snippet_cut(struct jw_str text,
                                            const struct jw_marks *marks,
                                            uint32_t max_chars, struct jw_arena *arena,
                                            struct jw_snippet *out);

#endif
