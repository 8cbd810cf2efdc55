/*
 * same_story.h - is one article another one, printed again?
 *
 * The sketches of the article table (jw_sketch_distance()) tell which pairs
 * are worth a look; the texts then decide: the part of their shingles, runs of
 * four characters, that they have in common (Broder, On the resemblance and
 * containment of documents, 1997).
 */
#ifndef JW_SEARCH_SAME_STORY_H
#define JW_SEARCH_SAME_STORY_H

#include "examine.h"

enum {
    /** Sketches that differ in more bits are of different stories.  Texts with 60 %
     *  in common differ in 12.8 bits, deviation 3.2; strangers in 32, deviation 4. */
    JW_STORY_BITS = 18,
    /** Shingles in common, in a hundred, from which it is the same story. */
    JW_STORY_PERCENT = 60
};

/** The shingles of a text, as ascending hashes, each once. */
struct jw_shingles {
    uint32_t *at;
    size_t n;
};

/**
 * Make the shingles of an article but its title.
 * @param units  scratch.
 */
JW_MUST_CHECK enum jw_status jw_shingles_make(struct jw_search_state *s,
                                              const struct jw_article *article,
                                              struct jw_units *units,
                                              struct jw_shingles *out);

/** @return whether the texts are the same story. */
bool jw_shingles_same(const struct jw_shingles *a, const struct jw_shingles *b);

/** @return whether two sketches, neither of them 0, leave it possible. */
static inline bool jw_sketches_alike(uint64_t a, uint64_t b)
{
    return jw_sketch_distance(a, b) <= JW_STORY_BITS;
}

/** Read an article and make its shingles.  @return JW_ENOTFOUND when it is gone. */
JW_MUST_CHECK enum jw_status jw_shingles_read(struct jw_search_state *s,
                                              const struct jw_candidate *c,
                                              struct jw_units *units,
                                              struct jw_shingles *out);

#endif
