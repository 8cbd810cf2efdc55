/*
 * lib/index/folder: the writer's lock, segments' folders.
 *
 * The linker leads flock() here (--wrap), so that something can happen between the
 * opening of the lock's file and its locking.
 */
#include "folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "jianwen/file.h"
#include "jianwen/index.h"
#include "jw_cunit.h"
#include "scratch.h"

static struct jw_error err;

/* Called once, before the next flock(). */
static void (*before_flock)(const char *path);
static const char *before_path;

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);

int __wrap_flock(int fd, int operation)
{
    void (*before)(const char *path) = before_flock;
    before_flock = NULL;
    if (before) {
        before(before_path);
    }
    return __real_flock(fd, operation);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void make_segment(const struct jw_scratch *s, const char *name, bool marked)
{
    const char *path = jw_scratch_path(s, name);
    CHECK_OK(jw_dir_make(path, &err), &err);
    if (marked) {
        CHECK_OK(jw_folder_mark_segment(path, &err), &err);
    }
    char file[JW_SCRATCH_PATH_BYTES + 32];
    (void)snprintf(file, sizeof file, "%s/data", path);
    jw_file_write(file, jw_str_c("x"));
}

static void test_lock(void)
{
    struct jw_scratch s;
    int first = -1;
    int second = -1;
    jw_scratch_make(&s);
    CHECK_OK(jw_folder_lock(s.dir, &first, &err), &err);
    CHECK_STATUS(jw_folder_lock(s.dir, &second, &err), JW_ELOCKED);
    CHECK_INT(second, -1);
    (void)close(first);
    CHECK_OK(jw_folder_lock(s.dir, &second, &err), &err);
    (void)close(second);
    CHECK_STATUS(jw_folder_lock(jw_scratch_path(&s, "no"), &second, &err), JW_ENOTFOUND);
    jw_scratch_remove(&s);
}

/* What a first writer that failed does with its file. */
static void remove_file(const char *path)
{
    CHECK_INT(unlink(path), 0);
}

/* And then the next writer comes. */
static void replace_file(const char *path)
{
    remove_file(path);
    jw_file_write(path, jw_str_c("new"));
}

/* A lock on a file that was removed after it was opened would keep nobody out. */
static void test_lock_of_a_removed_file(void)
{
    void (*const happenings[])(const char *path) = {remove_file, replace_file};
    for (size_t i = 0; i < 2; i++) {
        struct jw_scratch s;
        int fd = -1;
        int next = -1;
        jw_scratch_make(&s);
        before_path = jw_scratch_path(&s, "LOCK");
        before_flock = happenings[i];
        CHECK_STATUS(jw_folder_lock(s.dir, &fd, &err), JW_ELOCKED);
        CHECK(before_flock == NULL);
        CHECK_INT(fd, -1);
        /* Trying again takes the lock of the file that has the name now. */
        CHECK_OK(jw_folder_lock(s.dir, &fd, &err), &err);
        CHECK_STATUS(jw_folder_lock(s.dir, &next, &err), JW_ELOCKED);
        (void)close(fd);
        jw_scratch_remove(&s);
    }
}

static void test_lock_is_removed(void)
{
    struct jw_scratch s;
    int fd = -1;
    jw_scratch_make(&s);
    const char *path = jw_scratch_path(&s, "LOCK");
    const char *other = jw_scratch_path(&s, ".other");
    CHECK_OK(jw_folder_lock(s.dir, &fd, &err), &err);
    jw_index_remove_lock(s.dir);
    CHECK_MSG(jw_path_exists(path), "removed though it is held");
    (void)close(fd);
    jw_file_write(other, jw_str_c(""));
    jw_index_remove_lock(s.dir);
    CHECK_MSG(jw_path_exists(path), "removed though there is something else");
    CHECK_INT(unlink(other), 0);
    jw_index_remove_lock(s.dir);
    CHECK_MSG(!jw_path_exists(path), "left though nothing else is there");
    /* None is made in order to be removed. */
    jw_file_write(other, jw_str_c(""));
    jw_index_remove_lock(s.dir);
    CHECK(!jw_path_exists(path) && jw_path_exists(other));
    jw_index_remove_lock(jw_scratch_path(&s, "no"));
    CHECK(!jw_path_exists(jw_scratch_path(&s, "no")));
    jw_scratch_remove(&s);
}

/* The next writer's file is not removed by way of the one that stood there before. */
static void test_next_lock_is_not_removed(void)
{
    struct jw_scratch s;
    int fd = -1;
    jw_scratch_make(&s);
    CHECK_OK(jw_folder_lock(s.dir, &fd, &err), &err);
    (void)close(fd);
    before_path = jw_scratch_path(&s, "LOCK");
    before_flock = replace_file;
    jw_index_remove_lock(s.dir);
    CHECK(before_flock == NULL);
    CHECK(jw_path_exists(jw_scratch_path(&s, "LOCK")));
    jw_scratch_remove(&s);
}

/* Swept: what is not named and not held.  Nothing else in the folder. */
static void test_sweep(void)
{
    struct jw_scratch s;
    static const struct jw_manifest m = {
        .next = 3, .n_segments = 2, .names = {"base-000001", "delta-000002"}};
    int held = -1;
    jw_scratch_make(&s);
    CHECK_INT(jw_folder_next_number(s.dir), 1);
    make_segment(&s, "base-000001", true);
    make_segment(&s, "delta-000002", true);
    make_segment(&s, "base-000003", true);
    make_segment(&s, "delta-000004", false); /* a crash came before its mark */
    make_segment(&s, "base-000005", true);
    make_segment(&s, "base-x", true);
    make_segment(&s, "mine", true);
    CHECK_INT(jw_folder_next_number(s.dir), 6);
    CHECK_OK(jw_folder_hold_segment(jw_scratch_path(&s, "base-000005"), &held, &err),
             &err);
    jw_folder_sweep(s.dir, &m);
    CHECK(jw_path_exists(jw_scratch_path(&s, "base-000001/data")));
    CHECK(jw_path_exists(jw_scratch_path(&s, "delta-000002/data")));
    CHECK(!jw_path_exists(jw_scratch_path(&s, "base-000003")));
    CHECK(!jw_path_exists(jw_scratch_path(&s, "delta-000004")));
    CHECK(jw_path_exists(jw_scratch_path(&s, "base-000005/data")));
    CHECK(jw_path_exists(jw_scratch_path(&s, "base-x/data")));
    CHECK(jw_path_exists(jw_scratch_path(&s, "mine/data")));
    (void)close(held);
    jw_folder_sweep(s.dir, &m);
    CHECK(!jw_path_exists(jw_scratch_path(&s, "base-000005")));
    CHECK_STATUS(jw_folder_hold_segment(jw_scratch_path(&s, "base-000005"), &held, &err),
                 JW_ENOTFOUND);
    CHECK_INT(jw_folder_next_number(jw_scratch_path(&s, "no")), 1);
    jw_scratch_remove(&s);
}

/* What watchers remember goes; all else, and what has such a name further down, stays. */
static void test_forget_watched(void)
{
    static const char *const gone[] = {"watch-0123456789abcdef", "watch-1.tmp"};
    static const char *const kept[] = {"CURRENT", "LOCK", "watch", "my-watch-1",
                                       "base-000001/watch-1"};
    struct jw_scratch s;
    jw_scratch_make(&s);
    make_segment(&s, "base-000001", true);
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        jw_file_write(jw_scratch_path(&s, gone[i]), jw_str_c("x"));
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        jw_file_write(jw_scratch_path(&s, kept[i]), jw_str_c("x"));
    }
    CHECK_OK(jw_folder_forget_watched(s.dir, &err), &err);
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        CHECK_MSG(!jw_path_exists(jw_scratch_path(&s, gone[i])), "%s", gone[i]);
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        CHECK_MSG(jw_path_exists(jw_scratch_path(&s, kept[i])), "%s", kept[i]);
    }
    /* What cannot be removed is said: a build is not to end with it there. */
    CHECK_OK(jw_dir_make(jw_scratch_path(&s, "watch-folder"), &err), &err);
    CHECK(jw_folder_forget_watched(s.dir, &err) != JW_OK);
    CHECK_STATUS(jw_folder_forget_watched(jw_scratch_path(&s, "no"), &err), JW_ENOTFOUND);
    jw_scratch_remove(&s);
}

JW_TEST_MAIN("folder", {"one writer", test_lock},
             {"a lock of a removed file", test_lock_of_a_removed_file},
             {"a lock alone is removed", test_lock_is_removed},
             {"the next lock is not", test_next_lock_is_not_removed},
             {"sweeping", test_sweep},
             {"what watchers remember goes", test_forget_watched})
