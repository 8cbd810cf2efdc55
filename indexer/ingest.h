/*
 * ingest.h - a run that takes inputs into an index: what is kept, what is
 * rejected, and the account of both.
 */
#ifndef JW_INDEXER_INGEST_H
#define JW_INDEXER_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/index.h"
#include "pipeline.h"
#include "settings.h"

struct jw_ingest {
    const struct jw_indexer_settings *settings;
    struct jw_index_writer *writer;
    struct jw_index *stored;
    struct jw_pipeline *pipeline;
    uint64_t n_rejected;
    int64_t start_us;
    int64_t last_progress_us;
    /** Whether standard error is a terminal. */
    bool progress;
};

/** Begin; starts the pipeline.  @param stored  for jw_ingest_stored(), else NULL. */
JW_MUST_CHECK enum jw_status jw_ingest_begin(struct jw_ingest *in,
                                             const struct jw_indexer_settings *settings,
                                             struct jw_index_writer *writer,
                                             struct jw_index *stored,
                                             struct jw_error *err);

/** Take every article of the stored index that is not dead, in its order. */
void jw_ingest_stored(struct jw_ingest *in);

/** Take the lines of an NDJSON file; "-" is standard input. */
void jw_ingest_ndjson(struct jw_ingest *in, const char *path);

/**
 * Walk PATHs: files, and folders with all their article files.
 * A path that cannot be read and a folder without articles are rejects.
 */
void jw_ingest_paths(struct jw_ingest *in, char *const *paths, int n);

/**
 * Wait for the pipeline, commit when anything was kept, print the account,
 * say how it went.
 * @return the exit code: 0, 65 with rejects, 1 when nothing was kept or the
 *         run failed.
 */
int jw_ingest_finish(struct jw_ingest *in);

#endif
