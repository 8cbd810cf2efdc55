/*
 * Which files a PATH stands for, and the id each article gets: the path
 * relative to the PATH given, without its extension; a single file's stem.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ingest.h"
#include "jianwen/file.h"
#include "source.h"

/* Folders inside folders. */
enum {
    DEPTH_MAX = 64
};

/* path without what is before `from` and without its extension. */
static struct jw_str id_of(const char *path, size_t from)
{
    size_t n = strlen(path) - strlen(jw_source_extension(path));
    return jw_str_of(path + from, n > from ? n - from : 0);
}

/* @return false when the run has failed. */
static bool take_file(struct jw_ingest *in, const char *path, size_t id_from, off_t bytes)
{
    if (jw_source_kind_of(path) == JW_SOURCE_NDJSON) {
        jw_ingest_ndjson(in, path);
        return true;
    }
    return jw_pipeline_file(in->pipeline, path, id_of(path, id_from), (uint64_t)bytes);
}

static int visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static bool is_link(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/* @return how many article files there were. */
static size_t walk(struct jw_ingest *in, const char *dir, size_t id_from, int depth)
{
    struct dirent **names = NULL;
    size_t n_files = 0;
    int n = scandir(dir, &names, visible, alphasort);
    if (n < 0) {
        jw_pipeline_reject(in->pipeline, dir, strerror(errno));
        return 1;
    }
    for (int i = 0; i < n; i++) {
        char *path = jw_path_join(dir, names[i]->d_name);
        struct stat st;
        /* A link to a file is followed, a link to a folder is not: no circles. */
        if (path && stat(path, &st) == 0) {
            if (S_ISDIR(st.st_mode)) {
                if (is_link(path) || depth == DEPTH_MAX) {
                    free(path);
                    free(names[i]);
                    continue;
                }
                n_files += walk(in, path, id_from, depth + 1);
            } else if (S_ISREG(st.st_mode) && jw_source_kind_of(path) != JW_SOURCE_NONE) {
                (void)take_file(in, path, id_from, st.st_size);
                n_files++;
            }
        }
        free(path);
        free(names[i]);
    }
    free(names);
    return n_files;
}

/* Where the id of a file below path begins: behind the path and its slash. */
static size_t base_length(const char *path)
{
    size_t n = strlen(path);
    return n && path[n - 1] == '/' ? n : n + 1;
}

void jw_ingest_paths(struct jw_ingest *in, char *const *paths, int n)
{
    for (int i = 0; i < n; i++) {
        const char *path = paths[i];
        struct stat st;
        if (stat(path, &st) != 0) {
            jw_pipeline_reject(in->pipeline, path, strerror(errno));
        } else if (S_ISDIR(st.st_mode)) {
            if (walk(in, path, base_length(path), 0) == 0) {
                jw_pipeline_reject(
                    in->pipeline, path,
                    "the folder holds no article files (" JW_SOURCE_EXTENSIONS ")");
            }
        } else {
            const char *slash = strrchr(path, '/');
            (void)take_file(in, path, slash ? (size_t)(slash + 1 - path) : 0, st.st_size);
        }
    }
}
