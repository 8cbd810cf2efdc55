/*
 * pairs.h - which two characters stand side by side on this page.
 *
 * A word that a line break cuts in two mostly occurs elsewhere on the page in
 * one piece; two lines that do not belong together seldom make a pair that
 * does.  The pairs are kept in a filter of bits: it may say yes to a pair that
 * it never saw, and says how often it does.
 */
#ifndef JW_PARAGRAPH_PAIRS_H
#define JW_PARAGRAPH_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"

struct jw_pairs {
    uint64_t *bits;
    uint32_t shift;
    /** Pairs noted, and how many of them were new. */
    size_t noted;
    size_t fresh;
    /** Costs [0] of a gap that joins, [1] of one that breaks; see evidence.h. */
    int seen[2];
    int unseen[2];
};

/** @param bytes  size of the text that will be noted. */
JW_MUST_CHECK enum jw_status jw_pairs_init(struct jw_pairs *p, size_t bytes,
                                           struct jw_arena *arena);

/** Work out the costs, when all is noted. */
void jw_pairs_weigh(struct jw_pairs *p);

JW_INLINE uint32_t jw_pairs_slot(const struct jw_pairs *p, uint32_t a, uint32_t b)
{
    return (a * 0x9E3779B1u ^ (b + 0x7F4A7C15u) * 0x85EBCA6Bu) >> p->shift;
}

JW_INLINE void jw_pairs_note(struct jw_pairs *p, uint32_t a, uint32_t b)
{
    uint32_t slot = jw_pairs_slot(p, a, b);
    uint64_t bit = (uint64_t)1 << (slot & 63);
    p->noted++;
    p->fresh += (p->bits[slot >> 6] & bit) == 0;
    p->bits[slot >> 6] |= bit;
}

JW_INLINE bool jw_pairs_has(const struct jw_pairs *p, uint32_t a, uint32_t b)
{
    uint32_t slot = jw_pairs_slot(p, a, b);
    return p->bits[slot >> 6] >> (slot & 63) & 1;
}

#endif
