/*
 * The verbs that read an index: check, stats, export.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jianwen/clock.h"
#include "jianwen/index.h"
#include "jianwen/tokenizer.h"
#include "jianwen/utf8.h"
#include "json_layout.h"
#include "progress.h"
#include "verbs.h"

enum {
    ARENA_LIMIT_BYTES = 1 << 30,
    ARENA_KEEP_BYTES = 4 << 20,
    REPORT_BYTES = 1 << 20,
    /* Of a segment that is written to; with the pauses between, two seconds and what
     * checking takes. */
    CHECK_TRIES = 40
};

static int fail(const struct jw_error *err)
{
    (void)fprintf(stderr, "jianwen-indexer: %s\n", err->message);
    return jw_status_exit_code(err->status);
}

/* ---- check ---- */

struct check {
    struct jw_arena arena;
    struct jw_progress progress;
    size_t n_checked;
};

/* The record must say what the table says, and be found by its id. */
static enum jw_status check_row(struct jw_reader *reader, size_t segment, size_t row,
                                void *arg, struct jw_error *err)
{
    struct check *c = arg;
    struct jw_arena *arena = &c->arena;
    if (jw_progress_is_due(&c->progress)) {
        jw_progress_say(
            &c->progress, "%zu of %llu articles checked", c->n_checked,
            (unsigned long long)jw_index_stats(jw_reader_index(reader))->n_articles);
    }
    c->n_checked++;
    const struct jw_row *at =
        &jw_index_segment(jw_reader_index(reader), segment)->rows[row];
    struct jw_stored stored;
    size_t found_segment = 0;
    size_t found_row = 0;
    jw_arena_clear(arena, ARENA_KEEP_BYTES);
    enum jw_status status = jw_reader_whole(reader, segment, row, arena, &stored, err);
    if (status != JW_OK) {
        return status;
    }
    const struct jw_article *a = &stored.article;
    if (a->n_paragraphs != at->n_docs) {
        return jw_fail(err, JW_ECORRUPT, "article \"%.*s\": %zu paragraphs, %u documents",
                       (int)a->id.n, a->id.p, a->n_paragraphs, at->n_docs);
    }
    for (size_t i = 0; i < a->n_paragraphs; i++) {
        if (!jw_utf8_valid(a->paragraphs[i].text, NULL)) {
            return jw_fail(err, JW_ECORRUPT,
                           "article \"%.*s\": paragraph %zu is not UTF-8", (int)a->id.n,
                           a->id.p, i);
        }
    }
    status = jw_reader_find(reader, a->id, &found_segment, &found_row, err);
    if (status == JW_ENOTFOUND ||
        (status == JW_OK && (found_segment != segment || found_row != row))) {
        return jw_fail(err, JW_ECORRUPT, "article \"%.*s\" is not found by its id",
                       (int)a->id.n, a->id.p);
    }
    return status;
}

static enum jw_status check_segment(const struct jw_verb_args *args,
                                    const struct jw_segment *segment,
                                    struct jw_buf *report, size_t *n_faults,
                                    struct jw_error *err)
{
    char path[JW_PATH_BYTES * 2];
    jw_buf_clear(report);
    (void)snprintf(path, sizeof path, "%s/%s", args->settings.index, segment->name);
    jw_buf_printf(report, "%s: ", path);
    enum jw_status status = jw_xap_check(path, report, n_faults, err);
    if (status == JW_ECORRUPT) {
        const struct jw_error why = *err;
        return jw_fail(err, status,
                       "%s is damaged (%s); build the index anew with `jianwen-indexer "
                       "build`, or restore a backup",
                       path, why.message);
    }
    return status;
}

/*
 * The last segment may be a delta that is being written to: what is wrong with it
 * counts when it is so in a state that is still the present one.  Bases never change.
 */
static enum jw_status check_last(const struct jw_verb_args *args, struct jw_index **index,
                                 struct jw_buf *report, size_t *n_faults,
                                 struct jw_error *err)
{
    enum jw_status status = JW_ESTALE;
    for (unsigned i = 0; i < CHECK_TRIES; i++) {
        jw_error_clear(err);
        status = jw_index_open(args->settings.index, index, err);
        if (status != JW_OK) {
            return status;
        }
        size_t n = jw_index_n_segments(*index);
        status = n ? check_segment(args, jw_index_segment(*index, n - 1), report,
                                   n_faults, err)
                   : JW_OK;
        if ((status == JW_OK && *n_faults == 0) || jw_index_is_current(*index)) {
            return status;
        }
        jw_index_unref(*index);
        *index = NULL;
        jw_clock_back_off(i);
    }
    return jw_fail(
        err, JW_ESTALE,
        "the index in %s changes faster than it can be checked; try again when "
        "less is written to it",
        args->settings.index);
}

static void say_faults(const struct jw_buf *report, size_t n)
{
    if (n) {
        (void)fprintf(stderr, "jianwen-indexer: %.*s", (int)report->len, report->data);
    }
}

static enum jw_status check_files(const struct jw_verb_args *args, size_t *n_faults,
                                  struct jw_error *err)
{
    struct jw_index *index = NULL;
    struct jw_buf report;
    jw_buf_init(&report, REPORT_BYTES);
    enum jw_status status = check_last(args, &index, &report, n_faults, err);
    say_faults(&report, *n_faults);
    for (size_t i = index ? jw_index_n_segments(index) : 0; i > 1 && status == JW_OK;
         i--) {
        size_t n = 0;
        status = check_segment(args, jw_index_segment(index, i - 2), &report, &n, err);
        say_faults(&report, n);
        *n_faults += n;
    }
    jw_buf_release(&report);
    jw_index_unref(index);
    return status;
}

int jw_verb_check(const struct jw_verb_args *args)
{
    struct jw_index_stats stats;
    struct check c;
    struct jw_error err;
    size_t n_faults = 0;
    jw_error_clear(&err);
    memset(&c, 0, sizeof c);
    jw_arena_init(&c.arena, ARENA_LIMIT_BYTES);
    jw_progress_begin(&c.progress);
    jw_progress_say(&c.progress, "checking the files of the index ...");
    enum jw_status status = check_files(args, &n_faults, &err);
    if (status == JW_OK && n_faults == 0) {
        status = jw_index_walk(args->settings.index, check_row, &c, &stats, &err);
    }
    jw_progress_clear(&c.progress);
    jw_arena_release(&c.arena);
    if (status != JW_OK) {
        return fail(&err);
    }
    if (n_faults) {
        (void)fputs("jianwen-indexer: the index is damaged; build it anew with "
                    "`jianwen-indexer build`\n",
                    stderr);
        return 1;
    }
    (void)printf("the index is sound: %llu articles, %llu paragraphs\n",
                 (unsigned long long)stats.n_articles,
                 (unsigned long long)stats.n_paragraphs);
    return 0;
}

/* ---- stats ---- */

int jw_verb_stats(const struct jw_verb_args *args)
{
    struct jw_index *index = NULL;
    struct jw_error err;
    jw_error_clear(&err);
    if (jw_index_open(args->settings.index, &index, &err) != JW_OK) {
        return fail(&err);
    }
    const struct jw_index_stats *stats = jw_index_stats(index);
    double disk = (double)jw_index_disk_bytes(index);
    double text = (double)stats->text_bytes;
    (void)printf(
        "revision            %llu\n"
        "articles            %llu\n"
        "paragraphs          %llu\n"
        "text_bytes          %llu\n"
        "disk_bytes          %.0f\n"
        "bytes_per_text_byte %.3f\n"
        "dead_articles       %llu\n"
        "segments            %zu\n"
        "analysis            %s\n",
        (unsigned long long)stats->revision, (unsigned long long)stats->n_articles,
        (unsigned long long)stats->n_paragraphs, (unsigned long long)stats->text_bytes,
        disk, text > 0 ? disk / text : 0.0, (unsigned long long)stats->n_dead,
        stats->n_segments, jw_text_fingerprint());
    jw_index_unref(index);
    return 0;
}

/* ---- export ---- */

static bool add_text(cJSON *object, const char *key, struct jw_str s)
{
    if (s.n == 0) {
        return true;
    }
    char *z = malloc(s.n + 1);
    if (!z) {
        return false;
    }
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    bool added = cJSON_AddStringToObject(object, key, z) != NULL;
    free(z);
    return added;
}

static bool add_paragraphs(cJSON *object, const struct jw_article *a)
{
    cJSON *list = cJSON_AddArrayToObject(object, "paragraphs");
    for (size_t i = 1; list && i < a->n_paragraphs; i++) {
        const struct jw_paragraph *p = &a->paragraphs[i];
        cJSON *item = cJSON_CreateObject();
        if (!item || !add_text(item, "text", p->text) ||
            !cJSON_AddStringToObject(item, "role", jw_role_name(p->role)) ||
            !cJSON_AddItemToArray(list, item)) {
            cJSON_Delete(item);
            return false;
        }
    }
    return list != NULL;
}

static enum jw_status export_article(const struct jw_article *a, struct jw_error *err)
{
    cJSON *object = cJSON_CreateObject();
    bool good =
        object && add_text(object, "id", a->id) && add_text(object, "title", a->title) &&
        add_text(object, "date", a->date) && add_text(object, "source", a->source) &&
        add_text(object, "section", a->section) && add_text(object, "page", a->page) &&
        add_text(object, "author", a->author) && add_text(object, "url", a->url) &&
        add_paragraphs(object, a) && jw_json_put_layout(object, a);
    char *line = good ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    if (!line) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    int rc = puts(line);
    free(line);
    return rc < 0 ? jw_fail(err, JW_EIO, "cannot write to standard output") : JW_OK;
}

static enum jw_status export_segment(struct jw_reader *reader, size_t i,
                                     struct jw_progress *progress, size_t *n_done,
                                     struct jw_error *err)
{
    const struct jw_segment *segment = jw_index_segment(jw_reader_index(reader), i);
    struct jw_arena arena;
    enum jw_status status = JW_OK;
    jw_arena_init(&arena, ARENA_LIMIT_BYTES);
    for (size_t row = 0; row < segment->n_rows && status == JW_OK; row++) {
        struct jw_stored stored;
        if (jw_segment_is_dead(segment, row)) {
            continue;
        }
        jw_arena_clear(&arena, ARENA_KEEP_BYTES);
        status = jw_reader_whole(reader, i, row, &arena, &stored, err);
        if (status == JW_OK) {
            status = export_article(&stored.article, err);
            ++*n_done;
        }
        if (jw_progress_is_due(progress)) {
            jw_progress_say(
                progress, "%zu of %llu articles", *n_done,
                (unsigned long long)jw_index_stats(jw_reader_index(reader))->n_articles);
        }
    }
    jw_arena_release(&arena);
    return status;
}

int jw_verb_export(const struct jw_verb_args *args)
{
    struct jw_reader *reader = NULL;
    struct jw_progress progress;
    struct jw_error err;
    size_t n_done = 0;
    jw_error_clear(&err);
    jw_progress_begin(&progress);
    /* Articles on the same terminal are progress enough. */
    progress.told = progress.told && !isatty(STDOUT_FILENO);
    enum jw_status status = jw_reader_open_kept(args->settings.index, &reader, &err);
    if (status == JW_OK) {
        size_t n = jw_index_n_segments(jw_reader_index(reader));
        for (size_t i = 0; i < n && status == JW_OK; i++) {
            status = export_segment(reader, i, &progress, &n_done, &err);
        }
    }
    jw_progress_clear(&progress);
    jw_reader_close(reader);
    return status == JW_OK ? 0 : fail(&err);
}
