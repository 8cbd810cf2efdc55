/*
 * intake.h - an article before it is stored: is it good, and its paragraphs
 * with the title first.
 */
#ifndef JW_INDEX_INTAKE_H
#define JW_INDEX_INTAKE_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/article.h"
#include "jianwen/date.h"
#include "jianwen/status.h"

/** An article as it will be stored; kept from article to article. */
struct jw_intake {
    /** The article with its date as it is stored. */
    struct jw_article article;
    uint32_t date;
    char date_text[JW_DATE_BYTES];
    /** [0] is the title, perhaps empty; none of the others is empty. */
    struct jw_paragraph *paragraphs;
    size_t n;
    size_t cap;
    /** Where each paragraph of the article went; 0 for none. */
    uint32_t *places;
    size_t places_cap;
};

/** All zero is ready for use. */
void jw_intake_release(struct jw_intake *in);

/** @return JW_OK, or JW_EINVAL with the reason why the article is not taken. */
JW_MUST_CHECK enum jw_status jw_intake_check(const struct jw_article *article,
                                             struct jw_error *err);

/**
 * Prepare an article that was checked.  A paragraph with the title's role
 * gives the title its lines, or the title itself when the article has none;
 * any other of that role counts as a heading.
 */
JW_MUST_CHECK enum jw_status jw_intake_arrange(struct jw_intake *in,
                                               const struct jw_article *article,
                                               struct jw_error *err);

#endif
