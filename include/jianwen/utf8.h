/*
 * utf8.h - UTF-8 in and out, one code point at a time.
 *
 * "Well formed" is Table 3-7 of the Unicode Standard: no surrogates, no
 * overlong forms, nothing above U+10FFFF.
 */
#ifndef JIANWEN_UTF8_H
#define JIANWEN_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

/** What jw_utf8_next() gives for a byte that starts no well-formed code point. */
#define JW_UTF8_BAD 0xFFFFFFFFu

enum {
    JW_UTF8_MAX_BYTES = 4
};

/** A code point, and how many bytes it takes. */
struct jw_utf8_char {
    uint32_t cp;
    uint32_t n;
};

/** What jw_utf8_next() reads at p, of any form.  It is given by value, so that a loop
 *  keeps its pointer in a register. */
struct jw_utf8_char jw_utf8_read(const unsigned char *p,
                                 const unsigned char *end) JW_NOEXCEPT;

/**
 * Decode one code point at *p (p < end) and advance *p behind it.
 *
 * @return the code point; JW_UTF8_BAD after advancing by one byte.
 */
JW_INLINE uint32_t jw_utf8_next(const unsigned char **p, const unsigned char *end)
{
    const unsigned char *q = *p;
    if (q[0] < 0x80) {
        *p = q + 1;
        return q[0];
    }
    /* E1..EC: no overlong form and no surrogate can begin with these. */
    if (JW_LIKELY((unsigned)(q[0] - 0xE1u) <= 0xBu && end - q >= 3 &&
                  ((q[1] ^ 0x80u) | (q[2] ^ 0x80u)) < 0x40u)) {
        *p = q + 3;
        return (q[0] & 0xFu) << 12 | (q[1] & 0x3Fu) << 6 | (q[2] & 0x3Fu);
    }
    struct jw_utf8_char c = jw_utf8_read(q, end);
    *p = q + c.n;
    return c.cp;
}

/**
 * Write cp as UTF-8 into out.
 * @return bytes written, 1 to 4; U+FFFD is written for a surrogate or cp > U+10FFFF.
 */
size_t jw_utf8_encode(uint32_t cp, char out[JW_UTF8_MAX_BYTES]) JW_NOEXCEPT;

/**
 * @param bad_at  receives the byte offset of the first fault; may be NULL.
 * @return whether s is well-formed UTF-8.
 */
bool jw_utf8_valid(struct jw_str s, size_t *bad_at) JW_NOEXCEPT;

/** Code points in s; each byte that is part of none counts as one. */
size_t jw_utf8_count(struct jw_str s) JW_NOEXCEPT;

/** The last code point of s; JW_UTF8_BAD when s does not end in one; 0 when it is empty.
 */
uint32_t jw_utf8_last(struct jw_str s) JW_NOEXCEPT;

/** Byte offset of code point n of s, or s.n when it has no more than n. */
size_t jw_utf8_offset(struct jw_str s, size_t n) JW_NOEXCEPT;

/** The longest part of s, from its start, of at most n bytes that cuts no code point. */
struct jw_str jw_utf8_cut(struct jw_str s, size_t n) JW_NOEXCEPT;

JW_END_DECLS

#endif
