#include <string.h>

#include "jianwen/tokenizer.h"
#include "jw_cunit.h"
#include "pieces.h"

enum {
    TEXTS = 30000,
    PIECES_MAX = 24,
    TEXT_BYTES = 400,
    BIGRAMS = 5
};

/* Han in both scripts, what ends a run or does not, what folds to several, and what is
 * not UTF-8. */
static const char *const pieces[] = {
    "齿", "轮", "城", "齿", "轮",   "城", "齒", "輪",       "平", "成",
    "㍻", "⻒", "，", " ",  "　",   "\n", "a",  "１",       "。", "·",
    "゛", "か", "齿", "轮", "\xE9", "𠀀", "﨑", "\xCC\x81",
};

static const struct jw_bigram_count wanted[BIGRAMS] = {
    {{0x9F7F, 0x8F6E}, 0}, /* 齿轮 */
    {{0x8F6E, 0x57CE}, 0}, /* 轮城 */
    {{0x57CE, 0x9F7F}, 0}, /* 城齿 */
    {{0x5E73, 0x6210}, 0}, /* 平成 */
    {{0x9F7F, 0x9F7F}, 0}, /* 齿齿 */
};

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct jw_bigram_count *counts = arg;
    for (size_t i = 0; i < BIGRAMS && token->kind == JW_TOKEN_BIGRAM; i++) {
        counts[i].n += memcmp(counts[i].cp, token->cp, sizeof token->cp) == 0;
    }
    return JW_OK;
}

static size_t make_text(struct jw_random *r, char text[TEXT_BYTES])
{
    /* Half of the texts are Han and marks alone, which are counted where they stand. */
    uint32_t kinds = jw_random_one_in(r, 2) ? 8 : sizeof pieces / sizeof pieces[0];
    return jw_pieces_text(r, pieces, kinds, PIECES_MAX, text);
}

static void test_as_the_tokenizer(void)
{
    struct jw_random r = jw_random_start(20211);
    uint64_t total = 0;
    for (int i = 0; i < TEXTS; i++) {
        char bytes[TEXT_BYTES];
        struct jw_bigram_count counts[BIGRAMS];
        struct jw_bigram_count expected[BIGRAMS];
        struct jw_bigram_counter counter;
        struct jw_str text = jw_str_of(bytes, make_text(&r, bytes));
        memcpy(counts, wanted, sizeof counts);
        memcpy(expected, wanted, sizeof expected);
        counts[jw_random_below(&r, BIGRAMS)].n = 7; /* what is there is forgotten */
        CHECK_OK(jw_tokenize(text, JW_TOKENS_DOCUMENT, on_token, expected), NULL);
        jw_bigram_counter_make(&counter, counts, BIGRAMS);
        CHECK_OK(jw_count_bigrams(&counter, text), NULL);
        for (size_t k = 0; k < BIGRAMS; k++) {
            CHECK_MSG(counts[k].n == expected[k].n, "%u of %u, bigram %zu of %.*s",
                      counts[k].n, expected[k].n, k, (int)text.n, text.p);
            total += counts[k].n;
        }
    }
    CHECK(total > TEXTS);
}

static void test_nothing(void)
{
    struct jw_bigram_count counts[BIGRAMS];
    struct jw_bigram_counter counter;
    memcpy(counts, wanted, sizeof counts);
    jw_bigram_counter_make(&counter, counts, BIGRAMS);
    CHECK_OK(jw_count_bigrams(&counter, jw_str_c("")), NULL);
    CHECK_INT(counts[0].n, 0);
    jw_bigram_counter_make(&counter, counts, 0);
    CHECK_OK(jw_count_bigrams(&counter, jw_str_c("齿轮城")), NULL);
    CHECK_INT(counts[0].n, 0);
}

JW_TEST_MAIN("bigrams", {"as the tokenizer gives them", test_as_the_tokenizer},
             {"nothing to count", test_nothing})
