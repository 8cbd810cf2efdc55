/*
 * merge.h - several runs, read as one.
 *
 * The runs' documents follow each other: those of run 1 are numbered behind
 * those of run 0.  So a term's list is the lists of the runs, one behind the
 * other, and a heap of the runs by their present term gives all terms in
 * order.
 */
#ifndef JW_GLASS_MERGE_H
#define JW_GLASS_MERGE_H

#include <stddef.h>

#include "jianwen/status.h"
#include "run.h"

/**
 * What is done with a term: n runs hold it, in the order of their documents.
 * It reads the postings of each to their end.
 */
typedef enum jw_status (*jw_merge_fn)(struct jw_run_reader *const *runs, size_t n,
                                      void *arg);

/**
 * Call fn for each term, in byte order.
 *
 * @param readers  windows at the runs' beginnings, by ascending first_docid.
 * @return JW_OK, JW_ENOMEM, JW_EIO, what fn returned; JW_ECORRUPT when a run
 *         cannot be read.
 */
JW_MUST_CHECK enum jw_status jw_merge_runs(struct jw_run_reader *readers, size_t n,
                                           jw_merge_fn fn, void *arg);

#endif
