#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "btree.h"
#include "pack.h"

enum {
    LEVEL_AT = 4,
    DIR_END_AT = 9,
    DIR_START = 11,
    DIR_ENTRY = 2,
    ITEM_HEAD = 3,
    COMPONENT = 2,
    CHILD = 4,
    FLAG_COMPRESSED = 0x80,
    FLAG_LAST = 0x40,
    FLAG_FIRST = 0x20,
    /* Keys that are fetched at once, and parts of a leaf where it is looked at first. */
    FETCH_KEYS = 16,
    FETCH_PARTS = 8
};

enum jw_status jw_glass_table_open(struct jw_glass_table *t, const char *path,
                                   const struct jw_glass_root *root, struct jw_error *err)
{
    struct stat st;
    memset(t, 0, sizeof *t);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        enum jw_status status = jw_fail_errno(err, errno, "cannot open %s", path);
        if (fd >= 0) {
            (void)close(fd);
        }
        return status;
    }
    uint64_t n = st.st_size > 0 ? (uint64_t)st.st_size : 0;
    uint64_t n_blocks = n / JW_BTREE_BLOCK_BYTES;
    bool fits = root->block < n_blocks && n_blocks <= UINT32_MAX &&
                root->level < JW_GLASS_LEVELS_MAX;
    bool room = n <= SIZE_MAX;
    void *map =
        fits && room ? mmap(NULL, (size_t)n, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    int errnum = errno;
    (void)close(fd);
    if (!fits) {
        return jw_fail(err, JW_ECORRUPT,
                       "%s is damaged: it has %llu blocks, its root is %llu; build the "
                       "index anew with `jianwen-indexer build`",
                       path, (unsigned long long)n_blocks,
                       (unsigned long long)root->block);
    }
    if (map == MAP_FAILED && (!room || errnum == ENOMEM)) {
        return jw_fail(err, JW_ELIMIT, "there is no room to map %s", path);
    }
    if (map == MAP_FAILED) {
        return jw_fail_errno(err, errnum, "cannot map %s", path);
    }
    t->map = map;
    t->n_bytes = (size_t)n;
    t->n_blocks = (uint32_t)n_blocks;
    t->root = (uint32_t)root->block;
    t->n_levels = root->level + 1;
    return JW_OK;
}

enum jw_status jw_glass_table_fence(struct jw_glass_table *t)
{
    return t->n_levels > 1 ? jw_glass_fences_make(&t->fences, t) : JW_OK;
}

void jw_glass_table_close(struct jw_glass_table *t)
{
    jw_glass_fences_release(&t->fences);
    if (t->map) {
        /* The map is read-only; the call wants it without const. */
        (void)munmap((void *)(uintptr_t)t->map, t->n_bytes);
    }
    memset(t, 0, sizeof *t);
}

/* ---- blocks and items ---- */

static uint32_t n_items(const unsigned char *block)
{
    uint32_t end = jw_unpack_u16(block + DIR_END_AT);
    return end < DIR_START || end > JW_BTREE_BLOCK_BYTES ? 0
                                                         : (end - DIR_START) / DIR_ENTRY;
}

/* @return a block of that level, NULL when there is no such one. */
static const unsigned char *block_at(const struct jw_glass_table *t, uint64_t number,
                                     uint32_t level)
{
    if (number >= t->n_blocks) {
        return NULL;
    }
    const unsigned char *block = t->map + (size_t)number * JW_BTREE_BLOCK_BYTES;
    return block[LEVEL_AT] == level && n_items(block) > 0 ? block : NULL;
}

/* @return item i with at least n bytes of the block behind it; NULL. */
static const unsigned char *item_at(const unsigned char *block, uint32_t i, uint32_t n)
{
    uint32_t offset = jw_unpack_u16(block + DIR_START + (size_t)i * DIR_ENTRY);
    return offset >= DIR_START && offset + n <= JW_BTREE_BLOCK_BYTES ? block + offset
                                                                     : NULL;
}

static bool branch_key(const unsigned char *block, uint32_t i, struct jw_str *key,
                       uint32_t *component, uint32_t *child)
{
    const unsigned char *p = item_at(block, i, CHILD + 1 + COMPONENT);
    if (!p ||
        (size_t)(block + JW_BTREE_BLOCK_BYTES - p) < CHILD + 1u + p[CHILD] + COMPONENT) {
        return false;
    }
    *key = jw_str_of((const char *)p + CHILD + 1, p[CHILD]);
    *component = jw_unpack_u16(p + CHILD + 1 + p[CHILD]);
    *child = jw_unpack_u32(p);
    return true;
}

static bool leaf_item(const unsigned char *block, uint32_t i, struct jw_glass_item *out)
{
    const unsigned char *p = item_at(block, i, ITEM_HEAD);
    if (!p || (p[0] & FLAG_COMPRESSED)) {
        return false;
    }
    size_t size = (jw_unpack_u16(p) & 0x1FFFu) + ITEM_HEAD;
    bool first = (p[0] & FLAG_FIRST) != 0;
    size_t head = ITEM_HEAD + (size_t)p[2] + (first ? 0 : COMPONENT);
    if (size > (size_t)(block + JW_BTREE_BLOCK_BYTES - p) || head > size) {
        return false;
    }
    out->key = jw_str_of((const char *)p + ITEM_HEAD, p[2]);
    out->component = first ? 1 : jw_unpack_u16(p + ITEM_HEAD + p[2]);
    out->piece = jw_str_of((const char *)p + head, size - head);
    out->last = (p[0] & FLAG_LAST) != 0;
    return true;
}

/* @return whether item i stands behind component 1 of key; bad: it cannot be read. */
static bool behind(const unsigned char *block, uint32_t level, uint32_t i,
                   struct jw_str key, bool *bad)
{
    struct jw_str at = {NULL, 0};
    uint32_t component = 0;
    uint32_t child = 0;
    struct jw_glass_item item;
    if (level > 0) {
        *bad |= !branch_key(block, i, &at, &component, &child);
    } else if (leaf_item(block, i, &item)) {
        at = item.key;
        component = item.component;
    } else {
        *bad = true;
    }
    if (*bad) {
        return true;
    }
    int order = jw_str_cmp(at, key);
    return order > 0 || (order == 0 && component > 1);
}

/* @return the last item of a block that is not behind key; 0 when all are. */
static uint32_t search_block(const unsigned char *block, uint32_t level,
                             struct jw_str key, bool *bad)
{
    uint32_t low = 0;
    uint32_t high = n_items(block);
    while (high - low > 1 && !*bad) {
        uint32_t middle = (low + high) / 2;
        if (behind(block, level, middle, key, bad)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return low;
}

/* The document of item i; of no document: 0. */
static bool docid_at(const unsigned char *block, uint32_t i, uint32_t *docid)
{
    const unsigned char *p = item_at(block, i, ITEM_HEAD);
    *docid = 0;
    if (!p || p[2] > (size_t)(block + JW_BTREE_BLOCK_BYTES - p) - ITEM_HEAD) {
        return false;
    }
    return p[2] == 0 || jw_unpack_uint_sort(p + ITEM_HEAD, p[2], docid);
}

/* Where in a leaf of n items a document is likely to be. */
static uint32_t likely(const struct jw_glass_leaf *leaf, uint32_t n)
{
    uint32_t i = (uint32_t)((uint64_t)leaf->into * n / leaf->span);
    return i < n ? i : n - 1;
}

enum jw_status jw_glass_leaf_find(const struct jw_glass_table *t,
                                  const struct jw_glass_leaf *leaf, uint32_t docid,
                                  struct jw_glass_item *out, uint32_t *found)
{
    const unsigned char *block = block_at(t, leaf->block, 0);
    uint32_t n = block ? n_items(block) : 0;
    uint32_t i = n ? likely(leaf, n) : 0;
    uint32_t at = 0;
    /* Step by step from the likely place: items beside each other are in the cache. */
    bool good = n && docid_at(block, i, found);
    while (good && *found > docid) {
        if (i == 0) {
            return JW_ENOTFOUND;
        }
        good = docid_at(block, --i, found);
    }
    while (good && i + 1 < n) {
        good = docid_at(block, i + 1, &at);
        if (at > docid) {
            break;
        }
        *found = at;
        i++;
    }
    /* Of the same document's components the first. */
    while (good && i > 0 && docid_at(block, i - 1, &at) && at == *found) {
        i--;
    }
    return good && leaf_item(block, i, out) ? JW_OK : JW_ECORRUPT;
}

void jw_glass_table_prefetch(const struct jw_glass_table *t, uint32_t number)
{
    if (number < t->n_blocks) {
        JW_PREFETCH(t->map + (size_t)number * JW_BTREE_BLOCK_BYTES);
    }
}

void jw_glass_leaf_prefetch(const struct jw_glass_table *t,
                            const struct jw_glass_leaf *leaf)
{
    const unsigned char *block = block_at(t, leaf->block, 0);
    uint32_t n = block ? n_items(block) : 0;
    uint32_t guess = n ? likely(leaf, n) : 0;
    for (uint32_t i = guess ? guess - 1 : 0; i < n && i <= guess + 1; i++) {
        const unsigned char *p = item_at(block, i, ITEM_HEAD);
        if (p) {
            JW_PREFETCH(p);
        }
    }
}

/* Go down from the item at `level` to the first or last item below it of level to. */
static enum jw_status descend(const struct jw_glass_table *t, struct jw_glass_cursor *at,
                              uint32_t level, uint32_t to, bool last)
{
    while (level > to) {
        struct jw_str ignored;
        uint32_t component = 0;
        uint32_t child = 0;
        if (!branch_key(at->block[level], at->item[level], &ignored, &component,
                        &child)) {
            return JW_ECORRUPT;
        }
        level--;
        at->block[level] = block_at(t, child, level);
        if (!at->block[level]) {
            return JW_ECORRUPT;
        }
        at->item[level] = last ? n_items(at->block[level]) - 1 : 0;
    }
    return JW_OK;
}

static enum jw_status previous(const struct jw_glass_table *t, struct jw_glass_cursor *at)
{
    uint32_t level = 0;
    while (level < t->n_levels && at->item[level] == 0) {
        level++;
    }
    if (level == t->n_levels) {
        return JW_ECORRUPT; /* nothing stands before the item of the empty key */
    }
    at->item[level]--;
    return descend(t, at, level, 0, true);
}

/* Fetch part of a leaf's directory, or the key there: a search looks there first. */
static void fetch_middle(const unsigned char *block, uint32_t part, bool key)
{
    uint32_t i = n_items(block) * part / FETCH_PARTS;
    const unsigned char *item = key ? item_at(block, i, ITEM_HEAD) : NULL;
    JW_PREFETCH(item ? item : block + DIR_START + (size_t)i * DIR_ENTRY);
}

static void fetch_middles(const unsigned char *block, bool keys)
{
    for (uint32_t part = 1; part < FETCH_PARTS; part++) {
        fetch_middle(block, part, keys);
    }
}

void jw_glass_table_fetch_keys(const struct jw_glass_table *t, const struct jw_str *keys,
                               size_t n)
{
    const unsigned char *blocks[FETCH_KEYS];
    uint32_t leaves[FETCH_KEYS];
    n = n < FETCH_KEYS ? n : FETCH_KEYS;
    n = t->fences.n ? n : 0;
    for (size_t i = 0; i < n; i++) {
        struct jw_glass_cursor ignored;
        leaves[i] = jw_glass_fences_find(&t->fences, keys[i], &ignored);
        jw_glass_table_prefetch(t, leaves[i]);
    }
    for (size_t i = 0; i < n; i++) {
        blocks[i] = block_at(t, leaves[i], 0);
        if (!blocks[i]) {
            return; /* damaged: who looks for the key is told */
        }
        fetch_middles(blocks[i], false);
    }
    for (size_t i = 0; i < n; i++) {
        fetch_middles(blocks[i], true);
    }
}

enum jw_status jw_glass_table_find(const struct jw_glass_table *t, struct jw_str key,
                                   struct jw_glass_cursor *at)
{
    uint32_t number = t->root;
    uint32_t level = t->n_levels - 1;
    struct jw_str ignored;
    uint32_t component = 0;
    if (t->fences.n) {
        number = jw_glass_fences_find(&t->fences, key, at);
        level = 0;
    }
    for (;; level--) {
        const unsigned char *block = block_at(t, number, level);
        bool bad = false;
        if (!block) {
            return JW_ECORRUPT;
        }
        /* A branch's first key is empty: never behind. */
        uint32_t low = search_block(block, level, key, &bad);
        at->block[level] = block;
        at->item[level] = low;
        if (bad) {
            return JW_ECORRUPT;
        }
        if (level == 0 && low == 0 && behind(block, 0, 0, key, &bad)) {
            /* Behind the separator, and before what begins there. */
            return bad ? JW_ECORRUPT : previous(t, at);
        }
        if (level == 0) {
            return JW_OK;
        }
        if (!branch_key(block, low, &ignored, &component, &number)) {
            return JW_ECORRUPT;
        }
    }
}

enum jw_status jw_glass_table_item(const struct jw_glass_cursor *at,
                                   struct jw_glass_item *out)
{
    return leaf_item(at->block[0], at->item[0], out) ? JW_OK : JW_ECORRUPT;
}

/* Go to the next item of a level. */
static enum jw_status next_at(const struct jw_glass_table *t, struct jw_glass_cursor *at,
                              uint32_t of)
{
    uint32_t level = of;
    while (level < t->n_levels && at->item[level] + 1 >= n_items(at->block[level])) {
        level++;
    }
    if (level == t->n_levels) {
        return JW_ENOTFOUND;
    }
    at->item[level]++;
    return descend(t, at, level, of, false);
}

enum jw_status jw_glass_table_next(const struct jw_glass_table *t,
                                   struct jw_glass_cursor *at)
{
    struct jw_glass_item before;
    struct jw_glass_item item;
    const unsigned char *leaf = at->block[0];
    enum jw_status status = next_at(t, at, 0);
    if (status != JW_OK || at->item[0] != 0) {
        return status;
    }
    /* Leaves ascend: so a walk comes to an end, wherever damaged branches lead. */
    if (!leaf_item(leaf, 0, &before) || !leaf_item(at->block[0], 0, &item)) {
        return JW_ECORRUPT;
    }
    int order = jw_str_cmp(before.key, item.key);
    bool ascends = order < 0 || (order == 0 && before.component < item.component);
    return ascends ? JW_OK : JW_ECORRUPT;
}

static enum jw_status read_branch(const struct jw_glass_table *t,
                                  struct jw_glass_branch *b)
{
    struct jw_str ignored;
    uint32_t component = 0;
    uint32_t other = 0;
    uint32_t level = 1;
    bool good =
        branch_key(b->at.block[1], b->at.item[1], &ignored, &component, &b->child);
    /* A block's first key is not kept in it but in the one above. */
    while (level < t->n_levels && b->at.item[level] == 0) {
        level++;
    }
    b->key = jw_str_of(NULL, 0);
    b->component = 1;
    if (level < t->n_levels) {
        good = good && branch_key(b->at.block[level], b->at.item[level], &b->key,
                                  &b->component, &other);
    }
    return good ? JW_OK : JW_ECORRUPT;
}

enum jw_status jw_glass_branch_first(const struct jw_glass_table *t,
                                     struct jw_glass_branch *out)
{
    uint32_t top = t->n_levels - 1;
    out->at.block[top] = block_at(t, t->root, top);
    out->at.item[top] = 0;
    if (!out->at.block[top]) {
        return JW_ECORRUPT;
    }
    enum jw_status status = descend(t, &out->at, top, 1, false);
    return status == JW_OK ? read_branch(t, out) : status;
}

enum jw_status jw_glass_branch_next(const struct jw_glass_table *t,
                                    struct jw_glass_branch *b)
{
    enum jw_status status = next_at(t, &b->at, 1);
    return status == JW_OK ? read_branch(t, b) : status;
}

enum jw_status jw_glass_table_tag(const struct jw_glass_table *t,
                                  struct jw_glass_cursor *at, struct jw_buf *scratch,
                                  struct jw_str *tag)
{
    struct jw_glass_item item;
    enum jw_status status = jw_glass_table_item(at, &item);
    if (status != JW_OK || item.component != 1) {
        return JW_ECORRUPT;
    }
    *tag = item.piece;
    if (item.last) {
        return JW_OK;
    }
    struct jw_str key = item.key;
    jw_buf_clear(scratch);
    jw_buf_add_str(scratch, item.piece);
    for (uint32_t component = 2; status == JW_OK && !item.last; component++) {
        status = jw_glass_table_next(t, at);
        status = status == JW_OK ? jw_glass_table_item(at, &item) : JW_ECORRUPT;
        if (status == JW_OK &&
            (item.component != component || !jw_str_eq(item.key, key))) {
            status = JW_ECORRUPT;
        }
        if (status == JW_OK) {
            jw_buf_add_str(scratch, item.piece);
        }
    }
    *tag = jw_buf_str(scratch);
    return status == JW_OK ? jw_buf_status(scratch) : status;
}
