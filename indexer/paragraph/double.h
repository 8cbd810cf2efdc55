/*
 * double.h - what is printed twice in a row is told once.
 *
 * Whether two paragraphs are one printed twice is decided by their text alone,
 * not by how the lines around were read: what has been recovered once has no
 * doubles left, however it is set.
 *
 *      lines                   paragraph     printed lines
 *      --------------------    ----------    ----------------------
 *      7  A HEADING            A HEADING     7  "A HEADING"
 *      8                                     9  "" + "A HEADING"
 *      9  A HEADING
 */
#ifndef JW_PARAGRAPH_DOUBLE_H
#define JW_PARAGRAPH_DOUBLE_H

#include <stdbool.h>
#include <stddef.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

/** Shorter ones are said twice on purpose; longer ones (100 Han characters) are
 *  no display lines. */
enum {
    JW_DOUBLE_CHARS = 4,
    JW_DOUBLE_BYTES = 300
};

/**
 * Whether a text that stands twice in a row is one display, printed twice.
 * Sentences, rows of a table and numbers may be repeated on purpose, and a few
 * characters over and over ("----------") are a pattern, printed once.
 */
bool jw_double_is_display(struct jw_str text);

/**
 * A text that is one display printed twice, with or without space between.
 * @param once  receives the first copy, without space at its end.
 */
bool jw_double_is_twice(struct jw_str text, struct jw_str *once);

/**
 * Keep the first n bytes of p's text; the rest stands behind the lines it was
 * printed on.
 * @param p  its lines, when there are any, were allocated and can be written.
 */
void jw_double_cut(struct jw_paragraph *p, size_t n);

/**
 * List the lines of copy, a later paragraph of the same text, with those of kept.
 * @param cap    elements that the list of kept has room for; 0 at first.
 * @param arena  takes the list.
 * @return JW_OK or JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_double_fold(struct jw_paragraph *kept,
                                            const struct jw_paragraph *copy,
                                            uint32_t *cap, struct jw_arena *arena);

#endif
