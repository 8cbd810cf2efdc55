/*
 * printed.h - the printed lines of an article's paragraphs, as stored.
 *
 *   for each paragraph whose row says so:
 *     number of lines
 *     for each line:
 *       bytes of the text << 3 | 4: before | 2: after | 1: irregular
 *       irregular:  lines since the one before - 1, bytes of the text since
 *                   the one before, 100 - percent
 *       before, after:  length, bytes
 *
 * A line is regular when it is the next one of the source, its text goes on
 * where that of the line before ended, and the join is not doubtful; so most
 * lines take two bytes.
 */
#ifndef JW_INDEX_PRINTED_H
#define JW_INDEX_PRINTED_H

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/buf.h"
#include "jianwen/status.h"

/** Append the lines of the paragraphs that have any. */
void jw_printed_encode(const struct jw_paragraph *paragraphs, size_t n,
                       struct jw_buf *out);

/**
 * Read the lines of paragraphs, whose n_lines says 0 or not 0 (from their rows).
 *
 * @param bytes  borrowed: before and after are slices of it.
 * @return JW_ECORRUPT when the bytes do not fit the paragraphs; JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_printed_decode(struct jw_str bytes,
                                               struct jw_arena *arena,
                                               struct jw_paragraph *paragraphs, size_t n);

#endif
