#include "watch_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ingest.h"
#include "jianwen/buf.h"
#include "jianwen/file.h"
#include "jianwen/str.h"

enum {
    STATE_MAX_BYTES = 1 << 30
};

void jw_watch_list_release(struct jw_watch_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->at[i].path);
    }
    free(list->at);
    memset(list, 0, sizeof *list);
}

static int by_path(const void *a, const void *b)
{
    const struct jw_watched *x = a;
    const struct jw_watched *y = b;
    return strcmp(x->path, y->path);
}

static enum jw_status push(struct jw_watch_list *list, const struct jw_watched *watched)
{
    void *at = list->at;
    char *path = strdup(watched->path);
    enum jw_status status =
        path ? jw_array_grow(&at, &list->cap, list->n + 1, sizeof *list->at) : JW_ENOMEM;
    if (status != JW_OK) {
        free(path);
        return status;
    }
    list->at = at;
    list->at[list->n] = *watched;
    list->at[list->n++].path = path;
    return JW_OK;
}

/* ---- looking ---- */

struct look {
    struct jw_watch_list found;
    enum jw_status status;
    struct jw_error *err;
};

static int64_t mtime_of(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static bool on_file(const char *path, size_t id_from, const struct stat *st, void *arg)
{
    struct look *look = arg;
    char side[JW_PATH_BYTES + 8];
    struct stat beside;
    struct jw_watched w = {(char *)(uintptr_t)path, id_from, (uint64_t)st->st_size,
                           mtime_of(st), JW_WATCH_SEEN};
    (void)snprintf(side, sizeof side, "%s.json", path);
    if (stat(side, &beside) == 0) {
        w.bytes += (uint64_t)beside.st_size;
        w.mtime_ns = mtime_of(&beside) > w.mtime_ns ? mtime_of(&beside) : w.mtime_ns;
    }
    look->status = push(&look->found, &w);
    return look->status == JW_OK;
}

static bool on_failure(const char *dir, int errnum, void *arg)
{
    struct look *look = arg;
    look->status = jw_fail_errno(look->err, errnum, "cannot read folder %s", dir);
    return false;
}

static enum jw_watch_state state_of(const struct jw_watch_list *before,
                                    const struct jw_watched *now)
{
    const struct jw_watched *old =
        before->n ? bsearch(now, before->at, before->n, sizeof *now, by_path) : NULL;
    if (!old || old->bytes != now->bytes || old->mtime_ns != now->mtime_ns) {
        return JW_WATCH_SEEN;
    }
    return old->state == JW_WATCH_TAKEN ? JW_WATCH_TAKEN : JW_WATCH_READY;
}

enum jw_status jw_watch_list_look(struct jw_watch_list *list, const char *dir,
                                  struct jw_passed_over *passed_over,
                                  struct jw_error *err)
{
    struct look look = {{NULL, 0, 0}, JW_OK, err};
    struct jw_file_walk walk = {on_file, on_failure, &look, passed_over, 0};
    jw_walk_files(&walk, dir);
    if (look.status != JW_OK) {
        jw_watch_list_release(&look.found);
        return look.status == JW_ENOMEM ? jw_fail(err, JW_ENOMEM, "out of memory")
                                        : look.status;
    }
    if (look.found.n) {
        qsort(look.found.at, look.found.n, sizeof *look.found.at, by_path);
    }
    for (size_t i = 0; i < look.found.n; i++) {
        look.found.at[i].state = state_of(list, &look.found.at[i]);
    }
    jw_watch_list_release(list);
    *list = look.found;
    return JW_OK;
}

size_t jw_watch_list_ready(const struct jw_watch_list *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        n += list->at[i].state == JW_WATCH_READY;
    }
    return n;
}

/* ---- what was taken ---- */

/* Cut a number and the blank behind it off. */
static bool take_number(struct jw_str *line, unsigned long long most,
                        unsigned long long *out)
{
    const char *blank = line->n ? memchr(line->p, ' ', line->n) : NULL;
    size_t n = blank ? (size_t)(blank - line->p) : line->n;
    bool good = blank && jw_str_to_u64(jw_str_slice(*line, 0, n), most, out);
    *line = jw_str_slice(*line, blank ? n + 1 : n, line->n);
    return good;
}

/* A line that is none is passed over: its file is taken once more. */
static enum jw_status take_line(struct jw_watch_list *list, char *z)
{
    struct jw_str line = jw_str_c(z);
    unsigned long long bytes = 0;
    unsigned long long mtime_ns = 0;
    if (!take_number(&line, UINT64_MAX, &bytes) ||
        !take_number(&line, INT64_MAX, &mtime_ns) || line.n == 0) {
        return JW_OK;
    }
    struct jw_watched w = {z + strlen(z) - line.n, 0, bytes, (int64_t)mtime_ns,
                           JW_WATCH_TAKEN};
    return push(list, &w);
}

enum jw_status jw_watch_list_load(struct jw_watch_list *list, const char *path,
                                  struct jw_error *err)
{
    struct jw_buf text;
    char *z = NULL;
    struct jw_error why;
    jw_buf_init(&text, STATE_MAX_BYTES);
    jw_error_clear(&why);
    enum jw_status status = jw_file_read(path, STATE_MAX_BYTES - 1, &text, &why);
    if (status == JW_ENOTFOUND) {
        jw_buf_release(&text);
        return JW_OK;
    }
    if (status == JW_OK) {
        status = jw_buf_take(&text, &z, NULL);
    }
    for (char *line = z; status == JW_OK && line && *line;) {
        char *nl = strchr(line, '\n');
        if (nl) {
            *nl = '\0';
        }
        status = take_line(list, line);
        line = nl ? nl + 1 : NULL;
    }
    if (list->n) {
        qsort(list->at, list->n, sizeof *list->at, by_path);
    }
    free(z);
    jw_buf_release(&text);
    return status == JW_OK ? JW_OK : jw_fail(err, status, "cannot read %s", path);
}

enum jw_status jw_watch_list_save(const struct jw_watch_list *list, const char *path,
                                  struct jw_error *err)
{
    struct jw_buf text;
    jw_buf_init(&text, STATE_MAX_BYTES);
    for (size_t i = 0; i < list->n; i++) {
        const struct jw_watched *w = &list->at[i];
        if (w->state == JW_WATCH_TAKEN && !strchr(w->path, '\n')) {
            jw_buf_printf(&text, "%" PRIu64 " %" PRId64 " %s\n", w->bytes, w->mtime_ns,
                          w->path);
        }
    }
    enum jw_status status = jw_buf_status(&text);
    status = status == JW_OK ? jw_file_replace(path, jw_buf_str(&text), err)
                             : jw_fail(err, status, "cannot write %s", path);
    jw_buf_release(&text);
    return status;
}
