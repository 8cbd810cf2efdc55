#include "jianwen/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "jw_cunit.h"

enum {
    MEGABYTE = 1024 * 1024
};

static void test_alloc(void)
{
    struct jw_arena a;
    unsigned char *blocks[2000] = {NULL};
    jw_arena_init(&a, MEGABYTE);
    for (size_t i = 0; i < 2000; i++) {
        size_t n = i % 97;
        blocks[i] = jw_arena_alloc(&a, n);
        if (!CHECK(blocks[i] && (uintptr_t)blocks[i] % alignof(max_align_t) == 0)) {
            break;
        }
        memset(blocks[i], (int)(i % 251), n);
    }
    size_t wrong = 0;
    for (size_t i = 0; i < 2000; i++) {
        for (size_t k = 0; blocks[i] && k < i % 97; k++) {
            wrong += blocks[i][k] != i % 251;
        }
    }
    CHECK_INT(wrong, 0); /* no two blocks share a byte */
    char *large = jw_arena_alloc(&a, 200 * 1024);
    CHECK(large != NULL);
    jw_arena_release(&a);
    CHECK(!a.first && a.used_bytes == 0);
}

static void test_limit(void)
{
    struct jw_arena a;
    jw_arena_init(&a, 1000);
    CHECK(jw_arena_alloc(&a, 1001) == NULL);
    CHECK(jw_arena_alloc(&a, SIZE_MAX) == NULL);
    CHECK(jw_arena_alloc(&a, 1000) != NULL);
    CHECK(jw_arena_alloc(&a, 1) == NULL);
    jw_arena_clear(&a, 0);
    CHECK(jw_arena_alloc(&a, 1000) != NULL);
    jw_arena_clear(&a, MEGABYTE);
    /* rounding up must not open a hole in the limit */
    char *p = jw_arena_alloc(&a, 999);
    CHECK(p != NULL);
    CHECK(jw_arena_grow(&a, p, 999, 5000) == NULL);
    jw_arena_release(&a);
    jw_arena_init(&a, SIZE_MAX);
    CHECK(jw_arena_alloc(&a, SIZE_MAX) == NULL);
    CHECK(jw_arena_calloc(&a, SIZE_MAX / 2, 3) == NULL);
    jw_arena_release(&a);
}

static void test_clear_keeps_blocks(void)
{
    struct jw_arena a;
    jw_arena_init(&a, MEGABYTE);
    void *first = jw_arena_alloc(&a, 100);
    CHECK(jw_arena_alloc(&a, 300 * 1024) != NULL);
    jw_arena_clear(&a, 100 * 1024);
    CHECK_INT(a.used_bytes, 0);
    CHECK(jw_arena_alloc(&a, 100) == first);
    jw_arena_clear(&a, 0);
    CHECK(!a.first);
    jw_arena_release(&a);
}

static void test_calloc_and_strings(void)
{
    struct jw_arena a;
    jw_arena_init(&a, MEGABYTE);
    unsigned char *dirty = jw_arena_alloc(&a, 64);
    memset(dirty, 0xFF, 64);
    jw_arena_clear(&a, MEGABYTE);
    unsigned char *zeroed = jw_arena_calloc(&a, 8, 8);
    size_t sum = 0;
    for (int i = 0; i < 64; i++) {
        sum += zeroed[i];
    }
    CHECK_INT(sum, 0);
    struct jw_str copy = jw_arena_str(&a, jw_str_c("text"));
    CHECK_STR_C(copy, "text");
    CHECK_INT(jw_arena_str(&a, jw_str_of(NULL, 0)).n, 0);
    jw_arena_release(&a);
    jw_arena_init(&a, 3);
    CHECK(jw_arena_str(&a, jw_str_c("text")).p == NULL);
    jw_arena_release(&a);
}

static void test_grow(void)
{
    struct jw_arena a;
    jw_arena_init(&a, MEGABYTE);
    char *p = jw_arena_grow(&a, NULL, 0, 10);
    memcpy(p, "0123456789", 10);
    char *q = jw_arena_grow(&a, p, 10, 1000);
    CHECK(q == p); /* the last block grows where it is */
    CHECK(jw_arena_grow(&a, q, 1000, 5) == q);
    (void)jw_arena_alloc(&a, 1);
    char *r = jw_arena_grow(&a, q, 1000, 2000);
    CHECK(r && r != q && memcmp(r, "0123456789", 10) == 0);
    char *s = jw_arena_grow(&a, r, 2000, 100 * 1024);
    CHECK(s && memcmp(s, "0123456789", 10) == 0);
    jw_arena_release(&a);
}

JW_TEST_MAIN("arena", {"alloc", test_alloc}, {"limit", test_limit},
             {"clear keeps blocks", test_clear_keeps_blocks},
             {"calloc and strings", test_calloc_and_strings}, {"grow", test_grow})
