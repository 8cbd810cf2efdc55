/*
 * related.h - articles that are about the same as one article.
 */
#ifndef JIANWEN_RELATED_H
#define JIANWEN_RELATED_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/search.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

enum {
    JW_RELATED_MAX_LIMIT = 50
};

struct jw_related_request {
    struct jw_str id;
    /** Most articles wanted. */
    uint32_t limit;
    /** Time budget in microseconds, 0 for none. */
    int64_t budget_us;
};

struct jw_related {
    /** Facts and text. */
    const struct jw_article *article;
    /** BM25 of its text for the terms that the article is about. */
    double score;
};

struct jw_related_result {
    uint64_t revision;
    /** Other stories, the best first. */
    const struct jw_related *at;
    size_t n;
    /** Prints of the article's own story, the best first. */
    const struct jw_article *const *also_in;
    size_t n_also_in;
    /** What it is about: the terms that were looked for, the weightiest first. */
    const struct jw_str *terms;
    size_t n_terms;
    /** The time budget was spent: these were found by then. */
    bool partial;
};

/**
 * Find what is related to an article.
 * @param out  lives until the searcher's next call or its end.
 * @return as jw_search_article().
 */
JW_MUST_CHECK enum jw_status jw_search_related(struct jw_searcher *s,
                                               const struct jw_related_request *request,
                                               const struct jw_related_result **out,
                                               struct jw_error *err) JW_NOEXCEPT;

JW_END_DECLS

#endif
