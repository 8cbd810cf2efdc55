#include "fences.h"

#include <stdlib.h>
#include <string.h>

#include "table.h"

enum {
    PREFIX_BYTES = 8
};

static uint64_t prefix_of(struct jw_str key)
{
    uint64_t v = 0;
    size_t n = key.n < PREFIX_BYTES ? key.n : PREFIX_BYTES;
    for (size_t i = 0; i < n; i++) {
        v |= (uint64_t)(unsigned char)key.p[i] << (8 * (PREFIX_BYTES - 1 - i));
    }
    return v;
}

static enum jw_status add_above(struct jw_glass_fences *f, size_t *cap,
                                const struct jw_glass_branch *b)
{
    if (f->n_above && f->above[f->n_above - 1].block[1] == b->at.block[1]) {
        return JW_OK;
    }
    void *above = f->above;
    enum jw_status status = jw_array_grow(&above, cap, f->n_above + 1, sizeof *f->above);
    f->above = above;
    if (status == JW_OK) {
        f->above[f->n_above++] = b->at;
    }
    return status;
}

/* Room in both arrays is the same. */
static enum jw_status grow(struct jw_glass_fences *f, size_t *cap)
{
    size_t old = *cap;
    void *prefixes = f->prefixes;
    void *at = f->at;
    enum jw_status status = jw_array_grow(&prefixes, &old, f->n + 1, sizeof *f->prefixes);
    f->prefixes = prefixes;
    if (status == JW_OK) {
        status = jw_array_grow(&at, cap, f->n + 1, sizeof *f->at);
        f->at = at;
    }
    return status;
}

static enum jw_status add_fence(struct jw_glass_fences *f, size_t *cap,
                                const struct jw_glass_branch *b)
{
    uint64_t prefix = prefix_of(b->key);
    enum jw_status status = grow(f, cap);
    if (status != JW_OK) {
        return status;
    }
    if (f->n && f->prefixes[f->n - 1] > prefix) {
        return JW_ECORRUPT;
    }
    struct jw_glass_fence fence = {b->key, b->component, (uint32_t)f->n_above - 1,
                                   b->at.item[1], b->child};
    f->prefixes[f->n] = prefix;
    f->at[f->n++] = fence;
    return JW_OK;
}

enum jw_status jw_glass_fences_make(struct jw_glass_fences *f,
                                    const struct jw_glass_table *t)
{
    struct jw_glass_branch b;
    size_t cap = 0;
    size_t cap_above = 0;
    memset(f, 0, sizeof *f);
    enum jw_status status = jw_glass_branch_first(t, &b);
    while (status == JW_OK) {
        status = f->n < t->n_blocks ? add_above(f, &cap_above, &b) : JW_ECORRUPT;
        status = status == JW_OK ? add_fence(f, &cap, &b) : status;
        status = status == JW_OK ? jw_glass_branch_next(t, &b) : status;
    }
    if (status != JW_ENOTFOUND) {
        jw_glass_fences_release(f);
    }
    return status == JW_ENOTFOUND ? JW_OK : status;
}

void jw_glass_fences_release(struct jw_glass_fences *f)
{
    free(f->prefixes);
    free(f->at);
    free(f->above);
    memset(f, 0, sizeof *f);
}

static bool behind(const struct jw_glass_fences *f, size_t i, struct jw_str key,
                   uint64_t prefix)
{
    if (f->prefixes[i] != prefix) {
        return f->prefixes[i] > prefix;
    }
    int order = jw_str_cmp(f->at[i].key, key);
    return order > 0 || (order == 0 && f->at[i].component > 1);
}

uint32_t jw_glass_fences_find(const struct jw_glass_fences *f, struct jw_str key,
                              struct jw_glass_cursor *at)
{
    uint64_t prefix = prefix_of(key);
    size_t i = 0; /* the first fence is the empty key: never behind */
    for (size_t n = f->n; n > 1;) {
        size_t half = n / 2;
        i += behind(f, i + half, key, prefix) ? 0 : half;
        n -= half;
    }
    *at = f->above[f->at[i].above];
    at->item[1] = f->at[i].item;
    return f->at[i].block;
}
