#include "cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

/*
 * A table of chains for finding, a ring of all entries for ageing:
 *
 *      head <-> most recent <-> ... <-> oldest <-> head
 */
struct entry {
    struct entry *newer;
    struct entry *older;
    struct entry *next;
    struct jw_blob *blob;
    uint64_t hash;
    uint64_t state;
    size_t key_n;
    bool gzip;
    /* Behind this struct, in the same block. */
    char *key;
};

enum {
    BUCKETS = 4096,
    /* An answer may take up to 1 / this of the room. */
    LARGEST_SHARE = 8
};

struct jw_cache {
    pthread_mutex_t lock;
    uint64_t max_entries;
    uint64_t max_bytes;
    struct jw_cache_stats stats;
    struct entry head;
    struct entry *buckets[BUCKETS];
};

enum jw_status jw_cache_new(uint64_t max_entries, uint64_t max_bytes,
                            struct jw_cache **out)
{
    struct jw_cache *c = calloc(1, sizeof *c);
    *out = c;
    if (!c) {
        return JW_ENOMEM;
    }
    (void)pthread_mutex_init(&c->lock, NULL);
    c->max_entries = max_entries;
    c->max_bytes = max_bytes;
    c->head.newer = &c->head;
    c->head.older = &c->head;
    return JW_OK;
}

static uint64_t hash_of(const struct jw_cache_key *key)
{
    return jw_hash_str(jw_hash_u64(JW_HASH_START, key->state + (key->gzip ? 1 : 0)),
                       key->request);
}

static uint64_t bytes_of(const struct entry *e)
{
    return sizeof *e + e->key_n + jw_blob_str(e->blob).n;
}

static struct entry **find(struct jw_cache *c, const struct jw_cache_key *key,
                           uint64_t hash)
{
    struct entry **at = &c->buckets[hash % BUCKETS];
    while (*at && ((*at)->hash != hash || (*at)->state != key->state ||
                   (*at)->gzip != key->gzip ||
                   !jw_str_eq(jw_str_of((*at)->key, (*at)->key_n), key->request))) {
        at = &(*at)->next;
    }
    return at;
}

static void unlink_age(struct entry *e)
{
    e->newer->older = e->older;
    e->older->newer = e->newer;
}

static void link_newest(struct jw_cache *c, struct entry *e)
{
    e->older = c->head.older;
    e->newer = &c->head;
    c->head.older->newer = e;
    c->head.older = e;
}

static void drop(struct jw_cache *c, struct entry *e)
{
    struct entry **at = &c->buckets[e->hash % BUCKETS];
    while (*at != e) {
        at = &(*at)->next;
    }
    *at = e->next;
    unlink_age(e);
    c->stats.entries--;
    c->stats.bytes -= bytes_of(e);
    jw_blob_unref(e->blob);
    free(e);
}

/* head.older is the newest entry, head.newer the oldest. */
static void shrink(struct jw_cache *c, uint64_t max_entries, uint64_t max_bytes)
{
    struct entry *e = c->head.newer;
    while (e != &c->head &&
           (c->stats.entries > max_entries || c->stats.bytes > max_bytes)) {
        struct entry *newer = e->newer;
        drop(c, e);
        e = newer;
    }
}

void jw_cache_free(struct jw_cache *c)
{
    if (c) {
        shrink(c, 0, 0);
        (void)pthread_mutex_destroy(&c->lock);
        free(c);
    }
}

void jw_cache_limit(struct jw_cache *c, uint64_t max_entries, uint64_t max_bytes)
{
    (void)pthread_mutex_lock(&c->lock);
    c->max_entries = max_entries;
    c->max_bytes = max_bytes;
    shrink(c, max_entries, max_bytes);
    (void)pthread_mutex_unlock(&c->lock);
}

struct jw_blob *jw_cache_get(struct jw_cache *c, const struct jw_cache_key *key)
{
    struct jw_blob *blob = NULL;
    uint64_t hash = hash_of(key);
    (void)pthread_mutex_lock(&c->lock);
    if (c->max_entries) {
        struct entry *e = *find(c, key, hash);
        if (e) {
            blob = jw_blob_ref(e->blob);
            unlink_age(e);
            link_newest(c, e);
            c->stats.hits++;
        } else {
            c->stats.misses++;
        }
    }
    (void)pthread_mutex_unlock(&c->lock);
    return blob;
}

static struct entry *entry_new(const struct jw_cache_key *key, uint64_t hash,
                               struct jw_blob *blob)
{
    struct entry *e = malloc(sizeof *e + key->request.n);
    if (e) {
        memset(e, 0, sizeof *e);
        e->blob = jw_blob_ref(blob);
        e->hash = hash;
        e->state = key->state;
        e->gzip = key->gzip;
        e->key_n = key->request.n;
        e->key = (char *)(e + 1);
        if (key->request.n) {
            memcpy(e->key, key->request.p, key->request.n);
        }
    }
    return e;
}

void jw_cache_put(struct jw_cache *c, const struct jw_cache_key *key,
                  struct jw_blob *blob)
{
    uint64_t hash = hash_of(key);
    (void)pthread_mutex_lock(&c->lock);
    struct entry **at = find(c, key, hash);
    bool fits = c->max_entries && jw_blob_str(blob).n <= c->max_bytes / LARGEST_SHARE;
    /* Two workers may have answered the same request at the same time. */
    struct entry *e = fits && !*at ? entry_new(key, hash, blob) : NULL;
    if (e) {
        *at = e;
        link_newest(c, e);
        c->stats.entries++;
        c->stats.bytes += bytes_of(e);
        shrink(c, c->max_entries, c->max_bytes);
    }
    (void)pthread_mutex_unlock(&c->lock);
}

void jw_cache_clear(struct jw_cache *c)
{
    (void)pthread_mutex_lock(&c->lock);
    shrink(c, 0, 0);
    (void)pthread_mutex_unlock(&c->lock);
}

struct jw_cache_stats jw_cache_stats(struct jw_cache *c)
{
    (void)pthread_mutex_lock(&c->lock);
    struct jw_cache_stats stats = c->stats;
    (void)pthread_mutex_unlock(&c->lock);
    return stats;
}
