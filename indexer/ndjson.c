#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ingest.h"

void jw_ingest_ndjson(struct jw_ingest *in, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "<stdin>" : path;
    FILE *file = standard ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t cap = 0;
    bool more = true;
    struct stat st;
    if (file && fstat(fileno(file), &st) == 0 && S_ISDIR(st.st_mode)) {
        jw_pipeline_reject(
            in->pipeline, name,
            "this is a folder, not a file of NDJSON; `jianwen-indexer build` "
            "or `add` takes folders");
        more = false;
    } else if (!file) {
        jw_pipeline_reject(in->pipeline, path, strerror(errno));
        return;
    }
    for (uint64_t number = 1; more; number++) {
        ssize_t n = getline(&line, &cap, file);
        if (n < 0) {
            break;
        }
        struct jw_str s = jw_str_trim(jw_str_of(line, (size_t)n));
        if (s.n > in->settings->file_bytes) {
            jw_pipeline_reject(in->pipeline, name, "a line is longer than file_bytes");
        } else if (s.n) {
            more = jw_pipeline_line(in->pipeline, s, name, number);
        }
    }
    if (ferror(file)) {
        jw_pipeline_reject(in->pipeline, name, "cannot be read to its end");
    }
    free(line);
    if (!standard) {
        (void)fclose(file);
    }
}
