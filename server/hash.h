/*
 * hash.h - FNV-1a, 64 bits: keys of the cache, ETags, request ids.
 *
 * Constants: the FNV authors' (draft-eastlake-fnv).  Not for secrets.
 */
#ifndef JW_SERVER_HASH_H
#define JW_SERVER_HASH_H

#include <stdint.h>

#include "jianwen/str.h"

#define JW_HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t jw_hash_str(uint64_t h, struct jw_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

static inline uint64_t jw_hash_u64(uint64_t h, uint64_t v)
{
    for (int i = 0; i < 8; i++) {
        h = (h ^ (v & 0xFF)) * UINT64_C(0x100000001b3);
        v >>= 8;
    }
    return h;
}

#endif
