/* lib/search/snippet: the piece of a paragraph that is shown. */
#include "snippet.h"

#include <stdio.h>
#include <stdlib.h>

#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "random.h"

enum {
    ARENA_BYTES = 64 << 20,
    ROUNDS = 3000,
    TEXT_CHARS = 300
};

static struct jw_arena arena;

/* Text with [marks] in it, as text and marks. */
static struct jw_str read_marked(const char *marked, struct jw_marks *marks)
{
    static char text[4096];
    static struct jw_range ranges[256];
    uint32_t chars = 0;
    size_t n = 0;
    marks->at = ranges;
    marks->n = 0;
    for (const char *p = marked; *p; p++) {
        if (*p == '[') {
            ranges[marks->n].start = chars;
        } else if (*p == ']') {
            ranges[marks->n++].end = chars;
        } else {
            chars += ((unsigned char)*p & 0xC0) != 0x80;
            text[n++] = *p;
        }
    }
    return jw_str_of(text, n);
}

static void write_marked(const struct jw_snippet *s, struct jw_buf *out)
{
    const unsigned char *p = (const unsigned char *)s->text.p;
    const unsigned char *end = p + s->text.n;
    uint32_t at = 0;
    size_t k = 0;
    while (p <= end) {
        if (k < s->n_ranges && s->ranges[k].end == at) {
            jw_buf_add_byte(out, ']');
            k++;
        }
        if (k < s->n_ranges && s->ranges[k].start == at) {
            jw_buf_add_byte(out, '[');
        }
        if (p == end) {
            break;
        }
        const unsigned char *from = p;
        (void)jw_utf8_next(&p, end);
        jw_buf_add(out, from, (size_t)(p - from));
        at++;
    }
}

static void test_table(void)
{
    static const struct {
        uint32_t chars;
        const char *text;
        const char *snippet;
    } rows[] = {
        /* Short enough: whole. */
        {20, "一二三[四]五。", "一二三[四]五。"},
        /* From the beginning of the mark's sentence to the end of one. */
        {10, "甲甲甲甲。乙乙[丙]乙。丁丁丁丁丁丁丁。", "乙乙[丙]乙。"},
        {12, "甲甲甲甲！乙乙[丙]乙？丁丁丁。戊戊戊戊戊戊。", "乙乙[丙]乙？丁丁丁。"},
        /* A closing quotation mark belongs to the sentence before it. */
        {8, "“甲甲甲甲。”乙[丙]乙。丁丁丁丁丁丁丁。", "乙[丙]乙。"},
        /* The piece with more different marks, though a later one. */
        {10, "[甲]一一一一一一。二二二二二。三[甲]三[乙]三。四四四四四四四。",
         "三[甲]三[乙]三。"},
        /* Of equals the first. */
        {6, "一[甲]一一。二[甲]二二。三[甲]三三三三。", "一[甲]一一。"},
        /* Different ones count for more than many. */
        {8, "[甲][甲][甲][甲]一一一一。二二二二二二。[甲]三[乙]三。四四四四。",
         "[甲]三[乙]三。"},
        /* A sentence that is too long is entered at a clause near the mark. */
        {12, "一一一一一一一一一一一一，二[甲]二二二二二二二二二二二二",
         "二[甲]二二二二二二二二二二"},
        /* No clause either: a quarter of the piece stands before the mark. */
        {8, "一一一一一一一一一一一一一一[甲]二二二二二二二二二二二",
         "一一[甲]二二二二二"},
        /* Room at the end of the text is used for what stands before. */
        {12, "一一一一一一一。二二二二。三[甲]。", "二二二二。三[甲]。"},
        /* Nothing marked: the beginning. */
        {8, "一一一一一。二二二二二。三三三三。", "一一一一一。"},
        /* A mark longer than the piece. */
        {4, "一一[甲乙丙丁戊己庚]一", "一[甲乙丙]"},
        {4, "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_marks marks;
        struct jw_snippet s;
        struct jw_buf b;
        jw_buf_init(&b, 4096);
        struct jw_str text = read_marked(rows[i].text, &marks);
        CHECK_STATUS(jw_snippet_cut(text, &marks, rows[i].chars, &arena, &s), JW_OK);
        write_marked(&s, &b);
        CHECK_MSG(jw_str_eq_c(jw_buf_str(&b), rows[i].snippet), "%s: %.*s", rows[i].text,
                  (int)b.len, b.data ? b.data : "");
        jw_buf_release(&b);
    }
}

static struct jw_str random_text(struct jw_random *r, struct jw_buf *out)
{
    static const char *const chars[] = {
        "字", "报", "。", "，", "！", "”", "a", " ", "\xF0\xA0\x80\x80"};
    uint32_t n = jw_random_below(r, TEXT_CHARS);
    jw_buf_clear(out);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = jw_random_below(r, 30);
        jw_buf_add_c(out, chars[k < 9 ? k : k % 2]);
    }
    return jw_buf_str(out);
}

/* Whatever is asked for: a piece of the text, not longer than asked for, its
 * marks those of the text, and one of them in it when there is any. */
static void test_random(void)
{
    struct jw_random r = jw_random_start(7);
    struct jw_buf b;
    jw_buf_init(&b, 1 << 20);
    for (int round = 0; round < ROUNDS; round++) {
        struct jw_range ranges[40];
        struct jw_marks marks = {ranges, 0};
        struct jw_snippet s;
        struct jw_str text = random_text(&r, &b);
        uint32_t n = (uint32_t)jw_utf8_count(text);
        uint32_t most = 1 + jw_random_below(&r, 60);
        for (uint32_t at = 0; marks.n < 40;) {
            at += jw_random_below(&r, 20);
            uint32_t end = at + 1 + jw_random_below(&r, 4);
            if (end > n) {
                break;
            }
            struct jw_range range = {at, end};
            ranges[marks.n++] = range;
            at = end;
        }
        jw_arena_clear(&arena, ARENA_BYTES);
        CHECK_STATUS(jw_snippet_cut(text, &marks, most, &arena, &s), JW_OK);
        uint32_t length = (uint32_t)jw_utf8_count(s.text);
        CHECK(length <= most && s.start + length <= n && (length > 0 || n == 0));
        CHECK(s.text.n == 0 || s.text.p == text.p + jw_utf8_offset(text, s.start));
        CHECK_MSG(marks.n == 0 || s.n_ranges > 0, "no mark of %zu in %u characters of %u",
                  marks.n, most, n);
        for (size_t i = 0; i < s.n_ranges; i++) {
            CHECK(s.ranges[i].start < s.ranges[i].end && s.ranges[i].end <= length);
        }
    }
    jw_buf_release(&b);
}

static void run_table(void)
{
    jw_arena_init(&arena, ARENA_BYTES);
    test_table();
    test_random();
    jw_arena_release(&arena);
}

JW_TEST_MAIN("snippet", {"pieces", run_table})
