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
#include "tail.h"

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

/** Documents that follow each other, inverted. */
struct jw_part_run {
    struct jw_buf bytes;
    /** Of each document, its length as Xapian has it. */
    uint32_t *lengths;
    uint32_t n_docs;
};

struct jw_bulk_part {
    struct jw_bulk *bulk;
    bool sorted;
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
    /** Documents count from 0 here; those behind the last run are in the inverter. */
    uint32_t n_docs;
    uint32_t n_inverted;
    struct jw_part_run *runs;
    size_t n_runs;
    size_t runs_cap;
    uint32_t length;
    struct jw_tail tail;
    struct jw_sketch sketch;
    enum jw_status status;
};

/** The runs have been handed on. */
void jw_part_drop_runs(struct jw_bulk_part *part);

#endif
