/*
 * suggest_typed.h - what was typed so far, as pieces between white space.
 *
 *     "重庆 英才计"      two pieces; the last one is open: more may follow
 *     "重庆 "            one piece, closed
 */
#ifndef JW_SEARCH_SUGGEST_TYPED_H
#define JW_SEARCH_SUGGEST_TYPED_H

#include <stdbool.h>
#include <stddef.h>

#include "jianwen/arena.h"
#include "jianwen/normalize.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

enum {
    JW_TYPED_PIECES_MAX = 8
};

struct jw_typed_piece {
    /** The piece as typed, without marks at its ends. */
    struct jw_str text;
    const struct jw_unit *units;
    size_t n;
    /** Its last word may be an unfinished one. */
    bool open;
};

struct jw_typed {
    struct jw_typed_piece pieces[JW_TYPED_PIECES_MAX];
    size_t n;
    /** Everything before the last piece. */
    struct jw_str before;
};

/**
 * Read what was typed.
 * @param units  scratch.
 * @param out    .n is 0 when there is nothing to go by, or too much.
 */
JW_MUST_CHECK enum jw_status jw_typed_read(struct jw_str q, struct jw_units *units,
                                           struct jw_arena *arena, struct jw_typed *out);

/**
 * Find a piece in a text, at or after unit from.  Whole words, but the last
 * one may go on when the piece is open.
 * @return the first unit, or hay_n.
 */
size_t jw_typed_find(const struct jw_unit *hay, size_t hay_n, size_t from,
                     const struct jw_typed_piece *piece);

#endif
