/* Two paragraphs that may be one: which terms the first one's document gains. */
#include "jianwen/overlap.h"

#include <string.h>

#include "jianwen/utf8.h"
#include "jw_cunit.h"

enum {
    ARENA_BYTES = 1 << 20
};

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    char term[JW_TERM_MAX_BYTES];
    struct jw_buf *out = arg;
    size_t n = jw_token_term(token, term);
    if (out->len) {
        jw_buf_add_byte(out, ' ');
    }
    jw_buf_add_str(out, jw_str_of(term, n));
    return jw_buf_status(out);
}

static void check(const char *before, const char *after, bool space, const char *want)
{
    struct jw_arena arena;
    struct jw_overlap o;
    struct jw_buf got;
    jw_arena_init(&arena, ARENA_BYTES);
    jw_buf_init(&got, ARENA_BYTES);
    CHECK(jw_overlap_make(jw_str_c(before), jw_str_c(after), space, &arena, &o) == JW_OK);
    CHECK(jw_overlap_tokens(&o, on_token, &got) == JW_OK);
    CHECK_STR(jw_buf_str(&got), jw_str_c(want));
    jw_buf_release(&got);
    jw_arena_release(&arena);
}

static void test_terms(void)
{
    check("钟楼敲", "响了。", false, "敲响 响了 了");
    check("钟楼。", "敲响", false, "敲响 响");
    check("钟楼", "", false, "");
    check("", "敲响", false, "敲响 响");
    check("the old", "tower rang", true, "tower rang");
    check("20", "21年", false, "2021 年");
}

static enum jw_status count_token(const struct jw_token *token, void *arg)
{
    (void)token;
    (*(size_t *)arg)++;
    return JW_OK;
}

/* Behind the limit nothing is taken, and what is cut there is no end of a run. */
static void test_limit(void)
{
    char head[(JW_OVERLAP_CHARS + 2) * 3];
    for (size_t chars = JW_OVERLAP_CHARS - 1; chars <= JW_OVERLAP_CHARS + 2; chars++) {
        struct jw_arena arena;
        struct jw_overlap o;
        size_t n = 0;
        for (size_t i = 0; i < chars; i++) {
            memcpy(head + i * 3, "钟", 3);
        }
        jw_arena_init(&arena, ARENA_BYTES);
        CHECK(jw_overlap_make(jw_str_c("。"), jw_str_of(head, chars * 3), false, &arena,
                              &o) == JW_OK);
        CHECK(jw_overlap_tokens(&o, count_token, &n) == JW_OK);
        /* Bigrams, and the last character alone only where the text ends. */
        CHECK_INT(n, chars <= JW_OVERLAP_CHARS ? chars : JW_OVERLAP_CHARS - 1);
        jw_arena_release(&arena);
    }
}

/* A long paragraph is read from a code point on. */
static void test_long(void)
{
    static char before[3 * JW_OVERLAP_TAIL_BYTES + 1];
    for (size_t i = 0; i < JW_OVERLAP_TAIL_BYTES; i++) {
        memcpy(before + 3 * i, "楼", 3);
    }
    check(before, "响", false, "楼响 响");
    struct jw_arena arena;
    struct jw_overlap o;
    jw_arena_init(&arena, ARENA_BYTES);
    CHECK(jw_overlap_make(jw_str_c(before), jw_str_c("响"), false, &arena, &o) == JW_OK);
    CHECK(jw_utf8_valid(o.text, NULL));
    CHECK_INT(o.skipped + o.seam, sizeof before - 1);
    jw_arena_release(&arena);
}

JW_TEST_MAIN("overlap", {"terms across a break", test_terms},
             {"a limit behind it", test_limit}, {"a long paragraph", test_long})
