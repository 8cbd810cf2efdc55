/*
 * index_private.h - one state of the index, as index.c and reader.c share it.
 */
#ifndef JW_INDEX_PRIVATE_H
#define JW_INDEX_PRIVATE_H

#include <stdatomic.h>

#include "chars.h"
#include "database.h"
#include "jianwen/index.h"
#include "manifest.h"
#include "places.h"
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
    struct jw_places places;
    uint32_t *stretches;
    /** Maps the segment for all threads; NULL: each has a reader of libxapian's. */
    struct jw_glass_reader *glass;
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

#endif
