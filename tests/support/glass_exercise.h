/*
 * glass_exercise.h - a small glass database in memory, to be damaged, and all that can
 * be asked of it.
 *
 * Each table is an allocation of its own, so that AddressSanitizer sees a read beside
 * it, which in a map of pages it would not.
 */
#ifndef JW_TESTS_GLASS_EXERCISE_H
#define JW_TESTS_GLASS_EXERCISE_H

#include <stdbool.h>
#include <stddef.h>

#include "random.h"
#include "reader.h"

enum {
    JW_GLASS_TABLES = 2
};

struct jw_glass_copy {
    struct jw_glass_reader reader;
    /** postlist.glass, docdata.glass. */
    unsigned char *bytes[JW_GLASS_TABLES];
    size_t n_bytes[JW_GLASS_TABLES];
};

/** Load the database in dir.  @return false when it cannot be. */
bool jw_glass_copy_load(struct jw_glass_copy *c, const char *dir);
void jw_glass_copy_release(struct jw_glass_copy *c);

/**
 * Read the present bytes by all functions there are.
 * @return NULL, or what is wrong with the answers: they may be anything, but
 *         documents ascend to the last one, walks end, and a failure is damage.
 */
const char *jw_glass_copy_exercise(struct jw_glass_copy *c, struct jw_random *r);

/** The same of a reader that has been opened. */
const char *jw_glass_exercise(const struct jw_glass_reader *reader, struct jw_random *r);

#endif
