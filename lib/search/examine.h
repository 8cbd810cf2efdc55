/*
 * examine.h - what the stored text of a candidate says: does it hold the
 * query verbatim, with all bigrams, or in part, and how well does it rank?
 */
#ifndef JW_SEARCH_EXAMINE_H
#define JW_SEARCH_EXAMINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/index.h"
#include "jianwen/normalize.h"
#include "match.h"
#include "near.h"

/** Not a hit at all: beyond the tiers. */
#define JW_TIER_NONE ((enum jw_tier)JW_TIERS)

/** What one paragraph has. */
struct jw_found {
    enum jw_tier tier;
    /** Stage-two weight of the paragraph by itself: bm25 and nearness. */
    float score;
    float bm25;
    float near;
    /** Tokens of its text. */
    uint32_t length;
    /** It has a bigram or word that counts, of a part without quotation marks. */
    bool has_term;
    /** It holds no part by itself, and some with what it may go on in. */
    bool across;
};

/** An article, examined. */
struct jw_exam {
    struct jw_stored stored;
    /** The best that any of its paragraphs is. */
    enum jw_tier tier;
    /** Its parts stand in different paragraphs. */
    bool spread;
    /** Stage-two weight of the article, see rank.h; and what it is made of: BM25 of
     *  the whole text, the best BM25 and the best nearness of a paragraph. */
    float score;
    float bm25;
    float best_paragraph;
    float best_near;
    /** One a paragraph, the title first. */
    struct jw_found *found;
    /** Tokens of its text. */
    uint32_t length;
    /** Bytes of text that were read to judge it. */
    size_t text_bytes;
    /** The text was read, and then judged: all above but stored. */
    bool judged;
};

/** For jw_examine(): every paragraph. */
#define JW_EXAMINE_ALL SIZE_MAX

/** Looks up the terms and characters of a query while text is read. */
struct jw_lookup {
    /** By the low bits of a code point: may it be one of the query's? */
    uint8_t maybe[JW_MAYBE_SIZE];
    /** Bigrams and words by hash: 0 is free, else number + 1. */
    uint32_t *terms;
    size_t n_terms;
    uint32_t *chars;
    size_t n_chars;
};

/** What one term or character adds to a score. */
struct jw_share {
    /** How often it stands there; a heading, a title counts for more. */
    float tf;
    float adds;
};

/** The shares of the article that is examined next, or of one of its paragraphs. */
struct jw_shares {
    /** By number of the plan's terms, of its characters. */
    struct jw_share *terms;
    struct jw_share *chars;
    bool of_paragraph;
    size_t paragraph;
};

struct jw_examiner {
    struct jw_search_state *s;
    struct jw_lookup lookup;
    struct jw_units *units;
    /** Counts of the present paragraph and of the article. */
    uint32_t *term_count;
    float *term_tf;
    uint32_t *char_count;
    float *char_tf;
    uint32_t *touched_terms;
    size_t n_touched_terms;
    uint32_t *touched_chars;
    size_t n_touched_chars;
    uint32_t length;
    struct jw_near near;
    float average_article;
    float average_paragraph;
    /** Bits a paragraph: parts that it holds verbatim, with all bigrams. */
    uint64_t *exact_bits;
    uint64_t *all_bits;
    size_t words;
    size_t bits_paragraphs;
    /** Receives the shares; NULL when nobody asks. */
    struct jw_shares *shares;
    /** The paragraph that is read. */
    size_t paragraph;
    /** What NOT nodes say of the present article: 0 unknown, 1 false, 2 true. */
    uint8_t *not_state[2];
    /** Some condition is on the title: it is read with every paragraph. */
    bool reads_title;
    /** Whether a paragraph without any of lookup.maybe can be passed over. */
    bool skims;
};

/** @param units  scratch, kept by the caller from search to search. */
JW_MUST_CHECK enum jw_status jw_examiner_init(struct jw_examiner *x,
                                              struct jw_search_state *s,
                                              struct jw_units *units);

/**
 * Read an article; its text comes as it is asked for (jw_reader_text()).
 *
 * @param arena  takes the text.
 * @return JW_ENOTFOUND when the article is gone meanwhile.
 */
JW_MUST_CHECK enum jw_status jw_exam_read(struct jw_examiner *x, size_t segment,
                                          size_t row, struct jw_arena *arena,
                                          struct jw_exam *out);

/**
 * Judge an article that was read.
 *
 * @param only   one paragraph, of which alone found[] and the score speak then;
 *               or JW_EXAMINE_ALL.
 * @param arena  takes out->found.
 */
JW_MUST_CHECK enum jw_status jw_exam_judge(struct jw_examiner *x, size_t only,
                                           struct jw_arena *arena, struct jw_exam *out);

/** Read what there is to show of paragraph n, where nobody asks how well it ranks: its
 *  text, and that of the paragraph in which it may go on. */
JW_MUST_CHECK enum jw_status jw_exam_show(struct jw_examiner *x, size_t n,
                                          struct jw_arena *arena, struct jw_exam *out);

/** jw_exam_read() and jw_exam_judge(). */
JW_MUST_CHECK enum jw_status jw_examine(struct jw_examiner *x, size_t segment, size_t row,
                                        size_t only, struct jw_arena *arena,
                                        struct jw_exam *out);

/** @return whether paragraph n of the article examined last holds a part verbatim,
 *          all its bigrams and words. */
bool jw_examiner_has_exact(const struct jw_examiner *x, size_t n, size_t part);
bool jw_examiner_has_all(const struct jw_examiner *x, size_t n, size_t part);

#endif
