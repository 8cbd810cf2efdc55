/*
 * ingest.h - from inputs to the index writer: what is kept, what is rejected,
 * and the account of both.
 */
#ifndef JW_INDEXER_INGEST_H
#define JW_INDEXER_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/buf.h"
#include "jianwen/index.h"
#include "settings.h"

/** Where articles go; one a run. */
struct jw_ingest {
    const struct jw_indexer_settings *settings;
    struct jw_index_writer *writer;
    /** Memory of the article at hand. */
    struct jw_arena arena;
    struct jw_buf bytes;
    struct jw_buf text;
    uint64_t n_rejected;
    /** Display lines that stood twice and were taken once. */
    uint64_t n_doubles;
    /** Undecodable places that --repair kept. */
    uint64_t n_repaired;
    int64_t start_us;
    int64_t last_progress_us;
    bool progress;
    /** The run cannot go on: disk full, out of memory. */
    enum jw_status fatal;
};

void jw_ingest_init(struct jw_ingest *in, const struct jw_indexer_settings *settings,
                    struct jw_index_writer *writer);
void jw_ingest_release(struct jw_ingest *in);

/** Name an input that is not taken, on stderr, with the reason; count it. */
void jw_ingest_reject(struct jw_ingest *in, const char *name, const char *why);

/**
 * Hand one article to the writer; rejects it when the writer refuses it.
 * @param name  the input's name for messages (path, or file and line).
 */
void jw_ingest_article(struct jw_ingest *in, const struct jw_article *article,
                       const char *name);

/** Show how far it is, at most a few times a second, on a terminal. */
void jw_ingest_progress(struct jw_ingest *in);

/** Take one file of any kind.  @param id  the article's id unless it says another. */
void jw_ingest_file(struct jw_ingest *in, const char *path, struct jw_str id);

/** Take the lines of an NDJSON file; "-" is standard input. */
void jw_ingest_ndjson(struct jw_ingest *in, const char *path);

/**
 * Walk PATHs: files, and folders with all their article files.
 * A path that cannot be read and a folder without articles are rejects.
 */
void jw_ingest_paths(struct jw_ingest *in, char *const *paths, int n);

/**
 * Commit when anything was kept, print the account, say how it went.
 * @return the exit code: 0, 65 with rejects, 1 when nothing was kept or the
 *         run failed.
 */
int jw_ingest_finish(struct jw_ingest *in);

#endif
