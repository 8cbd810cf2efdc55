/*
 * weigh.h - the stage-one weight of a phrase's hit, by its text.
 *
 * The postings of a phrase's pairs tell how often each stands in a document.  Its text
 * tells the same, and of a hit it has been read already, while another list has to be
 * waited for.
 */
#ifndef JW_SEARCH_WEIGH_H
#define JW_SEARCH_WEIGH_H

#include "jianwen/tokenizer.h"
#include "match.h"

struct jw_weigher {
    /** The phrase's bigrams, counted in the text at hand. */
    struct jw_bigram_counter counter;
    /** What each weighs. */
    float *idfs;
};

/**
 * @param part  the phrase: nothing but bigrams.
 * @return JW_OK or JW_ENOMEM.  out's arrays are of the search's arena.
 */
JW_MUST_CHECK enum jw_status jw_weigher_make(const struct jw_search_state *s,
                                             const struct jw_part *part,
                                             struct jw_weigher *out);

/** @return what jw_stream_weight() gives for a paragraph that does not go on in another;
 *          each pair counts once at least. */
float jw_weigher_text(struct jw_weigher *w, struct jw_str text);

/** @return whether the phrase stands no more than once in the text that was weighed. */
bool jw_weigher_once(const struct jw_weigher *w);

/** Weigh those of the first n candidates whose weight is not known still, as if each pair
 *  stood once: they were not read, or are no hits as far as their own text goes. */
void jw_weigher_rest(struct jw_weigher *w, struct jw_candidates *list, size_t n);

#endif
