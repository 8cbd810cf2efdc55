#include <stdio.h>
#include <stdlib.h>

#include "jianwen/schema.h"
#include "jianwen/tokenizer.h"
#include "segment_writer.h"

enum {
    META_MAX_BYTES = 1 << 30
};

static enum jw_status load_meta(struct jw_database *db, const char *key,
                                struct jw_buf *value, struct jw_error *err)
{
    jw_buf_clear(value);
    return jw_database_meta(db, jw_str_c(key), value, err);
}

static enum jw_status check_version(struct jw_database *db, const char *name,
                                    struct jw_buf *value, struct jw_error *err)
{
    enum jw_status status = load_meta(db, JW_META_SCHEMA, value, err);
    if (status != JW_OK) {
        return status;
    }
    if (!jw_str_eq_c(jw_buf_str(value), JW_SCHEMA_VERSION)) {
        return jw_fail(err, JW_EMISMATCH,
                       "segment %s has schema \"%.*s\", this program reads %s; build the "
                       "index anew with `jianwen-indexer build`",
                       name, (int)value->len, value->data ? value->data : "",
                       JW_SCHEMA_VERSION);
    }
    status = load_meta(db, JW_META_FINGERPRINT, value, err);
    if (status != JW_OK) {
        return status;
    }
    if (!jw_str_eq_c(jw_buf_str(value), jw_text_fingerprint())) {
        return jw_fail(
            err, JW_EMISMATCH,
            "segment %s was made with text analysis \"%.*s\", this program has "
            "\"%s\"; build the index anew with `jianwen-indexer build`",
            name, (int)value->len, value->data ? value->data : "", jw_text_fingerprint());
    }
    return JW_OK;
}

static enum jw_status load_counts(struct jw_str stored, struct jw_counts *counts)
{
    const unsigned char *p = (const unsigned char *)stored.p;
    const unsigned char *end = p + stored.n;
    uint64_t *at[] = {&counts->n_articles, &counts->n_paragraphs, &counts->text_bytes,
                      &counts->total_length};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        if (jw_varint_read(&p, end, at[i]) != JW_OK) {
            return JW_ECORRUPT;
        }
    }
    return JW_OK;
}

static enum jw_status load_table(struct jw_database *db, struct jw_table *table,
                                 struct jw_buf *value, struct jw_error *err)
{
    char key[64];
    enum jw_status status = JW_OK;
    for (int f = 0; f < JW_FIELDS && status == JW_OK; f++) {
        (void)snprintf(key, sizeof key, "%s%d", JW_META_NAMES, f);
        status = load_meta(db, key, value, err);
        if (status == JW_OK) {
            status = jw_table_decode_names(table, (enum jw_field)f, jw_buf_str(value));
        }
    }
    for (size_t k = 0; status == JW_OK; k++) {
        (void)snprintf(key, sizeof key, "%s%zu", JW_META_TABLE, k);
        status = load_meta(db, key, value, err);
        if (status == JW_OK && value->len == 0) {
            break;
        }
        if (status == JW_OK) {
            status = jw_table_decode_chunk(table, jw_buf_str(value));
        }
    }
    return status;
}

enum jw_status jw_segment_load(struct jw_database *db, const char *name,
                               struct jw_table *table, struct jw_chars *chars,
                               struct jw_counts *counts, struct jw_error *err)
{
    struct jw_buf value;
    jw_buf_init(&value, META_MAX_BYTES);
    jw_error_clear(err);
    enum jw_status status = check_version(db, name, &value, err);
    if (status == JW_OK) {
        status = load_meta(db, JW_META_COUNTS, &value, err);
    }
    if (status == JW_OK) {
        status = load_counts(jw_buf_str(&value), counts);
    }
    if (status == JW_OK) {
        status = load_table(db, table, &value, err);
    }
    if (status == JW_OK) {
        status = load_meta(db, JW_META_CHARS, &value, err);
    }
    if (status == JW_OK) {
        status = jw_chars_add(chars, jw_buf_str(&value));
    }
    if (status != JW_OK && err && err->status == JW_OK) {
        (void)jw_fail(
            err, status,
            "segment %s: its article table cannot be read (%s); build the index "
            "anew with `jianwen-indexer build`",
            name, jw_status_name(status));
    }
    jw_buf_release(&value);
    return status;
}

/* Put the ends of stretches together from their sizes.  @return false: they are not
 * those of last_docid documents. */
static bool add_up(struct jw_str sizes, uint32_t last_docid, uint32_t *ends, size_t *n)
{
    const unsigned char *p = (const unsigned char *)sizes.p;
    const unsigned char *end = p + sizes.n;
    uint64_t sum = 0;
    for (*n = 0; p < end; (*n)++) {
        uint64_t size = 0;
        if (jw_varint_read(&p, end, &size) != JW_OK || size > last_docid - sum) {
            return false;
        }
        sum += size;
        ends[*n] = (uint32_t)sum;
    }
    return sum == last_docid;
}

enum jw_status jw_segment_load_stretches(struct jw_database *db, const char *name,
                                         uint32_t last_docid, uint32_t **out, size_t *n,
                                         struct jw_error *err)
{
    struct jw_buf value;
    jw_buf_init(&value, META_MAX_BYTES);
    *out = NULL;
    *n = 0;
    enum jw_status status = load_meta(db, JW_META_STRETCHES, &value, err);
    if (status == JW_OK && value.len) {
        *out = calloc(value.len, sizeof **out);
        if (!*out) {
            status = jw_fail(err, JW_ENOMEM, "out of memory");
        } else if (!add_up(jw_buf_str(&value), last_docid, *out, n)) {
            *n = 0;
            status = jw_fail(err, JW_ECORRUPT,
                             "segment %s: its stretches cannot be read; build the index "
                             "anew with `jianwen-indexer build`",
                             name);
        }
    }
    jw_buf_release(&value);
    return status;
}

enum jw_status jw_segment_load_form(struct jw_database *db, const char *name,
                                    struct jw_text_form *form, struct jw_error *err)
{
    struct jw_buf value;
    jw_buf_init(&value, META_MAX_BYTES);
    enum jw_status status = load_meta(db, JW_META_TEXT_FORM, &value, err);
    if (status == JW_OK && value.len) {
        status = jw_text_form_load(form, jw_buf_str(&value));
        if (status != JW_OK) {
            (void)jw_fail(err, status,
                          "segment %s: the form of its texts cannot be read (%s); build "
                          "the index anew with `jianwen-indexer build`",
                          name, jw_status_name(status));
        }
    }
    jw_buf_release(&value);
    return status;
}
