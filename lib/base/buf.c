#include "jianwen/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jw_buf_init(struct jw_buf *b, size_t limit)
{
    memset(b, 0, sizeof *b);
    b->limit = limit < SIZE_MAX ? limit : SIZE_MAX - 1; /* one for the NUL */
}

void jw_buf_release(struct jw_buf *b)
{
    size_t limit = b->limit;
    free(b->data);
    jw_buf_init(b, limit);
}

void jw_buf_clear(struct jw_buf *b)
{
    b->len = 0;
    b->status = JW_OK;
}

enum jw_status jw_buf_reserve(struct jw_buf *b, size_t n)
{
    if (b->status != JW_OK) {
        return b->status;
    }
    if (n > b->limit || b->len > b->limit - n) {
        b->status = JW_ELIMIT;
        return b->status;
    }
    size_t need = b->len + n + 1; /* one more for the NUL of jw_buf_take() */
    if (need <= b->cap) {
        return JW_OK;
    }
    size_t cap = b->cap + b->cap / 2;
    if (cap < need) {
        cap = need;
    }
    if (cap < 64) {
        cap = 64;
    }
    if (cap > b->limit + 1) {
        cap = b->limit + 1;
    }
    char *data = realloc(b->data, cap);
    if (!data) {
        b->status = JW_ENOMEM;
        return b->status;
    }
    b->data = data;
    b->cap = cap;
    return JW_OK;
}

void jw_buf_add(struct jw_buf *b, const void *p, size_t n)
{
    if (n == 0 || jw_buf_reserve(b, n) != JW_OK) {
        return;
    }
    memcpy(b->data + b->len, p, n);
    b->len += n;
}

void jw_buf_add_str(struct jw_buf *b, struct jw_str s)
{
    jw_buf_add(b, s.p, s.n);
}

void jw_buf_add_c(struct jw_buf *b, const char *z)
{
    jw_buf_add(b, z, strlen(z));
}

void jw_buf_add_byte(struct jw_buf *b, unsigned char c)
{
    jw_buf_add(b, &c, 1);
}

void jw_buf_vprintf(struct jw_buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n < 0) {
        b->status = b->status != JW_OK ? b->status : JW_EINVAL;
    } else if (jw_buf_reserve(b, (size_t)n) == JW_OK) {
        (void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void jw_buf_printf(struct jw_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    jw_buf_vprintf(b, fmt, ap);
    va_end(ap);
}

size_t jw_varint_write(unsigned char out[JW_VARINT_BYTES], uint64_t v)
{
    size_t n = 0;
    while (v >= 0x80) {
        out[n++] = (unsigned char)(v | 0x80);
        v >>= 7;
    }
    out[n++] = (unsigned char)v;
    return n;
}

void jw_buf_add_varint(struct jw_buf *b, uint64_t v)
{
    unsigned char tmp[JW_VARINT_BYTES];
    jw_buf_add(b, tmp, jw_varint_write(tmp, v));
}

enum jw_status jw_buf_take(struct jw_buf *b, char **out, size_t *out_len)
{
    *out = NULL;
    if (out_len) {
        *out_len = 0;
    }
    if (jw_buf_reserve(b, 0) != JW_OK) {
        enum jw_status status = b->status;
        jw_buf_release(b);
        return status;
    }
    b->data[b->len] = '\0';
    *out = b->data;
    if (out_len) {
        *out_len = b->len;
    }
    b->data = NULL;
    jw_buf_release(b);
    return JW_OK;
}

enum jw_status jw_varint_read(const unsigned char **p, const unsigned char *end,
                              uint64_t *out)
{
    uint64_t v = 0;
    const unsigned char *q = *p;
    *out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (q == end) {
            return JW_ECORRUPT;
        }
        unsigned char c = *q++;
        if (shift == 63 && c > 1) {
            return JW_ECORRUPT;
        }
        v |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80) {
            *p = q;
            *out = v;
            return JW_OK;
        }
    }
    return JW_ECORRUPT;
}

enum jw_status jw_array_grow(void **array, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap) {
        return JW_OK;
    }
    size_t n = *cap + *cap / 2;
    if (n < need) {
        n = need;
    }
    if (n < 8) {
        n = 8;
    }
    if (n > SIZE_MAX / size) {
        return JW_ENOMEM;
    }
    void *p = realloc(*array, n * size);
    if (!p) {
        return JW_ENOMEM;
    }
    *array = p;
    *cap = n;
    return JW_OK;
}
