/*
 * pipeline.h - inputs on one side, the index writer on the other, workers
 * between.
 *
 *     reader ---> batch 1, 2, 3 ... ---> worker: make the articles
 *                                                admit   (batches in order)
 *                                                put     into its part
 *                                                append  (batches in order)
 *
 * Whatever the number of workers, the index is the same, and messages come in
 * the order of the input.  A writer that takes no parts has its articles put
 * while it is the batch's turn to be admitted.
 */
#ifndef JW_INDEXER_PIPELINE_H
#define JW_INDEXER_PIPELINE_H

#include <stdint.h>

#include "jianwen/index.h"
#include "settings.h"

struct jw_pipeline;

struct jw_pipeline_counts {
    uint64_t n_rejected;
    uint64_t n_doubles;
    uint64_t n_repaired;
    /** Not JW_OK: the run cannot go on; `fatal` says why. */
    enum jw_status status;
    struct jw_error fatal;
};

enum jw_report {
    /** Articles were written; name and why are NULL. */
    JW_REPORT_PROGRESS,
    /** An input was left out, and why. */
    JW_REPORT_REJECTED,
    /** An input was kept with U+FFFD in it, and how many. */
    JW_REPORT_REPAIRED
};

/** Called with the pipeline's lock held. */
typedef void (*jw_pipeline_fn)(enum jw_report what, const char *name, const char *why,
                               void *arg);

/**
 * Start the workers.
 * @param stored  where jw_pipeline_stored() takes articles from; NULL: nowhere.
 * @param report  told of each input rejected or repaired, and now and then of progress.
 */
JW_MUST_CHECK enum jw_status jw_pipeline_start(const struct jw_indexer_settings *settings,
                                               struct jw_index_writer *writer,
                                               struct jw_index *stored,
                                               jw_pipeline_fn report, void *arg,
                                               struct jw_pipeline **out,
                                               struct jw_error *err);

/** Hand over a file.  @return false when the run has failed: stop reading. */
bool jw_pipeline_file(struct jw_pipeline *p, const char *path, struct jw_str id,
                      uint64_t bytes);

/** Hand over a line of NDJSON; it is copied.  @return as above. */
bool jw_pipeline_line(struct jw_pipeline *p, struct jw_str line, const char *name,
                      uint64_t number);

/**
 * Hand over an article of the state that the pipeline was started with.  One that
 * cannot be read ends the run.
 * @param bytes  how much text it has, about.
 * @return as above.
 */
bool jw_pipeline_stored(struct jw_pipeline *p, size_t segment, size_t row,
                        uint64_t bytes);

/** Count and report an input that the reader itself could not take. */
void jw_pipeline_reject(struct jw_pipeline *p, const char *name, const char *why);

/** Wait for all batches, stop the workers, free the pipeline. */
void jw_pipeline_finish(struct jw_pipeline *p, struct jw_pipeline_counts *counts);

#endif
