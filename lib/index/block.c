/*
 * Blocks: what is stored of an article, packed (record.h).
 */
#include <string.h>

#include "record.h"

enum {
    CODEC_RAW = 0,
    CODEC_ZSTD = 1,
    CODEC_FORM = 2
};

static enum jw_status too_large(struct jw_error *err, enum jw_status status)
{
    return jw_fail(err, status, "article is too large to store");
}

static enum jw_status pack_codes(struct jw_record_encoder *e,
                                 const struct jw_plain *plain, struct jw_buf *out,
                                 struct jw_error *err)
{
    size_t at = plain->n_head;
    jw_buf_clear(&e->coded);
    jw_buf_clear(&e->counts);
    for (size_t i = 0; i < plain->n_pieces; i++) {
        size_t before = e->coded.len;
        jw_text_code(e->form, jw_str_slice(plain->bytes, at, at + plain->pieces[i]),
                     &e->coded);
        jw_buf_add_varint(&e->counts, e->coded.len - before);
        at += plain->pieces[i];
    }
    jw_buf_add_varint(out, plain->n_head);
    jw_buf_add_varint(out, plain->n_pieces);
    jw_buf_add_str(out, jw_buf_str(&e->counts));
    jw_buf_add(out, plain->bytes.p, plain->n_head);
    jw_buf_add_str(out, jw_buf_str(&e->coded));
    enum jw_status status = jw_buf_status(&e->coded);
    status = status == JW_OK ? jw_buf_status(&e->counts) : status;
    status = status == JW_OK ? jw_buf_status(out) : status;
    return status == JW_OK ? JW_OK : too_large(err, status);
}

static enum jw_status pack_zstd(struct jw_record_encoder *e, struct jw_str in,
                                struct jw_buf *out, struct jw_error *err)
{
    size_t bound = ZSTD_compressBound(in.n);
    enum jw_status status = jw_buf_reserve(out, bound);
    if (status != JW_OK) {
        return too_large(err, status);
    }
    size_t n = ZSTD_compress2(e->zstd, out->data + out->len, bound, in.p, in.n);
    if (ZSTD_isError(n)) {
        return jw_fail(err, JW_EINTERNAL, "cannot compress: %s", ZSTD_getErrorName(n));
    }
    out->len += n;
    return JW_OK;
}

enum jw_status jw_record_pack(struct jw_record_encoder *e, const struct jw_plain *plain,
                              struct jw_buf *out, struct jw_error *err)
{
    size_t start = out->len;
    jw_buf_add_byte(out, e->form ? CODEC_FORM : CODEC_ZSTD);
    jw_buf_add_varint(out, plain->bytes.n);
    size_t head = out->len;
    enum jw_status status =
        e->form ? pack_codes(e, plain, out, err) : pack_zstd(e, plain->bytes, out, err);
    if (status != JW_OK || out->len - head < plain->bytes.n) {
        return status;
    }
    out->len = start;
    jw_buf_add_byte(out, CODEC_RAW);
    jw_buf_add_varint(out, plain->bytes.n);
    jw_buf_add_str(out, plain->bytes);
    return jw_buf_status(out);
}

/* ---- unpacking ---- */

static enum jw_status corrupt(struct jw_error *err)
{
    return jw_fail(err, JW_ECORRUPT,
                   "the index is damaged: a stored article cannot be read; build it "
                   "anew with `jianwen-indexer build`, or restore a backup");
}

/* Numbers are mostly of one byte, or of two.  The pointer that is handed on is another
 * one: the caller's stays in a register. */
JW_INLINE bool next_number(const unsigned char **p, const unsigned char *end, uint64_t *v)
{
    const unsigned char *q = *p;
    if (JW_LIKELY(end - q >= 2 && (q[0] < 0x80 || q[1] < 0x80))) {
        bool two = q[0] >= 0x80;
        *v = (q[0] & 0x7Fu) | (two ? (uint64_t)q[1] << 7 : 0);
        *p = q + 1 + two;
        return true;
    }
    enum jw_status status = jw_varint_read(&q, end, v);
    *p = q;
    return status == JW_OK;
}

/* A block in a segment's form, cut into its parts. */
struct coded_block {
    struct jw_str head;
    struct jw_str codes;
};

/* @param p  behind the block's length before packing. */
static bool cut_block(const unsigned char *p, const unsigned char *end,
                      struct coded_block *out)
{
    uint64_t n_head = 0;
    uint64_t n_pieces = 0;
    if (!next_number(&p, end, &n_head) || !next_number(&p, end, &n_pieces)) {
        return false;
    }
    for (uint64_t i = 0; i < n_pieces; i++) {
        uint64_t n = 0;
        if (!next_number(&p, end, &n)) {
            return false;
        }
    }
    if (n_head > (uint64_t)(end - p)) {
        return false;
    }
    out->head = jw_str_of((const char *)p, (size_t)n_head);
    p += n_head;
    out->codes = jw_str_of((const char *)p, (size_t)(end - p));
    return true;
}

enum jw_status jw_block_codes(struct jw_str bytes, size_t i, struct jw_str *codes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    const unsigned char *end = p + bytes.n;
    uint64_t n = 0;
    uint64_t n_head = 0;
    uint64_t n_pieces = 0;
    uint64_t before = 0;
    uint64_t wanted = 0;
    if (bytes.n == 0 || *p++ != CODEC_FORM) {
        return JW_ENOTFOUND;
    }
    if (!next_number(&p, end, &n) || !next_number(&p, end, &n_head) ||
        !next_number(&p, end, &n_pieces)) {
        return JW_ECORRUPT;
    }
    i += n_head > 0; /* the facts are a piece, too */
    if (i >= n_pieces) {
        return JW_ENOTFOUND;
    }
    for (uint64_t k = 0; k < n_pieces; k++) {
        if (!next_number(&p, end, &n) || n > bytes.n) {
            return JW_ECORRUPT;
        }
        before += k < i ? n : 0;
        wanted = k == i ? n : wanted;
    }
    uint64_t left = (uint64_t)(end - p);
    if (n_head > left || before > left - n_head || wanted > left - n_head - before) {
        return JW_ECORRUPT;
    }
    *codes = jw_str_of((const char *)p + n_head + before, (size_t)wanted);
    return JW_OK;
}

/* Undo the form: bytes holds the rest of a block, out has room for n and slack. */
static enum jw_status decode_form(const struct jw_text_form *form,
                                  const struct coded_block *block, char *out, size_t n)
{
    memcpy(out, block->head.p, block->head.n);
    size_t n_text = n - block->head.n;
    size_t got = jw_text_decode(form, block->codes, out + block->head.n, n_text);
    return got == n_text ? JW_OK : JW_ECORRUPT;
}

static enum jw_status decode_zstd(struct jw_record_decoder *d, struct jw_str bytes,
                                  char *out, size_t n)
{
    bool good = ZSTD_decompressDCtx(d->zstd, out, n, bytes.p, bytes.n) == n;
    return good ? JW_OK : JW_ECORRUPT;
}

/* What the bytes claim to be is what they can be, before memory is taken for it. */
static bool codes_fit(const struct coded_block *block, uint64_t n)
{
    uint64_t n_codes = block->codes.n / JW_TEXT_CODE_BYTES;
    return n >= block->head.n && n - block->head.n <= n_codes * JW_TEXT_SYMBOL_BYTES;
}

enum jw_status jw_block_decode(struct jw_record_decoder *d,
                               const struct jw_text_form *form, struct jw_str bytes,
                               struct jw_arena *arena, struct jw_str *plain,
                               struct jw_error *err)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    const unsigned char *end = p + bytes.n;
    struct coded_block block;
    uint64_t n = 0;
    if (bytes.n == 0) {
        return corrupt(err);
    }
    unsigned codec = *p++;
    bool good = jw_varint_read(&p, end, &n) == JW_OK && n <= JW_RECORD_MAX_BYTES;
    struct jw_str rest = jw_str_of((const char *)p, (size_t)(end - p));
    if (codec == CODEC_RAW) {
        good = good && rest.n == n;
    } else if (codec == CODEC_ZSTD) {
        good = good && ZSTD_getFrameContentSize(rest.p, rest.n) == n;
    } else {
        good = good && codec == CODEC_FORM && jw_text_form_exists(form) &&
               cut_block(p, end, &block) && codes_fit(&block, n);
    }
    if (!good) {
        return corrupt(err);
    }
    char *out = jw_arena_alloc(arena, n + JW_TEXT_SLACK_BYTES);
    enum jw_status status = out ? JW_OK : JW_ENOMEM;
    if (status == JW_OK && codec == CODEC_RAW) {
        memcpy(out, p, n);
    } else if (status == JW_OK) {
        status = codec == CODEC_ZSTD ? decode_zstd(d, rest, out, n)
                                     : decode_form(form, &block, out, n);
    }
    if (status != JW_OK) {
        return status == JW_ECORRUPT
                   ? corrupt(err)
                   : jw_fail(err, JW_ENOMEM, "not enough memory for a stored article");
    }
    *plain = jw_str_of(out, n);
    return JW_OK;
}

enum jw_status jw_block_decode_facts(const struct jw_text_form *form, struct jw_str bytes,
                                     struct jw_arena *arena, struct jw_str *plain,
                                     struct jw_error *err)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    const unsigned char *end = p + bytes.n;
    struct coded_block block;
    struct jw_str title;
    uint64_t n = 0;
    enum jw_status status =
        jw_text_form_exists(form) ? jw_block_codes(bytes, 0, &title) : JW_ENOTFOUND;
    if (status != JW_OK) {
        return status == JW_ECORRUPT ? corrupt(err) : status;
    }
    p++; /* the codec */
    if (jw_varint_read(&p, end, &n) != JW_OK || !cut_block(p, end, &block) ||
        block.head.n == 0) {
        return corrupt(err);
    }
    /* The facts' codes, then the title's. */
    struct jw_str codes = block.codes;
    codes.n = (size_t)(title.p + title.n - codes.p);
    size_t room = codes.n / JW_TEXT_CODE_BYTES * JW_TEXT_SYMBOL_BYTES;
    char *out = jw_arena_alloc(arena, block.head.n + room + JW_TEXT_SLACK_BYTES);
    if (!out) {
        return jw_fail(err, JW_ENOMEM, "not enough memory for a stored article");
    }
    memcpy(out, block.head.p, block.head.n);
    size_t got = jw_text_decode(form, codes, out + block.head.n, room);
    if (got == SIZE_MAX) {
        return corrupt(err);
    }
    *plain = jw_str_of(out, block.head.n + got);
    return JW_OK;
}
