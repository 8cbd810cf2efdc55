/*
 * One file -> one article: bytes, encoding, front matter, facts beside it,
 * paragraphs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "front_matter.h"
#include "ingest.h"
#include "jianwen/encoding.h"
#include "jianwen/file.h"
#include "recover.h"

enum {
    SIDE_FILE_BYTES = 1 << 20
};

/* FILE.json beside FILE; it is fine when there is none. */
static enum jw_status read_side_file(struct jw_ingest *in, const char *path,
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
        status = jw_front_matter_json(jw_buf_str(&json), &in->arena, article, &why);
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

static enum jw_status read_text(struct jw_ingest *in, const char *path,
                                struct jw_error *err)
{
    struct jw_encoding_options options = {NULL, in->settings->repair};
    struct jw_encoding_result result = {"", 0};
    jw_buf_clear(&in->bytes);
    jw_buf_clear(&in->text);
    if (in->settings->encoding[0]) {
        options.name = in->settings->encoding;
    }
    enum jw_status status =
        jw_file_read(path, (size_t)in->settings->file_bytes, &in->bytes, err);
    if (status == JW_OK && in->bytes.len == 0) {
        status = jw_fail(err, JW_EINVAL, "the file is empty");
    }
    if (status == JW_OK) {
        status = jw_encoding_to_utf8(jw_buf_str(&in->bytes), &options, &in->text, &result,
                                     err);
    }
    in->n_repaired += result.replaced;
    return status;
}

void jw_ingest_file(struct jw_ingest *in, const char *path, struct jw_str id)
{
    struct jw_error err;
    struct jw_article article;
    uint32_t first_line = 1;
    size_t doubles = 0;
    jw_error_clear(&err);
    memset(&article, 0, sizeof article);
    article.id = id;
    enum jw_status status = read_side_file(in, path, &article, &err);
    if (status == JW_OK) {
        status = read_text(in, path, &err);
    }
    struct jw_str text = jw_buf_str(&in->text);
    if (status == JW_OK) {
        jw_front_matter_read(&text, &article, &first_line);
        if (is_blank(text)) {
            status = jw_fail(&err, JW_EINVAL, "the file has no text");
        }
    }
    if (status == JW_OK) {
        status =
            jw_recover_article(text, first_line, &in->arena, &article, &doubles, &err);
        in->n_doubles += doubles;
    }
    if (status == JW_OK) {
        jw_ingest_article(in, &article, path);
    } else {
        jw_ingest_reject(in, path, err.message);
        jw_arena_clear(&in->arena, 0);
    }
}
