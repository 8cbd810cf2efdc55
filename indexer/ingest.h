/*
 * ingest.h - a run that takes inputs into an index: what is kept, what is
 * rejected, and the account of both.
 */
#ifndef JW_INDEXER_INGEST_H
#define JW_INDEXER_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "jianwen/file.h"
#include "jianwen/index.h"
#include "pipeline.h"
#include "progress.h"
#include "settings.h"

/** Files in folders whose extension says nothing to us. */
struct jw_passed_over {
    uint64_t n;
    /** The first of them. */
    char example[JW_PATH_BYTES];
};

/** Say on standard error how many files were passed over, if any. */
void jw_passed_over_say(const struct jw_passed_over *passed_over);

struct jw_ingest {
    const struct jw_indexer_settings *settings;
    struct jw_index_writer *writer;
    struct jw_index *stored;
    struct jw_pipeline *pipeline;
    uint64_t n_rejected;
    struct jw_passed_over passed_over;
    struct jw_progress progress;
    /** After jw_ingest_finish(): JW_OK, also when nothing was kept; or why the run
     *  failed. */
    enum jw_status status;
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
 * Take one article file, or the lines of one of NDJSON.
 * @param id_from  where in path the article's id begins.
 * @return false when the run has failed: stop.
 */
bool jw_ingest_file(struct jw_ingest *in, const char *path, size_t id_from,
                    uint64_t bytes);

/** A walk through a folder and those in it, for its article files. */
struct jw_file_walk {
    /** Called for each file.  @return false to stop. */
    bool (*file)(const char *path, size_t id_from, const struct stat *st, void *arg);
    /** Called for a folder that cannot be read.  @return false to stop. */
    bool (*failed)(const char *dir, int errnum, void *arg);
    void *arg;
    /** Counts what is no article file, nor hidden, nor facts beside a file. */
    struct jw_passed_over *passed_over;
    /** Where in each path its id begins; set by the walk. */
    size_t id_from;
};

void jw_walk_files(struct jw_file_walk *w, const char *dir);

/**
 * Walk PATHs: files, and folders with all their article files.
 * A path that cannot be read and a folder without articles are rejects.
 */
void jw_ingest_paths(struct jw_ingest *in, char *const *paths, int n);

/** Say on standard error what can be done about a failure, if anything. */
void jw_say_remedy(enum jw_status status, const char *index);

/**
 * Wait for the pipeline, commit when anything was kept, print the account,
 * say how it went.
 * @return the exit code: 0, 65 with rejects, 1 when nothing was kept or the
 *         run failed.
 */
int jw_ingest_finish(struct jw_ingest *in);

#endif
