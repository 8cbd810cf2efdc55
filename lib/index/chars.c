#include "chars.h"

#include <stdlib.h>
#include <string.h>

enum {
    CODE_POINTS = 0x110000,
    BMP = 0x10000
};

void jw_chars_init(struct jw_chars *c)
{
    memset(c, 0, sizeof *c);
}

void jw_chars_release(struct jw_chars *c)
{
    free(c->df);
    free(c->seen);
    jw_chars_init(c);
}

static enum jw_status make_room(struct jw_chars *c, uint32_t cp)
{
    if (cp < c->n) {
        return JW_OK;
    }
    if (cp >= CODE_POINTS) {
        return JW_EINVAL;
    }
    size_t n = cp < BMP ? BMP : (cp / BMP + 1) * (size_t)BMP;
    uint32_t *df = realloc(c->df, n * sizeof *df);
    if (!df) {
        return JW_ENOMEM;
    }
    c->df = df;
    uint32_t *seen = realloc(c->seen, n * sizeof *seen);
    if (!seen) {
        return JW_ENOMEM;
    }
    c->seen = seen;
    memset(df + c->n, 0, (n - c->n) * sizeof *df);
    memset(seen + c->n, 0, (n - c->n) * sizeof *seen);
    c->n = n;
    return JW_OK;
}

enum jw_status jw_chars_note(struct jw_chars *c, uint32_t cp)
{
    enum jw_status status = make_room(c, cp);
    if (status == JW_OK && c->seen[cp] != c->stamp) {
        c->seen[cp] = c->stamp;
        c->df[cp]++;
    }
    return status;
}

enum jw_status jw_chars_unnote(struct jw_chars *c, uint32_t cp)
{
    enum jw_status status = make_room(c, cp);
    if (status == JW_OK && c->seen[cp] != c->stamp) {
        c->seen[cp] = c->stamp;
        c->df[cp] -= c->df[cp] > 0;
    }
    return status;
}

void jw_chars_clear(struct jw_chars *c)
{
    c->stamp = 0;
    if (c->n) {
        memset(c->df, 0, c->n * sizeof *c->df);
        memset(c->seen, 0, c->n * sizeof *c->seen);
    }
}

enum jw_status jw_chars_sum(struct jw_chars *c, const struct jw_chars *other)
{
    enum jw_status status = other->n ? make_room(c, (uint32_t)other->n - 1) : JW_OK;
    for (size_t cp = 0; cp < other->n && status == JW_OK; cp++) {
        c->df[cp] += other->df[cp];
    }
    return status;
}

void jw_chars_encode(const struct jw_chars *c, struct jw_buf *out)
{
    uint32_t last = 0;
    for (uint32_t cp = 0; cp < c->n; cp++) {
        if (c->df[cp]) {
            jw_buf_add_varint(out, cp - last);
            jw_buf_add_varint(out, c->df[cp]);
            last = cp;
        }
    }
}

enum jw_status jw_chars_add(struct jw_chars *c, struct jw_str stored)
{
    const unsigned char *p = (const unsigned char *)stored.p;
    const unsigned char *end = p + stored.n;
    uint64_t cp = 0;
    while (p < end) {
        uint64_t step = 0;
        uint64_t df = 0;
        if (jw_varint_read(&p, end, &step) != JW_OK ||
            jw_varint_read(&p, end, &df) != JW_OK || step >= CODE_POINTS ||
            cp + step >= CODE_POINTS || df > UINT32_MAX) {
            return JW_ECORRUPT;
        }
        cp += step;
        enum jw_status status = make_room(c, (uint32_t)cp);
        if (status != JW_OK) {
            return status;
        }
        c->df[cp] += (uint32_t)df;
    }
    return JW_OK;
}
