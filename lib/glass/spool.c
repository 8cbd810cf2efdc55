#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jianwen/file.h"

enum {
    TAIL_BYTES = 1 << 20
};

void jw_spool_init(struct jw_spool *s, const char *dir)
{
    s->dir = dir;
    s->fd = -1;
    s->n_on_disk = 0;
    jw_buf_init(&s->tail, SIZE_MAX / 4);
}

void jw_spool_release(struct jw_spool *s)
{
    if (s->fd >= 0) {
        (void)close(s->fd);
    }
    jw_buf_release(&s->tail);
    s->fd = -1;
}

static enum jw_status make_file(struct jw_spool *s, struct jw_error *err)
{
    char *path = jw_path_join(s->dir, "aside.tmp");
    if (!path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    s->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    enum jw_status status = s->fd < 0 || unlink(path) != 0
                                ? jw_fail_errno(err, errno, "cannot make %s", path)
                                : JW_OK;
    free(path);
    return status;
}

enum jw_status jw_spool_write(struct jw_spool *s, struct jw_error *err)
{
    enum jw_status status = jw_buf_status(&s->tail);
    if (status != JW_OK) {
        return jw_fail(err, status, "out of memory");
    }
    if (s->fd < 0) {
        status = make_file(s, err);
    }
    size_t done = 0;
    while (status == JW_OK && done < s->tail.len) {
        ssize_t n = write(s->fd, s->tail.data + done, s->tail.len - done);
        if (n < 0 && errno != EINTR) {
            status = jw_fail_errno(err, errno,
                                   "cannot put postings aside in %s (they take about as "
                                   "much as the text)",
                                   s->dir);
        }
        done += n > 0 ? (size_t)n : 0;
    }
    s->n_on_disk += done;
    jw_buf_clear(&s->tail);
    return status;
}

enum jw_status jw_spool_write_large(struct jw_spool *s, struct jw_error *err)
{
    if (s->tail.len < TAIL_BYTES && jw_buf_status(&s->tail) == JW_OK) {
        return JW_OK;
    }
    return jw_spool_write(s, err);
}

void jw_window_memory(struct jw_window *w, const void *bytes, size_t n)
{
    memset(w, 0, sizeof *w);
    w->p = bytes;
    w->end = n ? w->p + n : w->p;
    w->fd = -1;
}

void jw_window_file(struct jw_window *w, int fd, uint64_t at, uint64_t n, size_t cap)
{
    memset(w, 0, sizeof *w);
    w->fd = fd;
    w->at = at;
    w->n_left = n;
    w->cap = cap;
}

void jw_window_release(struct jw_window *w)
{
    free(w->room);
    memset(w, 0, sizeof *w);
    w->fd = -1;
}

enum jw_status jw_window_need_more(struct jw_window *w, size_t n)
{
    size_t have = jw_window_at_hand(w);
    if (!w->room) {
        w->room = malloc(w->cap);
        if (!w->room) {
            return JW_ENOMEM;
        }
    }
    if (have) {
        memmove(w->room, w->p, have);
    }
    while (have < n && w->n_left > 0) {
        size_t most = w->cap - have < w->n_left ? w->cap - have : (size_t)w->n_left;
        ssize_t got = pread(w->fd, w->room + have, most, (off_t)w->at);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return JW_EIO;
        }
        have += got > 0 ? (size_t)got : 0;
        w->at += got > 0 ? (uint64_t)got : 0;
        w->n_left -= got > 0 ? (uint64_t)got : 0;
    }
    w->p = w->room;
    w->end = w->room + have;
    return JW_OK;
}
