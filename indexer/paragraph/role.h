/*
 * role.h - what a paragraph is on the page.
 */
#ifndef JW_PARAGRAPH_ROLE_H
#define JW_PARAGRAPH_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "evidence.h"
#include "jianwen/article.h"
#include "line.h"

/** A paragraph and what its lines add up to. */
struct jw_role_facts {
    const struct jw_line *first;
    const struct jw_line *last;
    const struct jw_habit *habit;
    size_t n_lines;
    /** Characters of the page's script; letters of words beside them; all marks. */
    uint32_t speech;
    uint32_t words;
    uint32_t marks;
    unsigned flags;
    /** It is the first of the text. */
    bool opens;
    /** A blank line follows. */
    bool blank_below;
    /** The reading took it for a display line. */
    bool display;
};

enum jw_role jw_role_of(const struct jw_role_facts *facts);

/**
 * Whether a paragraph could be an article's title, though nothing but its
 * wording and length sets it off: one short line that ends no sentence.
 */
bool jw_role_may_be_title(const struct jw_role_facts *facts);

#endif
