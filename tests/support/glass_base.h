/*
 * glass_base.h - databases of made-up documents, as lib/glass writes them, and what is
 * in them.
 */
#ifndef JW_TESTS_GLASS_BASE_H
#define JW_TESTS_GLASS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/str.h"

/** What a database is to be like. */
struct jw_glass_base {
    uint64_t salt;
    /** Documents with terms. */
    uint32_t n_docs;
    /** So many stand before a gap of n_empty documents without anything; 0: none does. */
    uint32_t n_before;
    uint32_t n_empty;
    uint32_t n_words;
    /** All data has this size; 0: it has many. */
    size_t data_bytes;
};

enum {
    JW_GLASS_BASE_DATA_MAX = 70000,
    JW_GLASS_BASE_METADATA = 6
};

/** Make it in an empty folder.  @return false when that fails. */
bool jw_glass_base_make(const struct jw_glass_base *b, const char *dir);

/** @return whether document docid has data; it is written to out, of
 *          JW_GLASS_BASE_DATA_MAX bytes, its length to n. */
bool jw_glass_base_data(const struct jw_glass_base *b, uint32_t docid, char *out,
                        size_t *n);

/** The key of a metadata entry; its value has (number * number * 5000) bytes, entry
 *  1's none. */
struct jw_str jw_glass_base_key(size_t number);

#endif
