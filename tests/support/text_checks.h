/*
 * text_checks.h - what must be true of every text, for unit tests and fuzzers.
 *
 * Each check takes any bytes and returns NULL, or says what is not true.
 */
#ifndef JW_TESTS_TEXT_CHECKS_H
#define JW_TESTS_TEXT_CHECKS_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/normalize.h"
#include "jianwen/str.h"

/** Next number of a small generator; *seed is not 0. */
uint64_t jw_test_random(uint64_t *seed);

/**
 * Text from an alphabet in which every rule of the analysis occurs: all
 * scripts and planes, marks, selectors, white space, punctuation, bad bytes.
 * @return bytes written, at most room.
 */
size_t jw_test_random_text(uint64_t *seed, char *out, size_t room);

/** Decoding, counting, cutting and encoding agree with each other. */
const char *jw_check_utf8(struct jw_str text);

/**
 * Normalising twice changes nothing; offsets are ordered, on code point
 * limits, inside the text; the result does not depend on chunk borders; the
 * original slice of a match, normalised, equals the needle.
 *
 * @param seed  chooses the slices that are tried.
 */
const char *jw_check_normalize(struct jw_str text, uint64_t seed);

/**
 * Terms are well-formed UTF-8 of at most 245 bytes without U+FFFD; what a query
 * made of a slice that cuts no word asks for, the document has.
 */
const char *jw_check_tokenize(struct jw_str text, uint64_t seed);

/** As jw_check_tokenize(), for every slice of a short text that cuts no word. */
const char *jw_check_every_slice(struct jw_str text);

/** What the conversion accepts is well formed; offsets of errors are inside. */
const char *jw_check_encoding(struct jw_str bytes, uint64_t seed);

/** A random slice from..to of units that cuts nothing and has no white space at
 *  its ends.  @return false when there is none at the place tried. */
bool jw_pick_slice(const struct jw_units *u, uint64_t *seed, size_t *from, size_t *to);

/** The original text of units from..to. */
struct jw_str jw_slice_of(struct jw_str text, const struct jw_units *u, size_t from,
                          size_t to);

#endif
