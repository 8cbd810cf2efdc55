/*
 * id_set.h - the ids that one writer was given, as hashes.
 */
#ifndef JW_INDEX_ID_SET_H
#define JW_INDEX_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/status.h"
#include "jianwen/str.h"

/** All zero is empty. */
struct jw_id_set {
    /** 64-bit hashes, open addressing; 0 is free. */
    uint64_t *slots;
    size_t n;
    size_t n_slots;
};

void jw_id_set_release(struct jw_id_set *set);

bool jw_id_set_has(const struct jw_id_set *set, struct jw_str id);

/** Add an id.  @return JW_EINVAL when it is in the set already; JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_id_set_add(struct jw_id_set *set, struct jw_str id);

#endif
