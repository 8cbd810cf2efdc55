/* lib/index/chars: how many documents hold each character. */
#include "chars.h"

#include <stdlib.h>

#include "jw_cunit.h"
#include "random.h"

enum {
    POOL = 40,
    DOCUMENTS = 300
};

static uint32_t pool[POOL];
static bool holds[DOCUMENTS][POOL];

static void make_documents(struct jw_random *r)
{
    for (size_t i = 0; i < POOL; i++) {
        uint32_t top = i % 3 == 0 ? 0x110000 : i % 3 == 1 ? 0x10000 : 0x80;
        pool[i] = jw_random_below(r, top);
    }
    pool[0] = 0;
    pool[1] = 0x10FFFF;
    memset(holds, 0, sizeof holds);
}

/* Note a random document, characters more than once and in any order. */
static void note_document(struct jw_chars *c, struct jw_random *r, size_t d)
{
    jw_chars_next_document(c);
    for (uint32_t k = jw_random_below(r, 60); k > 0; k--) {
        size_t i = jw_random_below(r, POOL);
        CHECK_STATUS(jw_chars_note(c, pool[i]), JW_OK);
        holds[d][i] = true;
    }
}

static void check_counts(const struct jw_chars *c, size_t from, size_t to)
{
    for (size_t i = 0; i < POOL; i++) {
        uint32_t n = 0;
        for (size_t d = from; d < to; d++) {
            for (size_t k = 0; k < POOL; k++) {
                if (pool[k] == pool[i] && holds[d][k]) {
                    n++;
                    break;
                }
            }
        }
        CHECK_INT(jw_chars_df(c, pool[i]), n);
    }
}

static void test_counting(void)
{
    struct jw_random r = jw_random_start(21);
    struct jw_chars c;
    struct jw_chars sum;
    struct jw_buf stored;
    make_documents(&r);
    jw_chars_init(&c);
    jw_chars_init(&sum);
    jw_buf_init(&stored, 1 << 20);
    for (size_t d = 0; d < DOCUMENTS; d++) {
        note_document(&c, &r, d);
    }
    check_counts(&c, 0, DOCUMENTS);
    jw_chars_encode(&c, &stored);
    CHECK_STATUS(jw_chars_add(&sum, jw_buf_str(&stored)), JW_OK);
    check_counts(&sum, 0, DOCUMENTS);
    /* What is taken back leaves the rest. */
    for (size_t d = 0; d < DOCUMENTS / 2; d++) {
        jw_chars_next_document(&c);
        for (size_t i = 0; i < POOL; i++) {
            for (int twice = 0; holds[d][i] && twice < 2; twice++) {
                CHECK_STATUS(jw_chars_unnote(&c, pool[i]), JW_OK);
            }
        }
    }
    check_counts(&c, DOCUMENTS / 2, DOCUMENTS);
    CHECK_STATUS(jw_chars_sum(&c, &sum), JW_OK);
    jw_chars_clear(&sum);
    check_counts(&sum, 0, 0);
    jw_buf_release(&stored);
    jw_chars_release(&c);
    jw_chars_release(&sum);
}

/* Going on with loaded counts: the first document after them counts. */
static void test_after_loading(void)
{
    struct jw_chars c;
    jw_chars_init(&c);
    CHECK_STATUS(jw_chars_add(&c, jw_str_of("\x41\x05", 2)), JW_OK);
    CHECK_INT(jw_chars_df(&c, 'A'), 5);
    jw_chars_next_document(&c);
    CHECK_STATUS(jw_chars_note(&c, 'A'), JW_OK);
    CHECK_STATUS(jw_chars_note(&c, 'A'), JW_OK);
    CHECK_INT(jw_chars_df(&c, 'A'), 6);
    /* Never below nothing, whatever is taken away. */
    jw_chars_next_document(&c);
    CHECK_STATUS(jw_chars_unnote(&c, 'B'), JW_OK);
    CHECK_INT(jw_chars_df(&c, 'B'), 0);
    CHECK_STATUS(jw_chars_note(&c, 0x110000), JW_EINVAL);
    CHECK_INT(jw_chars_df(&c, 0xFFFFFFFFu), 0);
    jw_chars_release(&c);
}

static void test_hostile(void)
{
    static const struct jw_str rows[] = {
        {"\x41", 1},                         /* a code point without a count */
        {"\x80", 1},                         /* a number without an end */
        {"\x80\x80\x80\x80\x10\x01", 6},     /* beyond the last code point */
        {"\xFF\xFF\x43\x01\x01\x01", 6},     /* there by two steps */
        {"\x41\xFF\xFF\xFF\xFF\xFF\x01", 7}, /* a count over 32 bits */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_chars c;
        jw_chars_init(&c);
        CHECK_MSG(jw_chars_add(&c, rows[i]) == JW_ECORRUPT, "row %zu", i);
        jw_chars_release(&c);
    }
    struct jw_random r = jw_random_start(22);
    for (int i = 0; i < 300; i++) {
        char bytes[24];
        struct jw_chars c;
        size_t n = jw_random_below(&r, sizeof bytes);
        for (size_t k = 0; k < n; k++) {
            bytes[k] = (char)jw_random_u64(&r);
        }
        jw_chars_init(&c);
        enum jw_status status = jw_chars_add(&c, jw_str_of(bytes, n));
        CHECK(status == JW_OK || status == JW_ECORRUPT);
        jw_chars_release(&c);
    }
}

JW_TEST_MAIN("chars", {"counted, stored, taken back", test_counting},
             {"going on after loading", test_after_loading},
             {"damaged bytes", test_hostile})
