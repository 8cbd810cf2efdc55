#include "evidence.h"

enum {
    /** Captions are sentences as often as not. */
    COST_CAPTION_END = 100,
    /** A display line goes on in the next after a comma. */
    COST_BROKEN = 150
};

static int cost_of_end(const struct jw_line *line)
{
    static const int costs[JW_ENDS] = {
        [JW_END_SENTENCE] = 700,  [JW_END_ELLIPSIS] = 400, [JW_END_COLON] = 450,
        [JW_END_SEMICOLON] = 600, [JW_END_COMMA] = 650,    [JW_END_OPEN] = 900,
        [JW_END_CLOSE] = 120,     [JW_END_HAN] = 20,       [JW_END_WORD] = 150,
        [JW_END_DASH] = 400,      [JW_END_HYPHEN] = 600,   [JW_END_OTHER] = 150,
    };
    int cost = costs[line->end];
    return line->flags & JW_LINE_CAPTION && cost > COST_CAPTION_END ? COST_CAPTION_END
                                                                    : cost;
}

/* A display may be broken at these; where it ends, they cost. */
static bool may_break(const struct jw_line *line)
{
    return line->end == JW_END_COMMA || line->end == JW_END_COLON ||
           line->end == JW_END_SEMICOLON || line->end == JW_END_ELLIPSIS;
}

int jw_weigh_display_end(const struct jw_line *line)
{
    int cost = cost_of_end(line);
    return may_break(line) && cost > COST_BROKEN ? cost - COST_BROKEN : 0;
}

int jw_weigh_display(const struct jw_line *line, bool last, bool top,
                     const struct jw_habit *habit)
{
    enum {
        LONG_CELLS = 60,
        VERY_LONG_CELLS = 100,
        HOPELESS = 600,
        /* No line of text says all it says twice. */
        TWICE = -500
    };
    if (line->flags & JW_LINE_TWICE) {
        return TWICE;
    }
    int cost = cost_of_end(line) - (last ? 0 : jw_weigh_display_end(line));
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
    if (cost > HOPELESS || (line->flags & JW_LINE_STACKED)) {
        return JW_COST_NEVER;
    }
    return cost;
}
