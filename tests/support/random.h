/*
 * random.h - numbers that look random and are the same in every run.
 *
 * A failing case prints the seed it was made from; JW_TEST_SEED in the
 * environment starts elsewhere.
 */
#ifndef JW_TESTS_RANDOM_H
#define JW_TESTS_RANDOM_H

#include <stdint.h>
#include <stdlib.h>

struct jw_random {
    uint64_t state;
};

/** @param salt  so that each test walks its own way. */
static inline struct jw_random jw_random_start(uint64_t salt)
{
    const char *seed = getenv("JW_TEST_SEED");
    struct jw_random r = {salt + (seed ? strtoull(seed, NULL, 10) : 0)};
    return r;
}

/** SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 *  Generators, 2014). */
static inline uint64_t jw_random_u64(struct jw_random *r)
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/** @return 0 to n - 1; n is not 0. */
static inline uint32_t jw_random_below(struct jw_random *r, uint32_t n)
{
    return (uint32_t)(jw_random_u64(r) % n);
}

/** @return whether one of n chances came true. */
static inline int jw_random_one_in(struct jw_random *r, uint32_t n)
{
    return jw_random_below(r, n) == 0;
}

#endif
