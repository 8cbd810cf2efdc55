#include "ingest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "jianwen/clock.h"

enum {
    ARENA_LIMIT_BYTES = 1 << 30,
    ARENA_KEEP_BYTES = 4 << 20,
    PROGRESS_AFTER_US = 1000000,
    PROGRESS_EVERY_US = 200000,
    EXIT_SOME_REJECTED = 65 /* EX_DATAERR of sysexits.h */
};

void jw_ingest_init(struct jw_ingest *in, const struct jw_indexer_settings *settings,
                    struct jw_index_writer *writer)
{
    memset(in, 0, sizeof *in);
    in->settings = settings;
    in->writer = writer;
    in->start_us = jw_clock_us();
    in->progress = isatty(STDERR_FILENO) == 1;
    jw_arena_init(&in->arena, ARENA_LIMIT_BYTES);
    jw_buf_init(&in->bytes, (size_t)settings->file_bytes + 1);
    /* UTF-8 takes at most three bytes for each of any other encoding's. */
    jw_buf_init(&in->text, (size_t)settings->file_bytes * 3 + 16);
}

void jw_ingest_release(struct jw_ingest *in)
{
    jw_arena_release(&in->arena);
    jw_buf_release(&in->bytes);
    jw_buf_release(&in->text);
}

static void clear_progress(struct jw_ingest *in)
{
    if (in->last_progress_us) {
        (void)fputs("\r\033[K", stderr);
    }
}

void jw_ingest_progress(struct jw_ingest *in)
{
    int64_t now = jw_clock_us();
    if (!in->progress || now - in->start_us < PROGRESS_AFTER_US ||
        now - in->last_progress_us < PROGRESS_EVERY_US) {
        return;
    }
    struct jw_index_written done;
    jw_index_writer_written(in->writer, &done);
    double seconds = (double)(now - in->start_us) / 1e6;
    (void)fprintf(
        stderr, "\r%" PRIu64 " articles, %.1f MB, %.1f MB/s, %" PRIu64 " rejected\033[K",
        done.n_articles, (double)done.text_bytes / 1e6,
        (double)done.text_bytes / 1e6 / seconds, in->n_rejected);
    in->last_progress_us = now;
}

void jw_ingest_reject(struct jw_ingest *in, const char *name, const char *why)
{
    clear_progress(in);
    (void)fprintf(stderr, "jianwen-indexer: rejected %s: %s\n", name, why);
    in->n_rejected++;
}

void jw_ingest_article(struct jw_ingest *in, const struct jw_article *article,
                       const char *name)
{
    struct jw_error err;
    jw_error_clear(&err);
    enum jw_status status = jw_index_writer_put(in->writer, article, &err);
    if (status == JW_EINVAL) {
        jw_ingest_reject(in, name, err.message);
    } else if (status != JW_OK) {
        clear_progress(in);
        (void)fprintf(stderr, "jianwen-indexer: stopped at %s: %s\n", name, err.message);
        in->fatal = status;
    }
    jw_arena_clear(&in->arena, ARENA_KEEP_BYTES);
    jw_ingest_progress(in);
}

static void print_account(struct jw_ingest *in, const struct jw_index_written *done)
{
    double seconds = (double)(jw_clock_us() - in->start_us) / 1e6;
    if (in->n_doubles) {
        (void)fprintf(stderr,
                      "jianwen-indexer: %" PRIu64 " display lines stood twice and were "
                      "taken once\n",
                      in->n_doubles);
    }
    if (in->n_repaired) {
        (void)fprintf(stderr,
                      "jianwen-indexer: %" PRIu64 " undecodable places kept as U+FFFD\n",
                      in->n_repaired);
    }
    (void)printf("%" PRIu64 " articles, %" PRIu64 " paragraphs, %" PRIu64
                 " bytes, %" PRIu64 " rejects, %.3f seconds\n",
                 done->n_articles, done->n_paragraphs, done->text_bytes, in->n_rejected,
                 seconds);
}

int jw_ingest_finish(struct jw_ingest *in)
{
    struct jw_index_written done;
    struct jw_error err;
    enum jw_status status = in->fatal;
    jw_error_clear(&err);
    jw_index_writer_written(in->writer, &done);
    clear_progress(in);
    if (status == JW_OK && done.n_articles > 0) {
        if (in->last_progress_us) {
            (void)fputs("writing the index ...", stderr);
        }
        status = jw_index_writer_commit(in->writer, &err);
        clear_progress(in);
        if (status != JW_OK) {
            (void)fprintf(stderr, "jianwen-indexer: %s\n", err.message);
        }
    }
    if (status != JW_OK) {
        (void)fputs("jianwen-indexer: failed; the index is as it was before\n", stderr);
        return jw_status_exit_code(status);
    }
    print_account(in, &done);
    if (done.n_articles == 0) {
        (void)fputs("jianwen-indexer: no article was taken; the index is as it was "
                    "before\n",
                    stderr);
        return 1;
    }
    return in->n_rejected ? EXIT_SOME_REJECTED : 0;
}
