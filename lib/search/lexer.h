/*
 * lexer.h - a query's text as a row of tokens.
 */
#ifndef JW_SEARCH_LEXER_H
#define JW_SEARCH_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "jianwen/arena.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

enum jw_lex_type {
    JW_LEX_OPEN,
    JW_LEX_CLOSE,
    JW_LEX_OR,
    JW_LEX_AND,
    JW_LEX_NOT,
    JW_LEX_PART
};

enum jw_lex_scope {
    JW_LEX_TEXT,
    JW_LEX_TITLE,
    JW_LEX_SOURCE,
    JW_LEX_SECTION,
    JW_LEX_PAGE,
    JW_LEX_AUTHOR,
    JW_LEX_DATE
};

struct jw_lexeme {
    enum jw_lex_type type;
    /** JW_LEX_PART: where to look, what for. */
    enum jw_lex_scope scope;
    struct jw_str text;
    bool quoted;
};

struct jw_lexemes {
    struct jw_lexeme *at;
    size_t n;
    size_t cap;
    /** A quotation mark at the start of a part found no end. */
    bool open_quote;
    /** Brackets that found no partner; with any the text has to be read
     *  again, brackets = false. */
    bool unbalanced;
    /** A part ends in a closing bracket that nothing opened. */
    bool stray_close;
    /** There is more than the limit allows; the rest was not read. */
    bool too_many;
};

/**
 * Cut text into lexemes.
 *
 * @param brackets  whether ( and ) at a part's edge group.
 * @return JW_OK or JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_lex(struct jw_str text, bool brackets,
                                    struct jw_arena *arena, struct jw_lexemes *out);

#endif
