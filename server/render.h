/*
 * render.h - results of the search library as JSON, in the shape of docs/api.md.
 */
#ifndef JW_SERVER_RENDER_H
#define JW_SERVER_RENDER_H

#include "jianwen/buf.h"
#include "jianwen/related.h"
#include "jianwen/search.h"
#include "jianwen/suggest.h"

/**
 * Append a page of hits.
 *
 * @param scratch  cleared and filled at will.
 */
void jw_render_search(const struct jw_search_request *request,
                      const struct jw_search_result *result, struct jw_buf *scratch,
                      struct jw_buf *out);

struct jw_printed;

/**
 * Append one article with all its paragraphs.
 * @param printed  its lines, shown instead of the paragraphs; or NULL.
 */
void jw_render_article(const struct jw_hit *hit, const struct jw_printed *printed,
                       uint64_t revision, struct jw_buf *scratch, struct jw_buf *out);

/** Append suggestions.  @param q  as typed. */
void jw_render_suggest(struct jw_str q, const struct jw_suggest_result *result,
                       struct jw_buf *scratch, struct jw_buf *out);

/** Append what is related to article id. */
void jw_render_related(struct jw_str id, const struct jw_related_result *result,
                       struct jw_buf *out);

/** @return url when it is http or https and holds no control character, else nothing. */
struct jw_str jw_safe_url(struct jw_str url);

#endif
