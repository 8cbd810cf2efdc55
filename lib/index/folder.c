#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jianwen/file.h"
#include "jianwen/index.h"
#include "jianwen/schema.h"
#include "jianwen/str.h"

static const char lock_name[] = "LOCK";
static const char in_use_name[] = "in-use";

/* Whether an open file is still the one of that name. */
static bool is_at(int fd, const char *path)
{
    struct stat a;
    struct stat b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* Open the lock file and lock it.  @return -1 and errno, which is EWOULDBLOCK when it is
 * held, or when the lock that was got is that of a file no longer there: whoever held it
 * before has removed it. */
static int take_lock(const char *path, int flags)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | flags, 0644);
    if (fd < 0) {
        return -1;
    }
    bool locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
    int why = locked ? EWOULDBLOCK : errno;
    if (locked && is_at(fd, path)) {
        return fd;
    }
    (void)close(fd);
    errno = why;
    return -1;
}

enum jw_status jw_folder_lock(const char *dir, int *fd, struct jw_error *err)
{
    *fd = -1;
    char *path = jw_path_join(dir, lock_name);
    if (!path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    enum jw_status status = JW_OK;
    *fd = take_lock(path, O_CREAT);
    if (*fd < 0 && errno == EWOULDBLOCK) {
        status = jw_fail(err, JW_ELOCKED,
                         "another program is writing to the index in %s; try again "
                         "when it is done",
                         dir);
    } else if (*fd < 0) {
        status = jw_fail_errno(err, errno, "cannot lock %s", path);
    }
    free(path);
    return status;
}

/* @return whether a folder holds one thing. */
static bool holds_one(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    if (!d) {
        return false;
    }
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    }
    (void)closedir(d);
    return n == 1;
}

void jw_index_remove_lock(const char *dir)
{
    char *path = jw_path_join(dir, lock_name);
    int fd = path ? take_lock(path, 0) : -1;
    if (fd >= 0) {
        if (holds_one(dir)) {
            (void)unlink(path);
        }
        (void)close(fd);
    }
    free(path);
}

enum jw_status jw_folder_hold_segment(const char *segment_path, int *fd,
                                      struct jw_error *err)
{
    *fd = -1;
    char *path = jw_path_join(segment_path, in_use_name);
    if (!path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    enum jw_status status = JW_OK;
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0 || flock(*fd, LOCK_SH | LOCK_NB) != 0) {
        status = jw_fail_errno(err, errno == EWOULDBLOCK ? ENOENT : errno,
                               "cannot open segment %s", segment_path);
        if (*fd >= 0) {
            (void)close(*fd);
            *fd = -1;
        }
    }
    free(path);
    return status;
}

enum jw_status jw_folder_mark_segment(const char *segment_path, struct jw_error *err)
{
    char *path = jw_path_join(segment_path, in_use_name);
    if (!path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    enum jw_status status = JW_OK;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || fsync(fd) != 0) {
        status = jw_fail_errno(err, errno, "cannot make %s", path);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(path);
    return status;
}

/* @return the number in a segment's name, 0 when it is none. */
static uint32_t segment_number(const char *name)
{
    struct jw_str s = jw_str_c(name);
    unsigned long long number = 0;
    size_t head = jw_str_starts(s, jw_str_c("base-"))    ? 5
                  : jw_str_starts(s, jw_str_c("delta-")) ? 6
                                                         : 0;
    if (head == 0 ||
        !jw_str_to_u64(jw_str_slice(s, head, s.n), UINT32_MAX - 1, &number)) {
        return 0;
    }
    return (uint32_t)number;
}

uint32_t jw_folder_next_number(const char *dir)
{
    uint32_t highest = 0;
    DIR *d = opendir(dir);
    if (!d) {
        return 1;
    }
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        uint32_t number = segment_number(e->d_name);
        highest = number > highest ? number : highest;
    }
    (void)closedir(d);
    return highest + 1;
}

/* Remove a segment unless somebody holds it; the next sweep tries again. */
static void remove_unless_held(const char *path)
{
    char *in_use = jw_path_join(path, in_use_name);
    if (!in_use) {
        return;
    }
    int fd = open(in_use, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0) {
        enum jw_status status = jw_dir_remove(path, NULL);
        (void)status;
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(in_use);
}

void jw_folder_sweep(const char *dir, const struct jw_manifest *m)
{
    DIR *d = opendir(dir);
    if (!d) {
        return;
    }
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (segment_number(e->d_name) == 0 || jw_manifest_names(m, e->d_name)) {
            continue;
        }
        char *path = jw_path_join(dir, e->d_name);
        if (path) {
            remove_unless_held(path);
            free(path);
        }
    }
    (void)closedir(d);
}

enum jw_status jw_folder_forget_watched(const char *dir, struct jw_error *err)
{
    DIR *d = opendir(dir);
    if (!d) {
        return jw_fail_errno(err, errno, "cannot read folder %s", dir);
    }
    enum jw_status status = JW_OK;
    errno = 0;
    for (struct dirent *e = readdir(d); e && status == JW_OK; e = readdir(d)) {
        if (jw_str_starts(jw_str_c(e->d_name), jw_str_c(JW_WATCH_PREFIX)) &&
            unlinkat(dirfd(d), e->d_name, 0) != 0) {
            status = jw_fail_errno(err, errno, "cannot remove %s/%s", dir, e->d_name);
        }
        errno = 0;
    }
    if (status == JW_OK && errno != 0) {
        status = jw_fail_errno(err, errno, "cannot read folder %s", dir);
    }
    (void)closedir(d);
    return status;
}

void jw_folder_let_go(const char *dir, const char *name, int fd)
{
    struct jw_manifest now;
    char *path = jw_path_join(dir, name);
    char *in_use = path ? jw_path_join(path, in_use_name) : NULL;
    /* The folder may have been removed and made anew by hand: then what stands there
     * now is not what was held. */
    bool gone = in_use && is_at(fd, in_use) &&
                jw_manifest_read(dir, &now, NULL, NULL) == JW_OK &&
                !jw_manifest_names(&now, name);
    (void)close(fd);
    if (gone) {
        remove_unless_held(path);
    }
    free(in_use);
    free(path);
}
