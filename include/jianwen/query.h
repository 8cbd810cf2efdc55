/*
 * query.h - what the reader typed, as a tree.
 *
 * docs/query.md has the language with examples.  In short: words side by side
 * must all match; "..." and the Chinese quotation marks hold exact phrases;
 * - and NOT exclude; OR and | offer a choice and bind looser than AND; round
 * brackets group; title: author: source: section: page: date: look elsewhere.
 * Full-width operators count as ASCII ones.  An operator counts only at the
 * edge of a part, so that pasted text is searched as it stands.  Whatever
 * cannot be read as syntax is text, and a note says so.
 *
 * The parser knows no index; it is pure and bounded in depth and size.
 */
#ifndef JIANWEN_QUERY_H
#define JIANWEN_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/buf.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

enum {
    /** Brackets inside brackets, with the NOTs before them. */
    JW_QUERY_MAX_DEPTH = 20,
    /** Parts (words and phrases, wherever they stand in the tree). */
    JW_QUERY_MAX_PARTS = 256,
    /** Notes, and bytes of one. */
    JW_QUERY_MAX_NOTES = 16,
    JW_QUERY_NOTE_BYTES = 400
};

enum jw_node_type {
    /** All children, none of them an AND. */
    JW_NODE_AND,
    /** Any child, none of them an OR. */
    JW_NODE_OR,
    /** Not the one child. */
    JW_NODE_NOT,
    /** A part, in the text of a paragraph. */
    JW_NODE_TEXT,
    /** A part, in the article's title. */
    JW_NODE_TITLE,
    /** A part, in the value of a field (enum jw_field of index.h). */
    JW_NODE_FIELD,
    /** A span of dates. */
    JW_NODE_DATE
};

struct jw_node {
    enum jw_node_type type;
    /** 0 up to the query's n_nodes, each once. */
    size_t id;
    /** AND, OR, NOT. */
    struct jw_node **children;
    size_t n_children;
    /** TEXT, TITLE: which of the query's parts. */
    size_t part;
    /** FIELD: which; and the wanted text. */
    unsigned field;
    struct jw_str value;
    /** DATE: date.h numbers, 0 for open. */
    uint32_t from;
    uint32_t to;
};

/** Words or a phrase as typed, without quotation marks and operators. */
struct jw_query_part {
    struct jw_str text;
    bool quoted;
};

struct jw_query {
    /** NULL when nothing was asked for. */
    struct jw_node *root;
    size_t n_nodes;
    struct jw_query_part *parts;
    size_t n_parts;
    /** "code: sentence" */
    struct jw_str notes[JW_QUERY_MAX_NOTES];
    size_t n_notes;
};

/**
 * Parse.
 *
 * @param text   UTF-8; slices of it stay in the result.
 * @param arena  takes the tree.
 * @return JW_OK, or JW_ENOMEM when the arena is full; no text is a fault.
 */
JW_MUST_CHECK enum jw_status jw_query_parse(struct jw_str text, struct jw_arena *arena,
                                            struct jw_query *out) JW_NOEXCEPT;

/**
 * Append the tree in one line, for tests and explanations:
 * AND(text(齿轮) NOT(title("车")) date(2021-01..2021-06-31)).
 */
void jw_query_print(const struct jw_query *query, struct jw_buf *out) JW_NOEXCEPT;

/** Add "code: sentence" to the notes; the sentence is copied, and cut at a
 *  code point when it is too long. */
void jw_query_note(struct jw_query *query, struct jw_arena *arena, const char *fmt,
                   ...) JW_NOEXCEPT JW_PRINTF(3, 4);

JW_END_DECLS

#endif
