#include "encoding_read.h"

#include <errno.h>
#include <iconv.h>

#include "jianwen/utf8.h"

enum {
    PIECE_BYTES = 16 * 1024
};

static enum jw_status read_utf8(struct jw_str bytes, bool cut,
                                const struct jw_encoding_sink *sink)
{
    size_t at = 0;
    while (at < bytes.n) {
        struct jw_str rest = jw_str_slice(bytes, at, bytes.n);
        size_t good = rest.n;
        (void)jw_utf8_valid(rest, &good);
        if (good > 0 && !sink->text(sink->arg, jw_str_slice(rest, 0, good))) {
            return JW_OK;
        }
        at += good;
        if (at == bytes.n || (cut && bytes.n - at < JW_UTF8_MAX_BYTES)) {
            return JW_OK;
        }
        if (!sink->bad(sink->arg, at, 1)) {
            return JW_OK;
        }
        at++;
    }
    return JW_OK;
}

/* How many bytes to leave out where nothing can be read. */
static size_t bad_length(const struct jw_encoding *encoding, const char *p, size_t left)
{
    size_t n = 1;
    if (encoding->family == JW_ENCODING_UTF16 ||
        (encoding->family == JW_ENCODING_DOUBLE_BYTE && left > 1 &&
         (unsigned char)p[0] > 0x80 && (unsigned char)p[1] >= 0x80)) {
        n = 2;
    }
    return n < left ? n : left;
}

static enum jw_status read_iconv(iconv_t cd, const struct jw_encoding *encoding,
                                 struct jw_str bytes, bool cut,
                                 const struct jw_encoding_sink *sink)
{
    char piece[PIECE_BYTES];
    char *in = (char *)bytes.p; /* iconv's argument is not const, its use of it is */
    size_t left = bytes.n;
    bool flush = false;
    for (;;) {
        char *out = piece;
        size_t room = sizeof piece;
        size_t done = flush ? iconv(cd, NULL, NULL, &out, &room)
                            : iconv(cd, &in, &left, &out, &room);
        int why = done == (size_t)-1 ? errno : 0;
        if (out > piece &&
            !sink->text(sink->arg, jw_str_of(piece, (size_t)(out - piece)))) {
            return JW_OK;
        }
        if (why == E2BIG) {
            continue;
        }
        if (why == 0 || left == 0) {
            if (flush) {
                return JW_OK;
            }
            /* Some encodings hold a character back to see what follows it. */
            flush = true;
            continue;
        }
        if (why == EINVAL && cut) {
            return JW_OK;
        }
        size_t n = bad_length(encoding, in, left);
        if (!sink->bad(sink->arg, (size_t)(in - bytes.p), n)) {
            return JW_OK;
        }
        in += n;
        left -= n;
    }
}

enum jw_status jw_encoding_read(const struct jw_encoding *encoding, struct jw_str bytes,
                                bool cut, const struct jw_encoding_sink *sink)
{
    if (encoding->family == JW_ENCODING_UTF8) {
        return read_utf8(bytes, cut, sink);
    }
    iconv_t cd = iconv_open("UTF-8", encoding->iconv_name);
    if (cd == (iconv_t)-1) {
        return errno == ENOMEM ? JW_ENOMEM : JW_EINVAL;
    }
    enum jw_status status =
        bytes.n == 0 ? JW_OK : read_iconv(cd, encoding, bytes, cut, sink);
    (void)iconv_close(cd);
    return status;
}
