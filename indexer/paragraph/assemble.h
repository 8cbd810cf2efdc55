/*
 * assemble.h - from verdicts on lines to paragraphs.
 */
#ifndef JW_PARAGRAPH_ASSEMBLE_H
#define JW_PARAGRAPH_ASSEMBLE_H

#include <stddef.h>

#include "evidence.h"
#include "line.h"
#include "paragraph.h"
#include "reading.h"

/** The result while it grows; arrays in the caller's arena. */
struct jw_assembly {
    struct jw_str text;
    struct jw_arena *arena;
    bool explain;
    struct jw_recovery *out;
    size_t paragraphs_cap;
    size_t details_cap;
    /** Grows with out->n_paragraphs. */
    size_t n_details;
    size_t doubles_cap;
    size_t reasons_cap;
    /** Room for the printed lines of the last paragraph; 0 when it has no more. */
    uint32_t lines_cap;
    /** A title of the first rank was found: before all text. */
    bool title_found;
};

/** One stretch, read; see jw_read_stretch(). */
struct jw_stretch {
    const struct jw_line *lines;
    size_t n;
    const struct jw_verdict *verdicts;
    const struct jw_habit *habits;
    const struct jw_pairs *pairs;
    /** Set by jw_assemble_stretch(): letters speak on this page. */
    bool latin;
};

/** Append the paragraphs of a stretch to as->out. */
JW_MUST_CHECK enum jw_status jw_assemble_stretch(struct jw_assembly *as,
                                                 struct jw_stretch *st,
                                                 struct jw_arena *scratch);

#endif
