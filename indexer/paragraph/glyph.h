/*
 * glyph.h - what a code point is to the typesetter: its width, and how it
 * behaves at the start and at the end of a line.
 *
 * Widths are half-width cells.  Characters that Unicode calls ambiguous
 * (UAX #11) and that Chinese fonts draw square, the quotation marks and
 * dashes above all, count two.
 */
#ifndef JW_PARAGRAPH_GLYPH_H
#define JW_PARAGRAPH_GLYPH_H

#include <stdint.h>

#include "jianwen/compiler.h"

enum jw_glyph_class {
    JW_GLYPH_OTHER,
    JW_GLYPH_SPACE,
    /** Han, kana, bopomofo, Yi: no space inside a sentence. */
    JW_GLYPH_HAN,
    /** A letter of a script that puts spaces between words. */
    JW_GLYPH_LETTER,
    JW_GLYPH_DIGIT,
    /** Opens a bracket; never ends a line (GB/T 15834, CLREQ 3.1.3). */
    JW_GLYPH_OPEN_BRACKET,
    JW_GLYPH_OPEN_QUOTE,
    /** Closes one; never begins a line where the typesetter takes care. */
    JW_GLYPH_CLOSE_BRACKET,
    JW_GLYPH_CLOSE_QUOTE,
    /** The ASCII marks " and ': open or close. */
    JW_GLYPH_NEUTRAL_QUOTE,
    /** Ends a sentence. */
    JW_GLYPH_STOP,
    /** ASCII full stop: ends a sentence, or is part of a number. */
    JW_GLYPH_DOT,
    JW_GLYPH_ELLIPSIS,
    JW_GLYPH_COMMA,
    JW_GLYPH_SEMICOLON,
    JW_GLYPH_COLON,
    JW_GLYPH_DASH,
    /** ASCII hyphen and U+2010. */
    JW_GLYPH_HYPHEN,
    JW_GLYPH_SOFT_HYPHEN,
    /** Stands before list items, and at the end of an article. */
    JW_GLYPH_BULLET,
    /** Percent, per mille, degree: belongs to the number before it. */
    JW_GLYPH_UNIT,
    /** Draws nothing: joiners, variation selectors, combining marks. */
    JW_GLYPH_ZERO
};

struct jw_glyph {
    uint8_t cls;
    uint8_t cells;
};

/** Any code point but the common ones below; also JW_UTF8_BAD. */
struct jw_glyph jw_glyph_lookup(uint32_t cp);

JW_INLINE struct jw_glyph jw_glyph_of(uint32_t cp)
{
    if (JW_LIKELY(cp - 0x4E00u < 0x5200u)) {
        return (struct jw_glyph){JW_GLYPH_HAN, 2};
    }
    return jw_glyph_lookup(cp);
}

#endif
