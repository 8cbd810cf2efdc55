/*
 * fold.h - hits that are the same story, printed more than once, made one.
 */
#ifndef JW_SEARCH_FOLD_H
#define JW_SEARCH_FOLD_H

#include "gather.h"
#include "same_story.h"

enum {
    /** A hit is compared with the first so many that are kept. */
    JW_FOLD_KEPT = 1000
};

/** A guess, by sketches alone, at how many of the hits so far are copies. */
struct jw_fold_guess {
    uint64_t sketches[JW_FOLD_KEPT];
    size_t n_kept;
    size_t n_copies;
};

void jw_fold_guess(struct jw_fold_guess *g, const struct jw_row *row);

/**
 * Fold the hits, in the order they are in: of each story the first stays, and
 * has the others as its copies.  Totals count stories afterwards.
 *
 * @param units  scratch.
 */
JW_MUST_CHECK enum jw_status jw_fold(struct jw_search_state *s, struct jw_units *units,
                                     struct jw_gathered *gathered);

#endif
