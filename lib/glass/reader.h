/*
 * reader.h - what reader.c and postings.c share.
 */
#ifndef JW_GLASS_READER_PRIVATE_H
#define JW_GLASS_READER_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/glass_reader.h"
#include "leaves.h"
#include "table.h"

#define JW_GLASS_POSTLIST "postlist.glass"
#define JW_GLASS_DOCDATA  "docdata.glass"

struct jw_glass_reader {
    char *dir;
    struct jw_glass_table postlist;
    struct jw_glass_table docdata;
    struct jw_glass_info info;
    /** Of docdata. */
    struct jw_glass_leaves leaves;
};

/** The beginning of a list's first chunk. */
struct jw_glass_list_head {
    uint32_t n_docs;
    uint64_t n_occurrences;
    uint32_t first_docid;
    /** What each chunk has. */
    struct jw_str body;
};

/** @return false when the tag is no such thing. */
bool jw_glass_list_head(struct jw_str tag, struct jw_glass_list_head *out);

/** Say that a table is damaged, or that memory ran out.  @return the status. */
enum jw_status jw_glass_damaged(const struct jw_glass_reader *r, const char *table,
                                enum jw_status status, struct jw_error *err);

#endif
