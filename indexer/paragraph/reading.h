/*
 * reading.h - the cheapest reading of the lines of a stretch.
 *
 * Every line starts a paragraph, goes on with one, or is a display line that
 * the paragraph before it may pass over.  The reading with the smallest sum
 * of costs (evidence.h) is found by dynamic programming; how much more the
 * best reading with another verdict costs is how sure a verdict is.
 */
#ifndef JW_PARAGRAPH_READING_H
#define JW_PARAGRAPH_READING_H

#include <stddef.h>
#include <stdint.h>

#include "evidence.h"
#include "jianwen/arena.h"
#include "line.h"

enum jw_label {
    JW_LABEL_START,
    JW_LABEL_JOINED,
    JW_LABEL_DISPLAY
};

struct jw_verdict {
    /** enum jw_label. */
    uint8_t label;
    /** Probability of the label, of START against JOINED for text; 0 to 1. */
    float confidence;
    /** Probability that the line goes on with the text before it. */
    float joined;
};

/**
 * Read n lines, measured before (measure.h).
 *
 * @param scratch   memory for the work; the caller clears it.
 * @param verdicts  n elements.
 * @param habits    receives one element a block, in scratch.
 * @return JW_OK or JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_read_stretch(struct jw_str text, struct jw_line *lines,
                                             size_t n, const struct jw_pairs *pairs,
                                             struct jw_arena *scratch,
                                             struct jw_verdict *verdicts,
                                             struct jw_habit **habits);

#endif
