#include "jianwen/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>

#include "golden.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "text_checks.h"

enum {
    TEXT_BYTES = 2000,
    RANDOM_TEXTS = 20000,
    SLICED_BYTES = 96,
    SLICED_TEXTS = 2000,
    OUT_BYTES = 1024 * 1024
};

/* "科技[0,6)", and for what is not as written "2021<alias>[0,12)". */
static enum jw_status print_token(const struct jw_token *token, void *arg)
{
    struct jw_buf *out = arg;
    char term[JW_TERM_MAX_BYTES];
    size_t n = jw_token_term(token, term);
    if (out->len) {
        jw_buf_add_byte(out, ' ');
    }
    jw_golden_escape(jw_str_of(term, n), out);
    if (token->kind == JW_TOKEN_PAIR || token->kind == JW_TOKEN_PART ||
        token->kind == JW_TOKEN_ALIAS) {
        jw_buf_printf(out, "<%s>", jw_token_kind_name(token->kind));
    }
    jw_buf_printf(out, "[%u,%u)", token->start, token->end);
    return jw_buf_status(out);
}

static void check_row(const struct jw_golden_row *row)
{
    struct jw_buf out;
    jw_buf_init(&out, OUT_BYTES);
    enum jw_token_mode mode =
        jw_str_eq_c(row->at[0], "query") ? JW_TOKENS_QUERY : JW_TOKENS_DOCUMENT;
    CHECK_MSG(mode == JW_TOKENS_QUERY || jw_str_eq_c(row->at[0], "document"),
              "line %zu: no such mode", row->line);
    CHECK_OK(jw_tokenize(row->at[1], mode, print_token, &out), NULL);
    CHECK_MSG(jw_str_eq(jw_buf_str(&out), row->at[2]), "line %zu: the tokens are %.*s",
              row->line, (int)out.len, out.data ? out.data : "");
    jw_buf_release(&out);
}

static void test_golden(void)
{
    CHECK(jw_golden_each("tokens.tsv", 3, check_row) >= 165);
}

static void test_random_texts(void)
{
    uint64_t seed = 19490525;
    for (int i = 0; i < RANDOM_TEXTS; i++) {
        char text[TEXT_BYTES];
        uint64_t before = seed;
        size_t n = jw_test_random_text(&seed, text, sizeof text);
        const char *fault = jw_check_tokenize(jw_str_of(text, n), seed);
        if (!CHECK_MSG(!fault, "random text %d (seed %llu): %s", i,
                       (unsigned long long)before, fault ? fault : "")) {
            return;
        }
    }
}

/* What a query of any slice asks for, the document has: each slice of short texts. */
static void test_every_slice(void)
{
    uint64_t seed = 20210618;
    for (int i = 0; i < SLICED_TEXTS; i++) {
        char text[SLICED_BYTES];
        uint64_t before = seed;
        size_t n = jw_test_random_text(&seed, text, sizeof text);
        const char *fault = jw_check_every_slice(jw_str_of(text, n));
        if (!CHECK_MSG(!fault, "random text %d (seed %llu): %s", i,
                       (unsigned long long)before, fault ? fault : "")) {
            return;
        }
    }
}

struct longest {
    size_t bytes;
    size_t n;
};

static enum jw_status note_longest(const struct jw_token *token, void *arg)
{
    struct longest *longest = arg;
    char term[JW_TERM_MAX_BYTES];
    size_t n = jw_token_term(token, term);
    longest->bytes = n > longest->bytes ? n : longest->bytes;
    longest->n++;
    return JW_OK;
}

/* Words without an end are cut, and two long ones make no pair. */
static void test_long_words(void)
{
    static const char *const letters[] = {"a", "é",  "ఀ", "\xF0\x90\x8C\xB0",
                                          "1", "a1", "é-",  "1,234,"};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        struct jw_buf text;
        struct longest longest = {0, 0};
        jw_buf_init(&text, OUT_BYTES);
        while (text.len < 3000) {
            jw_buf_add_c(&text, letters[i]);
        }
        jw_buf_add_c(&text, "-");
        while (text.len < 6000) {
            jw_buf_add_c(&text, letters[i]);
        }
        CHECK_OK(
            jw_tokenize(jw_buf_str(&text), JW_TOKENS_DOCUMENT, note_longest, &longest),
            NULL);
        CHECK_MSG(longest.n > 0 && longest.bytes <= JW_TERM_MAX_BYTES, "%s: %zu bytes",
                  letters[i], longest.bytes);
        jw_buf_release(&text);
    }
}

static enum jw_status stop_at_second(const struct jw_token *token, void *arg)
{
    int *n = arg;
    (void)token;
    return ++*n == 2 ? JW_ECANCELED : JW_OK;
}

static void test_callback_stops(void)
{
    static const char *const texts[] = {"农村公路", "one two", "5g",
                                        "a-b",      "1,234",   "农 a"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int n = 0;
        CHECK_STATUS(
            jw_tokenize(jw_str_c(texts[i]), JW_TOKENS_DOCUMENT, stop_at_second, &n),
            JW_ECANCELED);
        CHECK_INT(n, 2);
    }
}

/* A document's text in pieces that end anywhere gives what the whole gives. */
static void test_chunk_borders(void)
{
    struct jw_buf text;
    jw_buf_init(&text, OUT_BYTES);
    for (int shift = 0; shift < 12; shift++) {
        jw_buf_clear(&text);
        for (int i = 0; i < shift; i++) {
            jw_buf_add_byte(&text, 'x');
        }
        while (text.len < 20000) {
            jw_buf_add_c(&text, "二〇二一年1,234.5covid-19か\xE3\x82\x99 e\xCC\x81");
        }
        const char *fault = jw_check_tokenize(jw_buf_str(&text), 11);
        CHECK_MSG(!fault, "shift %d: %s", shift, fault ? fault : "");
    }
    jw_buf_release(&text);
}

static void test_fingerprint(void)
{
    const char *fingerprint = jw_text_fingerprint();
    CHECK(strlen(fingerprint) > 20);
    CHECK(fingerprint == jw_text_fingerprint());
    CHECK(strstr(fingerprint, "unicode-") != NULL);
    for (const char *p = fingerprint; *p; p++) {
        CHECK(*p > ' ' && *p < 0x7F);
    }
}

JW_TEST_MAIN("tokenizer", {"golden table", test_golden},
             {"random texts", test_random_texts},
             {"every slice of short texts", test_every_slice},
             {"long words", test_long_words},
             {"the callback stops the walk", test_callback_stops},
             {"chunk borders", test_chunk_borders}, {"fingerprint", test_fingerprint})
