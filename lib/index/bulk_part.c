#include "bulk_part.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/schema.h"
#include "jianwen/tokenizer.h"

enum {
    FIRST_PAIRS = 1 << 20,
    ARENA_LIMIT_BYTES = 1 << 30,
    ARENA_KEEP_BYTES = 1 << 20,
    ONE_RECORD_BYTES = 512 * 1024 * 1024
};

static enum jw_status out_of_memory(struct jw_error *err)
{
    return jw_fail(err, JW_ENOMEM, "out of memory");
}

enum jw_status jw_bulk_part_new(struct jw_bulk_part **out, struct jw_error *err)
{
    *out = NULL;
    struct jw_bulk_part *part = calloc(1, sizeof *part);
    if (!part) {
        return out_of_memory(err);
    }
    jw_chars_init(&part->chars);
    jw_arena_init(&part->arena, ARENA_LIMIT_BYTES);
    jw_buf_init(&part->data, SIZE_MAX / 4);
    jw_buf_init(&part->run, SIZE_MAX / 4);
    part->inverter = jw_inverter_new(FIRST_PAIRS);
    enum jw_status status =
        part->inverter ? jw_record_encoder_init(&part->encoder, err) : out_of_memory(err);
    if (status != JW_OK) {
        jw_bulk_part_free(part);
        return status;
    }
    *out = part;
    return JW_OK;
}

void jw_bulk_part_free(struct jw_bulk_part *part)
{
    if (!part) {
        return;
    }
    jw_inverter_free(part->inverter);
    jw_record_encoder_release(&part->encoder);
    jw_chars_release(&part->chars);
    jw_arena_release(&part->arena);
    jw_buf_release(&part->data);
    jw_buf_release(&part->run);
    free(part->rows);
    free(part->records);
    free(part->lengths);
    free(part);
}

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct jw_bulk_part *part = arg;
    if (JW_LIKELY(token->cp[0] != 0)) {
        part->length++;
        jw_inverter_pair(part->inverter, token->cp[0], token->cp[1]);
        return jw_chars_note(&part->chars, token->cp[0]);
    }
    part->length += token->kind == JW_TOKEN_WORD;
    jw_inverter_word(part->inverter, token->word);
    return JW_OK;
}

static enum jw_status add_length(struct jw_bulk_part *part, uint32_t length)
{
    void *lengths = part->lengths;
    enum jw_status status = jw_array_grow(&lengths, &part->lengths_cap, part->n_docs + 1,
                                          sizeof *part->lengths);
    part->lengths = lengths;
    if (status == JW_OK) {
        part->lengths[part->n_docs++] = length;
    }
    return status;
}

static enum jw_status add_document(struct jw_bulk_part *part,
                                   const struct jw_paragraph *p)
{
    part->length = 0;
    jw_inverter_next_document(part->inverter);
    jw_chars_next_document(&part->chars);
    enum jw_status status = jw_tokenize(p->text, JW_TOKENS_DOCUMENT, on_token, part);
    return status == JW_OK ? add_length(part, part->length) : status;
}

/* What part->data has gained since `at` is the data of document docid. */
static enum jw_status note_record(struct jw_bulk_part *part, uint32_t docid, size_t at)
{
    void *records = part->records;
    enum jw_status status = jw_array_grow(&records, &part->records_cap,
                                          part->n_records + 1, sizeof *part->records);
    part->records = records;
    if (status == JW_OK) {
        struct jw_part_record r = {docid, (uint32_t)(part->data.len - at), at};
        part->records[part->n_records++] = r;
    }
    return status;
}

static enum jw_status add_row(struct jw_bulk_part *part, const struct jw_article *article,
                              const struct jw_row *row)
{
    const struct jw_str values[JW_FIELDS] = {article->source, article->section,
                                             article->page, article->author};
    void *rows = part->rows;
    enum jw_status status =
        jw_array_grow(&rows, &part->rows_cap, part->n_rows + 1, sizeof *part->rows);
    part->rows = rows;
    if (status != JW_OK) {
        return status;
    }
    struct jw_part_row *r = &part->rows[part->n_rows];
    r->row = *row;
    for (int f = 0; f < JW_FIELDS; f++) {
        r->values[f] = jw_arena_str(&part->arena, values[f]);
        if (!r->values[f].p) {
            return JW_ENOMEM;
        }
    }
    part->n_rows++;
    return JW_OK;
}

static void add_id(struct jw_bulk_part *part, struct jw_str id)
{
    char bytes[JW_ID_MAX_BYTES + 1];
    bytes[0] = JW_TERM_ID;
    memcpy(bytes + 1, id.p, id.n);
    jw_inverter_key(part->inverter, jw_str_of(bytes, id.n + 1));
}

static enum jw_status add_text(struct jw_bulk_part *part,
                               const struct jw_article *article,
                               const struct jw_paragraph *paragraphs, size_t n,
                               struct jw_row *row, struct jw_error *err)
{
    size_t next = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = part->data.len;
        enum jw_status status = JW_OK;
        if (i == 0) {
            status = jw_record_encode(&part->encoder, article, paragraphs, n, &part->data,
                                      &next, err);
        } else if (i == next) {
            status = jw_record_encode_block(&part->encoder, paragraphs, n, i, &part->data,
                                            &next, err);
        }
        if (status != JW_OK) {
            return status;
        }
        if (part->data.len > at && note_record(part, part->n_docs, at) != JW_OK) {
            return out_of_memory(err);
        }
        if (add_document(part, &paragraphs[i]) != JW_OK) {
            return out_of_memory(err);
        }
        if (i == 0) {
            add_id(part, article->id);
        }
        if (paragraphs[i].role == JW_ROLE_HEADING) {
            static const char heading = JW_TERM_HEADING;
            jw_inverter_key(part->inverter, jw_str_of(&heading, 1));
        }
        row->length += part->length;
        part->counts.text_bytes += paragraphs[i].text.n;
    }
    return JW_OK;
}

enum jw_status jw_bulk_part_add(struct jw_bulk_part *part,
                                const struct jw_article *article,
                                const struct jw_paragraph *paragraphs, size_t n,
                                uint32_t date, struct jw_error *err)
{
    struct jw_row row = {.first_docid = part->n_docs,
                         .n_docs = (uint32_t)n,
                         .untitled = paragraphs[0].text.n == 0,
                         .date = date};
    enum jw_status status = add_text(part, article, paragraphs, n, &row, err);
    if (status == JW_OK && add_row(part, article, &row) != JW_OK) {
        status = out_of_memory(err);
    }
    part->counts.n_articles++;
    part->counts.n_paragraphs += n - 1;
    part->counts.total_length += row.length;
    return status;
}

enum jw_status jw_bulk_part_end(struct jw_bulk_part *part, struct jw_error *err)
{
    jw_buf_clear(&part->run);
    if (jw_inverter_flush(part->inverter, &part->run) != JW_OK) {
        return out_of_memory(err);
    }
    return JW_OK;
}
