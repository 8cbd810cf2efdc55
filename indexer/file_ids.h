/*
 * file_ids.h - which file of a run gave which id, so that a message about an
 * id that was given twice names both.
 */
#ifndef JW_INDEXER_FILE_IDS_H
#define JW_INDEXER_FILE_IDS_H

#include "jianwen/arena.h"
#include "jianwen/index.h"

struct jw_file_ids {
    /** A tree of tsearch(). */
    void *root;
    struct jw_arena arena;
};

void jw_file_ids_init(struct jw_file_ids *ids);
void jw_file_ids_release(struct jw_file_ids *ids);

/**
 * Have the writer admit the article, or take it when it takes no parts, unless
 * a file has given its id before.
 *
 * @param file  which it was made from; copied.  NULL: from something else.
 * @return JW_EINVAL with a message that names the first file, or the writer's answer.
 */
JW_MUST_CHECK enum jw_status jw_file_ids_admit(struct jw_file_ids *ids,
                                               struct jw_index_writer *writer,
                                               const struct jw_article *article,
                                               const char *file, struct jw_error *err);

#endif
