/*
 * btree.h - one table of a glass database, written from its leaves upward.
 *
 * Keys come in ascending order, so that every block is written once, full,
 * and in order.  docs/glass.md has the format.
 *
 *      level 1    [ - | ke | kl ]           separators: the shortest key that
 *                  /     |    \             tells a block from the one before
 *      level 0  [..kd] [ke..] [kl..]
 */
#ifndef JW_GLASS_BTREE_H
#define JW_GLASS_BTREE_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

enum {
    JW_BTREE_BLOCK_BYTES = 8192,
    /** Blocks hold at least some 500 keys' worth of children: never reached. */
    JW_BTREE_LEVELS = 10,
    JW_BTREE_KEY_MAX_BYTES = 255,
    /** Blocks are written so many at once: 2 MiB, the size of the huge pages of x86-64
     *  and most of AArch64.  Where the file system keeps what is written at once in one
     *  piece of the page cache, a map of the file has one entry for it instead of 512. */
    JW_BTREE_WINDOW_BLOCKS = 256
};

struct jw_btree_level {
    unsigned char block[JW_BTREE_BLOCK_BYTES];
    uint32_t number;
    /** End of the directory, start of the items, in bytes of the block. */
    uint32_t dir_end;
    uint32_t items_start;
};

struct jw_btree {
    int fd;
    char *path;
    /** JW_BTREE_WINDOW_BLOCKS blocks from block `window_first` on, not yet written. */
    unsigned char *window;
    uint32_t window_first;
    uint32_t n_blocks;
    uint64_t n_items;
    size_t n_levels;
    struct jw_btree_level *levels[JW_BTREE_LEVELS];
    unsigned char last_key[JW_BTREE_KEY_MAX_BYTES];
    size_t last_key_n;
    /** The first failure; after it nothing is written. */
    enum jw_status status;
    int errnum;
};

/** Create the file.  @return JW_OK, JW_EIO, JW_ENOSPC, JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_btree_open(struct jw_btree *t, const char *path,
                                           struct jw_error *err);

/**
 * Add an entry.  The first failure is kept and told by jw_btree_finish().
 *
 * @param key  1 to JW_BTREE_KEY_MAX_BYTES bytes, above the last key.
 * @param tag  any length.
 */
void jw_btree_add(struct jw_btree *t, struct jw_str key, struct jw_str tag);

/**
 * Write what is left, sync and close the file.
 * @param root  the table's entry in the version file is appended here.
 */
JW_MUST_CHECK enum jw_status jw_btree_finish(struct jw_btree *t, struct jw_buf *root,
                                             struct jw_error *err);

/** Close without finishing; also after jw_btree_finish(). */
void jw_btree_close(struct jw_btree *t);

/** The version file's entry of a table that is not there. */
void jw_btree_empty_root(struct jw_buf *root, uint32_t compress_min);

#endif
