/*
 * store.h - which state of the index is served at present.
 *
 * One thread calls jw_store_check() a few times a second; it opens the index
 * when it appears and again whenever it has moved on.  Others take the
 * present state and hold it as long as they read it.
 */
#ifndef JW_SERVER_STORE_H
#define JW_SERVER_STORE_H

#include <stdint.h>

#include "jianwen/index.h"
#include "jianwen/status.h"
#include "problem.h"

struct jw_store;

/** @param dir  copied.  @param changed  called after each new state; may be NULL. */
JW_MUST_CHECK enum jw_status jw_store_new(const char *dir, void (*changed)(void *arg),
                                          void *arg, struct jw_store **out);
void jw_store_free(struct jw_store *s);

/** Look whether the index has moved on, and follow it; one stat(2) mostly. */
void jw_store_check(struct jw_store *s);

/**
 * Open the index anew although nothing looks changed: a reader has found the
 * state of this generation stale.
 */
void jw_store_reload(struct jw_store *s, uint64_t generation);

/** Counts the states opened so far: a cheap "did it change?". */
uint64_t jw_store_generation(const struct jw_store *s);

/**
 * The present state.
 *
 * @param out      receives a reference for jw_index_unref(), or NULL.
 * @param problem  says why there is none.
 * @return the generation that belongs to it; 0 when there is none.
 */
uint64_t jw_store_take(struct jw_store *s, struct jw_index **out,
                       struct jw_problem *problem);

/** jw_store_state_of() of the present state; 0 while there is no index. */
uint64_t jw_store_state(const struct jw_store *s);

/**
 * A number that another content of the index does not have: a hash of its
 * revision, counts and segments, never 0.  Revisions alone may repeat when a
 * folder is removed and built anew.
 */
uint64_t jw_store_state_of(const struct jw_index *index);

/** The present index' revision, 0 when there is none. */
uint64_t jw_store_revision(const struct jw_store *s);

#endif
