/*
 * fold.h - what becomes of one code point, as a table for the BMP.
 *
 * Most newspaper text folds one to one; for it the table is the whole work.
 * Everything else is marked JW_FOLD_SLOW and goes through utf8proc.
 */
#ifndef JW_TEXT_FOLD_H
#define JW_TEXT_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/normalize.h"

/*
 * An entry:  bits 0-20 the folded code point, 21-23 its class, then flags.
 */
enum {
    JW_FOLD_CP_BITS = 21,
    JW_FOLD_CP_MASK = (1 << JW_FOLD_CP_BITS) - 1,
    JW_FOLD_CLASS_SHIFT = JW_FOLD_CP_BITS,
    JW_FOLD_CLASS_MASK = 7,
    /** None of the plain cases: look at the flags below, or fold a segment. */
    JW_FOLD_SLOW = 1 << 24,
    /** Dropped altogether. */
    JW_FOLD_IGNORED = 1 << 25,
    /** Dropped, but its bytes belong to the character before (selectors). */
    JW_FOLD_SELECTOR = 1 << 26,
    /** May compose with what stands before it; the class is its own, folded. */
    JW_FOLD_JOINS = 1 << 27,
    /** White space. */
    JW_FOLD_SPACE = 1 << 28
};

/** Most code points that are looked at of one segment (a starter and what
 *  joins it), and most that what joins a starter can become, with it. */
enum {
    JW_FOLD_SEGMENT_MAX = 32
};
/** Most code points that a segment can become; U+FDFA alone gives 18. */
enum {
    JW_FOLD_RESULT_MAX = 256
};

/**
 * The table for U+0000..U+FFFF; made at the first call, by any thread.
 *
 * @param keep_script  without the table of traditional and variant forms.
 */
const uint32_t *jw_fold_bmp(bool keep_script);

enum {
    /** Of these characters, the Unified Ideographs block, none is JW_FOLD_SLOW. */
    JW_FOLD_HAN_FIRST = 0x4E00,
    JW_FOLD_HAN_LAST = 0x9FFF
};

/** @param cp  of the BMP.
 *  @return the next of the characters of the BMP that have the same entry in
 *          jw_fold_bmp(false), which make a ring; cp itself when it is the only one. */
uint32_t jw_fold_next_same(uint32_t cp);

/** The entry of any code point; slower than the table. */
uint32_t jw_fold_entry(uint32_t cp, bool keep_script);

/** The entry's folded code point and class only, for a code point that is folded. */
uint32_t jw_fold_folded_entry(uint32_t cp);

/**
 * Fold a segment the full way: NFKC with case folding, then the tables of
 * single characters, until nothing changes.
 *
 * @param in   n code points, at most JW_FOLD_SEGMENT_MAX.
 * @param bmp  jw_fold_bmp(keep_script), to see sooner that nothing changes any
 *             more; NULL while that table is made.
 * @param out  room for JW_FOLD_RESULT_MAX code points.
 * @return code points written.
 */
size_t jw_fold_segment(const uint32_t *in, size_t n, bool keep_script,
                       const uint32_t *bmp, uint32_t *out);

/** The tables of single characters alone; cp itself when it is in none. */
uint32_t jw_fold_char(uint32_t cp, bool keep_script);

#endif
