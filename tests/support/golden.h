/*
 * golden.h - tables of inputs and what has to come out, one row a line.
 *
 * Columns are separated by tabs; a line that begins with # is a comment.
 * What cannot be seen is written as \u{200B}, \x80 (a byte), \t, \n, \s (a
 * space at an end) or \\.
 */
#ifndef JW_TESTS_GOLDEN_H
#define JW_TESTS_GOLDEN_H

#include <stddef.h>

#include "jianwen/buf.h"
#include "jianwen/str.h"

enum {
    JW_GOLDEN_COLUMNS_MAX = 6
};

struct jw_golden_row {
    size_t line;
    size_t n;
    /** Unescaped, borrowed until the callback returns. */
    struct jw_str at[JW_GOLDEN_COLUMNS_MAX];
};

/**
 * Call check for each row of tests/golden/NAME.
 * @return how many rows there were; an unreadable file is a failed check.
 */
size_t jw_golden_each(const char *name, size_t n_columns,
                      void (*check)(const struct jw_golden_row *row));

/** Append s with everything that cannot be seen escaped, for messages. */
void jw_golden_escape(struct jw_str s, struct jw_buf *out);

#endif
