/*
 * text_form.h - how a segment writes its texts: short codes for its frequent
 * characters, then zstd with a dictionary of its own.
 *
 *     code          the character of rank
 *     0 ... 127     that number
 *     128 ... 254   128 + (that - 128) * 256 + the next byte
 *     255           none: three bytes of code point follow, big-endian
 *
 * Ranks are by frequency in a sample of the text.  A Chinese character then
 * takes 1 or 2 bytes instead of 3, and what zstd sees is half as long: docs/glass.md
 * has what was measured against UTF-8, UTF-16, and either with zstd.
 */
#ifndef JW_INDEX_TEXT_FORM_H
#define JW_INDEX_TEXT_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

/** A character as UTF-8. */
struct jw_text_char {
    char bytes[4];
    uint32_t n;
};

/** All zero is "none": text stays UTF-8.  Read-only once made, for all threads. */
struct jw_text_form {
    /** By rank. */
    uint32_t *code_points;
    struct jw_text_char *chars;
    size_t n_chars;
    /** By code point of the BMP: rank + 1, or 0. */
    uint16_t *ranks;
    char *dictionary;
    size_t dictionary_bytes;
    ZSTD_CDict *compress;
    ZSTD_DDict *decompress;
};

/** A record before it is packed: its head is bytes, the rest text. */
struct jw_plain {
    struct jw_str bytes;
    size_t n_head;
};

void jw_text_form_release(struct jw_text_form *f);

static inline bool jw_text_form_exists(const struct jw_text_form *f)
{
    return f->decompress != NULL;
}

/** Make the form that suits a sample; a small sample gives none.  @return JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_text_form_train(struct jw_text_form *f,
                                                const struct jw_plain *sample, size_t n);

/** Write the ranks as they are stored; f->dictionary is stored as it is. */
void jw_text_form_encode_chars(const struct jw_text_form *f, struct jw_buf *out);

/** Read a stored form, for reading only.  @return JW_ECORRUPT, JW_ENOMEM. */
JW_MUST_CHECK enum jw_status
jw_text_form_load(struct jw_text_form *f, struct jw_str chars, struct jw_str dictionary);

/** Append the codes of a text, which is valid UTF-8. */
void jw_text_code(const struct jw_text_form *f, struct jw_str text, struct jw_buf *out);

/** Bytes behind the text that jw_text_decode() may write to. */
enum {
    JW_TEXT_SLACK_BYTES = 4
};

/**
 * @param codes  a byte behind them can be read.
 * @param out  receives n bytes of text; has room for JW_TEXT_SLACK_BYTES more.
 * @return whether the codes gave just n bytes.
 */
JW_MUST_CHECK bool jw_text_decode(const struct jw_text_form *f, struct jw_str codes,
                                  char *out, size_t n);

#endif
