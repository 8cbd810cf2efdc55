#include "habit.h"

#include <math.h>
#include <string.h>

enum {
    /** Lines that the page's average counts for in a block. */
    PAGE_WEIGHT = 8,
    LOST_INDENT_CELLS = 4,
    MAX_INDENT = 40
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
};

/* What is expected of a page of which nothing is known, as lines counted. */
static const struct counts prior = {
    .lines = {20, 4},
    .blank = {1.0, 2.0},
    .indents = {{19.4, 0.3, 0.3}, {2.0, 1.6, 0.4}},
    .lost = 1.0,
    .kept = 1.0,
};

static int cost_of(double part, double whole)
{
    double p = part / whole;
    if (p < 0.0005) {
        p = 0.0005;
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
    h->lost = cost_of(c->lost, c->lost + c->kept);
    h->kept = cost_of(c->kept, c->lost + c->kept);
}

/* Margin: what nearly all lines have.  Indent: what most others have beyond it. */
static void find_margin(const size_t *count, struct jw_habit *h)
{
    size_t all = 0;
    for (size_t i = 0; i < MAX_INDENT; i++) {
        all += count[i];
    }
    size_t below = 0;
    size_t margin = 0;
    while (margin + 1 < MAX_INDENT && (below + count[margin]) * 12 < all) {
        below += count[margin++];
    }
    size_t indent = 0;
    for (size_t i = margin + 2; i < MAX_INDENT; i++) {
        if (count[i] > count[indent] || indent == 0) {
            indent = i;
        }
    }
    h->margin = (uint8_t)margin;
    h->indent = (uint8_t)(indent && count[indent] ? indent - margin : 4);
}

void jw_habits_guess(const struct jw_line *lines, size_t n, struct jw_habit *habits,
                     size_t n_blocks)
{
    size_t count[MAX_INDENT] = {0};
    for (size_t i = 0; i < n; i++) {
        count[lines[i].indent < MAX_INDENT ? lines[i].indent : MAX_INDENT - 1]++;
        if (i + 1 == n || lines[i + 1].block != lines[i].block) {
            struct jw_habit *h = &habits[lines[i].block];
            find_margin(count, h);
            set_costs(h, &prior);
            memset(count, 0, sizeof count);
        }
    }
    (void)n_blocks;
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
    if (row == STARTS && kind == JW_INDENT_NONE && goes_on && lines[i].measure) {
        bool full = lines[i].cells + LOST_INDENT_CELLS / 2 >= lines[i].measure;
        c->lost += full ? 0 : 1;
        c->kept += full ? 1 : 0;
    }
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
