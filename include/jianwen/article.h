/*
 * article.h - an article as both programs see it: facts about it, and its
 * paragraphs in reading order.
 */
#ifndef JIANWEN_ARTICLE_H
#define JIANWEN_ARTICLE_H

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

struct jw_paragraph {
    enum jw_role role;
    /** UTF-8, as printed, its lines joined. */
    struct jw_str text;
    /** Lines of the source it came from, counted from 1; 0 when unknown. */
    uint32_t line_start;
    uint32_t line_end;
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
