/*
 * folder.h - the folder of an index: its lock, its segments' folders.
 */
#ifndef JW_INDEX_FOLDER_H
#define JW_INDEX_FOLDER_H

#include <stdint.h>

#include "jianwen/status.h"
#include "manifest.h"

/** Take the writer's lock.  @param fd  to be closed.  @return JW_ELOCKED. */
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

/** Remove the segments that m does not name and nobody reads. */
void jw_folder_sweep(const char *dir, const struct jw_manifest *m);

#endif
