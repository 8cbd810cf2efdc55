#include "percent.h"

#include "jianwen/utf8.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return -1;
}

enum jw_percent_fault jw_percent_decode(struct jw_str s, bool plus_is_space, char *out,
                                        struct jw_str *decoded)
{
    size_t n = 0;
    *decoded = jw_str_of(out, 0);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
            int low = i + 2 < s.n ? hex_value(s.p[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return JW_PERCENT_BAD_ESCAPE;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0') {
            return JW_PERCENT_NUL;
        }
        out[n++] = c;
    }
    if (!jw_utf8_valid(jw_str_of(out, n), NULL)) {
        return JW_PERCENT_NOT_UTF8;
    }
    *decoded = jw_str_of(out, n);
    return JW_PERCENT_OK;
}

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

void jw_percent_encode(struct jw_str s, struct jw_buf *out)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        if (is_unreserved(s.p[i])) {
            jw_buf_add_byte(out, (unsigned char)s.p[i]);
            continue;
        }
        unsigned char c = (unsigned char)s.p[i];
        char escape[3] = {'%', hex[c >> 4], hex[c & 15]};
        jw_buf_add(out, escape, sizeof escape);
    }
}

const char *jw_percent_fault_text(enum jw_percent_fault fault)
{
    switch (fault) {
    case JW_PERCENT_OK:
        break;
    case JW_PERCENT_BAD_ESCAPE:
        return "has a % that no two hexadecimal digits follow";
    case JW_PERCENT_NUL:
        return "holds a NUL character";
    case JW_PERCENT_NOT_UTF8:
        return "is not UTF-8";
    }
    return "is well formed";
}
