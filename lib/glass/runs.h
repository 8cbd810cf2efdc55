/*
 * runs.h - all runs of a database that is being made, within a limit of memory.
 *
 *     run 1 2 3 4 ...         kept in memory until they reach the limit
 *        \ | | /
 *       one longer run        written to a file without a name
 *            ...
 *     longer runs, and what is in memory at the end -> postlist table
 */
#ifndef JW_GLASS_RUNS_H
#define JW_GLASS_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "btree.h"
#include "champions.h"
#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "spool.h"

/** A run in memory. */
struct jw_run_kept {
    char *bytes;
    size_t n_bytes;
    uint32_t first_docid;
};

/** A run in the spool. */
struct jw_run_aside {
    uint64_t at;
    uint64_t n_bytes;
    uint32_t first_docid;
};

struct jw_runs {
    uint64_t memory_bytes;
    /** Documents count from 1. */
    uint32_t n_docs;
    struct jw_run_kept *kept;
    size_t n_kept;
    size_t kept_cap;
    uint64_t kept_bytes;
    struct jw_run_aside *aside;
    size_t n_aside;
    size_t aside_cap;
    struct jw_spool spool;
};

/** @param dir  where runs are put aside; borrowed.
 *  @param memory_bytes  runs in memory never take more, but for the last one. */
void jw_runs_init(struct jw_runs *r, const char *dir, uint64_t memory_bytes);
void jw_runs_release(struct jw_runs *r);

/** Take a run over; its documents follow those before. */
JW_MUST_CHECK enum jw_status jw_runs_add(struct jw_runs *r, struct jw_buf *run,
                                         uint32_t n_docs, struct jw_error *err);

/**
 * Write the posting lists of all terms to table.
 * @param champions  what its lists are made of, which are written behind all others.
 * @param wdf_max    receives the highest count of any posting.
 */
JW_MUST_CHECK enum jw_status jw_runs_write(struct jw_runs *r, struct jw_btree *table,
                                           struct jw_champions *champions,
                                           uint32_t *wdf_max, struct jw_error *err);

#endif
