/*
 * A block, numbers big-endian:
 *
 *     0   4  revision          5   2  largest run of free bytes
 *     4   1  level             7   2  free bytes in all
 *                              9   2  end of the directory
 *     11     directory: 2 bytes an item, its offset; items grow down from
 *            the block's end
 *
 * A leaf item: 2 bytes length (without itself and the key's length byte; the
 * top bits say compressed, last, first component), 1 byte length of the key,
 * the key, 2 bytes component number unless it is the first, the tag's bytes.
 * A branch item: 4 bytes child block, 1 byte length of the key, the key, 2
 * bytes component number.
 */
#include "btree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pack.h"

enum {
    DIR_START = 11,
    DIR_ENTRY = 2,
    ITEM_HEAD = 3,
    COMPONENT = 2,
    CHILD = 4,
    /* A block holds at least four items, so that a tree stays a tree. */
    ITEMS_A_BLOCK = 4,
    ITEM_MAX =
        (JW_BTREE_BLOCK_BYTES - DIR_START - ITEMS_A_BLOCK * DIR_ENTRY) / ITEMS_A_BLOCK,
    FLAG_LAST = 0x40,
    FLAG_FIRST = 0x20,
    /* They are counted in 16 bits; the first may be short. */
    COMPONENTS_MAX = 0xFFFF - 1,
    /* A first piece smaller than this is not worth its item. */
    PIECE_MIN = 32,
    REVISION = 1
};

static void fail(struct jw_btree *t, enum jw_status status, int errnum)
{
    if (t->status == JW_OK) {
        t->status = status;
        t->errnum = errnum;
    }
}

static uint32_t room_in(const struct jw_btree_level *l)
{
    return l->items_start - l->dir_end;
}

/* Make place for an item of n bytes.  @return where it goes. */
static unsigned char *place(struct jw_btree_level *l, uint32_t n)
{
    l->items_start -= n;
    (void)jw_pack_u16(l->block + l->dir_end, l->items_start);
    l->dir_end += DIR_ENTRY;
    return l->block + l->items_start;
}

static void start_block(struct jw_btree *t, size_t level)
{
    struct jw_btree_level *l = t->levels[level];
    memset(l->block, 0, sizeof l->block);
    l->number = t->n_blocks++;
    l->dir_end = DIR_START;
    l->items_start = JW_BTREE_BLOCK_BYTES;
}

static bool add_level(struct jw_btree *t)
{
    if (t->n_levels == JW_BTREE_LEVELS) {
        fail(t, JW_ELIMIT, 0);
        return false;
    }
    t->levels[t->n_levels] = malloc(sizeof *t->levels[0]);
    if (!t->levels[t->n_levels]) {
        fail(t, JW_ENOMEM, ENOMEM);
        return false;
    }
    t->n_levels++;
    start_block(t, t->n_levels - 1);
    return true;
}

static void write_at(struct jw_btree *t, uint32_t block, const unsigned char *bytes,
                     size_t n)
{
    off_t start = (off_t)block * JW_BTREE_BLOCK_BYTES;
    for (size_t done = 0; t->status == JW_OK && done < n;) {
        ssize_t now = pwrite(t->fd, bytes + done, n - done, start + (off_t)done);
        if (now < 0 && errno != EINTR) {
            fail(t, JW_EIO, errno);
        }
        done += now > 0 ? (size_t)now : 0;
    }
}

/* Write the window's first n blocks.  What is there of those that are not full yet is
 * of no use, and written over when they are. */
static void write_window(struct jw_btree *t, uint32_t n)
{
    write_at(t, t->window_first, t->window, (size_t)n * JW_BTREE_BLOCK_BYTES);
}

/* Put a block into the window, which goes on to where that is; of one that lies behind,
 * a branch, the place is written by itself. */
static void keep(struct jw_btree *t, const struct jw_btree_level *l)
{
    if (l->number < t->window_first) {
        write_at(t, l->number, l->block, sizeof l->block);
        return;
    }
    while (l->number - t->window_first >= JW_BTREE_WINDOW_BLOCKS) {
        write_window(t, JW_BTREE_WINDOW_BLOCKS);
        t->window_first += JW_BTREE_WINDOW_BLOCKS;
    }
    size_t at = l->number - t->window_first;
    memcpy(t->window + at * JW_BTREE_BLOCK_BYTES, l->block, sizeof l->block);
}

static void write_block(struct jw_btree *t, size_t level)
{
    struct jw_btree_level *l = t->levels[level];
    uint32_t room = room_in(l);
    unsigned char *p = jw_pack_u32(l->block, REVISION);
    *p++ = (unsigned char)level;
    p = jw_pack_u16(p, room);
    p = jw_pack_u16(p, room);
    (void)jw_pack_u16(p, l->dir_end);
    keep(t, l);
}

static void put_branch(struct jw_btree_level *l, struct jw_str key, uint32_t component,
                       uint32_t child)
{
    uint32_t n = CHILD + 1 + (uint32_t)key.n + COMPONENT;
    unsigned char *p = jw_pack_u32(place(l, n), child);
    *p++ = (unsigned char)key.n;
    if (key.n) {
        memcpy(p, key.p, key.n);
    }
    (void)jw_pack_u16(p + key.n, component);
}

/* Tell the level above that block `right` begins with key. */
static void add_separator(struct jw_btree *t, size_t level, struct jw_str key,
                          uint32_t component, uint32_t left, uint32_t right)
{
    const struct jw_str nothing = {NULL, 0};
    while (t->status == JW_OK) {
        if (level == t->n_levels) {
            if (!add_level(t)) {
                return;
            }
            put_branch(t->levels[level], nothing, 0, left);
        }
        struct jw_btree_level *l = t->levels[level];
        if (room_in(l) >= CHILD + 1 + key.n + COMPONENT + DIR_ENTRY) {
            put_branch(l, key, component, right);
            return;
        }
        /* Full: its successor begins with `right`, and so does the key above. */
        write_block(t, level);
        left = l->number;
        start_block(t, level);
        put_branch(l, nothing, 0, right);
        right = l->number;
        level++;
    }
}

/* The shortest start of key that is above the last key. */
static struct jw_str separator_of(const struct jw_btree *t, struct jw_str key)
{
    size_t n = 0;
    while (n < key.n && n < t->last_key_n && (unsigned char)key.p[n] == t->last_key[n]) {
        n++;
    }
    return jw_str_of(key.p, n < key.n ? n + 1 : n);
}

/* One component of an entry: the n bytes of its tag at bytes. */
static void put_leaf(struct jw_btree *t, struct jw_str key, uint32_t component, bool last,
                     const char *bytes, size_t n)
{
    struct jw_btree_level *l = t->levels[0];
    uint32_t head = ITEM_HEAD + (uint32_t)key.n + (component > 1 ? COMPONENT : 0);
    uint32_t size = head + (uint32_t)n;
    if (room_in(l) < size + DIR_ENTRY) {
        uint32_t left = l->number;
        write_block(t, 0);
        start_block(t, 0);
        add_separator(t, 1, separator_of(t, key), component, left, l->number);
    }
    unsigned char *p = place(l, size);
    (void)jw_pack_u16(p, size - ITEM_HEAD);
    p[0] |= (unsigned char)((last ? FLAG_LAST : 0) | (component == 1 ? FLAG_FIRST : 0));
    p[2] = (unsigned char)key.n;
    memcpy(p + ITEM_HEAD, key.p, key.n);
    if (component > 1) {
        (void)jw_pack_u16(p + ITEM_HEAD + key.n, component);
    }
    if (n && bytes) {
        memcpy(p + head, bytes, n);
    }
    memcpy(t->last_key, key.p, key.n);
    t->last_key_n = key.n;
}

/* How much of a tag of n bytes the first component takes. */
static size_t first_piece(const struct jw_btree *t, size_t key_n, size_t n)
{
    size_t most = ITEM_MAX - ITEM_HEAD - key_n;
    if (n <= most) {
        return n;
    }
    /* Fill the block at hand, when what fits is worth it. */
    size_t room = room_in(t->levels[0]);
    size_t head = ITEM_HEAD + key_n + DIR_ENTRY;
    if (room > head + PIECE_MIN && room - head < most) {
        return room - head;
    }
    return most;
}

void jw_btree_add(struct jw_btree *t, struct jw_str key, struct jw_str tag)
{
    size_t most = ITEM_MAX - ITEM_HEAD - key.n - COMPONENT;
    size_t n = first_piece(t, key.n, tag.n);
    size_t at = 0;
    if (t->status != JW_OK) {
        return;
    }
    if (tag.n > COMPONENTS_MAX * most) {
        fail(t, JW_ELIMIT, 0);
        return;
    }
    for (uint32_t component = 1;; component++) {
        put_leaf(t, key, component, at + n == tag.n, tag.p ? tag.p + at : NULL, n);
        at += n;
        if (at == tag.n) {
            break;
        }
        n = tag.n - at < most ? tag.n - at : most;
    }
    t->n_items++;
}

enum jw_status jw_btree_open(struct jw_btree *t, const char *path, struct jw_error *err)
{
    memset(t, 0, sizeof *t);
    t->path = strdup(path);
    t->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (t->fd < 0 || !t->path) {
        enum jw_status status = jw_fail_errno(err, errno, "cannot make %s", path);
        jw_btree_close(t);
        return status;
    }
    t->window = calloc(JW_BTREE_WINDOW_BLOCKS, JW_BTREE_BLOCK_BYTES);
    if (!t->window || !add_level(t)) {
        jw_btree_close(t);
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    /* Every tree begins with an item of the empty key. */
    unsigned char *p = place(t->levels[0], ITEM_HEAD);
    p[0] = FLAG_LAST | FLAG_FIRST;
    return JW_OK;
}

static void add_number(struct jw_buf *b, uint64_t v)
{
    jw_buf_add_varint(b, v);
}

enum jw_status jw_btree_finish(struct jw_btree *t, struct jw_buf *root,
                               struct jw_error *err)
{
    for (size_t i = 0; i < t->n_levels && t->status == JW_OK; i++) {
        write_block(t, i);
    }
    write_window(t, t->n_blocks - t->window_first);
    if (t->status == JW_OK && fdatasync(t->fd) != 0) {
        fail(t, JW_EIO, errno);
    }
    if (t->status == JW_OK) {
        struct jw_buf free_list;
        jw_buf_init(&free_list, 64);
        add_number(&free_list, REVISION);
        add_number(&free_list, t->n_blocks);
        for (int i = 0; i < 4; i++) {
            add_number(&free_list, 0); /* no blocks to be used again */
        }
        add_number(root, t->levels[t->n_levels - 1]->number);
        add_number(root, (t->n_levels - 1) << 2 | 2); /* 2: written in order */
        add_number(root, t->n_items);
        add_number(root, JW_BTREE_BLOCK_BYTES >> 11);
        add_number(root, 0); /* tags are not compressed */
        add_number(root, free_list.len);
        jw_buf_add_str(root, jw_buf_str(&free_list));
        jw_buf_release(&free_list);
    }
    enum jw_status status = t->status;
    if (status != JW_OK && t->errnum) {
        status = jw_fail_errno(err, t->errnum, "cannot write %s", t->path);
    } else if (status != JW_OK) {
        status =
            jw_fail(err, status, "cannot write %s: %s", t->path, jw_status_name(status));
    }
    jw_btree_close(t);
    return status;
}

void jw_btree_close(struct jw_btree *t)
{
    if (t->fd >= 0) {
        (void)close(t->fd);
    }
    t->fd = -1;
    for (size_t i = 0; i < t->n_levels; i++) {
        free(t->levels[i]);
    }
    t->n_levels = 0;
    free(t->path);
    free(t->window);
    t->path = NULL;
    t->window = NULL;
}

void jw_btree_empty_root(struct jw_buf *root, uint32_t compress_min)
{
    add_number(root, 0);
    add_number(root, 3); /* no blocks yet, written in order */
    add_number(root, 0);
    add_number(root, JW_BTREE_BLOCK_BYTES >> 11);
    add_number(root, compress_min);
    add_number(root, 0);
}
