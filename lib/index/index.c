#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "index_private.h"
#include "jianwen/clock.h"
#include "jianwen/file.h"
#include "jianwen/schema.h"

enum {
    /* How often opening is tried while writers replace what is read; with the pauses
     * between, half a second in all. */
    OPEN_TRIES = 12,
    DEAD_MAX_BYTES = 1 << 30
};

static void set_dead(struct jw_index *idx, struct jw_segment_state *s, size_t row)
{
    uint64_t bit = (uint64_t)1 << (row % 64);
    if (!(s->dead[row / 64] & bit)) {
        s->dead[row / 64] |= bit;
        idx->stats.n_dead++;
    }
}

static enum jw_status damaged(struct jw_error *err, const char *what)
{
    return jw_fail(err, JW_ECORRUPT,
                   "%s is damaged; build the index anew with `jianwen-indexer build`",
                   what);
}

/* Note as dead, in segment i, what segment `by` says of it. */
static enum jw_status load_dead(struct jw_index *idx, struct jw_database *by, size_t i,
                                struct jw_buf *value, struct jw_error *err)
{
    struct jw_segment_state *s = &idx->segments[i];
    char key[64];
    uint64_t row = 0;
    (void)snprintf(key, sizeof key, "%s%s", JW_META_DEAD, idx->manifest.names[i]);
    jw_buf_clear(value);
    enum jw_status status = jw_database_meta(by, jw_str_c(key), value, err);
    if (status != JW_OK) {
        return status;
    }
    const unsigned char *p = (const unsigned char *)value->data;
    const unsigned char *end = p ? p + value->len : p;
    while (p < end) {
        uint64_t step = 0;
        if (jw_varint_read(&p, end, &step) != JW_OK || step > s->table.n_rows ||
            row + step >= s->table.n_rows) {
            return damaged(err, "the list of removed articles");
        }
        row += step;
        set_dead(idx, s, row);
    }
    return JW_OK;
}

/* What a segment says of itself and of those before it: all of it from one
 * reader, so of one revision. */
static enum jw_status load_tables(struct jw_index *idx, size_t i, struct jw_database *db,
                                  struct jw_error *err)
{
    struct jw_segment_state *s = &idx->segments[i];
    struct jw_buf value;
    struct jw_xap_info info;
    enum jw_status status = jw_segment_load(db, idx->manifest.names[i], &s->table,
                                            &idx->chars, &s->counts, err);
    if (status == JW_OK) {
        status = jw_segment_load_form(db, idx->manifest.names[i], &s->form, err);
    }
    if (status == JW_OK) {
        status = jw_database_info(db, &info, err);
    }
    if (status != JW_OK) {
        return status;
    }
    const struct jw_row *last =
        s->table.n_rows ? &s->table.rows[s->table.n_rows - 1] : NULL;
    if (last && last->n_docs && last->first_docid + last->n_docs - 1 > info.last_docid) {
        return damaged(err, "an article table");
    }
    s->public.last_docid = info.last_docid;
    s->revision = info.revision;
    status = jw_segment_load_stretches(db, idx->manifest.names[i], info.last_docid,
                                       &s->stretches, &s->public.n_stretches, err);
    s->public.stretches = s->stretches;
    jw_buf_init(&value, DEAD_MAX_BYTES);
    for (size_t k = 0; k < i && status == JW_OK; k++) {
        status = load_dead(idx, db, k, &value, err);
    }
    jw_buf_release(&value);
    return status;
}

static enum jw_status publish_tables(struct jw_index *idx, size_t i, struct jw_error *err)
{
    struct jw_segment_state *s = &idx->segments[i];
    s->dead = calloc(s->table.n_rows / 64 + 1, sizeof *s->dead);
    if (!s->dead || jw_places_make(&s->places, s->table.rows, s->table.n_rows,
                                   s->public.last_docid) != JW_OK) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    for (size_t row = 0; row < s->table.n_rows; row++) {
        if (s->table.rows[row].n_docs == 0) {
            set_dead(idx, s, row);
        }
    }
    s->public.places = s->places.rows;
    s->public.newest = s->places.newest;
    s->public.name = idx->manifest.names[i];
    s->public.rows = s->table.rows;
    s->public.n_rows = s->table.n_rows;
    s->public.dead = s->dead;
    for (int f = 0; f < JW_FIELDS; f++) {
        s->public.names[f] = s->table.names[f].names;
    }
    return JW_OK;
}

/* A base never changes: it is mapped where lib/glass knows its form.  Anything else
 * is libxapian's. */
static enum jw_status open_database(struct jw_segment_state *s, const char *name,
                                    struct jw_database *db, struct jw_error *err)
{
    enum jw_status status = JW_ENOTFOUND;
    if (!jw_segment_name_is_delta(name)) {
        status = jw_glass_reader_open(s->path, &s->glass, err);
    }
    db->glass = s->glass;
    if (status != JW_ENOTFOUND) {
        return status;
    }
    struct jw_error why;
    jw_error_clear(&why);
    status = jw_xap_reader_open(s->path, &db->xap, &why);
    if (status == JW_ECORRUPT) {
        return jw_fail(err, status,
                       "%s is damaged (%s); build the index anew with `jianwen-indexer "
                       "build`, or restore a backup",
                       s->path, why.message);
    }
    return status == JW_OK ? status : jw_fail(err, status, "%s", why.message);
}

static enum jw_status load_segment(struct jw_index *idx, size_t i, struct jw_error *err)
{
    struct jw_segment_state *s = &idx->segments[i];
    struct jw_database db = {NULL, NULL};
    s->path = jw_path_join(idx->dir, idx->manifest.names[i]);
    if (!s->path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    enum jw_status status = jw_folder_hold_segment(s->path, &s->hold_fd, err);
    if (status == JW_OK) {
        status = open_database(s, idx->manifest.names[i], &db, err);
    }
    if (status == JW_ENOTFOUND) {
        /* CURRENT names it: unless that has changed meanwhile, it is lost. */
        status = damaged(err, s->path);
    }
    if (status == JW_OK) {
        status = load_tables(idx, i, &db, err);
    }
    jw_xap_reader_close(db.xap);
    return status == JW_OK ? publish_tables(idx, i, err) : status;
}

static void sum_up(struct jw_index *idx)
{
    struct jw_index_stats *sum = &idx->stats;
    sum->revision = idx->manifest.revision;
    sum->n_segments = idx->manifest.n_segments;
    for (size_t i = 0; i < idx->manifest.n_segments; i++) {
        const struct jw_segment_state *s = &idx->segments[i];
        sum->text_bytes += s->counts.text_bytes;
        for (size_t row = 0; row < s->table.n_rows; row++) {
            if (!jw_segment_is_dead(&s->public, row)) {
                sum->n_articles++;
                sum->n_docs += s->table.rows[row].n_docs;
                sum->total_length += s->table.rows[row].length;
            }
        }
    }
    sum->n_paragraphs = sum->n_docs - sum->n_articles;
}

/* @param newest  nothing but the state that CURRENT still names when all is read. */
static enum jw_status open_once(const char *dir, bool newest, struct jw_index **out,
                                struct jw_error *err)
{
    struct jw_index *idx = calloc(1, sizeof *idx);
    if (!idx) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    atomic_init(&idx->holders, 1);
    jw_chars_init(&idx->chars);
    for (size_t i = 0; i < JW_SEGMENTS_MAX; i++) {
        idx->segments[i].hold_fd = -1;
        jw_table_init(&idx->segments[i].table);
    }
    idx->dir = strdup(dir);
    enum jw_status status = idx->dir ? JW_OK : jw_fail(err, JW_ENOMEM, "out of memory");
    if (status == JW_OK) {
        status = jw_manifest_read(dir, &idx->manifest, &idx->stamp, err);
    }
    for (size_t i = 0; status == JW_OK && i < idx->manifest.n_segments; i++) {
        status = load_segment(idx, i, err);
    }
    if (status == JW_OK && newest && !jw_index_is_current(idx)) {
        status = JW_ESTALE;
    }
    if (status != JW_OK) {
        jw_index_unref(idx);
        return status;
    }
    sum_up(idx);
    *out = idx;
    return JW_OK;
}

enum jw_status jw_index_open(const char *dir, struct jw_index **out, struct jw_error *err)
{
    enum jw_status status = JW_ESTALE;
    *out = NULL;
    for (unsigned i = 0; i < OPEN_TRIES; i++) {
        struct jw_manifest_stamp before;
        struct jw_manifest_stamp after;
        if (i > 0) {
            jw_clock_back_off(i - 1);
        }
        bool was_there = jw_manifest_stamp(dir, &before);
        /* What was read is one state of the past in any case: bases never change, and
         * all that is taken of the delta is of one revision. */
        status = open_once(dir, i + 1 < OPEN_TRIES, out, err);
        if (status == JW_OK) {
            return JW_OK;
        }
        bool is_there = jw_manifest_stamp(dir, &after);
        if (status != JW_ESTALE && was_there == is_there && before.inode == after.inode &&
            before.mtime_ns == after.mtime_ns) {
            return status; /* nobody is at work here: it is as it is */
        }
    }
    return status == JW_ESTALE
               ? jw_fail(err, status,
                         "the index in %s changes faster than it opens; try again when "
                         "less is written to it",
                         dir)
               : status;
}

struct jw_index *jw_index_ref(struct jw_index *idx)
{
    atomic_fetch_add(&idx->holders, 1);
    return idx;
}

void jw_index_unref(struct jw_index *idx)
{
    if (!idx || atomic_fetch_sub(&idx->holders, 1) != 1) {
        return;
    }
    for (size_t i = 0; i < JW_SEGMENTS_MAX; i++) {
        struct jw_segment_state *s = &idx->segments[i];
        jw_table_release(&s->table);
        jw_text_form_release(&s->form);
        jw_glass_reader_close(s->glass);
        free(s->dead);
        jw_places_release(&s->places);
        free(s->stretches);
        free(s->path);
        if (s->hold_fd >= 0) {
            jw_folder_let_go(idx->dir, idx->manifest.names[i], s->hold_fd);
        }
    }
    jw_chars_release(&idx->chars);
    free(idx->dir);
    free(idx);
}

bool jw_index_is_current(const struct jw_index *idx)
{
    struct jw_manifest_stamp now;
    return jw_manifest_stamp(idx->dir, &now) && now.inode == idx->stamp.inode &&
           now.mtime_ns == idx->stamp.mtime_ns;
}

const struct jw_index_stats *jw_index_stats(const struct jw_index *idx)
{
    return &idx->stats;
}

uint64_t jw_index_disk_bytes(const struct jw_index *idx)
{
    return jw_dir_bytes(idx->dir);
}

uint64_t jw_index_revision(const struct jw_index *idx)
{
    return idx->manifest.revision;
}

size_t jw_index_n_segments(const struct jw_index *idx)
{
    return idx->manifest.n_segments;
}

const struct jw_segment *jw_index_segment(const struct jw_index *idx, size_t i)
{
    return &idx->segments[i].public;
}

uint32_t jw_index_char_df(const struct jw_index *idx, uint32_t cp)
{
    return jw_chars_df(&idx->chars, cp);
}

size_t jw_segment_row_of(const struct jw_segment *segment, uint32_t docid)
{
    const struct jw_row *rows = segment->rows;
    if (docid > segment->last_docid || segment->n_rows == 0) {
        return segment->n_rows;
    }
    size_t row = jw_places_row(segment->places, rows, segment->n_rows, docid);
    bool inside = docid >= rows[row].first_docid &&
                  docid - rows[row].first_docid < rows[row].n_docs;
    return inside ? row : segment->n_rows;
}
