/*
 * document.h - the terms of one paragraph, as the stock writer wants them.
 */
#ifndef JW_INDEX_DOCUMENT_H
#define JW_INDEX_DOCUMENT_H

#include "chars.h"
#include "jianwen/arena.h"
#include "jianwen/overlap.h"
#include "jianwen/status.h"
#include "jianwen/str.h"
#include "jianwen/xap.h"
#include "sketch.h"
#include "tail.h"

/** A pair of characters where it stands; b is 0 at the end of a run. */
struct jw_document_pair {
    uint32_t a;
    uint32_t b;
    uint32_t signature;
    /** It only joins those behind it to what stands before them. */
    bool joins;
};

struct jw_document {
    struct jw_xap_term *terms;
    size_t n_terms;
    size_t cap;
    /** In the order of the text, until jw_document_end(). */
    struct jw_document_pair *pairs;
    size_t n_pairs;
    size_t pairs_cap;
    /** The next pair does not go on from the last. */
    bool cut;
    struct jw_tail tail;
    /** Bigrams, words and last characters: the length that ranking uses. */
    uint32_t length;
    /** Goes on from text to text until its owner begins it anew. */
    struct jw_sketch sketch;
    /** Holds the terms' bytes. */
    struct jw_arena arena;
};

void jw_document_init(struct jw_document *d);
void jw_document_release(struct jw_document *d);

/** Forget the terms; keeps the memory. */
void jw_document_clear(struct jw_document *d);

/**
 * Add the terms of a text.  A word that stands twice is listed twice.
 *
 * @param chars  the characters are counted here, as those of a new document.
 */
JW_MUST_CHECK enum jw_status
jw_document_add_text(struct jw_document *d, struct jw_str text, struct jw_chars *chars);

/**
 * Add the terms of an overlap (overlap.h).  They count neither as length nor as
 * characters: what they come from is counted with its own paragraph.
 */
JW_MUST_CHECK enum jw_status jw_document_add_overlap(struct jw_document *d,
                                                     struct jw_overlap *overlap);

/** Add one term, prefix byte first, that does not count as length. */
JW_MUST_CHECK enum jw_status jw_document_add_key(struct jw_document *d, char prefix,
                                                 struct jw_str value);

/** Add the terms of the pairs, with the numbers that signature.h has; the last call. */
JW_MUST_CHECK enum jw_status jw_document_end(struct jw_document *d);

/** Take the characters of a text back out of chars. */
JW_MUST_CHECK enum jw_status jw_document_uncount(struct jw_str text,
                                                 struct jw_chars *chars);

#endif
