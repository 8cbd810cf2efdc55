/*
 * cursor_text.h - a cursor as text, and back.
 */
#ifndef JW_SEARCH_CURSOR_TEXT_H
#define JW_SEARCH_CURSOR_TEXT_H

#include "cursor.h"

/** @return the text in the arena; .p is NULL when memory runs out. */
struct jw_str jw_cursor_encode(const struct jw_cursor *c, struct jw_arena *arena);

/** @return JW_EINVAL when text is no cursor; JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_cursor_decode(struct jw_str text, struct jw_arena *arena,
                                              struct jw_cursor *out);

#endif
