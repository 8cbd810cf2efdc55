/*
 * index.h - an index on disk: writing it, and reading it.
 *
 * Writing: one writer at a time holds the lock of the folder.  It builds a
 * new base from nothing, or changes the delta.  Nothing is visible to readers
 * before jw_index_writer_commit(), and everything is durable after it.  A
 * writer is good for one commit.  What fails other than by JW_EINVAL or
 * JW_ENOTFOUND ends it: every later call fails in the same way, and the index
 * stays as it was.
 *
 * Reading: a struct jw_index is one state of the index, shared by all threads
 * and never changed; a struct jw_reader is one thread's access to it.  When
 * the index on disk has moved on, open it anew; the old state stays readable
 * as long as anyone holds it.
 */
#ifndef JIANWEN_INDEX_H
#define JIANWEN_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/database.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

/* ---- writing ---- */

struct jw_index_writer;

enum jw_index_write_mode {
    /** A new base; what was there is replaced at the commit, and what watchers
     *  remember to have taken into it is forgotten (JW_WATCH_PREFIX). */
    JW_INDEX_BUILD,
    /** A new base of all the articles that are there: watchers forget nothing. */
    JW_INDEX_MERGE,
    /** Change what is there, or begin an index when there is none. */
    JW_INDEX_CHANGE
};

struct jw_index_written {
    /** The index' revision after the last commit. */
    uint64_t revision;
    uint64_t n_articles;
    /** Paragraphs without the titles. */
    uint64_t n_paragraphs;
    /** Bytes of text, titles among them. */
    uint64_t text_bytes;
    /** Articles that stood there before under the same id. */
    uint64_t n_replaced;
    uint64_t n_deleted;
};

/**
 * Open the index folder for writing (it is made when missing).
 * @return JW_ELOCKED while another writer holds it; JW_EMISMATCH when it was
 *         made by another text analysis, JW_ECORRUPT when it is damaged (only
 *         JW_INDEX_BUILD goes on then).
 */
JW_MUST_CHECK enum jw_status jw_index_writer_open(const char *dir,
                                                  enum jw_index_write_mode mode,
                                                  struct jw_index_writer **out,
                                                  struct jw_error *err) JW_NOEXCEPT;

struct jw_index_writer_options {
    /** Memory that building a base may take, in bytes: one half for postings, which
     *  beyond it wait on disk, the other for the parts at work.  0: a quarter of the
     *  machine's.  What is kept of each article (some 60 bytes: its row of the article
     *  table, its id's hash) comes on top. */
    uint64_t memory_bytes;
    /** Write a base through Xapian even when it could be written in one go. */
    bool stock;
};

/** As jw_index_writer_open(), which is this with all options zero. */
JW_MUST_CHECK enum jw_status
jw_index_writer_open_with(const char *dir, enum jw_index_write_mode mode,
                          const struct jw_index_writer_options *options,
                          struct jw_index_writer **out, struct jw_error *err) JW_NOEXCEPT;

/** Close; what was not committed is dropped.  NULL is fine. */
void jw_index_writer_close(struct jw_index_writer *w) JW_NOEXCEPT;

/**
 * Remove the lock's file, which a writer leaves behind, from a folder in which there is
 * nothing else: its first writer has committed nothing.  A folder where another writer
 * holds the lock, or that holds anything else, stays as it is.
 */
void jw_index_remove_lock(const char *dir) JW_NOEXCEPT;

/**
 * Add an article, or replace the one with its id.
 *
 * @param article  the title is article->title; a paragraph with JW_ROLE_TITLE
 *                 gives the title's lines and is not stored twice.  Text must
 *                 be valid UTF-8.
 * @return JW_EINVAL when the article cannot be taken (no id, no paragraph,
 *         a field too long, the id given twice to one writer): the message
 *         says why, and the writer goes on as before.
 */
JW_MUST_CHECK enum jw_status jw_index_writer_put(struct jw_index_writer *w,
                                                 const struct jw_article *article,
                                                 struct jw_error *err) JW_NOEXCEPT;

/*
 * A new base can be prepared by several threads, each with a part of its own:
 *
 *     admit   in the order of the input, one thread at a time: is the article
 *             good, and its id new?
 *     learn   how texts are stored, from some of them; one thread, while others put
 *     put     into the thread's part; any thread
 *     sort    the part; any thread
 *     end     the part; any thread, but none before learn has returned or, without
 *             that, the first part of the input has ended: its texts are learned from
 *     append  the parts in the order of the input, one thread at a time, and
 *             none that admits
 */

/** @return whether parts can be used with this writer; else use put. */
bool jw_index_writer_takes_parts(const struct jw_index_writer *w) JW_NOEXCEPT;

/** The memory that building may take, in bytes: half of it for parts at work, which
 *  take some JW_INDEX_PART_COST bytes for each byte of text in them. */
uint64_t jw_index_writer_memory(const struct jw_index_writer *w) JW_NOEXCEPT;
enum {
    /** Measured with articles as NDJSON: the line, what is read from it, a 16-byte
     *  posting for each three bytes, the sorted run, the compressed record. */
    JW_INDEX_PART_COST = 12
};

/** Check an article as jw_index_writer_put() does, and note its id. */
JW_MUST_CHECK enum jw_status jw_index_writer_admit(struct jw_index_writer *w,
                                                   const struct jw_article *article,
                                                   struct jw_error *err) JW_NOEXCEPT;

/**
 * Learn how texts are best stored, from those of the first articles.
 * @param texts  n titles and paragraphs, valid UTF-8; some 4 MB are looked at.
 */
JW_MUST_CHECK enum jw_status jw_index_writer_learn(struct jw_index_writer *w,
                                                   const struct jw_str *texts, size_t n,
                                                   struct jw_error *err) JW_NOEXCEPT;

struct jw_index_part;

JW_MUST_CHECK enum jw_status jw_index_part_new(struct jw_index_writer *w,
                                               struct jw_index_part **out,
                                               struct jw_error *err) JW_NOEXCEPT;
void jw_index_part_free(struct jw_index_part *part) JW_NOEXCEPT;

/** Add an article that was admitted.  When it fails the part cannot be appended. */
JW_MUST_CHECK enum jw_status jw_index_part_put(struct jw_index_part *part,
                                               const struct jw_article *article,
                                               struct jw_error *err) JW_NOEXCEPT;
/** Nothing can be put behind what was sorted. */
JW_MUST_CHECK enum jw_status jw_index_part_sort(struct jw_index_part *part,
                                                struct jw_error *err) JW_NOEXCEPT;
/** Sorts the part, too, when that was not done. */
JW_MUST_CHECK enum jw_status jw_index_part_end(struct jw_index_part *part,
                                               struct jw_error *err) JW_NOEXCEPT;

/** Take a part over; it is empty afterwards and can be used again. */
JW_MUST_CHECK enum jw_status jw_index_writer_append(struct jw_index_writer *w,
                                                    struct jw_index_part *part,
                                                    struct jw_error *err) JW_NOEXCEPT;

/**
 * Remove an article.
 * @return JW_ENOTFOUND when there is none with this id; JW_EINVAL when this
 *         very writer was given one.
 */
JW_MUST_CHECK enum jw_status jw_index_writer_delete(struct jw_index_writer *w,
                                                    struct jw_str id,
                                                    struct jw_error *err) JW_NOEXCEPT;

/**
 * Make all of it durable and visible; then the writer can only be closed.
 * When it fails the index is as it was, unless the message is of the last
 * step, syncing the folder: then it may be new, and not yet durable.
 */
JW_MUST_CHECK enum jw_status jw_index_writer_commit(struct jw_index_writer *w,
                                                    struct jw_error *err) JW_NOEXCEPT;

/** What this writer has done so far, also after the commit. */
void jw_index_writer_written(const struct jw_index_writer *w,
                             struct jw_index_written *out) JW_NOEXCEPT;

/* ---- one state of the index ---- */

/** The facts by which articles are filtered and counted. */
enum jw_field {
    JW_FIELD_SOURCE,
    JW_FIELD_SECTION,
    JW_FIELD_PAGE,
    JW_FIELD_AUTHOR
};
enum {
    JW_FIELDS = 4
};

/** One row of the article table. */
struct jw_row {
    /** The article's first document. */
    uint32_t first_docid;
    /** Documents of the article: its paragraphs and the title; 0 when its
     *  documents are no more. */
    uint32_t n_docs;
    /** The title is empty: the first document has no text. */
    bool untitled;
    /** A paragraph of it may go on in another one (overlap.h). */
    bool joined;
    /** See date.h; 0 when unknown. */
    uint32_t date;
    /** Tokens of all its text. */
    uint32_t length;
    /** What tells the same story printed elsewhere, see jw_sketch_distance(); 0 when
     *  the text is too short to tell. */
    uint64_t sketch;
    /** For each field the index of its value in the names; 0 is "none". */
    uint32_t name[JW_FIELDS];
};

/** The distinct values of one field; number 0 is the empty string. */
struct jw_names {
    struct jw_str *at;
    size_t n;
};

enum {
    /** Documents from one entry of jw_segment.places to the next: two articles or
     *  so, that a search walks without leaving the processor's cache. */
    JW_PLACE_DOCS = 16
};

/** Read-only, of a struct jw_index. */
struct jw_segment {
    /** "base-000001" */
    const char *name;
    uint32_t last_docid;
    /** Ascending by first document; rows of removed articles are left out of
     *  every result by dead[]. */
    const struct jw_row *rows;
    size_t n_rows;
    /** For each JW_PLACE_DOCS documents the row at or before the first of them. */
    const uint32_t *places;
    /** For each of these the newest date of an article in its documents. */
    const uint32_t *newest;
    /** A bit a row: set when the article is removed or replaced. */
    const uint64_t *dead;
    struct jw_names names[JW_FIELDS];
    /** The last document of each stretch that has terms of its frequent n-grams
     *  (schema.h); there are none where the segment was not written in one go. */
    const uint32_t *stretches;
    size_t n_stretches;
};

struct jw_index_stats {
    uint64_t revision;
    uint64_t n_articles;
    /** Paragraphs without the titles. */
    uint64_t n_paragraphs;
    /** Paragraphs and titles: the Xapian documents that are not dead. */
    uint64_t n_docs;
    /** Bytes of text, titles among them; removed articles of a base still
     *  count, as they do in document frequencies, until a new one is made. */
    uint64_t text_bytes;
    /** Articles that were removed or replaced and still take room. */
    uint64_t n_dead;
    /** Tokens of all text that is not dead. */
    uint64_t total_length;
    size_t n_segments;
};

struct jw_index;

/**
 * Open the present state.
 * @return JW_ENOTFOUND when there is no index in dir; JW_EMISMATCH when its
 *         schema or text analysis is another; JW_ECORRUPT, also when a segment
 *         that CURRENT names is not there.
 */
JW_MUST_CHECK enum jw_status jw_index_open(const char *dir, struct jw_index **out,
                                           struct jw_error *err) JW_NOEXCEPT;

/** One more holder.  @return idx. */
struct jw_index *jw_index_ref(struct jw_index *idx) JW_NOEXCEPT;

/** One holder less; the last one closes it.  NULL is fine. */
void jw_index_unref(struct jw_index *idx) JW_NOEXCEPT;

/** @return whether the folder still names this state; one stat(2). */
bool jw_index_is_current(const struct jw_index *idx) JW_NOEXCEPT;

/** @return sums over the index, as long as idx is held. */
const struct jw_index_stats *jw_index_stats(const struct jw_index *idx) JW_NOEXCEPT;

/** Bytes of the index' folder; measured at each call. */
uint64_t jw_index_disk_bytes(const struct jw_index *idx) JW_NOEXCEPT;

uint64_t jw_index_revision(const struct jw_index *idx) JW_NOEXCEPT;
size_t jw_index_n_segments(const struct jw_index *idx) JW_NOEXCEPT;
const struct jw_segment *jw_index_segment(const struct jw_index *idx,
                                          size_t i) JW_NOEXCEPT;

/** Paragraphs that hold the (folded) character, over all segments. */
uint32_t jw_index_char_df(const struct jw_index *idx, uint32_t cp) JW_NOEXCEPT;

/** @return the row that document docid belongs to, or n_rows when to none. */
size_t jw_segment_row_of(const struct jw_segment *segment, uint32_t docid) JW_NOEXCEPT;

/**
 * @return in how many of their 64 bits two sketches differ.  Texts that have the
 *         part J of their runs of four characters in common differ in
 *         32 * (1 - J) on average, others in 32; sqrt(16) is the deviation there.
 */
unsigned jw_sketch_distance(uint64_t a, uint64_t b) JW_NOEXCEPT;

static inline bool jw_segment_is_dead(const struct jw_segment *segment, size_t row)
{
    return (segment->dead[row / 64] >> (row % 64) & 1) != 0;
}

/* ---- one thread's access ---- */

struct jw_reader;

/** @return JW_ESTALE when a writer has changed the delta since the state was
 *          opened: open the index anew. */
JW_MUST_CHECK enum jw_status jw_reader_open(struct jw_index *idx, struct jw_reader **out,
                                            struct jw_error *err) JW_NOEXCEPT;
void jw_reader_close(struct jw_reader *r) JW_NOEXCEPT;

/** The state it reads; held by the reader. */
struct jw_index *jw_reader_index(const struct jw_reader *r) JW_NOEXCEPT;

/** The database of a segment, for posting lists and term statistics. */
struct jw_database *jw_reader_database(struct jw_reader *r, size_t segment) JW_NOEXCEPT;

/** An article as stored.  All slices live in the arena it was read into. */
struct jw_stored {
    /** .paragraphs[0] is the title (JW_ROLE_TITLE, perhaps empty).  Their lines
     *  are there after jw_stored_lines(): before, n_lines is only 0 or not. */
    struct jw_article article;
    /** First paragraph of each block of text; ascending, block_first[0] is 0. */
    const uint32_t *block_first;
    size_t n_blocks;
    /** Where it stands. */
    size_t segment;
    size_t row;
    /** Texts are read one by one: by jw_reader_facts(). */
    bool single;
    /** Printed lines as stored, and whether they were read. */
    struct jw_str printed;
    bool lines_read;
};

/**
 * Read an article's facts and the text of its first block.
 * @return JW_ENOTFOUND when it was removed meanwhile; JW_ECORRUPT; JW_ENOMEM
 *         when the arena's limit is reached.
 */
JW_MUST_CHECK enum jw_status jw_reader_article(struct jw_reader *r, size_t segment,
                                               size_t row, struct jw_arena *arena,
                                               struct jw_stored *out,
                                               struct jw_error *err) JW_NOEXCEPT;

/**
 * As jw_reader_article(), with no text but the title where the segment stores each
 * paragraph by itself: jw_reader_text() reads what is asked for.
 */
JW_MUST_CHECK enum jw_status jw_reader_facts(struct jw_reader *r, size_t segment,
                                             size_t row, struct jw_arena *arena,
                                             struct jw_stored *out,
                                             struct jw_error *err) JW_NOEXCEPT;

/**
 * Make the text of paragraph n available in stored->article.paragraphs[n];
 * reads its block when that was not read before.
 */
JW_MUST_CHECK enum jw_status jw_reader_text(struct jw_reader *r, struct jw_arena *arena,
                                            struct jw_stored *stored, size_t n,
                                            struct jw_error *err) JW_NOEXCEPT;

/** Make the text of paragraph n available that was read before (jw_reader_document());
 *  it is used when its length is right.
 *  @param text  lives as long as stored. */
void jw_stored_give(struct jw_stored *stored, size_t n, struct jw_str text) JW_NOEXCEPT;

/**
 * Read the text of one document, as cheaply as its segment allows: from a base
 * that was written in one go, without the article that it is part of.
 *
 * @param row   of the article.
 * @param text  receives it, until the next call.
 * @return JW_ENOTFOUND when it was removed meanwhile; JW_ECORRUPT; JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_reader_document(struct jw_reader *r, size_t segment,
                                                size_t row, uint32_t docid,
                                                struct jw_str *text,
                                                struct jw_error *err) JW_NOEXCEPT;

/** Where a document stands. */
struct jw_document_place {
    uint32_t segment;
    uint32_t row;
    uint32_t docid;
};

/**
 * Fetch what is going to be read of documents of mapped bases, of some at least, into
 * the processor's cache: what takes long is waiting for memory, and all are waited for at
 * once.
 */
void jw_reader_fetch(struct jw_reader *r, const struct jw_document_place *places,
                     size_t n) JW_NOEXCEPT;

/** @return the place of document i of those asked for. */
typedef struct jw_document_place (*jw_document_at_fn)(size_t i, void *arg);

/** Must not call the reader.
 *  @param text  of document i, until fn returns; NULL: it was removed meanwhile.
 *  @return false to stop. */
typedef bool (*jw_document_text_fn)(size_t i, const struct jw_str *text, void *arg);

/**
 * Read the texts of n documents, in their order: quickest in the order in which
 * they are stored, since then what is read next is fetched beforehand.
 * @param at  is asked once for each, some documents ahead of fn.
 * @return JW_ECORRUPT, JW_ENOMEM, JW_ESTALE.
 */
JW_MUST_CHECK enum jw_status jw_reader_documents(struct jw_reader *r, size_t n,
                                                 jw_document_at_fn at,
                                                 jw_document_text_fn fn, void *arg,
                                                 struct jw_error *err) JW_NOEXCEPT;

/**
 * Make the printed lines of all paragraphs available; searching needs them
 * for few articles.  Without it an article must not be given to a writer.
 * @return JW_ECORRUPT; JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_stored_lines(struct jw_stored *stored,
                                             struct jw_arena *arena,
                                             struct jw_error *err) JW_NOEXCEPT;

/** Read an article with all its text and printed lines; as these three. */
JW_MUST_CHECK enum jw_status jw_reader_whole(struct jw_reader *r, size_t segment,
                                             size_t row, struct jw_arena *arena,
                                             struct jw_stored *out,
                                             struct jw_error *err) JW_NOEXCEPT;

/** Find an article by its id.  @return JW_ENOTFOUND. */
JW_MUST_CHECK enum jw_status jw_reader_find(struct jw_reader *r, struct jw_str id,
                                            size_t *segment, size_t *row,
                                            struct jw_error *err) JW_NOEXCEPT;

/* ---- all articles, beside writers ---- */

/*
 * Xapian keeps the blocks of a database's last two states, so a reader of the delta
 * is good until the second commit after it was opened.  These two open the index
 * anew when that happens, and go on where they were: a row of a delta never changes,
 * but for its removal, and new ones come behind it.
 */

/** Do something with one article that is not dead.  What it did for an article that
 *  is removed later, and for one whose row was not done with, is for nothing. */
typedef enum jw_status (*jw_row_fn)(struct jw_reader *r, size_t segment, size_t row,
                                    void *arg, struct jw_error *err);

/**
 * Call fn for each article that is there from beginning to end, the delta's first.
 * Those that come or go meanwhile are met or not; one may be met again when a new
 * base took the delta's place.
 *
 * @param fn     JW_ESTALE, and what may come of a changed delta (JW_ECORRUPT,
 *               JW_ENOTFOUND), make it come again with the same row of a newer state;
 *               else it ends the walk, and is returned.
 * @param stats  receives the sums of the state that was reached; may be NULL.
 * @return as jw_index_open(); JW_ESTALE when it changes faster than it is read.
 */
JW_MUST_CHECK enum jw_status jw_index_walk(const char *dir, jw_row_fn fn, void *arg,
                                           struct jw_index_stats *stats,
                                           struct jw_error *err) JW_NOEXCEPT;

/**
 * Open one state of the index whose articles stay readable whatever writers do:
 * those of the delta are copied into memory, as compressed as they are stored.  Its
 * postings and terms are not; jw_reader_find() and searches may meet JW_ESTALE.
 * @return as jw_index_walk(); JW_ELIMIT when the delta is too large.
 */
JW_MUST_CHECK enum jw_status jw_reader_open_kept(const char *dir, struct jw_reader **out,
                                                 struct jw_error *err) JW_NOEXCEPT;

JW_END_DECLS

#endif
