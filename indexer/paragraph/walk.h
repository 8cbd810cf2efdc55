/*
 * walk.h - the cheapest way through the lines of a stretch.
 *
 * A state of the walk says how many display lines stand since the last line
 * of text, and whether that line starts its paragraph.
 *
 *      state 2 d + s      d display lines since the text; s is 1 when the
 *                         text starts its paragraph
 *      JW_WALK_FAR        more of them than JW_WALK_DISPLAYS, or no text yet:
 *                         nothing can be joined across
 */
#ifndef JW_PARAGRAPH_WALK_H
#define JW_PARAGRAPH_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "evidence.h"
#include "jianwen/arena.h"
#include "reading.h"

enum {
    /** Display lines that a paragraph is followed across. */
    JW_WALK_DISPLAYS = 10,
    JW_WALK_FAR = 2 * (JW_WALK_DISPLAYS + 1),
    JW_WALK_STATES = JW_WALK_FAR + 1
};

/** What is kept of one line. */
struct jw_step {
    /** Costs of the gap above, [1] when the line above starts a paragraph. */
    struct jw_costs fixed[2];
    struct jw_costs gap[2];
    enum jw_fill fill;
    /** Cost of being a display line. */
    int32_t display;
    /** Numbers of display lines (d) that can be reached: 0 to levels - 1. */
    uint8_t levels;
    uint8_t from[JW_WALK_STATES];
    int32_t forward[JW_WALK_STATES];
};

struct jw_walk {
    struct jw_str text;
    const struct jw_line *lines;
    size_t n;
    const struct jw_habit *habits;
    const struct jw_pairs *pairs;
    struct jw_step *steps;
};

/** Weigh what does not change from round to round; w->steps is of n elements. */
void jw_walk_prepare(struct jw_walk *w);

/**
 * Find the cheapest reading with the habits as they are.
 * @return whether any label is another than verdicts[] held.
 */
bool jw_walk_read(struct jw_walk *w, struct jw_verdict *verdicts);

/** Say how sure each label of the last reading is. */
void jw_walk_doubt(const struct jw_walk *w, struct jw_verdict *verdicts);

#endif
