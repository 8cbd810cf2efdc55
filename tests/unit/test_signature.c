#include "jianwen/signature.h"

#include <string.h>

#include "jw_cunit.h"
#include "random.h"

enum {
    DOCUMENTS = 3000,
    CHARS_MAX = 40,
    ALPHABET = 30,
    HAN = 0x4E00
};

/* A run of characters that do not all stand equally often. */
static size_t make_run(struct jw_random *r, uint32_t run[CHARS_MAX])
{
    size_t n = 2 + jw_random_below(r, CHARS_MAX - 1);
    for (size_t i = 0; i < n; i++) {
        run[i] = HAN + 37 * jw_random_below(r, 1 + jw_random_below(r, ALPHABET));
    }
    return n;
}

static uint32_t signature_at(const uint32_t *run, size_t n, size_t i)
{
    uint32_t s = i > 0 ? jw_signature_with_before(run[i - 1]) : jw_signature_alone();
    return i + 2 < n ? jw_signature_with_behind(s, run[i + 2]) : s;
}

static bool same_pair(const uint32_t *run, size_t i, size_t k)
{
    return run[i] == run[k] && run[i + 1] == run[k + 1];
}

/* The number of the pair at i in the document that the run is. */
static uint32_t number_of(const uint32_t *run, size_t n, size_t i)
{
    struct jw_signature_sum sum = {0, 0, 0, 0};
    for (size_t k = 0; k + 1 < n; k++) {
        if (same_pair(run, i, k)) {
            jw_signature_add(&sum, signature_at(run, n, k), true);
        }
    }
    return jw_signature_number(&sum);
}

/* A document passes for whatever it holds, and tells how often. */
static void test_what_is_there_passes(void)
{
    static const struct jw_signature_filter none = JW_SIGNATURE_NO_FILTER;
    struct jw_random r = jw_random_start(7);
    uint32_t run[CHARS_MAX];
    for (int d = 0; d < DOCUMENTS; d++) {
        size_t n = make_run(&r, run);
        for (size_t i = 0; i + 1 < n; i++) {
            uint32_t number = number_of(run, n, i);
            struct jw_signature_filter f = none;
            uint32_t count = 0;
            CHECK(number > 0 && jw_signature_passes(&f, number));
            for (size_t k = 0; k + 1 < n; k++) {
                if (!same_pair(run, i, k)) {
                    continue;
                }
                /* Every occurrence at once, as of a phrase that has the pair twice. */
                if (k > 0) {
                    jw_signature_ask_before(&f, run[k - 1]);
                }
                if (k + 2 < n) {
                    jw_signature_ask_behind(&f, run[k + 2]);
                }
                count++;
            }
            CHECK_INT(jw_signature_count(number), count);
            CHECK(jw_signature_passes(&f, number));
            CHECK_INT(number < 128, count <= 3);
            CHECK(count <= jw_signature_most(number));
        }
    }
}

/* Of pairs that stand once, with other characters around, few pass. */
static void test_few_others_pass(void)
{
    struct jw_random r = jw_random_start(8);
    uint32_t passed[3] = {0, 0, 0};
    for (int d = 0; d < DOCUMENTS; d++) {
        static const struct jw_signature_filter none = JW_SIGNATURE_NO_FILTER;
        struct jw_signature_filter behind = none;
        struct jw_signature_filter before = none;
        uint32_t s = jw_signature_with_before(HAN + jw_random_below(&r, 20000));
        s = jw_signature_with_behind(s, HAN + jw_random_below(&r, 20000));
        jw_signature_ask_behind(&behind, HAN + jw_random_below(&r, 20000));
        jw_signature_ask_before(&before, HAN + jw_random_below(&r, 20000));
        bool one = jw_signature_passes(&behind, s);
        bool other = jw_signature_passes(&before, s);
        passed[0] += one;
        passed[1] += other;
        passed[2] += one && other;
    }
    /* Of 14, of 6, of 84. */
    CHECK(passed[0] > DOCUMENTS / 20 && passed[0] < DOCUMENTS / 10);
    CHECK(passed[1] > DOCUMENTS / 9 && passed[1] < DOCUMENTS / 4);
    CHECK(passed[2] > 0 && passed[2] < DOCUMENTS / 40);
}

/* What only tells of surroundings does not count, and lets nothing be missed. */
static void test_surroundings(void)
{
    struct jw_signature_sum sum = {0, 0, 0, 0};
    struct jw_signature_filter f = JW_SIGNATURE_NO_FILTER;
    uint32_t end = jw_signature_with_before(HAN);
    jw_signature_add(&sum, end, true);
    CHECK_INT(jw_signature_number(&sum), end);
    jw_signature_ask_behind(&f, HAN + 5);
    CHECK(!jw_signature_passes(&f, jw_signature_number(&sum)));
    jw_signature_add(&sum, jw_signature_with_behind(end, HAN + 5), false);
    CHECK_INT(jw_signature_count(jw_signature_number(&sum)), 1);
    CHECK(jw_signature_passes(&f, jw_signature_number(&sum)));
    jw_signature_ask_before(&f, HAN);
    CHECK(jw_signature_passes(&f, jw_signature_number(&sum)));
    CHECK(jw_signature_passes(&f, JW_SIGNATURE_ANY));
    for (uint32_t n = 1; n < 200; n++) {
        CHECK_INT(jw_signature_count(jw_signature_unknown(n)), n);
        CHECK(jw_signature_passes(&f, jw_signature_unknown(n)));
    }
}

JW_TEST_MAIN("signature", {"what is there passes", test_what_is_there_passes},
             {"few others pass", test_few_others_pass},
             {"what only tells of surroundings", test_surroundings})
