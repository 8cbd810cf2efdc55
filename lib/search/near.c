#include "near.h"

#include <string.h>

#include "rank.h"

enum jw_status jw_near_init(struct jw_near *near, size_t n_terms, struct jw_arena *arena)
{
    memset(near, 0, sizeof *near);
    near->count = jw_arena_calloc(arena, n_terms + 1, sizeof *near->count);
    near->weight = jw_arena_calloc(arena, n_terms + 1, sizeof *near->weight);
    return near->count && near->weight ? JW_OK : JW_ENOMEM;
}

static void drop_first(struct jw_near *near)
{
    uint32_t term = near->ring[near->first].term;
    near->first = (near->first + 1) % JW_NEAR_ROOM;
    near->n--;
    if (--near->count[term] == 0) {
        near->sum -= near->weight[term];
    }
}

float jw_near_take(struct jw_near *near)
{
    float best = near->best;
    while (near->n > 0) {
        drop_first(near);
    }
    near->sum = 0; /* and with it the rounding of what was added and taken */
    near->best = 0;
    return best;
}

void jw_near_add(struct jw_near *near, uint32_t term, uint32_t position)
{
    if (near->weight[term] <= 0) {
        return;
    }
    while (near->n == JW_NEAR_ROOM ||
           (near->n > 0 &&
            position - near->ring[near->first].position >= JW_RANK_NEAR_TOKENS)) {
        drop_first(near);
    }
    uint32_t last = (near->first + near->n) % JW_NEAR_ROOM;
    near->ring[last].term = term;
    near->ring[last].position = position;
    near->n++;
    if (near->count[term]++ == 0) {
        near->sum += near->weight[term];
    }
    near->best = near->sum > near->best ? near->sum : near->best;
}
