#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest.h"
#include "json_article.h"
#include "recover.h"

static void take_line(struct jw_ingest *in, struct jw_str line, const char *name)
{
    struct jw_error err;
    struct jw_article article;
    struct jw_str text = {NULL, 0};
    size_t doubles = 0;
    jw_error_clear(&err);
    memset(&article, 0, sizeof article);
    enum jw_status status = jw_json_article(line, &in->arena, &article, &text, &err);
    if (status == JW_OK && text.n) {
        status = jw_recover_article(text, 1, &in->arena, &article, &doubles, &err);
        in->n_doubles += doubles;
    }
    if (status == JW_OK) {
        jw_ingest_article(in, &article, name);
        return;
    }
    jw_ingest_reject(in, name, err.message);
    jw_arena_clear(&in->arena, 0);
}

void jw_ingest_ndjson(struct jw_ingest *in, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t cap = 0;
    char name[JW_PATH_BYTES + 32];
    if (!file) {
        jw_ingest_reject(in, path, strerror(errno));
        return;
    }
    for (unsigned long long number = 1; in->fatal == JW_OK; number++) {
        ssize_t n = getline(&line, &cap, file);
        if (n < 0) {
            break;
        }
        (void)snprintf(name, sizeof name, "%s:%llu", standard ? "<stdin>" : path, number);
        struct jw_str s = jw_str_trim(jw_str_of(line, (size_t)n));
        if (s.n > in->settings->file_bytes) {
            jw_ingest_reject(in, name, "the line is longer than file_bytes");
        } else if (s.n) {
            take_line(in, s, name);
        }
    }
    if (ferror(file)) {
        jw_ingest_reject(in, path, "cannot be read to its end");
    }
    free(line);
    if (!standard) {
        (void)fclose(file);
    }
}
