/*
 * database.h - a segment's terms and postings, by whichever reader suits it.
 *
 * A base segment that lib/glass knows is read through a memory map
 * (glass_reader.h), one for all threads; every other through libxapian (xap.h),
 * one reader a thread.  Both say the same; tests/unit/test_glass_reader.c holds
 * them to it.
 */
#ifndef JIANWEN_DATABASE_H
#define JIANWEN_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/glass_reader.h"
#include "jianwen/status.h"
#include "jianwen/str.h"
#include "jianwen/xap.h"

JW_BEGIN_DECLS

/** One thread's access to a segment; jw_reader_database() gives it. */
struct jw_database {
    /** One of them is there. */
    struct jw_xap_reader *xap;
    const struct jw_glass_reader *glass;
};

struct jw_term_info {
    /** Documents that hold the term; 0 when none does. */
    uint32_t n_docs;
    /** The greatest number of its postings (jw_postings_read()), or more. */
    uint32_t wdf_max;
};

/** An empty term is in no document.  @return JW_ECORRUPT, JW_ESTALE. */
JW_MUST_CHECK enum jw_status jw_database_term(struct jw_database *db, struct jw_str term,
                                              struct jw_term_info *out,
                                              struct jw_error *err) JW_NOEXCEPT;

/**
 * As jw_database_term(); where the segment is read through a memory map, opened receives
 * the list as well, for jw_postings_again().  It needs no closing.
 */
JW_MUST_CHECK enum jw_status jw_database_term_opened(struct jw_database *db,
                                                     struct jw_str term,
                                                     struct jw_term_info *out,
                                                     struct jw_glass_postings *opened,
                                                     struct jw_error *err) JW_NOEXCEPT;

/** Fetch into the processor's cache what is looked at for these terms, of a segment that
 *  is read through a memory map; together, since each is a wait for memory. */
void jw_database_fetch_terms(const struct jw_database *db, const struct jw_str *terms,
                             size_t n) JW_NOEXCEPT;

/** Must not call the database. @return false to stop the walk. */
typedef bool (*jw_term_fn)(struct jw_str term, uint32_t n_docs, void *arg);

/** Call fn for each term that begins with prefix, in byte order.
 *  @return JW_ECORRUPT, JW_ESTALE. */
JW_MUST_CHECK enum jw_status jw_database_terms(struct jw_database *db,
                                               struct jw_str prefix, jw_term_fn fn,
                                               void *arg,
                                               struct jw_error *err) JW_NOEXCEPT;

/** A posting list being read.  All zero is an ended one. */
struct jw_postings {
    struct jw_xap_postings *xap;
    /** Whether `glass` is in use. */
    bool mapped;
    struct jw_glass_postings glass;
};

/**
 * Begin to read the postings of a term, in order of document.
 * @param out  must be closed before the database is; a term that no document
 *             holds gives a list that has ended.
 * @return JW_ECORRUPT, JW_ESTALE.
 */
JW_MUST_CHECK enum jw_status jw_postings_open(struct jw_database *db, struct jw_str term,
                                              struct jw_postings *out,
                                              struct jw_error *err) JW_NOEXCEPT;
void jw_postings_close(struct jw_postings *p) JW_NOEXCEPT;

/** Begin to read a list that jw_database_term_opened() has found in a map. */
void jw_postings_again(const struct jw_glass_postings *opened,
                       struct jw_postings *out) JW_NOEXCEPT;

/**
 * Go to the first posting of document from or a later one, read up to room
 * postings from there.  The walk only goes forward.
 *
 * @param from    0, or a document that was passed already, to read on where
 *                the last call ended.
 * @param docids  receives document numbers, ascending.
 * @param wdfs    receives how often the term stands in each, or, where it is a pair of
 *                CJK characters, the number that signature.h has; may be NULL.
 * @param n       receives how many; 0 at the end of the list.
 * @return JW_ECORRUPT, JW_ESTALE.
 */
JW_MUST_CHECK enum jw_status jw_postings_read(struct jw_postings *p, uint32_t from,
                                              uint32_t *docids, uint32_t *wdfs,
                                              size_t room, size_t *n,
                                              struct jw_error *err) JW_NOEXCEPT;

/** As jw_glass_postings_meet(), of any list.  @return JW_ECORRUPT, JW_ESTALE. */
JW_MUST_CHECK enum jw_status jw_postings_meet(struct jw_postings *p,
                                              const uint32_t *docids, size_t n,
                                              uint32_t *wdfs,
                                              struct jw_error *err) JW_NOEXCEPT;

JW_END_DECLS

#endif
