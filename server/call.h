/*
 * call.h - a request understood: its route and its checked parameters.
 */
#ifndef JW_SERVER_CALL_H
#define JW_SERVER_CALL_H

#include "access.h"
#include "jianwen/buf.h"
#include "jianwen/search.h"
#include "jianwen/tokenizer.h"
#include "request.h"

struct jw_route;

struct jw_call {
    const struct jw_route *route;
    const struct jw_request *request;
    /** Who asks. */
    struct jw_client client;
    /** Longest query, in code points. */
    uint64_t query_chars;
    /** /v1/search and the page; q also for an article. */
    struct jw_search_request search;
    /** /v1/articles/{id}; printed: as lines, not as paragraphs. */
    struct jw_str id;
    bool printed;
    /** /v1/analyze */
    struct jw_str text;
    enum jw_token_mode mode;
    /** Whether the client takes gzip. */
    bool gzip;
    /** Whether the answer may wait for a less busy moment. */
    bool costly;
    /** The request in its one canonical form: route and parameters. */
    struct jw_buf canonical;
    /** What the slices above point into. */
    struct jw_buf text_memory;
};

/** Make room for one call after another; takes no memory yet. */
void jw_call_init(struct jw_call *call);
void jw_call_release(struct jw_call *call);

/** Forget the last request; keeps the memory. */
void jw_call_clear(struct jw_call *call);

/** Append the parameters of a search that differ from the defaults, as a query part;
 *  offset and cursor take the place of the search's own. */
void jw_call_search_query(const struct jw_search_request *search, uint32_t offset,
                          struct jw_str cursor, struct jw_buf *out);

#endif
