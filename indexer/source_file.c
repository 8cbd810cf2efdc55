/*
 * One file -> one article: its text or paragraphs, the facts in front of the
 * text or beside the file.
 */
#include <libxml/parser.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "front_matter.h"
#include "jianwen/encoding.h"
#include "jianwen/file.h"
#include "maker.h"
#include "source.h"

enum {
    SIDE_FILE_BYTES = 1 << 20
};

static pthread_once_t init_once = PTHREAD_ONCE_INIT;

void jw_source_init(void)
{
    (void)pthread_once(&init_once, xmlInitParser);
}

const char *jw_source_extension(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? dot : "";
}

enum jw_source_kind jw_source_kind_of(const char *path)
{
    static const struct {
        const char *extension;
        enum jw_source_kind kind;
    } kinds[] = {{".txt", JW_SOURCE_TEXT},     {".html", JW_SOURCE_HTML},
                 {".htm", JW_SOURCE_HTML},     {".pdf", JW_SOURCE_PDF},
                 {".jsonl", JW_SOURCE_NDJSON}, {".ndjson", JW_SOURCE_NDJSON}};
    const char *extension = jw_source_extension(path);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcasecmp(extension, kinds[i].extension) == 0) {
            return kinds[i].kind;
        }
    }
    return JW_SOURCE_NONE;
}

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

/* The file's bytes as UTF-8, in m->text. */
static enum jw_status read_characters(struct jw_maker *m, const char *path,
                                      size_t *n_repaired, struct jw_error *err)
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
    *n_repaired = result.replaced;
    return status;
}

enum jw_status jw_source_read(struct jw_maker *m, const char *path,
                              struct jw_article *article, struct jw_source *out,
                              struct jw_error *err)
{
    enum jw_source_kind kind = jw_source_kind_of(path);
    memset(out, 0, sizeof *out);
    if (kind == JW_SOURCE_PDF) {
        return jw_source_pdf(m, path, out, err);
    }
    enum jw_status status = read_characters(m, path, &out->n_repaired, err);
    if (status != JW_OK || kind == JW_SOURCE_HTML) {
        return status != JW_OK
                   ? status
                   : jw_source_html(m, jw_buf_str(&m->text), article, out, err);
    }
    out->text = jw_arena_str(&m->arena, jw_buf_str(&m->text));
    out->first_line = 1;
    if (!out->text.p) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    jw_front_matter_read(&out->text, article, &out->first_line);
    return jw_str_trim(out->text).n ? JW_OK
                                    : jw_fail(err, JW_EINVAL, "the file has no text");
}

enum jw_status jw_make_from_file(struct jw_maker *m, const char *path, struct jw_str id,
                                 struct jw_made *out, struct jw_error *err)
{
    struct jw_source source;
    memset(out, 0, sizeof *out);
    out->article.id = jw_arena_str(&m->arena, id);
    if (!out->article.id.p) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    enum jw_status status = read_side_file(m, path, &out->article, err);
    if (status == JW_OK) {
        status = jw_source_read(m, path, &out->article, &source, err);
    }
    if (status != JW_OK) {
        return status;
    }
    out->n_repaired = source.n_repaired;
    if (source.paragraphs) {
        out->article.paragraphs = source.paragraphs;
        out->article.n_paragraphs = source.n_paragraphs;
        return JW_OK;
    }
    return jw_make_paragraphs(m, source.text, source.first_line, out, err);
}
