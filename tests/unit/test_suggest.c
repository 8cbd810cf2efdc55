/* lib/search/suggest_typed and suggest_phrase: what was typed, how texts go on. */
#include "suggest_phrase.h"

#include "jianwen/suggest.h"

#include "jw_cunit.h"

enum {
    ARENA_BYTES = 16 << 20,
    ROOM = 20
};

static struct jw_arena arena;
static struct jw_units units;

static void test_typed(void)
{
    static const struct {
        const char *q;
        /* The pieces, with | between; * behind an open one. */
        const char *pieces;
    } rows[] = {
        {"重庆", "重庆*"},
        {"重庆 ", "重庆"},
        {" 重庆　英才计", "重庆|英才计*"},
        {"“重庆", "重庆*"},
        {"《重庆》", "重庆"},
        {"2020年 cov", "2020年|cov*"},
        {"，。 !", ""},
        {"", ""},
        {"一 二 三 四 五 六 七 八", "一|二|三|四|五|六|七|八*"},
        {"一 二 三 四 五 六 七 八 九", ""},
        {"\xFF", ""},
        {"重庆\xFF", "重庆"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_typed typed;
        struct jw_buf b;
        jw_buf_init(&b, 4096);
        CHECK_STATUS(jw_typed_read(jw_str_c(rows[i].q), &units, &arena, &typed), JW_OK);
        for (size_t k = 0; k < typed.n; k++) {
            jw_buf_add_c(&b, k ? "|" : "");
            jw_buf_add_str(&b, typed.pieces[k].text);
            jw_buf_add_c(&b, typed.pieces[k].open ? "*" : "");
        }
        CHECK_MSG(jw_str_eq_c(jw_buf_str(&b), rows[i].pieces), "%s: %.*s", rows[i].q,
                  (int)b.len, b.data ? b.data : "");
        jw_buf_release(&b);
    }
}

static void test_too_long(void)
{
    struct jw_typed typed;
    struct jw_buf b;
    jw_buf_init(&b, 4096);
    for (int i = 0; i < JW_SUGGEST_MAX_CHARS; i++) {
        jw_buf_add_c(&b, "字");
    }
    CHECK_STATUS(jw_typed_read(jw_buf_str(&b), &units, &arena, &typed), JW_OK);
    CHECK_INT(typed.n, 1);
    jw_buf_add_c(&b, "字");
    CHECK_STATUS(jw_typed_read(jw_buf_str(&b), &units, &arena, &typed), JW_OK);
    CHECK_INT(typed.n, 0);
    jw_buf_release(&b);
}

static void test_find(void)
{
    static const struct {
        const char *q;
        const char *text;
        int at;
    } rows[] = {
        {"重庆", "在重慶", 1},       {"cov", "the COVID-19", 4}, {"cov ", "covid", -1},
        {"ovid", "covid", -1},       {"19", "1984", 0},          {"84", "1984", -1},
        {"2020年", "到2020年底", 1}, {"重庆", "重大", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_typed typed;
        CHECK_STATUS(jw_typed_read(jw_str_c(rows[i].q), &units, &arena, &typed), JW_OK);
        CHECK_STATUS(jw_normalize(jw_str_c(rows[i].text), &units), JW_OK);
        size_t at = jw_typed_find(units.at, units.n, 0, &typed.pieces[0]);
        int got = at < units.n ? (int)at : -1;
        CHECK_MSG(got == rows[i].at, "%s in %s: %d", rows[i].q, rows[i].text, got);
    }
}

/* The phrases that texts have in common, as "text=rows text=rows". */
static void mine(const char *q, const char *const *texts, size_t n, struct jw_buf *out)
{
    struct jw_phrase found[ROOM];
    struct jw_typed typed;
    struct jw_phrase_rows rows = {
        jw_arena_calloc(&arena, JW_PHRASE_ROWS_MAX, sizeof *rows.at), 0};
    CHECK_STATUS(jw_typed_read(jw_str_c(q), &units, &arena, &typed), JW_OK);
    for (size_t i = 0; i < n; i++) {
        struct jw_str text = jw_str_c(texts[i]);
        CHECK_STATUS(jw_normalize(text, &units), JW_OK);
        jw_phrase_note(&rows, &typed.pieces[0], text, &units);
    }
    size_t n_found = jw_phrase_mine(&rows, found, ROOM);
    for (size_t i = 0; i < n_found; i++) {
        jw_buf_printf(out, "%s%.*s=%zu", i ? " " : "", (int)found[i].text.n,
                      found[i].text.p, found[i].n_rows);
    }
}

static void test_phrases(void)
{
    static const char *const plan[] = {"重慶英才计划启动", "英才计划，第一批",
                                       "英才计划引来", "英才辈出"};
    static const char *const words[] = {"COVID-19 is", "covid 19", "the Covers", "cover"};
    static const char *const ends[] = {"大坝的水位", "大坝的灯光"};
    static const char *const once[] = {"大坝修好了", "大坝很长"};
    static const struct {
        const char *q;
        const char *const *texts;
        size_t n;
        const char *found;
    } rows[] = {
        /* 英才计 is no phrase: all go on with 划. */
        {"英才", plan, 4, "英才计划=3"},
        {"英", plan, 4, "英才计划=3"},
        /* A word is taken whole; case folds, the text is as printed. */
        {"cov", words, 4, "COVID=2"},
        /* No phrase ends in a function character. */
        {"大坝", ends, 2, ""},
        {"大坝", once, 2, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_buf b;
        jw_buf_init(&b, 4096);
        mine(rows[i].q, rows[i].texts, rows[i].n, &b);
        CHECK_MSG(jw_str_eq_c(jw_buf_str(&b), rows[i].found), "%s: %.*s", rows[i].q,
                  (int)b.len, b.data ? b.data : "");
        jw_buf_release(&b);
    }
}

static void test_bounds(void)
{
    struct jw_buf b;
    struct jw_buf text;
    jw_buf_init(&b, 4096);
    jw_buf_init(&text, 1 << 20);
    const char *texts[2000];
    for (size_t i = 0; i < 20000; i++) {
        jw_buf_add_c(&text, "坝坝");
    }
    jw_buf_add_byte(&text, 0);
    for (size_t i = 0; i < 2000; i++) {
        texts[i] = i < 4 ? text.data : "坝坝";
    }
    mine("坝", texts, 2000, &b);
    CHECK(jw_buf_status(&b) == JW_OK);
    jw_buf_release(&text);
    jw_buf_release(&b);
}

static void run_all(void)
{
    jw_arena_init(&arena, ARENA_BYTES);
    jw_units_init(&units);
    test_typed();
    test_too_long();
    test_find();
    test_phrases();
    test_bounds();
    jw_units_release(&units);
    jw_arena_release(&arena);
}

JW_TEST_MAIN("suggest", {"typed text and phrases", run_all})
