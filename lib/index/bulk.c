#include "bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_part.h"
#include "jianwen/file.h"
#include "jianwen/glass.h"
#include "jianwen/schema.h"
#include "jianwen/tokenizer.h"
#include "jianwen/xap.h"
#include "places.h"

enum {
    META_KEY_BYTES = 32,
    STRETCHES_MAX_BYTES = 64 << 20
};

struct jw_bulk {
    struct jw_glass_writer *glass;
    struct jw_table table;
    struct jw_chars chars;
    struct jw_counts counts;
    uint32_t n_docs;
    /** Documents of each stretch. */
    struct jw_buf stretches;
    struct jw_text_form form;
    bool form_chosen;
};

bool jw_bulk_possible(const char *dir)
{
    struct jw_xap_writer *probe = NULL;
    char *path = jw_path_join(dir, "probe");
    if (!path || jw_dir_make(path, NULL) != JW_OK) {
        free(path);
        return false;
    }
    bool possible = jw_xap_writer_open(path, JW_XAP_CREATE, &probe, NULL) == JW_OK;
    jw_xap_writer_close(probe);
    possible = possible && jw_glass_known(path);
    possible = jw_dir_remove(path, NULL) == JW_OK && possible;
    free(path);
    return possible;
}

static enum jw_status out_of_memory(struct jw_error *err)
{
    return jw_fail(err, JW_ENOMEM, "out of memory");
}

enum jw_status jw_bulk_open(const char *path, uint64_t memory_bytes, struct jw_bulk **out,
                            struct jw_error *err)
{
    *out = NULL;
    struct jw_bulk *b = calloc(1, sizeof *b);
    if (!b) {
        return out_of_memory(err);
    }
    jw_table_init(&b->table);
    jw_chars_init(&b->chars);
    jw_buf_init(&b->stretches, STRETCHES_MAX_BYTES);
    enum jw_status status = jw_glass_open(path, memory_bytes, &b->glass, err);
    if (status != JW_OK) {
        jw_bulk_close(b);
        return status;
    }
    *out = b;
    return JW_OK;
}

void jw_bulk_close(struct jw_bulk *b)
{
    if (!b) {
        return;
    }
    jw_glass_close(b->glass);
    jw_table_release(&b->table);
    jw_chars_release(&b->chars);
    jw_buf_release(&b->stretches);
    jw_text_form_release(&b->form);
    free(b);
}

enum jw_status jw_bulk_learn(struct jw_bulk *b, const struct jw_str *texts, size_t n)
{
    if (b->form_chosen) {
        return JW_OK;
    }
    b->form_chosen = true;
    return jw_text_form_train(&b->form, texts, n);
}

const struct jw_text_form *jw_bulk_form(struct jw_bulk *b, const struct jw_plain *sample,
                                        size_t n, enum jw_status *status)
{
    *status = JW_OK;
    if (!b->form_chosen) {
        struct jw_str *texts = calloc(n + 1, sizeof *texts);
        for (size_t i = 0; i < n && texts; i++) {
            texts[i] = jw_str_slice(sample[i].bytes, sample[i].n_head, sample[i].bytes.n);
        }
        *status = texts ? jw_bulk_learn(b, texts, n) : JW_ENOMEM;
        free(texts);
    }
    return *status == JW_OK && jw_text_form_exists(&b->form) ? &b->form : NULL;
}

/* ---- appending a part ---- */

static enum jw_status append_rows(struct jw_bulk *b, const struct jw_bulk_part *part)
{
    for (size_t i = 0; i < part->n_rows; i++) {
        struct jw_row row = part->rows[i].row;
        row.first_docid += b->n_docs + 1;
        enum jw_status status = jw_table_add(&b->table, &row, part->rows[i].values);
        if (status != JW_OK) {
            return status;
        }
    }
    return JW_OK;
}

static void reset_part(struct jw_bulk_part *part)
{
    memset(&part->counts, 0, sizeof part->counts);
    jw_chars_clear(&part->chars);
    jw_arena_clear(&part->arena, 1 << 20);
    jw_buf_clear(&part->data);
    jw_part_drop_runs(part);
    part->n_rows = 0;
    part->n_records = 0;
    part->n_docs = 0;
    part->sorted = false;
}

enum jw_status jw_bulk_append(struct jw_bulk *b, struct jw_bulk_part *part,
                              struct jw_error *err)
{
    if (append_rows(b, part) != JW_OK || jw_chars_sum(&b->chars, &part->chars) != JW_OK) {
        return out_of_memory(err);
    }
    size_t at = 0;
    for (size_t i = 0; i < part->n_records; i++) {
        const struct jw_part_record *r = &part->records[i];
        jw_glass_add_data(b->glass, b->n_docs + 1 + r->docid,
                          jw_str_of(part->data.data + at, r->end - at));
        at = r->end;
    }
    enum jw_status status = JW_OK;
    for (size_t i = 0; i < part->n_runs && status == JW_OK; i++) {
        struct jw_part_run *run = &part->runs[i];
        status = jw_glass_add_run(b->glass, &run->bytes, run->lengths, run->n_docs, err);
        jw_buf_add_varint(&b->stretches, run->n_docs);
    }
    b->n_docs += part->n_docs;
    b->counts.n_articles += part->counts.n_articles;
    b->counts.n_paragraphs += part->counts.n_paragraphs;
    b->counts.text_bytes += part->counts.text_bytes;
    b->counts.total_length += part->counts.total_length;
    reset_part(part);
    return status;
}

/* ---- the end ---- */

/* The metadata's entries: these, a list of names a field, the table's chunks. */
enum {
    META_SCHEMA,
    META_FINGERPRINT,
    META_COUNTS,
    META_CHARS,
    META_TEXT_FORM,
    META_STRETCHES,
    META_NAMES,
    META_TABLE = META_NAMES + JW_FIELDS
};

static void put_key(size_t number, char key[META_KEY_BYTES])
{
    static const char *const fixed[] = {JW_META_SCHEMA,    JW_META_FINGERPRINT,
                                        JW_META_COUNTS,    JW_META_CHARS,
                                        JW_META_TEXT_FORM, JW_META_STRETCHES};
    if (number < META_NAMES) {
        (void)snprintf(key, META_KEY_BYTES, "%s", fixed[number]);
    } else if (number < META_TABLE) {
        (void)snprintf(key, META_KEY_BYTES, "%s%zu", JW_META_NAMES, number - META_NAMES);
    } else {
        (void)snprintf(key, META_KEY_BYTES, "%s%zu", JW_META_TABLE, number - META_TABLE);
    }
}

static enum jw_status put_value(size_t number, struct jw_buf *out, void *arg)
{
    const struct jw_bulk *b = arg;
    switch (number) {
    case META_SCHEMA:
        jw_buf_add_c(out, JW_SCHEMA_VERSION);
        break;
    case META_FINGERPRINT:
        jw_buf_add_c(out, jw_text_fingerprint());
        break;
    case META_COUNTS:
        jw_counts_encode(&b->counts, out);
        break;
    case META_CHARS:
        jw_chars_encode(&b->chars, out);
        break;
    case META_TEXT_FORM:
        return jw_text_form_exists(&b->form) ? jw_text_form_encode(&b->form, out) : JW_OK;
    case META_STRETCHES:
        jw_buf_add(out, b->stretches.data, b->stretches.len);
        return jw_buf_status(&b->stretches);
    default:
        if (number < META_TABLE) {
            jw_names_encode(&b->table.names[number - META_NAMES].names, out);
        } else {
            jw_table_encode_chunk(&b->table, number - META_TABLE, out);
        }
        break;
    }
    return JW_OK;
}

struct dated {
    struct jw_places places;
    const struct jw_table *table;
};

static uint32_t date_of(uint32_t docid, void *arg)
{
    const struct dated *d = arg;
    const struct jw_table *t = d->table;
    return t->rows[jw_places_row(d->places.rows, t->rows, t->n_rows, docid)].date;
}

enum jw_status jw_bulk_finish(struct jw_bulk *b, struct jw_error *err)
{
    struct dated dated = {{NULL, NULL}, &b->table};
    struct jw_champion_rule rule = {
        JW_TERM_CHAMPIONS, JW_CHAMPIONS, JW_CHAMPION_LEAST_DOCS,
        JW_CHAMPION_MOST,  NULL,         JW_PLACE_DOCS,
        date_of,           &dated};
    size_t n = META_TABLE + (b->table.n_rows + JW_TABLE_CHUNK - 1) / JW_TABLE_CHUNK;
    struct jw_glass_metadata *metadata = calloc(n, sizeof *metadata);
    char(*keys)[META_KEY_BYTES] = calloc(n, sizeof *keys);
    enum jw_status status = metadata && keys ? JW_OK : out_of_memory(err);
    if (status == JW_OK && jw_places_make(&dated.places, b->table.rows, b->table.n_rows,
                                          b->n_docs) != JW_OK) {
        status = out_of_memory(err);
    }
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        put_key(i, keys[i]);
        metadata[i].key = jw_str_c(keys[i]);
        metadata[i].number = i;
    }
    if (status == JW_OK) {
        rule.newest = dated.places.newest;
        jw_glass_champions(b->glass, &rule);
        status = jw_glass_finish(b->glass, metadata, n, put_value, b, err);
    }
    jw_places_release(&dated.places);
    free(metadata);
    free(keys);
    return status;
}
