/*
 * phrase_corpus.h - made-up articles in which some phrases are frequent in one stretch,
 * rare in another and absent in a third, in all the ways in which a text may hold one.
 */
#ifndef JW_TESTS_PHRASE_CORPUS_H
#define JW_TESTS_PHRASE_CORPUS_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "random.h"

enum {
    /** Stretches that differ in what is frequent there. */
    JW_PHRASE_PARTS = 5,
    /** Longest phrase that a question is made of, in code points. */
    JW_PHRASE_CHARS_MAX = 10
};

struct jw_phrase_corpus {
    struct jw_arena arena;
    struct jw_article *at;
    size_t n;
    /** How many articles each part has; some have none. */
    size_t n_of_part[JW_PHRASE_PARTS];
};

void jw_phrase_corpus_make(struct jw_phrase_corpus *c, struct jw_random *r);
void jw_phrase_corpus_release(struct jw_phrase_corpus *c);

/** Make one more article, in the corpus' arena, as those of a part are. */
struct jw_article jw_phrase_article(struct jw_phrase_corpus *c, struct jw_random *r,
                                    const char *id, size_t part);

/** @return two to ten code points that stand somewhere, perhaps across a break; in the
 *          corpus' arena. */
struct jw_str jw_phrase_any(struct jw_phrase_corpus *c, struct jw_random *r);

#endif
