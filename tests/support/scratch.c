#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jianwen/file.h"

static void give_up(const char *what, const char *path)
{
    perror(path);
    (void)fprintf(stderr, "test: cannot %s %s\n", what, path);
    exit(1);
}

void jw_scratch_make(struct jw_scratch *s)
{
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(s->dir, sizeof s->dir, "%s/jw-test-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(s->dir)) {
        give_up("make", s->dir);
    }
}

void jw_scratch_remove(struct jw_scratch *s)
{
    enum jw_status status = jw_dir_remove(s->dir, NULL);
    if (status != JW_OK) {
        give_up("remove", s->dir);
    }
}

const char *jw_scratch_path(const struct jw_scratch *s, const char *name)
{
    enum {
        KEPT = 8
    };
    static char paths[KEPT][JW_SCRATCH_PATH_BYTES + 64];
    static size_t next;
    char *path = paths[next++ % KEPT];
    (void)snprintf(path, sizeof paths[0], "%s/%s", s->dir, name);
    return path;
}

bool jw_path_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

size_t jw_count_entries(const char *dir, const char *prefix)
{
    size_t n = 0;
    DIR *d = opendir(dir);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        n += strncmp(e->d_name, prefix, strlen(prefix)) == 0;
    }
    if (d) {
        (void)closedir(d);
    }
    return n;
}

void jw_file_write(const char *path, struct jw_str bytes)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0) {
        give_up("write", path);
    }
}

char *jw_file_load(const char *path, size_t *n)
{
    struct jw_buf file;
    char *bytes = NULL;
    jw_buf_init(&file, (size_t)1 << 30);
    if (jw_file_read(path, (size_t)1 << 29, &file, NULL) == JW_OK &&
        jw_buf_take(&file, &bytes, n) == JW_OK) {
        return bytes;
    }
    jw_buf_release(&file);
    return NULL;
}

void jw_dir_copy(const char *from, const char *to)
{
    DIR *d = opendir(from);
    if (mkdir(to, 0755) != 0 || !d) {
        give_up("copy", from);
        return;
    }
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        char source[JW_SCRATCH_PATH_BYTES + 320];
        char target[JW_SCRATCH_PATH_BYTES + 320];
        size_t n = 0;
        (void)snprintf(source, sizeof source, "%s/%s", from, e->d_name);
        (void)snprintf(target, sizeof target, "%s/%s", to, e->d_name);
        char *bytes = e->d_name[0] == '.' ? NULL : jw_file_load(source, &n);
        if (bytes) {
            jw_file_write(target, jw_str_of(bytes, n));
            free(bytes);
        }
    }
    (void)closedir(d);
}
