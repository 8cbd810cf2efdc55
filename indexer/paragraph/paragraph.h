/*
 * paragraph.h - put the paragraphs of a newspaper column back together.
 *
 * Text lifted from a page comes in short lines; paragraphs are cut where a
 * line, a column or a page ends, and headings and captions fall between their
 * halves.  This module reads the lines of one article and gives its
 * paragraphs back.  It does no input or output and keeps no state.
 *
 *      lines                         paragraphs
 *      -----------------------       ----------------------------------
 *      1  first half of a para-      body     lines 1-7, joins at 2, 7
 *      2  graph, cut by a column     heading  line 4
 *      3
 *      4  A HEADING
 *      5
 *      7  break; its second half.
 *
 * No character but white space is lost or invented, with two exceptions: a
 * display line that is printed twice in a row is told once and reported, and
 * a soft hyphen (U+00AD) at a join goes.  docs/paragraphs.md has the method.
 */
#ifndef JW_INDEXER_PARAGRAPH_H
#define JW_INDEXER_PARAGRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

/** What jw_recovery.title is when no line of the text is a title. */
#define JW_NO_TITLE SIZE_MAX

/** One line whose start was joined to the text before it. */
struct jw_join {
    /** Line of the source, counted like jw_paragraph.line_start. */
    uint32_t line;
    /** 0.5 (as likely wrong as right) to 1.0 (certain). */
    float confidence;
};

/** What belongs to paragraph n beyond its text; same index as paragraphs[]. */
struct jw_paragraph_detail {
    /** In order of line; empty when the paragraph is one line. */
    const struct jw_join *joins;
    size_t n_joins;
    /**
     * How likely it is that the next body paragraph goes on with this one's
     * sentence, 0 to 0.5; both readings deserve to be searchable from
     * JW_JOIN_DOUBTFUL on.  Display paragraphs have 0.
     */
    float joins_next;
    /** The body paragraph that joins_next speaks of; SIZE_MAX when none. */
    size_t next;
};

/** A join less sure than 1 - this, or a gap surer than this, is doubtful
 *  (JW_JOIN_SURE says the same in percent). */
#define JW_JOIN_DOUBTFUL 0.10F

/** A display line printed twice; the second copy is in no paragraph. */
struct jw_double {
    uint32_t line;
    /** The copy that was left out; borrowed from the input. */
    struct jw_str text;
};

/** What was decided about one line. */
enum jw_line_verdict {
    JW_LINE_STARTS,
    JW_LINE_JOINED,
    JW_LINE_DISPLAY,
    JW_LINE_DOUBLE
};

/** Why a line was read the way it was (--explain); not blank lines. */
struct jw_line_reason {
    uint32_t line;
    enum jw_line_verdict verdict;
    /** The rule that weighed most, a fixed name such as "sentence-end". */
    const char *rule;
    /** How sure the verdict is, 0.5 to 1.0. */
    float confidence;
    /** Width of the line and of its block's full line, half-width cells. */
    uint32_t cells;
    uint32_t measure;
    uint32_t indent;
    /** Paragraph that took the line in. */
    size_t paragraph;
};

struct jw_paragraph_options {
    /** Number of the text's first line; 0 counts as 1. */
    uint32_t first_line;
    /** Fill jw_recovery.reasons. */
    bool explain;
};

/** Everything found; all of it in the arena, texts there or in the input. */
struct jw_recovery {
    /** In reading order: by first line. */
    struct jw_paragraph *paragraphs;
    struct jw_paragraph_detail *details;
    size_t n_paragraphs;
    /** Index of the paragraph a reader would take for the title, or JW_NO_TITLE. */
    size_t title;
    struct jw_double *doubles;
    size_t n_doubles;
    struct jw_line_reason *reasons;
    size_t n_reasons;
};

/**
 * Recover the paragraphs of one article.
 *
 * Lines end in LF, CR LF or CR.  Time and memory are linear in the text
 * whatever it holds; bytes that are not UTF-8 are kept as they are.  A text of
 * more than JW_PARAGRAPH_STRETCH_LINES lines is read in stretches of about
 * that length, and nothing is joined from one to the next.
 *
 * @param text   borrowed; must live as long as the result is used.
 * @param opt    may be NULL: first line 1, no reasons.
 * @param arena  takes the result; its limit bounds what hostile text can use.
 * @param out    empty on failure.
 * @return JW_OK or JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_paragraphs_recover(struct jw_str text,
                                                   const struct jw_paragraph_options *opt,
                                                   struct jw_arena *arena,
                                                   struct jw_recovery *out,
                                                   struct jw_error *err);

/** Lines (blank ones not counted) that are weighed against each other at once. */
enum {
    JW_PARAGRAPH_STRETCH_LINES = 32768
};

/** "starts", "joined", "display", "double". */
const char *jw_line_verdict_name(enum jw_line_verdict verdict);

#endif
