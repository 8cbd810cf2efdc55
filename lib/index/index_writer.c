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

#include "bulk.h"
#include "folder.h"
#include "id_set.h"
#include "index_part.h"
#include "intake.h"
#include "jianwen/file.h"
#include "jianwen/index.h"
#include "jianwen/schema.h"
#include "manifest.h"
#include "segment_writer.h"

enum {
    STORED_ARENA_BYTES = 512 * 1024 * 1024,
    /* Text that put() gathers before a part is ended. */
    PART_TEXT_BYTES = 16 * 1024 * 1024
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
    bool committed;
    /* The failure that ended this writer: its segment is half changed. */
    struct jw_error failure;
    struct jw_segment_writer segment;
    /* A base is written in one go when that is possible: then this is used
     * instead of `segment`. */
    struct jw_bulk *bulk;
    struct jw_index_writer_options options;

    /* What was there before; NULL when a base is built. */
    struct jw_index *old;
    struct jw_reader *reader;
    struct dead_rows dead[JW_SEGMENTS_MAX];
    struct jw_arena arena;

    struct jw_id_set ids;
    /* For put(): the one part of a writer that is not used with several. */
    struct jw_index_part *part;
    struct jw_intake intake;
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
        bool base = w->mode != JW_INDEX_CHANGE || n == 0;
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
    if (status == JW_OK) {
        /* What a writer left that was ended in the middle takes room. */
        jw_folder_sweep(w->dir, &w->manifest);
    } else if (status == JW_ENOTFOUND || w->mode == JW_INDEX_BUILD) {
        /* Nothing there, or nothing that a new base would need.  What it may
         * be stays until there is something better. */
        memset(&w->manifest, 0, sizeof w->manifest);
    } else {
        return jw_fail(err, status, "%s", why.message);
    }
    if (w->manifest.next < free_number) {
        w->manifest.next = free_number;
    }
    return JW_OK;
}

/* Remove the new segment, unless it has become part of the index: a commit
 * that failed in its last step may have got as far. */
static void drop_new_segment(const struct jw_index_writer *w)
{
    struct jw_manifest now;
    enum jw_status status = jw_manifest_read(w->dir, &now, NULL, NULL);
    bool ours = status == JW_OK && jw_manifest_names(&now, w->name);
    if (!ours && status != JW_EIO && status != JW_ENOMEM) {
        status = jw_dir_remove(w->path, NULL);
    }
    (void)status;
}

static enum jw_status create_segment(struct jw_index_writer *w, struct jw_error *err)
{
    bool is_base = !jw_segment_name_is_delta(w->name);
    if (is_base && !w->options.stock && jw_bulk_possible(w->path)) {
        return jw_bulk_open(w->path, w->options.memory_bytes / 2, &w->bulk, err);
    }
    enum jw_status status = jw_segment_writer_create(&w->segment, w->path, is_base, err);
    w->open = status == JW_OK;
    return status;
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
            return create_segment(w, err);
        }
    }
    w->open = status == JW_OK;
    return status;
}

/* A quarter of the machine's memory. */
static uint64_t default_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 4 : 1u << 30;
}

enum jw_status jw_index_writer_open(const char *dir, enum jw_index_write_mode mode,
                                    struct jw_index_writer **out, struct jw_error *err)
{
    const struct jw_index_writer_options options = {0, false};
    return jw_index_writer_open_with(dir, mode, &options, out, err);
}

enum jw_status jw_index_writer_open_with(const char *dir, enum jw_index_write_mode mode,
                                         const struct jw_index_writer_options *options,
                                         struct jw_index_writer **out,
                                         struct jw_error *err)
{
    *out = NULL;
    struct jw_index_writer *w = calloc(1, sizeof *w);
    if (!w) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    w->lock_fd = -1;
    w->mode = mode;
    w->options = *options;
    if (w->options.memory_bytes == 0) {
        w->options.memory_bytes = default_memory();
    }
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
    jw_bulk_close(w->bulk);
    if (w->path && w->is_new && !w->committed) {
        drop_new_segment(w);
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
    jw_index_part_free(w->part);
    jw_id_set_release(&w->ids);
    jw_intake_release(&w->intake);
    free(w->path);
    free(w->dir);
    free(w);
}

/* ---- changes ---- */

/* @return whether the writer can go on; else why not. */
static enum jw_status can_change(const struct jw_index_writer *w, struct jw_error *err)
{
    if (w->failure.status != JW_OK) {
        return jw_fail(err, w->failure.status, "%s", w->failure.message);
    }
    if (w->committed) {
        return jw_fail(err, JW_EINVAL, "this writer has committed; open another one");
    }
    jw_error_clear(err);
    return JW_OK;
}

/* After status, which is not JW_OK, nothing of this writer can be committed.
 * A refusal from below is no refusal of the article any more. */
static enum jw_status end_writer(struct jw_index_writer *w, enum jw_status status,
                                 struct jw_error *err)
{
    status = status == JW_EINVAL || status == JW_ENOTFOUND ? JW_EINTERNAL : status;
    if (err && err->message[0] != '\0') {
        return jw_fail(&w->failure, status, "%s", err->message);
    }
    (void)jw_fail(&w->failure, status, "the index cannot be changed: %s",
                  jw_status_name(status));
    return jw_fail(err, status, "%s", w->failure.message);
}

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
    if (status == JW_OK) {
        status = jw_segment_writer_remove(&w->segment, &stored, err);
    }
    return status == JW_ENOTFOUND ? JW_ECORRUPT : status;
}

enum jw_status jw_index_writer_admit(struct jw_index_writer *w,
                                     const struct jw_article *article,
                                     struct jw_error *err)
{
    enum jw_status status = can_change(w, err);
    if (status == JW_OK) {
        status = jw_intake_check(article, err);
    }
    if (status != JW_OK) {
        return status;
    }
    status = jw_id_set_add(&w->ids, article->id);
    if (status == JW_EINVAL) {
        return jw_fail(err, status, "id \"%.*s\" was given twice", (int)article->id.n,
                       article->id.p);
    }
    return status == JW_OK ? JW_OK : jw_fail(err, status, "out of memory");
}

bool jw_index_writer_takes_parts(const struct jw_index_writer *w)
{
    return w->bulk != NULL;
}

struct jw_bulk *jw_writer_bulk(const struct jw_index_writer *w)
{
    return w->bulk;
}

uint64_t jw_index_writer_memory(const struct jw_index_writer *w)
{
    return w->options.memory_bytes;
}

enum jw_status jw_index_writer_append(struct jw_index_writer *w,
                                      struct jw_index_part *part, struct jw_error *err)
{
    enum jw_status status = can_change(w, err);
    if (status != JW_OK) {
        return status;
    }
    struct jw_index_written *sum = &w->written;
    sum->n_articles += part->written.n_articles;
    sum->n_paragraphs += part->written.n_paragraphs;
    sum->text_bytes += part->written.text_bytes;
    memset(&part->written, 0, sizeof part->written);
    status = part->failed ? JW_EINTERNAL : jw_bulk_append(w->bulk, part->bulk, err);
    return status == JW_OK ? JW_OK : end_writer(w, status, err);
}

/* A writer without several parts has one of its own. */
static enum jw_status put_in_part(struct jw_index_writer *w,
                                  const struct jw_article *article, struct jw_error *err)
{
    enum jw_status status = w->part ? JW_OK : jw_index_part_new(w, &w->part, err);
    if (status == JW_OK) {
        status = jw_index_part_put(w->part, article, err);
    }
    if (status == JW_OK && w->part->written.text_bytes >= PART_TEXT_BYTES) {
        status = jw_index_part_end(w->part, err);
        if (status == JW_OK) {
            status = jw_index_writer_append(w, w->part, err);
        }
    }
    return status;
}

static enum jw_status put_in_segment(struct jw_index_writer *w,
                                     const struct jw_article *article,
                                     struct jw_error *err)
{
    enum jw_status status = remove_old(w, article->id, err);
    if (status == JW_OK) {
        w->written.n_replaced++;
    } else if (status != JW_ENOTFOUND) {
        return status;
    }
    status = jw_intake_arrange(&w->intake, article, err);
    if (status == JW_OK) {
        status =
            jw_segment_writer_add(&w->segment, &w->intake.article, w->intake.paragraphs,
                                  w->intake.n, w->intake.date, err);
    }
    if (status == JW_OK) {
        jw_written_count(&w->written, &w->intake);
    }
    return status;
}

enum jw_status jw_index_writer_put(struct jw_index_writer *w,
                                   const struct jw_article *article, struct jw_error *err)
{
    enum jw_status status = jw_index_writer_admit(w, article, err);
    if (status != JW_OK) {
        return status;
    }
    status = w->bulk ? put_in_part(w, article, err) : put_in_segment(w, article, err);
    return status == JW_OK ? JW_OK : end_writer(w, status, err);
}

enum jw_status jw_index_writer_delete(struct jw_index_writer *w, struct jw_str id,
                                      struct jw_error *err)
{
    enum jw_status status = can_change(w, err);
    if (status != JW_OK) {
        return status;
    }
    if (jw_id_set_has(&w->ids, id)) {
        return jw_fail(err, JW_EINVAL, "id \"%.*s\" was given to this writer", (int)id.n,
                       id.p);
    }
    status = remove_old(w, id, err);
    if (status == JW_OK) {
        w->written.n_deleted++;
    }
    return status == JW_OK || status == JW_ENOTFOUND ? status
                                                     : end_writer(w, status, err);
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

static enum jw_status commit_segment(struct jw_index_writer *w, struct jw_error *err)
{
    enum jw_status status = store_dead(w, err);
    return status == JW_OK ? jw_segment_writer_commit(&w->segment, err) : status;
}

static enum jw_status finish_bulk(struct jw_index_writer *w, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    if (w->part) {
        status = jw_index_part_end(w->part, err);
        if (status == JW_OK) {
            status = jw_index_writer_append(w, w->part, err);
        }
    }
    return status == JW_OK ? jw_bulk_finish(w->bulk, err) : status;
}

/* Let go of what was there before, so that it can be swept away. */
static void let_go(struct jw_index_writer *w)
{
    jw_reader_close(w->reader);
    w->reader = NULL;
    jw_index_unref(w->old);
    w->old = NULL;
    jw_folder_sweep(w->dir, &w->manifest);
}

enum jw_status jw_index_writer_commit(struct jw_index_writer *w, struct jw_error *err)
{
    enum jw_status status = can_change(w, err);
    if (status != JW_OK) {
        return status;
    }
    status = w->bulk ? finish_bulk(w, err) : commit_segment(w, err);
    /* Before the new base is named: what is forgotten too early is taken twice, too
     * late it would be lost. */
    if (status == JW_OK && w->mode == JW_INDEX_BUILD) {
        status = jw_folder_forget_watched(w->dir, err);
    }
    if (status == JW_OK) {
        status = jw_dir_sync(w->dir, err);
    }
    if (status != JW_OK) {
        return end_writer(w, status, err);
    }
    struct jw_manifest next = w->manifest;
    if (w->mode != JW_INDEX_CHANGE) {
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
        return end_writer(w, status, err);
    }
    w->manifest = next;
    w->committed = true;
    w->written.revision = next.revision;
    let_go(w);
    return JW_OK;
}

void jw_index_writer_written(const struct jw_index_writer *w,
                             struct jw_index_written *out)
{
    *out = w->written;
    if (w->part) {
        out->n_articles += w->part->written.n_articles;
        out->n_paragraphs += w->part->written.n_paragraphs;
        out->text_bytes += w->part->written.text_bytes;
    }
}
