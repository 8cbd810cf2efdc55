#include "measure.h"

#include <stdbool.h>
#include <string.h>

/*
 * Costs are hundredths of a natural logarithm: what a line of this kind is
 * worth in a block of this measure, from counts on newspaper columns.
 */
enum {
    COST_FULL = 60,
    /** ... two or three cells short. */
    COST_NEARLY = 100,
    /** ... with a comma: one in five, in verse most. */
    COST_FULL_MARKED = 160,
    /** A full line that ends a sentence: one in twelve. */
    COST_FULL_ENDED = 260,
    /** The first line of a paragraph whose indent was lost. */
    COST_FIRST = 150,
    COST_SHORT = 200,
    COST_SHORT_OPEN = 450,
    /** Over by no more than its punctuation could give way. */
    COST_SQUEEZED = 250,
    COST_OVER = 600,
    COST_FAR_OVER = 1500,
    /** No measure: a line is as long as its paragraph. */
    COST_FREE_ENDED = 230,
    COST_FREE_MARKED = 300,
    COST_FREE_OPEN = 530,
    /** A few lines between blank ones, none of which ends a sentence: a heading or
     *  title of any width. */
    COST_ALONE = 300,
    /** Another measure than the line before, across a blank line or not. */
    COST_CHANGE_BLANK = 350,
    COST_CHANGE = 700,
    /** From wrapped lines to one paragraph a line or back. */
    COST_CHANGE_FREE = 1000
};

enum {
    /** Cells below the measure that a full line may have. */
    UNDER = 3,
    LOST_INDENT = 4,
    /** Indents from here on are counted as one. */
    MAX_INDENT = 40,
    /** States: one a candidate, and the last for no measure. */
    STATES = JW_MEASURE_CANDIDATES + 1
};

struct candidates {
    uint32_t measure[JW_MEASURE_CANDIDATES];
    size_t n;
};

static bool ends_clause(const struct jw_line *line)
{
    switch ((enum jw_line_end)line->end) {
    case JW_END_SENTENCE:
    case JW_END_ELLIPSIS:
    case JW_END_COLON:
    case JW_END_SEMICOLON:
    case JW_END_COMMA:
        return true;
    case JW_END_OPEN:
    case JW_END_CLOSE:
    case JW_END_HAN:
    case JW_END_WORD:
    case JW_END_DASH:
    case JW_END_HYPHEN:
    case JW_END_OTHER:
    case JW_ENDS:
        return false;
    }
    return false;
}

uint32_t jw_measure_over(const struct jw_line *line)
{
    return 1 + 2 * (uint32_t)(line->hanging < 2 ? line->hanging : 2);
}

/*
 * Verse and lists have lines of one length too.  Verse ends every line with
 * a mark, a list has no marks at all; a wrapped column is neither.
 */
static bool is_prose(const struct jw_line *lines, size_t n, uint32_t measure)
{
    enum {
        FEW = 4,
        ENOUGH = 8
    };
    size_t full = 0;
    size_t marked_ends = 0;
    size_t punctuated = 0;
    for (size_t i = 0; i < n; i++) {
        const struct jw_line *l = &lines[i];
        if (l->cells + UNDER < measure || l->cells > measure + jw_measure_over(l)) {
            continue;
        }
        full++;
        marked_ends += ends_clause(l);
        punctuated += (l->flags & JW_LINE_PUNCTUATED) != 0;
    }
    if (full < ENOUGH) {
        return marked_ends < full || full < FEW;
    }
    return marked_ends * 5 < full * 4 && punctuated * 10 >= full;
}

/* Two ideographic spaces are an indent wherever they stand, never a margin. */
static size_t margin_like(const struct jw_line *line)
{
    if (line->flags & JW_LINE_IDEOGRAPHIC) {
        return 0;
    }
    return line->indent < MAX_INDENT ? line->indent : MAX_INDENT - 1;
}

uint32_t jw_margin_of(const struct jw_line *lines, size_t n, uint32_t *first)
{
    size_t count[MAX_INDENT] = {0};
    for (size_t i = 0; i < n; i++) {
        count[margin_like(&lines[i])]++;
    }
    size_t below = 0;
    uint32_t margin = 0;
    while (margin + 1 < MAX_INDENT && (below + count[margin]) * 12 < n) {
        below += count[margin++];
    }
    uint32_t indent = 0;
    for (uint32_t i = margin + 2; i < MAX_INDENT; i++) {
        if (count[i] > (indent ? count[indent] : 0)) {
            indent = i;
        }
    }
    if (first) {
        *first = indent ? indent - margin : 0;
    }
    return margin;
}

/*
 * Count the widths of lines that go on: lines follow without a blank one, are
 * not longer, and a sentence ends with or in one of them, which the lines of a
 * title do not do.
 */
static void count_widths(const struct jw_line *lines, size_t n, uint32_t *count)
{
    bool closes = false;
    uint32_t widest = 0;
    for (size_t i = n; i-- > 0;) {
        const struct jw_line *l = &lines[i];
        bool goes_on = i + 1 < n && !lines[i + 1].blanks;
        if (l->end == JW_END_SENTENCE) {
            closes = true;
            widest = l->cells;
            continue;
        }
        closes = (closes || (l->flags & JW_LINE_INNER_STOP)) && goes_on;
        if (closes && l->cells >= JW_MEASURE_MIN && l->cells <= JW_MEASURE_MAX &&
            widest <= l->cells + 2 * JW_MEASURE_HANG) {
            count[l->cells]++;
        }
        widest = l->cells > widest ? l->cells : widest;
    }
}

static void find_candidates(const struct jw_line *lines, size_t n, struct candidates *c)
{
    enum {
        WIDE_CELLS = 160,
        WIDE_LINES = 3
    };
    uint32_t count[JW_MEASURE_MAX + 3] = {0};
    count_widths(lines, n, count);
    /* A width that hardly occurs on a long page explains nothing. */
    uint32_t least = 1 + (uint32_t)(n / 256);
    c->n = 0;
    for (int tries = 0; tries < 2 * JW_MEASURE_CANDIDATES; tries++) {
        uint32_t best = 0;
        for (uint32_t m = JW_MEASURE_MIN; m <= JW_MEASURE_MAX; m++) {
            if (count[m] > count[best]) {
                best = m;
            }
        }
        if (best == 0 || count[best] < least || c->n == JW_MEASURE_CANDIDATES) {
            return;
        }
        /* So wide a column is seldom set; a long paragraph may look like one. */
        bool doubtful = best > WIDE_CELLS && count[best] < WIDE_LINES;
        if (!doubtful && is_prose(lines, n, best)) {
            c->measure[c->n++] = best;
        }
        for (uint32_t m = best - 1; m <= best + 1; m++) {
            count[m] = 0;
        }
    }
}

/* @param ended  the line ends a sentence, or an indented one follows it. */
static int cost_in(const struct jw_line *l, uint32_t measure, bool ended)
{
    uint32_t over = jw_measure_over(l);
    if (l->cells > measure + over) {
        uint32_t squeeze = l->squeeze < JW_SQUEEZE_MAX ? l->squeeze : JW_SQUEEZE_MAX;
        if (l->cells <= measure + over + squeeze) {
            return COST_SQUEEZED;
        }
        return l->cells > measure + 8 ? COST_FAR_OVER : COST_OVER;
    }
    if (l->cells + UNDER >= measure) {
        int near = l->cells + 1 >= measure ? 0 : COST_NEARLY;
        return near + (ended            ? COST_FULL_ENDED
                       : ends_clause(l) ? COST_FULL_MARKED
                                        : COST_FULL);
    }
    uint32_t lost = LOST_INDENT + (l->blanks ? 3 : 1);
    if (l->cells + lost >= measure) {
        return ended ? COST_SHORT : COST_FIRST;
    }
    return ended ? COST_SHORT : COST_SHORT_OPEN;
}

static int cost_free(const struct jw_line *l)
{
    if (l->end == JW_END_SENTENCE) {
        return COST_FREE_ENDED;
    }
    return l->end == JW_END_ELLIPSIS || l->end == JW_END_COLON ? COST_FREE_MARKED
                                                               : COST_FREE_OPEN;
}

/* One step: cost[] for line i - 1 becomes cost[] for line i. */
static void step(const struct jw_line *l, const struct candidates *c, bool first,
                 bool ended, bool alone, int64_t *cost, uint8_t *from)
{
    size_t best = 0;
    for (size_t s = 1; s <= c->n; s++) {
        if (cost[s] < cost[best]) {
            best = s;
        }
    }
    int64_t least = cost[best];
    int64_t change = l->blanks ? COST_CHANGE_BLANK : COST_CHANGE;
    for (size_t s = 0; s <= c->n; s++) {
        from[s] = (uint8_t)s;
        int64_t price = s == c->n || best == c->n ? COST_CHANGE_FREE : change;
        if (!first && least + price < cost[s]) {
            cost[s] = least + price;
            from[s] = (uint8_t)best;
        }
        if (alone) {
            cost[s] += COST_ALONE;
        } else {
            cost[s] += s < c->n ? cost_in(l, c->measure[s], ended) : cost_free(l);
        }
    }
}

/* How many lines in the middle of a paragraph are as long as the next one. */
struct evenness {
    size_t pairs;
    /** In cells, and with narrow punctuation. */
    size_t cells;
    size_t half;
    /** One of the two has more digits and letters: in cells, in characters. */
    size_t mixed_pairs;
    size_t mixed_cells;
    size_t mixed_chars;
};

static bool is_even(int a, int b)
{
    return a - b >= -1 && a - b <= 1;
}

static struct evenness evenness_of(const struct jw_line *lines, size_t n)
{
    struct evenness e = {0};
    for (size_t i = 1; i < n; i++) {
        const struct jw_line *a = &lines[i - 1];
        const struct jw_line *b = &lines[i];
        if (b->blanks || ends_clause(a) || ends_clause(b) || a->cells > JW_MEASURE_MAX ||
            b->cells > JW_MEASURE_MAX) {
            continue;
        }
        int cells[2] = {(int)a->cells, (int)b->cells};
        e.pairs++;
        e.cells += is_even(cells[0], cells[1]);
        e.half += is_even(cells[0] - a->squeeze, cells[1] - b->squeeze);
        if (a->narrow != b->narrow) {
            e.mixed_pairs++;
            e.mixed_cells += is_even(cells[0], cells[1]);
            e.mixed_chars += cells[0] + (int)a->narrow == cells[1] + (int)b->narrow;
        }
    }
    return e;
}

/*
 * Lines are equally long in the width that was meant.  Some papers set every
 * mark of punctuation half as wide, and some texts were wrapped by counting
 * characters, a digit as much as any other.
 */
static void settle_width(struct jw_line *lines, size_t n)
{
    enum {
        FEWEST = 12,
        FEWEST_MIXED = 4
    };
    struct evenness e = evenness_of(lines, n);
    if (e.pairs < FEWEST) {
        return;
    }
    bool half = e.half * 10 >= e.cells * 10 + e.pairs;
    bool chars = e.mixed_chars >= FEWEST_MIXED && e.mixed_chars > 3 * e.mixed_cells &&
                 e.mixed_chars * 2 > e.mixed_pairs;
    for (size_t i = 0; i < n && (half || chars); i++) {
        if (chars) {
            lines[i].cells += lines[i].narrow;
        } else {
            lines[i].cells -= lines[i].squeeze;
            lines[i].squeeze = 0;
        }
    }
}

/*
 * A few lines of a measure of their own in which no sentence ends are a title
 * or a caption: what they are shows against the measure of the text around.
 */
static void absorb_displays(struct jw_line *lines, size_t n)
{
    enum {
        FEW = 4
    };
    size_t start = 0;
    while (start < n) {
        size_t end = start;
        bool ended = false;
        while (end < n && lines[end].measure == lines[start].measure) {
            ended = ended || lines[end].end == JW_END_SENTENCE;
            end++;
        }
        bool alone = start == 0 && end == n;
        if (!ended && end - start <= FEW && !alone) {
            uint32_t around = start > 0 ? lines[start - 1].measure : lines[end].measure;
            for (size_t i = start; i < end; i++) {
                lines[i].measure = around;
            }
        }
        start = end;
    }
}

/* Behind the run of lines that begins with line i: up to the next blank line. */
static size_t run_end(const struct jw_line *lines, size_t n, size_t i)
{
    do {
        i++;
    } while (i < n && !lines[i].blanks);
    return i;
}

/* Whether the lines of a run may be a heading of any width. */
static bool is_alone(const struct jw_line *lines, size_t start, size_t end, size_t n)
{
    enum {
        FEW = 2
    };
    if (end - start > FEW || end == n) {
        return false;
    }
    for (size_t i = start; i < end; i++) {
        if (lines[i].end == JW_END_SENTENCE) {
            return false;
        }
    }
    return true;
}

void jw_measure_lines(struct jw_line *lines, size_t n, uint8_t *scratch)
{
    settle_width(lines, n);
    struct candidates c;
    int64_t cost[STATES] = {0};
    uint32_t margin = jw_margin_of(lines, n, NULL);
    find_candidates(lines, n, &c);
    size_t end = 0;
    bool alone = false;
    for (size_t i = 0; i < n; i++) {
        bool ended = lines[i].end == JW_END_SENTENCE ||
                     (i + 1 < n && lines[i + 1].indent >= margin + 2);
        if (i == end) {
            end = run_end(lines, n, i);
            alone = is_alone(lines, i, end, n);
        }
        step(&lines[i], &c, i == 0, ended, alone, cost, scratch + i * STATES);
    }
    size_t state = 0;
    for (size_t s = 1; s <= c.n; s++) {
        if (cost[s] < cost[state]) {
            state = s;
        }
    }
    for (size_t i = n; i-- > 0;) {
        lines[i].measure = state < c.n ? c.measure[state] : 0;
        state = scratch[i * STATES + state];
    }
    absorb_displays(lines, n);
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && lines[i].measure == lines[i - 1].measure;
        lines[i].block = i == 0 ? 0 : lines[i - 1].block + !same;
    }
}
