/*
 * evidence.h - what speaks for and against joining two lines.
 *
 * Each rule looks at the end of one line, a, and the start of the next line
 * of text, b, and gives two costs: what the page would look like this for if
 * b went on with a's sentence, and if b began a paragraph of its own.  Costs
 * are hundredths of a negative natural logarithm, so adding them multiplies
 * probabilities; docs/paragraphs.md has the table with reasons.
 */
#ifndef JW_PARAGRAPH_EVIDENCE_H
#define JW_PARAGRAPH_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "line.h"
#include "pairs.h"

/** Cost of what cannot be. */
enum {
    JW_COST_NEVER = 1 << 24
};

enum jw_indent_kind {
    JW_INDENT_NONE,
    /** As far as the block's first lines. */
    JW_INDENT_FIRST,
    /** Farther: centred, or set to the right. */
    JW_INDENT_DEEP,
    JW_INDENTS
};

/** How well a line fills its measure. */
enum jw_fill {
    /** Longer than a full line can be. */
    JW_FILL_OVER,
    /** Longer by no more than its punctuation could give way. */
    JW_FILL_SQUEEZED,
    /** What follows had no room on it. */
    JW_FILL_FULL,
    /** It had: by 0 or 1 cells more, by 2 or 3, by 4 to 7, by more. */
    JW_FILL_SPARE_1,
    JW_FILL_SPARE_3,
    JW_FILL_SPARE_7,
    JW_FILL_SPARE_MANY,
    /** Two fifths of the line are empty. */
    JW_FILL_SPARE_HALF,
    JW_FILLS
};

/** What one block does at the start of a paragraph, as costs. */
struct jw_habit {
    /** White space that all lines of the block have, and that first lines have. */
    uint8_t margin;
    uint8_t indent;
    /** Cost of a blank line, or none, above [0] a line that goes on, [1] a start. */
    int blank[2];
    int no_blank[2];
    /** Cost of an indent of this kind at [0] a line that goes on, [1] a start. */
    int indents[2][JW_INDENTS];
    /** Cost of a first line that is short by a lost indent, or not. */
    int lost;
    int kept;
    /** Cells of the indent that was lost. */
    int lost_cells;
    /** Cost of a line that goes on in the next and fills its measure so. */
    int fills[JW_FILLS];
};

struct jw_gap {
    const struct jw_line *a;
    const struct jw_line *b;
    /** Habits of a's block and of b's. */
    const struct jw_habit *habit_a;
    const struct jw_habit *habit_b;
    const struct jw_pairs *pairs;
    /** jw_fill_of(a, b, 0). */
    enum jw_fill fill;
    /** Display lines stand between. */
    bool interrupted;
    /** a is the first line of its paragraph; only for rules by_start. */
    bool starts;
};

/** join, brk: the two costs. */
struct jw_costs {
    int join;
    int brk;
};

/** What a rule looks at. */
enum jw_rule_scope {
    /** The two lines. */
    JW_RULE_LINES,
    /** The two lines, and whether a starts its paragraph. */
    JW_RULE_START,
    /** The habits too, which change from round to round. */
    JW_RULE_HABIT,
    JW_RULE_HABIT_START
};

/** One rule of the table. */
struct jw_rule {
    const char *name;
    struct jw_costs (*weigh)(const struct jw_gap *gap);
    enum jw_rule_scope scope;
};

extern const struct jw_rule jw_rules[];
extern const size_t jw_n_rules;

/**
 * Add up the rules that need no habits, or those that do.
 * @param sums  [0] when a goes on with a paragraph, [1] when it starts one.
 */
void jw_weigh_lines(struct jw_gap *gap, struct jw_costs sums[2]);
void jw_weigh_habits(struct jw_gap *gap, struct jw_costs sums[2]);

/** What it costs line a to be the last of its paragraph, whatever follows. */
int jw_weigh_last(const struct jw_line *a, bool starts, const struct jw_habit *habit);

/** How a fills its measure less indent, given the head of b; b may be NULL. */
enum jw_fill jw_fill_of(const struct jw_line *a, const struct jw_line *b, int indent);

/**
 * Cost of line being a display line, neighbours left aside.
 * @param last  no line follows it directly.
 * @param top   it stands at the top of the page.
 */
int jw_weigh_display(const struct jw_line *line, bool last, bool top,
                     const struct jw_habit *habit);

/** What the display line still costs for its end when text follows it directly. */
int jw_weigh_display_end(const struct jw_line *line);

/** Costs of where a display line stands. */
enum {
    /** Behind text, behind another one with a blank line between, or without. */
    JW_COST_DISPLAY_FIRST = 300,
    /** At the top of the page, where titles stand. */
    JW_COST_DISPLAY_TOP = 40,
    JW_COST_DISPLAY_TOP_NEXT = 60,
    JW_COST_DISPLAY_NEXT = 200,
    JW_COST_DISPLAY_SAME = 100,
    /** A third line of one display, or a later one. */
    JW_COST_DISPLAY_THIRD = 250,
    /** Text begins, at the top or after many display lines. */
    JW_COST_AFTER_DISPLAYS = 160,
    /** No blank line between it and the text above, or below. */
    JW_COST_TOUCH_ABOVE = 550,
    JW_COST_TOUCH_BELOW = 350,
    /** ... and it is the last line of a title, and as full as the text. */
    JW_COST_TITLE_FULL = 300,
    /** ... and the text below goes on with a paragraph. */
    JW_COST_RUNS_ON = 250,
    /** ... that it broke off above, without a blank line there either. */
    JW_COST_RUNS_THROUGH = -350
};

enum jw_indent_kind jw_indent_kind_of(const struct jw_line *line,
                                      const struct jw_habit *habit);

#endif
