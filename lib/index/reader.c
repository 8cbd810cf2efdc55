#include <stdlib.h>
#include <string.h>

#include "index_private.h"
#include "jianwen/schema.h"

enum {
    DATA_MAX_BYTES = 512 * 1024 * 1024
};

/* Another revision than the one whose article table idx holds is of no use. */
static enum jw_status open_segment(const struct jw_segment_state *s,
                                   struct jw_xap_reader **out, struct jw_error *err)
{
    struct jw_xap_info info;
    enum jw_status status = jw_xap_reader_open(s->path, out, err);
    if (status == JW_OK) {
        status = jw_xap_reader_info(*out, &info, err);
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
    enum jw_status status = jw_record_decoder_init(&r->decoder) == JW_OK
                                ? JW_OK
                                : jw_fail(err, JW_ENOMEM, "out of memory");
    for (size_t i = 0; status == JW_OK && i < idx->manifest.n_segments; i++) {
        status = open_segment(&idx->segments[i], &r->xap[i], err);
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
        jw_xap_reader_close(r->xap[i]);
    }
    if (r->kept) {
        jw_kept_release(r->kept);
        free(r->kept);
    }
    jw_record_decoder_release(&r->decoder);
    jw_buf_release(&r->data);
    jw_index_unref(r->index);
    free(r);
}

struct jw_index *jw_reader_index(const struct jw_reader *r)
{
    return r->index;
}

struct jw_xap_reader *jw_reader_xap(struct jw_reader *r, size_t segment)
{
    return r->xap[segment];
}

static enum jw_status read_block(struct jw_reader *r, size_t segment, uint32_t docid,
                                 struct jw_arena *arena, struct jw_str *plain,
                                 struct jw_error *err)
{
    struct jw_str data = {NULL, 0};
    enum jw_status status = JW_OK;
    if (r->kept && segment == r->kept_segment) {
        status = jw_kept_find(r->kept, docid, &data, err);
    } else {
        jw_buf_clear(&r->data);
        status = jw_xap_reader_data(r->xap[segment], docid, &r->data, err);
        data = jw_buf_str(&r->data);
    }
    if (status != JW_OK) {
        return status;
    }
    return jw_block_decode(&r->decoder, &r->index->segments[segment].form, data, arena,
                           plain, err);
}

enum jw_status jw_reader_article(struct jw_reader *r, size_t segment, size_t row,
                                 struct jw_arena *arena, struct jw_stored *out,
                                 struct jw_error *err)
{
    struct jw_str plain = {NULL, 0};
    memset(out, 0, sizeof *out);
    const struct jw_row *at = &r->index->segments[segment].table.rows[row];
    if (at->n_docs == 0) {
        return JW_ENOTFOUND;
    }
    enum jw_status status = read_block(r, segment, at->first_docid, arena, &plain, err);
    if (status == JW_OK) {
        status = jw_record_decode(plain, arena, out, err);
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

/* The first live document of a segment that holds the id's term. */
static enum jw_status find_in(struct jw_reader *r, size_t segment, struct jw_str term,
                              size_t *row, struct jw_error *err)
{
    struct jw_xap_postings *postings = NULL;
    const struct jw_segment *s = &r->index->segments[segment].public;
    enum jw_status status = jw_xap_postings_open(r->xap[segment], term, &postings, err);
    *row = s->n_rows;
    while (status == JW_OK && postings) {
        uint32_t docid = 0;
        size_t n = 0;
        status = jw_xap_postings_read(postings, 0, &docid, NULL, 1, &n, err);
        if (status != JW_OK || n == 0) {
            break;
        }
        size_t at = jw_segment_row_of(s, docid);
        if (at < s->n_rows && !jw_segment_is_dead(s, at)) {
            *row = at;
            break;
        }
    }
    jw_xap_postings_close(postings);
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
