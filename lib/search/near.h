/*
 * near.h - how much of the query stands close together.
 *
 *   text      ... 齿轮 .. 变速器 ................ 企业 ...
 *   window       [--- JW_RANK_NEAR_TOKENS ---]
 *
 * While the tokens of a paragraph go by, the distinct query terms among the
 * last JW_RANK_NEAR_TOKENS of them are summed by what they weigh; the
 * greatest sum is the paragraph's nearness.  Each token costs a constant.
 */
#ifndef JW_SEARCH_NEAR_H
#define JW_SEARCH_NEAR_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/status.h"

enum {
    /** Terms that a window holds; with more, the first ones leave early. */
    JW_NEAR_ROOM = 256
};

struct jw_near {
    /** A ring: the terms in the window and where they stand. */
    struct {
        uint32_t term;
        uint32_t position;
    } ring[JW_NEAR_ROOM];
    uint32_t first;
    uint32_t n;
    /** By term: how often it is in the window; what it weighs. */
    uint32_t *count;
    float *weight;
    float sum;
    float best;
};

/** Room for n_terms terms, all without weight.  @return JW_OK or JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_near_init(struct jw_near *near, size_t n_terms,
                                          struct jw_arena *arena);

/** Forget the paragraph.  @return its nearness. */
float jw_near_take(struct jw_near *near);

/** A term stands at a position (in tokens, never less than the last one's). */
void jw_near_add(struct jw_near *near, uint32_t term, uint32_t position);

#endif
