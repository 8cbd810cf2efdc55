/*
 * encoding.h - text files of any usual Chinese encoding, made UTF-8.
 *
 * Found without being told: UTF-8, UTF-16 of both byte orders, GB18030 (and
 * with it GBK and GB 2312), Big5 and Big5-HKSCS, each with or without a byte
 * order mark.  Every other encoding that iconv knows can be named.
 *
 * How it is found: a byte order mark decides; else bytes that are well-formed
 * UTF-8 without control characters are UTF-8; else the bytes are read in each
 * encoding and the reading wins whose characters are the most usual ones.
 * docs/text.md has the cost table and how often it errs.
 */
#ifndef JIANWEN_ENCODING_H
#define JIANWEN_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

enum {
    JW_ENCODING_NAME_BYTES = 32
};

struct jw_encoding_options {
    /** The encoding, in any case ("big5", "UTF-16LE", "Shift_JIS"); NULL: find it. */
    const char *name;
    /** Write U+FFFD for what cannot be read, instead of refusing the text. */
    bool repair;
};

struct jw_encoding_result {
    /** The encoding the bytes were read in: "UTF-8", "GB18030", "Big5-HKSCS". */
    char name[JW_ENCODING_NAME_BYTES];
    /** U+FFFD written by repair; 0 without. */
    size_t replaced;
};

/**
 * Append the text of a file as UTF-8, without its byte order mark.
 *
 * Refused as JW_EENCODING, with out as it was: bytes that the encoding does
 * not have, and NUL characters, with the byte offset of the first (unless
 * opt->repair); and, repair or not, bytes that are no text: more than a
 * tenth of it would be control characters or replaced ones, or no encoding
 * that is tried makes usual characters of them.
 *
 * @param bytes  the whole file.
 * @param opt    NULL: find the encoding, no repair.
 * @param res    may be NULL.
 * @return JW_OK, JW_EENCODING; JW_EINVAL when opt->name is no encoding;
 *         JW_ENOMEM, JW_ELIMIT from out.
 */
JW_MUST_CHECK enum jw_status jw_encoding_to_utf8(struct jw_str bytes,
                                                 const struct jw_encoding_options *opt,
                                                 struct jw_buf *out,
                                                 struct jw_encoding_result *res,
                                                 struct jw_error *err) JW_NOEXCEPT;

/** @return whether opt->name may be `name`; for checking a setting at the start. */
bool jw_encoding_known(const char *name) JW_NOEXCEPT;

JW_END_DECLS

#endif
