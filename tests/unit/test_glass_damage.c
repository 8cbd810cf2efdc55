/* Whatever the bytes of a glass database are, reading them ends, inside of them, with an
 * answer or with damage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "btree.h"
#include "glass_base.h"
#include "glass_exercise.h"
#include "jianwen/schema.h"
#include "jianwen/search.h"
#include "jw_cunit.h"
#include "pack.h"
#include "scratch.h"
#include "small_index.h"
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

/* ---- fences ---- */

/* Branches of two levels, some with long keys. */
static const struct jw_glass_base large = {.salt = 5, .n_docs = 20000, .n_words = 99999};

/* A key is found with fences where it is found without.  @param plain  has none. */
static bool found_alike(const struct jw_glass_table *fenced,
                        const struct jw_glass_table *plain, struct jw_str key)
{
    struct jw_glass_cursor a;
    struct jw_glass_cursor b;
    enum jw_status status = jw_glass_table_find(fenced, key, &a);
    if (status != jw_glass_table_find(plain, key, &b)) {
        return false;
    }
    for (uint32_t i = 0; status == JW_OK && i < plain->n_levels; i++) {
        if (a.block[i] != b.block[i] || a.item[i] != b.item[i]) {
            return false;
        }
    }
    return true;
}

/* The key, and others beside it. */
static bool found_around(const struct jw_glass_table *fenced,
                         const struct jw_glass_table *plain, struct jw_str key)
{
    char other[JW_GLASS_KEY_MAX_BYTES + 1];
    size_t n = key.n;
    memcpy(other, key.p, n);
    other[n] = 0;
    bool alike = found_alike(fenced, plain, key) &&
                 found_alike(fenced, plain, jw_str_of(other, n + 1));
    for (size_t i = n; alike && i > 0 && i + 12 > n; i -= i > 4 ? 4 : i) {
        alike = found_alike(fenced, plain, jw_str_of(other, i));
        other[i - 1]++;
        alike = alike && found_alike(fenced, plain, jw_str_of(other, i));
        other[i - 1] -= 2;
        alike = alike && found_alike(fenced, plain, jw_str_of(other, i));
        other[i - 1]++;
    }
    return alike;
}

static void test_fences(void)
{
    struct jw_scratch s;
    struct jw_glass_copy c;
    struct jw_glass_cursor at;
    size_t n = 0;
    jw_scratch_make(&s);
    CHECK(jw_glass_base_make(&large, s.dir));
    CHECK(jw_glass_copy_load(&c, s.dir));
    struct jw_glass_table plain = c.reader.postlist;
    CHECK(plain.n_levels > 2);
    CHECK_STATUS(jw_glass_table_fence(&c.reader.postlist), JW_OK);
    CHECK(c.reader.postlist.fences.n_above > 1);
    enum jw_status status = jw_glass_table_find(&plain, jw_str_c(""), &at);
    bool alike = CHECK(found_alike(&c.reader.postlist, &plain, jw_str_c("")));
    for (; status == JW_OK && alike; n++) {
        struct jw_glass_item item;
        status = jw_glass_table_item(&at, &item);
        alike = status == JW_OK && found_around(&c.reader.postlist, &plain, item.key);
        CHECK_MSG(alike, "item %zu: fences lead elsewhere", n);
        status = status == JW_OK ? jw_glass_table_next(&plain, &at) : status;
    }
    CHECK_STATUS(status, JW_ENOTFOUND);
    CHECK(n > 5000);
    jw_glass_fences_release(&c.reader.postlist.fences);
    jw_glass_copy_release(&c);
    jw_scratch_remove(&s);
}

/* A branch's item, any byte of it, or its place in the block. */
static size_t any_branch_place(const unsigned char *block, struct jw_random *r)
{
    uint32_t n = (jw_unpack_u16(block + 9) - DIR_START) / 2;
    size_t entry = DIR_START + (size_t)jw_random_below(r, n) * 2;
    if (jw_random_one_in(r, 4)) {
        return entry;
    }
    size_t at =
        jw_unpack_u16(block + entry) + (size_t)jw_random_below(r, BRANCH_ITEM + 9);
    return at + 4 <= BLOCK ? at : BLOCK - 4;
}

static void test_spoiled_branches(void)
{
    enum {
        BRANCHES_MAX = 16
    };
    struct jw_random r = jw_random_start(6);
    struct jw_scratch s;
    struct jw_glass_copy c;
    unsigned char *branches[BRANCHES_MAX];
    uint32_t n = 0;
    jw_scratch_make(&s);
    CHECK(jw_glass_base_make(&large, s.dir));
    CHECK(jw_glass_copy_load(&c, s.dir));
    struct jw_glass_table *t = &c.reader.postlist;
    for (uint32_t i = 0; i < t->n_blocks && n < BRANCHES_MAX; i++) {
        unsigned char *block = c.bytes[0] + (size_t)i * BLOCK;
        if (block[4] > 0) {
            branches[n++] = block;
        }
    }
    CHECK(n > 1);
    for (int i = 0; i < ROUNDS && n > 0; i++) {
        unsigned char kept[BLOCK];
        unsigned char *block = branches[jw_random_below(&r, n)];
        uint64_t seed = r.state;
        memcpy(kept, block, BLOCK);
        for (uint32_t k = 1 + jw_random_below(&r, 3); k > 0; k--) {
            spoil(block + any_branch_place(kept, &r), c.n_bytes[0], &r);
        }
        enum jw_status status = jw_glass_table_fence(t);
        CHECK_MSG(status == JW_OK || status == JW_ECORRUPT, "round %d, seed %llu: %s", i,
                  (unsigned long long)seed, jw_status_name(status));
        for (int k = 0; k < 20 && status == JW_OK; k++) {
            char key[16];
            struct jw_glass_cursor at;
            int len = snprintf(key, sizeof key, "w%u", jw_random_below(&r, 99999));
            status = jw_glass_table_find(t, jw_str_of(key, (size_t)len), &at);
            CHECK(status == JW_OK || status == JW_ECORRUPT);
        }
        jw_glass_fences_release(&t->fences);
        memcpy(block, kept, BLOCK);
    }
    jw_glass_copy_release(&c);
    jw_scratch_remove(&s);
}

/* ---- the stretches of a base ---- */

enum {
    STRETCHES = 3
};

/* Articles of two documents each. */
static const size_t stretch_articles[STRETCHES] = {40, 15, 5};

static void build_stretches(const char *dir)
{
    struct jw_index_writer *w = jw_small_writer(dir, JW_INDEX_BUILD);
    for (size_t i = 0; i < STRETCHES; i++) {
        struct jw_index_part *part = NULL;
        CHECK_OK(jw_index_part_new(w, &part, &err), &err);
        for (size_t k = 0; k < stretch_articles[i]; k++) {
            char id[48];
            (void)snprintf(id, sizeof id, "%zu-%zu", i, k);
            struct jw_article a = jw_small_article(id, "城市发展规划");
            CHECK_OK(jw_index_writer_admit(w, &a, &err), &err);
            CHECK_OK(jw_index_part_put(part, &a, &err), &err);
        }
        CHECK_OK(jw_index_part_end(part, &err), &err);
        CHECK_OK(jw_index_writer_append(w, part, &err), &err);
        jw_index_part_free(part);
    }
    jw_small_commit(w);
}

/* @return how many paragraphs hold the phrase; SIZE_MAX: the search failed. */
static size_t count_phrase(struct jw_index *index)
{
    struct jw_reader *reader = NULL;
    struct jw_searcher *searcher = NULL;
    const struct jw_search_result *result = NULL;
    struct jw_search_request r = jw_search_request_default();
    r.q = jw_str_c("\"市发展规\"");
    r.unit = JW_HIT_PARAGRAPH;
    r.budget_us = 0;
    CHECK_OK(jw_reader_open(index, &reader, &err), &err);
    CHECK_OK(jw_searcher_new(reader, &searcher, &err), &err);
    CHECK_OK(jw_search(searcher, &r, &result, &err), &err);
    size_t n = result ? (size_t)result->total.value : SIZE_MAX;
    jw_searcher_free(searcher);
    jw_reader_close(reader);
    return n;
}

static void test_stretches(void)
{
    /* Sizes and whether they are those of the documents, in some order or other. */
    static const struct {
        unsigned char sizes[STRETCHES];
        bool add_up;
    } cases[] = {
        {{80, 30, 10}, true},    {{10, 30, 80}, true},       {{0, 120, 0}, true},
        {{80, 30, 11}, false},   {{80, 30, 9}, false},       {{0, 0, 0}, false},
        {{127, 0, 0}, false},    {{80, 30, 0x8A}, false},    {{80, 0xAD, 0}, false},
        {{80, 0x80, 40}, false}, {{0xFF, 0xFF, 0xFF}, false}};
    struct jw_scratch s;
    size_t n = 0;
    jw_scratch_make(&s);
    build_stretches(jw_scratch_path(&s, "index"));
    char *bytes =
        jw_file_load(jw_scratch_path(&s, "index/base-000001/" JW_GLASS_POSTLIST), &n);
    char *key =
        bytes ? memmem(bytes, n, JW_META_STRETCHES, strlen(JW_META_STRETCHES)) : NULL;
    char *value = key ? memmem(key, 32, cases[0].sizes, STRETCHES) : NULL;
    CHECK(value);
    for (size_t i = 0; value && i < sizeof cases / sizeof cases[0]; i++) {
        struct jw_index *index = NULL;
        memcpy(value, cases[i].sizes, STRETCHES);
        jw_file_write(jw_scratch_path(&s, "index/base-000001/" JW_GLASS_POSTLIST),
                      jw_str_of(bytes, n));
        enum jw_status status = jw_index_open(jw_scratch_path(&s, "index"), &index, &err);
        CHECK_MSG((status == JW_OK) == cases[i].add_up, "case %zu: %s", i,
                  jw_status_name(status));
        if (status == JW_OK) {
            size_t all = count_phrase(index);
            CHECK(i > 0 ? all <= 60 : all == 60);
        } else {
            CHECK_STATUS(status, JW_ECORRUPT);
            CHECK(strstr(err.message, "stretches") != NULL);
            CHECK(strstr(err.message, "jianwen-indexer build") != NULL);
        }
        jw_index_unref(index);
    }
    free(bytes);
    jw_scratch_remove(&s);
}

JW_TEST_MAIN("glass damage", {"cut", test_cut}, {"version file", test_version_file},
             {"spoiled", test_spoiled}, {"tangled", test_tangled},
             {"fences", test_fences}, {"spoiled branches", test_spoiled_branches},
             {"stretches", test_stretches})
