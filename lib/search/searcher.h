/*
 * searcher.h - what a searcher keeps from call to call; shared by the files
 * that answer one kind of call each.
 */
#ifndef JW_SEARCH_SEARCHER_H
#define JW_SEARCH_SEARCHER_H

#include "jianwen/arena.h"
#include "jianwen/normalize.h"
#include "jianwen/related.h"
#include "jianwen/search.h"
#include "jianwen/suggest.h"
#include "match.h"

struct jw_searcher {
    struct jw_reader *reader;
    struct jw_arena arena;
    struct jw_arena scratch;
    struct jw_units units;
    struct jw_candidates candidates;
    struct jw_candidates others;
    struct jw_search_result result;
    struct jw_suggest_result suggested;
    struct jw_related_result related;
    struct jw_hit article_hit;
};

/** Forget the last answer. */
void jw_searcher_begin(struct jw_searcher *s);

/** Count the hits of another query inside a search that is done with its lists. */
JW_MUST_CHECK enum jw_status jw_searcher_count(struct jw_searcher *s,
                                               const struct jw_search_request *request,
                                               struct jw_search_state *within,
                                               struct jw_total *total);

#endif
