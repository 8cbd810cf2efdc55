#include "jianwen/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    ARENA_BLOCK_BYTES = 64 * 1024
};

struct jw_arena_block {
    struct jw_arena_block *next;
    size_t cap;
    size_t len;
    alignas(max_align_t) unsigned char data[];
};

void jw_arena_init(struct jw_arena *a, size_t limit_bytes)
{
    a->first = NULL;
    a->current = NULL;
    a->used_bytes = 0;
    a->limit_bytes = limit_bytes;
}

static void free_blocks(struct jw_arena_block *b)
{
    while (b) {
        struct jw_arena_block *next = b->next;
        free(b);
        b = next;
    }
}

void jw_arena_release(struct jw_arena *a)
{
    free_blocks(a->first);
    jw_arena_init(a, a->limit_bytes);
}

void jw_arena_clear(struct jw_arena *a, size_t keep_bytes)
{
    size_t kept = 0;
    struct jw_arena_block **link = &a->first;
    while (*link) {
        struct jw_arena_block *b = *link;
        if (kept + b->cap > keep_bytes) {
            *link = b->next;
            free(b);
            continue;
        }
        kept += b->cap;
        b->len = 0;
        link = &b->next;
    }
    a->current = a->first;
    a->used_bytes = 0;
}

static size_t align_up(size_t n)
{
    const size_t to = alignof(max_align_t);
    return (n + to - 1) / to * to;
}

static struct jw_arena_block *next_block(struct jw_arena *a, size_t n)
{
    struct jw_arena_block *b = a->current ? a->current->next : a->first;
    while (b && b->cap < n) {
        a->current = b;
        b = b->next;
    }
    if (b) {
        a->current = b;
        return b;
    }
    size_t cap = n > ARENA_BLOCK_BYTES ? n : ARENA_BLOCK_BYTES;
    b = malloc(sizeof *b + cap);
    if (!b) {
        return NULL;
    }
    b->next = NULL;
    b->cap = cap;
    b->len = 0;
    if (a->current) {
        a->current->next = b;
    } else {
        a->first = b;
    }
    a->current = b;
    return b;
}

void *jw_arena_alloc(struct jw_arena *a, size_t n)
{
    if (n > SIZE_MAX / 2 || n > a->limit_bytes || a->used_bytes > a->limit_bytes - n) {
        return NULL;
    }
    size_t room = align_up(n ? n : 1);
    struct jw_arena_block *b = a->current;
    if (!b || b->cap - b->len < room) {
        b = next_block(a, room);
        if (!b) {
            return NULL;
        }
    }
    void *p = b->data + b->len;
    b->len += room;
    a->used_bytes += room;
    return p;
}

void *jw_arena_calloc(struct jw_arena *a, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size) {
        return NULL;
    }
    void *p = jw_arena_alloc(a, n * size);
    if (p) {
        memset(p, 0, n * size);
    }
    return p;
}

void *jw_arena_grow(struct jw_arena *a, void *p, size_t old_n, size_t n)
{
    if (p && n <= old_n) {
        return p;
    }
    struct jw_arena_block *b = a->current;
    size_t old_room = align_up(old_n ? old_n : 1);
    if (p && b && b->len >= old_room &&
        (unsigned char *)p == b->data + b->len - old_room) {
        size_t more = align_up(n) - old_room;
        /* Rounding up may have taken used_bytes a little over the limit. */
        if (more <= b->cap - b->len && a->used_bytes <= a->limit_bytes &&
            more <= a->limit_bytes - a->used_bytes) {
            b->len += more;
            a->used_bytes += more;
            return p;
        }
    }
    void *q = jw_arena_alloc(a, n);
    if (q && p && old_n) {
        memcpy(q, p, old_n);
    }
    return q;
}

struct jw_str jw_arena_str(struct jw_arena *a, struct jw_str s)
{
    char *p = jw_arena_alloc(a, s.n);
    if (!p) {
        return jw_str_of(NULL, 0);
    }
    if (s.n) {
        memcpy(p, s.p, s.n);
    }
    return jw_str_of(p, s.n);
}
