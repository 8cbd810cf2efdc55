/* lib/glass: what a database is made of does not depend on the memory it was made in. */
#include "jianwen/glass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/xap.h"
#include "jw_cunit.h"
#include "random.h"
#include "scratch.h"

static struct jw_error err;

enum {
    RUNS = 40,
    DOCS_A_RUN = 60
};

/* A document of pairs and words, some of which stand in nearly all of them. */
static void add_document(struct jw_inverter *v, struct jw_random *r, uint32_t docid)
{
    char text[300];
    uint32_t n = jw_random_below(r, 60);
    jw_inverter_next_document(v);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t a = 0x4E00 + jw_random_below(r, 12);
        jw_inverter_pair(v, a,
                         jw_random_one_in(r, 9) ? 0 : 0x4E00 + jw_random_below(r, 300));
    }
    if (jw_random_one_in(r, 3)) {
        jw_inverter_pair(v, 0x20000 + jw_random_below(r, 3), 0x4E00);
    }
    jw_inverter_word(v, jw_str_c("everywhere"));
    size_t len = 1 + jw_random_below(r, 244);
    memset(text, 'a' + (int)jw_random_below(r, 3), len);
    jw_inverter_word(v, jw_str_of(text, len));
    len = (size_t)snprintf(text, sizeof text, "Q%u", docid);
    jw_inverter_key(v, jw_str_of(text, len));
}

static enum jw_status value_of(size_t number, struct jw_buf *out, void *arg)
{
    (void)arg;
    for (size_t i = 0; number != 1 && i < number * 3000; i++) {
        jw_buf_add_byte(out, (unsigned char)('a' + i % 26));
    }
    return JW_OK;
}

/* Make the same database, whatever the memory. */
static void make(const char *dir, uint64_t memory_bytes)
{
    struct jw_random r = jw_random_start(17);
    struct jw_glass_writer *w = NULL;
    struct jw_inverter *v = jw_inverter_new(10);
    struct jw_buf run;
    uint32_t docid = 0;
    struct jw_glass_metadata metadata[] = {
        {jw_str_c("zz"), 5}, {jw_str_c("b"), 0}, {jw_str_c("c"), 1}, {jw_str_c("ab"), 2}};
    CHECK_OK(jw_glass_open(dir, memory_bytes, &w, &err), &err);
    jw_buf_init(&run, 1 << 28);
    for (uint32_t i = 0; i < RUNS; i++) {
        /* A run may be empty, too. */
        uint32_t n = i % 7 == 3 ? 0 : 1 + jw_random_below(&r, DOCS_A_RUN);
        for (uint32_t k = 0; k < n; k++) {
            add_document(v, &r, ++docid);
            if (docid % 3 == 0) {
                jw_glass_add_data(w, docid, jw_str_c("data"));
            }
        }
        CHECK_STATUS(jw_inverter_flush(v, &run), JW_OK);
        CHECK_OK(jw_glass_add_run(w, &run, jw_inverter_lengths(v), n, &err), &err);
    }
    CHECK_OK(jw_glass_finish(w, metadata, 4, value_of, NULL, &err), &err);
    jw_glass_close(w);
    jw_inverter_free(v);
    jw_buf_release(&run);
}

static void test_memory_makes_no_difference(void)
{
    static const uint64_t limits[] = {0, 1, 20000, 100000};
    struct jw_scratch plenty;
    jw_scratch_make(&plenty);
    make(plenty.dir, (uint64_t)1 << 40);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        static const char *const files[] = {"postlist.glass", "docdata.glass"};
        struct jw_scratch s;
        struct jw_buf report;
        size_t n_faults = 1;
        jw_scratch_make(&s);
        make(s.dir, limits[i]);
        for (size_t k = 0; k < 2; k++) {
            size_t n = 0;
            size_t m = 1;
            char *a = jw_file_load(jw_scratch_path(&plenty, files[k]), &n);
            char *b = jw_file_load(jw_scratch_path(&s, files[k]), &m);
            CHECK(a && b && n > 0 && n == m && memcmp(a, b, n) == 0);
            free(a);
            free(b);
        }
        CHECK(!jw_path_exists(jw_scratch_path(&s, "aside.tmp")));
        jw_buf_init(&report, 1 << 20);
        CHECK_OK(jw_xap_check(s.dir, &report, &n_faults, &err), &err);
        CHECK_INT(n_faults, 0);
        jw_buf_release(&report);
        jw_scratch_remove(&s);
    }
    jw_scratch_remove(&plenty);
}

static void test_known(void)
{
    struct jw_scratch s;
    struct jw_xap_writer *w = NULL;
    jw_scratch_make(&s);
    const char *path = jw_scratch_path(&s, "db");
    CHECK(!jw_glass_known(path));
    CHECK_OK(jw_xap_writer_open(path, JW_XAP_CREATE, &w, &err), &err);
    jw_xap_writer_close(w);
    CHECK(jw_glass_known(path));
    /* One bit of the date of the format. */
    const char *file = jw_scratch_path(&s, "db/iamglass");
    size_t n = 0;
    char *bytes = jw_file_load(file, &n);
    CHECK(bytes && n > 16);
    bytes[15] ^= 1;
    jw_file_write(file, jw_str_of(bytes, n));
    CHECK(!jw_glass_known(path));
    free(bytes);
    jw_scratch_remove(&s);
}

JW_TEST_MAIN("glass", {"memory makes no difference", test_memory_makes_no_difference},
             {"only the known format", test_known})
