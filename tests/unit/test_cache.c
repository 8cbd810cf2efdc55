#include "cache.h"

#include <pthread.h>
#include <stdio.h>

#include "jw_cunit.h"

static struct jw_cache_key key(uint64_t state, bool gzip, const char *request)
{
    return (struct jw_cache_key){
        .state = state, .gzip = gzip, .request = jw_str_c(request)};
}

static void put(struct jw_cache *c, uint64_t state, const char *request, const char *body)
{
    struct jw_cache_key k = key(state, false, request);
    struct jw_blob *blob = jw_blob_copy(jw_str_c(body));
    if (CHECK(blob != NULL)) {
        jw_cache_put(c, &k, blob);
    }
    jw_blob_unref(blob);
}

/* Whether a request is kept with this body; NULL: not at all. */
static void check_kept(struct jw_cache *c, uint64_t state, const char *request,
                       const char *body)
{
    struct jw_cache_key k = key(state, false, request);
    struct jw_blob *blob = jw_cache_get(c, &k);
    CHECK_MSG((blob != NULL) == (body != NULL), "%s of state %llu", request,
              (unsigned long long)state);
    if (blob && body) {
        CHECK_STR_C(jw_blob_str(blob), body);
    }
    jw_blob_unref(blob);
}

static struct jw_cache *cache_of(uint64_t entries, uint64_t bytes)
{
    struct jw_cache *c = NULL;
    CHECK_STATUS(jw_cache_new(entries, bytes, &c), JW_OK);
    return c;
}

static void test_keys(void)
{
    struct jw_cache *c = cache_of(10, 100000);
    struct jw_cache_key gzip = key(1, true, "a");
    put(c, 1, "a", "one");
    put(c, 1, "b", "two");
    check_kept(c, 1, "a", "one");
    check_kept(c, 1, "b", "two");
    check_kept(c, 2, "a", NULL);
    check_kept(c, 1, "c", NULL);
    CHECK(jw_cache_get(c, &gzip) == NULL);
    put(c, 1, "a", "other");
    check_kept(c, 1, "a", "one");
    struct jw_cache_stats stats = jw_cache_stats(c);
    CHECK_INT(stats.entries, 2);
    CHECK_INT(stats.hits, 3);
    CHECK_INT(stats.misses, 3);
    jw_cache_clear(c);
    check_kept(c, 1, "a", NULL);
    CHECK_INT(jw_cache_stats(c).bytes, 0);
    jw_cache_free(c);
}

static void test_oldest_goes(void)
{
    struct jw_cache *c = cache_of(3, 100000);
    put(c, 1, "a", "A");
    put(c, 1, "b", "B");
    put(c, 1, "c", "C");
    check_kept(c, 1, "a", "A");
    put(c, 1, "d", "D");
    check_kept(c, 1, "b", NULL);
    check_kept(c, 1, "a", "A");
    check_kept(c, 1, "c", "C");
    check_kept(c, 1, "d", "D");
    jw_cache_limit(c, 1, 100000);
    check_kept(c, 1, "d", "D");
    CHECK_INT(jw_cache_stats(c).entries, 1);
    jw_cache_free(c);
}

static void test_bytes(void)
{
    char big[1200];
    struct jw_cache *c = cache_of(1000, 8000);
    memset(big, 'x', sizeof big);
    big[1199] = '\0';
    put(c, 1, "too big", big);
    check_kept(c, 1, "too big", NULL);
    big[900] = '\0';
    for (int i = 0; i < 100; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%d", i);
        put(c, 1, name, big);
        CHECK(jw_cache_stats(c).bytes <= 8000);
    }
    CHECK(jw_cache_stats(c).entries >= 6);
    check_kept(c, 1, "99", big);
    check_kept(c, 1, "0", NULL);
    jw_cache_free(c);
}

static void test_off(void)
{
    struct jw_cache *c = cache_of(0, 100000);
    put(c, 1, "a", "A");
    check_kept(c, 1, "a", NULL);
    CHECK_INT(jw_cache_stats(c).entries, 0);
    jw_cache_limit(c, 5, 0);
    put(c, 1, "a", "A");
    check_kept(c, 1, "a", NULL);
    jw_cache_limit(c, 5, 100000);
    put(c, 1, "a", "A");
    check_kept(c, 1, "a", "A");
    jw_cache_free(c);
}

/* A blob that is dropped from the cache stays with whoever holds it. */
static void test_holders(void)
{
    struct jw_cache *c = cache_of(1, 100000);
    struct jw_cache_key k = key(1, false, "a");
    put(c, 1, "a", "A");
    struct jw_blob *held = jw_cache_get(c, &k);
    put(c, 1, "b", "B");
    check_kept(c, 1, "a", NULL);
    CHECK_STR_C(jw_blob_str(held), "A");
    jw_blob_unref(held);
    jw_cache_free(c);
}

enum {
    THREADS = 4,
    ROUNDS = 20000
};

static void *hammer(void *arg)
{
    struct jw_cache *c = arg;
    unsigned seed = (unsigned)(uintptr_t)&seed;
    for (int i = 0; i < ROUNDS; i++) {
        char name[16];
        seed = seed * 1103515245u + 12345u;
        (void)snprintf(name, sizeof name, "%u", seed >> 16 & 63);
        struct jw_cache_key k = key(seed >> 24 & 1, false, name);
        struct jw_blob *blob = jw_cache_get(c, &k);
        if (blob && !jw_str_eq_c(jw_blob_str(blob), name)) {
            jw_blob_unref(blob);
            return arg;
        }
        jw_blob_unref(blob);
        blob = jw_blob_copy(jw_str_c(name));
        if (!blob) {
            return arg;
        }
        jw_cache_put(c, &k, blob);
        jw_blob_unref(blob);
        if (i % 1000 == 0) {
            jw_cache_clear(c);
        }
    }
    return NULL;
}

static void test_threads(void)
{
    struct jw_cache *c = cache_of(32, 100000);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, hammer, c) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        CHECK(pthread_join(threads[i], &wrong) == 0);
        CHECK(wrong == NULL);
    }
    CHECK(jw_cache_stats(c).entries <= 32);
    jw_cache_free(c);
}

JW_TEST_MAIN("cache", {"tells keys apart", test_keys},
             {"drops the oldest", test_oldest_goes}, {"is bounded in bytes", test_bytes},
             {"can be off", test_off}, {"leaves holders alone", test_holders},
             {"takes several threads", test_threads})
