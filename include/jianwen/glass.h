/*
 * glass.h - write a Xapian database in one go, without Xapian.
 *
 * Xapian's own writer keeps a map node for each posting and rewrites blocks
 * again and again.  For a database that is made once from many documents and
 * then only read, it is many times faster to invert the documents by sorting
 * and to write each table from its leaves upward.  The result is a database
 * like any other: docs/glass.md has the format and how it is checked.
 *
 *     documents -> inverter -> run \
 *     documents -> inverter -> run -> glass writer -> postlist, docdata, iamglass
 *     documents -> inverter -> run /
 *
 * Each thread has an inverter of its own; runs are brought together at the
 * end, those beyond a limit of memory from disk.  Nothing is a database before
 * jw_glass_finish() has returned.
 */
#ifndef JIANWEN_GLASS_H
#define JIANWEN_GLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

/* ---- inverting ---- */

struct jw_inverter;

/**
 * @param n_pairs  pair postings that there is room for before it has to grow.
 * @return NULL when memory runs out.
 */
struct jw_inverter *jw_inverter_new(size_t n_pairs) JW_NOEXCEPT;
void jw_inverter_free(struct jw_inverter *v) JW_NOEXCEPT;

enum {
    /** Documents of a run. */
    JW_INVERTER_DOCS_MAX = 1 << 21
};

/** Go on with the next document; the first one needs it, too.  One too many fails, which
 *  is told by jw_inverter_flush(). */
void jw_inverter_next_document(struct jw_inverter *v) JW_NOEXCEPT;

/**
 * Note an occurrence of the term of two code points in the present document.  Its
 * posting gets the number that signature.h has; the pair noted before it is what stands
 * before it, when it ends with a.
 * A failure is kept and told by jw_inverter_flush().
 * @param b  0 for the term of the one code point a.
 */
void jw_inverter_pair(struct jw_inverter *v, uint32_t a, uint32_t b) JW_NOEXCEPT;

/** Note an occurrence of any other term, 1 to 245 bytes without 0x00. */
void jw_inverter_word(struct jw_inverter *v, struct jw_str word) JW_NOEXCEPT;

/** Note a term that counts no occurrences, such as an id. */
void jw_inverter_key(struct jw_inverter *v, struct jw_str key) JW_NOEXCEPT;

/**
 * Say of the pair noted last that no n-gram may begin with it, or that none may end
 * with its first character.  Of a pair with a character beyond the BMP nothing is kept.
 */
void jw_inverter_split(struct jw_inverter *v, bool before, bool behind) JW_NOEXCEPT;

/** A pair of characters, and what jw_inverter_split() would be told of it. */
struct jw_char_pair {
    uint32_t a;
    uint32_t b;
    bool split_before;
    bool split_behind;
};

/**
 * Say what stands before the pair that is noted next, where that is not the pair noted
 * last: pairs of the present document that are noted already, in the order of the
 * text.  N-grams and signatures go across them; nothing is counted.
 */
void jw_inverter_join(struct jw_inverter *v, const struct jw_char_pair *pairs,
                      size_t n) JW_NOEXCEPT;

/** Which n-grams of BMP characters are frequent: those of three characters and more
 *  (two are a pair) that so many documents hold. */
struct jw_ngram_bounds {
    uint32_t most_chars;
    /** Of three characters, of more; the latter is no less. */
    uint32_t least_trigram;
    uint32_t least_longer;
    /** An n-gram's occurrences in a document go no further: 0 to 255. */
    uint32_t most_again;
};

/**
 * Add a term, the prefix and its characters, for each n-gram that is frequent in the
 * documents so far; before jw_inverter_flush().
 *
 * As occurrences in a document the term counts how often again the pair of it stands
 * there that stands there most often: 0 where each pair stands once.  A failure is told
 * by the flush.
 */
void jw_inverter_ngrams(struct jw_inverter *v, char prefix,
                        const struct jw_ngram_bounds *bounds) JW_NOEXCEPT;

/** @return of each document of the run that was flushed last the sum of its postings'
 *          numbers: its length, as Xapian has it; until more is noted. */
const uint32_t *jw_inverter_lengths(const struct jw_inverter *v) JW_NOEXCEPT;

/** Bytes of memory that what was noted takes. */
size_t jw_inverter_bytes(const struct jw_inverter *v) JW_NOEXCEPT;

/**
 * Append the run of all documents so far to out, and begin a new stretch.
 * @return JW_OK, or the first failure since the last flush.
 */
JW_MUST_CHECK enum jw_status jw_inverter_flush(struct jw_inverter *v,
                                               struct jw_buf *out) JW_NOEXCEPT;

/* ---- writing ---- */

struct jw_glass_writer;

/**
 * Begin a database in an empty folder.  Documents count from 1.
 * @param memory_bytes  what runs may take in memory; beyond it they are merged and
 *                      put aside in a file in dir, which has no name.
 */
JW_MUST_CHECK enum jw_status jw_glass_open(const char *dir, uint64_t memory_bytes,
                                           struct jw_glass_writer **out,
                                           struct jw_error *err) JW_NOEXCEPT;

/** Give up or end; what was written stays for the caller to remove. */
void jw_glass_close(struct jw_glass_writer *w) JW_NOEXCEPT;

/**
 * Add a stretch of documents behind those before.
 * @param run      as jw_inverter_flush() wrote it; its bytes are taken over.
 * @param lengths  of each of the n_docs documents; borrowed.
 */
JW_MUST_CHECK enum jw_status jw_glass_add_run(struct jw_glass_writer *w,
                                              struct jw_buf *run, const uint32_t *lengths,
                                              uint32_t n_docs,
                                              struct jw_error *err) JW_NOEXCEPT;

/**
 * Store the data of a document; documents ascend, those without data are left
 * out.  A failure is kept and told by jw_glass_finish().
 */
void jw_glass_add_data(struct jw_glass_writer *w, uint32_t docid,
                       struct jw_str data) JW_NOEXCEPT;

enum {
    JW_CHAMPIONS_MAX = 64
};

/** What champion lists are made of (Manning, Raghavan, Schuetze, Introduction to
 *  Information Retrieval, 7.1.3): of a pair of characters the documents that come first,
 *  which hold it most often, of these the latest, of these the first. */
struct jw_champion_rule {
    /** Before the pair in the list's term; greater than the first byte of any term. */
    unsigned char prefix;
    /** Documents of a list: 1 to JW_CHAMPIONS_MAX. */
    uint32_t n;
    /** A pair that fewer documents hold has none, nor has one that stands in any more
     *  often than that. */
    uint32_t least_docs;
    uint32_t most_often;
    /** By document / n_together: none of these documents has a later date. */
    const uint32_t *newest;
    uint32_t n_together;
    /** @return the date of a document: greater is later. */
    uint32_t (*date_of)(uint32_t docid, void *arg);
    void *arg;
};

/**
 * Write champion lists, too: of pairs of jw_inverter_pair(), and of any other terms that
 * are two characters of three bytes or more.  Their postings have the same numbers as in
 * the pair's own list.
 * @param rule  borrowed until jw_glass_finish() is done.
 */
void jw_glass_champions(struct jw_glass_writer *w,
                        const struct jw_champion_rule *rule) JW_NOEXCEPT;

/** An entry of the metadata; its value is asked for when its turn has come. */
struct jw_glass_metadata {
    /** 1 to 253 bytes; no two are the same. */
    struct jw_str key;
    size_t number;
};

/** Append the value of entry `number` to out; an entry without one is left out. */
typedef enum jw_status (*jw_glass_value_fn)(size_t number, struct jw_buf *out, void *arg);

/**
 * Write everything, synced, the folder too.
 * @param metadata  n of them, in any order; sorted by the call.
 */
JW_MUST_CHECK enum jw_status jw_glass_finish(struct jw_glass_writer *w,
                                             struct jw_glass_metadata *metadata, size_t n,
                                             jw_glass_value_fn value, void *arg,
                                             struct jw_error *err) JW_NOEXCEPT;

/**
 * @return whether DIR, a database that the Xapian library at hand has made,
 *         is of the format that is written here.
 */
bool jw_glass_known(const char *dir) JW_NOEXCEPT;

JW_END_DECLS

#endif
