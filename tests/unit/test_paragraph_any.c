/* Paragraphs of any text: nothing lost, nothing invented, in bounded time. */
#include <stdlib.h>
#include <string.h>

#include "jianwen/buf.h"
#include "jw_cunit.h"
#include "paragraph_checks.h"
#include "random.h"
#include "text_checks.h"

enum {
    ROOM = 1 << 14,
    PAGES = 3000,
    LARGE_BYTES = 1 << 18
};

static void test_random(void)
{
    static char text[ROOM];
    for (uint64_t i = 1; i <= PAGES; i++) {
        uint64_t seed = i * 0x9E3779B97F4A7C15u;
        size_t n = i % 4 ? jw_test_random_page(&seed, text, ROOM)
                         : jw_test_random_text(&seed, text, 600);
        const char *fault = jw_check_paragraphs(jw_str_of(text, n));
        CHECK_MSG(!fault, "random text %llu: %s", (unsigned long long)i, fault);
    }
}

/* Texts that are large in one way; the tests' time limit is their bound. */
static void test_hostile(void)
{
    static const struct {
        const char *what;
        const char *piece;
    } rows[] = {
        {"no line ends", "字"},
        {"blank lines", "\n"},
        {"blank lines of CR", "\r"},
        {"spaces", " "},
        {"short lines", "字\n"},
        {"lines of one mark", "。\n"},
        {"NUL", "\0"},
        {"no UTF-8", "\xFF\x80"},
        {"headings", "一个标题\n\n"},
        {"doubles", "印了两遍\n"},
        {"open brackets", "（"},
        {"digits", "1"},
        {"soft hyphens", "a\xC2\xAD\n"},
        {"page lines", "第2版\n"},
        {"bylines", "本报记者 张三\n"},
        {"rows", "甲  乙  丙\n"},
    };
    char *text = malloc(LARGE_BYTES);
    for (size_t i = 0; text && i < sizeof rows / sizeof rows[0]; i++) {
        size_t bytes = strlen(rows[i].piece);
        bytes = bytes ? bytes : 1;
        size_t n = 0;
        while (n + bytes <= LARGE_BYTES) {
            memcpy(text + n, rows[i].piece, bytes);
            n += bytes;
        }
        const char *fault = jw_check_paragraphs(jw_str_of(text, n));
        CHECK_MSG(!fault, "%s: %s", rows[i].what, fault);
    }
    free(text);
}

static void test_binary(void)
{
    char *text = malloc(1 << 20);
    struct jw_random r = jw_random_start(7);
    for (size_t i = 0; text && i < (1 << 20); i++) {
        text[i] = (char)jw_random_below(&r, 256);
    }
    const char *fault = jw_check_paragraphs(jw_str_of(text, 1 << 20));
    CHECK_MSG(!fault, "binary: %s", fault);
    free(text);
    CHECK(!jw_check_paragraphs(jw_str_of("", 0)));
}

/* Memory that runs out is an error, at whatever point it does. */
static void test_memory(void)
{
    static char text[ROOM];
    uint64_t seed = 99;
    size_t n = jw_test_random_page(&seed, text, ROOM);
    bool succeeded = false;
    for (size_t limit = 0; limit < 1 << 20 && !succeeded; limit += 64) {
        struct jw_arena arena;
        struct jw_recovery r;
        struct jw_error err;
        jw_error_clear(&err);
        jw_arena_init(&arena, limit);
        enum jw_status status =
            jw_paragraphs_recover(jw_str_of(text, n), NULL, &arena, &r, &err);
        succeeded = status == JW_OK;
        if (!succeeded) {
            CHECK_STATUS(status, JW_ENOMEM);
            CHECK_INT(r.n_paragraphs, 0);
        }
        jw_arena_release(&arena);
    }
    CHECK(succeeded);
}

JW_TEST_MAIN("paragraph_any", {"random pages and texts", test_random},
             {"hostile texts", test_hostile}, {"binary", test_binary},
             {"no memory", test_memory})
