/*
 * inverter.h - what is noted of a stretch of documents; shared by inverter.c, which
 * notes, and inverter_flush.c, which sorts and writes.
 */
#ifndef JW_GLASS_INVERTER_H
#define JW_GLASS_INVERTER_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/glass.h"
#include "jianwen/signature.h"
#include "jianwen/status.h"
#include "jianwen/str.h"
#include "ngrams.h"

enum {
    JW_INVERTER_UTF8_MAX = 4
};

/* What a word's postings in a document make. */
enum jw_inverter_counted {
    JW_COUNTED_ALL,
    JW_COUNTED_NONE,
    JW_COUNTED_BUT_FIRST,
    /* A pair, of whose surroundings nothing is known. */
    JW_COUNTED_PAIR
};

struct jw_inverter_word {
    struct jw_str bytes;
    uint32_t n_postings;
    enum jw_inverter_counted counted;
};

struct jw_inverter {
    /* Postings of pairs, and room to sort them. */
    uint64_t *pairs;
    uint64_t *sorted;
    size_t n_pairs;
    size_t pairs_cap;

    /* Postings of other terms: word << 32 | document. */
    uint64_t *others;
    size_t n_others;
    size_t others_cap;
    struct jw_inverter_word *words;
    size_t n_words;
    size_t words_cap;
    /** Words by hash, open addressing: 0 is free, else number + 1. */
    uint32_t *slots;
    size_t n_slots;
    struct jw_arena arena;

    uint32_t n_docs;
    /** JW_PAIR_CUT when the next pair does not go on from the last. */
    uint32_t cut;
    /** The second character of the last pair, when the next may go on from it; else 0. */
    uint32_t end;
    /** Of the documents flushed last: the sums of their numbers. */
    uint32_t *lengths;
    size_t lengths_cap;
    enum jw_status status;
};

/** Write a code point as UTF-8.  @return bytes, up to JW_INVERTER_UTF8_MAX. */
size_t jw_inverter_encode(uint32_t cp, unsigned char *p);

#endif
