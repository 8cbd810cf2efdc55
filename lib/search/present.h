/*
 * present.h - from ordered entries to the hits of a page: which paragraphs
 * are shown, what is marked, why.
 */
#ifndef JW_SEARCH_PRESENT_H
#define JW_SEARCH_PRESENT_H

#include "examine.h"
#include "gather.h"

/** Fill out->hits, has_next and next_offset from the gathered entries. */
JW_MUST_CHECK enum jw_status jw_present_hits(struct jw_search_state *s,
                                             struct jw_examiner *examiner,
                                             const struct jw_gathered *gathered,
                                             struct jw_units *units,
                                             struct jw_search_result *out);

/** All paragraphs of one article, marked as they are in a list of hits. */
JW_MUST_CHECK enum jw_status jw_present_article(struct jw_search_state *s,
                                                const struct jw_exam *exam,
                                                struct jw_units *units,
                                                struct jw_hit *out);

#endif
