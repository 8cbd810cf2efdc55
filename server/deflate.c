#include "deflate.h"

#include <stdlib.h>
#include <zlib.h>

struct jw_deflater {
    z_stream stream;
    bool ready;
};

enum {
    /* 15 bits of window, 16 for the gzip wrapper (zlib.h, deflateInit2). */
    GZIP_WINDOW_BITS = 15 + 16,
    MEMORY_LEVEL = 8
};

enum jw_status jw_deflater_new(struct jw_deflater **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? JW_OK : JW_ENOMEM;
}

void jw_deflater_free(struct jw_deflater *d)
{
    if (d && d->ready) {
        (void)deflateEnd(&d->stream);
    }
    free(d);
}

enum jw_status jw_deflate(struct jw_deflater *d, struct jw_str data, struct jw_buf *out)
{
    if (data.n > UINT32_MAX) {
        return JW_ELIMIT;
    }
    int rc = d->ready ? deflateReset(&d->stream)
                      : deflateInit2(&d->stream, JW_GZIP_LEVEL, Z_DEFLATED,
                                     GZIP_WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    if (rc != Z_OK) {
        return JW_ENOMEM;
    }
    d->ready = true;
    uLong most = deflateBound(&d->stream, (uLong)data.n);
    if (jw_buf_reserve(out, most) != JW_OK) {
        return jw_buf_status(out);
    }
    /* zlib reads through this pointer only. */
    d->stream.next_in = (Bytef *)(uintptr_t)data.p;
    d->stream.avail_in = (uInt)data.n;
    d->stream.next_out = (Bytef *)out->data + out->len;
    d->stream.avail_out = (uInt)most;
    if (deflate(&d->stream, Z_FINISH) != Z_STREAM_END) {
        return JW_EINTERNAL;
    }
    out->len += most - d->stream.avail_out;
    return JW_OK;
}

/* Whether the parameters of one coding say q=0. */
static bool is_refused(struct jw_str parameters)
{
    struct jw_str p = jw_str_trim(parameters);
    if (p.n < 3 || (p.p[0] != 'q' && p.p[0] != 'Q') || p.p[1] != '=' || p.p[2] != '0') {
        return false;
    }
    for (size_t i = 3; i < p.n; i++) {
        if (p.p[i] != '.' && p.p[i] != '0') {
            return false;
        }
    }
    return true;
}

static bool same_word(struct jw_str s, const char *word)
{
    size_t i = 0;
    while (i < s.n && word[i] && (s.p[i] | 0x20) == word[i]) {
        i++;
    }
    return i == s.n && !word[i];
}

bool jw_accepts_gzip(struct jw_str header)
{
    bool any = false;
    while (header.n) {
        const char *comma = memchr(header.p, ',', header.n);
        size_t n = comma ? (size_t)(comma - header.p) : header.n;
        struct jw_str item = jw_str_slice(header, 0, n);
        header = jw_str_slice(header, n + 1, header.n);
        const char *semicolon = item.n ? memchr(item.p, ';', item.n) : NULL;
        size_t name = semicolon ? (size_t)(semicolon - item.p) : item.n;
        struct jw_str coding = jw_str_trim(jw_str_slice(item, 0, name));
        bool refused = semicolon && is_refused(jw_str_slice(item, name + 1, item.n));
        if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) {
            return !refused;
        }
        if (jw_str_eq_c(coding, "*")) {
            any = !refused;
        }
    }
    return any;
}
