#include <stdlib.h>
#include <string.h>

#include "jianwen/schema.h"
#include "reader.h"

enum {
    DATA_MAX_BYTES = 512 * 1024 * 1024,
    TEXT_MAX_BYTES = 512 * 1024 * 1024,
    ARENA_LIMIT_BYTES = 1 << 30,
    ARENA_KEEP_BYTES = 1 << 20
};

/* Another revision than the one whose article table idx holds is of no use. */
static enum jw_status open_segment(const struct jw_segment_state *s,
                                   struct jw_database *out, struct jw_error *err)
{
    struct jw_xap_info info;
    out->glass = s->glass;
    if (s->glass) {
        return JW_OK; /* the very database whose table idx holds */
    }
    enum jw_status status = jw_xap_reader_open(s->path, &out->xap, err);
    if (status == JW_OK) {
        status = jw_xap_reader_info(out->xap, &info, err);
    }
    if (status == JW_OK && info.revision != s->revision) {
        status = jw_fail(err, JW_ESTALE, "%s has changed since it was opened", s->path);
    }
    return status;
}

enum jw_status jw_reader_open(struct jw_index *idx, struct jw_reader **out,
                              struct jw_error *err)
{
    *out = NULL;
    struct jw_reader *r = calloc(1, sizeof *r);
    if (!r) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    r->index = jw_index_ref(idx);
    jw_buf_init(&r->data, DATA_MAX_BYTES);
    jw_buf_init(&r->text, TEXT_MAX_BYTES);
    jw_arena_init(&r->arena, ARENA_LIMIT_BYTES);
    enum jw_status status = jw_record_decoder_init(&r->decoder) == JW_OK
                                ? JW_OK
                                : jw_fail(err, JW_ENOMEM, "out of memory");
    for (size_t i = 0; status == JW_OK && i < idx->manifest.n_segments; i++) {
        status = open_segment(&idx->segments[i], &r->databases[i], err);
    }
    if (status != JW_OK) {
        jw_reader_close(r);
        return status;
    }
    *out = r;
    return JW_OK;
}

void jw_reader_close(struct jw_reader *r)
{
    if (!r) {
        return;
    }
    for (size_t i = 0; i < JW_SEGMENTS_MAX; i++) {
        jw_xap_reader_close(r->databases[i].xap);
    }
    if (r->kept) {
        jw_kept_release(r->kept);
        free(r->kept);
    }
    jw_record_decoder_release(&r->decoder);
    jw_buf_release(&r->data);
    jw_buf_release(&r->text);
    jw_arena_release(&r->arena);
    jw_index_unref(r->index);
    free(r);
}

struct jw_index *jw_reader_index(const struct jw_reader *r)
{
    return r->index;
}

struct jw_database *jw_reader_database(struct jw_reader *r, size_t segment)
{
    return &r->databases[segment];
}

static enum jw_status read_data(struct jw_reader *r, size_t segment, uint32_t docid,
                                struct jw_str *data, struct jw_error *err)
{
    return r->kept && segment == r->kept_segment
               ? jw_kept_find(r->kept, docid, data, err)
               : jw_database_data(&r->databases[segment], docid, &r->data, data, err);
}

static enum jw_status read_block(struct jw_reader *r, size_t segment, uint32_t docid,
                                 struct jw_arena *arena, struct jw_str *plain,
                                 struct jw_error *err)
{
    struct jw_str data = {NULL, 0};
    enum jw_status status = read_data(r, segment, docid, &data, err);
    if (status != JW_OK) {
        return status;
    }
    return jw_block_decode(&r->decoder, &r->index->segments[segment].form, data, arena,
                           plain, err);
}

/* @param text  with the text of the first block; else without where that saves work. */
static enum jw_status read_article(struct jw_reader *r, size_t segment, size_t row,
                                   bool text, struct jw_arena *arena,
                                   struct jw_stored *out, struct jw_error *err)
{
    struct jw_str data = {NULL, 0};
    struct jw_str plain = {NULL, 0};
    memset(out, 0, sizeof *out);
    const struct jw_segment_state *s = &r->index->segments[segment];
    const struct jw_row *at = &s->table.rows[row];
    if (at->n_docs == 0) {
        return JW_ENOTFOUND;
    }
    enum jw_status status = read_data(r, segment, at->first_docid, &data, err);
    if (status == JW_OK && !text) {
        status = jw_block_decode_facts(&s->form, data, arena, &plain, err);
        out->single = status == JW_OK;
    }
    if ((status == JW_OK && text) || (status == JW_ENOTFOUND && data.n)) {
        status = jw_block_decode(&r->decoder, &s->form, data, arena, &plain, err);
    }
    if (status == JW_OK) {
        status = out->single ? jw_record_decode_facts(plain, arena, out, err)
                             : jw_record_decode(plain, arena, out, err);
    }
    if (status == JW_OK && out->article.n_paragraphs != at->n_docs) {
        status =
            jw_fail(err, JW_ECORRUPT,
                    "the index is damaged: an article has %zu paragraphs, its row %u",
                    out->article.n_paragraphs, at->n_docs);
    }
    out->segment = segment;
    out->row = row;
    return status;
}

enum jw_status jw_reader_article(struct jw_reader *r, size_t segment, size_t row,
                                 struct jw_arena *arena, struct jw_stored *out,
                                 struct jw_error *err)
{
    return read_article(r, segment, row, true, arena, out, err);
}

enum jw_status jw_reader_facts(struct jw_reader *r, size_t segment, size_t row,
                               struct jw_arena *arena, struct jw_stored *out,
                               struct jw_error *err)
{
    return read_article(r, segment, row, false, arena, out, err);
}

/* One paragraph by itself.
 * @return JW_ENOTFOUND: its block, a later one, is not stored in codes. */
static enum jw_status read_single(struct jw_reader *r, struct jw_arena *arena,
                                  const struct jw_stored *stored, size_t n,
                                  struct jw_str *text, struct jw_error *err)
{
    const struct jw_segment_state *s = &r->index->segments[stored->segment];
    size_t first = jw_record_first_of_block(stored, n);
    uint32_t docid = s->table.rows[stored->row].first_docid + (uint32_t)first;
    struct jw_str data = {NULL, 0};
    struct jw_str codes = {NULL, 0};
    struct jw_str plain = {NULL, 0};
    enum jw_status status = read_data(r, stored->segment, docid, &data, err);
    if (status == JW_OK) {
        status = jw_block_codes(data, n - first, &codes);
    }
    if (status == JW_OK) {
        status = jw_reader_decode(r, stored->segment, codes, &plain, err);
    }
    if (status == JW_OK && plain.n == text->n) {
        *text = jw_arena_str(arena, plain);
        return text->p ? JW_OK : jw_fail(err, JW_ENOMEM, "not enough memory for a text");
    }
    if (status == JW_ENOMEM || (status == JW_ENOTFOUND && first > 0)) {
        return status;
    }
    return jw_fail(err, JW_ECORRUPT, "the index is damaged: a paragraph in %s", s->path);
}

enum jw_status jw_reader_text(struct jw_reader *r, struct jw_arena *arena,
                              struct jw_stored *stored, size_t n, struct jw_error *err)
{
    /* The array is the arena's; it is const to everybody else. */
    struct jw_paragraph *paragraphs =
        (struct jw_paragraph *)(uintptr_t)stored->article.paragraphs;
    if (n >= stored->article.n_paragraphs) {
        return jw_fail(err, JW_ENOTFOUND, "the article has no paragraph %zu", n);
    }
    if (paragraphs[n].text.p || paragraphs[n].text.n == 0) {
        return JW_OK;
    }
    if (stored->single) {
        enum jw_status status =
            read_single(r, arena, stored, n, &paragraphs[n].text, err);
        if (status != JW_ENOTFOUND) {
            return status;
        }
    }
    size_t first = jw_record_first_of_block(stored, n);
    const struct jw_row *row =
        &r->index->segments[stored->segment].table.rows[stored->row];
    struct jw_str plain = {NULL, 0};
    enum jw_status status = read_block(
        r, stored->segment, row->first_docid + (uint32_t)first, arena, &plain, err);
    size_t at = 0;
    for (size_t i = first; status == JW_OK && i < stored->article.n_paragraphs; i++) {
        if (i > first && jw_record_first_of_block(stored, i) != first) {
            break;
        }
        if (paragraphs[i].text.n > plain.n - at) {
            return jw_fail(err, JW_ECORRUPT,
                           "the index is damaged: a block of text is "
                           "too short");
        }
        paragraphs[i].text.p = plain.p + at;
        at += paragraphs[i].text.n;
    }
    return status;
}

enum jw_status jw_reader_whole(struct jw_reader *r, size_t segment, size_t row,
                               struct jw_arena *arena, struct jw_stored *out,
                               struct jw_error *err)
{
    enum jw_status status = jw_reader_article(r, segment, row, arena, out, err);
    for (size_t n = 0; status == JW_OK && n < out->article.n_paragraphs; n++) {
        status = jw_reader_text(r, arena, out, n, err);
    }
    return status == JW_OK ? jw_stored_lines(out, arena, err) : status;
}

/* The codes of a document's text, where the segment has any.
 * @return JW_ENOTFOUND: it is stored in another way. */
static enum jw_status document_codes(struct jw_reader *r, size_t segment, uint32_t docid,
                                     struct jw_str *codes, struct jw_error *err)
{
    const struct jw_segment_state *s = &r->index->segments[segment];
    struct jw_str data;
    uint32_t first = 0;
    if (!s->glass || !jw_text_form_exists(&s->form)) {
        return JW_ENOTFOUND;
    }
    enum jw_status status = jw_glass_data(s->glass, docid, &first, &r->data, &data, err);
    return status == JW_OK ? jw_block_codes(data, docid - first, codes) : status;
}

/* The long way: the article, and the paragraph's block. */
static enum jw_status read_document(struct jw_reader *r, size_t segment, size_t row,
                                    uint32_t docid, struct jw_str *text,
                                    struct jw_error *err)
{
    struct jw_stored stored;
    size_t n = docid - r->index->segments[segment].table.rows[row].first_docid;
    jw_arena_clear(&r->arena, ARENA_KEEP_BYTES);
    enum jw_status status = jw_reader_article(r, segment, row, &r->arena, &stored, err);
    if (status == JW_OK) {
        status = jw_reader_text(r, &r->arena, &stored, n, err);
    }
    if (status == JW_OK) {
        *text = stored.article.paragraphs[n].text;
    }
    return status;
}

enum jw_status jw_reader_decode(struct jw_reader *r, size_t segment, struct jw_str codes,
                                struct jw_str *text, struct jw_error *err)
{
    const struct jw_segment_state *s = &r->index->segments[segment];
    size_t room = codes.n / JW_TEXT_CODE_BYTES * JW_TEXT_SYMBOL_BYTES;
    jw_buf_clear(&r->text);
    enum jw_status status = jw_buf_reserve(&r->text, room + JW_TEXT_SLACK_BYTES);
    if (status == JW_OK) {
        size_t n = jw_text_decode(&s->form, codes, r->text.data, room);
        status = n == SIZE_MAX ? JW_ECORRUPT : JW_OK;
        *text = jw_str_of(r->text.data, n);
    }
    return status == JW_OK ? JW_OK
                           : jw_fail(err, status, "a text in %s cannot be read: %s",
                                     s->path, jw_status_name(status));
}

enum jw_status jw_reader_document(struct jw_reader *r, size_t segment, size_t row,
                                  uint32_t docid, struct jw_str *text,
                                  struct jw_error *err)
{
    struct jw_str codes;
    enum jw_status status = document_codes(r, segment, docid, &codes, err);
    if (status == JW_OK) {
        return jw_reader_decode(r, segment, codes, text, err);
    }
    if (status == JW_ENOTFOUND) {
        return read_document(r, segment, row, docid, text, err);
    }
    return jw_fail(err, status, "the text of document %u in %s cannot be read: %s", docid,
                   r->index->segments[segment].path, jw_status_name(status));
}

/* The first live document of a segment that holds the id's term. */
static enum jw_status find_in(struct jw_reader *r, size_t segment, struct jw_str term,
                              size_t *row, struct jw_error *err)
{
    struct jw_postings postings;
    const struct jw_segment *s = &r->index->segments[segment].public;
    enum jw_status status =
        jw_postings_open(&r->databases[segment], term, &postings, err);
    *row = s->n_rows;
    while (status == JW_OK) {
        uint32_t docid = 0;
        size_t n = 0;
        status = jw_postings_read(&postings, 0, &docid, NULL, 1, &n, err);
        if (status != JW_OK || n == 0) {
            break;
        }
        size_t at = jw_segment_row_of(s, docid);
        if (at < s->n_rows && !jw_segment_is_dead(s, at)) {
            *row = at;
            break;
        }
    }
    jw_postings_close(&postings);
    return status;
}

enum jw_status jw_reader_find(struct jw_reader *r, struct jw_str id, size_t *segment,
                              size_t *row, struct jw_error *err)
{
    char term[JW_ID_MAX_BYTES + 1];
    if (id.n == 0 || id.n > JW_ID_MAX_BYTES) {
        return JW_ENOTFOUND;
    }
    term[0] = JW_TERM_ID;
    memcpy(term + 1, id.p, id.n);
    for (size_t i = 0; i < r->index->manifest.n_segments; i++) {
        enum jw_status status = find_in(r, i, jw_str_of(term, id.n + 1), row, err);
        if (status != JW_OK) {
            return status;
        }
        if (*row < r->index->segments[i].public.n_rows) {
            *segment = i;
            return JW_OK;
        }
    }
    return JW_ENOTFOUND;
}
