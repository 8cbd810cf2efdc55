/*
 * folded.h - the characters of plain text, folded, in one row.
 *
 * Nearly all newspaper text folds character by character (normalize.h).  Of such a text
 * the key code points by themselves are made in a fifth of the time that its units take,
 * and since nothing but white space is dropped, a character of the text is known by its
 * number.
 */
#ifndef JIANWEN_FOLDED_H
#define JIANWEN_FOLDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/normalize.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

enum {
    /** Characters of the longest text that is folded this way: some four paragraphs of a
     *  newspaper, and small enough for the stack. */
    JW_FOLDED_MAX = 1024
};

struct jw_folded {
    /** Key code points, without any white space. */
    uint32_t cp[JW_FOLDED_MAX];
    /** By key code point: which code point of the text it is of, from 0. */
    uint32_t at[JW_FOLDED_MAX];
    size_t n;
};

/**
 * Fold a text that is plain.
 *
 * @param text  UTF-8.
 * @return false: it is longer, or has something that does not fold by itself into one
 *         code point (a combining mark, say, or what is no UTF-8): jw_normalize() it.
 */
bool jw_folded_make(struct jw_str text, struct jw_folded *out) JW_NOEXCEPT;

/** @return whether a part can be looked for in what jw_folded_make() gives: all of its
 *          units are CJK, so that neither white space nor the end of a word counts. */
bool jw_folded_suits(const struct jw_unit *needle, size_t n) JW_NOEXCEPT;

/**
 * Find units that suit, as jw_units_find() does.
 *
 * @param n  at least 1.
 * @return the index of the first at or behind `from`; f->n when there is none.
 */
size_t jw_folded_find(const struct jw_folded *f, size_t from,
                      const struct jw_unit *needle, size_t n) JW_NOEXCEPT;

JW_END_DECLS

#endif
