/*
 * str.h - a borrowed slice of bytes, passed by value.
 *
 * Nothing in Jianwen assumes that text ends in a NUL byte.
 */
#ifndef JIANWEN_STR_H
#define JIANWEN_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "jianwen/compiler.h"

JW_BEGIN_DECLS

/** n bytes at p; owned by somebody else.  p may be NULL when n is 0. */
struct jw_str {
    const char *p;
    size_t n;
};

static inline struct jw_str jw_str_of(const char *p, size_t n)
{
    struct jw_str s;
    s.p = p;
    s.n = n;
    return s;
}

/** The slice of a NUL-terminated string; NULL gives an empty slice. */
static inline struct jw_str jw_str_c(const char *z)
{
    return jw_str_of(z, z ? strlen(z) : 0);
}

static inline bool jw_str_eq(struct jw_str a, struct jw_str b)
{
    return a.n == b.n && (a.n == 0 || (a.p && b.p && memcmp(a.p, b.p, a.n) == 0));
}

static inline bool jw_str_eq_c(struct jw_str a, const char *z)
{
    return jw_str_eq(a, jw_str_c(z));
}

static inline bool jw_str_starts(struct jw_str a, struct jw_str prefix)
{
    return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

/** Bytes from..to of s; both are clamped to its length. */
static inline struct jw_str jw_str_slice(struct jw_str s, size_t from, size_t to)
{
    if (to > s.n) {
        to = s.n;
    }
    if (from > to) {
        from = to;
    }
    return jw_str_of(s.p ? s.p + from : NULL, to - from);
}

/** Byte order, shorter first when one is the other's prefix (memcmp order). */
static inline int jw_str_cmp(struct jw_str a, struct jw_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    if (c != 0) {
        return c;
    }
    return (a.n > b.n) - (a.n < b.n);
}

/** s without the white space (space, tab, CR, LF) at both ends. */
static inline struct jw_str jw_str_trim(struct jw_str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\r' || s.p[0] == '\n')) {
        s.p++;
        s.n--;
    }
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r' ||
                   s.p[s.n - 1] == '\n')) {
        s.n--;
    }
    return s;
}

/** Parse s as a whole decimal number of at most max; no sign, no space. */
bool jw_str_to_u64(struct jw_str s, unsigned long long max,
                   unsigned long long *out) JW_NOEXCEPT;

JW_END_DECLS

#endif
