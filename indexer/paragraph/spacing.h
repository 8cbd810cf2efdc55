/*
 * spacing.h - pages on which a blank line stands between any two lines.
 *
 *      a paragraph a line                 printed with double spacing
 *      -------------------------------    ---------------------------
 *      A heading                              First line of a paragraph
 *
 *      All of a paragraph.                and its second line, both
 *
 *      All of another one, longer.        about as long as the third.
 */
#ifndef JW_PARAGRAPH_SPACING_H
#define JW_PARAGRAPH_SPACING_H

#include <stddef.h>

#include "line.h"

/**
 * Where no two lines touch, say which of the two it is: the lines of a page
 * with a paragraph a line get JW_LINE_APART, those of a page with double
 * spacing lose the blank lines that all have.  Other pages are left alone.
 */
void jw_spacing_settle(struct jw_line *lines, size_t n);

#endif
