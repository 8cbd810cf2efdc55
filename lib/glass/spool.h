/*
 * spool.h - bytes that are put aside in order and read again in order.
 *
 * A spool keeps its last piece in memory and the rest in a file that has no
 * name any more, so that nothing is left of it whatever happens.  A window is
 * how a stretch of bytes is read, be it in memory or in such a file.
 */
#ifndef JW_GLASS_SPOOL_H
#define JW_GLASS_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"

struct jw_spool {
    /** Folder of the file; borrowed. */
    const char *dir;
    /** -1 until the first piece is written. */
    int fd;
    uint64_t n_on_disk;
    struct jw_buf tail;
};

void jw_spool_init(struct jw_spool *s, const char *dir);
void jw_spool_release(struct jw_spool *s);

/** Write s->tail, to which the caller adds, out: now, or when it has grown large. */
JW_MUST_CHECK enum jw_status jw_spool_write(struct jw_spool *s, struct jw_error *err);
JW_MUST_CHECK enum jw_status jw_spool_write_large(struct jw_spool *s,
                                                  struct jw_error *err);

struct jw_window {
    /** What is at hand. */
    const unsigned char *p;
    const unsigned char *end;
    /** Where the bytes behind `end` are; -1: there are none. */
    int fd;
    uint64_t at;
    uint64_t n_left;
    unsigned char *room;
    size_t cap;
};

/** Read n bytes of memory; borrowed. */
void jw_window_memory(struct jw_window *w, const void *bytes, size_t n);

/** Read n bytes of a file from byte at on; it stays the caller's. */
void jw_window_file(struct jw_window *w, int fd, uint64_t at, uint64_t n, size_t cap);

void jw_window_release(struct jw_window *w);

/**
 * Have n bytes at hand, at most cap, or all that are left when they are fewer.
 * @return JW_OK, JW_EIO, JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_window_need_more(struct jw_window *w, size_t n);

static inline size_t jw_window_at_hand(const struct jw_window *w)
{
    return (size_t)(w->end - w->p);
}

static inline enum jw_status jw_window_need(struct jw_window *w, size_t n)
{
    return jw_window_at_hand(w) >= n || w->n_left == 0 ? JW_OK
                                                       : jw_window_need_more(w, n);
}

#endif
