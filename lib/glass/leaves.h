/*
 * leaves.h - which leaf of a table of documents a document is in, without the walk
 * down its tree.
 *
 * Branches say where each leaf begins; that fits into 8 bytes a leaf, and a step of
 * 64 documents into 4 more.  So a document takes one look into memory that stays in
 * the processor's cache, and then the leaf itself.
 */
#ifndef JW_GLASS_LEAVES_H
#define JW_GLASS_LEAVES_H

#include <stddef.h>
#include <stdint.h>

#include "table.h"

/** The first document that may be in a leaf, and its block. */
struct jw_glass_leaf_start {
    uint32_t first;
    uint32_t block;
};

struct jw_glass_leaves {
    struct jw_glass_leaf_start *at;
    size_t n;
    /** By document / JW_GLASS_STEP_DOCS, up to where the last leaf begins: the last leaf
     *  that begins at or before it. */
    uint32_t *steps;
    size_t n_steps;
};

enum {
    JW_GLASS_STEP_DOCS = 64
};

/** @param t  its keys are documents.  @return JW_ECORRUPT, JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_glass_leaves_make(struct jw_glass_leaves *l,
                                                  const struct jw_glass_table *t);
void jw_glass_leaves_release(struct jw_glass_leaves *l);

/** @return the step that tells of document docid. */
static inline const uint32_t *jw_glass_step_of(const struct jw_glass_leaves *l,
                                               uint32_t docid)
{
    size_t step = docid / JW_GLASS_STEP_DOCS;
    return &l->steps[step < l->n_steps ? step : l->n_steps - 1];
}

/** @return the number of the leaf that document docid is in, if it is there. */
static inline size_t jw_glass_leaf_of(const struct jw_glass_leaves *l, uint32_t docid)
{
    size_t i = *jw_glass_step_of(l, docid);
    while (i + 1 < l->n && l->at[i + 1].first <= docid) {
        i++;
    }
    return i;
}

#endif
