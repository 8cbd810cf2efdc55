#include "evidence.h"

static int display_end_cost(const struct jw_line *line, bool last)
{
    static const int costs[JW_ENDS] = {
        [JW_END_SENTENCE] = 700,  [JW_END_ELLIPSIS] = 400, [JW_END_COLON] = 450,
        [JW_END_SEMICOLON] = 600, [JW_END_COMMA] = 650,    [JW_END_OPEN] = 900,
        [JW_END_CLOSE] = 120,     [JW_END_HAN] = 20,       [JW_END_WORD] = 150,
        [JW_END_DASH] = 400,      [JW_END_HYPHEN] = 600,   [JW_END_OTHER] = 150,
    };
    int cost = costs[line->end];
    if (line->flags & JW_LINE_CAPTION) {
        return cost < 100 ? cost : 100;
    }
    return !last && cost > 150 && line->end != JW_END_SENTENCE ? 150 : cost;
}

int jw_weigh_display(const struct jw_line *line, bool last, bool top,
                     const struct jw_habit *habit)
{
    enum {
        FEW_LINES = 4,
        LONG_CELLS = 60,
        VERY_LONG_CELLS = 100,
        HOPELESS = 600
    };
    int cost = display_end_cost(line, last);
    if (line->run > FEW_LINES) {
        cost += 150 * ((line->run > 8 ? 8 : line->run) - FEW_LINES);
    }
    if (line->cells > LONG_CELLS) {
        cost += line->cells > VERY_LONG_CELLS ? 350 : 100;
    }
    cost += line->flags & JW_LINE_INNER_STOP ? 400 : 0;
    cost -= line->flags & JW_LINE_PAGE ? 400 : 0;
    cost -= line->flags & JW_LINE_BYLINE ? 350 : 0;
    cost -= line->flags & JW_LINE_CAPTION ? 450 : 0;
    cost -= line->flags & JW_LINE_PHRASES ? 300 : 0;
    cost += line->flags & JW_LINE_PUNCTUATED ? 70 : -60;
    cost += line->head == JW_HEAD_LIST ? 150 : 0;
    cost += line->flags & JW_LINE_NOTE ? 300 : 0;
    if (line->measure && !(top && line->place > 0)) {
        bool lost = habit->lost < habit->kept;
        bool full = jw_fill_of(line, NULL, 0) == JW_FILL_FULL;
        bool first = lost && jw_fill_of(line, NULL, habit->lost_cells) == JW_FILL_FULL;
        cost += full ? 300 : first && line->place == 0 ? 220 : 0;
    }
    if (jw_indent_kind_of(line, habit) == JW_INDENT_FIRST) {
        cost += 250;
    }
    cost -= line->flags & JW_LINE_TWICE ? 800 : 0;
    if (cost > HOPELESS) {
        return JW_COST_NEVER;
    }
    return cost;
}
