/*
 * small_index.h - indexes of a few short articles, written and looked at in a
 * line each.  What fails is reported as a failed check.
 */
#ifndef JW_TESTS_SMALL_INDEX_H
#define JW_TESTS_SMALL_INDEX_H

#include <stdbool.h>

#include "jianwen/article.h"
#include "jianwen/index.h"

/** A writer on the index in dir; the caller commits or closes it. */
struct jw_index_writer *jw_small_writer(const char *dir, enum jw_index_write_mode mode);

/** A reader of the index in dir; the caller closes it. */
struct jw_reader *jw_small_reader(const char *dir);

bool jw_small_has(struct jw_reader *r, const char *id);

bool jw_small_index_has(const char *dir, const char *id);

/** An article of one paragraph; good until eight more have been made. */
struct jw_article jw_small_article(const char *id, const char *text);

void jw_small_put(struct jw_index_writer *w, const char *id, const char *text);

/** Commit, and close the writer. */
void jw_small_commit(struct jw_index_writer *w);

/** A base with article "one", a delta with article "two". */
void jw_small_build_two(const char *dir);

#endif
