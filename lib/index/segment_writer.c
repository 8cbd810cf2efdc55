#include "segment_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/schema.h"
#include "jianwen/tokenizer.h"

enum {
    RECORD_BUFFER_BYTES = 512 * 1024 * 1024,
    META_BUFFER_BYTES = 1 << 30
};

static enum jw_status init(struct jw_segment_writer *w, struct jw_error *err)
{
    memset(w, 0, sizeof *w);
    jw_table_init(&w->table);
    jw_chars_init(&w->chars);
    jw_document_init(&w->document);
    jw_buf_init(&w->record, RECORD_BUFFER_BYTES);
    return jw_record_encoder_init(&w->encoder, err);
}

enum jw_status jw_segment_writer_create(struct jw_segment_writer *w, const char *path,
                                        bool is_base, struct jw_error *err)
{
    enum jw_status status = init(w, err);
    if (status == JW_OK) {
        status = jw_xap_writer_open(path, is_base ? JW_XAP_CREATE_STATIC : JW_XAP_CREATE,
                                    &w->xap, err);
    }
    if (status == JW_OK) {
        status = jw_xap_writer_set_meta(w->xap, jw_str_c(JW_META_SCHEMA),
                                        jw_str_c(JW_SCHEMA_VERSION), err);
    }
    if (status == JW_OK) {
        status = jw_xap_writer_set_meta(w->xap, jw_str_c(JW_META_FINGERPRINT),
                                        jw_str_c(jw_text_fingerprint()), err);
    }
    if (status != JW_OK) {
        jw_segment_writer_close(w);
    }
    return status;
}

enum jw_status jw_segment_writer_open(struct jw_segment_writer *w, const char *path,
                                      struct jw_error *err)
{
    struct jw_database db = {NULL, NULL};
    enum jw_status status = init(w, err);
    if (status == JW_OK) {
        status = jw_xap_writer_open(path, JW_XAP_OPEN, &w->xap, err);
    }
    if (status == JW_OK) {
        status = jw_xap_reader_open(path, &db.xap, err);
    }
    if (status == JW_OK) {
        status = jw_segment_load(&db, path, &w->table, &w->chars, &w->counts, err);
    }
    jw_xap_reader_close(db.xap);
    w->first_dirty_chunk = w->table.n_rows / JW_TABLE_CHUNK;
    if (status != JW_OK) {
        jw_segment_writer_close(w);
    }
    return status;
}

void jw_segment_writer_close(struct jw_segment_writer *w)
{
    jw_xap_writer_close(w->xap);
    w->xap = NULL;
    jw_table_release(&w->table);
    jw_chars_release(&w->chars);
    jw_document_release(&w->document);
    jw_record_encoder_release(&w->encoder);
    jw_buf_release(&w->record);
}

static enum jw_status out_of_memory(struct jw_error *err)
{
    return jw_fail(err, JW_ENOMEM, "out of memory");
}

/* The terms of paragraph p, and across its end where that is doubtful. */
static enum jw_status add_terms(struct jw_segment_writer *w,
                                const struct jw_paragraph *paragraphs,
                                const struct jw_paragraph *p)
{
    struct jw_overlap overlap;
    enum jw_status status = jw_document_add_text(&w->document, p->text, &w->chars);
    if (status == JW_OK && p->next) {
        status = jw_overlap_make(p->text, paragraphs[p->next].text, p->next_space,
                                 &w->document.arena, &overlap);
        if (status == JW_OK) {
            status = jw_document_add_overlap(&w->document, &overlap);
        }
    }
    return status == JW_OK ? jw_document_end(&w->document) : status;
}

/* Write the document of paragraph i; w->record is its data. */
static enum jw_status add_document(struct jw_segment_writer *w,
                                   const struct jw_article *article,
                                   const struct jw_paragraph *paragraphs, size_t i,
                                   uint32_t *docid, struct jw_error *err)
{
    jw_document_clear(&w->document);
    enum jw_status status = add_terms(w, paragraphs, &paragraphs[i]);
    if (status == JW_OK && i == 0) {
        status = jw_document_add_key(&w->document, JW_TERM_ID, article->id);
    }
    if (status == JW_OK && paragraphs[i].role == JW_ROLE_HEADING) {
        status = jw_document_add_key(&w->document, JW_TERM_HEADING, jw_str_of("", 0));
    }
    if (status != JW_OK) {
        return out_of_memory(err);
    }
    return jw_xap_writer_add(w->xap, w->document.terms, w->document.n_terms,
                             jw_buf_str(&w->record), docid, err);
}

enum jw_status jw_segment_writer_add(struct jw_segment_writer *w,
                                     const struct jw_article *article,
                                     const struct jw_paragraph *paragraphs, size_t n,
                                     uint32_t date, struct jw_error *err)
{
    const struct jw_str values[JW_FIELDS] = {article->source, article->section,
                                             article->page, article->author};
    struct jw_row row = {
        .n_docs = (uint32_t)n, .untitled = paragraphs[0].text.n == 0, .date = date};
    size_t next = 0;
    for (size_t i = 0; i < n; i++) {
        enum jw_status status = JW_OK;
        uint32_t docid = 0;
        jw_buf_clear(&w->record);
        if (i == 0) {
            status = jw_record_encode(&w->encoder, article, paragraphs, n, &w->record,
                                      &next, err);
        } else if (i == next) {
            status = jw_record_encode_block(&w->encoder, paragraphs, n, i, &w->record,
                                            &next, err);
        }
        if (status == JW_OK) {
            status = add_document(w, article, paragraphs, i, &docid, err);
        }
        if (status != JW_OK) {
            return status;
        }
        if (i == 0) {
            row.first_docid = docid;
        }
        row.length += w->document.length;
        if (i == 0) {
            jw_sketch_init(&w->document.sketch); /* headlines differ */
        }
        row.joined |= paragraphs[i].next != 0;
        w->counts.text_bytes += paragraphs[i].text.n;
    }
    row.sketch = jw_sketch_end(&w->document.sketch);
    w->counts.n_articles++;
    w->counts.n_paragraphs += n - 1;
    w->counts.total_length += row.length;
    if (jw_table_add(&w->table, &row, values) != JW_OK) {
        return out_of_memory(err);
    }
    return JW_OK;
}

enum jw_status jw_segment_writer_remove(struct jw_segment_writer *w,
                                        const struct jw_stored *stored,
                                        struct jw_error *err)
{
    struct jw_row *row = &w->table.rows[stored->row];
    const struct jw_article *a = &stored->article;
    for (uint32_t i = 0; i < row->n_docs; i++) {
        struct jw_str text = a->paragraphs[i].text;
        if (jw_document_uncount(text, &w->chars) != JW_OK) {
            return out_of_memory(err);
        }
        w->counts.text_bytes -= text.n;
        enum jw_status status = jw_xap_writer_delete(w->xap, row->first_docid + i, err);
        if (status != JW_OK) {
            return status;
        }
    }
    w->counts.n_articles--;
    w->counts.n_paragraphs -= row->n_docs - 1;
    w->counts.total_length -= row->length;
    row->n_docs = 0;
    if (stored->row / JW_TABLE_CHUNK < w->first_dirty_chunk) {
        w->first_dirty_chunk = stored->row / JW_TABLE_CHUNK;
    }
    return JW_OK;
}

static enum jw_status put_meta(struct jw_segment_writer *w, const char *key,
                               struct jw_buf *value, struct jw_error *err)
{
    enum jw_status status = jw_buf_status(value);
    if (status != JW_OK) {
        return jw_fail(err, status, "cannot store %s: %s", key, jw_status_name(status));
    }
    status = jw_xap_writer_set_meta(w->xap, jw_str_c(key), jw_buf_str(value), err);
    jw_buf_clear(value);
    return status;
}

static enum jw_status store_table(struct jw_segment_writer *w, struct jw_buf *value,
                                  struct jw_error *err)
{
    char key[64];
    enum jw_status status = JW_OK;
    size_t n_chunks = (w->table.n_rows + JW_TABLE_CHUNK - 1) / JW_TABLE_CHUNK;
    for (size_t k = w->first_dirty_chunk; k < n_chunks && status == JW_OK; k++) {
        (void)snprintf(key, sizeof key, "%s%zu", JW_META_TABLE, k);
        jw_table_encode_chunk(&w->table, k, value);
        status = put_meta(w, key, value, err);
    }
    for (int f = 0; f < JW_FIELDS && status == JW_OK; f++) {
        (void)snprintf(key, sizeof key, "%s%d", JW_META_NAMES, f);
        jw_names_encode(&w->table.names[f].names, value);
        status = put_meta(w, key, value, err);
    }
    return status;
}

void jw_counts_encode(const struct jw_counts *counts, struct jw_buf *out)
{
    jw_buf_add_varint(out, counts->n_articles);
    jw_buf_add_varint(out, counts->n_paragraphs);
    jw_buf_add_varint(out, counts->text_bytes);
    jw_buf_add_varint(out, counts->total_length);
}

enum jw_status jw_segment_writer_commit(struct jw_segment_writer *w, struct jw_error *err)
{
    struct jw_buf value;
    jw_buf_init(&value, META_BUFFER_BYTES);
    enum jw_status status = store_table(w, &value, err);
    if (status == JW_OK) {
        jw_counts_encode(&w->counts, &value);
        status = put_meta(w, JW_META_COUNTS, &value, err);
    }
    if (status == JW_OK) {
        jw_chars_encode(&w->chars, &value);
        status = put_meta(w, JW_META_CHARS, &value, err);
    }
    if (status == JW_OK) {
        status = jw_xap_writer_commit(w->xap, err);
    }
    jw_buf_release(&value);
    return status;
}
