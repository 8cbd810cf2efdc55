/*
 * printed.h - the lines of an article as they stood on the page.
 */
#ifndef JW_SEARCH_PRINTED_H
#define JW_SEARCH_PRINTED_H

#include "jianwen/arena.h"
#include "jianwen/search.h"

/**
 * The lines of an article whose paragraphs are all shown, in order of number.
 * @param hit  its article's lines were read (jw_stored_lines()).
 */
JW_MUST_CHECK enum jw_status jw_print_article(const struct jw_hit *hit,
                                              struct jw_arena *arena,
                                              const struct jw_hit_line **out,
                                              size_t *n_out);

#endif
