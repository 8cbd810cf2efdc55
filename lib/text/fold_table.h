/*
 * fold_table.h - single characters that are searched as another one.
 */
#ifndef JW_TEXT_FOLD_TABLE_H
#define JW_TEXT_FOLD_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct jw_fold_pair {
    uint32_t from;
    uint32_t to;
};

/** Radicals (U+2E80..U+2FD5) to ideographs; ascending by from. */
extern const struct jw_fold_pair jw_fold_radicals[];
extern const size_t jw_fold_radicals_n;

/** Traditional and variant forms to the simplified one; ascending by from, and
 *  no "to" is a "from". */
extern const struct jw_fold_pair jw_fold_scripts[];
extern const size_t jw_fold_scripts_n;

#endif
