/*
 * merge.h - runs into the postlist table.
 *
 * The runs' documents follow each other: those of run 1 are numbered behind
 * those of run 0.  So a term's list is the lists of the runs, one behind the
 * other, and a heap of the runs by their present term gives all terms in
 * order.
 */
#ifndef JW_GLASS_MERGE_H
#define JW_GLASS_MERGE_H

#include "btree.h"
#include "jianwen/glass.h"
#include "jianwen/status.h"

/**
 * Write the posting lists of all terms to table.
 *
 * @param first_docid  the number of the first document of run 0.
 * @param wdf_max      receives the highest count of any posting.
 * @return JW_OK, JW_ENOMEM; JW_ECORRUPT when a run cannot be read.
 */
JW_MUST_CHECK enum jw_status jw_merge_runs(const struct jw_run *runs, size_t n_runs,
                                           uint32_t first_docid, struct jw_btree *table,
                                           uint32_t *wdf_max, struct jw_error *err);

#endif
