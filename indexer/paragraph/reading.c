#include "reading.h"

#include "habit.h"
#include "walk.h"

enum {
    /** Readings at most, each with the habits learned from the one before. */
    ROUNDS = 3
};

/* A caption is a few lines; what one of them says holds for all. */
static void spread_caption(struct jw_line *lines, size_t n)
{
    enum {
        CAPTION_LINES = 4
    };
    unsigned flags = 0;
    for (size_t k = 0; k < n; k++) {
        flags |= lines[k].flags;
    }
    for (size_t k = 0; k < n && n <= CAPTION_LINES && (flags & JW_LINE_CAPTION); k++) {
        lines[k].flags |= JW_LINE_CAPTION;
    }
}

static bool ends_marked(const struct jw_line *line)
{
    return line->end == JW_END_COMMA || line->end == JW_END_SENTENCE;
}

/* Lines from the first on that are of one length, each with a mark at its end. */
static size_t even_lines(const struct jw_line *lines, size_t n)
{
    size_t k = 0;
    while (k < n && ends_marked(&lines[k]) && lines[k].cells == lines[0].cells) {
        k++;
    }
    return k;
}

/* Verse stands by itself between blank lines, or is short of the text around. */
static void spread_verse(struct jw_line *lines, size_t n)
{
    enum {
        FEWEST = 4,
        MOST = 32,
        SHORT_CELLS = 4
    };
    size_t even = 0;
    for (size_t i = 0; i < n; i += even ? even : 1) {
        even = even_lines(lines + i, n - i);
        bool alone = even == n && n <= MOST;
        bool is_short = lines[i].cells + SHORT_CELLS <= lines[i].measure;
        bool verse = even >= FEWEST && (alone || is_short);
        for (size_t k = 0; k < even && verse; k++) {
            lines[i + k].flags |= JW_LINE_VERSE;
        }
    }
}

/* Vertical text with a character a line; a short stack is a heading. */
static void spread_stack(struct jw_line *lines, size_t n)
{
    enum {
        HEADING_MOST = 24
    };
    bool stack = n > 2;
    bool sentence = n > HEADING_MOST;
    for (size_t k = 0; k < n && stack; k++) {
        stack = lines[k].marks == 1;
        sentence = sentence || lines[k].end == JW_END_SENTENCE;
    }
    for (size_t k = 0; k < n && stack && sentence; k++) {
        lines[k].flags |= JW_LINE_STACKED;
    }
}

static void count_runs(struct jw_line *lines, size_t n)
{
    size_t start = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && (!lines[i].blanks || i == start)) {
            continue;
        }
        size_t run = i - start;
        for (size_t k = start; k < i; k++) {
            lines[k].run = run > UINT16_MAX ? UINT16_MAX : (uint16_t)run;
            lines[k].place = k - start > UINT16_MAX ? UINT16_MAX : (uint16_t)(k - start);
        }
        spread_caption(lines + start, run);
        spread_verse(lines + start, run);
        spread_stack(lines + start, run);
        start = i;
    }
}

enum jw_status jw_read_stretch(struct jw_str text, struct jw_line *lines, size_t n,
                               const struct jw_pairs *pairs, struct jw_arena *scratch,
                               struct jw_verdict *verdicts, struct jw_habit **habits)
{
    if (n == 0) {
        return JW_OK;
    }
    size_t n_blocks = (size_t)lines[n - 1].block + 1;
    *habits = jw_arena_calloc(scratch, n_blocks, sizeof **habits);
    struct jw_walk w = {
        .text = text,
        .lines = lines,
        .n = n,
        .habits = *habits,
        .pairs = pairs,
        .steps = jw_arena_alloc(scratch, n * sizeof *w.steps),
    };
    if (!*habits || !w.steps) {
        return JW_ENOMEM;
    }
    count_runs(lines, n);
    jw_habits_guess(lines, n, *habits, n_blocks);
    jw_walk_prepare(&w);
    jw_walk_read(&w, verdicts);
    for (int round = 1; round < ROUNDS; round++) {
        jw_habits_learn(lines, n, verdicts, *habits, n_blocks);
        if (!jw_walk_read(&w, verdicts)) {
            break;
        }
    }
    jw_walk_doubt(&w, verdicts);
    return JW_OK;
}
