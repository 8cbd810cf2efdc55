#include "spacing.h"

#include "measure.h"

enum {
    /** Fewer lines prove nothing about the page. */
    FEWEST = 8
};

/* Blank lines between any two lines, at least; 0 when some touch. */
static uint8_t least_gap(const struct jw_line *lines, size_t n)
{
    uint8_t least = UINT8_MAX;
    for (size_t i = 1; i < n && least; i++) {
        least = lines[i].blanks < least ? lines[i].blanks : least;
    }
    return n > 1 ? least : 0;
}

/*
 * First lines are indented, or more blank lines stand between paragraphs.  What
 * was recovered has neither when it is printed, and so is never taken for lines
 * with double spacing.
 */
static bool is_set(const struct jw_line *lines, size_t n, uint8_t gap)
{
    for (size_t i = 0; i < n; i++) {
        if (lines[i].indent || (i > 0 && lines[i].blanks > gap)) {
            return true;
        }
    }
    return false;
}

/* The line breaks off within a sentence, where the column is full. */
static bool breaks_off(const struct jw_line *line)
{
    return line->end == JW_END_HAN || line->end == JW_END_WORD ||
           line->end == JW_END_OPEN;
}

/* The width that most lines have which break off. */
static uint32_t usual_width(const struct jw_line *lines, size_t n)
{
    size_t count[JW_MEASURE_MAX + 1] = {0};
    uint32_t usual = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t cells = lines[i].cells;
        if (cells >= JW_MEASURE_MIN && cells <= JW_MEASURE_MAX && breaks_off(&lines[i])) {
            count[cells]++;
            usual = count[cells] > count[usual] ? cells : usual;
        }
    }
    return usual;
}

/*
 * A third of the lines of wrapped text are full and break off, few are longer,
 * and there are marks in them, which lists of names and headings have not.
 */
static bool is_wrapped(const struct jw_line *lines, size_t n)
{
    enum {
        SLACK_CELLS = 3
    };
    uint32_t width = usual_width(lines, n);
    size_t full = 0;
    size_t longer = 0;
    size_t marked = 0;
    size_t stops = 0;
    for (size_t i = 0; i < n; i++) {
        const struct jw_line *l = &lines[i];
        bool over = l->cells > width + jw_measure_over(l);
        bool is_full = !over && l->cells + SLACK_CELLS >= width && breaks_off(l);
        longer += over;
        full += is_full;
        marked += is_full && (l->flags & JW_LINE_PUNCTUATED);
        stops += l->end == JW_END_SENTENCE || (l->flags & JW_LINE_INNER_STOP);
    }
    return width && full * 3 >= n && longer * 8 <= n && marked * 3 >= full &&
           stops * 12 >= n;
}

void jw_spacing_settle(struct jw_line *lines, size_t n)
{
    uint8_t gap = least_gap(lines, n);
    if (gap == 0) {
        return;
    }
    bool wrapped = n >= FEWEST && is_set(lines, n, gap) && is_wrapped(lines, n);
    for (size_t i = 0; i < n; i++) {
        if (!wrapped) {
            lines[i].flags |= JW_LINE_APART;
        } else if (i > 0) {
            lines[i].blanks -= gap;
        }
    }
}
