/* lib/index: what a crash, a fault or another version left. */
#include "jianwen/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "articles.h"
#include "folder.h"
#include "jianwen/schema.h"
#include "jw_cunit.h"
#include "model.h"
#include "scratch.h"
#include "small_index.h"

static struct jw_error err;

static void test_leftovers(void)
{
    struct jw_scratch s;
    jw_scratch_make(&s);
    jw_small_build_two(s.dir);
    jw_dir_copy(jw_scratch_path(&s, "base-000001"), jw_scratch_path(&s, "base-000077"));
    jw_file_write(jw_scratch_path(&s, "CURRENT.tmp"), jw_str_c("half"));
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
    CHECK(!jw_path_exists(jw_scratch_path(&s, "base-000077")));
    jw_small_put(w, "three", "第三篇");
    jw_small_commit(w);
    CHECK(jw_small_index_has(s.dir, "one") && jw_small_index_has(s.dir, "two") &&
          jw_small_index_has(s.dir, "three"));
    CHECK_INT(jw_count_entries(s.dir, "base-"), 1);
    jw_scratch_remove(&s);
}

/* An index that this program cannot read stays until a new one replaces it. */
static void check_kept_until_replaced(const struct jw_scratch *s, enum jw_status want)
{
    struct jw_index *idx = NULL;
    struct jw_index_writer *w = NULL;
    CHECK_STATUS(jw_index_open(s->dir, &idx, &err), want);
    CHECK(idx == NULL);
    CHECK(err.message[0] != '\0');
    CHECK_STATUS(jw_index_writer_open(s->dir, JW_INDEX_CHANGE, &w, &err), want);
    CHECK(w == NULL);
    w = jw_small_writer(s->dir, JW_INDEX_BUILD);
    jw_small_put(w, "new", "新的");
    jw_index_writer_close(w);
    CHECK(jw_path_exists(jw_scratch_path(s, "base-000001/iamglass")));
    CHECK(jw_path_exists(jw_scratch_path(s, "delta-000002/iamglass")));
    w = jw_small_writer(s->dir, JW_INDEX_BUILD);
    jw_small_put(w, "new", "新的");
    jw_small_commit(w);
    CHECK(jw_small_index_has(s->dir, "new"));
    CHECK_INT(jw_count_entries(s->dir, "base-") + jw_count_entries(s->dir, "delta-"), 1);
}

static void test_other_version(void)
{
    struct jw_scratch s;
    jw_scratch_make(&s);
    jw_small_build_two(s.dir);
    jw_file_write(jw_scratch_path(&s, "CURRENT"), jw_str_c("jianwen-index 99\nwhat\n"));
    check_kept_until_replaced(&s, JW_EMISMATCH);
    jw_scratch_remove(&s);
}

static void test_damaged_current(void)
{
    struct jw_scratch s;
    jw_scratch_make(&s);
    jw_small_build_two(s.dir);
    jw_file_write(jw_scratch_path(&s, "CURRENT"), jw_str_c("\0\0\0\0\0\0\0\0"));
    check_kept_until_replaced(&s, JW_ECORRUPT);
    jw_scratch_remove(&s);
}

/* The metadata of a segment, changed behind the index' back. */
static void set_meta(const struct jw_scratch *s, const char *key, struct jw_str value)
{
    struct jw_xap_writer *w = NULL;
    CHECK_OK(
        jw_xap_writer_open(jw_scratch_path(s, "delta-000002"), JW_XAP_OPEN, &w, &err),
        &err);
    CHECK_OK(jw_xap_writer_set_meta(w, jw_str_c(key), value, &err), &err);
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
    jw_xap_writer_close(w);
}

static void test_mismatch(void)
{
    const char *const keys[] = {JW_META_SCHEMA, JW_META_FINGERPRINT};
    for (size_t i = 0; i < 2; i++) {
        struct jw_scratch s;
        jw_scratch_make(&s);
        jw_small_build_two(s.dir);
        set_meta(&s, keys[i], jw_str_c("another"));
        check_kept_until_replaced(&s, JW_EMISMATCH);
        jw_scratch_remove(&s);
    }
}

static void test_damaged_metadata(void)
{
    static const struct {
        const char *key;
        struct jw_str value;
    } rows[] = {
        {JW_META_COUNTS, {"\x80", 1}},
        {JW_META_CHARS, {"\x80", 1}},
        {JW_META_TABLE "0", {"\x01\x02\x03", 3}},
        {JW_META_TABLE "0", {"\x01\xC8\x01\0\0\0\0\0\0", 9}}, /* past the last document */
        {JW_META_NAMES "0", {"\x7F", 1}},
        {JW_META_TEXT_FORM, {"no frame", 8}},
        {JW_META_DEAD "base-000001", {"\x09", 1}},
        {JW_META_DEAD "base-000001", {"\x80", 1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_scratch s;
        struct jw_index *idx = NULL;
        jw_scratch_make(&s);
        jw_small_build_two(s.dir);
        set_meta(&s, rows[i].key, rows[i].value);
        jw_error_clear(&err);
        CHECK_MSG(jw_index_open(s.dir, &idx, &err) == JW_ECORRUPT, "row %zu", i);
        CHECK(err.message[0] != '\0');
        jw_scratch_remove(&s);
    }
}

static void test_missing_segment(void)
{
    struct jw_scratch s;
    struct jw_index *idx = NULL;
    jw_scratch_make(&s);
    jw_small_build_two(s.dir);
    CHECK(rename(jw_scratch_path(&s, "base-000001"), jw_scratch_path(&s, "away")) == 0);
    CHECK_STATUS(jw_index_open(s.dir, &idx, &err), JW_ECORRUPT);
    CHECK(strstr(err.message, "base-000001") != NULL);
    jw_scratch_remove(&s);
}

/* Open the index and read every article of it. */
static enum jw_status read_all(const char *dir)
{
    struct jw_index *idx = NULL;
    struct jw_reader *reader = NULL;
    struct jw_arena arena;
    jw_arena_init(&arena, 1 << 20);
    enum jw_status status = jw_index_open(dir, &idx, &err);
    status = status == JW_OK ? jw_reader_open(idx, &reader, &err) : status;
    for (size_t g = 0; status == JW_OK && g < jw_index_n_segments(idx); g++) {
        for (size_t k = 0; status == JW_OK && k < jw_index_segment(idx, g)->n_rows; k++) {
            struct jw_stored stored;
            status = jw_reader_article(reader, g, k, &arena, &stored, &err);
        }
    }
    jw_arena_release(&arena);
    jw_reader_close(reader);
    jw_index_unref(idx);
    return status;
}

/*
 * Files cut short, emptied, zeroed block by block, and the small ones changed
 * byte by byte: refused, never a crash.  (Not the bytes inside a block: Xapian
 * believes those.)
 */
static void test_damaged_files(void)
{
    static const char *const files[] = {
        "base-000001/iamglass", "delta-000002/iamglass", "base-000001/postlist.glass",
        "base-000001/docdata.glass", "delta-000002/postlist.glass"};
    enum {
        BLOCK = 8192
    };
    struct jw_scratch s;
    jw_scratch_make(&s);
    jw_small_build_two(s.dir);
    CHECK_OK(read_all(s.dir), &err);
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        const char *path = jw_scratch_path(&s, files[f]);
        size_t n = 0;
        char *bytes = jw_file_load(path, &n);
        size_t step = n < BLOCK ? 1 : BLOCK;
        for (size_t at = 0; at < n; at += step) {
            char old[BLOCK];
            memcpy(old, bytes + at, step);
            jw_file_write(path, jw_str_of(bytes, at));
            CHECK_MSG(read_all(s.dir) == JW_ECORRUPT, "%s cut at %zu", files[f], at);
            memset(bytes + at, n < BLOCK ? (unsigned char)~old[0] : 0, step);
            jw_file_write(path, jw_str_of(bytes, n));
            enum jw_status status = read_all(s.dir);
            CHECK_MSG(status == JW_ECORRUPT || (n < BLOCK && status != JW_EINTERNAL),
                      "%s damaged at %zu: %s", files[f], at, jw_status_name(status));
            memcpy(bytes + at, old, step);
        }
        jw_file_write(path, jw_str_of(bytes, n));
        free(bytes);
    }
    CHECK_OK(read_all(s.dir), &err);
    jw_scratch_remove(&s);
}
JW_TEST_MAIN("index_faults", {"leftovers of a crash", test_leftovers},
             {"another version", test_other_version},
             {"CURRENT damaged", test_damaged_current},
             {"another text analysis", test_mismatch},
             {"damaged metadata", test_damaged_metadata},
             {"a segment is missing", test_missing_segment},
             {"damaged files", test_damaged_files})
