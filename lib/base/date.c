#include "jianwen/date.h"

#include <stdio.h>

static unsigned days_in(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* Read up to most digits; at least one. */
static bool read_digits(struct jw_str *s, size_t most, unsigned *out, size_t *n)
{
    unsigned v = 0;
    size_t i = 0;
    while (i < s->n && i < most && s->p[i] >= '0' && s->p[i] <= '9') {
        v = v * 10 + (unsigned)(s->p[i] - '0');
        i++;
    }
    s->p += i;
    s->n -= i;
    *out = v;
    *n = i;
    return i > 0;
}

static bool skip_sign(struct jw_str *s, const char *sign)
{
    struct jw_str wanted = jw_str_c(sign);
    if (!jw_str_starts(*s, wanted)) {
        return false;
    }
    s->p += wanted.n;
    s->n -= wanted.n;
    return true;
}

/*
 * Read the next part of a date, if one follows: its sign with or without
 * digits behind it, or a separator with them.
 */
static bool read_part(struct jw_str *s, const char *sign, unsigned *out)
{
    size_t n = 0;
    *out = 0;
    if (skip_sign(s, sign)) {
        return !read_digits(s, 2, out, &n) || *out > 0;
    }
    if (skip_sign(s, "-") || skip_sign(s, "/") || skip_sign(s, ".")) {
        return read_digits(s, 2, out, &n) && *out > 0;
    }
    return true;
}

/* What may stand behind a date: nothing, or a time. */
static bool at_end(struct jw_str s)
{
    return s.n == 0 || s.p[0] == 'T' || s.p[0] == ' ';
}

static bool make(unsigned year, unsigned month, unsigned day, uint32_t *out)
{
    if (year == 0 || month > 12 || (month == 0 && day != 0) ||
        (day != 0 && day > days_in(year, month))) {
        return false;
    }
    *out = year * 10000 + month * 100 + day;
    return true;
}

bool jw_date_parse(struct jw_str s, uint32_t *out)
{
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    size_t n = 0;
    *out = 0;
    s = jw_str_trim(s);
    if (!read_digits(&s, 4, &year, &n) || n != 4) {
        return false;
    }
    if (s.n && s.p[0] >= '0' && s.p[0] <= '9') {
        /* YYYYMMDD */
        return read_digits(&s, 2, &month, &n) && n == 2 && month > 0 &&
               read_digits(&s, 2, &day, &n) && n == 2 && day > 0 && at_end(s) &&
               make(year, month, day, out);
    }
    if (!read_part(&s, "\xE5\xB9\xB4" /* 年 */, &month) ||
        (month && !read_part(&s, "\xE6\x9C\x88" /* 月 */, &day))) {
        return false;
    }
    (void)skip_sign(&s, "\xE6\x97\xA5" /* 日 */);
    return at_end(s) && make(year, month, day, out);
}

void jw_date_format(uint32_t date, char out[JW_DATE_BYTES])
{
    unsigned year = date / 10000 % 10000;
    unsigned month = date / 100 % 100;
    unsigned day = date % 100;
    if (date == 0) {
        out[0] = '\0';
    } else if (month == 0) {
        (void)snprintf(out, JW_DATE_BYTES, "%04u", year);
    } else if (day == 0) {
        (void)snprintf(out, JW_DATE_BYTES, "%04u-%02u", year, month);
    } else {
        (void)snprintf(out, JW_DATE_BYTES, "%04u-%02u-%02u", year, month, day);
    }
}

uint32_t jw_date_last(uint32_t date)
{
    if (date % 10000 == 0) {
        return date + 1231;
    }
    return date % 100 == 0 ? date + 31 : date;
}
