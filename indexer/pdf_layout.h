/*
 * pdf_layout.h - the lines of a PDF page in the order in which they are read.
 *
 *      +----------------------+        A line that crosses the gap between
 *      |  a title across both |        columns ends what stands above it, so
 *      | col one  | col two   |        the order is: title, column one, column
 *      | col one  | col two   |        two.  Each part is looked at in the same
 *      +----------------------+        way again: a recursive XY-cut (Nagy and
 *                                      Seth 1984) that lets single lines cross.
 *
 * What comes out is a text as paragraph.h wants it: a line each, indents as
 * U+3000, a blank line where a column ends or a gap is wider than usual.
 */
#ifndef JW_INDEXER_PDF_LAYOUT_H
#define JW_INDEXER_PDF_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "jianwen/arena.h"
#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

/** A line of a page: where it stands, in points from the top left. */
struct jw_pdf_line {
    double left;
    double top;
    double right;
    double bottom;
    struct jw_str text;
    /** From 0. */
    size_t page;
    /** For jw_pdf_layout(): a running head or foot. */
    bool running;
};

/**
 * Append the lines in reading order to out.
 *
 * Left out: running heads and feet (the uppermost and lowest lines that say the
 * same but for digits at the same height on two pages and on a third of those
 * near), page numbers alone at a page's foot, and lines drawn twice at one place.
 *
 * @param lines    of all pages, page after page; their order is changed.
 * @param n_pages  of the file.
 * @return JW_OK, JW_ENOMEM, JW_ELIMIT.
 */
JW_MUST_CHECK enum jw_status jw_pdf_layout(struct jw_pdf_line *lines, size_t n,
                                           size_t n_pages, struct jw_arena *arena,
                                           struct jw_buf *out);

#endif
