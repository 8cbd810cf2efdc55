/*
 * make_index - NDJSON on standard input to an index, for the server's tests.
 *
 *     make_index [--add] DIR < articles.jsonl
 *
 * A line is {"id","title","date","source","section","page","author","url",
 * "paragraphs":["...", ...]}.  The tests of the server use it rather than the
 * indexer, so that one program's fault does not show in the other's tests.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "jianwen/index.h"

enum {
    PARAGRAPHS_MAX = 100000
};

static struct jw_str member(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return jw_str_c(cJSON_IsString(item) ? item->valuestring : "");
}

static enum jw_status put(struct jw_index_writer *w, const cJSON *line,
                          struct jw_paragraph *paragraphs, struct jw_error *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(line, "paragraphs");
    const cJSON *item = NULL;
    size_t n = 0;
    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item) && n < PARAGRAPHS_MAX) {
            paragraphs[n] = (struct jw_paragraph){.role = JW_ROLE_BODY,
                                                  .text = jw_str_c(item->valuestring),
                                                  .line_start = (uint32_t)n + 1,
                                                  .line_end = (uint32_t)n + 1};
            n++;
        }
    }
    const struct jw_article article = {.id = member(line, "id"),
                                       .title = member(line, "title"),
                                       .date = member(line, "date"),
                                       .source = member(line, "source"),
                                       .section = member(line, "section"),
                                       .page = member(line, "page"),
                                       .author = member(line, "author"),
                                       .url = member(line, "url"),
                                       .paragraphs = paragraphs,
                                       .n_paragraphs = n};
    return jw_index_writer_put(w, &article, err);
}

static enum jw_status read_all(struct jw_index_writer *w, struct jw_error *err)
{
    struct jw_paragraph *paragraphs = calloc(PARAGRAPHS_MAX, sizeof *paragraphs);
    enum jw_status status = paragraphs ? JW_OK : JW_ENOMEM;
    char *line = NULL;
    size_t cap = 0;
    ssize_t n = 0;
    while (status == JW_OK && (n = getline(&line, &cap, stdin)) > 0) {
        cJSON *object = cJSON_ParseWithLength(line, (size_t)n);
        if (!object) {
            status = jw_fail(err, JW_EINVAL, "not JSON: %.60s", line);
            break;
        }
        status = put(w, object, paragraphs, err);
        if (status == JW_EINVAL) {
            (void)fprintf(stderr, "make_index: %s\n", err->message);
            status = JW_OK;
        }
        cJSON_Delete(object);
    }
    free(line);
    free(paragraphs);
    return status;
}

int main(int argc, char **argv)
{
    struct jw_error err;
    struct jw_index_writer *w = NULL;
    bool add = argc == 3 && strcmp(argv[1], "--add") == 0;
    jw_error_clear(&err);
    if (argc != 2 && !add) {
        (void)fputs("usage: make_index [--add] DIR < articles.jsonl\n", stderr);
        return 2;
    }
    enum jw_status status = jw_index_writer_open(
        argv[argc - 1], add ? JW_INDEX_CHANGE : JW_INDEX_BUILD, &w, &err);
    if (status == JW_OK) {
        status = read_all(w, &err);
    }
    if (status == JW_OK) {
        status = jw_index_writer_commit(w, &err);
    }
    jw_index_writer_close(w);
    if (status != JW_OK) {
        (void)fprintf(stderr, "make_index: %s\n", err.message);
        return 1;
    }
    return 0;
}
