#include "text_form.h"

#include <stdlib.h>
#include <string.h>
#include <zdict.h>

#include "jianwen/utf8.h"

enum {
    BMP = 0x10000,
    CODE_POINTS = 0x110000,
    /* One byte below this, two bytes below JW_NO_RANK. */
    TWO_BYTES = 128, /* its bit tells them apart */
    NO_RANK = 255,
    RANKS_MAX = TWO_BYTES + (NO_RANK - TWO_BYTES) * 256,
    /* Level 5 takes a twelfth off level 3 and runs at 120 MB/s instead of 200;
     * level 9 takes a fiftieth more and runs at 40. */
    LEVEL = 5,
    /* More than this gains nothing: 112 KB is zstd's own default. */
    DICTIONARY_MAX_BYTES = 112 << 10,
    /* A dictionary takes at most this part of what it is made from. */
    DICTIONARY_SHARE = 16,
    SAMPLE_MIN_BYTES = 64 << 10,
    /* What the dictionary's statistics are made from. */
    STATISTICS_BYTES = 2 << 20,
    /* The dictionary takes this much of one record at most. */
    PIECE_BYTES = 2 << 10,
    DICTIONARY_HEAD_BYTES = 3 << 10
};

void jw_text_form_release(struct jw_text_form *f)
{
    free(f->code_points);
    free(f->chars);
    free(f->ranks);
    free(f->dictionary);
    ZSTD_freeCDict(f->compress);
    ZSTD_freeDDict(f->decompress);
    memset(f, 0, sizeof *f);
}

/* ---- ranks ---- */

struct counted {
    uint32_t code_point;
    uint32_t n;
};

static int most_first(const void *a, const void *b)
{
    const struct counted *x = a;
    const struct counted *y = b;
    if (x->n != y->n) {
        return x->n > y->n ? -1 : 1;
    }
    return x->code_point < y->code_point ? -1 : x->code_point > y->code_point;
}

static enum jw_status set_ranks(struct jw_text_form *f)
{
    f->ranks = calloc(BMP, sizeof *f->ranks);
    f->chars = calloc(f->n_chars + 1, sizeof *f->chars);
    if (!f->ranks || !f->chars) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < f->n_chars; i++) {
        f->ranks[f->code_points[i]] = (uint16_t)(i + 1);
        f->chars[i].n = (uint32_t)jw_utf8_encode(f->code_points[i], f->chars[i].bytes);
    }
    return JW_OK;
}

static struct jw_str text_of(const struct jw_plain *p)
{
    return jw_str_slice(p->bytes, p->n_head, p->bytes.n);
}

static enum jw_status count_chars(struct jw_text_form *f, const struct jw_plain *sample,
                                  size_t n)
{
    struct counted *counts = calloc(BMP, sizeof *counts);
    f->code_points = calloc(RANKS_MAX, sizeof *f->code_points);
    enum jw_status status = counts && f->code_points ? JW_OK : JW_ENOMEM;
    for (uint32_t cp = 0; cp < BMP && status == JW_OK; cp++) {
        counts[cp].code_point = cp;
    }
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        struct jw_str text = text_of(&sample[i]);
        const unsigned char *p = (const unsigned char *)text.p;
        const unsigned char *end = p + text.n;
        while (p < end) {
            uint32_t cp = jw_utf8_next(&p, end);
            if (cp < BMP) {
                counts[cp].n++;
            }
        }
    }
    if (status == JW_OK) {
        qsort(counts, BMP, sizeof *counts, most_first);
        while (f->n_chars < RANKS_MAX && counts[f->n_chars].n > 0) {
            f->code_points[f->n_chars] = counts[f->n_chars].code_point;
            f->n_chars++;
        }
        status = set_ranks(f);
    }
    free(counts);
    return status;
}

void jw_text_form_encode_chars(const struct jw_text_form *f, struct jw_buf *out)
{
    for (size_t i = 0; i < f->n_chars; i++) {
        jw_buf_add_varint(out, f->code_points[i]);
    }
}

/* ---- the dictionary ---- */

/* The sample as it will be packed, record by record. */
struct coded {
    struct jw_buf bytes;
    size_t *sizes;
    size_t n;
};

static enum jw_status code_sample(const struct jw_text_form *f,
                                  const struct jw_plain *sample, size_t n,
                                  struct coded *out)
{
    out->sizes = calloc(n + 1, sizeof *out->sizes);
    if (!out->sizes) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        size_t at = out->bytes.len;
        jw_buf_add(&out->bytes, sample[i].bytes.p, sample[i].n_head);
        jw_text_code(f, text_of(&sample[i]), &out->bytes);
        out->sizes[out->n++] = out->bytes.len - at;
    }
    return jw_buf_status(&out->bytes);
}

/* Pieces of records all over the sample, n bytes or a little less. */
static void put_content(const struct coded *coded, size_t n, struct jw_buf *out)
{
    size_t every = coded->bytes.len / n + 1;
    size_t due = 0;
    size_t at = 0;
    for (size_t i = 0; i < coded->n; i++) {
        size_t size = coded->sizes[i];
        size_t piece = size < PIECE_BYTES ? size : PIECE_BYTES;
        if (at >= due && out->len + piece <= n) {
            jw_buf_add(out, coded->bytes.data + at, piece);
            due += piece * every;
        }
        at += size;
    }
}

static enum jw_status make_dictionary(struct jw_text_form *f, const struct coded *coded)
{
    ZDICT_params_t params = {LEVEL, 0, 0};
    struct jw_buf content;
    size_t most = coded->bytes.len / DICTIONARY_SHARE;
    most = most < DICTIONARY_MAX_BYTES ? most : DICTIONARY_MAX_BYTES;
    size_t n_statistics = 0;
    size_t bytes = 0;
    while (n_statistics < coded->n && bytes < STATISTICS_BYTES) {
        bytes += coded->sizes[n_statistics++];
    }
    jw_buf_init(&content, most);
    put_content(coded, most - DICTIONARY_HEAD_BYTES, &content);
    f->dictionary = malloc(most);
    enum jw_status status = f->dictionary ? jw_buf_status(&content) : JW_ENOMEM;
    if (status == JW_OK) {
        size_t n = ZDICT_finalizeDictionary(f->dictionary, most, content.data,
                                            content.len, coded->bytes.data, coded->sizes,
                                            (unsigned)n_statistics, params);
        /* A sample that nothing can be made of is no failure. */
        f->dictionary_bytes = ZDICT_isError(n) ? 0 : n;
    }
    jw_buf_release(&content);
    return status;
}

enum jw_status jw_text_form_train(struct jw_text_form *f, const struct jw_plain *sample,
                                  size_t n)
{
    struct coded coded = {.n = 0};
    jw_buf_init(&coded.bytes, SIZE_MAX / 4);
    enum jw_status status = count_chars(f, sample, n);
    if (status == JW_OK) {
        status = code_sample(f, sample, n, &coded);
    }
    if (status == JW_OK && coded.bytes.len >= SAMPLE_MIN_BYTES) {
        status = make_dictionary(f, &coded);
    }
    if (status == JW_OK && f->dictionary_bytes) {
        f->compress = ZSTD_createCDict(f->dictionary, f->dictionary_bytes, LEVEL);
        f->decompress = ZSTD_createDDict(f->dictionary, f->dictionary_bytes);
        status = f->compress && f->decompress ? JW_OK : JW_ENOMEM;
    }
    if (status != JW_OK || !f->dictionary_bytes) {
        jw_text_form_release(f);
    }
    jw_buf_release(&coded.bytes);
    free(coded.sizes);
    return status;
}

static enum jw_status load_chars(struct jw_text_form *f, struct jw_str stored)
{
    const unsigned char *p = (const unsigned char *)stored.p;
    const unsigned char *end = p + stored.n;
    f->code_points = calloc(RANKS_MAX, sizeof *f->code_points);
    if (!f->code_points) {
        return JW_ENOMEM;
    }
    while (p < end) {
        uint64_t cp = 0;
        if (jw_varint_read(&p, end, &cp) != JW_OK || cp >= BMP ||
            (cp >= 0xD800 && cp < 0xE000) || f->n_chars == RANKS_MAX) {
            return JW_ECORRUPT;
        }
        f->code_points[f->n_chars++] = (uint32_t)cp;
    }
    return set_ranks(f);
}

enum jw_status jw_text_form_load(struct jw_text_form *f, struct jw_str chars,
                                 struct jw_str dictionary)
{
    enum jw_status status = load_chars(f, chars);
    if (status == JW_OK) {
        f->dictionary_bytes = dictionary.n;
        f->decompress = ZSTD_createDDict(dictionary.p, dictionary.n);
        status = f->decompress ? JW_OK : JW_ECORRUPT;
    }
    if (status != JW_OK) {
        jw_text_form_release(f);
    }
    return status;
}

/* ---- codes ---- */

void jw_text_code(const struct jw_text_form *f, struct jw_str text, struct jw_buf *out)
{
    /* At most four bytes a byte: an ASCII character without a rank. */
    if (text.n == 0 || jw_buf_reserve(out, text.n * 4) != JW_OK) {
        return;
    }
    unsigned char *p = (unsigned char *)out->data + out->len;
    const unsigned char *from = (const unsigned char *)text.p;
    const unsigned char *end = from + text.n;
    while (from < end) {
        uint32_t cp = jw_utf8_next(&from, end);
        uint32_t rank = cp < BMP ? f->ranks[cp] : 0u;
        if (rank == 0) {
            *p++ = NO_RANK;
            *p++ = (unsigned char)(cp >> 16);
            *p++ = (unsigned char)(cp >> 8);
            *p++ = (unsigned char)cp;
        } else if (rank <= TWO_BYTES) {
            *p++ = (unsigned char)(rank - 1);
        } else {
            rank -= TWO_BYTES + 1;
            *p++ = (unsigned char)(TWO_BYTES + (rank >> 8));
            *p++ = (unsigned char)rank;
        }
    }
    out->len = (size_t)((char *)p - out->data);
}

bool jw_text_decode(const struct jw_text_form *f, struct jw_str codes, char *out,
                    size_t n)
{
    const unsigned char *p = (const unsigned char *)codes.p;
    const unsigned char *end = p + codes.n;
    const char *out_end = out + n;
    while (p < end && out < out_end) {
        uint32_t first = *p;
        if (JW_UNLIKELY(first == NO_RANK)) {
            uint32_t cp = end - p < 4 ? CODE_POINTS
                                      : (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
            if (cp >= CODE_POINTS || (cp >= 0xD800 && cp < 0xE000)) {
                return false;
            }
            out += jw_utf8_encode(cp, out);
            p += 4;
            continue;
        }
        /* One byte or two, which no processor foresees: so without a branch. */
        uint32_t two = first >> 7;
        uint32_t rank = first + two * ((first - TWO_BYTES) * 255 + p[two]);
        p += 1 + two;
        if (JW_UNLIKELY(rank >= f->n_chars || p > end)) {
            return false;
        }
        memcpy(out, f->chars[rank].bytes, sizeof f->chars[rank].bytes);
        out += f->chars[rank].n;
    }
    return p == end && out == out_end;
}
