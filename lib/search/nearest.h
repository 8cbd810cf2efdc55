/*
 * nearest.h - a search that found nothing: why, and what would find something.
 */
#ifndef JW_SEARCH_NEAREST_H
#define JW_SEARCH_NEAREST_H

#include "searcher.h"

/** Note what is missing ("missing: ..."), or that nothing is ("no_hits: ..."). */
void jw_nearest_note_missing(struct jw_search_state *state);

/**
 * Note the nearest query that has hits ("nearest: ..."), if there is one: with
 * the filters left out, without its quotation marks and exclusions, without the
 * pieces that are in no text, without one of its parts.  Costs a search each.
 */
JW_MUST_CHECK enum jw_status jw_nearest_note(struct jw_searcher *s,
                                             struct jw_search_state *state);

#endif
