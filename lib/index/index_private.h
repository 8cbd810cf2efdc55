/*
 * index_private.h - one state of the index, as index.c and reader.c share it.
 */
#ifndef JW_INDEX_PRIVATE_H
#define JW_INDEX_PRIVATE_H

#include <stdatomic.h>

#include "chars.h"
#include "jianwen/index.h"
#include "kept.h"
#include "manifest.h"
#include "record.h"
#include "segment_writer.h"
#include "table.h"
#include "text_form.h"

struct jw_segment_state {
    struct jw_segment public;
    char *path;
    int hold_fd;
    struct jw_table table;
    struct jw_counts counts;
    struct jw_text_form form;
    uint64_t *dead;
    uint32_t *places;
    /** Of the Xapian database. */
    uint64_t revision;
};

struct jw_index {
    atomic_uint holders;
    char *dir;
    struct jw_manifest manifest;
    struct jw_manifest_stamp stamp;
    struct jw_segment_state segments[JW_SEGMENTS_MAX];
    struct jw_chars chars;
    struct jw_index_stats stats;
};

struct jw_reader {
    struct jw_index *index;
    struct jw_xap_reader *xap[JW_SEGMENTS_MAX];
    struct jw_record_decoder decoder;
    struct jw_buf data;
    /** Where the data of a segment's documents is read from, instead of from its
     *  database; NULL: nowhere.  Owned. */
    struct jw_kept *kept;
    size_t kept_segment;
};

#endif
