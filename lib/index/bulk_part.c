#include "bulk_part.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/overlap.h"
#include "jianwen/schema.h"
#include "jianwen/tokenizer.h"

enum {
    FIRST_PAIRS = 1 << 20,
    ARENA_LIMIT_BYTES = 1 << 30
};

static enum jw_status out_of_memory(struct jw_error *err)
{
    return jw_fail(err, JW_ENOMEM, "out of memory");
}

enum jw_status jw_bulk_part_new(struct jw_bulk *b, struct jw_bulk_part **out,
                                struct jw_error *err)
{
    *out = NULL;
    struct jw_bulk_part *part = calloc(1, sizeof *part);
    if (!part) {
        return out_of_memory(err);
    }
    part->bulk = b;
    jw_chars_init(&part->chars);
    jw_plain_buf_init(&part->plain, SIZE_MAX / 4);
    jw_arena_init(&part->arena, ARENA_LIMIT_BYTES);
    jw_buf_init(&part->data, SIZE_MAX / 4);
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
    jw_plain_buf_release(&part->plain);
    jw_buf_release(&part->data);
    jw_part_drop_runs(part);
    free(part->runs);
    free(part->rows);
    free(part->records);
    free(part);
}

static void note_pair(struct jw_bulk_part *part, const struct jw_token *token)
{
    jw_inverter_pair(part->inverter, token->cp[0], token->cp[1]);
    if (JW_UNLIKELY(token->split_before || token->split_behind)) {
        jw_inverter_split(part->inverter, token->split_before, token->split_behind);
    }
}

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct jw_bulk_part *part = arg;
    if (JW_LIKELY(token->cp[0] != 0)) {
        part->length++;
        note_pair(part, token);
        jw_sketch_add(&part->sketch, token->cp[0]);
        return jw_chars_note(&part->chars, token->cp[0]);
    }
    part->length += token->kind == JW_TOKEN_WORD;
    jw_inverter_word(part->inverter, token->word);
    jw_sketch_token(&part->sketch, token);
    return JW_OK;
}

/* A token before a doubtful break, which has been noted already. */
static enum jw_status on_tail(const struct jw_token *token, void *arg)
{
    struct jw_bulk_part *part = arg;
    jw_tail_add(&part->tail, token);
    return JW_OK;
}

/* What follows goes on from the tail. */
static void join_tail(struct jw_bulk_part *part)
{
    struct jw_char_pair pairs[JW_TAIL_PAIRS];
    size_t n = jw_tail_take(&part->tail, pairs);
    jw_inverter_join(part->inverter, pairs, n);
}

/* A token across a doubtful break: a term, and nothing else. */
static enum jw_status on_overlap(const struct jw_token *token, void *arg)
{
    struct jw_bulk_part *part = arg;
    if (part->tail.n > 0) {
        join_tail(part);
    }
    if (token->cp[0] != 0) {
        note_pair(part, token);
    } else {
        jw_inverter_word(part->inverter, token->word);
    }
    return JW_OK;
}

static enum jw_status add_overlap(struct jw_bulk_part *part, const struct jw_paragraph *p,
                                  struct jw_str next)
{
    struct jw_overlap overlap;
    enum jw_status status =
        jw_overlap_make(p->text, next, p->next_space, &part->arena, &overlap);
    part->tail.n = 0;
    return status == JW_OK ? jw_overlap_all_tokens(&overlap, on_tail, on_overlap, part)
                           : status;
}

static enum jw_status add_document(struct jw_bulk_part *part,
                                   const struct jw_paragraph *paragraphs, size_t i)
{
    const struct jw_paragraph *p = &paragraphs[i];
    part->length = 0;
    jw_inverter_next_document(part->inverter);
    jw_chars_next_document(&part->chars);
    enum jw_status status = jw_tokenize(p->text, JW_TOKENS_DOCUMENT, on_token, part);
    if (status == JW_OK && p->next) {
        status = add_overlap(part, p, paragraphs[p->next].text);
    }
    part->n_docs++;
    part->n_inverted++;
    return status;
}

/* What part->plain has gained is the record of document docid. */
static enum jw_status note_record(struct jw_bulk_part *part, uint32_t docid,
                                  size_t n_head)
{
    void *records = part->records;
    enum jw_status status = jw_array_grow(&records, &part->records_cap,
                                          part->n_records + 1, sizeof *part->records);
    part->records = records;
    if (status == JW_OK) {
        struct jw_part_record r = {docid, n_head, part->plain.bytes.len,
                                   part->plain.n_pieces, 0};
        part->records[part->n_records++] = r;
    }
    return status == JW_OK ? jw_buf_status(&part->plain.bytes) : status;
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
        enum jw_status status = JW_OK;
        size_t n_head = 0;
        if (i == next) {
            next = i == 0 ? jw_record_plain(article, paragraphs, n, &part->plain, &n_head)
                          : jw_record_plain_block(paragraphs, n, i, &part->plain);
            status = note_record(part, part->n_docs, n_head);
        }
        if (status != JW_OK) {
            return jw_fail(err, status, "article is too large to store");
        }
        if (add_document(part, paragraphs, i) != JW_OK) {
            return out_of_memory(err);
        }
        if (i == 0) {
            add_id(part, article->id);
            jw_sketch_init(
                &part->sketch); /* headlines differ where the story is the same */
        }
        if (paragraphs[i].role == JW_ROLE_HEADING) {
            static const char heading = JW_TERM_HEADING;
            jw_inverter_key(part->inverter, jw_str_of(&heading, 1));
        }
        row->length += part->length;
        row->joined |= paragraphs[i].next != 0;
        part->counts.text_bytes += paragraphs[i].text.n;
    }
    row->sketch = jw_sketch_end(&part->sketch);
    return JW_OK;
}

static uint32_t least_docs(uint32_t n_docs, uint32_t share)
{
    uint32_t least = n_docs / share;
    return least < JW_NGRAM_LEAST_DOCS ? JW_NGRAM_LEAST_DOCS : least;
}

/* @return a run with room for the documents at hand; NULL: there is no memory. */
static struct jw_part_run *new_run(struct jw_bulk_part *part)
{
    void *runs = part->runs;
    enum jw_status status =
        jw_array_grow(&runs, &part->runs_cap, part->n_runs + 1, sizeof *part->runs);
    part->runs = runs;
    if (status != JW_OK) {
        return NULL;
    }
    struct jw_part_run *run = &part->runs[part->n_runs];
    run->n_docs = part->n_inverted;
    run->lengths = malloc((run->n_docs + (size_t)1) * sizeof *run->lengths);
    if (!run->lengths) {
        return NULL;
    }
    jw_buf_init(&run->bytes, SIZE_MAX / 4);
    part->n_runs++;
    return run;
}

/* The documents that the inverter has become a run. */
static enum jw_status end_run(struct jw_bulk_part *part)
{
    struct jw_ngram_bounds bounds = {
        JW_NGRAM_MAX_CHARS, least_docs(part->n_inverted, JW_TRIGRAM_LEAST_SHARE),
        least_docs(part->n_inverted, JW_NGRAM_LEAST_SHARE), JW_NGRAM_AGAIN_MAX};
    struct jw_part_run *run = new_run(part);
    if (!run) {
        return JW_ENOMEM;
    }
    jw_inverter_ngrams(part->inverter, JW_TERM_NGRAM, &bounds);
    enum jw_status status = jw_inverter_flush(part->inverter, &run->bytes);
    if (status == JW_OK && run->n_docs) {
        memcpy(run->lengths, jw_inverter_lengths(part->inverter),
               run->n_docs * sizeof *run->lengths);
    }
    part->n_inverted = 0;
    return status;
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
    enum jw_status status = JW_OK;
    if (n > JW_INVERTER_DOCS_MAX - part->n_inverted && end_run(part) != JW_OK) {
        return out_of_memory(err);
    }
    status = add_text(part, article, paragraphs, n, &row, err);
    if (status == JW_OK && add_row(part, article, &row) != JW_OK) {
        status = out_of_memory(err);
    }
    part->counts.n_articles++;
    part->counts.n_paragraphs += n - 1;
    part->counts.total_length += row.length;
    return status;
}

/* The records as they are before they are packed. */
static struct jw_plain *plain_records(const struct jw_bulk_part *part)
{
    struct jw_plain *plain = calloc(part->n_records + 1, sizeof *plain);
    size_t at = 0;
    size_t piece = 0;
    for (size_t i = 0; i < part->n_records && plain; i++) {
        const struct jw_part_record *r = &part->records[i];
        plain[i].bytes = jw_str_of(part->plain.bytes.data + at, r->plain_end - at);
        plain[i].n_head = r->n_head;
        plain[i].pieces = part->plain.pieces + piece;
        plain[i].n_pieces = r->pieces_end - piece;
        at = r->plain_end;
        piece = r->pieces_end;
    }
    return plain;
}

static enum jw_status pack_records(struct jw_bulk_part *part, struct jw_error *err)
{
    struct jw_plain *plain = plain_records(part);
    if (!plain) {
        return out_of_memory(err);
    }
    enum jw_status status = JW_OK;
    const struct jw_text_form *form =
        jw_bulk_form(part->bulk, plain, part->n_records, &status);
    if (status == JW_OK && form) {
        jw_record_encoder_set_form(&part->encoder, form);
    }
    if (status != JW_OK) {
        (void)jw_fail(err, status, "cannot find a form for the texts: %s",
                      jw_status_name(status));
    }
    jw_buf_clear(&part->data);
    for (size_t i = 0; i < part->n_records && status == JW_OK; i++) {
        status = jw_record_pack(&part->encoder, &plain[i], &part->data, err);
        part->records[i].end = part->data.len;
    }
    free(plain);
    jw_plain_buf_clear(&part->plain);
    return status;
}

void jw_part_drop_runs(struct jw_bulk_part *part)
{
    for (size_t i = 0; i < part->n_runs; i++) {
        jw_buf_release(&part->runs[i].bytes);
        free(part->runs[i].lengths);
    }
    part->n_runs = 0;
}

enum jw_status jw_bulk_part_sort(struct jw_bulk_part *part, struct jw_error *err)
{
    if (!part->sorted && end_run(part) != JW_OK) {
        return out_of_memory(err);
    }
    part->sorted = true;
    return JW_OK;
}

enum jw_status jw_bulk_part_end(struct jw_bulk_part *part, struct jw_error *err)
{
    enum jw_status status = jw_bulk_part_sort(part, err);
    return status == JW_OK ? pack_records(part, err) : status;
}
