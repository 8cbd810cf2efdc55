/*
 * unicode_class.h - the questions that folding asks about a code point.
 *
 * The sets are those of the Unicode Character Database 15.0; a test compares
 * them with its files.
 */
#ifndef JW_TEXT_UNICODE_CLASS_H
#define JW_TEXT_UNICODE_CLASS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool jw_between(uint32_t cp, uint32_t first, uint32_t last)
{
    return cp - first <= last - first;
}

/** Scripts written without spaces between words, cut into bigrams. */
bool jw_is_cjk(uint32_t cp);

/** White_Space of PropList.txt, and U+001C..U+001F, the old separators. */
bool jw_is_space(uint32_t cp);

/** A variation selector, also of Mongolian. */
bool jw_is_selector(uint32_t cp);

/** Default_Ignorable_Code_Point of DerivedCoreProperties.txt without the
 *  selectors and without U+200B, which is a boundary here. */
bool jw_is_ignored(uint32_t cp);

/** A code point with combining class 0 that composes with what stands before
 *  it (NFC_Quick_Check=Maybe in DerivedNormalizationProps.txt). */
bool jw_is_second_starter(uint32_t cp);

#endif
