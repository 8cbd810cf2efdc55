/*
 * edge.h - how a line begins and ends, and what that says about it.
 */
#ifndef JW_PARAGRAPH_EDGE_H
#define JW_PARAGRAPH_EDGE_H

#include <stdint.h>

#include "line.h"

/**
 * Fill what belongs to the two ends of a line (first, last, head, end, ...)
 * and add the flags that its words give; cells must be known.
 *
 * @param s  the line without the space at its ends, not empty.
 */
void jw_edge_read(struct jw_str s, struct jw_line *line);

/** The code point that ends before *end (> start), and *end moved in front of it. */
uint32_t jw_step_back(const unsigned char *start, const unsigned char **end);

#endif
