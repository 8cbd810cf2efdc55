/* Each rule of evidence.c by itself: two lines, and what it says of the gap. */
#include <string.h>

#include "jw_cunit.h"
#include "paragraph/evidence.h"
#include "paragraph/measure.h"
#include "paragraph/pairs.h"

enum {
    ARENA_BYTES = 1 << 20
};

enum side {
    PARTS,
    NEUTRAL,
    JOINS
};

/* A gap to look at; measure in cells, 0 for a paragraph a line. */
struct row {
    const char *rule;
    const char *text;
    uint32_t measure;
    bool starts;
    enum side want;
    /** Flags that both lines get besides their own. */
    uint32_t flags;
};

/* A page that indents its first lines by four cells. */
static struct jw_habit habit(void)
{
    struct jw_habit h = {
        .margin = 0, .indent = 4, .lost = 70, .kept = 70, .lost_cells = 4};
    h.blank[0] = 300;
    h.no_blank[0] = 5;
    h.blank[1] = 20;
    h.no_blank[1] = 170;
    h.indents[0][JW_INDENT_FIRST] = 400;
    h.indents[0][JW_INDENT_DEEP] = 400;
    h.indents[1][JW_INDENT_NONE] = 200;
    for (int k = JW_FILL_FULL + 1; k < JW_FILLS; k++) {
        h.fills[k] = 200 + 100 * k;
    }
    return h;
}

static const struct jw_rule *rule_named(const char *name)
{
    for (size_t i = 0; i < jw_n_rules; i++) {
        if (strcmp(jw_rules[i].name, name) == 0) {
            return &jw_rules[i];
        }
    }
    return NULL;
}

#define CELLS_20 "一二三四五六七八九十"

static const struct row rows[] = {
    {"prior", CELLS_20 "\n" CELLS_20, 20, false, JOINS, 0},
    {"sentence-end", "一二三四五六七八九。\n" CELLS_20, 20, false, PARTS, 0},
    {"sentence-end", "一二三四五六七八九，\n" CELLS_20, 20, false, JOINS, 0},
    {"sentence-end", "一二三四五六七八九十\n" CELLS_20, 20, false, JOINS, 0},
    {"line-head", "一二三四五六七八九十\n，一二三四五六七八九", 20, false, JOINS, 0},
    {"line-head", "一二三四五六七八九。\n“一二三四五六七八九", 20, false, PARTS, 0},
    {"line-head", "一二三四五六七八九。\n二、三四五六七八九", 20, false, PARTS, 0},
    {"line-head", "一二三四五六七八九。\n问：三四五六七八九？", 20, false, PARTS, 0},
    {"line-head", CELLS_20 "\n" CELLS_20, 20, false, NEUTRAL, 0},
    {"open-bracket", "一二三四（五六七八九\n十一二）三四五六七八", 20, false, JOINS, 0},
    {"open-bracket", "一二三四（五六）八九\n十一二三四五六七八", 20, false, NEUTRAL, 0},
    {"open-quote", "一二三四“五六七八九\n十一二”三四五六七八", 20, false, JOINS, 0},
    {"open-quote", CELLS_20 "\n" CELLS_20, 20, false, NEUTRAL, 0},
    {"lone-line", CELLS_20 "\n" CELLS_20, 20, false, PARTS, 0},
    {"lone-line", CELLS_20 "\n" CELLS_20, 20, true, NEUTRAL, 0},
    {"all-apart", "一二三四五六七八九，\n\n" CELLS_20, 0, true, PARTS, JW_LINE_APART},
    {"all-apart", "一二三四五六七八九，\n\n" CELLS_20, 0, true, NEUTRAL, 0},
    {"caption", CELLS_20 "\n\n图为修缮一新的钟楼", 20, false, PARTS, 0},
    {"caption", CELLS_20 "\n图为修缮一新的钟楼", 20, false, NEUTRAL, 0},
    {"cut-sign", "一二三四五六七八—\n—九十一二三四五六七", 20, false, JOINS, 0},
    {"cut-sign", "一二三四五六七八20\n21年一二三四五六七", 20, false, JOINS, 0},
    {"cut-sign", CELLS_20 "\n" CELLS_20, 20, false, NEUTRAL, 0},
    {"measure-change", CELLS_20 "\n" CELLS_20, 0, false, PARTS, 0},
    {"measure-change", CELLS_20 "\n" CELLS_20, 20, false, NEUTRAL, 0},
    {"table-row", "甲  一  二\n乙  三  四", 20, false, PARTS, 0},
    {"table-row", CELLS_20 "\n乙  三  四", 20, false, PARTS, 0},
    {"table-row", CELLS_20 "\n" CELLS_20, 20, false, NEUTRAL, 0},
    {"list-items", "一、二三四五六七八\n二、三四五六七八", 20, false, PARTS, 0},
    {"list-items", "●二三四五六七八\n●三四五六七八", 20, false, PARTS, 0},
    {"list-items", "一、二三四五六七八\n三四五六七八", 20, false, NEUTRAL, 0},
    {"verse", "一二三四五，\n六七八九十。", 40, false, PARTS, 0},
    {"verse",
     "一二三四五六七八九十一二三四五六七八九，\n一二三四五六七八九十一二三四五六七八九，",
     40, false, NEUTRAL, 0},
    {"verse", "一二三四五，\n六七八九十一二。", 40, false, NEUTRAL, 0},
    {"verse", "一二三四五六七，\n八九十一二三四。", 16, false, PARTS, JW_LINE_VERSE},
    {"stacked", "钟\n楼", 0, false, JOINS, JW_LINE_STACKED},
    {"stacked", "钟\n楼", 0, false, NEUTRAL, 0},
    {"list-items", "一二三四五六七八\n二、三四五六七八", 20, false, PARTS, 0},
    {"known-pair", "钟楼上的钟摆钟\n楼上的人", 20, false, JOINS, 0},
    {"known-pair", "钟楼上的钟摆钟。\n楼上的人", 20, false, NEUTRAL, 0},
    {"line-fill", CELLS_20 "\n" CELLS_20, 20, false, JOINS, 0},
    {"line-fill", "一二三四\n" CELLS_20, 20, false, PARTS, 0},
    /* A first line that lost its indent is full four cells earlier. */
    {"line-fill", "一二三四五六七八\n" CELLS_20, 20, true, JOINS, 0},
    {"line-fill", "一二三四五六七八\n" CELLS_20, 20, false, PARTS, 0},
    {"blank-line", CELLS_20 "\n\n" CELLS_20, 20, false, PARTS, 0},
    {"blank-line", CELLS_20 "\n" CELLS_20, 20, false, JOINS, 0},
    {"indent", CELLS_20 "\n    一二三四五六七八", 20, false, PARTS, 0},
    {"indent", CELLS_20 "\n" CELLS_20, 20, false, JOINS, 0},
    {"set-apart", CELLS_20 "\n                张三", 20, false, PARTS, 0},
    {"set-apart", "                张三\n" CELLS_20, 20, true, PARTS, 0},
    {"set-apart", CELLS_20 "\n    一二三四五六七八", 20, false, NEUTRAL, 0},
};

static void check_row(size_t n, const struct row *row)
{
    struct jw_arena arena;
    struct jw_pairs pairs;
    struct jw_line lines[4];
    struct jw_line_source src;
    struct jw_habit h = habit();
    const struct jw_rule *rule = rule_named(row->rule);
    jw_arena_init(&arena, ARENA_BYTES);
    CHECK_MSG(rule != NULL, "row %zu: no rule \"%s\"", n, row->rule);
    if (!rule || !CHECK(jw_pairs_init(&pairs, 1024, &arena) == JW_OK)) {
        return;
    }
    jw_line_source_init(&src, jw_str_c(row->text), 1);
    if (CHECK_INT(jw_lines_read(&src, lines, 4, &pairs), 2)) {
        jw_pairs_weigh(&pairs);
        for (size_t i = 0; i < 2; i++) {
            lines[i].measure = row->measure;
            lines[i].run = 1;
            lines[i].flags |= row->flags;
        }
        struct jw_gap gap = {.a = &lines[0],
                             .b = &lines[1],
                             .habit_a = &h,
                             .habit_b = &h,
                             .pairs = &pairs,
                             .fill = jw_fill_of(&lines[0], &lines[1], 0),
                             .starts = row->starts};
        struct jw_costs c = rule->weigh(&gap);
        enum side got = c.join < c.brk ? JOINS : c.join > c.brk ? PARTS : NEUTRAL;
        CHECK_MSG(got == row->want, "row %zu, %s: join costs %d, break %d", n, row->rule,
                  c.join, c.brk);
    }
    jw_arena_release(&arena);
}

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(i, &rows[i]);
    }
}

/* A rule comes with its rows. */
static void test_every_rule_is_tested(void)
{
    for (size_t i = 0; i < jw_n_rules; i++) {
        size_t n = 0;
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            n += strcmp(rows[k].rule, jw_rules[i].name) == 0 && rows[k].want != NEUTRAL;
        }
        CHECK_MSG(n > 0, "rule \"%s\" has no row here", jw_rules[i].name);
    }
}

JW_TEST_MAIN("paragraph_rules", {"two lines", test_rows},
             {"every rule", test_every_rule_is_tested})
