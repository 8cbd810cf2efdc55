/*
 * facets.h - how many hits each source, section, year and month has.
 */
#ifndef JW_SEARCH_FACETS_H
#define JW_SEARCH_FACETS_H

#include "jianwen/search.h"
#include "match.h"

/** Counts while they are collected. */
struct jw_facet_counter;

/** @return NULL when memory runs out.  @param facets  JW_FACET_* bits. */
struct jw_facet_counter *jw_facets_begin(struct jw_search_state *s, unsigned facets);

/** Count one hit. */
JW_MUST_CHECK enum jw_status jw_facets_count(struct jw_facet_counter *f,
                                             const struct jw_candidate *c);

/**
 * The counts, most hits first; years and months in order of time.
 * @param out  in the search's arena.
 */
JW_MUST_CHECK enum jw_status jw_facets_end(struct jw_facet_counter *f,
                                           struct jw_facet **out, size_t *n);

#endif
