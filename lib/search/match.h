/*
 * match.h - from postings to candidates.
 *
 * A candidate satisfies the query as far as the postings can tell: every
 * bigram and word is there.  Whether a part stands in it verbatim, only the
 * text can tell (verbatim.h, examine.h), unless the part is a single bigram.
 */
#ifndef JW_SEARCH_MATCH_H
#define JW_SEARCH_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/search.h"
#include "plan.h"

/** Less than any weight. */
#define JW_WEIGHT_UNKNOWN (-1.0F)

/** What is known of a candidate. */
enum jw_candidate_state {
    /** What the postings tell. */
    JW_CANDIDATE_OPEN,
    /** It is an exact hit: by its postings, or it has the very bytes of the query. */
    JW_CANDIDATE_EXACT,
    /** The very bytes were looked for and are not there. */
    JW_CANDIDATE_OTHER,
    /** Nor is it there in other characters; but the paragraph may go on in another. */
    JW_CANDIDATE_WITHOUT
};

struct jw_candidate {
    /** Stage-one weight: the best of its paragraphs; JW_WEIGHT_UNKNOWN: its text tells
     *  (weigh.h). */
    float weight;
    uint32_t date;
    uint32_t segment;
    uint32_t row;
    /** The paragraph with that weight. */
    uint32_t docid;
    enum jw_candidate_state state;
};

/** A list that keeps its memory from search to search. */
struct jw_candidates {
    struct jw_candidate *at;
    size_t n;
    size_t cap;
};

struct jw_cursor;

/** The documents of one segment that hold a character, kept for the next part with
 *  it. */
struct jw_expanded {
    struct jw_expanded *next;
    uint32_t cp;
    size_t segment;
    const uint64_t *bits;
    uint64_t n_docs;
};

/** What all stages of one search share. */
struct jw_search_state {
    struct jw_reader *reader;
    struct jw_index *index;
    const struct jw_search_request *request;
    struct jw_arena *arena;
    struct jw_plan *plan;
    struct jw_error *err;
    /** jw_clock_us() at which to stop; 0 for never. */
    int64_t deadline_us;
    /** The deadline has passed: what was found is all there will be. */
    bool out_of_time;
    /** Per segment and field, which name numbers the request's filters allow;
     *  NULL when all.  Index: segment * JW_FIELDS + field. */
    bool **allowed;
    /** Per segment the last document that can be a hit; NULL when all can. */
    uint32_t *horizon;
    struct jw_expanded *expanded;
    /** Where the page before ended; NULL for a page by its offset alone. */
    const struct jw_cursor *cursor;
};

/** @return whether the deadline has passed; looks at the clock. */
bool jw_search_expired(struct jw_search_state *s);

/** Prepare the filters.  @return JW_OK or JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_filters_make(struct jw_search_state *s);

/** @return whether a row is alive and passes the request's filters. */
bool jw_filters_pass(const struct jw_search_state *s, size_t segment, size_t row);

/** @return whether an article's date lies in from..to (0: open). */
bool jw_date_in_span(uint32_t date, uint32_t from, uint32_t to);

/** What the postings have decided about a query. */
struct jw_matched {
    /** Every candidate is at least an "all" hit. */
    bool all_decided;
    /** Candidates in all; more than are in the list when that has but the best. */
    size_t n;
    /** Those that the postings have not shown to be exact hits; all are in the list. */
    size_t n_open;
    /** In: the query is a phrase, and all open candidates are going to be read: there may
     *  be more of them than hold all its terms, and their weights need not be known. */
    bool by_text;
    /** In: how many of the best exact hits will do; 0 for all. */
    size_t keep;
    /** Exact hits with no greater key (match.c) were only counted; 0: none yet. */
    uint64_t floor;
    float floor_weight;
};

/** @return whether every hit, also a partial one, must hold the node: a part in
 *          quotation marks that stands beside others. */
bool jw_match_needs_phrase(const struct jw_search_state *s, const struct jw_node *node);

/**
 * Collect every candidate: open ones in the order of segment and document.
 *
 * Where only the weight matters, no more exact hits than the best matched->keep (twice
 * as many at most) are listed.
 *
 * @param open      for candidates while others are collected.
 * @param verbatim  ask for what "verbatim" needs (strict terms), not for what
 *                  "all bigrams" needs.
 */
JW_MUST_CHECK enum jw_status jw_match_collect(struct jw_search_state *s, bool verbatim,
                                              struct jw_candidates *open,
                                              struct jw_candidates *out,
                                              struct jw_matched *matched);

/**
 * Collect from a segment, for a query that is a phrase and hits that are paragraphs, the
 * documents that one list, its lead, has with the right characters around the pair.  The
 * postings do not weigh them (JW_WEIGHT_UNKNOWN) but where an article's paragraphs go on
 * in others.
 * @param few  receives whether they are few enough to have their texts read; if not,
 *             none is taken.
 */
JW_MUST_CHECK enum jw_status jw_match_lead(struct jw_search_state *s, size_t segment,
                                           bool verbatim, struct jw_candidates *list,
                                           bool *few);

/** Set row and date of the candidates from `from` on, all of one segment; those that
 *  are no more, or have no text, go. */
void jw_match_look_up_rows(const struct jw_segment *g, struct jw_candidates *list,
                           size_t from);

/**
 * Collect the articles (whatever the unit of hits) whose paragraphs together
 * satisfy the query: parts may stand in different paragraphs.
 */
JW_MUST_CHECK enum jw_status jw_match_collect_spread(struct jw_search_state *s,
                                                     struct jw_candidates *out);

/** Terms to search for any of: numbers of the plan's terms. */
struct jw_any_terms {
    uint32_t *at;
    size_t n;
};

/**
 * Choose the rarest terms that the ranking counts.
 * @param terms  its array is of the search's arena.
 * @param sum    receives what they weigh together.
 * @return JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_any_terms_choose(struct jw_search_state *s,
                                                 struct jw_any_terms *terms, float *sum);

/**
 * Collect the best k hits that hold any of the terms, in no order.
 *
 * @param floor    least stage-one weight of a hit.
 * @param exclude  a set a segment of what is not wanted: row numbers when hits
 *                 are articles, else document numbers.  NULL for none.
 */
JW_MUST_CHECK enum jw_status jw_match_collect_any(struct jw_search_state *s,
                                                  const struct jw_any_terms *terms,
                                                  size_t k, float floor,
                                                  uint64_t *const *exclude,
                                                  struct jw_candidates *out);

/** Append a candidate.  @return JW_OK or JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_candidates_push(struct jw_candidates *list,
                                                const struct jw_candidate *c);

/** @return whether a comes before b in the order that sort asks for. */
bool jw_candidate_before(const struct jw_candidate *a, const struct jw_candidate *b,
                         enum jw_sort sort);

/** @return the k-th greatest of n keys, 1 <= k <= n; they change places. */
uint64_t jw_greatest(uint64_t *keys, size_t n, size_t k);

/** Make list a heap, so that jw_candidates_pop() gives the first by sort. */
void jw_candidates_heapify(struct jw_candidates *list, enum jw_sort sort);
struct jw_candidate jw_candidates_pop(struct jw_candidates *list, enum jw_sort sort);

#endif
