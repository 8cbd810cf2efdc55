/*
 * article.h - an article as both programs see it: facts about it, and its
 * paragraphs in reading order.
 */
#ifndef JIANWEN_ARTICLE_H
#define JIANWEN_ARTICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

/** What a paragraph is on the page.  The values are stored in indexes. */
enum jw_role {
    JW_ROLE_BODY = 0,
    JW_ROLE_TITLE = 1,
    JW_ROLE_HEADING = 2,
    JW_ROLE_CAPTION = 3,
    JW_ROLE_BYLINE = 4
};

enum {
    JW_ROLES = 5
};

/**
 * One line of the source as it was printed: `before`, then bytes start up to
 * end of the paragraph's text, then `after`.
 */
struct jw_printed_line {
    /** Counted from 1. */
    uint32_t line;
    uint32_t start;
    uint32_t end;
    /** What of the line is not in the text: white space, a soft hyphen, the
     *  second copy of a display line printed twice. */
    struct jw_str before;
    struct jw_str after;
    /** How sure it is that it goes on with the line before, in percent. */
    uint8_t sure;
};

/** A join less sure than this, in percent, is doubtful; so is a break that
 *  is one less likely than this. */
enum {
    JW_JOIN_SURE = 90
};

struct jw_paragraph {
    enum jw_role role;
    /** UTF-8, as printed, its lines joined. */
    struct jw_str text;
    /** Lines of the source it came from, counted from 1; 0 when unknown. */
    uint32_t line_start;
    uint32_t line_end;
    /** Its printed lines, in order of line and of start; 0 of them: it is one
     *  line that holds nothing else, or nothing is known. */
    const struct jw_printed_line *lines;
    uint32_t n_lines;
    /** Index of a later paragraph of the article that may go on with this
     *  one's sentence, when that is doubtful (JW_JOIN_SURE); else 0. */
    uint32_t next;
    /** How likely that is, in percent; and whether a space would stand between. */
    uint8_t next_likely;
    bool next_space;
};

struct jw_article {
    struct jw_str id;
    struct jw_str title;
    /** YYYY, YYYY-MM or YYYY-MM-DD; empty when unknown. */
    struct jw_str date;
    struct jw_str source;
    struct jw_str section;
    struct jw_str page;
    struct jw_str author;
    struct jw_str url;
    const struct jw_paragraph *paragraphs;
    size_t n_paragraphs;
};

/** @return "body", "title", "heading", "caption" or "byline". */
const char *jw_role_name(enum jw_role role) JW_NOEXCEPT;

JW_END_DECLS

#endif
