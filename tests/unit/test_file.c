#include "jianwen/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jw_cunit.h"
#include "scratch.h"

enum {
    DATA_BYTES = 1024 * 1024
};

/* A folder of its own for each test. */
static struct jw_scratch root;

static const char *in_root(const char *name)
{
    return jw_scratch_path(&root, name);
}

static void check_content(const char *name, const char *want)
{
    struct jw_buf b;
    struct jw_error err;
    jw_buf_init(&b, DATA_BYTES);
    CHECK_OK(jw_file_read(in_root(name), DATA_BYTES, &b, &err), &err);
    CHECK_STR_C(jw_buf_str(&b), want);
    jw_buf_release(&b);
}

static void test_replace_and_read(void)
{
    struct jw_error err;
    jw_scratch_make(&root);
    CHECK_OK(jw_file_replace(in_root("a"), jw_str_c("one"), &err), &err);
    check_content("a", "one");
    CHECK_OK(jw_file_replace(in_root("a"), jw_str_c(""), &err), &err);
    check_content("a", "");
    CHECK(!jw_path_exists(in_root("a.tmp")));
    CHECK_STATUS(jw_file_replace(in_root("no/a"), jw_str_c("x"), &err), JW_ENOTFOUND);
    CHECK(strstr(err.message, "no/a") != NULL);
    /* a folder in the way: refused, and nothing is left behind */
    CHECK_OK(jw_dir_make(in_root("d"), &err), &err);
    CHECK(jw_file_replace(in_root("d"), jw_str_c("x"), &err) != JW_OK);
    CHECK(!jw_path_exists(in_root("d.tmp")));
    jw_scratch_remove(&root);
}

static void test_read_limits(void)
{
    struct jw_error err;
    struct jw_buf b;
    jw_scratch_make(&root);
    jw_buf_init(&b, DATA_BYTES);
    CHECK_OK(jw_file_replace(in_root("ten"), jw_str_c("0123456789"), &err), &err);
    CHECK_STATUS(jw_file_read(in_root("ten"), 9, &b, &err), JW_ELIMIT);
    jw_buf_clear(&b);
    b.limit = DATA_BYTES;
    jw_buf_add_c(&b, "before ");
    CHECK_OK(jw_file_read(in_root("ten"), 10, &b, &err), &err);
    CHECK_STR_C(jw_buf_str(&b), "before 0123456789");
    CHECK_STATUS(jw_file_read(in_root("none"), 10, &b, &err), JW_ENOTFOUND);
    CHECK_STATUS(jw_file_read(root.dir, 10, &b, &err), JW_EINVAL);
    CHECK(mkfifo(in_root("pipe"), 0600) == 0);
    CHECK_STATUS(jw_file_read(in_root("pipe"), 10, &b, &err), JW_EINVAL);
    jw_buf_release(&b);
    jw_buf_init(&b, 5);
    CHECK_STATUS(jw_file_read(in_root("ten"), 100, &b, &err), JW_ELIMIT);
    jw_buf_release(&b);
    jw_scratch_remove(&root);
}

/* A file that reports no size (as those of /proc do) is read whole. */
static void test_read_sizeless(void)
{
    struct jw_buf b;
    struct jw_error err;
    jw_buf_init(&b, DATA_BYTES);
    if (jw_path_exists("/proc/self/status")) {
        CHECK_OK(jw_file_read("/proc/self/status", DATA_BYTES, &b, &err), &err);
        CHECK(b.len > 100);
    }
    jw_buf_release(&b);
}

static void test_folders(void)
{
    struct jw_error err;
    struct stat st;
    jw_scratch_make(&root);
    CHECK_OK(jw_dir_make(in_root("a/b/c"), &err), &err);
    CHECK_OK(jw_dir_make(in_root("a/b/c"), &err), &err);
    CHECK_OK(jw_dir_make(in_root("a//b/d/"), &err), &err);
    CHECK(stat(in_root("a/b/d"), &st) == 0 && S_ISDIR(st.st_mode));
    CHECK(jw_dir_make("", &err) != JW_OK);
    CHECK_OK(jw_file_replace(in_root("a/b/file"), jw_str_c("12345"), &err), &err);
    CHECK_OK(jw_file_replace(in_root("a/file"), jw_str_c("123"), &err), &err);
    CHECK(jw_dir_make(in_root("a/file"), &err) != JW_OK);
    CHECK(jw_dir_make(in_root("a/file/x"), &err) != JW_OK);
    CHECK_INT(jw_dir_bytes(in_root("a")), 8);
    CHECK_INT(jw_dir_bytes(in_root("none")), 0);
    CHECK_OK(jw_dir_sync(in_root("a"), &err), &err);
    CHECK_STATUS(jw_dir_sync(in_root("none"), &err), JW_ENOTFOUND);
    /* links are removed, what they point to stays */
    CHECK(symlink("../..", in_root("a/b/up")) == 0);
    CHECK_OK(jw_file_replace(in_root("stays"), jw_str_c("x"), &err), &err);
    CHECK_OK(jw_dir_remove(in_root("a"), &err), &err);
    CHECK(stat(in_root("a"), &st) != 0);
    check_content("stays", "x");
    CHECK_STATUS(jw_dir_remove(in_root("a"), &err), JW_ENOTFOUND);
    jw_scratch_remove(&root);
}

static void test_paths(void)
{
    static const char *const rows[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}, {"/", "b", "/b"}};
    for (size_t i = 0; i < 4; i++) {
        char *path = jw_path_join(rows[i][0], rows[i][1]);
        CHECK_STR_C(jw_str_c(path), rows[i][2]);
        free(path);
    }
}

JW_TEST_MAIN("file", {"replace and read", test_replace_and_read},
             {"limits", test_read_limits}, {"a file without a size", test_read_sizeless},
             {"folders", test_folders}, {"paths", test_paths})
