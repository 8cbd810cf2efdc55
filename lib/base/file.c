#include "jianwen/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *jw_path_join(const char *dir, const char *name)
{
    size_t n = strlen(dir);
    size_t m = strlen(name);
    bool slash = n > 0 && dir[n - 1] != '/';
    char *path = malloc(n + m + 2);
    if (!path) {
        return NULL;
    }
    memcpy(path, dir, n);
    if (slash) {
        path[n++] = '/';
    }
    memcpy(path + n, name, m + 1);
    return path;
}

static enum jw_status read_all(int fd, const char *path, size_t max_bytes,
                               struct jw_buf *out, struct jw_error *err)
{
    size_t start = out->len;
    for (;;) {
        if (jw_buf_reserve(out, 64 * 1024) != JW_OK) {
            /* The limit may leave less than a whole piece: take what fits. */
            if (out->status != JW_ELIMIT || out->len >= out->limit) {
                return jw_fail(err, out->status, "cannot read %s: %s", path,
                               jw_status_name(out->status));
            }
            out->status = JW_OK;
            if (jw_buf_reserve(out, out->limit - out->len) != JW_OK) {
                return jw_fail(err, out->status, "cannot read %s: %s", path,
                               jw_status_name(out->status));
            }
        }
        ssize_t n = read(fd, out->data + out->len, out->cap - 1 - out->len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return jw_fail_errno(err, errno, "cannot read %s", path);
        }
        if (n == 0) {
            return JW_OK;
        }
        out->len += (size_t)n;
        if (out->len - start > max_bytes) {
            return jw_fail(err, JW_ELIMIT, "%s is larger than the limit of %zu bytes",
                           path, max_bytes);
        }
    }
}

enum jw_status jw_file_read(const char *path, size_t max_bytes, struct jw_buf *out,
                            struct jw_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return jw_fail_errno(err, errno, "cannot open %s", path);
    }
    struct stat st;
    enum jw_status status = JW_OK;
    if (fstat(fd, &st) != 0) {
        status = jw_fail_errno(err, errno, "cannot read %s", path);
    } else if (!S_ISREG(st.st_mode)) {
        status = jw_fail(err, JW_EINVAL, "%s is not a regular file", path);
    } else if ((uintmax_t)st.st_size > max_bytes) {
        status = jw_fail(err, JW_ELIMIT, "%s has %lld bytes, the limit is %zu", path,
                         (long long)st.st_size, max_bytes);
    } else {
        /* Growth beyond the size seen here is still held by max_bytes. */
        size_t limit = out->len + max_bytes + 1;
        if (out->limit > limit) {
            out->limit = limit;
        }
        if ((size_t)st.st_size < out->limit - out->len) {
            (void)jw_buf_reserve(out, (size_t)st.st_size);
        }
        status = read_all(fd, path, max_bytes, out, err);
    }
    (void)close(fd);
    return status;
}

static enum jw_status write_all(int fd, struct jw_str data)
{
    while (data.n) {
        ssize_t n = write(fd, data.p, data.n);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return JW_EIO;
        }
        data.p += n;
        data.n -= (size_t)n;
    }
    return JW_OK;
}

static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) {
        return strdup(".");
    }
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

enum jw_status jw_file_replace(const char *path, struct jw_str data, struct jw_error *err)
{
    size_t n = strlen(path);
    char *tmp = malloc(n + 5);
    char *dir = parent_of(path);
    int fd = -1;
    enum jw_status status = JW_OK;
    if (!tmp || !dir) {
        status = jw_fail(err, JW_ENOMEM, "cannot write %s: out of memory", path);
        goto out;
    }
    memcpy(tmp, path, n);
    memcpy(tmp + n, ".tmp", 5);
    fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || write_all(fd, data) != JW_OK || fsync(fd) != 0) {
        status = jw_fail_errno(err, errno, "cannot write %s", tmp);
        goto out;
    }
    if (close(fd) != 0) {
        fd = -1;
        status = jw_fail_errno(err, errno, "cannot write %s", tmp);
        goto out;
    }
    fd = -1;
    if (rename(tmp, path) != 0) {
        status = jw_fail_errno(err, errno, "cannot rename %s", tmp);
        goto out;
    }
    status = jw_dir_sync(dir, err);
out:
    if (fd >= 0) {
        (void)close(fd);
    }
    if (status != JW_OK && tmp) {
        (void)unlink(tmp);
    }
    free(tmp);
    free(dir);
    return status;
}

enum jw_status jw_dir_sync(const char *path, struct jw_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return jw_fail_errno(err, errno, "cannot open folder %s", path);
    }
    int rc = fsync(fd);
    int why = errno;
    (void)close(fd);
    if (rc != 0) {
        return jw_fail_errno(err, why, "cannot sync folder %s", path);
    }
    return JW_OK;
}

static enum jw_status sync_parent(const char *path, struct jw_error *err)
{
    char *parent = parent_of(path);
    enum jw_status status =
        parent ? jw_dir_sync(parent, err)
               : jw_fail(err, JW_ENOMEM, "cannot make folder %s: out of memory", path);
    free(parent);
    return status;
}

enum jw_status jw_dir_make(const char *path, struct jw_error *err)
{
    char *p = strdup(path);
    if (!p) {
        return jw_fail(err, JW_ENOMEM, "cannot make folder %s: out of memory", path);
    }
    enum jw_status status = JW_OK;
    for (char *q = *p ? p + 1 : p; status == JW_OK; q++) {
        char c = *q;
        if (c != '/' && c != '\0') {
            continue;
        }
        *q = '\0';
        if (mkdir(p, 0755) == 0) {
            status = sync_parent(p, err);
        } else if (errno != EEXIST) {
            status = jw_fail_errno(err, errno, "cannot make folder %s", p);
        }
        *q = c;
        if (c == '\0') {
            break;
        }
    }
    struct stat st;
    if (status == JW_OK && (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))) {
        status = jw_fail(err, JW_EINVAL, "%s is not a folder", path);
    }
    free(p);
    return status;
}

/* What walk_entries() does with each entry of a folder. */
typedef enum jw_status (*entry_fn)(int dir_fd, const char *name, const struct stat *st,
                                   void *arg);

static enum jw_status walk_entries(int fd, entry_fn fn, void *arg)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        (void)close(fd);
        return JW_EIO;
    }
    enum jw_status status = JW_OK;
    for (;;) {
        errno = 0;
        struct dirent *e = readdir(dir);
        if (!e) {
            status = errno == 0 ? status : JW_EIO;
            break;
        }
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        struct stat st;
        if (fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            continue;
        }
        enum jw_status one = fn(dirfd(dir), e->d_name, &st, arg);
        status = status == JW_OK ? one : status;
    }
    (void)closedir(dir);
    return status;
}

static int open_dir_at(int dir_fd, const char *name)
{
    return openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static enum jw_status remove_entry(int dir_fd, const char *name, const struct stat *st,
                                   void *arg)
{
    enum jw_status status = JW_OK;
    if (S_ISDIR(st->st_mode)) {
        int fd = open_dir_at(dir_fd, name);
        status = fd < 0 ? JW_EIO : walk_entries(fd, remove_entry, arg);
        if (unlinkat(dir_fd, name, AT_REMOVEDIR) != 0) {
            status = JW_EIO;
        }
    } else if (unlinkat(dir_fd, name, 0) != 0 && errno != ENOENT) {
        status = JW_EIO;
    }
    return status;
}

enum jw_status jw_dir_remove(const char *path, struct jw_error *err)
{
    int fd = open_dir_at(AT_FDCWD, path);
    if (fd < 0) {
        return jw_fail_errno(err, errno, "cannot open folder %s", path);
    }
    enum jw_status status = walk_entries(fd, remove_entry, NULL);
    if (rmdir(path) != 0 && status == JW_OK) {
        return jw_fail_errno(err, errno, "cannot remove folder %s", path);
    }
    if (status != JW_OK) {
        return jw_fail(err, status, "cannot remove all of folder %s", path);
    }
    return JW_OK;
}

static enum jw_status sum_entry(int dir_fd, const char *name, const struct stat *st,
                                void *arg)
{
    unsigned long long *sum = arg;
    if (S_ISREG(st->st_mode)) {
        *sum += (unsigned long long)st->st_size;
    } else if (S_ISDIR(st->st_mode)) {
        int fd = open_dir_at(dir_fd, name);
        return fd < 0 ? JW_EIO : walk_entries(fd, sum_entry, arg);
    }
    return JW_OK;
}

unsigned long long jw_dir_bytes(const char *path)
{
    unsigned long long sum = 0;
    int fd = open_dir_at(AT_FDCWD, path);
    if (fd >= 0) {
        (void)walk_entries(fd, sum_entry, &sum);
    }
    return sum;
}
