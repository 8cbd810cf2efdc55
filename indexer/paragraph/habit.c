#include "habit.h"

#include <math.h>
#include <string.h>

#include "measure.h"

enum {
    /** Lines that the page's average counts for in a block. */
    PAGE_WEIGHT = 30,
    LOST_INDENT_CELLS = 4
};

/* Index of the two rows of jw_habit. */
enum {
    GOES_ON = 0,
    STARTS = 1
};

struct counts {
    double lines[2];
    double blank[2];
    double indents[2][JW_INDENTS];
    double lost;
    double kept;
    double lost_cells;
    double fills[JW_FILLS];
};

/* What is expected of a page of which nothing is known, as lines counted. */
static const struct counts prior = {
    .lines = {20, 0.6},
    .blank = {1.5, 0.3},
    .indents = {{19.8, 0.05, 0.15}, {0.3, 0.24, 0.06}},
    .lost = 0.25,
    .kept = 0.25,
    .lost_cells = 4 * 0.25,
    .fills = {[JW_FILL_OVER] = 0.1,
              [JW_FILL_SQUEEZED] = 0.15,
              [JW_FILL_FULL] = 18.5,
              [JW_FILL_SPARE_1] = 0.5,
              [JW_FILL_SPARE_3] = 0.3,
              [JW_FILL_SPARE_7] = 0.15,
              [JW_FILL_SPARE_MANY] = 0.05,
              [JW_FILL_SPARE_HALF] = 0.002},
};

static int cost_of(double part, double whole)
{
    double p = part / whole;
    if (p < 0.0001) {
        p = 0.0001;
    }
    return (int)(-100.0 * log(p));
}

static void set_costs(struct jw_habit *h, const struct counts *c)
{
    for (int row = GOES_ON; row <= STARTS; row++) {
        h->blank[row] = cost_of(c->blank[row], c->lines[row]);
        h->no_blank[row] = cost_of(c->lines[row] - c->blank[row], c->lines[row]);
        double all = 0;
        for (int k = 0; k < JW_INDENTS; k++) {
            all += c->indents[row][k];
        }
        for (int k = 0; k < JW_INDENTS; k++) {
            h->indents[row][k] = cost_of(c->indents[row][k], all);
        }
    }
    /* Extraction drops all indents of a page or none: take sides. */
    double lost = c->lost * c->lost;
    double kept = c->kept * c->kept;
    h->lost = cost_of(lost, lost + kept);
    h->kept = cost_of(kept, lost + kept);
    h->lost_cells = (int)(c->lost_cells / c->lost + 0.5);
    double fills = 0;
    for (int k = 0; k < JW_FILLS; k++) {
        fills += c->fills[k];
    }
    for (int k = 0; k < JW_FILLS; k++) {
        h->fills[k] = cost_of(c->fills[k], fills);
    }
}

void jw_habits_guess(const struct jw_line *lines, size_t n, struct jw_habit *habits,
                     size_t n_blocks)
{
    struct jw_habit h;
    uint32_t indent;
    h.margin = (uint8_t)jw_margin_of(lines, n, &indent);
    h.indent = (uint8_t)(indent ? indent : LOST_INDENT_CELLS);
    set_costs(&h, &prior);
    for (size_t b = 0; b < n_blocks; b++) {
        habits[b] = h;
    }
}

static void add(struct counts *to, const struct counts *from, double weight)
{
    for (int row = GOES_ON; row <= STARTS; row++) {
        to->lines[row] += weight * from->lines[row];
        to->blank[row] += weight * from->blank[row];
        for (int k = 0; k < JW_INDENTS; k++) {
            to->indents[row][k] += weight * from->indents[row][k];
        }
    }
    to->lost += weight * from->lost;
    to->kept += weight * from->kept;
    to->lost_cells += weight * from->lost_cells;
    for (int k = 0; k < JW_FILLS; k++) {
        to->fills[k] += weight * from->fills[k];
    }
}

static void count_line(const struct jw_line *lines, const struct jw_verdict *verdicts,
                       size_t i, size_t n, const struct jw_habit *h, struct counts *c)
{
    int row = verdicts[i].label == JW_LABEL_START ? STARTS : GOES_ON;
    enum jw_indent_kind kind = jw_indent_kind_of(&lines[i], h);
    c->indents[row][kind] += 1;
    if (i > 0 && verdicts[i - 1].label != JW_LABEL_DISPLAY) {
        c->lines[row] += 1;
        c->blank[row] += lines[i].blanks ? 1 : 0;
    }
    bool goes_on = i + 1 < n && verdicts[i + 1].label == JW_LABEL_JOINED;
    if (!goes_on || lines[i].measure == 0) {
        return;
    }
    int lost = 0;
    if (row == STARTS && kind == JW_INDENT_NONE) {
        int spare = (int)lines[i].measure - (int)lines[i].cells;
        lost = spare > LOST_INDENT_CELLS / 2 - 1 ? h->lost_cells : 0;
        if (lost) {
            c->lost += 1;
            c->lost_cells += spare < 2 * LOST_INDENT_CELLS ? spare : LOST_INDENT_CELLS;
        } else {
            c->kept += 1;
        }
    }
    enum jw_fill fill = jw_fill_of(&lines[i], &lines[i + 1], lost);
    /* What is certain must not be unlearned by a first mistake. */
    c->fills[fill] += fill <= JW_FILL_SPARE_3 ? 1 : 0;
}

void jw_habits_learn(const struct jw_line *lines, size_t n,
                     const struct jw_verdict *verdicts, struct jw_habit *habits,
                     size_t n_blocks)
{
    struct counts page = prior;
    for (size_t i = 0; i < n; i++) {
        if (verdicts[i].label != JW_LABEL_DISPLAY) {
            count_line(lines, verdicts, i, n, &habits[lines[i].block], &page);
        }
    }
    double weight = PAGE_WEIGHT / (page.lines[GOES_ON] + page.lines[STARTS]);
    struct counts block = {0};
    for (size_t i = 0; i < n; i++) {
        struct jw_habit *h = &habits[lines[i].block];
        if (verdicts[i].label != JW_LABEL_DISPLAY) {
            count_line(lines, verdicts, i, n, h, &block);
        }
        if (i + 1 == n || lines[i + 1].block != lines[i].block) {
            add(&block, &page, n_blocks == 1 ? 0.0 : weight);
            if (n_blocks == 1) {
                add(&block, &prior, 1.0);
            }
            set_costs(h, &block);
            memset(&block, 0, sizeof block);
        }
    }
}
