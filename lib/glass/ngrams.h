/*
 * ngrams.h - the frequent n-grams of a stretch of documents, from its pairs.
 *
 * Pairs that follow each other in the text overlap by a character, so a row of them
 * is an n-gram:
 *
 *     pairs     中国 国人 人民         n-grams   中国人  国人民  中国人民
 *
 * An n-gram can be frequent only if both n-grams within it that are a character
 * shorter are (R. Agrawal, R. Srikant, Fast algorithms for mining association rules,
 * VLDB 1994), so each length is looked for among the places that are left of the one
 * before.
 */
#ifndef JW_GLASS_NGRAMS_H
#define JW_GLASS_NGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/glass.h"
#include "jianwen/status.h"

/*
 * A pair is first character << 48 | second << 32 | flags | signature << 21 | document
 * (signature.h); a second one of 0 is the end of a run.
 */
enum {
    JW_PAIR_KEY_SHIFT = 32,
    JW_PAIR_SIGNATURE_SHIFT = 21
};

/** A pair's flag: it is there to join those behind it to what stands before them, and
 *  does not count. */
#define JW_PAIR_JOINS (UINT32_C(1) << 31)
/** A pair's flag: it does not go on where the pair before it ends. */
#define JW_PAIR_CUT (UINT32_C(1) << 30)
/** A pair's flag: no n-gram begins with it. */
#define JW_PAIR_SPLIT_BEFORE (UINT32_C(1) << 29)
/** A pair's flag: no n-gram ends with its first character. */
#define JW_PAIR_SPLIT_BEHIND (UINT32_C(1) << 28)
/** The bits of a pair's document. */
#define JW_PAIR_DOCUMENT ((UINT32_C(1) << JW_PAIR_SIGNATURE_SHIFT) - 1)

/** An n-gram stands in a document for the first time. */
struct jw_ngram_posting {
    /** Counts from 0 over all lengths; n-grams come in no order. */
    uint32_t ngram;
    uint32_t document;
    /** Of its pairs that which stands in the document most often: how often again, up to
     *  most_again. */
    uint32_t again;
};

struct jw_ngram_sink {
    /** Called once for each n-gram, before its postings, with its pairs.  It may turn out
     *  to have no posting: where it stands only with parts of split characters. */
    bool (*begin)(uint32_t ngram, const uint64_t *pairs, size_t n_pairs, void *arg);
    /** Called for each of its postings, in the order of documents. */
    bool (*posting)(const struct jw_ngram_posting *posting, void *arg);
    void *arg;
};

/**
 * Find the n-grams that are frequent.
 *
 * @param pairs  of one stretch, in the order of the text; documents ascend.
 * @return JW_OK; JW_ENOMEM, also when a function of the sink returned false.
 */
JW_MUST_CHECK enum jw_status jw_ngrams_find(const uint64_t *pairs, size_t n,
                                            const struct jw_ngram_bounds *bounds,
                                            const struct jw_ngram_sink *sink);

#endif
