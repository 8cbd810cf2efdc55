/*
 * fold_table.h - single characters that are searched as another one:
 * traditional as simplified, regional variants, radicals.
 */
#ifndef JW_TEXT_FOLD_TABLE_H
#define JW_TEXT_FOLD_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct jw_fold_pair {
    uint32_t from;
    uint32_t to;
};

/** Ascending by from; no "to" is a "from". */
extern const struct jw_fold_pair jw_fold_table[];
extern const size_t jw_fold_table_n;

#endif
