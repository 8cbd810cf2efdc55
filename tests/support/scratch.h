/*
 * scratch.h - a folder for one test, and what tests do to files in it.
 */
#ifndef JW_TESTS_SCRATCH_H
#define JW_TESTS_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/str.h"

enum {
    JW_SCRATCH_PATH_BYTES = 512
};

struct jw_scratch {
    char dir[JW_SCRATCH_PATH_BYTES];
};

/** Make an empty folder under $TMPDIR or /tmp; a failure ends the program. */
void jw_scratch_make(struct jw_scratch *s);

/** Remove it with all that is in it. */
void jw_scratch_remove(struct jw_scratch *s);

/** "NAME" -> "DIR/NAME", in memory that the next eight calls leave alone. */
const char *jw_scratch_path(const struct jw_scratch *s, const char *name);

bool jw_path_exists(const char *path);

/** @return how many entries a folder has whose name begins with prefix. */
size_t jw_count_entries(const char *dir, const char *prefix);

/** Write bytes to a file, whole; a failure ends the program. */
void jw_file_write(const char *path, struct jw_str bytes);

/** Read a file into memory for free(); NULL when it cannot be read. */
char *jw_file_load(const char *path, size_t *n);

/** Copy a folder with the files in it (not the folders). */
void jw_dir_copy(const char *from, const char *to);

#endif
