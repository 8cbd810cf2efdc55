/*
 * segment_writer.h - one segment being written: documents, records, table.
 *
 * It knows a Xapian database and nothing of the other segments, the manifest
 * or the lock; index_writer.c does.
 */
#ifndef JW_INDEX_SEGMENT_WRITER_H
#define JW_INDEX_SEGMENT_WRITER_H

#include "chars.h"
#include "database.h"
#include "document.h"
#include "jianwen/index.h"
#include "jianwen/status.h"
#include "jianwen/xap.h"
#include "record.h"
#include "table.h"

/** Sums over a segment; stored as JW_META_COUNTS. */
struct jw_counts {
    uint64_t n_articles;
    uint64_t n_paragraphs;
    uint64_t text_bytes;
    uint64_t total_length;
};

void jw_counts_encode(const struct jw_counts *counts, struct jw_buf *out);

struct jw_segment_writer {
    struct jw_xap_writer *xap;
    struct jw_table table;
    struct jw_chars chars;
    struct jw_counts counts;
    struct jw_record_encoder encoder;
    struct jw_document document;
    struct jw_buf record;
    /** Chunks of the table from this one on are not stored as they are now. */
    size_t first_dirty_chunk;
};

/** Begin a new segment in folder path. @param is_base  never changed later. */
JW_MUST_CHECK enum jw_status jw_segment_writer_create(struct jw_segment_writer *w,
                                                      const char *path, bool is_base,
                                                      struct jw_error *err);

/** Go on with an existing segment. */
JW_MUST_CHECK enum jw_status jw_segment_writer_open(struct jw_segment_writer *w,
                                                    const char *path,
                                                    struct jw_error *err);

/** Close; what was not committed is dropped. */
void jw_segment_writer_close(struct jw_segment_writer *w);

/**
 * Add an article.
 * @param paragraphs  n of them; paragraphs[0] is the title, perhaps empty.
 */
JW_MUST_CHECK enum jw_status jw_segment_writer_add(struct jw_segment_writer *w,
                                                   const struct jw_article *article,
                                                   const struct jw_paragraph *paragraphs,
                                                   size_t n, uint32_t date,
                                                   struct jw_error *err);

/** Remove the article of a row of this segment; stored has all its text. */
JW_MUST_CHECK enum jw_status jw_segment_writer_remove(struct jw_segment_writer *w,
                                                      const struct jw_stored *stored,
                                                      struct jw_error *err);

/** Store the table, the counts and the characters, and commit. */
JW_MUST_CHECK enum jw_status jw_segment_writer_commit(struct jw_segment_writer *w,
                                                      struct jw_error *err);

/** Read what a segment stores about itself; shared with the reading side. */
JW_MUST_CHECK enum jw_status
jw_segment_load(struct jw_database *db, const char *name, struct jw_table *table,
                struct jw_chars *chars, struct jw_counts *counts, struct jw_error *err);

/**
 * Read the ends of a segment's stretches.
 * @param out  receives the last document of each, allocated; NULL when there are none.
 */
JW_MUST_CHECK enum jw_status
jw_segment_load_stretches(struct jw_database *db, const char *name, uint32_t last_docid,
                          uint32_t **out, size_t *n, struct jw_error *err);

/** Read the form of a segment's texts; it has none when there is none stored. */
JW_MUST_CHECK enum jw_status jw_segment_load_form(struct jw_database *db,
                                                  const char *name,
                                                  struct jw_text_form *form,
                                                  struct jw_error *err);

#endif
