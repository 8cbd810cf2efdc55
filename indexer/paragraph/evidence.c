#include "evidence.h"

#include "measure.h"

enum {
    /** One line in five begins a paragraph. */
    COST_PRIOR_JOIN = 22,
    COST_PRIOR_BREAK = 160
};

/* ---- rules on the gap between two lines ---- */

static struct jw_costs rule_prior(const struct jw_gap *gap)
{
    (void)gap;
    return (struct jw_costs){COST_PRIOR_JOIN, COST_PRIOR_BREAK};
}

/* How often a line in the middle of a paragraph ends so. */
static int cost_of_end(const struct jw_line *a)
{
    static const int costs[JW_ENDS] = {
        [JW_END_SENTENCE] = 300,  [JW_END_ELLIPSIS] = 550, [JW_END_COLON] = 420,
        [JW_END_SEMICOLON] = 460, [JW_END_COMMA] = 200,    [JW_END_OPEN] = 460,
        [JW_END_CLOSE] = 280,     [JW_END_HAN] = 33,       [JW_END_WORD] = 300,
        [JW_END_DASH] = 390,      [JW_END_HYPHEN] = 400,   [JW_END_OTHER] = 450,
    };
    return costs[a->end];
}

/* How often a paragraph ends so; one of a single line may be a heading. */
static int cost_of_last_end(const struct jw_line *a, bool starts)
{
    static const int costs[2][JW_ENDS] = {
        {
            [JW_END_SENTENCE] = 12,
            [JW_END_ELLIPSIS] = 350,
            [JW_END_COLON] = 400,
            [JW_END_SEMICOLON] = 400,
            [JW_END_COMMA] = 750,
            [JW_END_OPEN] = 900,
            [JW_END_CLOSE] = 480,
            [JW_END_HAN] = 520,
            [JW_END_WORD] = 650,
            [JW_END_DASH] = 700,
            [JW_END_HYPHEN] = 850,
            [JW_END_OTHER] = 550,
        },
        {
            [JW_END_SENTENCE] = 40,
            [JW_END_ELLIPSIS] = 300,
            [JW_END_COLON] = 260,
            [JW_END_SEMICOLON] = 350,
            [JW_END_COMMA] = 600,
            [JW_END_OPEN] = 900,
            [JW_END_CLOSE] = 330,
            [JW_END_HAN] = 250,
            [JW_END_WORD] = 400,
            [JW_END_DASH] = 600,
            [JW_END_HYPHEN] = 800,
            [JW_END_OTHER] = 350,
        },
    };
    return costs[starts][a->end];
}

static struct jw_costs rule_end(const struct jw_gap *gap)
{
    return (struct jw_costs){cost_of_end(gap->a), cost_of_last_end(gap->a, gap->starts)};
}

static struct jw_costs rule_head(const struct jw_gap *gap)
{
    static const struct jw_costs costs[JW_HEADS] = {
        [JW_HEAD_CLOSING] = {0, 700}, [JW_HEAD_OPEN_QUOTE] = {70, 0},
        [JW_HEAD_LIST] = {250, 0},    [JW_HEAD_BULLET] = {300, 0},
        [JW_HEAD_TURN] = {500, 0},    [JW_HEAD_LOWER] = {0, 150},
        [JW_HEAD_DASH] = {0, 50},
    };
    return costs[gap->b->head];
}

static struct jw_costs rule_blank(const struct jw_gap *gap)
{
    if (gap->interrupted) {
        return (struct jw_costs){0, 0};
    }
    const struct jw_habit *h = gap->habit_b;
    return gap->b->blanks ? (struct jw_costs){h->blank[0], h->blank[1]}
                          : (struct jw_costs){h->no_blank[0], h->no_blank[1]};
}

static struct jw_costs rule_indent(const struct jw_gap *gap)
{
    const struct jw_habit *h = gap->habit_b;
    enum jw_indent_kind kind = jw_indent_kind_of(gap->b, h);
    return (struct jw_costs){h->indents[0][kind], h->indents[1][kind]};
}

/* Brackets do not reach from one paragraph into the next; quotations may. */
static struct jw_costs rule_bracket(const struct jw_gap *gap)
{
    struct jw_costs c = {0, 0};
    if (gap->a->flags & JW_LINE_BRACKET_OPEN) {
        c.brk += 300;
    }
    if (gap->b->flags & JW_LINE_BRACKET_CLOSES) {
        c.brk += 250;
    }
    return c;
}

static struct jw_costs rule_quote(const struct jw_gap *gap)
{
    struct jw_costs c = {0, 0};
    if (gap->a->flags & JW_LINE_QUOTE_OPEN) {
        c.brk += 120;
    }
    if (gap->b->flags & JW_LINE_QUOTE_CLOSES) {
        c.brk += 90;
    }
    return c;
}

/* One line of a paragraph, alone between two blank lines, and the middle of it. */
static struct jw_costs rule_lone(const struct jw_gap *gap)
{
    bool lone = !gap->starts && gap->a->run == 1;
    return (struct jw_costs){lone ? 200 : 0, 0};
}

/*
 * A page on which every line stands by itself has a paragraph a line: so is
 * what was recovered printed, and nothing in it is ever joined.
 */
static struct jw_costs rule_apart(const struct jw_gap *gap)
{
    enum {
        NEVER_JOINED = 10000
    };
    bool apart = gap->a->flags & gap->b->flags & JW_LINE_APART;
    return (struct jw_costs){apart ? NEVER_JOINED : 0, 0};
}

/* What says that it is a caption is no part of the text. */
static struct jw_costs rule_caption(const struct jw_gap *gap)
{
    bool caption = gap->b->blanks && (gap->b->flags & JW_LINE_CAPTION);
    return (struct jw_costs){caption ? 300 : 0, 0};
}

/* A number, a dash or an ellipsis of two characters, cut in the middle. */
static struct jw_costs rule_cut(const struct jw_gap *gap)
{
    bool number =
        (gap->a->flags & JW_LINE_TAIL_DIGIT) && (gap->b->flags & JW_LINE_HEAD_DIGIT);
    bool sign = gap->a->last == gap->b->first &&
                (gap->a->end == JW_END_ELLIPSIS || gap->a->end == JW_END_DASH);
    return (struct jw_costs){0, (number ? 200 : 0) + (sign ? 500 : 0)};
}

static struct jw_costs rule_block(const struct jw_gap *gap)
{
    if (gap->b->measure == 0) {
        /* Where lines are not wrapped, a line is a paragraph. */
        return (struct jw_costs){500, 0};
    }
    if (gap->a->measure == gap->b->measure) {
        return (struct jw_costs){0, 0};
    }
    /* A few lines of another measure, set apart, are a caption's. */
    bool few = gap->b->blanks && gap->b->run <= 4;
    return (struct jw_costs){few ? 270 : 70, 0};
}

/* The two characters at the gap make a pair that the page has elsewhere. */
static struct jw_costs rule_pair(const struct jw_gap *gap)
{
    if (gap->a->end != JW_END_HAN || gap->b->head != JW_HEAD_HAN) {
        return (struct jw_costs){0, 0};
    }
    const struct jw_pairs *p = gap->pairs;
    return jw_pairs_has(p, gap->a->last, gap->b->first)
               ? (struct jw_costs){p->seen[0], p->seen[1]}
               : (struct jw_costs){p->unseen[0], p->unseen[1]};
}

/* Rows of a table stand one by one; a row beside text is hardly part of it. */
static struct jw_costs rule_row(const struct jw_gap *gap)
{
    int rows =
        ((gap->a->flags & JW_LINE_ROW) != 0) + ((gap->b->flags & JW_LINE_ROW) != 0);
    return (struct jw_costs){rows == 2 ? 900 : rows * 250, 0};
}

static bool is_item(const struct jw_line *line)
{
    return line->head == JW_HEAD_LIST || line->head == JW_HEAD_BULLET ||
           line->head == JW_HEAD_TURN;
}

/*
 * Two lines that begin like items of a list are two items.  In running text a
 * number of this kind stands behind a mark.
 */
static struct jw_costs rule_items(const struct jw_gap *gap)
{
    bool bare = gap->a->end == JW_END_HAN || gap->a->end == JW_END_WORD;
    int cost = is_item(gap->a) && is_item(gap->b) ? 450 : 0;
    return (struct jw_costs){cost + (bare && is_item(gap->b) ? 250 : 0), 0};
}

static bool is_set_apart(const struct jw_line *line, const struct jw_habit *habit)
{
    enum {
        FAR_CELLS = 12
    };
    return (int)line->indent - habit->margin - habit->indent >= FAR_CELLS;
}

/* What is set far to the right, or in the middle, goes on with nothing. */
static struct jw_costs rule_set_apart(const struct jw_gap *gap)
{
    bool apart = is_set_apart(gap->b, gap->habit_b) || is_set_apart(gap->a, gap->habit_a);
    return (struct jw_costs){apart ? 1000 : 0, 0};
}

/* Characters of vertical text, one a line: no line is short, none is a heading. */
static struct jw_costs rule_stacked(const struct jw_gap *gap)
{
    bool stacked = (gap->a->flags & gap->b->flags & JW_LINE_STACKED) && !gap->b->blanks;
    return stacked ? (struct jw_costs){-1500, 1000} : (struct jw_costs){0, 0};
}

/* Lines of one length, far from full, that all end with a mark. */
static struct jw_costs rule_verse(const struct jw_gap *gap)
{
    const struct jw_line *a = gap->a;
    const struct jw_line *b = gap->b;
    bool marked = (a->end == JW_END_COMMA || a->end == JW_END_SENTENCE) &&
                  (b->end == JW_END_COMMA || b->end == JW_END_SENTENCE);
    bool verse = marked && a->cells == b->cells && a->cells * 5 < a->measure * 3;
    if (a->flags & b->flags & JW_LINE_VERSE) {
        return (struct jw_costs){1100, 0};
    }
    return (struct jw_costs){verse ? 400 : 0, 0};
}

enum jw_indent_kind jw_indent_kind_of(const struct jw_line *line,
                                      const struct jw_habit *habit)
{
    int more = (int)line->indent - habit->margin;
    if (more < 2) {
        return JW_INDENT_NONE;
    }
    return more <= habit->indent + 3 ? JW_INDENT_FIRST : JW_INDENT_DEEP;
}

/* ---- the width of a line ---- */

enum jw_fill jw_fill_of(const struct jw_line *a, const struct jw_line *b, int indent)
{
    int head = b && b->head_cells > 2 ? b->head_cells : 2;
    int spare = (int)a->measure - indent - (int)a->cells;
    int squeeze = a->squeeze < JW_SQUEEZE_MAX ? a->squeeze : JW_SQUEEZE_MAX;
    int over = (int)jw_measure_over(a);
    if (spare < -over) {
        return spare + squeeze < -over ? JW_FILL_OVER : JW_FILL_SQUEEZED;
    }
    spare -= head;
    if (spare < 0) {
        return JW_FILL_FULL;
    }
    if (spare < 2) {
        return JW_FILL_SPARE_1;
    }
    if (spare < 4) {
        return JW_FILL_SPARE_3;
    }
    if (spare < 8) {
        return JW_FILL_SPARE_7;
    }
    return spare * 5 < (int)a->measure * 2 ? JW_FILL_SPARE_MANY : JW_FILL_SPARE_HALF;
}

/* Where a last line ends is chance: any character of the line is as likely. */
static int cost_of_last(const struct jw_line *a, enum jw_fill fill)
{
    static const int costs[JW_FILLS] = {
        [JW_FILL_OVER] = 600,   [JW_FILL_SPARE_1] = 60,    [JW_FILL_SPARE_3] = 20,
        [JW_FILL_SPARE_7] = 15, [JW_FILL_SPARE_MANY] = 15, [JW_FILL_SPARE_HALF] = 15,
    };
    if (fill != JW_FILL_FULL && fill != JW_FILL_SQUEEZED) {
        return costs[fill];
    }
    if (a->measure < 24) {
        return 160;
    }
    if (a->measure < 40) {
        return 220;
    }
    return a->measure < 80 ? 270 : 340;
}

/* Could the head of b still have stood on a? */
static struct jw_costs weigh_fill(const struct jw_line *a, const struct jw_line *b,
                                  enum jw_fill fill, bool starts,
                                  const struct jw_habit *habit)
{
    if (a->measure == 0) {
        return (struct jw_costs){650, 10};
    }
    struct jw_costs full = {habit->fills[fill], cost_of_last(a, fill)};
    if (!starts || jw_indent_kind_of(a, habit) != JW_INDENT_NONE) {
        return full;
    }
    fill = jw_fill_of(a, b, habit->lost_cells);
    struct jw_costs lost = {habit->fills[fill], cost_of_last(a, fill)};
    full.join += habit->kept;
    full.brk += habit->kept;
    lost.join += habit->lost;
    lost.brk += habit->lost;
    full.brk = full.brk < lost.brk ? full.brk : lost.brk;
    full.join = full.join < lost.join ? full.join : lost.join;
    return full;
}

static struct jw_costs rule_fill(const struct jw_gap *gap)
{
    return weigh_fill(gap->a, gap->b, gap->fill, gap->starts, gap->habit_a);
}

/* ---- the table ---- */

/* Those that need habits stand last: jw_weigh_lines() stops before them. */
const struct jw_rule jw_rules[] = {
    {"prior", rule_prior, JW_RULE_LINES},
    {"sentence-end", rule_end, JW_RULE_START},
    {"line-head", rule_head, JW_RULE_LINES},
    {"open-bracket", rule_bracket, JW_RULE_LINES},
    {"open-quote", rule_quote, JW_RULE_LINES},
    {"lone-line", rule_lone, JW_RULE_START},
    {"all-apart", rule_apart, JW_RULE_LINES},
    {"caption", rule_caption, JW_RULE_LINES},
    {"cut-sign", rule_cut, JW_RULE_LINES},
    {"measure-change", rule_block, JW_RULE_LINES},
    {"table-row", rule_row, JW_RULE_LINES},
    {"list-items", rule_items, JW_RULE_LINES},
    {"verse", rule_verse, JW_RULE_LINES},
    {"stacked", rule_stacked, JW_RULE_LINES},
    {"known-pair", rule_pair, JW_RULE_LINES},
    {"line-fill", rule_fill, JW_RULE_HABIT_START},
    {"blank-line", rule_blank, JW_RULE_HABIT},
    {"indent", rule_indent, JW_RULE_HABIT},
    {"set-apart", rule_set_apart, JW_RULE_HABIT},
};

const size_t jw_n_rules = sizeof jw_rules / sizeof jw_rules[0];

static void add(struct jw_costs *sum, struct jw_costs c)
{
    sum->join += c.join;
    sum->brk += c.brk;
}

static void weigh_rule(const struct jw_rule *rule, struct jw_gap *gap,
                       struct jw_costs sums[2])
{
    gap->starts = false;
    struct jw_costs c = rule->weigh(gap);
    add(&sums[0], c);
    if (rule->scope == JW_RULE_START || rule->scope == JW_RULE_HABIT_START) {
        gap->starts = true;
        c = rule->weigh(gap);
    }
    add(&sums[1], c);
}

void jw_weigh_lines(struct jw_gap *gap, struct jw_costs sums[2])
{
    for (size_t i = 0; jw_rules[i].scope < JW_RULE_HABIT; i++) {
        weigh_rule(&jw_rules[i], gap, sums);
    }
}

void jw_weigh_habits(struct jw_gap *gap, struct jw_costs sums[2])
{
    for (size_t i = jw_n_rules; i-- > 0 && jw_rules[i].scope >= JW_RULE_HABIT;) {
        weigh_rule(&jw_rules[i], gap, sums);
    }
}

int jw_weigh_last(const struct jw_line *a, bool starts, const struct jw_habit *habit)
{
    return weigh_fill(a, NULL, jw_fill_of(a, NULL, 0), starts, habit).brk +
           cost_of_last_end(a, starts);
}
