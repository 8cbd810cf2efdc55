/*
 * join.h - what stands between two lines that become one text.
 *
 * Nothing between Chinese characters, one space between words of a script
 * with spaces, nothing inside a number or between a number and its unit, and
 * nothing for a soft hyphen, which goes (CSS Text Level 3, 4.1.2, segment
 * breaks; docs/paragraphs.md).
 */
#ifndef JW_PARAGRAPH_JOIN_H
#define JW_PARAGRAPH_JOIN_H

#include <stdbool.h>
#include <stddef.h>

#include "jianwen/str.h"

struct jw_seam {
    /** Bytes of the left text to drop at its end: a soft hyphen. */
    size_t drop;
    /** Put one space between. */
    bool space;
};

/** @param left, right  without white space at the seam; neither empty. */
struct jw_seam jw_seam_of(struct jw_str left, struct jw_str right);

#endif
