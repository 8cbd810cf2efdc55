/*
 * index_part.h - the part of a new base that one thread prepares.
 */
#ifndef JW_INDEX_PART_H
#define JW_INDEX_PART_H

#include "bulk.h"
#include "intake.h"
#include "jianwen/index.h"

struct jw_index_part {
    struct jw_bulk_part *bulk;
    struct jw_intake intake;
    struct jw_index_written written;
    /** An article went in half: the part cannot be appended. */
    bool failed;
};

/** What a writer's parts are appended to; NULL when it takes none. */
struct jw_bulk *jw_writer_bulk(const struct jw_index_writer *w);

/** Count an article that was stored. */
void jw_written_count(struct jw_index_written *written, const struct jw_intake *intake);

#endif
