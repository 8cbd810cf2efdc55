/*
 * cache.h - answers that were given before, the last used ones kept.
 *
 * The key is a state of the index, an encoding and the canonical request, so
 * an answer can never be out of date; what belongs to older states is dropped
 * when a new one comes.  Safe from several threads.
 */
#ifndef JW_SERVER_CACHE_H
#define JW_SERVER_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "blob.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

struct jw_cache;

struct jw_cache_key {
    /** jw_store_state(). */
    uint64_t state;
    bool gzip;
    struct jw_str request;
};

struct jw_cache_stats {
    uint64_t entries;
    uint64_t bytes;
    uint64_t hits;
    uint64_t misses;
};

/** @param max_entries, max_bytes  either 0: nothing is kept. */
JW_MUST_CHECK enum jw_status jw_cache_new(uint64_t max_entries, uint64_t max_bytes,
                                          struct jw_cache **out);
void jw_cache_free(struct jw_cache *c);

/** New limits; what is too much goes at once. */
void jw_cache_limit(struct jw_cache *c, uint64_t max_entries, uint64_t max_bytes);

/** @return a reference to the answer, or NULL. */
struct jw_blob *jw_cache_get(struct jw_cache *c, const struct jw_cache_key *key);

/** Keep an answer.  An answer of more than an eighth of max_bytes is not kept. */
void jw_cache_put(struct jw_cache *c, const struct jw_cache_key *key,
                  struct jw_blob *blob);

/** Forget all of it. */
void jw_cache_clear(struct jw_cache *c);

struct jw_cache_stats jw_cache_stats(struct jw_cache *c);

#endif
