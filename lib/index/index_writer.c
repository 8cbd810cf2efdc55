/*
 * A writer works on one segment: a new base, a new delta, or the delta that
 * is there.  Articles of other segments that are removed or replaced are
 * noted as dead in the delta's metadata; the commit of the delta and the
 * renaming of CURRENT make both visible.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "jianwen/date.h"
#include "jianwen/file.h"
#include "jianwen/index.h"
#include "jianwen/schema.h"
#include "jianwen/utf8.h"
#include "manifest.h"
#include "segment_writer.h"

enum {
    STORED_ARENA_BYTES = 512 * 1024 * 1024,
    FIRST_IDS = 1024
};

/* Rows of another segment that die with the next commit, or are dead. */
struct dead_rows {
    uint64_t *bits;
    size_t n_rows;
    bool changed;
};

struct jw_index_writer {
    char *dir;
    int lock_fd;
    enum jw_index_write_mode mode;
    struct jw_manifest manifest;
    char name[JW_SEGMENT_NAME_BYTES];
    char *path;
    bool is_new;
    bool open;
    struct jw_segment_writer segment;

    /* What was there before; NULL when a base is built. */
    struct jw_index *old;
    struct jw_reader *reader;
    struct dead_rows dead[JW_SEGMENTS_MAX];
    struct jw_arena arena;

    /* Hashes of the ids this writer was given, open addressing. */
    uint64_t *ids;
    size_t n_ids;
    size_t n_id_slots;

    struct jw_paragraph *paragraphs;
    size_t paragraphs_cap;
    struct jw_index_written written;
};

/* ---- opening ---- */

static enum jw_status copy_dead(struct jw_index_writer *w, struct jw_error *err)
{
    for (size_t i = 0; w->old && i < jw_index_n_segments(w->old); i++) {
        const struct jw_segment *s = jw_index_segment(w->old, i);
        size_t words = s->n_rows / 64 + 1;
        w->dead[i].bits = calloc(words, sizeof *w->dead[i].bits);
        if (!w->dead[i].bits) {
            return jw_fail(err, JW_ENOMEM, "out of memory");
        }
        memcpy(w->dead[i].bits, s->dead, words * sizeof *w->dead[i].bits);
        w->dead[i].n_rows = s->n_rows;
    }
    return JW_OK;
}

/* Which segment is worked on: the delta at hand, or a new one. */
static enum jw_status choose_segment(struct jw_index_writer *w, struct jw_error *err)
{
    size_t n = w->manifest.n_segments;
    w->is_new = true;
    if (w->mode == JW_INDEX_CHANGE && n > 0 &&
        jw_segment_name_is_delta(w->manifest.names[n - 1])) {
        memcpy(w->name, w->manifest.names[n - 1], sizeof w->name);
        w->is_new = false;
    } else if (w->mode == JW_INDEX_CHANGE && n == JW_SEGMENTS_MAX) {
        return jw_fail(err, JW_ELIMIT,
                       "the index has %d segments; run "
                       "`jianwen-indexer merge`",
                       JW_SEGMENTS_MAX);
    } else {
        bool base = w->mode == JW_INDEX_BUILD || n == 0;
        (void)snprintf(w->name, sizeof w->name, "%s-%06u", base ? "base" : "delta",
                       w->manifest.next % 1000000000u);
        w->manifest.next++;
    }
    w->path = jw_path_join(w->dir, w->name);
    return w->path ? JW_OK : jw_fail(err, JW_ENOMEM, "out of memory");
}

static enum jw_status read_manifest(struct jw_index_writer *w, struct jw_error *err)
{
    struct jw_error why;
    jw_error_clear(&why);
    enum jw_status status = jw_manifest_read(w->dir, &w->manifest, NULL, &why);
    uint32_t free_number = jw_folder_next_number(w->dir);
    if (status == JW_ENOTFOUND || (status != JW_OK && w->mode == JW_INDEX_BUILD)) {
        /* Nothing there, or nothing that a new base would need. */
        memset(&w->manifest, 0, sizeof w->manifest);
        status = JW_OK;
    }
    if (status != JW_OK) {
        return jw_fail(err, status, "%s", why.message);
    }
    if (w->manifest.next < free_number) {
        w->manifest.next = free_number;
    }
    return JW_OK;
}

static enum jw_status open_segment(struct jw_index_writer *w, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    if (w->mode == JW_INDEX_CHANGE && w->manifest.n_segments > 0) {
        status = jw_index_open(w->dir, &w->old, err);
        if (status == JW_OK) {
            status = jw_reader_open(w->old, &w->reader, err);
        }
        if (status == JW_OK) {
            status = copy_dead(w, err);
        }
    }
    if (status == JW_OK) {
        status = choose_segment(w, err);
    }
    if (status != JW_OK) {
        return status;
    }
    if (!w->is_new) {
        status = jw_segment_writer_open(&w->segment, w->path, err);
    } else {
        status = jw_dir_make(w->path, err);
        if (status == JW_OK) {
            status = jw_folder_mark_segment(w->path, err);
        }
        if (status == JW_OK) {
            bool is_base = !jw_segment_name_is_delta(w->name);
            status = jw_segment_writer_create(&w->segment, w->path, is_base, err);
        }
    }
    w->open = status == JW_OK;
    return status;
}

enum jw_status jw_index_writer_open(const char *dir, enum jw_index_write_mode mode,
                                    struct jw_index_writer **out, struct jw_error *err)
{
    *out = NULL;
    struct jw_index_writer *w = calloc(1, sizeof *w);
    if (!w) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    w->lock_fd = -1;
    w->mode = mode;
    jw_arena_init(&w->arena, STORED_ARENA_BYTES);
    w->dir = strdup(dir);
    enum jw_status status = w->dir ? JW_OK : jw_fail(err, JW_ENOMEM, "out of memory");
    if (status == JW_OK) {
        status = jw_dir_make(dir, err);
    }
    if (status == JW_OK) {
        status = jw_folder_lock(dir, &w->lock_fd, err);
    }
    if (status == JW_OK) {
        status = read_manifest(w, err);
    }
    if (status == JW_OK) {
        status = open_segment(w, err);
    }
    if (status != JW_OK) {
        jw_index_writer_close(w);
        return status;
    }
    *out = w;
    return JW_OK;
}

void jw_index_writer_close(struct jw_index_writer *w)
{
    if (!w) {
        return;
    }
    if (w->open) {
        jw_segment_writer_close(&w->segment);
    }
    if (w->path && w->is_new && w->lock_fd >= 0) {
        /* Not committed: the manifest does not name it. */
        jw_folder_sweep(w->dir, &w->manifest);
    }
    jw_reader_close(w->reader);
    jw_index_unref(w->old);
    for (size_t i = 0; i < JW_SEGMENTS_MAX; i++) {
        free(w->dead[i].bits);
    }
    if (w->lock_fd >= 0) {
        (void)close(w->lock_fd);
    }
    jw_arena_release(&w->arena);
    free(w->ids);
    free(w->paragraphs);
    free(w->path);
    free(w->dir);
    free(w);
}

/* ---- ids given to this writer ---- */

/* 64-bit FNV-1a; two of 10^7 ids meet with a chance of 3 in 10^6. */
static uint64_t hash_id(struct jw_str id)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < id.n; i++) {
        h = (h ^ (unsigned char)id.p[i]) * 0x100000001B3u;
    }
    return h ? h : 1;
}

static uint64_t *id_slot(uint64_t *ids, size_t n_slots, uint64_t hash)
{
    size_t i = hash & (n_slots - 1);
    while (ids[i] && ids[i] != hash) {
        i = (i + 1) & (n_slots - 1);
    }
    return &ids[i];
}

static enum jw_status note_id(struct jw_index_writer *w, struct jw_str id,
                              struct jw_error *err)
{
    if (w->n_ids * 2 >= w->n_id_slots) {
        size_t n = w->n_id_slots ? w->n_id_slots * 2 : FIRST_IDS;
        uint64_t *ids = calloc(n, sizeof *ids);
        if (!ids) {
            return jw_fail(err, JW_ENOMEM, "out of memory");
        }
        for (size_t i = 0; i < w->n_id_slots; i++) {
            if (w->ids[i]) {
                *id_slot(ids, n, w->ids[i]) = w->ids[i];
            }
        }
        free(w->ids);
        w->ids = ids;
        w->n_id_slots = n;
    }
    uint64_t hash = hash_id(id);
    uint64_t *slot = id_slot(w->ids, w->n_id_slots, hash);
    if (*slot) {
        return jw_fail(err, JW_EINVAL, "id \"%.*s\" was given twice", (int)id.n, id.p);
    }
    *slot = hash;
    w->n_ids++;
    return JW_OK;
}

/* ---- changes ---- */

/* Remove what stands in the index under an id.  @return JW_ENOTFOUND: nothing. */
static enum jw_status remove_old(struct jw_index_writer *w, struct jw_str id,
                                 struct jw_error *err)
{
    size_t segment = 0;
    size_t row = 0;
    if (!w->reader) {
        return JW_ENOTFOUND;
    }
    enum jw_status status = jw_reader_find(w->reader, id, &segment, &row, err);
    if (status != JW_OK || (w->dead[segment].bits[row / 64] >> (row % 64) & 1)) {
        return status == JW_OK ? JW_ENOTFOUND : status;
    }
    w->dead[segment].bits[row / 64] |= (uint64_t)1 << (row % 64);
    w->dead[segment].changed = true;
    if (strcmp(jw_index_segment(w->old, segment)->name, w->name) != 0) {
        return JW_OK;
    }
    /* In the segment at hand the documents themselves go. */
    struct jw_stored stored;
    jw_arena_clear(&w->arena, JW_BLOCK_BYTES * 16);
    status = jw_reader_article(w->reader, segment, row, &w->arena, &stored, err);
    for (size_t n = 0; status == JW_OK && n < stored.article.n_paragraphs; n++) {
        status = jw_reader_text(w->reader, &w->arena, &stored, n, err);
    }
    return status == JW_OK ? jw_segment_writer_remove(&w->segment, &stored, err) : status;
}

static enum jw_status check_text(const char *what, struct jw_str s, size_t max,
                                 struct jw_error *err)
{
    size_t bad_at = 0;
    if (s.n > max) {
        return jw_fail(err, JW_EINVAL, "%s has %zu bytes, the limit is %zu", what, s.n,
                       max);
    }
    if (!jw_utf8_valid(s, &bad_at)) {
        return jw_fail(err, JW_EINVAL, "%s is not UTF-8 (byte %zu)", what, bad_at);
    }
    return JW_OK;
}

static enum jw_status check_article(const struct jw_article *a, struct jw_error *err)
{
    const struct {
        const char *what;
        struct jw_str text;
    } facts[] = {{"title", a->title}, {"source", a->source}, {"section", a->section},
                 {"page", a->page},   {"author", a->author}, {"url", a->url},
                 {"date", a->date}};
    if (a->id.n == 0) {
        return jw_fail(err, JW_EINVAL, "the article has no id");
    }
    enum jw_status status = check_text("id", a->id, JW_ID_MAX_BYTES, err);
    for (size_t i = 0; i < sizeof facts / sizeof facts[0] && status == JW_OK; i++) {
        status = check_text(facts[i].what, facts[i].text, JW_FIELD_MAX_BYTES, err);
    }
    if (status == JW_OK && a->n_paragraphs > JW_PARAGRAPHS_MAX) {
        status = jw_fail(err, JW_EINVAL, "%zu paragraphs, the limit is %d",
                         a->n_paragraphs, JW_PARAGRAPHS_MAX);
    }
    bool any = false;
    for (size_t i = 0; i < a->n_paragraphs && status == JW_OK; i++) {
        any |= a->paragraphs[i].text.n > 0;
        status =
            check_text("a paragraph", a->paragraphs[i].text, JW_PARAGRAPH_MAX_BYTES, err);
    }
    if (status == JW_OK && !any) {
        status = jw_fail(err, JW_EINVAL, "the article has no paragraph");
    }
    return status;
}

/*
 * Put the title first, as paragraph 0, and drop what is empty.  A paragraph
 * of the title's role gives its lines when it is the title, and else counts
 * as a heading.
 */
static enum jw_status arrange(struct jw_index_writer *w, const struct jw_article *a,
                              size_t *n, struct jw_error *err)
{
    void *paragraphs = w->paragraphs;
    enum jw_status status = jw_array_grow(&paragraphs, &w->paragraphs_cap,
                                          a->n_paragraphs + 1, sizeof *w->paragraphs);
    w->paragraphs = paragraphs;
    if (status != JW_OK) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    struct jw_paragraph title = {JW_ROLE_TITLE, a->title, 0, 0};
    size_t k = 1;
    for (size_t i = 0; i < a->n_paragraphs; i++) {
        struct jw_paragraph p = a->paragraphs[i];
        if (p.text.n == 0) {
            continue;
        }
        if (p.role == JW_ROLE_TITLE && title.line_start == 0 &&
            (title.text.n == 0 || jw_str_eq(title.text, p.text))) {
            title = p;
            continue;
        }
        if (p.role == JW_ROLE_TITLE) {
            p.role = JW_ROLE_HEADING;
        }
        w->paragraphs[k++] = p;
    }
    w->paragraphs[0] = title;
    *n = k;
    return JW_OK;
}

enum jw_status jw_index_writer_put(struct jw_index_writer *w,
                                   const struct jw_article *article, struct jw_error *err)
{
    uint32_t date = 0;
    size_t n = 0;
    enum jw_status status = check_article(article, err);
    if (status == JW_OK && article->date.n && !jw_date_parse(article->date, &date)) {
        status =
            jw_fail(err, JW_EINVAL, "date \"%.*s\" is not YYYY, YYYY-MM or YYYY-MM-DD",
                    (int)article->date.n, article->date.p);
    }
    if (status == JW_OK) {
        status = arrange(w, article, &n, err);
    }
    if (status == JW_OK) {
        status = note_id(w, article->id, err);
    }
    if (status != JW_OK) {
        return status;
    }
    status = remove_old(w, article->id, err);
    if (status == JW_OK) {
        w->written.n_replaced++;
    } else if (status != JW_ENOTFOUND) {
        return status;
    }
    char date_text[JW_DATE_BYTES];
    struct jw_article stored = *article;
    jw_date_format(date, date_text);
    stored.date = jw_str_c(date_text);
    status = jw_segment_writer_add(&w->segment, &stored, w->paragraphs, n, date, err);
    if (status == JW_OK) {
        w->written.n_articles++;
        w->written.n_paragraphs += n - 1;
        for (size_t i = 0; i < n; i++) {
            w->written.text_bytes += w->paragraphs[i].text.n;
        }
    }
    return status;
}

enum jw_status jw_index_writer_delete(struct jw_index_writer *w, struct jw_str id,
                                      struct jw_error *err)
{
    enum jw_status status = remove_old(w, id, err);
    if (status == JW_OK) {
        w->written.n_deleted++;
    }
    return status;
}

/* ---- the commit ---- */

static enum jw_status store_dead(struct jw_index_writer *w, struct jw_error *err)
{
    struct jw_buf value;
    enum jw_status status = JW_OK;
    jw_buf_init(&value, 1 << 30);
    for (size_t i = 0; w->old && i < jw_index_n_segments(w->old); i++) {
        const char *name = jw_index_segment(w->old, i)->name;
        if (!w->dead[i].changed || strcmp(name, w->name) == 0) {
            continue;
        }
        char key[64];
        size_t last = 0;
        (void)snprintf(key, sizeof key, "%s%s", JW_META_DEAD, name);
        jw_buf_clear(&value);
        for (size_t row = 0; row < w->dead[i].n_rows; row++) {
            if (w->dead[i].bits[row / 64] >> (row % 64) & 1) {
                jw_buf_add_varint(&value, row - last);
                last = row;
            }
        }
        status = jw_buf_status(&value);
        if (status == JW_OK) {
            status = jw_xap_writer_set_meta(w->segment.xap, jw_str_c(key),
                                            jw_buf_str(&value), err);
        }
        if (status != JW_OK) {
            break;
        }
    }
    jw_buf_release(&value);
    return status;
}

enum jw_status jw_index_writer_commit(struct jw_index_writer *w, struct jw_error *err)
{
    enum jw_status status = store_dead(w, err);
    if (status == JW_OK) {
        status = jw_segment_writer_commit(&w->segment, err);
    }
    if (status == JW_OK) {
        status = jw_dir_sync(w->dir, err);
    }
    if (status != JW_OK) {
        return status;
    }
    struct jw_manifest next = w->manifest;
    if (w->mode == JW_INDEX_BUILD) {
        memset(next.names, 0, sizeof next.names);
        next.n_segments = 0;
    }
    if (w->is_new) {
        memcpy(next.names[next.n_segments], w->name, sizeof w->name);
        next.n_segments++;
    }
    next.revision++;
    status = jw_manifest_write(w->dir, &next, err);
    if (status != JW_OK) {
        return status;
    }
    w->manifest = next;
    w->is_new = false;
    w->written.revision = next.revision;
    /* Let go of what was there before, so that it can be swept away. */
    jw_reader_close(w->reader);
    w->reader = NULL;
    jw_index_unref(w->old);
    w->old = NULL;
    jw_folder_sweep(w->dir, &w->manifest);
    return JW_OK;
}

void jw_index_writer_written(const struct jw_index_writer *w,
                             struct jw_index_written *out)
{
    *out = w->written;
}
