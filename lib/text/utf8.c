#include "jianwen/utf8.h"

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

struct jw_utf8_char jw_utf8_read(const unsigned char *p, const unsigned char *end)
{
    struct jw_utf8_char c = {JW_UTF8_BAD, 1};
    unsigned first = p[0];
    size_t left = (size_t)(end - p);
    if (first < 0x80) {
        c.cp = first;
    } else if (first >= 0xC2 && first <= 0xDF && left >= 2 && is_tail(p[1])) {
        c.cp = (first & 0x1Fu) << 6 | (p[1] & 0x3Fu);
        c.n = 2;
    } else if ((first & 0xF0) == 0xE0 && left >= 3 && is_tail(p[1]) && is_tail(p[2])) {
        uint32_t cp = (first & 0xFu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
        if (cp >= 0x800 && (cp < 0xD800 || cp > 0xDFFF)) {
            c.cp = cp;
            c.n = 3;
        }
    } else if ((first & 0xF8) == 0xF0 && left >= 4 && is_tail(p[1]) && is_tail(p[2]) &&
               is_tail(p[3])) {
        uint32_t cp = (first & 0x7u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 |
                      (p[3] & 0x3Fu);
        if (cp >= 0x10000 && cp <= 0x10FFFF) {
            c.cp = cp;
            c.n = 4;
        }
    }
    return c;
}

size_t jw_utf8_encode(uint32_t cp, char out[JW_UTF8_MAX_BYTES])
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) {
        cp = 0xFFFD;
    }
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

bool jw_utf8_valid(struct jw_str s, size_t *bad_at)
{
    if (s.n == 0) {
        return true;
    }
    const unsigned char *start = (const unsigned char *)s.p;
    const unsigned char *end = start + s.n;
    for (const unsigned char *p = start; p < end;) {
        const unsigned char *at = p;
        if (jw_utf8_next(&p, end) == JW_UTF8_BAD) {
            if (bad_at) {
                *bad_at = (size_t)(at - start);
            }
            return false;
        }
    }
    return true;
}

size_t jw_utf8_count(struct jw_str s)
{
    if (s.n == 0) {
        return 0;
    }
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    size_t n = 0;
    while (p < end) {
        (void)jw_utf8_next(&p, end);
        n++;
    }
    return n;
}

size_t jw_utf8_offset(struct jw_str s, size_t n)
{
    if (s.n == 0) {
        return 0;
    }
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    while (p < end && n > 0) {
        (void)jw_utf8_next(&p, end);
        n--;
    }
    return (size_t)(p - (const unsigned char *)s.p);
}

uint32_t jw_utf8_last(struct jw_str s)
{
    if (s.n == 0) {
        return 0;
    }
    const unsigned char *begin = (const unsigned char *)s.p;
    const unsigned char *end = begin + s.n;
    const unsigned char *p = end - 1;
    while (p > begin && end - p < JW_UTF8_MAX_BYTES && is_tail(*p)) {
        p--;
    }
    uint32_t cp = jw_utf8_next(&p, end);
    return p == end ? cp : JW_UTF8_BAD;
}

struct jw_str jw_utf8_cut(struct jw_str s, size_t n)
{
    if (n >= s.n) {
        return s;
    }
    /* A code point that byte n is inside of begins at most three bytes before. */
    for (size_t back = 1; back < JW_UTF8_MAX_BYTES && back <= n; back++) {
        const unsigned char *start = (const unsigned char *)s.p + (n - back);
        const unsigned char *p = start;
        if (!is_tail(start[1])) {
            break;
        }
        if (jw_utf8_next(&p, (const unsigned char *)s.p + s.n) != JW_UTF8_BAD &&
            (size_t)(p - start) > back) {
            return jw_str_of(s.p, n - back);
        }
    }
    return jw_str_of(s.p, n);
}
