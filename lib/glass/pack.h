/*
 * pack.h - the number formats inside a glass database.
 *
 * Source: xapian-core 1.4, common/pack.h, as described there: "pack_uint" is
 * little-endian base 128 (LEB128); "pack_uint_preserving_sort" is a big-endian
 * form whose first byte tells its length, so that byte order is the order of
 * the numbers; fixed fields of blocks are big-endian.
 */
#ifndef JW_GLASS_PACK_H
#define JW_GLASS_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    JW_PACK_MAX_BYTES = 10,
    JW_PACK_SORT_MAX_BYTES = 6
};

static inline unsigned char *jw_pack_u16(unsigned char *p, uint32_t v)
{
    p[0] = (unsigned char)(v >> 8);
    p[1] = (unsigned char)v;
    return p + 2;
}

static inline unsigned char *jw_pack_u32(unsigned char *p, uint32_t v)
{
    p = jw_pack_u16(p, v >> 16);
    return jw_pack_u16(p, v);
}

/** Write v in at most JW_PACK_MAX_BYTES.  @return behind the last byte. */
static inline unsigned char *jw_pack_uint(unsigned char *p, uint64_t v)
{
    while (v >= 0x80) {
        *p++ = (unsigned char)(v | 0x80);
        v >>= 7;
    }
    *p++ = (unsigned char)v;
    return p;
}

/**
 * Write v so that byte order is number order, in at most
 * JW_PACK_SORT_MAX_BYTES.
 *
 *     below 0x8000     0vvvvvvv vvvvvvvv
 *     else             n - 2 ones, a zero, then the number in the bits that
 *                      are left of n bytes
 *
 * @return behind the last byte.
 */
static inline unsigned char *jw_pack_uint_sort(unsigned char *p, uint32_t v)
{
    if (v < 0x8000) {
        return jw_pack_u16(p, v);
    }
    /* n - 2 ones and a zero leave 22 bits of 3 bytes, 29 of 4, 36 of 5. */
    unsigned n = v < 1u << 22 ? 3 : v < 1u << 29 ? 4 : 5;
    uint64_t bits = v;
    for (unsigned i = n - 1; i > 0; i--) {
        p[i] = (unsigned char)bits;
        bits >>= 8;
    }
    p[0] = (unsigned char)(bits | (0xFFu << (10 - n) & 0xFFu));
    return p + n;
}

static inline uint32_t jw_unpack_u16(const unsigned char *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t jw_unpack_u32(const unsigned char *p)
{
    return jw_unpack_u16(p) << 16 | jw_unpack_u16(p + 2);
}

/**
 * Read what jw_pack_uint_sort() wrote, all n bytes of it.
 * @return false when they are not that, or more than 32 bits.
 */
static inline bool jw_unpack_uint_sort(const unsigned char *p, size_t n, uint32_t *v)
{
    if (n < 2 || n > 5) {
        return false;
    }
    /* n - 2 ones and a zero. */
    unsigned ones = (0xFFu << (10 - n)) & 0xFFu;
    unsigned mask = (0xFFu << (9 - n)) & 0xFFu;
    if ((p[0] & mask) != ones) {
        return false;
    }
    uint64_t bits = p[0] & ~mask & 0xFFu;
    for (size_t i = 1; i < n; i++) {
        bits = bits << 8 | p[i];
    }
    *v = (uint32_t)bits;
    return bits <= UINT32_MAX;
}

/** @return the least number that jw_pack_uint_sort() writes in n bytes, 2 to 5. */
static inline uint32_t jw_pack_uint_sort_least(size_t n)
{
    return n == 2 ? 0 : n == 3 ? 0x8000 : n == 4 ? 1u << 22 : 1u << 29;
}

#endif
