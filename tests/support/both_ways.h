/*
 * both_ways.h - the same articles in an index that was written in one go, with the terms
 * of frequent n-grams, and in one that Xapian has written, which has none; their answers
 * to the same questions.  What differs is a failed check.
 */
#ifndef JW_TESTS_BOTH_WAYS_H
#define JW_TESTS_BOTH_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "jianwen/index.h"
#include "jianwen/search.h"
#include "scratch.h"

enum jw_way {
    /* Written in one go: with n-grams. */
    JW_WAY_PARTS,
    JW_WAY_STOCK,
    JW_WAYS
};

struct jw_way_side {
    const char *dir;
    struct jw_reader *reader;
    struct jw_searcher *searcher;
};

struct jw_both_ways {
    struct jw_scratch scratch;
    struct jw_way_side side[JW_WAYS];
    /* Answers that are exact only where the postings of n-grams decide. */
    size_t n_better;
    size_t n_other;
    size_t n_asked;
};

void jw_both_open(struct jw_both_ways *b);
void jw_both_close(struct jw_both_ways *b);

/** Build a base of so many articles a stretch. */
void jw_build_parts(const char *dir, const struct jw_article *articles,
                    const size_t *n_of_part, size_t n_parts);

/** @return the answer, until the side's next one; NULL after a failed check. */
const struct jw_search_result *jw_way_ask(const struct jw_way_side *side,
                                          const struct jw_search_request *r);

/** @return the last page of all hits: each of them has been read for its total. */
const struct jw_search_result *jw_way_read(const struct jw_way_side *side,
                                           struct jw_search_request r);

void jw_way_check_hits(const struct jw_search_request *r,
                       const struct jw_search_result *got,
                       const struct jw_search_result *want);

/**
 * Whether the order of hits may differ.  What holds the pairs and not the phrase takes a
 * place among the candidates that are ranked by their texts, and an article is weighed by
 * its best paragraph that holds the pairs; where n-grams decide, such are no candidates.
 */
bool jw_both_may_differ(struct jw_both_ways *b, struct jw_search_request r);

/** Ask both.  @param strict  only exact hits are wanted: their totals may be better. */
void jw_both_compare(struct jw_both_ways *b, const struct jw_search_request *r,
                     bool strict);

/** Ask both for the page behind a first one, each by its own cursor. */
void jw_both_next(struct jw_both_ways *b, struct jw_search_request r, bool strict);

#endif
