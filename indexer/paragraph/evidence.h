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

/** Cost of what cannot be. */
enum { JW_COST_NEVER = 1 << 24 };

enum jw_indent_kind {
    JW_INDENT_NONE,
    /** As far as the block's first lines. */
    JW_INDENT_FIRST,
    /** Farther: centred, or set to the right. */
    JW_INDENT_DEEP,
    JW_INDENTS
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
};

struct jw_gap {
    const struct jw_line *a;
    const struct jw_line *b;
    /** Habits of b's block. */
    const struct jw_habit *habit;
    /** Display lines stand between. */
    bool interrupted;
};

/** join, brk: the two costs. */
struct jw_costs {
    int join;
    int brk;
};

/** One rule of the table. */
struct jw_rule {
    const char *name;
    struct jw_costs (*weigh)(const struct jw_gap *gap);
};

extern const struct jw_rule jw_rules[];
extern const size_t jw_n_rules;

/** Sum over jw_rules. */
struct jw_costs jw_weigh_gap(const struct jw_gap *gap);

/**
 * The rule that looks at a's width: could the head of b still have stood on
 * a?  It depends on whether a is a first line that lost its indent.
 *
 * @param starts  a is the first line of its paragraph.
 * @param habit   of a's block.
 */
struct jw_costs jw_weigh_fill(const struct jw_line *a, const struct jw_line *b,
                              bool starts, const struct jw_habit *habit);

/**
 * Cost of line being a display line, neighbours left aside.
 * @param last  no line follows it directly.
 */
int jw_weigh_display(struct jw_str text, const struct jw_line *line, bool last,
                     const struct jw_habit *habit);

/** Cost of a display line meeting another line without a blank one between. */
int jw_weigh_touch(const struct jw_line *display);

enum jw_indent_kind jw_indent_kind_of(const struct jw_line *line,
                                      const struct jw_habit *habit);

#endif
