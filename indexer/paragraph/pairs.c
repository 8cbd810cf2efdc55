#include "pairs.h"

#include <math.h>

enum {
    MIN_BITS_LOG2 = 14,
    MAX_BITS_LOG2 = 22
};

enum jw_status jw_pairs_init(struct jw_pairs *p, size_t bytes, struct jw_arena *arena)
{
    /* Six bits a character: one wrong yes in seven at the very most. */
    uint32_t log2 = MIN_BITS_LOG2;
    while (log2 < MAX_BITS_LOG2 && ((size_t)1 << log2) < bytes * 8) {
        log2++;
    }
    *p = (struct jw_pairs){.shift = 32 - log2};
    p->bits = jw_arena_calloc(arena, ((size_t)1 << log2) / 64, sizeof *p->bits);
    return p->bits ? JW_OK : JW_ENOMEM;
}

static int cost_of(double probability)
{
    return (int)(-100.0 * log(probability));
}

void jw_pairs_weigh(struct jw_pairs *p)
{
    /* Of two lines that do not belong together, one in fifty. */
    const double chance = 0.02;
    double slots = (double)((uint64_t)1 << (32 - p->shift));
    double wrong = (double)p->fresh / slots;
    /* How often a pair of running text was seen before, within bounds. */
    double again = 1.0 - ((double)p->fresh + 40.0) / ((double)p->noted + 50.0);
    double joined = again + (1.0 - again) * wrong;
    double broken = chance + (1.0 - chance) * wrong;
    if (joined < broken) {
        joined = broken;
    }
    p->seen[0] = cost_of(joined);
    p->seen[1] = cost_of(broken);
    p->unseen[0] = cost_of(1.0 - joined);
    p->unseen[1] = cost_of(1.0 - broken);
}
