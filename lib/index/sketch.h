/*
 * sketch.h - 64 bits that tell which articles are likely to be the same story.
 *
 * The text's shingles (each four characters or words that follow each other,
 * whatever stands between them) are hashed and dealt into 64 buckets; of the
 * least hash of each bucket one bit is kept.  Two texts that share the part J
 * of their shingles (Jaccard) have each bit in common with probability
 * (1 + J) / 2.
 *
 *     one permutation hashing   Li, Owen and Zhang, 2012
 *     empty buckets borrowed    Shrivastava and Li, 2014
 *     one bit of each           Li and Koenig, b-bit minwise hashing, 2010
 */
#ifndef JW_INDEX_SKETCH_H
#define JW_INDEX_SKETCH_H

#include <stdint.h>
#include <string.h>

#include "jianwen/tokenizer.h"

enum {
    JW_SKETCH_BITS = 64,
    /** Shorter texts have no sketch: short notices are alike and not the same. */
    JW_SKETCH_MIN_SHINGLES = 60
};

/** A sketch while the text is read. */
struct jw_sketch {
    uint32_t least[JW_SKETCH_BITS];
    /** The last four characters, 16 bits each. */
    uint64_t window;
    uint32_t n;
};

static inline void jw_sketch_init(struct jw_sketch *s)
{
    memset(s->least, 0xFF, sizeof s->least);
    s->window = 0;
    s->n = 0;
}

static inline void jw_sketch_add(struct jw_sketch *s, uint32_t cp)
{
    s->window = s->window << 16 ^ cp;
    if (++s->n < 4) {
        return;
    }
    uint64_t h = (s->window ^ s->window >> 29) * 0xBF58476D1CE4E5B9u;
    h = (h ^ h >> 32) * 0x94D049BB133111EBu;
    uint32_t *least = &s->least[h >> 58];
    uint32_t value = (uint32_t)(h >> 8);
    if (value < *least) {
        *least = value;
    }
}

/** Add a token of a document; the tokens in the order of the text. */
void jw_sketch_token(struct jw_sketch *s, const struct jw_token *token);

/** @return the sketch; 0 for a text that is too short. */
uint64_t jw_sketch_end(const struct jw_sketch *s);

#endif
