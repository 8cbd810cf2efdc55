#include <stdlib.h>
#include <string.h>

#include "jianwen/clock.h"
#include "reader.h"

enum {
    /* How often in a row opening anew may bring no article; with the pauses between,
     * two seconds and what opening takes. */
    IDLE_TRIES = 40,
    ARTICLE_ARENA_BYTES = 1 << 30,
    ARENA_KEEP_BYTES = 4 << 20
};

/* A walk over the segment that writers change. */
struct walk {
    jw_row_fn fn;
    void *arg;
    struct jw_reader *reader;
    /* The delta that is walked; its rows before this one are done with. */
    char name[JW_SEGMENT_NAME_BYTES];
    size_t row;
};

static enum jw_status walk_rows(struct jw_reader *reader, size_t segment, size_t *row,
                                jw_row_fn fn, void *arg, struct jw_error *err)
{
    const struct jw_segment *s = jw_index_segment(jw_reader_index(reader), segment);
    enum jw_status status = JW_OK;
    for (; *row < s->n_rows && status == JW_OK; *row += status == JW_OK) {
        if (!jw_segment_is_dead(s, *row)) {
            status = fn(reader, segment, *row, arg, err);
        }
    }
    return status;
}

/* @return the number of segments that no writer changes. */
static size_t n_steady(const struct jw_index *idx)
{
    size_t n = idx->manifest.n_segments;
    return n > 0 && jw_segment_name_is_delta(idx->manifest.names[n - 1]) ? n - 1 : n;
}

static enum jw_status open_present(const char *dir, struct jw_reader **out,
                                   struct jw_error *err)
{
    struct jw_index *index = NULL;
    *out = NULL;
    enum jw_status status = jw_index_open(dir, &index, err);
    if (status == JW_OK) {
        status = jw_reader_open(index, out, err);
    }
    jw_index_unref(index);
    return status;
}

static enum jw_status walk_delta(struct walk *w, struct jw_error *err)
{
    const struct jw_index *idx = jw_reader_index(w->reader);
    size_t i = n_steady(idx);
    if (i == idx->manifest.n_segments) {
        return JW_OK;
    }
    if (strcmp(w->name, idx->manifest.names[i]) != 0) {
        memcpy(w->name, idx->manifest.names[i], sizeof w->name);
        w->row = 0;
    }
    return walk_rows(w->reader, i, &w->row, w->fn, w->arg, err);
}

/* Damage is none when what was read is being replaced. */
static bool has_moved_on(const struct walk *w, enum jw_status status)
{
    return status == JW_ESTALE ||
           ((status == JW_ECORRUPT || status == JW_ENOTFOUND) && w->reader &&
            !jw_index_is_current(jw_reader_index(w->reader)));
}

/* Walk the delta to its end; then w->reader reads the state that was reached. */
static enum jw_status walk_changing(struct walk *w, const char *dir, struct jw_error *err)
{
    enum jw_status status = JW_ESTALE;
    for (unsigned idle = 0; idle < IDLE_TRIES; idle++) {
        struct walk before = *w;
        jw_error_clear(err);
        status = open_present(dir, &w->reader, err);
        if (status == JW_OK) {
            status = walk_delta(w, err);
        }
        if (!has_moved_on(w, status)) {
            return status;
        }
        if (w->row > 0 && (w->row != before.row || strcmp(w->name, before.name) != 0)) {
            idle = 0;
        }
        jw_reader_close(w->reader);
        w->reader = NULL;
        jw_clock_back_off(idle);
    }
    return status == JW_ESTALE
               ? jw_fail(err, status,
                         "the index in %s changes faster than it can be read; try again "
                         "when less is written to it",
                         dir)
               : status;
}

enum jw_status jw_index_walk(const char *dir, jw_row_fn fn, void *arg,
                             struct jw_index_stats *stats, struct jw_error *err)
{
    struct walk w = {.fn = fn, .arg = arg};
    enum jw_status status = walk_changing(&w, dir, err);
    if (status == JW_OK) {
        const struct jw_index *idx = jw_reader_index(w.reader);
        for (size_t i = 0; i < n_steady(idx) && status == JW_OK; i++) {
            size_t row = 0;
            status = walk_rows(w.reader, i, &row, fn, arg, err);
        }
        if (stats) {
            *stats = idx->stats;
        }
    }
    jw_reader_close(w.reader);
    return status;
}

/* ---- keeping ---- */

struct keeping {
    struct jw_kept *kept;
    struct jw_arena arena;
};

/* Copied, and read from the copy, so that it is known to be whole. */
static enum jw_status keep_row(struct jw_reader *r, size_t segment, size_t row, void *arg,
                               struct jw_error *err)
{
    struct keeping *k = arg;
    struct jw_stored stored;
    const struct jw_row *at = &jw_index_segment(r->index, segment)->rows[row];
    enum jw_status status = jw_kept_copy(k->kept, r->databases[segment].xap,
                                         at->first_docid, at->n_docs, err);
    if (status == JW_OK) {
        jw_arena_clear(&k->arena, ARENA_KEEP_BYTES);
        r->kept = k->kept;
        r->kept_segment = segment;
        status = jw_reader_whole(r, segment, row, &k->arena, &stored, err);
        r->kept = NULL;
    }
    return status;
}

enum jw_status jw_reader_open_kept(const char *dir, struct jw_reader **out,
                                   struct jw_error *err)
{
    struct keeping k = {.kept = malloc(sizeof *k.kept)};
    struct walk w = {.fn = keep_row, .arg = &k};
    *out = NULL;
    if (!k.kept) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    jw_kept_init(k.kept);
    jw_arena_init(&k.arena, ARTICLE_ARENA_BYTES);
    enum jw_status status = walk_changing(&w, dir, err);
    jw_arena_release(&k.arena);
    if (status != JW_OK) {
        jw_reader_close(w.reader);
        jw_kept_release(k.kept);
        free(k.kept);
        return status;
    }
    w.reader->kept = k.kept;
    w.reader->kept_segment = n_steady(jw_reader_index(w.reader));
    *out = w.reader;
    return JW_OK;
}
