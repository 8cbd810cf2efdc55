/*
 * normalize.h - the form in which text is compared, and the way back.
 *
 * Original text is stored and shown unchanged; only keys are folded:
 *
 *   1. NFKC and full case folding (Unicode 15, utf8proc), but what NFKC makes a
 *      mark on a space of (the accent U+00B4) stays as it is,
 *   2. radicals, then traditional and variant forms, one by one
 *      (lib/text/fold_table.c),
 *   3. characters that do not print (Default_Ignorable_Code_Point: variation
 *      selectors, soft hyphen, zero-width joiners, BOM, bidi controls, hangul
 *      fillers) dropped; U+200B stays, as a boundary,
 *   4. white space between two characters of words (letters and digits that
 *      are not CJK) made one U+0020, all other white space dropped.
 *
 * The result is a row of units, one a key code point, each with the bytes of
 * the original that it came from:
 *
 *      original   中 <space> 國 Ｇ  か ゛(combining)   ㎡
 *      units      中         国 g   が                 m 2
 *      from bytes [0,3)  [4,7) ...  [both)        [both the same)
 *
 * Folding twice changes nothing, and canonically equivalent texts have the same
 * units.  Ill-formed bytes become U+FFFD units.  Of the marks on one character
 * the first 31 count; text has no more than a few.
 */
#ifndef JIANWEN_NORMALIZE_H
#define JIANWEN_NORMALIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

/** What a key code point is to the tokenizer. */
enum jw_unit_class {
    /** Punctuation, symbols, controls, U+200B, U+FFFD: ends every run. */
    JW_UNIT_OTHER,
    /** Han, kana, bopomofo, hangul, Yi, iteration marks, U+3007. */
    JW_UNIT_CJK,
    /** A letter or mark of any other script. */
    JW_UNIT_LETTER,
    /** A number character. */
    JW_UNIT_DIGIT,
    /** The one U+0020 between two words. */
    JW_UNIT_SPACE
};

enum jw_normalize_flags {
    /** Without the fold from traditional and variant forms to simplified ones:
     *  the form that search in the script as written compares. */
    JW_NORMALIZE_KEEP_SCRIPT = 1
};

struct jw_unit {
    /** Folded code point. */
    uint32_t cp;
    /** Bytes of the original: from start up to end; on code point limits. */
    uint32_t start;
    uint32_t end;
    /** An enum jw_unit_class. */
    uint32_t cls;
};

/** @return whether a unit belongs to a word (letter or digit). */
static inline bool jw_unit_in_word(const struct jw_unit *u)
{
    return u->cls == JW_UNIT_LETTER || u->cls == JW_UNIT_DIGIT;
}

/**
 * A walk over one text; caller's memory, needs no release.  The fields are
 * the walk's own.
 */
struct jw_normalizer {
    const uint32_t *bmp;
    const unsigned char *base;
    const unsigned char *p;
    const unsigned char *end;
    uint32_t space_start;
    uint32_t space_end;
    bool keep_script;
    bool space_pending;
    bool after_word;
};

/** Room that jw_normalizer_fill() needs at least, in units. */
enum {
    JW_NORMALIZER_MIN_ROOM = 512
};

/**
 * Begin a walk.
 *
 * @param text  UTF-8, less than 4 GiB (what lies beyond is not seen);
 *              borrowed until the walk ends.
 */
void jw_normalizer_init(struct jw_normalizer *nz, struct jw_str text) JW_NOEXCEPT;

/** As jw_normalizer_init(), with enum jw_normalize_flags. */
void jw_normalizer_init_as(struct jw_normalizer *nz, struct jw_str text,
                           unsigned flags) JW_NOEXCEPT;

/**
 * Write the next units of the text.
 *
 * @param room  at least JW_NORMALIZER_MIN_ROOM.
 * @return how many were written; 0 at the end of the text.
 */
size_t jw_normalizer_fill(struct jw_normalizer *nz, struct jw_unit *out,
                          size_t room) JW_NOEXCEPT;

/** All units of one text, in memory that is kept from text to text. */
struct jw_units {
    struct jw_unit *at;
    size_t n;
    size_t cap;
};

void jw_units_init(struct jw_units *units) JW_NOEXCEPT;
void jw_units_release(struct jw_units *units) JW_NOEXCEPT;

/** Normalise a whole text into units (what it held is forgotten). */
JW_MUST_CHECK enum jw_status jw_normalize(struct jw_str text,
                                          struct jw_units *units) JW_NOEXCEPT;

/** As jw_normalize(), with enum jw_normalize_flags. */
JW_MUST_CHECK enum jw_status jw_normalize_as(struct jw_str text, unsigned flags,
                                             struct jw_units *units) JW_NOEXCEPT;

/** @return the simplified form of a key code point that kept its script; cp itself
 *          when it has no other. */
uint32_t jw_normalize_script(uint32_t cp) JW_NOEXCEPT;

/** Room of a set of code points by their low bits. */
enum {
    JW_MAYBE_SIZE = 4096
};

/**
 * Look, without normalising, for units that are not wanted otherwise.
 *
 * @param maybe  by the low 12 bits of a folded code point: whether it is wanted.
 * @return false only when no unit of the text can be wanted; those of white space
 *         are not looked at.
 */
bool jw_normalize_may_hold(struct jw_str text, unsigned flags,
                           const uint8_t maybe[JW_MAYBE_SIZE]) JW_NOEXCEPT;

/** Append the key form of text as UTF-8. */
JW_MUST_CHECK enum jw_status jw_normalize_utf8(struct jw_str text,
                                               struct jw_buf *out) JW_NOEXCEPT;

/**
 * Find needle in hay, at or after unit `from`.
 *
 * A match neither begins nor ends inside a word (a run of letters and
 * digits), nor inside a character that folds to several units.
 *
 * @param needle  n_needle code points with their classes.
 * @return the index of the match's first unit, or hay_n when there is none.
 */
size_t jw_units_find(const struct jw_unit *hay, size_t hay_n, size_t from,
                     const struct jw_unit *needle, size_t n_needle) JW_NOEXCEPT;

/** @return the class a folded code point belongs to. */
enum jw_unit_class jw_unit_class_of(uint32_t cp) JW_NOEXCEPT;

JW_END_DECLS

#endif
