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
 * end.  Nothing is a database before jw_glass_finish() has returned.
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

/** Go on with the next document; the first one needs it, too. */
void jw_inverter_next_document(struct jw_inverter *v) JW_NOEXCEPT;

/**
 * Note an occurrence of the term of two code points in the present document.
 * A failure is kept and told by jw_inverter_flush().
 * @param b  0 for the term of the one code point a.
 */
void jw_inverter_pair(struct jw_inverter *v, uint32_t a, uint32_t b) JW_NOEXCEPT;

/** Note an occurrence of any other term, 1 to 245 bytes without 0x00. */
void jw_inverter_word(struct jw_inverter *v, struct jw_str word) JW_NOEXCEPT;

/** Note a term that counts no occurrences, such as an id. */
void jw_inverter_key(struct jw_inverter *v, struct jw_str key) JW_NOEXCEPT;

/** Bytes of memory that what was noted takes. */
size_t jw_inverter_bytes(const struct jw_inverter *v) JW_NOEXCEPT;

/**
 * Append the run of all documents so far to out, and begin a new stretch.
 * @return JW_OK, or the first failure since the last flush.
 */
JW_MUST_CHECK enum jw_status jw_inverter_flush(struct jw_inverter *v,
                                               struct jw_buf *out) JW_NOEXCEPT;

/** A stretch of documents, inverted. */
struct jw_run {
    /** As jw_inverter_flush() wrote it; borrowed. */
    const unsigned char *bytes;
    size_t n_bytes;
    uint32_t n_docs;
};

/* ---- writing ---- */

struct jw_glass_writer;

/** Begin a database in an empty folder.  Documents count from 1. */
JW_MUST_CHECK enum jw_status jw_glass_open(const char *dir, struct jw_glass_writer **out,
                                           struct jw_error *err) JW_NOEXCEPT;

/** Give up or end; what was written stays for the caller to remove. */
void jw_glass_close(struct jw_glass_writer *w) JW_NOEXCEPT;

/**
 * Store the data of a document; documents ascend, those without data are left
 * out.  A failure is kept and told by jw_glass_finish().
 */
void jw_glass_add_data(struct jw_glass_writer *w, uint32_t docid,
                       struct jw_str data) JW_NOEXCEPT;

struct jw_glass_metadata {
    struct jw_str key;
    struct jw_str value;
};

/** All that jw_glass_finish() brings together. */
struct jw_glass_content {
    /** The documents of each run follow those of the run before. */
    const struct jw_run *runs;
    size_t n_runs;
    /** Length of each document, n_docs of them: the sum over all runs. */
    const uint32_t *lengths;
    uint32_t n_docs;
    /** In any order; keys of 1 to 253 bytes, all different. */
    struct jw_glass_metadata *metadata;
    size_t n_metadata;
};

/** Write everything, synced, the folder too. */
JW_MUST_CHECK enum jw_status jw_glass_finish(struct jw_glass_writer *w,
                                             const struct jw_glass_content *content,
                                             struct jw_error *err) JW_NOEXCEPT;

/**
 * @return whether DIR, a database that the Xapian library at hand has made,
 *         is of the format that is written here.
 */
bool jw_glass_known(const char *dir) JW_NOEXCEPT;

JW_END_DECLS

#endif
