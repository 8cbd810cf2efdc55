#include "rate.h"

#include <stdlib.h>

#include "hash.h"

enum {
    SETS = 4096,
    /* Places an address may take. */
    WAYS = 4
};

struct bucket {
    uint64_t address;
    int64_t seen_us;
    /* Millionths of a request. */
    int64_t tokens;
};

struct jw_rate {
    struct bucket sets[SETS][WAYS];
};

enum jw_status jw_rate_new(struct jw_rate **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? JW_OK : JW_ENOMEM;
}

void jw_rate_free(struct jw_rate *r)
{
    free(r);
}

static struct bucket *find(struct jw_rate *r, uint64_t address, int64_t full,
                           int64_t now_us)
{
    struct bucket *set = r->sets[address % SETS];
    struct bucket *oldest = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].address == address) {
            return &set[i];
        }
        oldest = set[i].seen_us < oldest->seen_us ? &set[i] : oldest;
    }
    *oldest = (struct bucket){.address = address, .seen_us = now_us, .tokens = full};
    return oldest;
}

bool jw_rate_allow(struct jw_rate *r, struct jw_str address, uint64_t per_second,
                   uint64_t burst, int64_t now_us)
{
    const int64_t one = 1000000;
    if (per_second == 0) {
        return true;
    }
    int64_t full = (int64_t)burst * one;
    uint64_t name = jw_hash_str(JW_HASH_START, address);
    struct bucket *b = find(r, name, full, now_us);
    int64_t passed = now_us > b->seen_us ? now_us - b->seen_us : 0;
    /* Longer than it takes to fill up counts as that long: no overflow. */
    int64_t needed = full / (int64_t)per_second + 1;
    b->tokens += (passed < needed ? passed : needed) * (int64_t)per_second;
    b->tokens = b->tokens > full ? full : b->tokens;
    b->seen_us = now_us;
    if (b->tokens < one) {
        return false;
    }
    b->tokens -= one;
    return true;
}
