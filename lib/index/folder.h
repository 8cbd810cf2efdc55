/*
 * folder.h - the folder of an index: its lock, its segments' folders.
 */
#ifndef JW_INDEX_FOLDER_H
#define JW_INDEX_FOLDER_H

#include <stdint.h>

#include "jianwen/status.h"
#include "manifest.h"

/**
 * Take the writer's lock, without waiting.  Its file is made when missing.
 * @param fd  to be closed, which gives the lock back.
 * @return JW_ELOCKED while another writer holds it, or when that one has removed its
 *         file (jw_index_remove_lock()) just as it was opened here: such a lock would
 *         keep nobody out.  JW_ENOTFOUND without the folder.
 */
JW_MUST_CHECK enum jw_status jw_folder_lock(const char *dir, int *fd,
                                            struct jw_error *err);

/** A shared lock on a segment, so that it is not removed.  @return JW_ENOTFOUND. */
JW_MUST_CHECK enum jw_status jw_folder_hold_segment(const char *segment_path, int *fd,
                                                    struct jw_error *err);

/** Make the file that jw_folder_hold_segment() locks. */
JW_MUST_CHECK enum jw_status jw_folder_mark_segment(const char *segment_path,
                                                    struct jw_error *err);

/** @return one more than the highest number of any segment's folder in dir. */
uint32_t jw_folder_next_number(const char *dir);

/**
 * Let go of a segment, and remove it when CURRENT names it no more and nobody else
 * holds it: names are never used twice, so that it cannot come back.
 * @param fd  as jw_folder_hold_segment() gave it; closed.
 */
void jw_folder_let_go(const char *dir, const char *name, int fd);

/**
 * Remove the files in which watchers remember what they have taken (JW_WATCH_PREFIX).
 * Only for the one writer.  The folder is not synced.
 */
JW_MUST_CHECK enum jw_status jw_folder_forget_watched(const char *dir,
                                                      struct jw_error *err);

/** Remove the segments that m does not name and nobody reads.  Only for the one
 *  writer: the segment that is being written is not named yet. */
void jw_folder_sweep(const char *dir, const struct jw_manifest *m);

#endif
