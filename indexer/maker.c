#include "maker.h"

#include <string.h>

#include "json_article.h"
#include "paragraph/paragraph.h"

enum {
    ARENA_LIMIT_BYTES = 2147483647,
    ARENA_KEEP_BYTES = 64 << 20
};

void jw_maker_init(struct jw_maker *m, const struct jw_indexer_settings *settings)
{
    m->settings = settings;
    jw_arena_init(&m->arena, ARENA_LIMIT_BYTES);
    jw_buf_init(&m->bytes, (size_t)settings->file_bytes + 1);
    /* UTF-8 takes at most three bytes for each of any other encoding's. */
    jw_buf_init(&m->text, (size_t)settings->file_bytes * 3 + 16);
}

void jw_maker_release(struct jw_maker *m)
{
    jw_arena_release(&m->arena);
    jw_buf_release(&m->bytes);
    jw_buf_release(&m->text);
}

void jw_maker_clear(struct jw_maker *m)
{
    jw_arena_clear(&m->arena, ARENA_KEEP_BYTES);
}

enum jw_status jw_make_paragraphs(struct jw_maker *m, struct jw_str text,
                                  uint32_t first_line, struct jw_made *out,
                                  struct jw_error *err)
{
    struct jw_paragraph_options options = {first_line, false};
    struct jw_recovery found;
    enum jw_status status = jw_paragraphs_recover(text, &options, &m->arena, &found, err);
    if (status != JW_OK) {
        return status;
    }
    out->article.paragraphs = found.paragraphs;
    out->article.n_paragraphs = found.n_paragraphs;
    if (found.n_paragraphs == 1) {
        /* All there is is no title, however short. */
        found.paragraphs[0].role = JW_ROLE_BODY;
    } else if (out->article.title.n == 0 && found.title != JW_NO_TITLE) {
        out->article.title = found.paragraphs[found.title].text;
    }
    out->n_doubles = found.n_doubles;
    return JW_OK;
}

enum jw_status jw_make_from_line(struct jw_maker *m, struct jw_str line,
                                 struct jw_made *out, struct jw_error *err)
{
    struct jw_str text = {NULL, 0};
    memset(out, 0, sizeof *out);
    enum jw_status status = jw_json_article(line, &m->arena, &out->article, &text, err);
    if (status == JW_OK && text.n) {
        status = jw_make_paragraphs(m, text, 1, out, err);
    }
    return status;
}
