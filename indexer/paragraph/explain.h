/*
 * explain.h - which rule decided about a line.
 */
#ifndef JW_PARAGRAPH_EXPLAIN_H
#define JW_PARAGRAPH_EXPLAIN_H

#include <stddef.h>

#include "assemble.h"

/** Fill everything of out but the paragraph for line i of a stretch. */
void jw_explain_line(struct jw_str text, const struct jw_stretch *st, size_t i,
                     struct jw_line_reason *out);

#endif
