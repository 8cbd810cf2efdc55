/*
 * gathering.h - what is known while hits are gathered; shared by gather.c, which does the
 * tiers that the postings tell apart, and gather_partial.c, which does the partial one.
 */
#ifndef JW_SEARCH_GATHERING_H
#define JW_SEARCH_GATHERING_H

#include "fold.h"
#include "gather.h"
#include "verbatim.h"
#include "weigh.h"

struct jw_gathering {
    struct jw_gatherer *g;
    struct jw_search_state *s;
    struct jw_gathered *out;
    struct jw_matched matched;
    size_t need;
    /** Open candidates that were judged; what they are, by tier. */
    size_t n_verified;
    size_t verified[JW_TIERS + 1];
    size_t n_ranked;
    /** Bytes of text that were ranked. */
    size_t ranked_bytes;
    /** Hits that are counted and not kept, by tier; whether they are all of the rest. */
    uint64_t n_more[JW_TIERS];
    bool counted;
    /** The text says nothing of the order: all hits are exact. */
    bool by_weight;
    struct jw_verbatim verbatim;
    /** The one part that is asked for, where folded characters alone tell whether a
     *  paragraph has it; else NULL. */
    const struct jw_part *run;
    /** Where matched.by_text is set. */
    struct jw_weigher weigher;
    struct jw_seen *seen;
    /** Partial hits have to be read: a phrase inside NOT, say. */
    bool check_partial;
    /** With dedupe: how many are copies, by their sketches; else NULL. */
    struct jw_fold_guess *guess;
};

/** Put a hit into its tier.  @return JW_OK or JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_gathering_push(struct jw_gathering *x,
                                               const struct jw_entry *entry);

/**
 * Read a candidate's text; what it is goes to entry.
 * @param keep  keep what was read, for the page.
 */
JW_MUST_CHECK enum jw_status jw_gathering_examine(struct jw_gathering *x,
                                                  const struct jw_candidate *c, bool keep,
                                                  struct jw_entry *entry);

/** @return whether the next candidate is to be ranked by its text. */
bool jw_gathering_ranks_on(const struct jw_gathering *x);

/** Note that entry's text was ranked, or was not. */
void jw_gathering_note_ranked(struct jw_gathering *x, bool rank, struct jw_entry *entry);

/** Gather the partial hits, behind those of the other tiers. */
JW_MUST_CHECK enum jw_status jw_gather_partial(struct jw_gathering *x);

#endif
