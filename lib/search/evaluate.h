/*
 * evaluate.h - the query's tree over the paragraphs of one article.
 */
#ifndef JW_SEARCH_EVALUATE_H
#define JW_SEARCH_EVALUATE_H

#include "examine.h"

/** Give each paragraph (or only one: else JW_EXAMINE_ALL) and the article its tier,
 *  from the bits in x. */
void jw_evaluate(struct jw_examiner *x, struct jw_exam *exam, size_t only);

#endif
