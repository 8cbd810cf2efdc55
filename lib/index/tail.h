/*
 * tail.h - the last pairs before a doubtful break, which go on behind it (overlap.h).
 */
#ifndef JW_INDEX_TAIL_H
#define JW_INDEX_TAIL_H

#include <stddef.h>

#include "jianwen/glass.h"
#include "jianwen/schema.h"
#include "jianwen/tokenizer.h"

enum {
    /** Pairs that an n-gram across the break may begin with. */
    JW_TAIL_PAIRS = JW_NGRAM_MAX_CHARS - 2
};

/** All zero is an empty one. */
struct jw_tail {
    /** A ring. */
    struct jw_char_pair pairs[JW_TAIL_PAIRS];
    /** How many there have been. */
    size_t n;
};

/** Note a token before the break; words are passed over. */
void jw_tail_add(struct jw_tail *tail, const struct jw_token *token);

/** Take the pairs out, in the order of the text.  @return how many. */
size_t jw_tail_take(struct jw_tail *tail, struct jw_char_pair pairs[JW_TAIL_PAIRS]);

#endif
