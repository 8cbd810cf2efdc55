/*
 * manifest.h - which segments make up the index: the file CURRENT.
 *
 *     jianwen-index 2
 *     revision 17
 *     next 4
 *     base-000001
 *     delta-000003
 *     sum 5d3a91c2
 *
 * It is replaced whole, by a rename; a segment's name is never used twice.
 * The sum (FNV-1a of all lines before it) tells a damaged file from a short
 * list of segments: what the list does not name is swept away.
 */
#ifndef JW_INDEX_MANIFEST_H
#define JW_INDEX_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "jianwen/status.h"

enum {
    JW_SEGMENTS_MAX = 16,
    JW_SEGMENT_NAME_BYTES = 24
};

struct jw_manifest {
    uint64_t revision;
    /** The number of the next new segment. */
    uint32_t next;
    size_t n_segments;
    char names[JW_SEGMENTS_MAX][JW_SEGMENT_NAME_BYTES];
};

/** What tells one CURRENT from the next without reading it. */
struct jw_manifest_stamp {
    ino_t inode;
    int64_t mtime_ns;
};

/**
 * Read DIR/CURRENT.
 * @param stamp  may be NULL.
 * @return JW_ENOTFOUND when there is none, JW_EMISMATCH when it is of another
 *         schema, JW_ECORRUPT when it cannot be read.
 */
JW_MUST_CHECK enum jw_status jw_manifest_read(const char *dir, struct jw_manifest *out,
                                              struct jw_manifest_stamp *stamp,
                                              struct jw_error *err);

JW_MUST_CHECK enum jw_status
jw_manifest_write(const char *dir, const struct jw_manifest *m, struct jw_error *err);

/** @return whether the segment is part of the index. */
bool jw_manifest_names(const struct jw_manifest *m, const char *name);

/** @return false when there is no CURRENT. */
bool jw_manifest_stamp(const char *dir, struct jw_manifest_stamp *out);

static inline bool jw_segment_name_is_delta(const char *name)
{
    return name[0] == 'd';
}

#endif
