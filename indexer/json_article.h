/*
 * json_article.h - an article as a JSON object, the import format:
 * {"id","title","date","source","section","page","author","url",
 *  "paragraphs":["..." or {"text","role"}, ...] or "text":"..."}
 * With "paragraphs" goes "printed", where they were printed (json_layout.h).
 */
#ifndef JW_INDEXER_JSON_ARTICLE_H
#define JW_INDEXER_JSON_ARTICLE_H

#include <cjson/cJSON.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

/**
 * Parse a text that must be one JSON object and nothing else.
 *
 * @param out  the caller's, for cJSON_Delete(); NULL on failure.
 * @return JW_EINVAL with a message that says what is wrong, also when a string holds
 *         a NUL, where cJSON would cut it short.
 */
JW_MUST_CHECK enum jw_status jw_json_object(struct jw_str json, cJSON **out,
                                            struct jw_error *err);

/** Read the facts; strings and numbers are taken, null counts as absent. */
JW_MUST_CHECK enum jw_status jw_json_facts(const cJSON *object, struct jw_arena *arena,
                                           struct jw_article *article,
                                           struct jw_error *err);

/**
 * Read a whole article from one line.
 *
 * @param text  receives "text" when the article has no "paragraphs"; else empty.
 * @return JW_EINVAL with a message that says what is wrong; JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_json_article(struct jw_str line, struct jw_arena *arena,
                                             struct jw_article *article,
                                             struct jw_str *text, struct jw_error *err);

#endif
