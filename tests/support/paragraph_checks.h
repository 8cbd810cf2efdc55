/*
 * paragraph_checks.h - what must hold for the paragraphs of any text.
 *
 * Nothing is lost or invented: every line of the text that is not blank is a
 * printed line of exactly one paragraph, whole; the text of a paragraph is what
 * its lines say, with nothing but one space between; what a line holds beyond
 * that is white space, a soft hyphen, or a double that was reported.
 *
 * Nothing changes a second time: what was recovered, printed a paragraph a
 * line, is recovered as it is.
 */
#ifndef JW_TESTS_PARAGRAPH_CHECKS_H
#define JW_TESTS_PARAGRAPH_CHECKS_H

#include <stdbool.h>

#include "jianwen/str.h"
#include "paragraph/paragraph.h"

/** @return NULL when all holds, else what does not. */
const char *jw_check_recovery(struct jw_str text, const struct jw_recovery *r);

/**
 * Recovering the output again changes nothing: the paragraphs of r, a line each
 * with blank lines between, are the same paragraphs.  @return as above.
 */
const char *jw_check_again(const struct jw_recovery *r);

/** Recover the paragraphs of text and check all of it.  @return as above. */
const char *jw_check_paragraphs(struct jw_str text);

/** A text of n bytes at most that a page could hold, made from random numbers. */
size_t jw_test_random_page(uint64_t *seed, char *out, size_t room);

#endif
