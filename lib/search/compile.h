/*
 * compile.h - the query's tree as a tree of streams over one segment.
 */
#ifndef JW_SEARCH_COMPILE_H
#define JW_SEARCH_COMPILE_H

#include "match.h"
#include "stream.h"

struct jw_compiler {
    struct jw_search_state *s;
    struct jw_stream_context *c;
    size_t segment;
    /** Ask for what "verbatim" needs, not for what "all bigrams" needs. */
    bool verbatim;
    /** A part of lone characters is left to the text. */
    bool skip_chars;
    /** Inside an OR: a term may weigh in documents that do not hold the part it is of. */
    bool any_of;
    /** Of a phrase that is the whole query all documents of its lead will do. */
    bool lead;
    /** A flag a term: it has a stream that weighs already; NULL: none weighs. */
    bool *weighed;
};

enum {
    /** So many postings are passed over in the time in which a text is read. */
    JW_POSTINGS_A_TEXT = 150
};

/**
 * @return whether the postings alone tell which documents satisfy the node.
 *         Where they do not, its stream has all that do, and perhaps more.
 */
bool jw_compile_decides(const struct jw_search_state *s, const struct jw_node *node,
                        bool verbatim);

/** @return the node's stream; NULL with c->status set when that fails. */
struct jw_stream *jw_compile(struct jw_compiler *b, const struct jw_node *node);

/** @return a bit a row: its article has a document of the node's stream. */
uint64_t *jw_compile_rows(struct jw_compiler *b, const struct jw_node *node);

#endif
