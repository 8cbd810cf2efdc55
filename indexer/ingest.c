#include "ingest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    EXIT_SOME_REJECTED = 65 /* EX_DATAERR of sysexits.h */
};

static void show_progress(struct jw_ingest *in)
{
    if (!jw_progress_is_due(&in->progress)) {
        return;
    }
    struct jw_index_written done;
    jw_index_writer_written(in->writer, &done);
    double mb = (double)done.text_bytes / 1e6;
    jw_progress_say(
        &in->progress, "%" PRIu64 " articles, %.1f MB, %.1f MB/s, %" PRIu64 " rejected",
        done.n_articles, mb, mb / jw_progress_seconds(&in->progress), in->n_rejected);
}

static void on_report(enum jw_report what, const char *name, const char *why, void *arg)
{
    struct jw_ingest *in = arg;
    if (what != JW_REPORT_PROGRESS) {
        jw_progress_clear(&in->progress);
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
    jw_progress_begin(&in->progress);
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
    jw_passed_over_say(&in->passed_over);
    (void)printf("%" PRIu64 " articles, %" PRIu64 " paragraphs, %" PRIu64
                 " bytes, %" PRIu64 " rejects, %.3f seconds\n",
                 done->n_articles, done->n_paragraphs, done->text_bytes,
                 counts->n_rejected, jw_progress_seconds(&in->progress));
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
    jw_progress_say(&in->progress, "writing the index ...");
    enum jw_status status = jw_index_writer_commit(in->writer, &counts->fatal);
    jw_progress_clear(&in->progress);
    return status;
}

int jw_ingest_finish(struct jw_ingest *in)
{
    struct jw_index_written done;
    struct jw_pipeline_counts counts;
    jw_pipeline_finish(in->pipeline, &counts);
    enum jw_status status = counts.status;
    jw_index_writer_written(in->writer, &done);
    jw_progress_clear(&in->progress);
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
