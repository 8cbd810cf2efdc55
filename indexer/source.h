/*
 * source.h - from a file to the text in it.
 *
 *     .txt          text in any encoding, front matter in front
 *     .html .htm    the article of a web page, block by block
 *     .pdf          the lines of the pages, in reading order
 *
 * A text is lines that still have to be put together (paragraph.h); HTML
 * knows its paragraphs.
 */
#ifndef JW_INDEXER_SOURCE_H
#define JW_INDEXER_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/article.h"
#include "jianwen/status.h"
#include "maker.h"

enum jw_source_kind {
    JW_SOURCE_NONE,
    JW_SOURCE_TEXT,
    JW_SOURCE_HTML,
    JW_SOURCE_PDF,
    /** Articles, one a line; not for jw_source_read(). */
    JW_SOURCE_NDJSON
};

/** The extensions that are read, for messages. */
#define JW_SOURCE_EXTENSIONS ".txt, .html, .pdf, .jsonl"

/** What a path's extension says; JW_SOURCE_NONE when it says nothing to us. */
enum jw_source_kind jw_source_kind_of(const char *path);

/** The extension of a path with its dot; "" when there is none. */
const char *jw_source_extension(const char *path);

/** From this code point on characters are set without spaces between them. */
enum {
    JW_SOURCE_FIRST_CJK = 0x2E80
};

struct jw_source {
    /** Lines to recover paragraphs from, UTF-8; empty when paragraphs are known. */
    struct jw_str text;
    /** Number of the first of them in the file. */
    uint32_t first_line;
    const struct jw_paragraph *paragraphs;
    size_t n_paragraphs;
    /** Undecodable places that were kept as U+FFFD. */
    size_t n_repaired;
};

/** Make libxml2 ready for several threads; may be called at any time. */
void jw_source_init(void);

/**
 * Read a file; one whose extension says nothing is read as text.
 *
 * @param m        its buffers and its arena take the result.
 * @param article  receives the facts that the file itself tells.
 * @return JW_OK; JW_EINVAL when there is no text; JW_EENCODING, JW_ELIMIT,
 *         JW_EIO, JW_ENOTFOUND, JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_source_read(struct jw_maker *m, const char *path,
                                            struct jw_article *article,
                                            struct jw_source *out, struct jw_error *err);

/**
 * The article of a web page.  Its blocks are paragraphs; a block of several
 * lines (br, pre) is read like any text.  Menus, forms, asides and scripts are
 * passed over; inside an article or main element, when there is one.
 *
 * @param html  UTF-8.
 */
JW_MUST_CHECK enum jw_status jw_source_html(struct jw_maker *m, struct jw_str html,
                                            struct jw_article *article,
                                            struct jw_source *out, struct jw_error *err);

/**
 * The lines of a PDF, as pdftotext (poppler-utils) finds them in a process of
 * its own with limits on time and memory, put in reading order by pdf_layout.h.
 */
JW_MUST_CHECK enum jw_status jw_source_pdf(struct jw_maker *m, const char *path,
                                           struct jw_source *out, struct jw_error *err);

#endif
