/*
 * measure.h - how long a full line is, block by block.
 *
 * A page is set in blocks of different measure: a narrow introduction, a wide
 * main column.  The widths that occur most are the candidates; the cheapest
 * way to give every line one of them, or none, is found by dynamic
 * programming, with a price for changing from line to line.
 *
 *      cells  ################    18   full       block 0, measure 18
 *             ################    18   full
 *             ########            10   short
 *             ######################## 38  full   block 1, measure 38
 */
#ifndef JW_PARAGRAPH_MEASURE_H
#define JW_PARAGRAPH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/status.h"
#include "line.h"

enum {
    /** Narrowest and widest column, in cells: 6 and 130 characters. */
    JW_MEASURE_MIN = 12,
    JW_MEASURE_MAX = 260,
    /** Cells by which hanging punctuation may pass the measure. */
    JW_MEASURE_HANG = 3,
    /** Marks that one line is believed to have been set narrow for. */
    JW_SQUEEZE_MAX = 6,
    /** Candidates looked at in one stretch. */
    JW_MEASURE_CANDIDATES = 14
};

/** Cells by which this line may pass the measure: half a character, hanging marks. */
uint32_t jw_measure_over(const struct jw_line *line);

/**
 * The white space that nearly all lines of a page begin with, in cells.
 * @param first  receives the commonest indent beyond it, 0 when there is none;
 *               may be NULL.
 */
uint32_t jw_margin_of(const struct jw_line *lines, size_t n, uint32_t *first);

/**
 * Set measure and block of every line; cells become narrower where the page's
 * punctuation turns out to be set half as wide, and wider where its lines turn out
 * to be wrapped by counting characters.
 * @param scratch  n * (JW_MEASURE_CANDIDATES + 1) bytes.
 */
void jw_measure_lines(struct jw_line *lines, size_t n, uint8_t *scratch);

#endif
