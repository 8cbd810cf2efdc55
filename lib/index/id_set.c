#include "id_set.h"

#include <stdlib.h>

enum {
    FIRST_SLOTS = 1024
};

/* 64-bit FNV-1a; two of 10^7 ids meet with a chance of 3 in 10^6. */
static uint64_t hash_id(struct jw_str id)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < id.n; i++) {
        h = (h ^ (unsigned char)id.p[i]) * 0x100000001B3u;
    }
    return h ? h : 1;
}

static uint64_t *slot_of(uint64_t *slots, size_t n_slots, uint64_t hash)
{
    size_t i = hash & (n_slots - 1);
    while (slots[i] && slots[i] != hash) {
        i = (i + 1) & (n_slots - 1);
    }
    return &slots[i];
}

static enum jw_status grow(struct jw_id_set *set)
{
    size_t n = set->n_slots ? set->n_slots * 2 : FIRST_SLOTS;
    uint64_t *slots = calloc(n, sizeof *slots);
    if (!slots) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < set->n_slots; i++) {
        if (set->slots[i]) {
            *slot_of(slots, n, set->slots[i]) = set->slots[i];
        }
    }
    free(set->slots);
    set->slots = slots;
    set->n_slots = n;
    return JW_OK;
}

void jw_id_set_release(struct jw_id_set *set)
{
    free(set->slots);
    set->slots = NULL;
    set->n = 0;
    set->n_slots = 0;
}

bool jw_id_set_has(const struct jw_id_set *set, struct jw_str id)
{
    return set->n > 0 && *slot_of(set->slots, set->n_slots, hash_id(id)) != 0;
}

enum jw_status jw_id_set_add(struct jw_id_set *set, struct jw_str id)
{
    if (set->n * 2 >= set->n_slots && grow(set) != JW_OK) {
        return JW_ENOMEM;
    }
    uint64_t hash = hash_id(id);
    uint64_t *slot = slot_of(set->slots, set->n_slots, hash);
    if (*slot) {
        return JW_EINVAL;
    }
    *slot = hash;
    set->n++;
    return JW_OK;
}
