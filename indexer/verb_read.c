/*
 * The verbs that read an index: check, stats, export.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/index.h"
#include "jianwen/tokenizer.h"
#include "jianwen/utf8.h"
#include "verbs.h"

enum {
    ARENA_LIMIT_BYTES = 1 << 30,
    ARENA_KEEP_BYTES = 4 << 20,
    REPORT_BYTES = 1 << 20
};

static int fail(const struct jw_error *err)
{
    (void)fprintf(stderr, "jianwen-indexer: %s\n", err->message);
    return jw_status_exit_code(err->status);
}

/* ---- walking all articles ---- */

typedef enum jw_status (*article_fn)(const struct jw_stored *stored, void *arg,
                                     struct jw_error *err);

static enum jw_status each_article(struct jw_index *index, article_fn fn, void *arg,
                                   struct jw_error *err)
{
    struct jw_reader *reader = NULL;
    struct jw_arena arena;
    jw_arena_init(&arena, ARENA_LIMIT_BYTES);
    enum jw_status status = jw_reader_open(index, &reader, err);
    for (size_t i = 0; i < jw_index_n_segments(index) && status == JW_OK; i++) {
        const struct jw_segment *segment = jw_index_segment(index, i);
        for (size_t row = 0; row < segment->n_rows && status == JW_OK; row++) {
            struct jw_stored stored;
            if (jw_segment_is_dead(segment, row)) {
                continue;
            }
            jw_arena_clear(&arena, ARENA_KEEP_BYTES);
            status = jw_reader_article(reader, i, row, &arena, &stored, err);
            for (size_t n = 0; status == JW_OK && n < stored.article.n_paragraphs; n++) {
                status = jw_reader_text(reader, &arena, &stored, n, err);
            }
            if (status == JW_OK) {
                status = jw_stored_lines(&stored, &arena, err);
            }
            if (status == JW_OK) {
                status = fn(&stored, arg, err);
            }
        }
    }
    jw_reader_close(reader);
    jw_arena_release(&arena);
    return status;
}

/* ---- check ---- */

struct check_sums {
    uint64_t n_articles;
    uint64_t n_paragraphs;
    struct jw_index *index;
    struct jw_reader *reader;
};

/* The record must say what the table says, and be found by its id. */
static enum jw_status check_article(const struct jw_stored *stored, void *arg,
                                    struct jw_error *err)
{
    struct check_sums *sums = arg;
    const struct jw_segment *segment = jw_index_segment(sums->index, stored->segment);
    const struct jw_article *a = &stored->article;
    size_t in_segment = 0;
    size_t row = 0;
    if (a->n_paragraphs != segment->rows[stored->row].n_docs) {
        return jw_fail(err, JW_ECORRUPT, "article \"%.*s\": %zu paragraphs, %u documents",
                       (int)a->id.n, a->id.p, a->n_paragraphs,
                       segment->rows[stored->row].n_docs);
    }
    for (size_t i = 0; i < a->n_paragraphs; i++) {
        if (!jw_utf8_valid(a->paragraphs[i].text, NULL)) {
            return jw_fail(err, JW_ECORRUPT,
                           "article \"%.*s\": paragraph %zu is not UTF-8", (int)a->id.n,
                           a->id.p, i);
        }
    }
    enum jw_status status = jw_reader_find(sums->reader, a->id, &in_segment, &row, err);
    if (status == JW_ENOTFOUND ||
        (status == JW_OK && (in_segment != stored->segment || row != stored->row))) {
        return jw_fail(err, JW_ECORRUPT, "article \"%.*s\" is not found by its id",
                       (int)a->id.n, a->id.p);
    }
    sums->n_articles++;
    sums->n_paragraphs += a->n_paragraphs - 1;
    return status;
}

static enum jw_status check_files(const struct jw_verb_args *args, struct jw_index *index,
                                  size_t *n_faults, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    for (size_t i = 0; i < jw_index_n_segments(index) && status == JW_OK; i++) {
        char path[JW_PATH_BYTES * 2];
        struct jw_buf report;
        size_t n = 0;
        jw_buf_init(&report, REPORT_BYTES);
        (void)snprintf(path, sizeof path, "%s/%s", args->settings.index,
                       jw_index_segment(index, i)->name);
        status = jw_xap_check(path, &report, &n, err);
        if (n) {
            (void)fprintf(stderr, "jianwen-indexer: %.*s", (int)report.len, report.data);
        }
        *n_faults += n;
        jw_buf_release(&report);
    }
    return status;
}

int jw_verb_check(const struct jw_verb_args *args)
{
    struct check_sums sums = {0, 0, NULL, NULL};
    struct jw_error err;
    size_t n_faults = 0;
    jw_error_clear(&err);
    enum jw_status status = jw_index_open(args->settings.index, &sums.index, &err);
    if (status == JW_OK) {
        status = check_files(args, sums.index, &n_faults, &err);
    }
    if (status == JW_OK && n_faults == 0) {
        status = jw_reader_open(sums.index, &sums.reader, &err);
    }
    if (status == JW_OK && n_faults == 0) {
        status = each_article(sums.index, check_article, &sums, &err);
    }
    if (status == JW_OK && n_faults == 0 &&
        sums.n_articles != jw_index_stats(sums.index)->n_articles) {
        status = jw_fail(&err, JW_ECORRUPT, "the counts do not add up");
    }
    jw_reader_close(sums.reader);
    jw_index_unref(sums.index);
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
                 (unsigned long long)sums.n_articles,
                 (unsigned long long)sums.n_paragraphs);
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

static enum jw_status export_article(const struct jw_stored *stored, void *arg,
                                     struct jw_error *err)
{
    const struct jw_article *a = &stored->article;
    cJSON *object = cJSON_CreateObject();
    (void)arg;
    bool good =
        object && add_text(object, "id", a->id) && add_text(object, "title", a->title) &&
        add_text(object, "date", a->date) && add_text(object, "source", a->source) &&
        add_text(object, "section", a->section) && add_text(object, "page", a->page) &&
        add_text(object, "author", a->author) && add_text(object, "url", a->url) &&
        add_paragraphs(object, a);
    char *line = good ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    if (!line) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    int rc = puts(line);
    free(line);
    return rc < 0 ? jw_fail(err, JW_EIO, "cannot write to standard output") : JW_OK;
}

int jw_verb_export(const struct jw_verb_args *args)
{
    struct jw_index *index = NULL;
    struct jw_error err;
    jw_error_clear(&err);
    enum jw_status status = jw_index_open(args->settings.index, &index, &err);
    if (status == JW_OK) {
        status = each_article(index, export_article, NULL, &err);
    }
    jw_index_unref(index);
    return status == JW_OK ? 0 : fail(&err);
}
