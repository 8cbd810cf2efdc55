/*
 * rank.h - the formula and the numbers of the ranking, in one place.
 *
 * BM25 as in Robertson and Zaragoza, The Probabilistic Relevance Framework:
 * BM25 and Beyond (2009), with the idf that Lucene uses, which is never
 * negative:
 *
 *     idf   = ln(1 + (N - n + 0.5) / (n + 0.5))
 *     score = sum of  weight * idf * tf * (k1 + 1) / (tf + k1 * norm)
 *     norm  = 1 - b + b * length / average length
 *
 * Stage two weighs a paragraph by BM25 + near * closeness (near.h), an article by
 *
 *     (1 - share) * BM25 of its whole text + share * BM25 of its best paragraph
 *         + near * closeness in its best paragraph
 *
 * docs/relevance.md has the experiment that set the numbers.
 */
#ifndef JW_SEARCH_RANK_H
#define JW_SEARCH_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Stage one, over postings: no length, so that none has to be read. */
#define JW_RANK_STAGE1_K1 0.5f
/** Stage two, over the text of the first candidates. */
#define JW_RANK_K1 1.2f
#define JW_RANK_B  0.85f
/** How much single characters count beside bigrams and words. */
#define JW_RANK_CHARS 1.0f
/** The share of an article's best paragraph by itself beside its whole text. */
#define JW_RANK_PARAGRAPH 0.4f
/** What the terms that stand close together count once more, and how many tokens
 *  (of CJK text: characters) are close. */
#define JW_RANK_NEAR        1.0f
#define JW_RANK_NEAR_TOKENS 60
/** How often a token of the title, of a heading counts. */
#define JW_RANK_TITLE   2.0f
#define JW_RANK_HEADING 1.5f
/** Weight of a function character (的, 了, 在 ...) in longer queries; of a pair
 *  with one of them; a pair of two counts nothing. */
#define JW_RANK_FUNCTION_CHAR 0.3f
#define JW_RANK_FUNCTION_PAIR 0.4f

enum {
    /** Candidates whose text is ranked, whatever the page. */
    JW_RANK_WINDOW = 100,
    /** Time for ranking by text; what is left of the window then stays in the
     *  order of stage one.  Counted in bytes of text at a fixed speed, which
     *  two cores of 2022 reach: a busy machine must not change the order. */
    JW_RANK_BUDGET_US = 2000,
    JW_RANK_BYTES_PER_US = 200,
    /** Parts shorter than this, in units, are taken as they are. */
    JW_RANK_LONG_PART = 5
};

float jw_rank_idf(uint64_t n_total, uint64_t n);

/** @return whether a (folded) character is a function character of Chinese. */
bool jw_rank_is_function_char(uint32_t cp);

/** @return whether a (folded) character or pair asks a question: 谁, 什么, 多少. */
bool jw_rank_asks(uint32_t cp, uint32_t next);

/** The share of the query's weight that a partial hit must hold. */
float jw_rank_partial_share(size_t n_terms);

static inline float jw_rank_stage1(float idf, uint32_t wdf)
{
    float tf = (float)wdf;
    return idf * tf * (JW_RANK_STAGE1_K1 + 1) / (tf + JW_RANK_STAGE1_K1);
}

static inline float jw_rank_stage2(float idf, float tf, float norm)
{
    return idf * tf * (JW_RANK_K1 + 1) / (tf + JW_RANK_K1 * norm);
}

static inline float jw_rank_norm(float length, float average)
{
    return 1 - JW_RANK_B + JW_RANK_B * (average > 0 ? length / average : 1);
}

#endif
