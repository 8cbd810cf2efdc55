/*
 * glass_reader.h - read a Xapian database of the glass format through a memory map.
 *
 * For databases that are never changed, as lib/glass writes them: one reader
 * serves all threads, finding a term costs a walk down a B-tree that lies in the
 * page cache already, and a posting is decoded where it stands.  Through libxapian
 * every block is copied and every posting is a virtual call.  docs/glass.md has the
 * format, its sources, and what the tests compare this with.
 *
 * Whatever the bytes say, nothing outside the map is read: what cannot be is
 * JW_ECORRUPT.  The files must not shrink while they are mapped; a base segment's
 * never change.
 */
#ifndef JIANWEN_GLASS_READER_H
#define JIANWEN_GLASS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

struct jw_glass_reader;

/** What the whole database says of itself. */
struct jw_glass_info {
    uint32_t n_docs;
    uint32_t last_docid;
    uint64_t total_length;
    /** Most often that any term stands in any document. */
    uint32_t wdf_max;
    uint64_t revision;
};

/**
 * @return JW_ENOTFOUND: there is no database, or one that is not read here
 *         (another format, compressed entries, no room to map it): libxapian may;
 *         JW_ECORRUPT, JW_EIO, JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_glass_reader_open(const char *dir,
                                                  struct jw_glass_reader **out,
                                                  struct jw_error *err) JW_NOEXCEPT;

/** NULL is fine. */
void jw_glass_reader_close(struct jw_glass_reader *r) JW_NOEXCEPT;

void jw_glass_reader_info(const struct jw_glass_reader *r,
                          struct jw_glass_info *out) JW_NOEXCEPT;

/* ---- entries ---- */

/** Append a metadata value to out; nothing when there is none.
 *  @param key  1 to 253 bytes.  @return JW_ECORRUPT, JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_glass_meta(const struct jw_glass_reader *r,
                                           struct jw_str key, struct jw_buf *out,
                                           struct jw_error *err) JW_NOEXCEPT;

/**
 * Find the data of a document, or of the last one before it that has any.
 *
 * @param found    receives the document that the data is of.
 * @param scratch  holds the data when the table keeps it in pieces; cleared first.
 * @param data     receives it: a slice of the map or of scratch.
 * @return JW_ENOTFOUND: neither it nor one before has data; JW_ECORRUPT, JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_glass_data(const struct jw_glass_reader *r,
                                           uint32_t docid, uint32_t *found,
                                           struct jw_buf *scratch, struct jw_str *data,
                                           struct jw_error *err) JW_NOEXCEPT;

/**
 * As jw_glass_data(), where the data lies in the map in one piece.
 * @return false: it does not, or there is none, or it is damaged; jw_glass_data() says.
 */
bool jw_glass_data_mapped(const struct jw_glass_reader *r, uint32_t docid,
                          uint32_t *found, struct jw_str *data) JW_NOEXCEPT;

/* What jw_glass_data_mapped() is going to read is fetched into the processor's cache:
 * first the two places that tell the leaf, one after the other, then the head of the
 * leaf, then, some documents later, the entry, as near as can be told, at last bytes of
 * it. */

void jw_glass_prefetch_step(const struct jw_glass_reader *r, uint32_t docid) JW_NOEXCEPT;
void jw_glass_prefetch_place(const struct jw_glass_reader *r, uint32_t docid) JW_NOEXCEPT;
void jw_glass_prefetch_leaf(const struct jw_glass_reader *r, uint32_t docid) JW_NOEXCEPT;
void jw_glass_prefetch_item(const struct jw_glass_reader *r, uint32_t docid) JW_NOEXCEPT;
void jw_glass_prefetch_bytes(struct jw_str bytes) JW_NOEXCEPT;

/* ---- terms and posting lists ---- */

/** Must not call the reader. @return false to stop the walk. */
typedef bool (*jw_glass_term_fn)(struct jw_str term, uint32_t n_docs, void *arg);

/** Call fn for each term that begins with prefix, in byte order.
 *  @return JW_ECORRUPT. */
JW_MUST_CHECK enum jw_status jw_glass_terms(const struct jw_glass_reader *r,
                                            struct jw_str prefix, jw_glass_term_fn fn,
                                            void *arg, struct jw_error *err) JW_NOEXCEPT;

enum {
    JW_GLASS_LEVELS_MAX = 10,
    JW_GLASS_KEY_MAX_BYTES = 255,
    /** A chunk of a posting list is ended at 2,000 bytes (Xapian) or before. */
    JW_GLASS_CHUNK_MAX_BYTES = 2560
};

/** Where a walk through a table stands: on an item of each level, leaf first. */
struct jw_glass_cursor {
    const unsigned char *block[JW_GLASS_LEVELS_MAX];
    uint32_t item[JW_GLASS_LEVELS_MAX];
};

/** A posting list being read; plain data, to be copied and dropped at will. */
struct jw_glass_postings {
    const struct jw_glass_reader *reader;
    struct jw_glass_cursor at;
    unsigned char term[JW_GLASS_KEY_MAX_BYTES];
    size_t term_n;
    /** Documents that hold the term; 0 when none does. */
    uint32_t n_docs;
    /** In all these documents together. */
    uint64_t n_occurrences;
    /** The chunk at hand, in the map; NULL: it is `joined`. */
    const unsigned char *mapped;
    /** Its next posting is read at this byte, of document docid when `fresh`, else of
     *  a later one. */
    uint32_t next;
    uint32_t end;
    uint32_t docid;
    uint32_t chunk_last;
    bool last_chunk;
    bool fresh;
    bool ended;
    /** A chunk that the table keeps in pieces. */
    unsigned char joined[JW_GLASS_CHUNK_MAX_BYTES];
};

/**
 * Find a term.
 * @param term  1 to 245 bytes without 0x00; any other is in no document.
 * @return JW_ECORRUPT.
 */
JW_MUST_CHECK enum jw_status jw_glass_postings_open(const struct jw_glass_reader *r,
                                                    struct jw_str term,
                                                    struct jw_glass_postings *out,
                                                    struct jw_error *err) JW_NOEXCEPT;

/** Fetch into the processor's cache what jw_glass_postings_open() is going to look at for
 *  some terms: for several at once, so that they are waited for together. */
void jw_glass_fetch_terms(const struct jw_glass_reader *r, const struct jw_str *terms,
                          size_t n) JW_NOEXCEPT;

/** Begin to read a list once more: as jw_glass_postings_open(), without looking for it.
 *  @param opened  not read from yet. */
void jw_glass_postings_again(const struct jw_glass_postings *opened,
                             struct jw_glass_postings *out) JW_NOEXCEPT;

/**
 * Go to the first posting of document from or a later one, read up to room
 * postings from there.  The walk only goes forward.
 *
 * @param from    0, or a document that was passed already, to read on where
 *                the last call ended.
 * @param docids  receives document numbers, ascending.
 * @param wdfs    receives how often the term stands in each; may be NULL.
 * @param n       receives how many; 0 at the end of the list.
 * @return JW_ECORRUPT.
 */
JW_MUST_CHECK enum jw_status jw_glass_postings_read(struct jw_glass_postings *p,
                                                    uint32_t from, uint32_t *docids,
                                                    uint32_t *wdfs, size_t room,
                                                    size_t *n,
                                                    struct jw_error *err) JW_NOEXCEPT;

/**
 * Which of some documents a list has, that was not read from yet; nothing can be read
 * from it any more.
 *
 * @param docids  n documents, ascending.
 * @param wdfs    receives how often the term stands in each; 0: it does not, or counts
 *                no occurrences.
 * @return JW_ECORRUPT.
 */
JW_MUST_CHECK enum jw_status jw_glass_postings_meet(struct jw_glass_postings *p,
                                                    const uint32_t *docids, size_t n,
                                                    uint32_t *wdfs,
                                                    struct jw_error *err) JW_NOEXCEPT;

JW_END_DECLS

#endif
