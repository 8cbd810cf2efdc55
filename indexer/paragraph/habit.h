/*
 * habit.h - what the blocks of a page do at the start of a paragraph.
 *
 * The habits are not known before the page is read, and the page cannot be
 * read well without them; so it is read with cautious ones first, the habits
 * are counted, and it is read again.
 */
#ifndef JW_PARAGRAPH_HABIT_H
#define JW_PARAGRAPH_HABIT_H

#include <stddef.h>

#include "evidence.h"
#include "reading.h"

/** Margin and indent of each block, and the cautious costs. */
void jw_habits_guess(const struct jw_line *lines, size_t n, struct jw_habit *habits,
                     size_t n_blocks);

/** Count what was read, the page as a whole lending weight to small blocks. */
void jw_habits_learn(const struct jw_line *lines, size_t n,
                     const struct jw_verdict *verdicts, struct jw_habit *habits,
                     size_t n_blocks);

#endif
