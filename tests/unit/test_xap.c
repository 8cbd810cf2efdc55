/* lib/xap: what it promises in jianwen/xap.h, through its C functions only. */
#include "jianwen/xap.h"

#include <stdio.h>
#include <stdlib.h>

#include "jw_cunit.h"
#include "scratch.h"

static struct jw_scratch scratch;
static struct jw_error err;

static const char *fresh(void)
{
    jw_scratch_make(&scratch);
    jw_error_clear(&err);
    return jw_scratch_path(&scratch, "db");
}

static struct jw_xap_writer *create(const char *path, enum jw_xap_open_mode mode)
{
    struct jw_xap_writer *w = NULL;
    CHECK_OK(jw_xap_writer_open(path, mode, &w, &err), &err);
    return w;
}

static struct jw_xap_reader *reader_of(const char *path)
{
    struct jw_xap_reader *r = NULL;
    CHECK_OK(jw_xap_reader_open(path, &r, &err), &err);
    return r;
}

static enum jw_status add(struct jw_xap_writer *w, const char *term, uint32_t wdf,
                          const char *data, uint32_t *docid)
{
    struct jw_xap_term t = {jw_str_c(term), wdf};
    return jw_xap_writer_add(w, &t, 1, jw_str_c(data), docid, &err);
}

static void set_meta(struct jw_xap_writer *w, const char *key, const char *value)
{
    CHECK_OK(jw_xap_writer_set_meta(w, jw_str_c(key), jw_str_c(value), &err), &err);
}

static void check_meta(struct jw_xap_reader *r, const char *key, const char *want)
{
    struct jw_buf b;
    jw_buf_init(&b, 1000);
    CHECK_OK(jw_xap_reader_meta(r, jw_str_c(key), &b, &err), &err);
    CHECK_STR_C(jw_buf_str(&b), want);
    jw_buf_release(&b);
}

static uint32_t n_docs_of(struct jw_xap_reader *r, const char *term)
{
    struct jw_xap_term_info info;
    CHECK_OK(jw_xap_term_stats(r, jw_str_c(term), &info, &err), &err);
    return info.n_docs;
}

static void test_round_trip(void)
{
    const char *path = fresh();
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE);
    uint32_t docid = 0;
    CHECK_OK(add(w, "ab", 3, "first", &docid), &err);
    CHECK_INT(docid, 1);
    CHECK_OK(add(w, "ab", 7, "", &docid), &err);
    CHECK_INT(docid, 2);
    CHECK_OK(add(w, "ac", 1, "third", NULL), &err);
    set_meta(w, "key", "value");
    set_meta(w, "gone", "value");
    set_meta(w, "gone", "");
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
    jw_xap_writer_close(w);

    struct jw_xap_reader *r = reader_of(path);
    struct jw_xap_info info;
    CHECK_OK(jw_xap_reader_info(r, &info, &err), &err);
    CHECK_INT(info.n_docs, 3);
    CHECK_INT(info.last_docid, 3);
    CHECK_INT(info.total_length, 11);
    check_meta(r, "key", "value");
    check_meta(r, "gone", "");
    check_meta(r, "never", "");
    struct jw_xap_term_info term;
    CHECK_OK(jw_xap_term_stats(r, jw_str_c("ab"), &term, &err), &err);
    CHECK_INT(term.n_docs, 2);
    CHECK(term.wdf_max >= 7);
    CHECK_INT(n_docs_of(r, "nothing"), 0);
    CHECK_INT(n_docs_of(r, ""), 0);
    struct jw_buf data;
    jw_buf_init(&data, 100);
    CHECK_OK(jw_xap_reader_data(r, 1, &data, &err), &err);
    CHECK_OK(jw_xap_reader_data(r, 3, &data, &err), &err);
    CHECK_STR_C(jw_buf_str(&data), "firstthird");
    CHECK_STATUS(jw_xap_reader_data(r, 2, &data, &err), JW_ENOTFOUND);
    CHECK_STATUS(jw_xap_reader_data(r, 4, &data, &err), JW_ENOTFOUND);
    CHECK_STATUS(jw_xap_reader_meta(r, jw_str_c(""), &data, &err), JW_EINVAL);
    struct jw_buf narrow;
    jw_buf_init(&narrow, 3);
    CHECK_STATUS(jw_xap_reader_data(r, 1, &narrow, &err), JW_ELIMIT);
    jw_buf_release(&narrow);
    jw_buf_release(&data);
    jw_xap_reader_close(r);
    jw_scratch_remove(&scratch);
}

static void test_open_statuses(void)
{
    const char *path = fresh();
    struct jw_xap_writer *w = NULL;
    struct jw_xap_writer *second = NULL;
    struct jw_xap_reader *r = NULL;
    CHECK_STATUS(jw_xap_reader_open(path, &r, &err), JW_ENOTFOUND);
    CHECK(r == NULL);
    CHECK_STATUS(jw_xap_writer_open(path, JW_XAP_OPEN, &w, &err), JW_ENOTFOUND);
    CHECK(w == NULL);
    CHECK_STATUS(
        jw_xap_writer_open(jw_scratch_path(&scratch, "no/db"), JW_XAP_CREATE, &w, &err),
        JW_ENOTFOUND);
    CHECK_STATUS(jw_xap_reader_open(scratch.dir, &r, &err), JW_ENOTFOUND);

    w = create(path, JW_XAP_CREATE);
    CHECK_STATUS(jw_xap_writer_open(path, JW_XAP_OPEN, &second, &err), JW_ELOCKED);
    CHECK(second == NULL);
    CHECK(err.message[0] != '\0');
    jw_xap_writer_close(w);
    CHECK_STATUS(jw_xap_writer_open(path, JW_XAP_CREATE, &second, &err), JW_EINVAL);
    CHECK_STATUS(jw_xap_writer_open(path, JW_XAP_CREATE_STATIC, &second, &err),
                 JW_EINVAL);

    char version[JW_SCRATCH_PATH_BYTES + 16];
    (void)snprintf(version, sizeof version, "%s/iamglass", path);
    jw_file_write(version, jw_str_c("no database"));
    CHECK_STATUS(jw_xap_reader_open(path, &r, &err), JW_ECORRUPT);
    CHECK_STATUS(jw_xap_writer_open(path, JW_XAP_OPEN, &w, &err), JW_ECORRUPT);
    jw_file_write(jw_scratch_path(&scratch, "file"), jw_str_c("no database\n"));
    CHECK_STATUS(jw_xap_reader_open(jw_scratch_path(&scratch, "file"), &r, &err),
                 JW_ECORRUPT);
    jw_xap_reader_close(NULL);
    jw_xap_writer_close(NULL);
    jw_xap_postings_close(NULL);
    CHECK(strchr(jw_xap_version(), '.') != NULL);
    jw_scratch_remove(&scratch);
}

/* A refused document costs the others nothing. */
static void test_limits(void)
{
    const char *path = fresh();
    char longest[JW_XAP_TERM_MAX_BYTES + 2];
    memset(longest, 'x', sizeof longest);
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE);
    CHECK_OK(add(w, "ab", 1, "", NULL), &err);
    struct jw_xap_term t = {jw_str_of(longest, JW_XAP_TERM_MAX_BYTES + 1), 1};
    const struct jw_str none = {NULL, 0};
    CHECK_STATUS(jw_xap_writer_add(w, &t, 1, none, NULL, &err), JW_EINVAL);
    t.term = none;
    CHECK_STATUS(jw_xap_writer_add(w, &t, 1, none, NULL, &err), JW_EINVAL);
    char nuls[JW_XAP_TERM_MAX_BYTES] = {0};
    t.term = jw_str_of(nuls, sizeof nuls);
    CHECK_STATUS(jw_xap_writer_add(w, &t, 1, none, NULL, &err), JW_EINVAL);
    t.term = jw_str_of(nuls, JW_XAP_TERM_MAX_BYTES / 2);
    CHECK_OK(jw_xap_writer_add(w, &t, 1, none, NULL, &err), &err);
    t.term = jw_str_of(longest, JW_XAP_TERM_MAX_BYTES);
    CHECK_OK(jw_xap_writer_add(w, &t, 1, none, NULL, &err), &err);
    CHECK_OK(jw_xap_writer_add(w, NULL, 0, none, NULL, &err), &err);
    const struct jw_xap_term twice[] = {{jw_str_c("cd"), 2}, {jw_str_c("cd"), 3}};
    CHECK_OK(jw_xap_writer_add(w, twice, 2, none, NULL, &err), &err);
    CHECK_STATUS(jw_xap_writer_set_meta(w, none, jw_str_c("x"), &err), JW_EINVAL);
    CHECK_STATUS(jw_xap_writer_set_meta(w, jw_str_of(longest, sizeof longest),
                                        jw_str_c("x"), &err),
                 JW_EINVAL);
    CHECK_STATUS(jw_xap_writer_delete(w, 99, &err), JW_ENOTFOUND);
    CHECK_STATUS(jw_xap_writer_delete(w, 0, &err), JW_ENOTFOUND);
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
    jw_xap_writer_close(w);

    struct jw_xap_reader *r = reader_of(path);
    struct jw_xap_info info;
    CHECK_OK(jw_xap_reader_info(r, &info, &err), &err);
    CHECK_INT(info.n_docs, 5);
    CHECK_INT(n_docs_of(r, "ab"), 1);
    struct jw_xap_term_info term;
    CHECK_OK(jw_xap_term_stats(r, t.term, &term, &err), &err);
    CHECK_INT(term.n_docs, 1);
    struct jw_xap_postings *p = NULL;
    uint32_t docid = 0;
    uint32_t wdf = 0;
    size_t n = 0;
    CHECK_OK(jw_xap_postings_open(r, jw_str_c("cd"), &p, &err), &err);
    CHECK_OK(jw_xap_postings_read(p, 0, &docid, &wdf, 1, &n, &err), &err);
    CHECK_INT(n, 1);
    CHECK_INT(wdf, 5);
    jw_xap_postings_close(p);
    jw_xap_reader_close(r);
    jw_scratch_remove(&scratch);
}

/* Postings of every third of 1,000 documents: 3, 6, ... 999. */
static void write_thirds(const char *path)
{
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE_STATIC);
    for (uint32_t d = 1; d <= 1000; d++) {
        CHECK_OK(add(w, d % 3 == 0 ? "third" : "other", d % 7 + 1, "", NULL), &err);
    }
    CHECK_STATUS(jw_xap_writer_delete(w, 1, &err), JW_EINVAL);
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
    jw_xap_writer_close(w);
    CHECK_STATUS(jw_xap_writer_open(path, JW_XAP_OPEN, &w, &err), JW_ENOTFOUND);
}

static void test_postings(void)
{
    const char *path = fresh();
    write_thirds(path);
    struct jw_xap_reader *r = reader_of(path);
    struct jw_xap_postings *p = NULL;
    uint32_t docids[64];
    uint32_t wdfs[64];
    size_t n = 0;
    CHECK_OK(jw_xap_postings_open(r, jw_str_c("none"), &p, &err), &err);
    CHECK(p == NULL);
    CHECK_OK(jw_xap_postings_open(r, jw_str_c(""), &p, &err), &err);
    CHECK(p == NULL);
    for (size_t room = 1; room <= 64; room += 21) {
        uint32_t next = 3;
        CHECK_OK(jw_xap_postings_open(r, jw_str_c("third"), &p, &err), &err);
        do {
            CHECK_OK(jw_xap_postings_read(p, 0, docids, wdfs, room, &n, &err), &err);
            for (size_t i = 0; i < n; i++, next += 3) {
                CHECK_INT(docids[i], next);
                CHECK_INT(wdfs[i], next % 7 + 1);
            }
        } while (n > 0);
        CHECK_INT(next, 1002);
        jw_xap_postings_close(p);
    }
    const struct {
        uint32_t from;
        uint32_t first;
    } jumps[] = {{1, 3}, {10, 12}, {11, 18}, {0, 24}, {5, 30}, {600, 600}, {999, 999}};
    CHECK_OK(jw_xap_postings_open(r, jw_str_c("third"), &p, &err), &err);
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        CHECK_OK(jw_xap_postings_read(p, jumps[i].from, docids, NULL, 2, &n, &err), &err);
        CHECK_INT(docids[0], jumps[i].first);
    }
    CHECK_INT(n, 1);
    CHECK_OK(jw_xap_postings_read(p, 0, docids, NULL, 2, &n, &err), &err);
    CHECK_INT(n, 0);
    CHECK_OK(jw_xap_postings_read(p, 4000000000u, docids, NULL, 2, &n, &err), &err);
    CHECK_INT(n, 0);
    jw_xap_postings_close(p);
    jw_xap_reader_close(r);
    jw_scratch_remove(&scratch);
}

struct seen_terms {
    char text[64];
    size_t most;
};

static bool note_term(struct jw_str term, uint32_t n_docs, void *arg)
{
    struct seen_terms *seen = arg;
    size_t at = strlen(seen->text);
    (void)snprintf(seen->text + at, sizeof seen->text - at, "%.*s:%u ", (int)term.n,
                   term.p, n_docs);
    return --seen->most > 0;
}

static void test_terms(void)
{
    const char *path = fresh();
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE);
    const char *const terms[] = {"b", "ab", "aa", "ab", "abc", "ac", "\xE9\xBD\xBF"};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        CHECK_OK(add(w, terms[i], 1, "", NULL), &err);
    }
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
    jw_xap_writer_close(w);
    struct jw_xap_reader *r = reader_of(path);
    const struct {
        const char *prefix;
        size_t most;
        const char *want;
    } rows[] = {{"ab", 9, "ab:2 abc:1 "},
                {"a", 2, "aa:1 ab:2 "},
                {"", 9, "aa:1 ab:2 abc:1 ac:1 b:1 \xE9\xBD\xBF:1 "},
                {"z", 9, ""},
                {"\xE9", 9, "\xE9\xBD\xBF:1 "}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seen_terms seen = {"", rows[i].most};
        CHECK_OK(jw_xap_terms(r, jw_str_c(rows[i].prefix), note_term, &seen, &err), &err);
        CHECK_STR_C(jw_str_c(seen.text), rows[i].want);
    }
    jw_xap_reader_close(r);
    jw_scratch_remove(&scratch);
}

/* What is committed stays, what is not goes; a reader keeps what it opened. */
static void test_commit(void)
{
    const char *path = fresh();
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE);
    CHECK_OK(add(w, "kept", 1, "", NULL), &err);
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
    CHECK_OK(jw_xap_writer_commit(w, &err), &err); /* nothing new: fine */
    struct jw_xap_reader *before = reader_of(path);
    CHECK_OK(add(w, "dropped", 1, "", NULL), &err);
    set_meta(w, "dropped", "x");
    CHECK_OK(jw_xap_writer_delete(w, 1, &err), &err);
    CHECK_STATUS(jw_xap_writer_delete(w, 1, &err), JW_ENOTFOUND);
    jw_xap_writer_close(w);
    struct jw_xap_reader *after = reader_of(path);
    CHECK_INT(n_docs_of(after, "kept"), 1);
    CHECK_INT(n_docs_of(after, "dropped"), 0);
    check_meta(after, "dropped", "");
    struct jw_xap_info a;
    struct jw_xap_info b;
    CHECK_OK(jw_xap_reader_info(before, &a, &err), &err);
    CHECK_OK(jw_xap_reader_info(after, &b, &err), &err);
    CHECK_INT(a.revision, b.revision);
    jw_xap_reader_close(after);

    w = create(path, JW_XAP_OPEN);
    CHECK_OK(jw_xap_writer_delete(w, 1, &err), &err);
    uint32_t docid = 0;
    CHECK_OK(add(w, "new", 1, "", &docid), &err);
    CHECK_INT(docid, 2);
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
    jw_xap_writer_close(w);
    after = reader_of(path);
    CHECK_INT(n_docs_of(after, "kept"), 0);
    CHECK_INT(n_docs_of(after, "new"), 1);
    CHECK_INT(n_docs_of(before, "new"), 0);
    CHECK_OK(jw_xap_reader_info(after, &b, &err), &err);
    CHECK(b.revision > a.revision);
    jw_xap_reader_close(after);
    jw_xap_reader_close(before);
    jw_scratch_remove(&scratch);
}

/* More documents than Xapian keeps in memory, and then no commit. */
static void test_many_uncommitted(void)
{
    const char *path = fresh();
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE);
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
    struct jw_xap_reader *r = reader_of(path);
    for (int i = 0; i < 2500; i++) {
        CHECK_OK(add(w, "word", 1, "data", NULL), &err);
    }
    CHECK_INT(n_docs_of(r, "word"), 0);
    jw_xap_writer_close(w);
    jw_xap_reader_close(r);
    r = reader_of(path);
    CHECK_INT(n_docs_of(r, "word"), 0);
    jw_xap_reader_close(r);
    jw_scratch_remove(&scratch);
}

/* Enough terms for a tree of several levels, so that reading needs the disk. */
static void add_many_terms(struct jw_xap_writer *w, int round)
{
    char term[32];
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(term, sizeof term, "%05d-%d", i, i % (round + 2));
        if (!CHECK_OK(add(w, term, 1, "", NULL), &err)) {
            return;
        }
    }
    CHECK_OK(jw_xap_writer_commit(w, &err), &err);
}

static void test_stale(void)
{
    const char *path = fresh();
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE);
    add_many_terms(w, 0);
    struct jw_xap_reader *r = reader_of(path);
    CHECK_INT(n_docs_of(r, "00001-1"), 1);
    add_many_terms(w, 1);
    add_many_terms(w, 2);
    enum jw_status status = JW_OK;
    for (int i = 0; i < 20000 && status == JW_OK; i += 50) {
        char term[32];
        struct jw_xap_term_info info;
        (void)snprintf(term, sizeof term, "%05d-%d", i, i % 2);
        status = jw_xap_term_stats(r, jw_str_c(term), &info, &err);
    }
    CHECK_STATUS(status, JW_ESTALE);
    jw_xap_reader_close(r);
    r = reader_of(path);
    CHECK(n_docs_of(r, "00001-1") > 0);
    jw_xap_reader_close(r);
    jw_xap_writer_close(w);
    jw_scratch_remove(&scratch);
}

static void overwrite_middle(const char *path, const char *name)
{
    char file[JW_SCRATCH_PATH_BYTES + 32];
    size_t n = 0;
    (void)snprintf(file, sizeof file, "%s/%s", path, name);
    char *bytes = jw_file_load(file, &n);
    if (CHECK(bytes != NULL && n > 8192 * 3)) {
        memset(bytes + 8192, 0x5A, n - 8192 * 2);
        jw_file_write(file, jw_str_of(bytes, n));
    }
    free(bytes);
}

static void test_check(void)
{
    const char *path = fresh();
    struct jw_buf report;
    size_t n_faults = 99;
    jw_buf_init(&report, 10000);
    CHECK_STATUS(jw_xap_check(path, &report, &n_faults, &err), JW_ENOTFOUND);
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE);
    add_many_terms(w, 0);
    jw_xap_writer_close(w);
    CHECK_OK(jw_xap_check(path, &report, &n_faults, &err), &err);
    CHECK_INT(n_faults, 0);
    CHECK_INT(report.len, 0);
    overwrite_middle(path, "postlist.glass");
    jw_error_clear(&err);
    enum jw_status status = jw_xap_check(path, &report, &n_faults, &err);
    /* Xapian counts some faults and throws at others. */
    CHECK(status == JW_OK || status == JW_ECORRUPT);
    CHECK(n_faults > 0 || err.message[0] != '\0');
    CHECK(n_faults == 0 || report.len > 0);
    struct jw_xap_reader *r = NULL;
    status = jw_xap_reader_open(path, &r, &err);
    for (int i = 0; i < 20000 && status == JW_OK; i += 100) {
        char term[32];
        struct jw_xap_term_info info;
        (void)snprintf(term, sizeof term, "%05d-%d", i, i % 2);
        status = jw_xap_term_stats(r, jw_str_c(term), &info, &err);
    }
    CHECK_STATUS(status, JW_ECORRUPT);
    jw_xap_reader_close(r);
    jw_buf_release(&report);
    jw_scratch_remove(&scratch);
}

/* A file shorter than the database believes. */
static void test_cut_file(void)
{
    const char *path = fresh();
    struct jw_xap_writer *w = create(path, JW_XAP_CREATE);
    add_many_terms(w, 0);
    jw_xap_writer_close(w);
    char file[JW_SCRATCH_PATH_BYTES + 32];
    (void)snprintf(file, sizeof file, "%s/postlist.glass", path);
    size_t n = 0;
    char *bytes = jw_file_load(file, &n);
    jw_file_write(file, jw_str_of(bytes, 8192));
    free(bytes);
    struct jw_xap_reader *r = NULL;
    enum jw_status status = jw_xap_reader_open(path, &r, &err);
    struct jw_xap_term_info info;
    if (status == JW_OK) {
        status = jw_xap_term_stats(r, jw_str_c("10000-0"), &info, &err);
    }
    CHECK_STATUS(status, JW_ECORRUPT);
    jw_xap_reader_close(r);
    jw_scratch_remove(&scratch);
}

JW_TEST_MAIN("xap", {"what is written is read", test_round_trip},
             {"statuses of opening", test_open_statuses},
             {"limits cost nothing else", test_limits},
             {"postings by blocks and jumps", test_postings},
             {"terms by prefix", test_terms}, {"commit and its absence", test_commit},
             {"many changes without commit", test_many_uncommitted},
             {"stale after two commits", test_stale}, {"check finds damage", test_check},
             {"a file cut short", test_cut_file})
