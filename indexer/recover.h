/*
 * recover.h - paragraph recovery for an article at hand.
 */
#ifndef JW_INDEXER_RECOVER_H
#define JW_INDEXER_RECOVER_H

#include "ingest.h"
#include "paragraph/paragraph.h"

/**
 * Give article the paragraphs of text, and a title when it has none.
 *
 * @param first_line  the number of the text's first line.
 * @param doubles     receives the display lines that stood twice; may be NULL.
 */
JW_MUST_CHECK enum jw_status jw_recover_article(struct jw_str text, uint32_t first_line,
                                                struct jw_arena *arena,
                                                struct jw_article *article,
                                                size_t *doubles, struct jw_error *err);

#endif
