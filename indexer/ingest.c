#include "ingest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "jianwen/clock.h"

enum {
    PROGRESS_AFTER_US = 1000000,
    PROGRESS_EVERY_US = 200000,
    EXIT_SOME_REJECTED = 65 /* EX_DATAERR of sysexits.h */
};

static void clear_progress(struct jw_ingest *in)
{
    if (in->last_progress_us) {
        (void)fputs("\r\033[K", stderr);
    }
}

/* How far it is, at most a few times a second, on a terminal. */
static void show_progress(struct jw_ingest *in)
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

static void on_report(enum jw_report what, const char *name, const char *why, void *arg)
{
    struct jw_ingest *in = arg;
    if (what != JW_REPORT_PROGRESS) {
        clear_progress(in);
        (void)fprintf(stderr, "jianwen-indexer: %s%s: %s\n",
                      what == JW_REPORT_REJECTED ? "rejected " : "", name, why);
        in->n_rejected += what == JW_REPORT_REJECTED;
    }
    show_progress(in);
}

enum jw_status jw_ingest_begin(struct jw_ingest *in,
                               const struct jw_indexer_settings *settings,
                               struct jw_index_writer *writer, struct jw_index *stored,
                               struct jw_error *err)
{
    memset(in, 0, sizeof *in);
    in->settings = settings;
    in->writer = writer;
    in->stored = stored;
    in->start_us = jw_clock_us();
    in->progress = isatty(STDERR_FILENO) == 1;
    return jw_pipeline_start(settings, writer, stored, on_report, in, &in->pipeline, err);
}

void jw_ingest_stored(struct jw_ingest *in)
{
    for (size_t i = 0; i < jw_index_n_segments(in->stored); i++) {
        const struct jw_segment *segment = jw_index_segment(in->stored, i);
        for (size_t row = 0; row < segment->n_rows; row++) {
            /* A token is a character or a little more: about three bytes of text. */
            uint64_t bytes = (uint64_t)segment->rows[row].length * 3;
            if (!jw_segment_is_dead(segment, row) &&
                !jw_pipeline_stored(in->pipeline, i, row, bytes)) {
                return;
            }
        }
    }
}

static void print_account(struct jw_ingest *in, const struct jw_index_written *done,
                          const struct jw_pipeline_counts *counts)
{
    double seconds = (double)(jw_clock_us() - in->start_us) / 1e6;
    if (counts->n_doubles) {
        (void)fprintf(stderr,
                      "jianwen-indexer: %" PRIu64 " display lines stood twice and were "
                      "taken once\n",
                      counts->n_doubles);
    }
    if (counts->n_repaired) {
        (void)fprintf(stderr,
                      "jianwen-indexer: %" PRIu64
                      " undecodable places kept as U+FFFD, of all inputs\n",
                      counts->n_repaired);
    }
    (void)printf("%" PRIu64 " articles, %" PRIu64 " paragraphs, %" PRIu64
                 " bytes, %" PRIu64 " rejects, %.3f seconds\n",
                 done->n_articles, done->n_paragraphs, done->text_bytes,
                 counts->n_rejected, seconds);
}

void jw_say_remedy(enum jw_status status, const char *index)
{
    if (status == JW_ENOSPC) {
        (void)fprintf(stderr,
                      "jianwen-indexer: make room on the disk of %s and run it again; a "
                      "new index takes, while it is made, two to three times its text\n",
                      index);
    } else if (status == JW_ENOMEM) {
        (void)fputs("jianwen-indexer: run it again with less memory for postings "
                    "(--memory) or fewer threads (--threads)\n",
                    stderr);
    }
}

static enum jw_status commit(struct jw_ingest *in, struct jw_pipeline_counts *counts)
{
    if (in->last_progress_us) {
        (void)fputs("writing the index ...", stderr);
    }
    enum jw_status status = jw_index_writer_commit(in->writer, &counts->fatal);
    clear_progress(in);
    return status;
}

int jw_ingest_finish(struct jw_ingest *in)
{
    struct jw_index_written done;
    struct jw_pipeline_counts counts;
    jw_pipeline_finish(in->pipeline, &counts);
    enum jw_status status = counts.status;
    jw_index_writer_written(in->writer, &done);
    clear_progress(in);
    if (status == JW_OK && done.n_articles > 0) {
        status = commit(in, &counts);
    }
    in->status = status;
    if (status != JW_OK) {
        (void)fprintf(stderr,
                      "jianwen-indexer: %s\n"
                      "jianwen-indexer: failed; the index is as it was before\n",
                      counts.fatal.message);
        jw_say_remedy(status, in->settings->index);
        return jw_status_exit_code(status);
    }
    print_account(in, &done, &counts);
    if (done.n_articles == 0) {
        (void)fputs("jianwen-indexer: no article was taken; the index is as it was "
                    "before\n",
                    stderr);
        return 1;
    }
    return counts.n_rejected ? EXIT_SOME_REJECTED : 0;
}
