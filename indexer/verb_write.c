/*
 * The verbs that change an index: build, add, import, delete, merge.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest.h"
#include "jianwen/file.h"
#include "jianwen/index.h"
#include "verbs.h"

enum {
    EXIT_SOME_REJECTED = 65
};

static int fail(const struct jw_verb_args *args, const struct jw_error *err)
{
    (void)fprintf(stderr, "jianwen-indexer: %s\n", err->message);
    jw_say_remedy(err->status, args->settings.index);
    return jw_status_exit_code(err->status);
}

/* @return how many bytes of dir name a folder that is there. */
static size_t length_there(const char *dir)
{
    char path[JW_PATH_BYTES];
    struct stat st;
    size_t n = strlen(dir);
    if (n >= sizeof path) {
        return n;
    }
    memcpy(path, dir, n + 1);
    while (n > 0 && stat(path, &st) != 0) {
        while (n > 0 && path[--n] != '/') {
        }
        path[n] = '\0';
    }
    return n;
}

/* Nothing was written: remove the folders that were made for the index, which are
 * behind the first `there` bytes of dir, as far as they are empty. */
static void remove_made(const char *dir, size_t there)
{
    char path[JW_PATH_BYTES];
    size_t n = strlen(dir);
    if (n == there) {
        return;
    }
    jw_index_remove_lock(dir);
    memcpy(path, dir, n + 1);
    for (; n > there; n--) {
        if (path[n] == '\0' || path[n] == '/') {
            path[n] = '\0';
            (void)rmdir(path);
        }
    }
}

static int write_and_close(const struct jw_verb_args *args, enum jw_index_write_mode mode,
                           bool ndjson)
{
    const struct jw_index_writer_options options =
        jw_indexer_writer_options(&args->settings);
    struct jw_index_writer *writer = NULL;
    struct jw_ingest in;
    struct jw_error err;
    jw_error_clear(&err);
    if (jw_index_writer_open_with(args->settings.index, mode, &options, &writer, &err) !=
        JW_OK) {
        return fail(args, &err);
    }
    if (jw_ingest_begin(&in, &args->settings, writer, NULL, &err) != JW_OK) {
        jw_index_writer_close(writer);
        return fail(args, &err);
    }
    if (ndjson) {
        for (int i = 0; i < args->n_operands; i++) {
            jw_ingest_ndjson(&in, args->operands[i]);
        }
    } else {
        jw_ingest_paths(&in, args->operands, args->n_operands);
    }
    int code = jw_ingest_finish(&in);
    jw_index_writer_close(writer);
    return code;
}

static int write_articles(const struct jw_verb_args *args, enum jw_index_write_mode mode,
                          bool ndjson)
{
    size_t there = length_there(args->settings.index);
    int code = write_and_close(args, mode, ndjson);
    if (code != 0 && code != EXIT_SOME_REJECTED) {
        remove_made(args->settings.index, there);
    }
    return code;
}

int jw_verb_build(const struct jw_verb_args *args)
{
    return write_articles(args, JW_INDEX_BUILD, false);
}

int jw_verb_add(const struct jw_verb_args *args)
{
    return write_articles(args, JW_INDEX_CHANGE, false);
}

int jw_verb_import(const struct jw_verb_args *args)
{
    return write_articles(args, JW_INDEX_CHANGE, true);
}

int jw_verb_delete(const struct jw_verb_args *args)
{
    struct jw_index_writer *writer = NULL;
    struct jw_index_written done;
    struct jw_index *index = NULL;
    struct jw_progress progress;
    struct jw_error err;
    int n_missing = 0;
    jw_error_clear(&err);
    jw_progress_begin(&progress);
    /* Without an index there is nothing to delete from, and none is made. */
    if (jw_index_open(args->settings.index, &index, &err) != JW_OK) {
        return fail(args, &err);
    }
    jw_index_unref(index);
    if (jw_index_writer_open(args->settings.index, JW_INDEX_CHANGE, &writer, &err) !=
        JW_OK) {
        return fail(args, &err);
    }
    enum jw_status status = JW_OK;
    for (int i = 0; i < args->n_operands && status == JW_OK; i++) {
        status = jw_index_writer_delete(writer, jw_str_c(args->operands[i]), &err);
        if (jw_progress_is_due(&progress)) {
            jw_progress_say(&progress, "%d of %d articles", i + 1, args->n_operands);
        }
        if (status == JW_ENOTFOUND) {
            jw_progress_clear(&progress);
            (void)fprintf(stderr,
                          "jianwen-indexer: rejected %s: there is no such "
                          "article\n",
                          args->operands[i]);
            n_missing++;
            status = JW_OK;
        }
    }
    jw_index_writer_written(writer, &done);
    if (status == JW_OK && done.n_deleted > 0) {
        jw_progress_say(&progress, "writing the index ...");
        status = jw_index_writer_commit(writer, &err);
    }
    jw_progress_clear(&progress);
    jw_index_writer_close(writer);
    if (status != JW_OK) {
        return fail(args, &err);
    }
    (void)printf("%llu articles deleted, %d rejects\n",
                 (unsigned long long)done.n_deleted, n_missing);
    if (done.n_deleted == 0) {
        return 1;
    }
    return n_missing ? EXIT_SOME_REJECTED : 0;
}

/* Nothing would change: one segment, and all of it alive. */
static bool is_merged(const struct jw_index *index)
{
    return jw_index_n_segments(index) == 1 && jw_index_stats(index)->n_dead == 0;
}

int jw_verb_merge(const struct jw_verb_args *args)
{
    const struct jw_index_writer_options options =
        jw_indexer_writer_options(&args->settings);
    struct jw_index_writer *writer = NULL;
    struct jw_index *index = NULL;
    struct jw_ingest in;
    struct jw_error err;
    jw_error_clear(&err);
    /* Without an index there is nothing to merge, and none is made. */
    enum jw_status status = jw_index_open(args->settings.index, &index, &err);
    jw_index_unref(index);
    index = NULL;
    if (status == JW_OK) {
        status = jw_index_writer_open_with(args->settings.index, JW_INDEX_MERGE, &options,
                                           &writer, &err);
    }
    /* Opened again with the lock held: now nobody else changes it. */
    if (status == JW_OK) {
        status = jw_index_open(args->settings.index, &index, &err);
    }
    if (status == JW_OK && (is_merged(index) || jw_index_stats(index)->n_articles == 0)) {
        (void)puts("there is nothing to merge");
        jw_index_writer_close(writer);
        jw_index_unref(index);
        return 0;
    }
    if (status == JW_OK) {
        status = jw_ingest_begin(&in, &args->settings, writer, index, &err);
    }
    int code = 0;
    if (status == JW_OK) {
        jw_ingest_stored(&in);
        code = jw_ingest_finish(&in);
    } else {
        code = fail(args, &err);
    }
    jw_index_writer_close(writer);
    jw_index_unref(index);
    return code;
}
