/*
 * reader.h - one thread's access, as reader.c, documents.c and walk.c share it.
 */
#ifndef JW_INDEX_READER_H
#define JW_INDEX_READER_H

#include "index_private.h"
#include "kept.h"
#include "record.h"

struct jw_reader {
    struct jw_index *index;
    struct jw_database databases[JW_SEGMENTS_MAX];
    struct jw_record_decoder decoder;
    struct jw_buf data;
    /** Of jw_reader_document(). */
    struct jw_buf text;
    struct jw_arena arena;
    /** Where the data of a segment's documents is read from, instead of from its
     *  database; NULL: nowhere.  Owned. */
    struct jw_kept *kept;
    size_t kept_segment;
};

/** Decode the codes of a document of that segment into r->text.  @return JW_ECORRUPT,
 *  JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_reader_decode(struct jw_reader *r, size_t segment,
                                              struct jw_str codes, struct jw_str *text,
                                              struct jw_error *err);

#endif
