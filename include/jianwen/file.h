/*
 * file.h - whole files in and out, durable renames, folders.
 */
#ifndef JIANWEN_FILE_H
#define JIANWEN_FILE_H

#include <stddef.h>

#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

/**
 * Append the whole file to out.
 *
 * @param max_bytes  a larger file is refused (JW_ELIMIT) before it is read.
 * @return JW_OK, JW_ENOTFOUND, JW_EIO, JW_ELIMIT, JW_ENOMEM; JW_EINVAL when
 *         path is a folder, a pipe or a device.
 */
JW_MUST_CHECK enum jw_status jw_file_read(const char *path, size_t max_bytes,
                                          struct jw_buf *out,
                                          struct jw_error *err) JW_NOEXCEPT;

/**
 * Replace the file by data, whole or not at all: written to PATH.tmp, synced,
 * renamed over PATH, the folder synced.
 */
JW_MUST_CHECK enum jw_status jw_file_replace(const char *path, struct jw_str data,
                                             struct jw_error *err) JW_NOEXCEPT;

/** fsync() a folder, so that renames and new files in it survive power loss. */
JW_MUST_CHECK enum jw_status jw_dir_sync(const char *path,
                                         struct jw_error *err) JW_NOEXCEPT;

/** Make a folder and the missing ones above it, mode 0755; what is made survives
 *  power loss. */
JW_MUST_CHECK enum jw_status jw_dir_make(const char *path,
                                         struct jw_error *err) JW_NOEXCEPT;

/** Remove a folder and all below it; symbolic links are removed, not followed. */
JW_MUST_CHECK enum jw_status jw_dir_remove(const char *path,
                                           struct jw_error *err) JW_NOEXCEPT;

/** Bytes of all files below a folder; 0 when it is not there. */
unsigned long long jw_dir_bytes(const char *path) JW_NOEXCEPT;

/** "a" and "b" -> "a/b" in new memory for free(); NULL when memory runs out. */
char *jw_path_join(const char *dir, const char *name) JW_NOEXCEPT;

JW_END_DECLS

#endif
