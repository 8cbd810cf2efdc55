/*
 * One file -> one article: bytes, encoding, front matter, facts beside it,
 * paragraphs.
 */
#include <stdio.h>
#include <string.h>

#include "front_matter.h"
#include "jianwen/encoding.h"
#include "jianwen/file.h"
#include "maker.h"

enum {
    SIDE_FILE_BYTES = 1 << 20
};

/* FILE.json beside FILE; it is fine when there is none. */
static enum jw_status read_side_file(struct jw_maker *m, const char *path,
                                     struct jw_article *article, struct jw_error *err)
{
    char side[JW_PATH_BYTES + 8];
    struct jw_buf json;
    struct jw_error why;
    jw_error_clear(&why);
    jw_buf_init(&json, SIDE_FILE_BYTES + 1);
    (void)snprintf(side, sizeof side, "%s.json", path);
    enum jw_status status = jw_file_read(side, SIDE_FILE_BYTES, &json, &why);
    if (status == JW_ENOTFOUND) {
        status = JW_OK;
    } else if (status == JW_OK) {
        status = jw_front_matter_json(jw_buf_str(&json), &m->arena, article, &why);
        if (status != JW_OK) {
            (void)jw_fail(err, status, "%s: %s", side, why.message);
        }
    } else {
        (void)jw_fail(err, status, "%s", why.message);
    }
    jw_buf_release(&json);
    return status;
}

static bool is_blank(struct jw_str text)
{
    return jw_str_trim(text).n == 0;
}

static enum jw_status read_text(struct jw_maker *m, const char *path, struct jw_made *out,
                                struct jw_error *err)
{
    struct jw_encoding_options options = {NULL, m->settings->repair};
    struct jw_encoding_result result = {"", 0};
    jw_buf_clear(&m->bytes);
    jw_buf_clear(&m->text);
    if (m->settings->encoding[0]) {
        options.name = m->settings->encoding;
    }
    enum jw_status status =
        jw_file_read(path, (size_t)m->settings->file_bytes, &m->bytes, err);
    if (status == JW_OK && m->bytes.len == 0) {
        status = jw_fail(err, JW_EINVAL, "the file is empty");
    }
    if (status == JW_OK) {
        status =
            jw_encoding_to_utf8(jw_buf_str(&m->bytes), &options, &m->text, &result, err);
    }
    out->n_repaired = result.replaced;
    return status;
}

enum jw_status jw_make_from_file(struct jw_maker *m, const char *path, struct jw_str id,
                                 struct jw_made *out, struct jw_error *err)
{
    uint32_t first_line = 1;
    memset(out, 0, sizeof *out);
    out->article.id = jw_arena_str(&m->arena, id);
    enum jw_status status = read_side_file(m, path, &out->article, err);
    if (status == JW_OK) {
        status = read_text(m, path, out, err);
    }
    if (status != JW_OK) {
        return status;
    }
    struct jw_str text = jw_arena_str(&m->arena, jw_buf_str(&m->text));
    if (!text.p || !out->article.id.p) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    jw_front_matter_read(&text, &out->article, &first_line);
    if (is_blank(text)) {
        return jw_fail(err, JW_EINVAL, "the file has no text");
    }
    return jw_make_paragraphs(m, text, first_line, out, err);
}
