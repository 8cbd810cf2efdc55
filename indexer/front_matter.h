/*
 * front_matter.h - facts about an article that stand before its text, or in a
 * file beside it.
 *
 *     id: 2021-06-30/3
 *     title: 标题
 *     date: 2021-06-30
 *     ---
 *     text ...
 *
 * A line `---` may also stand before the first of them.  Keys: id, title,
 * date, source, section, page, author, url, in any case; others are passed over.
 * The colon may be a full-width one.
 */
#ifndef JW_INDEXER_FRONT_MATTER_H
#define JW_INDEXER_FRONT_MATTER_H

#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

/** Give article the fact called key.  @return false when there is no such key. */
bool jw_article_set_fact(struct jw_article *article, struct jw_str key,
                         struct jw_str value);

/**
 * Read front matter.  Text without it is left as it is.
 *
 * @param text        moved behind the front matter.
 * @param first_line  receives the number of the text's first line, from 1.
 */
void jw_front_matter_read(struct jw_str *text, struct jw_article *article,
                          uint32_t *first_line);

/**
 * Read the facts of a JSON object (FILE.json) into article.
 * @param arena  takes the values.
 */
JW_MUST_CHECK enum jw_status jw_front_matter_json(struct jw_str json,
                                                  struct jw_arena *arena,
                                                  struct jw_article *article,
                                                  struct jw_error *err);

#endif
