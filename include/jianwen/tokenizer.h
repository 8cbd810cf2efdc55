/*
 * tokenizer.h - cut text into the terms of the index.
 *
 * Indexer and server call this one routine, with a mode, so that a query can
 * only ask for terms that a document is able to hold.
 *
 * A CJK run (units of class JW_UNIT_CJK) of a document gives its overlapping
 * pairs and its last character:
 *
 *      齿轮城。        齿轮  轮城  城
 *
 * so every character of a document begins a term, and one character is the
 * prefix query 城*.  In a query a run of two or more gives its pairs only.
 *
 * A word is a maximal run of letters and digits, whole: covid, 19, 5g.  Words
 * that one of the characters . , : - / _ ' & + @ joins also give the joined
 * pair: 3.5  covid-19  gb/t.  A document gives the pair also where the joiner
 * is full-width or has white space beside it; a query only where it is ASCII
 * and stands close.  So whatever a query asks for, a document with the same
 * key form has.
 *
 * Two kinds are other ways to write what they lie over, for a query to ask for
 * instead: the parts of a word that mixes letters and digits, together (5g: 5,
 * g), and an alias (1,234: 1234; wi-fi: wifi; the year 二〇二一年: 2021).
 * docs/text.md has the table and the reasons.
 */
#ifndef JIANWEN_TOKENIZER_H
#define JIANWEN_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/normalize.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

enum jw_token_mode {
    JW_TOKENS_DOCUMENT,
    JW_TOKENS_QUERY
};

enum jw_token_kind {
    /** Two neighbours of a CJK run: cp[0], cp[1]. */
    JW_TOKEN_BIGRAM,
    /** The last character of a run, or the only one: cp[0]. */
    JW_TOKEN_CHAR,
    /** A whole word. */
    JW_TOKEN_WORD,
    /** Two words and the character that joins them. */
    JW_TOKEN_PAIR,
    /** A letters-only or digits-only part of a mixed word. */
    JW_TOKEN_PART,
    /** Another way to write it: 1234 for 1,234, wifi for wi-fi, 2021 for the
     *  first four characters of 二〇二一年. */
    JW_TOKEN_ALIAS
};

/** Longest word part of a term, in code points: 60 * 4 bytes < 245. */
enum {
    JW_TOKEN_WORD_CHARS = 60
};
/** Longest term, in bytes; Xapian's glass backend takes 245. */
enum {
    JW_TERM_MAX_BYTES = 245
};

struct jw_token {
    enum jw_token_kind kind;
    /** JW_TOKEN_BIGRAM and JW_TOKEN_CHAR: their code points; else 0. */
    uint32_t cp[2];
    /** The other kinds: UTF-8, borrowed until the callback returns. */
    struct jw_str word;
    /** Bytes of the original text that the token came from. */
    uint32_t start;
    uint32_t end;
    /** JW_TOKEN_BIGRAM and JW_TOKEN_CHAR: whether one original character gave cp[0] and
     *  what stands before it, cp[0] and what stands behind it (a bigram: cp[1]); as ㍻
     *  gives 平 and 成.  No match begins, or ends, there (jw_units_find()). */
    bool split_before;
    bool split_behind;
};

/** Anything but JW_OK stops the walk and is handed to the caller. */
typedef enum jw_status (*jw_token_fn)(const struct jw_token *token, void *arg);

/**
 * Call emit once for each token: runs and words in the order of the text; the
 * tokens of one word (its parts, itself, its pair) in no order that counts.
 *
 * @param text  UTF-8; ill-formed bytes end a run and give no token.
 * @return JW_OK, or what emit returned.
 */
JW_MUST_CHECK enum jw_status jw_tokenize(struct jw_str text, enum jw_token_mode mode,
                                         jw_token_fn emit, void *arg);

/** As jw_tokenize(), for text that is normalised already. */
JW_MUST_CHECK enum jw_status jw_tokenize_units(const struct jw_unit *units, size_t n,
                                               struct jw_str text,
                                               enum jw_token_mode mode, jw_token_fn emit,
                                               void *arg);

/** Two characters of a CJK run, folded, and how often they stand there. */
struct jw_bigram_count {
    uint32_t cp[2];
    uint32_t n;
};

enum {
    JW_BIGRAM_MAY_BITS = 4096
};

/** What is counted in many texts. */
struct jw_bigram_counter {
    struct jw_bigram_count *counts;
    size_t n;
    /** By a character's low bits: whether it may fold to one of the bigrams'. */
    uint64_t may[JW_BIGRAM_MAY_BITS / 64];
};

/** @param counts  n bigrams, all different; borrowed. */
void jw_bigram_counter_make(struct jw_bigram_counter *c, struct jw_bigram_count *counts,
                            size_t n) JW_NOEXCEPT;

/**
 * Count bigrams of a document: how often jw_tokenize() gives each of them.
 *
 * @param c  the n of its counts are set.
 * @return JW_OK or JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_count_bigrams(const struct jw_bigram_counter *c,
                                              struct jw_str text) JW_NOEXCEPT;

/**
 * Write the index term of a token.
 *
 * @param out  room for JW_TERM_MAX_BYTES.
 * @return bytes written.
 */
size_t jw_token_term(const struct jw_token *token,
                     char out[JW_TERM_MAX_BYTES]) JW_NOEXCEPT;

/** @return the kind's name in lower case ("bigram"); never NULL. */
const char *jw_token_kind_name(enum jw_token_kind kind) JW_NOEXCEPT;

/**
 * The fingerprint of the whole analysis: schema of terms, fold table, Unicode
 * version of utf8proc.  Stored in an index; another fingerprint means that
 * the index has to be built anew.
 *
 * @return static ASCII, the same at every call.
 */
const char *jw_text_fingerprint(void) JW_NOEXCEPT;

JW_END_DECLS

#endif
