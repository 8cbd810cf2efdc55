#include "text_form.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "jianwen/utf8.h"

enum {
    CODE_POINTS = 0x110000,
    ESCAPE = JW_TEXT_SYMBOLS_MAX,
    ESCAPE_BYTES = 3 * JW_TEXT_CODE_BYTES,
    LEVEL = 9,
    STORED_MAX_BYTES = 4 << 20
};

void jw_text_form_release(struct jw_text_form *f)
{
    free(f->symbols);
    jw_text_trie_release(&f->trie);
    memset(f, 0, sizeof *f);
}

/* ---- as it is stored ----
 *
 * Symbol by symbol: how many bytes it shares with the one before << 4 | how many
 * follow, these; all that with zstd.
 */

enum jw_status jw_text_form_encode(const struct jw_text_form *f, struct jw_buf *out)
{
    struct jw_buf plain;
    const struct jw_text_symbol none = {.n = 0};
    const struct jw_text_symbol *last = &none;
    jw_buf_init(&plain, STORED_MAX_BYTES);
    for (size_t i = 0; i < f->n_symbols; i++) {
        const struct jw_text_symbol *s = &f->symbols[i];
        size_t shared = 0;
        while (shared < s->n && shared < last->n &&
               s->bytes[shared] == last->bytes[shared]) {
            shared++;
        }
        jw_buf_add_byte(&plain, (unsigned char)(shared << 4 | (s->n - shared)));
        jw_buf_add(&plain, s->bytes + shared, s->n - shared);
        last = s;
    }
    size_t bound = ZSTD_compressBound(plain.len);
    enum jw_status status = jw_buf_status(&plain);
    status = status == JW_OK ? jw_buf_reserve(out, bound) : status;
    if (status == JW_OK) {
        size_t n =
            ZSTD_compress(out->data + out->len, bound, plain.data, plain.len, LEVEL);
        if (ZSTD_isError(n)) {
            status = JW_EINTERNAL;
        } else {
            out->len += n;
        }
    }
    jw_buf_release(&plain);
    return status;
}

/* @return whether s follows last, and is what a symbol may be. */
static bool symbol_good(const struct jw_text_symbol *s, const struct jw_text_symbol *last)
{
    size_t n = s->n < last->n ? s->n : last->n;
    int order = memcmp(s->bytes, last->bytes, n);
    return s->n > 0 && (order > 0 || (order == 0 && s->n > last->n)) &&
           jw_utf8_valid(jw_str_of(s->bytes, s->n), NULL);
}

static enum jw_status take_symbols(struct jw_text_form *f, struct jw_str plain)
{
    const unsigned char *p = (const unsigned char *)plain.p;
    const unsigned char *end = p + plain.n;
    struct jw_text_symbol last = {.n = 0};
    while (p < end) {
        size_t shared = *p >> 4;
        size_t more = *p++ & 0xF;
        struct jw_text_symbol s = last;
        if (f->n_symbols == JW_TEXT_SYMBOLS_MAX || shared > last.n ||
            shared + more > JW_TEXT_SYMBOL_BYTES || more > (size_t)(end - p)) {
            return JW_ECORRUPT;
        }
        memcpy(s.bytes + shared, p, more);
        s.n = (uint8_t)(shared + more);
        p += more;
        if (!symbol_good(&s, &last)) {
            return JW_ECORRUPT;
        }
        f->symbols[f->n_symbols++] = s;
        last = s;
    }
    return f->n_symbols ? JW_OK : JW_ECORRUPT;
}

enum jw_status jw_text_form_load(struct jw_text_form *f, struct jw_str stored)
{
    memset(f, 0, sizeof *f);
    unsigned long long n = ZSTD_getFrameContentSize(stored.p, stored.n);
    if (n == 0 || n > STORED_MAX_BYTES) { /* what zstd gives for an error is more */
        return JW_ECORRUPT;
    }
    char *plain = malloc(n);
    f->symbols = calloc(JW_TEXT_SYMBOLS_MAX, sizeof *f->symbols);
    enum jw_status status = plain && f->symbols ? JW_OK : JW_ENOMEM;
    if (status == JW_OK) {
        status = ZSTD_decompress(plain, n, stored.p, stored.n) == n
                     ? take_symbols(f, jw_str_of(plain, n))
                     : JW_ECORRUPT;
    }
    free(plain);
    if (status != JW_OK) {
        jw_text_form_release(f);
    }
    return status;
}

/* ---- codes ---- */

static unsigned char *put_code(unsigned char *p, uint32_t code)
{
    p[0] = (unsigned char)code;
    p[1] = (unsigned char)(code >> 8);
    return p + JW_TEXT_CODE_BYTES;
}

static uint32_t code_at(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8;
}

void jw_text_code(const struct jw_text_form *f, struct jw_str text, struct jw_buf *out)
{
    /* At most six bytes a byte: an ASCII character that is no symbol. */
    if (text.n == 0 || jw_buf_reserve(out, text.n * ESCAPE_BYTES) != JW_OK) {
        return;
    }
    unsigned char *p = (unsigned char *)out->data + out->len;
    const unsigned char *from = (const unsigned char *)text.p;
    const unsigned char *end = from + text.n;
    while (from < end) {
        uint32_t code = 0;
        const unsigned char *next = jw_text_trie_match(&f->trie, from, end, &code);
        if (next) {
            p = put_code(p, code);
            from = next;
        } else {
            uint32_t cp = jw_utf8_next(&from, end);
            p = put_code(p, ESCAPE);
            p = put_code(p, cp >> 16);
            p = put_code(p, cp & 0xFFFF);
        }
    }
    out->len = (size_t)((char *)p - out->data);
}

/* The code point of an escape at p, or CODE_POINTS. */
static uint32_t escaped(const unsigned char *p, const unsigned char *end)
{
    if (end - p < ESCAPE_BYTES) {
        return CODE_POINTS;
    }
    uint32_t cp =
        code_at(p + JW_TEXT_CODE_BYTES) << 16 | code_at(p + 2 * JW_TEXT_CODE_BYTES);
    return cp >= 0xD800 && cp < 0xE000 ? CODE_POINTS : cp;
}

size_t jw_text_decode(const struct jw_text_form *f, struct jw_str codes, char *out,
                      size_t n)
{
    const char *start = out;
    const unsigned char *p = (const unsigned char *)codes.p;
    const unsigned char *end = p + codes.n;
    const char *out_end = out + n;
    while (end - p >= JW_TEXT_CODE_BYTES && out < out_end) {
        uint32_t code = code_at(p);
        if (JW_LIKELY(code < f->n_symbols)) {
            const struct jw_text_symbol *s = &f->symbols[code];
            memcpy(out, s, sizeof *s);
            out += s->n;
            p += JW_TEXT_CODE_BYTES;
            continue;
        }
        uint32_t cp = code == ESCAPE ? escaped(p, end) : CODE_POINTS;
        if (cp >= CODE_POINTS) {
            return SIZE_MAX;
        }
        out += jw_utf8_encode(cp, out);
        p += ESCAPE_BYTES;
    }
    return p == end && out <= out_end ? (size_t)(out - start) : SIZE_MAX;
}
