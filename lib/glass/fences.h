/*
 * fences.h - which leaf of a table a key is in, without the walk down its tree.
 *
 * A fence is where a leaf begins: the key that branches tell it by.  The first eight
 * bytes of all fences stand side by side, so that a binary search stays in the
 * processor's cache where the blocks of the tree would not; the rest of a key is looked
 * at only among fences with the same eight.
 */
#ifndef JW_GLASS_FENCES_H
#define JW_GLASS_FENCES_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/glass_reader.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

struct jw_glass_table;

/** The beginning of a leaf. */
struct jw_glass_fence {
    /** A slice of the map. */
    struct jw_str key;
    uint32_t component;
    /** Its place among the branches of level 1, in `above`, and its item there. */
    uint32_t above;
    uint32_t item;
    /** Its number among the table's blocks. */
    uint32_t block;
};

struct jw_glass_fences {
    /** By leaf: the key's first bytes, big-endian, zeros behind a short one. */
    uint64_t *prefixes;
    struct jw_glass_fence *at;
    size_t n;
    /** By block of level 1: a cursor at it. */
    struct jw_glass_cursor *above;
    size_t n_above;
};

/** @param t  has branches.  @return JW_ECORRUPT, JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_glass_fences_make(struct jw_glass_fences *f,
                                                  const struct jw_glass_table *t);
void jw_glass_fences_release(struct jw_glass_fences *f);

/** Move the cursor to the branch of level 1 for the last leaf that does not begin behind
 *  component 1 of key.  @return the leaf's block. */
uint32_t jw_glass_fences_find(const struct jw_glass_fences *f, struct jw_str key,
                              struct jw_glass_cursor *at);

#endif
