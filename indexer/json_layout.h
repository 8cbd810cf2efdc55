/*
 * json_layout.h - where an article was printed, as its JSON member "printed": a list
 * with an element for the title and one for each of "paragraphs", null or
 *
 *   {"line_start": 3, "line_end": 5,
 *    "lines": [[3, 0, 30, "", "", 100], ...],
 *             line of the source, which bytes of the text stood on it (start, end),
 *             what else stood before and behind them, how sure the join to the line
 *             before is in percent
 *    "next": {"n": 7, "likely": 23, "space": false}}
 *             index in the list of the one that may go on with this one
 *             (jw_paragraph.next)
 *
 * `export` writes it and `import` takes it back.
 */
#ifndef JW_INDEXER_JSON_LAYOUT_H
#define JW_INDEXER_JSON_LAYOUT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/status.h"

/**
 * Add "printed" to the object of an article whose first paragraph is its title.
 * @return false when memory runs out.
 */
bool jw_json_put_layout(cJSON *object, const struct jw_article *article);

/**
 * Read "printed" for paragraphs that were read before.
 *
 * What does not fit the text is left out: a paragraph is as good without.
 * @param arena       takes the lines.
 * @param paragraphs  n elements, and room for one more.
 * @param n           one more when the title, which goes to the end, has lines.
 * @return JW_OK or JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_json_take_layout(const cJSON *object, struct jw_str title,
                                                 struct jw_arena *arena,
                                                 struct jw_paragraph *paragraphs,
                                                 size_t *n);

#endif
