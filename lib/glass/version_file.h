/*
 * version_file.h - iamglass, the file that makes a folder a glass database.
 *
 * It is written under another name, synced and renamed, the folder synced:
 * before that there is no database.
 */
#ifndef JW_GLASS_VERSION_FILE_H
#define JW_GLASS_VERSION_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "table.h"

/** Sums over all documents, as the version file has them. */
struct jw_glass_sums {
    uint32_t n_docs;
    uint32_t last_docid;
    /** Of documents that have any length. */
    uint32_t shortest;
    uint32_t longest;
    uint32_t wdf_max;
    uint64_t total_length;
};

/**
 * Write DIR/iamglass.
 * @param postlist  entry of the postlist table, as jw_btree_finish() gave it.
 * @param docdata   entry of the docdata table.
 */
JW_MUST_CHECK enum jw_status
jw_glass_write_version(const char *dir, struct jw_str postlist, struct jw_str docdata,
                       const struct jw_glass_sums *sums, struct jw_error *err);

/** What is read of a version file. */
struct jw_glass_version {
    uint64_t revision;
    struct jw_glass_root postlist;
    struct jw_glass_root docdata;
    struct jw_glass_sums sums;
};

/** Read DIR/iamglass.
 *  @return JW_ENOTFOUND: there is none, or not of this format; JW_ECORRUPT, JW_EIO. */
JW_MUST_CHECK enum jw_status jw_glass_read_version(const char *dir,
                                                   struct jw_glass_version *out,
                                                   struct jw_error *err);

/**
 * @return whether DIR/iamglass, made by the library at hand, has the format
 *         that this module writes.
 */
bool jw_glass_version_known(const char *dir);

#endif
