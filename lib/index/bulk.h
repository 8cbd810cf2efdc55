/*
 * bulk.h - a base segment written in one go (glass.h), by several threads.
 *
 * A part is a stretch of articles that one thread prepares by itself: their
 * terms inverted, their records compressed.  Parts are appended in the order
 * of the input; only that, and the end, is done by one thread at a time.
 *
 *     thread 1   part A  [ add add add ... end ]      append A
 *     thread 2   part B  [ add add ... end ]                  append B
 *                                                                     finish
 */
#ifndef JW_INDEX_BULK_H
#define JW_INDEX_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/article.h"
#include "jianwen/index.h"
#include "jianwen/status.h"
#include "segment_writer.h"

struct jw_bulk;
struct jw_bulk_part;
struct jw_plain;
struct jw_text_form;

/**
 * @return whether the Xapian library at hand uses the format that can be
 *         written so; tried out in a folder below dir.
 */
bool jw_bulk_possible(const char *dir);

/**
 * Begin a base segment in the empty folder path.
 * @param memory_bytes  postings beyond this wait on disk until the end.
 */
JW_MUST_CHECK enum jw_status jw_bulk_open(const char *path, uint64_t memory_bytes,
                                          struct jw_bulk **out, struct jw_error *err);
void jw_bulk_close(struct jw_bulk *b);

JW_MUST_CHECK enum jw_status
jw_bulk_part_new(struct jw_bulk *b, struct jw_bulk_part **out, struct jw_error *err);
void jw_bulk_part_free(struct jw_bulk_part *part);

/**
 * Add an article to a part; any thread, one at a time for each part.
 * @param paragraphs  n of them; paragraphs[0] is the title, perhaps empty.
 */
JW_MUST_CHECK enum jw_status jw_bulk_part_add(struct jw_bulk_part *part,
                                              const struct jw_article *article,
                                              const struct jw_paragraph *paragraphs,
                                              size_t n, uint32_t date,
                                              struct jw_error *err);

/** Sort what was added; any thread.  Then nothing can be added before it is appended. */
JW_MUST_CHECK enum jw_status jw_bulk_part_sort(struct jw_bulk_part *part,
                                               struct jw_error *err);

/**
 * Make the form of the texts from these; while parts are filled and sorted, and before
 * any ends.
 * @param texts  n of them: a sample, in the order of the input.
 * @return JW_OK or JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_bulk_learn(struct jw_bulk *b, const struct jw_str *texts,
                                           size_t n);

/**
 * Sort what was added, if it is not, and pack its texts; any thread.  Where nothing was
 * learned, the first part to end gives the texts of all their form: none may end before
 * it has.
 */
JW_MUST_CHECK enum jw_status jw_bulk_part_end(struct jw_bulk_part *part,
                                              struct jw_error *err);

/**
 * Take a part over, behind those before it; the part can then be used again.
 * One thread at a time.
 */
JW_MUST_CHECK enum jw_status jw_bulk_append(struct jw_bulk *b, struct jw_bulk_part *part,
                                            struct jw_error *err);

/** The form of the texts, made from the sample when there is none yet; NULL: none, or
 *  memory ran out and *status says so. */
const struct jw_text_form *jw_bulk_form(struct jw_bulk *b, const struct jw_plain *sample,
                                        size_t n, enum jw_status *status);

/** Write the segment, synced.  b can then only be closed. */
JW_MUST_CHECK enum jw_status jw_bulk_finish(struct jw_bulk *b, struct jw_error *err);

#endif
