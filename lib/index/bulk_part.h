/*
 * bulk_part.h - what a part holds; shared by bulk_part.c and bulk.c.
 */
#ifndef JW_INDEX_BULK_PART_H
#define JW_INDEX_BULK_PART_H

#include "bulk.h"
#include "chars.h"
#include "jianwen/arena.h"
#include "jianwen/glass.h"
#include "jianwen/schema.h"
#include "record.h"
#include "sketch.h"

/** A row of the article table with its fields' texts. */
struct jw_part_row {
    struct jw_row row;
    struct jw_str values[JW_FIELDS];
};

/** Where the data of a document stands: in `plain`, and packed in `data`. */
struct jw_part_record {
    uint32_t docid;
    size_t n_head;
    size_t plain_end;
    size_t pieces_end;
    size_t end;
};

enum {
    /** Pairs before a doubtful break that an n-gram across it may begin with. */
    JW_PART_TAIL = JW_NGRAM_MAX_CHARS - 2
};

struct jw_bulk_part {
    struct jw_bulk *bulk;
    struct jw_inverter *inverter;
    struct jw_record_encoder encoder;
    struct jw_chars chars;
    struct jw_counts counts;
    /** Fields' texts. */
    struct jw_arena arena;
    struct jw_part_row *rows;
    size_t n_rows;
    size_t rows_cap;
    struct jw_part_record *records;
    size_t n_records;
    size_t records_cap;
    /** One record behind the other. */
    struct jw_plain_buf plain;
    struct jw_buf data;
    /** Length of each document; documents count from 0 here. */
    uint32_t *lengths;
    uint32_t n_docs;
    size_t lengths_cap;
    struct jw_buf run;
    uint32_t length;
    /** The last pairs before the break at hand, a ring; how many there have been. */
    struct jw_char_pair tail[JW_PART_TAIL];
    size_t n_tail;
    struct jw_sketch sketch;
    enum jw_status status;
};

#endif
