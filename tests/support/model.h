/*
 * model.h - what an index should hold, by the simplest means, and how it is
 * compared with what it does hold.
 */
#ifndef JW_TESTS_MODEL_H
#define JW_TESTS_MODEL_H

#include <stddef.h>

#include "jianwen/article.h"
#include "jianwen/index.h"

enum {
    JW_MODEL_MAX = 512
};

/** The present articles; borrowed. */
struct jw_model {
    const struct jw_article *at[JW_MODEL_MAX];
    size_t n;
};

/** Add, or replace the one with its id. */
void jw_model_put(struct jw_model *m, const struct jw_article *article);

/** @return false when there is none with this id. */
bool jw_model_delete(struct jw_model *m, struct jw_str id);

/**
 * Check that the index in dir holds these articles and no others: found by
 * id, read whole, counted.  With exact also the document frequencies of terms
 * and characters have to be those of an index that is built anew, which takes
 * that no article of a base is dead.
 */
void jw_model_check(const struct jw_model *m, const char *dir, bool exact);

/** Check one article as the index stores it. */
void jw_model_check_article(const struct jw_article *want, struct jw_reader *r);

#endif
