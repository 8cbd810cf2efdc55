/*
 * gather.h - hits in their final order: tiers, the ranked window, the rest.
 *
 *   exact    [ ranked by text | by stage-one weight ... ]
 *   all      [ ranked by text | by stage-one weight ... ]
 *   partial  [ parts in several paragraphs | ranked by text | ... ]
 */
#ifndef JW_SEARCH_GATHER_H
#define JW_SEARCH_GATHER_H

#include "examine.h"
#include "match.h"
#include "seen.h"

/** Another print of a hit's story. */
struct jw_copy {
    struct jw_candidate candidate;
    struct jw_copy *next;
};

struct jw_entry {
    struct jw_candidate candidate;
    enum jw_tier tier;
    /** What it is ordered by within its tier. */
    float score;
    /** Ranked by its text. */
    bool ranked;
    bool spread;
    /** NULL when its text was not read, or not kept. */
    struct jw_exam *exam;
    /** Its text, where that was read to verify it, and kept; else NULL. */
    const struct jw_seen_text *seen;
    /** Folded into it (fold.h), in the order of the hits. */
    struct jw_copy *copies;
    size_t n_copies;
};

struct jw_entries {
    struct jw_entry *at;
    size_t n;
    size_t cap;
};

/** @param arena  takes the list.  @return JW_OK or JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_entries_push(struct jw_entries *list,
                                             const struct jw_entry *entry,
                                             struct jw_arena *arena);

/** Put the hits of a tier in their order by relevance. */
void jw_entries_sort(struct jw_entries *list);

struct jw_gathered {
    struct jw_entries tiers[JW_TIERS];
    struct jw_total totals[JW_TIERS];
    struct jw_total total;
    /** Every candidate of the first two tiers is in the lists. */
    bool complete;
};

/** What a searcher lends to one search. */
struct jw_gatherer {
    struct jw_search_state *s;
    struct jw_examiner *examiner;
    struct jw_candidates *candidates;
    struct jw_candidates *others;
    /** For texts that are not kept. */
    struct jw_arena *scratch;
};

/** Collect, verify and rank as far as the page at offset needs it. */
JW_MUST_CHECK enum jw_status jw_gather(struct jw_gatherer *g, struct jw_gathered *out);

#endif
