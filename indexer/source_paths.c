/*
 * Which files a PATH stands for, and the id each article gets: the path
 * relative to the PATH given, without its extension; a single file's stem.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
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

bool jw_ingest_file(struct jw_ingest *in, const char *path, size_t id_from,
                    uint64_t bytes)
{
    if (jw_source_kind_of(path) == JW_SOURCE_NDJSON) {
        jw_ingest_ndjson(in, path);
        return true;
    }
    return jw_pipeline_file(in->pipeline, path, id_of(path, id_from), bytes);
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

/* FILE.json beside FILE tells facts about it (source_file.c). */
static bool is_side_file(const char *path)
{
    char file[JW_PATH_BYTES];
    const char *extension = jw_source_extension(path);
    if (strcmp(extension, ".json") != 0) {
        return false;
    }
    size_t n = (size_t)(extension - path);
    if (n >= sizeof file) {
        return false;
    }
    memcpy(file, path, n);
    file[n] = '\0';
    return jw_source_kind_of(file) != JW_SOURCE_NONE;
}

static void pass_over(struct jw_passed_over *p, const char *path)
{
    if (!is_side_file(path) && p->n++ == 0) {
        (void)snprintf(p->example, sizeof p->example, "%s", path);
    }
}

void jw_passed_over_say(const struct jw_passed_over *p)
{
    if (p->n) {
        (void)fprintf(stderr,
                      "jianwen-indexer: %" PRIu64
                      " file%s of other kinds than " JW_SOURCE_EXTENSIONS
                      " %s passed over, such as %s\n",
                      p->n, p->n == 1 ? "" : "s", p->n == 1 ? "was" : "were", p->example);
    }
}

/* @return whether the walk goes on. */
static bool walk(struct jw_file_walk *w, const char *dir, int depth)
{
    struct dirent **names = NULL;
    bool go_on = true;
    int n = scandir(dir, &names, visible, alphasort);
    if (n < 0) {
        return w->failed(dir, errno, w->arg);
    }
    for (int i = 0; i < n; i++) {
        char *path = go_on ? jw_path_join(dir, names[i]->d_name) : NULL;
        struct stat st;
        /* A link to a file is followed, a link to a folder is not: no circles. */
        if (path && stat(path, &st) == 0) {
            if (S_ISDIR(st.st_mode) && !is_link(path) && depth < DEPTH_MAX) {
                go_on = walk(w, path, depth + 1);
            } else if (S_ISREG(st.st_mode) && jw_source_kind_of(path) == JW_SOURCE_NONE) {
                pass_over(w->passed_over, path);
            } else if (S_ISREG(st.st_mode)) {
                go_on = w->file(path, w->id_from, &st, w->arg);
            }
        }
        free(path);
        free(names[i]);
    }
    free(names);
    return go_on;
}

/* Where the id of a file below path begins: behind the path and its slash. */
static size_t base_length(const char *path)
{
    size_t n = strlen(path);
    return n && path[n - 1] == '/' ? n : n + 1;
}

void jw_walk_files(struct jw_file_walk *w, const char *dir)
{
    w->id_from = base_length(dir);
    (void)walk(w, dir, 0);
}

/* What a walk of ours feeds. */
struct feed {
    struct jw_ingest *in;
    size_t n_found;
};

static bool feed_file(const char *path, size_t id_from, const struct stat *st, void *arg)
{
    struct feed *feed = arg;
    feed->n_found++;
    return jw_ingest_file(feed->in, path, id_from, (uint64_t)st->st_size);
}

static bool feed_failure(const char *dir, int errnum, void *arg)
{
    struct feed *feed = arg;
    feed->n_found++;
    jw_pipeline_reject(feed->in->pipeline, dir, strerror(errnum));
    return true;
}

void jw_ingest_paths(struct jw_ingest *in, char *const *paths, int n)
{
    for (int i = 0; i < n; i++) {
        const char *path = paths[i];
        struct stat st;
        if (stat(path, &st) != 0) {
            jw_pipeline_reject(in->pipeline, path, strerror(errno));
        } else if (S_ISDIR(st.st_mode)) {
            struct feed feed = {in, 0};
            struct jw_file_walk w = {feed_file, feed_failure, &feed, &in->passed_over, 0};
            jw_walk_files(&w, path);
            if (feed.n_found == 0) {
                jw_pipeline_reject(
                    in->pipeline, path,
                    "the folder holds no article files (" JW_SOURCE_EXTENSIONS ")");
            }
        } else {
            const char *slash = strrchr(path, '/');
            (void)jw_ingest_file(in, path, slash ? (size_t)(slash + 1 - path) : 0,
                                 (uint64_t)st.st_size);
        }
    }
}
