/* Whatever the bytes of a glass database are, reading them ends, inside of them, with an
 * answer or with damage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "btree.h"
#include "glass_base.h"
#include "glass_exercise.h"
#include "jw_cunit.h"
#include "pack.h"
#include "scratch.h"
#include "version_file.h"

enum {
    ROUNDS = 3000,
    BLOCK = JW_BTREE_BLOCK_BYTES,
    DIR_START = 11,
    LEAF_ITEM = 3,
    BRANCH_ITEM = 7,
    LIST_BYTES = 6
};

/* A list: once in document 1. */
static const unsigned char list[LIST_BYTES] = {1, 1, 0, '1', 0, 1};

static const struct jw_glass_base small = {.salt = 3, .n_docs = 300, .n_words = 20000};
static const char *const tables[] = {JW_GLASS_POSTLIST, JW_GLASS_DOCDATA};
static struct jw_error err;

/* @return whether it opened. */
static bool open_and_read(const char *dir, struct jw_random *r, const char *what,
                          size_t at)
{
    struct jw_glass_reader *reader = NULL;
    enum jw_status status = jw_glass_reader_open(dir, &reader, &err);
    CHECK_MSG(status == JW_OK || status == JW_ECORRUPT || status == JW_ENOTFOUND,
              "%s, %zu: status is %s", what, at, jw_status_name(status));
    CHECK((status == JW_OK) == (reader != NULL));
    if (reader) {
        const char *fault = jw_glass_exercise(reader, r);
        CHECK_MSG(!fault, "%s, %zu: %s", what, at, fault);
    }
    jw_glass_reader_close(reader);
    return status == JW_OK;
}

/* Cut a table at every border of blocks, beside it, and in between. */
static void test_cut(void)
{
    struct jw_random r = jw_random_start(1);
    struct jw_scratch s;
    jw_scratch_make(&s);
    CHECK(jw_glass_base_make(&small, s.dir));
    CHECK(open_and_read(s.dir, &r, "whole", 0));
    for (size_t i = 0; i < 2; i++) {
        size_t n = 0;
        const char *path = jw_scratch_path(&s, tables[i]);
        char *bytes = jw_file_load(path, &n);
        for (size_t cut = 0; cut < n; cut += BLOCK) {
            size_t ends[] = {cut, cut + 1, cut + jw_random_below(&r, BLOCK),
                             cut + BLOCK - 1};
            for (size_t k = 0; k < 4; k++) {
                CHECK(truncate(path, (off_t)ends[k]) == 0);
                CHECK(!open_and_read(s.dir, &r, tables[i], ends[k]) || cut > 0);
                jw_file_write(path, jw_str_of(bytes, n));
                path = jw_scratch_path(&s, tables[i]);
            }
        }
        CHECK(unlink(path) == 0);
        CHECK(!open_and_read(s.dir, &r, "no table", i));
        jw_file_write(path, jw_str_of(bytes, n));
        free(bytes);
    }
    CHECK(open_and_read(s.dir, &r, "whole again", 0));
    jw_scratch_remove(&s);
}

static void test_version_file(void)
{
    struct jw_random r = jw_random_start(2);
    struct jw_scratch s;
    size_t n = 0;
    static char longer[5000];
    jw_scratch_make(&s);
    CHECK(jw_glass_base_make(&small, s.dir));
    const char *path = jw_scratch_path(&s, "iamglass");
    char *bytes = jw_file_load(path, &n);
    for (size_t i = 0; bytes && i < n; i++) {
        char kept = bytes[i];
        const char other[] = {(char)(kept ^ 1), (char)(kept ^ 0x80), 0, (char)0xFF,
                              (char)jw_random_u64(&r)};
        for (size_t k = 0; k < sizeof other; k++) {
            bytes[i] = other[k];
            jw_file_write(jw_scratch_path(&s, "iamglass"), jw_str_of(bytes, n));
            (void)open_and_read(s.dir, &r, "iamglass", i);
        }
        bytes[i] = kept;
        jw_file_write(jw_scratch_path(&s, "iamglass"), jw_str_of(bytes, i));
        CHECK(!open_and_read(s.dir, &r, "iamglass cut", i));
    }
    jw_file_write(jw_scratch_path(&s, "iamglass"), jw_str_of(longer, sizeof longer));
    CHECK(!open_and_read(s.dir, &r, "iamglass too long", sizeof longer));
    free(bytes);
    jw_scratch_remove(&s);
}

/* A place in a table with three bytes behind it, mostly one that leads elsewhere. */
static size_t any_place(const unsigned char *bytes, size_t n, struct jw_random *r)
{
    size_t block = jw_random_below(r, (uint32_t)(n / BLOCK)) * (size_t)BLOCK;
    size_t at = block + jw_random_below(r, BLOCK);
    uint32_t kind = jw_random_below(r, 4);
    if (kind == 0) { /* the head, the beginning of the directory */
        at = block + jw_random_below(r, 32);
    } else if (kind == 1) { /* an item's head: lengths, a child's number */
        size_t entry = block + DIR_START + jw_random_below(r, 30) * (size_t)2;
        at = block + (jw_unpack_u16(bytes + entry) + jw_random_below(r, 8)) % BLOCK;
    }
    return at + 4 <= n ? at : n - 4;
}

static void spoil(unsigned char *p, size_t n, struct jw_random *r)
{
    switch (jw_random_below(r, 4)) {
    case 0:
        *p ^= (unsigned char)(1u << jw_random_below(r, 8));
        break;
    case 1:
        (void)jw_pack_u16(p, (uint32_t)jw_random_u64(r));
        break;
    case 2: /* another block */
        (void)jw_pack_u32(p, jw_random_below(r, (uint32_t)(n / BLOCK)));
        break;
    default:
        *p = (unsigned char)jw_random_u64(r);
        break;
    }
}

static void test_spoiled(void)
{
    struct jw_random r = jw_random_start(3);
    struct jw_scratch s;
    struct jw_glass_copy c;
    jw_scratch_make(&s);
    CHECK(jw_glass_base_make(&small, s.dir));
    CHECK(jw_glass_copy_load(&c, s.dir));
    const char *fault = jw_glass_copy_exercise(&c, &r);
    CHECK_MSG(!fault, "whole: %s", fault);
    for (int i = 0; i < ROUNDS; i++) {
        int table = i % JW_GLASS_TABLES;
        unsigned char kept[6][4];
        size_t at[6];
        uint64_t seed = r.state;
        uint32_t n = 1 + jw_random_below(&r, 6);
        for (uint32_t k = 0; k < n; k++) {
            at[k] = any_place(c.bytes[table], c.n_bytes[table], &r);
            memcpy(kept[k], c.bytes[table] + at[k], sizeof kept[k]);
            spoil(c.bytes[table] + at[k], c.n_bytes[table], &r);
        }
        fault = jw_glass_copy_exercise(&c, &r);
        CHECK_MSG(!fault, "round %d, seed %llu: %s", i, (unsigned long long)seed, fault);
        for (uint32_t k = n; k-- > 0;) {
            memcpy(c.bytes[table] + at[k], kept[k], 4);
        }
    }
    jw_glass_copy_release(&c);
    jw_scratch_remove(&s);
}

/* ---- branches that lead everywhere ---- */

/* A block of n items, all the same but for the first key, which is empty. */
static void put_block(unsigned char *block, unsigned level, uint32_t n, uint32_t child,
                      const char *key, bool keep_order)
{
    uint32_t end = BLOCK;
    memset(block, 0, BLOCK);
    block[4] = (unsigned char)level;
    (void)jw_pack_u16(block + 9, DIR_START + 2 * n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t key_n = i || (keep_order && level == 0) ? (uint32_t)strlen(key) : 0;
        end -= (level ? BRANCH_ITEM : LEAF_ITEM + LIST_BYTES) + key_n;
        unsigned char *p = block + end;
        (void)jw_pack_u16(block + DIR_START + (size_t)i * 2, end);
        if (level) {
            p = jw_pack_u32(p, child);
            *p++ = (unsigned char)key_n;
        } else {
            p = jw_pack_u16(p, 0x6000 | (LIST_BYTES + key_n));
            *p++ = (unsigned char)key_n;
        }
        memcpy(p, key, key_n);
        if (level == 0) {
            memcpy(p + key_n, list, LIST_BYTES);
        }
    }
}

/* Each branch of ten levels has hundreds of times the same child: a walk over all would
 * not end before the sun does. */
static void test_tangled(void)
{
    static unsigned char bytes[JW_GLASS_LEVELS_MAX * BLOCK];
    struct jw_random r = jw_random_start(4);
    for (unsigned first = 0; first < 2; first++) {
        struct jw_scratch s;
        struct jw_buf root;
        struct jw_glass_sums sums = {.n_docs = 10000, .last_docid = 10000};
        jw_scratch_make(&s);
        for (unsigned level = 0; level < JW_GLASS_LEVELS_MAX; level++) {
            put_block(bytes + (size_t)level * BLOCK, level, level ? 400 : 2,
                      level ? level - 1 : 0, "w1", first == 1);
        }
        jw_file_write(jw_scratch_path(&s, tables[0]),
                      jw_str_of((const char *)bytes, sizeof bytes));
        jw_file_write(jw_scratch_path(&s, tables[1]),
                      jw_str_of((const char *)bytes, sizeof bytes));
        jw_buf_init(&root, 64);
        jw_buf_add_varint(&root, JW_GLASS_LEVELS_MAX - 1);
        jw_buf_add_varint(&root, (JW_GLASS_LEVELS_MAX - 1) << 2);
        jw_buf_add_varint(&root, 100);
        jw_buf_add_varint(&root, BLOCK >> 11);
        jw_buf_add_varint(&root, 0);
        jw_buf_add_varint(&root, 0);
        CHECK_OK(jw_glass_write_version(s.dir, jw_buf_str(&root), jw_buf_str(&root),
                                        &sums, &err),
                 &err);
        CHECK(!open_and_read(s.dir, &r, "tangled", first));
        /* With a sound table of documents the other one is read. */
        struct jw_glass_copy c;
        CHECK(jw_glass_copy_load(&c, s.dir));
        c.reader.docdata.n_levels = 1;
        c.reader.docdata.root = 0;
        const char *fault = jw_glass_copy_exercise(&c, &r);
        CHECK_MSG(!fault, "tangled: %s", fault);
        jw_glass_copy_release(&c);
        jw_buf_release(&root);
        jw_scratch_remove(&s);
    }
}

JW_TEST_MAIN("glass damage", {"cut", test_cut}, {"version file", test_version_file},
             {"spoiled", test_spoiled}, {"tangled", test_tangled})
