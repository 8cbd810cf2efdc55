/*
 * stretch.h - made-up documents as rows of characters, and the n-grams that stand in
 * them, found the plain way.
 */
#ifndef JW_TESTS_STRETCH_H
#define JW_TESTS_STRETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/glass.h"
#include "random.h"

enum {
    JW_STRETCH_BMP_END = 0x10000,
    JW_STRETCH_NGRAM_CHARS = 8,
    /** Pairs that are told of what stands before a row that joins. */
    JW_STRETCH_TAIL_PAIRS = JW_STRETCH_NGRAM_CHARS - 2
};

/**
 * Characters `from` to `to` of a stretch, which follow each other.  Of a row that joins,
 * those up to `seam` are a copy of the row before, and only the others are new.
 */
struct jw_stretch_row {
    uint32_t document;
    size_t from;
    size_t to;
    /** `from`: it does not join. */
    size_t seam;
};

struct jw_stretch {
    uint32_t *chars;
    size_t n_chars;
    size_t chars_cap;
    struct jw_stretch_row *rows;
    size_t n_rows;
    size_t rows_cap;
    uint32_t n_docs;
};

void jw_stretch_release(struct jw_stretch *s);

/** What documents are like. */
struct jw_stretch_kind {
    uint32_t n_docs;
    uint32_t alphabet;
    /** One in so many characters is astral, last rows join, documents are empty; 0: none.
     */
    uint32_t astral;
    uint32_t join;
    uint32_t empty;
};

/** Add a document of random rows. */
void jw_stretch_any(struct jw_stretch *s, struct jw_random *r,
                    const struct jw_stretch_kind *k);

/** Add a row to the last document. */
void jw_stretch_row(struct jw_stretch *s, const char *text);

/** Add a row that goes on where the one before ends. */
void jw_stretch_join(struct jw_stretch *s, const char *text);

/** Add a document of n pairs, the end of its row among them; each is there once. */
void jw_stretch_long(struct jw_stretch *s, size_t n_pairs);

/** @return the first of the characters before the seam of which pairs are told. */
size_t jw_stretch_tail(const struct jw_stretch_row *row);

/** An n-gram in a document. */
struct jw_ngram_place {
    uint32_t n_chars;
    uint32_t chars[JW_STRETCH_NGRAM_CHARS];
    uint32_t document;
    /** How often again its most frequent pair stands there. */
    uint32_t again;
};

struct jw_ngram_list {
    struct jw_ngram_place *at;
    size_t n;
    size_t cap;
    /** By the number of an n-gram; the caller's. */
    struct jw_ngram_place *ngrams;
    size_t n_ngrams;
    size_t ngrams_cap;
};

void jw_ngram_list_add(struct jw_ngram_list *p, const struct jw_ngram_place *place);
void jw_ngram_list_release(struct jw_ngram_list *p);

/** By n-gram alone. */
int jw_ngram_order(const struct jw_ngram_place *x, const struct jw_ngram_place *y);

/** By n-gram, then document; for qsort(). */
int jw_ngram_place_order(const void *a, const void *b);

/** Append the frequent n-grams, in that order; of up to JW_STRETCH_NGRAM_CHARS. */
void jw_stretch_ngrams(const struct jw_stretch *s, const struct jw_ngram_bounds *bounds,
                       struct jw_ngram_list *out);

#endif
