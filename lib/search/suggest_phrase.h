/*
 * suggest_phrase.h - how the texts go on from what was typed.
 *
 * Each place where the last piece stands gives a row of characters behind it,
 * up to the end of the run.  Sorted, rows with a common beginning are
 * neighbours, so one walk sees the whole tree of continuations:
 *
 *     英才 | 计划      3 rows go on 计 and all of them 计划: "英才计划" is a
 *     英才 | 计划引    phrase, "英才计" is none, for nearly all its rows go on
 *     英才 | 计划的    in the same way
 *     英才 | 辈出
 *
 * That is the branching criterion for the right end of a word (Z. Harris, From
 * Phoneme to Morpheme, 1955; for Chinese: Jin and Tanaka-Ishii 2006).
 */
#ifndef JW_SEARCH_SUGGEST_PHRASE_H
#define JW_SEARCH_SUGGEST_PHRASE_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/status.h"
#include "jianwen/str.h"
#include "suggest_typed.h"

enum {
    /** Longest continuation, in units. */
    JW_PHRASE_UNITS = 16,
    /** Places that are kept. */
    JW_PHRASE_ROWS_MAX = 1024
};

/** A place where the piece stands, and what comes behind it. */
struct jw_phrase_row {
    /** From the piece on. */
    struct jw_str text;
    uint32_t n;
    uint32_t cp[JW_PHRASE_UNITS];
    /** Bytes of text up to behind each unit; 0 where no word ends. */
    uint32_t end[JW_PHRASE_UNITS];
};

struct jw_phrase_rows {
    struct jw_phrase_row *at;
    size_t n;
};

/** Note the places of piece in a text.
 *  @param units  of text.  @param text  lives as long as the rows. */
void jw_phrase_note(struct jw_phrase_rows *rows, const struct jw_typed_piece *piece,
                    struct jw_str text, const struct jw_units *units);

struct jw_phrase {
    struct jw_str text;
    /** Rows that begin so. */
    size_t n_rows;
};

/**
 * The phrases that the rows have in common, the most frequent first.
 * @param most  room in out.
 * @return how many.
 */
size_t jw_phrase_mine(struct jw_phrase_rows *rows, struct jw_phrase *out, size_t most);

#endif
