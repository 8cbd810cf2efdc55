/*
 * table.h - the article table of a segment, in memory and as metadata.
 *
 * A row tells where an article's documents are and by what it is filtered,
 * counted and sorted.  Rows are stored in chunks of JW_TABLE_CHUNK, so that a
 * change rewrites one chunk.  Within a chunk a row is
 *
 *     first document less the first of the row before, documents (0: dead)
 *     times two, plus one without a title, date, length, one name number a
 *     field                                            (LEB128 each)
 *     sketch (sketch.h)                                (8 bytes, least first;
 *                                                       dead rows have none)
 */
#ifndef JW_INDEX_TABLE_H
#define JW_INDEX_TABLE_H

#include "jianwen/arena.h"
#include "jianwen/buf.h"
#include "jianwen/index.h"
#include "jianwen/status.h"

/** Distinct values of a field, found by value. */
struct jw_name_set {
    struct jw_names names;
    size_t cap;
    /** Open addressing; 0 is empty, else number + 1. */
    uint32_t *slots;
    size_t n_slots;
};

struct jw_table {
    struct jw_row *rows;
    size_t n_rows;
    size_t cap;
    struct jw_name_set names[JW_FIELDS];
    /** Holds the names. */
    struct jw_arena arena;
};

void jw_table_init(struct jw_table *t);
void jw_table_release(struct jw_table *t);

/** Append a row.  @param values  the fields' texts, by enum jw_field. */
JW_MUST_CHECK enum jw_status jw_table_add(struct jw_table *t, const struct jw_row *row,
                                          const struct jw_str values[JW_FIELDS]);

/** @return the row that document docid belongs to, or n_rows. */
size_t jw_table_row_of(const struct jw_row *rows, size_t n_rows, uint32_t docid);

/** Append chunk k as stored. */
void jw_table_encode_chunk(const struct jw_table *t, size_t k, struct jw_buf *out);

/** Append rows of stored chunk to t, the chunks in order.  @return JW_ECORRUPT,
 * JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_table_decode_chunk(struct jw_table *t,
                                                   struct jw_str stored);

void jw_names_encode(const struct jw_names *names, struct jw_buf *out);
JW_MUST_CHECK enum jw_status jw_table_decode_names(struct jw_table *t, enum jw_field f,
                                                   struct jw_str stored);

#endif
