/*
 * percent.h - percent-encoding of URLs (RFC 3986, section 2.1).
 */
#ifndef JW_SERVER_PERCENT_H
#define JW_SERVER_PERCENT_H

#include <stdbool.h>

#include "jianwen/buf.h"
#include "jianwen/str.h"

enum jw_percent_fault {
    JW_PERCENT_OK,
    /** A % without two hexadecimal digits behind it. */
    JW_PERCENT_BAD_ESCAPE,
    /** A NUL character, as %00 or as it is. */
    JW_PERCENT_NUL,
    /** What comes out is not UTF-8. */
    JW_PERCENT_NOT_UTF8
};

/**
 * Decode s.
 *
 * @param plus_is_space  as in the query part of a form: + stands for a space.
 * @param out            room for s.n bytes; may be s.p itself.
 * @param decoded        receives the slice of out that was filled.
 */
enum jw_percent_fault jw_percent_decode(struct jw_str s, bool plus_is_space, char *out,
                                        struct jw_str *decoded);

/** Append s for use as a value in a query part: all but A-Z a-z 0-9 - . _ ~ escaped. */
void jw_percent_encode(struct jw_str s, struct jw_buf *out);

/** @return what the fault is, as the rest of a sentence that begins with "it". */
const char *jw_percent_fault_text(enum jw_percent_fault fault);

#endif
