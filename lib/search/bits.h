/*
 * bits.h - an array of 64-bit words as a set of small numbers.
 */
#ifndef JW_SEARCH_BITS_H
#define JW_SEARCH_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline void jw_bit_set(uint64_t *bits, size_t i)
{
    bits[i / 64] |= (uint64_t)1 << (i % 64);
}

static inline bool jw_bit_get(const uint64_t *bits, size_t i)
{
    return (bits[i / 64] >> (i % 64) & 1) != 0;
}

#endif
