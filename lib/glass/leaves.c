#include "leaves.h"

#include <stdlib.h>
#include <string.h>

#include "pack.h"

/* The least document whose key is not before a separator, which may be cut short. */
static bool least_docid(struct jw_str key, uint32_t *docid)
{
    unsigned char whole[JW_PACK_SORT_MAX_BYTES] = {0};
    size_t n = 2;
    *docid = 0;
    if (key.n == 0) {
        return true;
    }
    if (key.n > sizeof whole) {
        return false;
    }
    memcpy(whole, key.p, key.n);
    for (unsigned bit = 0x80; whole[0] & bit; bit >>= 1) {
        n++; /* as many ones as bytes beyond two */
    }
    if (key.n > n || !jw_unpack_uint_sort(whole, n, docid)) {
        return false;
    }
    /* What is cut off may leave less than any number of this length is. */
    uint32_t least = jw_pack_uint_sort_least(n);
    *docid = *docid < least ? least : *docid;
    return true;
}

static enum jw_status add_leaf(struct jw_glass_leaves *l, size_t *cap, uint32_t first,
                               uint32_t block)
{
    void *at = l->at;
    enum jw_status status = jw_array_grow(&at, cap, l->n + 1, sizeof *l->at);
    l->at = at;
    if (status == JW_OK) {
        struct jw_glass_leaf_start start = {first, block};
        l->at[l->n++] = start;
    }
    return status;
}

static enum jw_status find_leaves(struct jw_glass_leaves *l,
                                  const struct jw_glass_table *t)
{
    struct jw_glass_branch b;
    size_t cap = 0;
    if (t->n_levels == 1) {
        return add_leaf(l, &cap, 0, t->root);
    }
    enum jw_status status = jw_glass_branch_first(t, &b);
    while (status == JW_OK) {
        uint32_t first = 0;
        if (!least_docid(b.key, &first) || (l->n && first < l->at[l->n - 1].first) ||
            l->n == t->n_blocks) {
            return JW_ECORRUPT;
        }
        status = add_leaf(l, &cap, first, b.child);
        status = status == JW_OK ? jw_glass_branch_next(t, &b) : status;
    }
    return status == JW_ENOTFOUND ? JW_OK : status;
}

enum jw_status jw_glass_leaves_make(struct jw_glass_leaves *l,
                                    const struct jw_glass_table *t)
{
    memset(l, 0, sizeof *l);
    enum jw_status status = find_leaves(l, t);
    if (status == JW_OK) {
        l->n_steps = l->at[l->n - 1].first / JW_GLASS_STEP_DOCS + 1;
        l->steps = calloc(l->n_steps, sizeof *l->steps);
        status = l->steps ? JW_OK : JW_ENOMEM;
    }
    size_t i = 0;
    for (size_t k = 0; k < l->n_steps && status == JW_OK; k++) {
        while (i + 1 < l->n && l->at[i + 1].first <= k * JW_GLASS_STEP_DOCS) {
            i++;
        }
        l->steps[k] = (uint32_t)i;
    }
    if (status != JW_OK) {
        jw_glass_leaves_release(l);
    }
    return status;
}

void jw_glass_leaves_release(struct jw_glass_leaves *l)
{
    free(l->at);
    free(l->steps);
    memset(l, 0, sizeof *l);
}
