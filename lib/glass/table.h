/*
 * table.h - one table of a glass database, read through a memory map.
 *
 * Items are ordered by key, then by component number; a tag that is longer than
 * a quarter of a block stands in several components.  btree.c has the layout of a
 * block.  Every offset is checked before it is followed.
 */
#ifndef JW_GLASS_TABLE_H
#define JW_GLASS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fences.h"
#include "jianwen/buf.h"
#include "jianwen/glass_reader.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

struct jw_glass_root {
    uint64_t block;
    /** Of the root block; leaves are level 0. */
    uint32_t level;
    bool no_blocks;
    uint64_t n_items;
    uint64_t block_bytes;
    uint64_t compress_min;
};

struct jw_glass_table {
    const unsigned char *map;
    size_t n_bytes;
    uint32_t n_blocks;
    uint32_t root;
    uint32_t n_levels;
    /** None before jw_glass_table_fence(), and without branches. */
    struct jw_glass_fences fences;
};

/** An item of a leaf. */
struct jw_glass_item {
    struct jw_str key;
    uint32_t component;
    struct jw_str piece;
    bool last;
};

/** @return JW_ENOTFOUND: no file; JW_ECORRUPT: it is shorter than root says; JW_ELIMIT:
 *  there are not addresses enough to map it; JW_EIO. */
JW_MUST_CHECK enum jw_status jw_glass_table_open(struct jw_glass_table *t,
                                                 const char *path,
                                                 const struct jw_glass_root *root,
                                                 struct jw_error *err);
void jw_glass_table_close(struct jw_glass_table *t);

/** Make fences, with which keys are found faster.  @return JW_ECORRUPT, JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_glass_table_fence(struct jw_glass_table *t);

/**
 * Go to the last item that is not behind key.
 * @return JW_ECORRUPT; there is always such an item, that of the empty key.
 */
/** Fetch what jw_glass_table_find() is going to look at for several keys, of whose waits
 *  for memory all but the first cost nothing. */
void jw_glass_table_fetch_keys(const struct jw_glass_table *t, const struct jw_str *keys,
                               size_t n);

JW_MUST_CHECK enum jw_status jw_glass_table_find(const struct jw_glass_table *t,
                                                 struct jw_str key,
                                                 struct jw_glass_cursor *at);

/** A leaf of a table whose keys are documents, and about where in it to look. */
struct jw_glass_leaf {
    uint32_t block;
    /** Documents into the leaf, of how many (not 0). */
    uint32_t into;
    uint32_t span;
};

/**
 * Find the last item of a leaf whose document is not behind docid; of an entry in
 * several components its first.
 * @return JW_ENOTFOUND: all are behind it; JW_ECORRUPT.
 */
JW_MUST_CHECK enum jw_status jw_glass_leaf_find(const struct jw_glass_table *t,
                                                const struct jw_glass_leaf *leaf,
                                                uint32_t docid, struct jw_glass_item *out,
                                                uint32_t *found);

/** Fetch a leaf's head; fetch the items about the place to look. */
void jw_glass_table_prefetch(const struct jw_glass_table *t, uint32_t number);
void jw_glass_leaf_prefetch(const struct jw_glass_table *t,
                            const struct jw_glass_leaf *leaf);

/** What a branch of level 1 says of a leaf: it begins at key, or before. */
struct jw_glass_branch {
    struct jw_glass_cursor at;
    struct jw_str key;
    uint32_t component;
    uint32_t child;
};

/** The first leaf's, the next one's; of a table that has branches.
 *  @return JW_ENOTFOUND at the end, JW_ECORRUPT. */
JW_MUST_CHECK enum jw_status jw_glass_branch_first(const struct jw_glass_table *t,
                                                   struct jw_glass_branch *out);
JW_MUST_CHECK enum jw_status jw_glass_branch_next(const struct jw_glass_table *t,
                                                  struct jw_glass_branch *b);

/** The item that the cursor stands at.  @return JW_ECORRUPT. */
JW_MUST_CHECK enum jw_status jw_glass_table_item(const struct jw_glass_cursor *at,
                                                 struct jw_glass_item *out);

/** Go to the next item; no leaf is come to twice.
 *  @return JW_ENOTFOUND at the end, JW_ECORRUPT. */
JW_MUST_CHECK enum jw_status jw_glass_table_next(const struct jw_glass_table *t,
                                                 struct jw_glass_cursor *at);

/**
 * The whole tag of the entry whose first component the cursor stands at; the cursor
 * goes to its last one.
 * @param scratch  holds a tag that stands in several components; cleared first.
 * @return JW_ECORRUPT, JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_glass_table_tag(const struct jw_glass_table *t,
                                                struct jw_glass_cursor *at,
                                                struct jw_buf *scratch,
                                                struct jw_str *tag);

#endif
