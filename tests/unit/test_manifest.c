/* lib/index/manifest: CURRENT. */
#include "manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jianwen/file.h"
#include "jw_cunit.h"
#include "scratch.h"

static struct jw_error err;

static struct jw_manifest example(size_t n)
{
    struct jw_manifest m;
    memset(&m, 0, sizeof m);
    m.revision = 18446744073709551615u;
    m.next = 4294967295u;
    m.n_segments = n;
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(m.names[i], sizeof m.names[i], "%s-%06u", i ? "delta" : "base",
                       (unsigned)(i + 1) % 1000000u);
    }
    return m;
}

static bool same(const struct jw_manifest *a, const struct jw_manifest *b)
{
    bool yes = a->revision == b->revision && a->next == b->next &&
               a->n_segments == b->n_segments;
    for (size_t i = 0; yes && i < a->n_segments; i++) {
        yes = strcmp(a->names[i], b->names[i]) == 0;
    }
    return yes;
}

static void test_round_trip(void)
{
    struct jw_scratch s;
    jw_scratch_make(&s);
    for (size_t n = 0; n <= JW_SEGMENTS_MAX; n++) {
        struct jw_manifest m = example(n);
        struct jw_manifest got;
        struct jw_manifest_stamp stamp;
        struct jw_manifest_stamp now;
        CHECK_OK(jw_manifest_write(s.dir, &m, &err), &err);
        CHECK_OK(jw_manifest_read(s.dir, &got, &stamp, &err), &err);
        CHECK(same(&m, &got));
        CHECK(jw_manifest_stamp(s.dir, &now));
        CHECK(now.inode == stamp.inode && now.mtime_ns == stamp.mtime_ns);
        CHECK(jw_manifest_names(&m, "base-000001") == (n > 0));
        CHECK(!jw_manifest_names(&m, "base-00000"));
    }
    CHECK_INT(jw_count_entries(s.dir, "CURRENT"), 1);
    jw_scratch_remove(&s);
}

static void test_missing(void)
{
    struct jw_scratch s;
    struct jw_manifest m;
    struct jw_manifest_stamp stamp;
    jw_scratch_make(&s);
    CHECK_STATUS(jw_manifest_read(s.dir, &m, &stamp, &err), JW_ENOTFOUND);
    CHECK(strstr(err.message, "jianwen-indexer build") != NULL);
    CHECK(!jw_manifest_stamp(s.dir, &stamp));
    m = example(2);
    CHECK_STATUS(jw_manifest_write(jw_scratch_path(&s, "no"), &m, &err), JW_ENOTFOUND);
    jw_scratch_remove(&s);
}

/* Damaged in any byte, cut anywhere: said so, never read as something else. */
static void test_damaged(void)
{
    struct jw_scratch s;
    struct jw_manifest m = example(3);
    struct jw_manifest got;
    size_t n = 0;
    jw_scratch_make(&s);
    CHECK_OK(jw_manifest_write(s.dir, &m, &err), &err);
    const char *path = jw_scratch_path(&s, "CURRENT");
    char *bytes = jw_file_load(path, &n);
    for (size_t i = 0; i < n; i++) {
        jw_file_write(path, jw_str_of(bytes, i));
        enum jw_status status = jw_manifest_read(s.dir, &got, NULL, &err);
        CHECK_MSG(status == JW_ECORRUPT || status == JW_EMISMATCH, "cut at %zu: %s", i,
                  jw_status_name(status));
    }
    for (size_t bit = 0; bit < n * 8; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        jw_file_write(path, jw_str_of(bytes, n));
        enum jw_status status = jw_manifest_read(s.dir, &got, NULL, &err);
        CHECK_MSG(status == JW_ECORRUPT || status == JW_EMISMATCH, "bit %zu: %s", bit,
                  jw_status_name(status));
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    jw_file_write(path, jw_str_c("jianwen-index 999\n"));
    CHECK_STATUS(jw_manifest_read(s.dir, &got, NULL, &err), JW_EMISMATCH);
    char *large = calloc(1, 100000);
    jw_file_write(path, jw_str_of(large, 100000));
    CHECK_STATUS(jw_manifest_read(s.dir, &got, NULL, &err), JW_ELIMIT);
    free(large);
    (void)unlink(path);
    CHECK(mkdir(path, 0755) == 0);
    CHECK_STATUS(jw_manifest_read(s.dir, &got, NULL, &err), JW_EINVAL);
    free(bytes);
    jw_scratch_remove(&s);
}

JW_TEST_MAIN("manifest", {"written and read", test_round_trip},
             {"not there", test_missing}, {"damaged", test_damaged})
