/*
 * seen.h - texts that were read to tell whether they are hits, kept for the page.
 *
 * A phrase has few hits mostly: those that are shown are those that were just read.  Of
 * many the best are kept, which are those that the page shows.
 */
#ifndef JW_SEARCH_SEEN_H
#define JW_SEARCH_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/str.h"
#include "match.h"

enum {
    /** So many texts are kept. */
    JW_SEEN_MAX = 16,
    /** A longer one is read again. */
    JW_SEEN_TEXT_BYTES = 64 << 10
};

struct jw_seen_text {
    struct jw_candidate of;
    struct jw_str text;
    /** Bytes that the text has room for. */
    size_t room;
    /** The phrase stands in it once. */
    bool once;
};

struct jw_seen {
    struct jw_seen_text at[JW_SEEN_MAX];
    size_t n;
    /** When all places are taken, the one of the hit that comes last by relevance. */
    size_t last;
};

/**
 * Keep a copy of a hit's text, when it is among the best by relevance so far.
 * @param c      its weight and date are known.
 * @param arena  takes the copy.
 */
void jw_seen_note(struct jw_seen *s, const struct jw_candidate *c, struct jw_str text,
                  bool once, struct jw_arena *arena);

/** @return what was kept of a candidate; NULL. */
const struct jw_seen_text *jw_seen_of(const struct jw_seen *s,
                                      const struct jw_candidate *c);

#endif
