/*
 * file_ids.h - which file of a run gave which id, so that a message about an
 * id that was given twice names both.
 *
 * That takes the bytes of the path, of the id, and JW_FILE_ID_BYTES for each file, which
 * are no part of --memory.  When the limit is reached no more files are noted: an id
 * that one of these gave is still refused, with a message that does not name it.
 */
#ifndef JW_INDEXER_FILE_IDS_H
#define JW_INDEXER_FILE_IDS_H

#include <stddef.h>

#include "jianwen/index.h"

enum {
    /** The limit of a run: 440,000 files with paths of 60 bytes and ids of 20. */
    JW_FILE_IDS_BYTES = 64 << 20,
    /** With glibc on 64 bits at most: a slice, a NUL, what malloc() puts before and
     * behind (23), a node of tsearch() with the same (32). */
    JW_FILE_ID_BYTES = 72
};

struct jw_file_ids {
    /** A tree of tsearch(). */
    void *root;
    /** What may still be noted. */
    size_t left_bytes;
};

void jw_file_ids_init(struct jw_file_ids *ids, size_t limit_bytes);
void jw_file_ids_release(struct jw_file_ids *ids);

/**
 * Have the writer admit the article, or take it when it takes no parts, unless
 * a file has given its id before.
 *
 * @param file  which it was made from; copied.  NULL: from something else.
 * @return JW_EINVAL with a message that names the first file, if it was noted; or the
 *         writer's answer.
 */
JW_MUST_CHECK enum jw_status jw_file_ids_admit(struct jw_file_ids *ids,
                                               struct jw_index_writer *writer,
                                               const struct jw_article *article,
                                               const char *file, struct jw_error *err);

#endif
