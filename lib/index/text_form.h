/*
 * text_form.h - how a segment writes its texts: in symbols, two bytes each.
 *
 *     中国 | 共产党 | 的 | 领导 | ，      a text, cut into symbols
 *     1B07   20C4    88   51F0   9         their codes, 16 bits, least byte first
 *
 * The symbols are the strings of up to 15 bytes that save the most in a sample
 * of the text.  So a character takes a little more than a byte instead of three,
 * any paragraph can be read without those before it, and reading is copying: a
 * third of the time that zstd takes for a block.  A static symbol table as in P. Boncz,
 * T. Neumann, V. Leis, "FSST: Fast Random Access String Compression", PVLDB 13
 * (2020), with codes of 16 bits for a language of thousands of characters.
 * docs/glass.md has what was measured.
 *
 * Code 65,535 says that a code point follows, in two more codes, high half first.
 */
#ifndef JW_INDEX_TEXT_FORM_H
#define JW_INDEX_TEXT_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "jianwen/str.h"
#include "text_trie.h"

enum {
    JW_TEXT_SYMBOL_BYTES = 15,
    JW_TEXT_SYMBOLS_MAX = 65535,
    JW_TEXT_CODE_BYTES = 2,
    /** Bytes behind the text that jw_text_decode() may write to. */
    JW_TEXT_SLACK_BYTES = JW_TEXT_SYMBOL_BYTES + 1
};

/** Whole code points as UTF-8. */
struct jw_text_symbol {
    char bytes[JW_TEXT_SYMBOL_BYTES];
    uint8_t n;
};

/** All zero is "none": text stays UTF-8.  Read-only once made, for all threads. */
struct jw_text_form {
    /** By code, ascending by their bytes. */
    struct jw_text_symbol *symbols;
    size_t n_symbols;
    /** For writing only: empty in a form that was loaded. */
    struct jw_text_trie trie;
};

void jw_text_form_release(struct jw_text_form *f);

static inline bool jw_text_form_exists(const struct jw_text_form *f)
{
    return f->symbols != NULL;
}

/**
 * Make the form that suits a sample; a small sample gives none.
 * @param sample  n texts, valid UTF-8.
 * @return JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_text_form_train(struct jw_text_form *f,
                                                const struct jw_str *sample, size_t n);

/** Append the form as it is stored.  @return JW_ENOMEM, JW_EINTERNAL. */
JW_MUST_CHECK enum jw_status jw_text_form_encode(const struct jw_text_form *f,
                                                 struct jw_buf *out);

/** Read a stored form, for reading only.  @return JW_ECORRUPT, JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_text_form_load(struct jw_text_form *f,
                                               struct jw_str stored);

/**
 * Append the codes of a text.
 * @param f     made, not loaded.
 * @param text  valid UTF-8.
 * @param out   a failure is kept in it.
 */
void jw_text_code(const struct jw_text_form *f, struct jw_str text, struct jw_buf *out);

/**
 * @param out  receives at most n bytes of text; has room for JW_TEXT_SLACK_BYTES more.
 * @return how many; SIZE_MAX when these are no codes, or give more than n.
 */
JW_MUST_CHECK size_t jw_text_decode(const struct jw_text_form *f, struct jw_str codes,
                                    char *out, size_t n);

#endif
