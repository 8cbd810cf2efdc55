/*
 * xap.h - our C binding over libxapian: what an index needs, and no more.
 *
 * The binding knows terms, documents, metadata and bytes; it knows nothing of
 * Chinese, articles or queries.  Everything behind it is C++; no exception
 * crosses it.  Xapian's classes become a status like this:
 *
 *     DatabaseModifiedError                        JW_ESTALE  reopen and repeat
 *     DatabaseLockError                            JW_ELOCKED
 *     DatabaseCorruptError, DatabaseVersionError   JW_ECORRUPT
 *     DatabaseNotFoundError, DocNotFoundError      JW_ENOTFOUND
 *     DatabaseCreateError: there is one already    JW_EINVAL
 *     InvalidArgumentError, RangeError             JW_EINVAL
 *     any DatabaseError, by the failed call:
 *         ENOSPC, EDQUOT, EFBIG                    JW_ENOSPC
 *         ENOENT                                   JW_ENOTFOUND
 *         another errno                            JW_EIO
 *         none (a block that is not there)         JW_ECORRUPT
 *     std::bad_alloc                               JW_ENOMEM
 *     everything else                              JW_EINTERNAL
 *
 * A reader or writer is used by one thread at a time.  Xapian's own counts
 * are not atomic, so two threads share nothing of one reader.
 */
#ifndef JIANWEN_XAP_H
#define JIANWEN_XAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS
JW_EXPORT_BEGIN

/** Longest term, in bytes (Xapian's glass backend: 245; a NUL counts twice). */
enum {
    JW_XAP_TERM_MAX_BYTES = 245
};

struct jw_xap_writer;
struct jw_xap_reader;
struct jw_xap_postings;

/* ---- writing ---- */

enum jw_xap_open_mode {
    /** A new database; it is an error when one is there. */
    JW_XAP_CREATE,
    /** As JW_XAP_CREATE, without term lists: smaller, documents stay for ever,
     *  and it is not opened for writing again. */
    JW_XAP_CREATE_STATIC,
    /** An existing database, made with JW_XAP_CREATE. */
    JW_XAP_OPEN
};

struct jw_xap_term {
    /** 1 to JW_XAP_TERM_MAX_BYTES bytes. */
    struct jw_str term;
    /** How often it stands in the document. */
    uint32_t wdf;
};

/** Open a database for writing; takes Xapian's own write lock. */
JW_MUST_CHECK enum jw_status jw_xap_writer_open(const char *path,
                                                enum jw_xap_open_mode mode,
                                                struct jw_xap_writer **out,
                                                struct jw_error *err) JW_NOEXCEPT;

/*
 * A change that fails inside Xapian drops all changes since the last commit.
 * So after one that failed with anything but JW_EINVAL or JW_ENOTFOUND, every
 * later change and commit fails with the same status, and nothing but
 * jw_xap_writer_close() is left to do.
 */

/** Close without committing: what was not committed is gone.  NULL is fine. */
void jw_xap_writer_close(struct jw_xap_writer *w) JW_NOEXCEPT;

/**
 * Add a document behind the last one.
 *
 * @param terms  a term that is listed twice stands in it as often as both say.
 * @param data   the document's data; empty takes no room.
 * @param docid  receives its number, one more than the last; may be NULL.
 * @return JW_EINVAL when a term is empty or too long; the document is not
 *         added, and the writer goes on as before.
 */
JW_MUST_CHECK enum jw_status jw_xap_writer_add(struct jw_xap_writer *w,
                                               const struct jw_xap_term *terms,
                                               size_t n_terms, struct jw_str data,
                                               uint32_t *docid,
                                               struct jw_error *err) JW_NOEXCEPT;

/**
 * Remove one document.
 * @return JW_ENOTFOUND when there is none; JW_EINVAL in a database that was
 *         made with JW_XAP_CREATE_STATIC.
 */
JW_MUST_CHECK enum jw_status jw_xap_writer_delete(struct jw_xap_writer *w, uint32_t docid,
                                                  struct jw_error *err) JW_NOEXCEPT;

/**
 * Set a metadata value; an empty value removes the key.
 * @param key  1 to JW_XAP_TERM_MAX_BYTES bytes, else JW_EINVAL.
 */
JW_MUST_CHECK enum jw_status jw_xap_writer_set_meta(struct jw_xap_writer *w,
                                                    struct jw_str key,
                                                    struct jw_str value,
                                                    struct jw_error *err) JW_NOEXCEPT;

/**
 * Make all changes durable: Xapian's commit, then fsync of the folder, which
 * Xapian leaves out.  Nothing else commits: the writer's own threshold is
 * switched off.
 */
JW_MUST_CHECK enum jw_status jw_xap_writer_commit(struct jw_xap_writer *w,
                                                  struct jw_error *err) JW_NOEXCEPT;

/* ---- reading ---- */

struct jw_xap_info {
    uint32_t n_docs;
    uint32_t last_docid;
    uint64_t total_length;
    /** Rises with each commit. */
    uint64_t revision;
};

JW_MUST_CHECK enum jw_status jw_xap_reader_open(const char *path,
                                                struct jw_xap_reader **out,
                                                struct jw_error *err) JW_NOEXCEPT;
void jw_xap_reader_close(struct jw_xap_reader *r) JW_NOEXCEPT;

JW_MUST_CHECK enum jw_status jw_xap_reader_info(struct jw_xap_reader *r,
                                                struct jw_xap_info *out,
                                                struct jw_error *err) JW_NOEXCEPT;

/** Append a document's data to out.  @return JW_ENOTFOUND: no such document, or
 *  it has no data. */
JW_MUST_CHECK enum jw_status jw_xap_reader_data(struct jw_xap_reader *r, uint32_t docid,
                                                struct jw_buf *out,
                                                struct jw_error *err) JW_NOEXCEPT;

/** Append a metadata value to out; nothing is appended when there is none.
 *  @param key  not empty, else JW_EINVAL. */
JW_MUST_CHECK enum jw_status jw_xap_reader_meta(struct jw_xap_reader *r,
                                                struct jw_str key, struct jw_buf *out,
                                                struct jw_error *err) JW_NOEXCEPT;

struct jw_xap_term_info {
    /** Documents that hold the term; 0 when none does. */
    uint32_t n_docs;
    /** Most often that it stands in any one document; an upper bound. */
    uint32_t wdf_max;
};

/** An empty term is in no document. */
JW_MUST_CHECK enum jw_status jw_xap_term_stats(struct jw_xap_reader *r,
                                               struct jw_str term,
                                               struct jw_xap_term_info *out,
                                               struct jw_error *err) JW_NOEXCEPT;

/** Must not throw, must not call the reader. @return false to stop the walk. */
typedef bool (*jw_xap_term_fn)(struct jw_str term, uint32_t n_docs, void *arg);

/** Call fn for each term that begins with prefix, in byte order. */
JW_MUST_CHECK enum jw_status jw_xap_terms(struct jw_xap_reader *r, struct jw_str prefix,
                                          jw_xap_term_fn fn, void *arg,
                                          struct jw_error *err) JW_NOEXCEPT;

/* ---- posting lists ---- */

/**
 * Begin to read the postings of a term, in order of document.
 * @param out  NULL when the term has none, or is empty (JW_OK all the same).
 *             Must be closed before the reader is.
 */
JW_MUST_CHECK enum jw_status jw_xap_postings_open(struct jw_xap_reader *r,
                                                  struct jw_str term,
                                                  struct jw_xap_postings **out,
                                                  struct jw_error *err) JW_NOEXCEPT;
void jw_xap_postings_close(struct jw_xap_postings *p) JW_NOEXCEPT;

/**
 * Go to the first posting of document from or a later one, read up to room
 * postings from there.  The walk only goes forward.
 *
 * @param from    0, or a document that was passed already, to read on where
 *                the last call ended.
 * @param docids  receives document numbers, ascending.
 * @param wdfs    receives how often the term stands in each; may be NULL.
 * @param n       receives how many; 0 at the end of the list.
 */
JW_MUST_CHECK enum jw_status jw_xap_postings_read(struct jw_xap_postings *p,
                                                  uint32_t from, uint32_t *docids,
                                                  uint32_t *wdfs, size_t room, size_t *n,
                                                  struct jw_error *err) JW_NOEXCEPT;

/* ---- checking ---- */

/**
 * Check the files of a database block by block, as xapian-check does.
 *
 * @param report    receives what was found, one line a fault.
 * @param n_faults  receives the number of faults.
 */
JW_MUST_CHECK enum jw_status jw_xap_check(const char *path, struct jw_buf *report,
                                          size_t *n_faults,
                                          struct jw_error *err) JW_NOEXCEPT;

/** The version of libxapian in use ("1.4.22"). */
const char *jw_xap_version(void) JW_NOEXCEPT;

JW_EXPORT_END
JW_END_DECLS

#endif
