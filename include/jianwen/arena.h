/*
 * arena.h - memory that is given back all at once.
 *
 * One search takes its scratch memory from one arena and clears it at the
 * end; after the first few searches no allocation reaches malloc().
 *
 *      first -> [ block | block | ... ]   clear() keeps the blocks
 */
#ifndef JIANWEN_ARENA_H
#define JIANWEN_ARENA_H

#include <stddef.h>

#include "jianwen/compiler.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

struct jw_arena_block;

struct jw_arena {
    struct jw_arena_block *first;
    struct jw_arena_block *current;
    size_t used_bytes;
    size_t limit_bytes;
};

/** Make an empty arena that hands out at most limit_bytes between clears. */
void jw_arena_init(struct jw_arena *a, size_t limit_bytes) JW_NOEXCEPT;

/** Give all memory back to the system. */
void jw_arena_release(struct jw_arena *a) JW_NOEXCEPT;

/** Forget everything handed out; blocks up to keep_bytes stay for reuse. */
void jw_arena_clear(struct jw_arena *a, size_t keep_bytes) JW_NOEXCEPT;

/**
 * n bytes aligned for any type, not zeroed, valid until clear or release.
 * @return NULL when memory or the limit runs out.
 */
void *jw_arena_alloc(struct jw_arena *a, size_t n) JW_NOEXCEPT;

/** n zeroed elements of size bytes; NULL as above, or when n * size overflows. */
void *jw_arena_calloc(struct jw_arena *a, size_t n, size_t size) JW_NOEXCEPT;

/**
 * Give a block handed out last a new size in place when possible, else copy.
 * @param p  the block, or NULL with old_n 0.
 */
void *jw_arena_grow(struct jw_arena *a, void *p, size_t old_n, size_t n) JW_NOEXCEPT;

/** A copy of s in the arena; .p is NULL when memory runs out and s.n > 0. */
struct jw_str jw_arena_str(struct jw_arena *a, struct jw_str s) JW_NOEXCEPT;

JW_END_DECLS

#endif
