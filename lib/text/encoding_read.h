/*
 * encoding_read.h - one encoding, and reading bytes in it piece by piece.
 */
#ifndef JW_TEXT_ENCODING_READ_H
#define JW_TEXT_ENCODING_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "jianwen/status.h"
#include "jianwen/str.h"

enum jw_encoding_family {
    JW_ENCODING_UTF8,
    /** Two-byte units. */
    JW_ENCODING_UTF16,
    /** ASCII below 0x80, else lead bytes with one trail byte or more. */
    JW_ENCODING_DOUBLE_BYTE,
    /** Any other that iconv knows. */
    JW_ENCODING_OTHER
};

struct jw_encoding {
    /** What it is called in results and messages. */
    const char *name;
    /** What iconv calls it. */
    const char *iconv_name;
    enum jw_encoding_family family;
};

struct jw_encoding_sink {
    /** Well-formed UTF-8, cut between code points.  @return false to stop. */
    bool (*text)(void *arg, struct jw_str utf8);
    /** n bytes at this offset could not be read.  @return false to stop. */
    bool (*bad)(void *arg, size_t offset, size_t n);
    void *arg;
};

/**
 * Hand the text of bytes to the sink.
 *
 * Reading goes on behind bytes that cannot be read: one byte further; two
 * for UTF-16; two when a lead byte and a high trail byte make a pair that the
 * encoding does not have.
 *
 * @param cut  bytes is the front of a longer text: a character that is not
 *             whole at its end is no fault.
 * @return JW_OK, also when the sink stopped it; JW_EINVAL when iconv does not
 *         know the encoding; JW_ENOMEM.
 */
enum jw_status jw_encoding_read(const struct jw_encoding *encoding, struct jw_str bytes,
                                bool cut, const struct jw_encoding_sink *sink);

#endif
