/* lib/glass reads of a database what libxapian reads of it: every term, posting, entry
 * and document. */
#include "jianwen/glass_reader.h"

#include <stdlib.h>
#include <string.h>

#include "glass_base.h"
#include "jianwen/database.h"
#include "jianwen/xap.h"
#include "jw_cunit.h"
#include "random.h"
#include "scratch.h"
#include "version_file.h"

enum {
    BUF_BYTES = 1 << 28,
    TERM_MAX = 245,
    ROOM = 700,
    MEET_MAX = 3000,
    BORDER_3 = 0x8000,
    BORDER_4 = 1 << 22
};

static struct jw_error err;

/* Both readers of one database. */
struct pair {
    struct jw_glass_reader *glass;
    struct jw_xap_reader *xap;
};

static bool open_pair(struct pair *p, const char *dir)
{
    memset(p, 0, sizeof *p);
    return CHECK_OK(jw_glass_reader_open(dir, &p->glass, &err), &err) &&
           CHECK_OK(jw_xap_reader_open(dir, &p->xap, &err), &err);
}

static void close_pair(struct pair *p)
{
    jw_glass_reader_close(p->glass);
    jw_xap_reader_close(p->xap);
}

/* ---- terms ---- */

struct terms {
    struct jw_buf bytes;
    size_t n;
};

static bool note_term(struct jw_str term, uint32_t n_docs, void *arg)
{
    struct terms *t = arg;
    jw_buf_add_varint(&t->bytes, term.n);
    jw_buf_add_str(&t->bytes, term);
    jw_buf_add_varint(&t->bytes, n_docs);
    t->n++;
    return true;
}

static bool next_term(const unsigned char **p, const unsigned char *end,
                      struct jw_str *term, uint64_t *n_docs)
{
    uint64_t n = 0;
    if (*p == end || jw_varint_read(p, end, &n) != JW_OK) {
        return false;
    }
    *term = jw_str_of((const char *)*p, n);
    *p += n;
    return jw_varint_read(p, end, n_docs) == JW_OK;
}

static size_t check_terms(struct pair *p, struct jw_str prefix, struct terms *a)
{
    struct terms b = {.n = 0};
    a->n = 0;
    jw_buf_init(&b.bytes, BUF_BYTES);
    jw_buf_clear(&a->bytes);
    CHECK_OK(jw_glass_terms(p->glass, prefix, note_term, a, &err), &err);
    CHECK_OK(jw_xap_terms(p->xap, prefix, note_term, &b, &err), &err);
    CHECK_MSG(a->n == b.n && jw_str_eq(jw_buf_str(&a->bytes), jw_buf_str(&b.bytes)),
              "prefix %.*s: %zu terms, by Xapian %zu", (int)prefix.n, prefix.p, a->n,
              b.n);
    jw_buf_release(&b.bytes);
    return a->n;
}

static bool stop_at_third(struct jw_str term, uint32_t n_docs, void *arg)
{
    size_t *n = arg;
    (void)term;
    (void)n_docs;
    return ++*n < 3;
}

static void check_prefixes(struct pair *p, struct jw_random *r, struct jw_str terms)
{
    static const char *const fixed[] = {"",         "Q",        "w",       "w1",
                                        "x",        "xxxxxxxx", "\xE4",    "\xFF",
                                        "\xFF\xFF", "\x01",     "no such", "\xFFw"};
    const unsigned char *at = (const unsigned char *)terms.p;
    const unsigned char *end = at + terms.n;
    uint64_t n_docs = 0;
    struct terms some = {.n = 0};
    struct jw_str term;
    size_t n = 0;
    jw_buf_init(&some.bytes, BUF_BYTES);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        (void)check_terms(p, jw_str_c(fixed[i]), &some);
    }
    while (next_term(&at, end, &term, &n_docs)) {
        if (jw_random_one_in(r, 50)) {
            term.n = jw_random_below(r, (uint32_t)term.n + 1);
            (void)check_terms(p, term, &some);
        }
    }
    (void)check_terms(p, jw_str_c("w"), &some);
    CHECK_OK(jw_glass_terms(p->glass, jw_str_c("w"), stop_at_third, &n, &err), &err);
    CHECK_INT(n, some.n < 3 ? some.n : 3);
    jw_buf_release(&some.bytes);
}

/* ---- posting lists ---- */

/* A whole list, as Xapian has it. */
struct list {
    uint32_t *docids;
    uint32_t *wdfs;
    size_t n;
};

static void load_list(struct pair *p, struct jw_str term, uint32_t n_docs,
                      struct list *out)
{
    struct jw_xap_postings *postings = NULL;
    size_t got = 1;
    out->n = 0;
    CHECK_OK(jw_xap_postings_open(p->xap, term, &postings, &err), &err);
    while (postings && got > 0 && out->n <= n_docs) {
        CHECK_OK(jw_xap_postings_read(postings, 0, out->docids + out->n,
                                      out->wdfs + out->n, n_docs + 1 - out->n, &got,
                                      &err),
                 &err);
        out->n += got;
    }
    jw_xap_postings_close(postings);
}

/* What is read from here on is what the list has from position at. */
struct walk {
    struct jw_glass_postings postings;
    size_t at;
};

/* One step of a walk.  @return false at the end. */
static bool step(struct walk *w, const struct list *list, uint32_t from, size_t room)
{
    uint32_t docids[ROOM];
    uint32_t wdfs[ROOM];
    size_t n = 0;
    bool all = room % 2 == 0;
    CHECK_OK(jw_glass_postings_read(&w->postings, from, docids, all ? wdfs : NULL, room,
                                    &n, &err),
             &err);
    while (w->at < list->n && list->docids[w->at] < from) {
        w->at++;
    }
    size_t want = list->n - w->at < room ? list->n - w->at : room;
    if (!CHECK_INT(n, want)) {
        return false;
    }
    CHECK(memcmp(docids, list->docids + w->at, n * sizeof *docids) == 0);
    CHECK(!all || memcmp(wdfs, list->wdfs + w->at, n * sizeof *wdfs) == 0);
    w->at += n;
    return n > 0;
}

/* The document to go to: none, one that was passed, one near, one far, one beyond. */
static uint32_t any_from(struct jw_random *r, const struct walk *w,
                         const struct list *list)
{
    uint32_t here = w->at < list->n ? list->docids[w->at] : list->docids[list->n - 1];
    uint32_t last = list->docids[list->n - 1];
    switch (jw_random_below(r, 8)) {
    case 0:
    case 1:
    case 2:
        return 0;
    case 3:
        return jw_random_below(r, here + 1);
    case 4:
        return here + jw_random_below(r, 20);
    case 5:
    case 6:
        return here + jw_random_below(r, (last - here) / 4 + 2);
    default:
        return jw_random_one_in(r, 8) ? last + jw_random_below(r, 3) : here;
    }
}

static void check_walk(struct walk *w, const struct list *list, struct jw_random *r)
{
    bool more = true;
    for (uint32_t left = 20000; more && left > 0; left--) {
        uint32_t room = 1 + jw_random_below(r, 1 + jw_random_below(r, ROOM));
        uint32_t from = any_from(r, w, list);
        more = step(w, list, from, room);
    }
    CHECK(!more);
    CHECK(!step(w, list, 0, 1)); /* once ended, always */
}

/* Some documents, of the list and beside it, also behind its end. */
static size_t some_documents(const struct list *list, struct jw_random *r,
                             uint32_t docids[MEET_MAX])
{
    uint32_t last = list->docids[list->n - 1];
    uint32_t step = 1 + jw_random_below(r, 1 + jw_random_below(r, last));
    uint32_t docid = jw_random_below(r, 1 + jw_random_below(r, last));
    size_t at = 0;
    size_t n = 0;
    while (n < MEET_MAX && docid <= last + step) {
        docid += 1 + jw_random_below(r, step);
        while (at < list->n && list->docids[at] < docid) {
            at++;
        }
        docid = at < list->n && jw_random_one_in(r, 2) ? list->docids[at] : docid;
        docids[n++] = docid;
    }
    return n;
}

static void check_met(const struct list *list, const uint32_t *docids, size_t n,
                      const uint32_t *wdfs)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        while (at < list->n && list->docids[at] < docids[i]) {
            at++;
        }
        bool there = at < list->n && list->docids[at] == docids[i];
        CHECK_INT(wdfs[i], there ? list->wdfs[at] : 0);
    }
}

static void check_meet(struct pair *p, struct jw_str term, const struct list *list,
                       struct jw_random *r)
{
    static uint32_t docids[MEET_MAX];
    static uint32_t wdfs[MEET_MAX];
    struct jw_database both[] = {{NULL, p->glass}, {p->xap, NULL}};
    size_t n = some_documents(list, r, docids);
    for (int i = 0; i < 2; i++) {
        struct jw_postings postings;
        memset(wdfs, 0xEE, sizeof wdfs);
        CHECK_OK(jw_postings_open(&both[i], term, &postings, &err), &err);
        CHECK_OK(jw_postings_meet(&postings, docids, n, wdfs, &err), &err);
        check_met(list, docids, n, wdfs);
        jw_postings_close(&postings);
    }
}

static void check_list(struct pair *p, struct jw_str term, const struct list *list,
                       struct jw_random *r)
{
    struct walk w = {.at = 0};
    CHECK_OK(jw_glass_postings_open(p->glass, term, &w.postings, &err), &err);
    while (step(&w, list, 0, ROOM)) {
    }
    CHECK_INT(w.at, list->n);
    for (int i = 0; i < 3; i++) {
        check_meet(p, term, list, r);
        w.at = 0;
        CHECK_OK(jw_glass_postings_open(p->glass, term, &w.postings, &err), &err);
        /* Two walks that part on the way. */
        uint32_t until = list->docids[jw_random_below(r, (uint32_t)list->n)];
        bool more = true;
        while (more && w.at < list->n && list->docids[w.at] < until) {
            more = step(&w, list, any_from(r, &w, list), 1 + jw_random_below(r, ROOM));
        }
        struct walk other = w;
        check_walk(&w, list, r);
        memset(&w, 0xEE, sizeof w);
        check_walk(&other, list, r);
    }
}

static void check_term(struct pair *p, struct jw_str term, struct list *list,
                       struct jw_random *r)
{
    struct jw_database db = {NULL, p->glass};
    struct jw_xap_term_info want;
    struct jw_term_info got;
    CHECK_OK(jw_xap_term_stats(p->xap, term, &want, &err), &err);
    CHECK_OK(jw_database_term(&db, term, &got, &err), &err);
    CHECK_INT(got.n_docs, want.n_docs);
    load_list(p, term, want.n_docs, list);
    if (!CHECK_INT(list->n, want.n_docs) || list->n == 0) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->wdfs[i] > got.wdf_max) {
            CHECK_INT(got.wdf_max, list->wdfs[i]);
        }
    }
    check_list(p, term, list, r);
}

static void check_no_term(struct pair *p, struct jw_str term)
{
    static const uint32_t docids[] = {1, 7};
    uint32_t wdfs[] = {9, 9};
    struct jw_glass_postings postings;
    uint32_t docid = 0;
    size_t n = 1;
    CHECK_OK(jw_glass_postings_open(p->glass, term, &postings, &err), &err);
    CHECK_INT(postings.n_docs, 0);
    CHECK_OK(jw_glass_postings_read(&postings, 0, &docid, NULL, 1, &n, &err), &err);
    CHECK_INT(n, 0);
    CHECK_OK(jw_glass_postings_meet(&postings, docids, 2, wdfs, &err), &err);
    CHECK(wdfs[0] == 0 && wdfs[1] == 0);
}

static void check_postings(struct pair *p, struct jw_random *r, uint32_t last_docid)
{
    static char longest[TERM_MAX + 10];
    struct terms all = {.n = 0};
    struct jw_str term;
    struct list list = {malloc((last_docid + 2) * sizeof(uint32_t)),
                        malloc((last_docid + 2) * sizeof(uint32_t)), 0};
    jw_buf_init(&all.bytes, BUF_BYTES);
    CHECK(list.docids && list.wdfs);
    CHECK(check_terms(p, jw_str_c(""), &all) > 0);
    struct jw_str bytes = jw_buf_str(&all.bytes);
    const unsigned char *at = (const unsigned char *)bytes.p;
    const unsigned char *end = at + bytes.n;
    uint64_t n_docs = 0;
    for (size_t i = 0; next_term(&at, end, &term, &n_docs); i++) {
        if (i < 100 || n_docs > 100 || jw_random_one_in(r, 4)) {
            check_term(p, term, &list, r);
        }
    }
    check_prefixes(p, r, bytes);
    memset(longest, 'w', sizeof longest);
    check_no_term(p, jw_str_c(""));
    check_no_term(p, jw_str_of("w1\0", 3));
    check_no_term(p, jw_str_of("\0\xC0meta2", 7));
    check_no_term(p, jw_str_of(longest, TERM_MAX));
    check_no_term(p, jw_str_of(longest, TERM_MAX + 1));
    check_no_term(p, jw_str_c("\xFF\xFF"));
    check_no_term(p, jw_str_c("\x01"));
    free(list.docids);
    free(list.wdfs);
    jw_buf_release(&all.bytes);
}

/* ---- documents and metadata ---- */

/* Check one document; floor is the last one before it that has data, 0: none. */
static void check_document(struct pair *p, const struct jw_glass_base *b, uint32_t docid,
                           uint32_t *floor, struct jw_buf *scratch)
{
    static char want[JW_GLASS_BASE_DATA_MAX];
    size_t n = 0;
    uint32_t found = 0;
    struct jw_str data = {NULL, 0};
    bool has = jw_glass_base_data(b, docid, want, &n);
    *floor = has ? docid : *floor;
    enum jw_status status = jw_glass_data(p->glass, docid, &found, scratch, &data, &err);
    if (*floor == 0) {
        CHECK_STATUS(status, JW_ENOTFOUND);
        return;
    }
    CHECK_OK(status, &err);
    CHECK_INT(found, *floor);
    if (!has) {
        (void)jw_glass_base_data(b, *floor, want, &n);
    }
    CHECK_STR(data, jw_str_of(want, n));
    jw_buf_clear(scratch);
    if (has && n && CHECK_OK(jw_xap_reader_data(p->xap, docid, scratch, &err), &err)) {
        CHECK_STR(jw_buf_str(scratch), jw_str_of(want, n));
    }
}

static void check_documents(struct pair *p, const struct jw_glass_base *b)
{
    struct jw_buf scratch;
    uint32_t floor = 0;
    uint32_t before = b->n_empty ? b->n_before : b->n_docs;
    jw_buf_init(&scratch, BUF_BYTES);
    for (uint32_t docid = 1; docid <= before; docid++) {
        check_document(p, b, docid, &floor, &scratch);
    }
    for (uint32_t docid = before + b->n_empty + 1; docid <= b->n_docs + b->n_empty;
         docid++) {
        check_document(p, b, docid, &floor, &scratch);
    }
    static const uint32_t others[] = {1, 63, 64, 100000, 0x7FFFFFFF, UINT32_MAX};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct jw_str data;
        uint32_t found = 0;
        uint32_t docid = b->n_docs + b->n_empty + others[i];
        docid = docid < others[i] ? UINT32_MAX : docid;
        CHECK_OK(jw_glass_data(p->glass, docid, &found, &scratch, &data, &err), &err);
        CHECK_INT(found, floor);
    }
    jw_buf_release(&scratch);
}

static void check_meta(struct pair *p)
{
    static char longest[300];
    struct jw_buf got;
    struct jw_buf want;
    jw_buf_init(&got, BUF_BYTES);
    jw_buf_init(&want, BUF_BYTES);
    for (size_t i = 0; i < JW_GLASS_BASE_METADATA; i++) {
        struct jw_str key = jw_glass_base_key(i);
        jw_buf_clear(&got);
        jw_buf_clear(&want);
        CHECK_OK(jw_glass_meta(p->glass, key, &got, &err), &err);
        CHECK_OK(jw_xap_reader_meta(p->xap, key, &want, &err), &err);
        CHECK(jw_str_eq(jw_buf_str(&got), jw_buf_str(&want)));
        CHECK_INT(got.len, i == 1 ? 0 : i * i * 5000);
    }
    memset(longest, 'm', sizeof longest);
    jw_buf_clear(&got);
    jw_buf_add_c(&got, "kept");
    CHECK_OK(jw_glass_meta(p->glass, jw_str_c("none"), &got, &err), &err);
    CHECK_OK(jw_glass_meta(p->glass, jw_str_c("\xFF"), &got, &err), &err);
    for (size_t n = 240; n < sizeof longest; n++) {
        CHECK_OK(jw_glass_meta(p->glass, jw_str_of(longest, n), &got, &err), &err);
    }
    CHECK_STR_C(jw_buf_str(&got), "kept");
    jw_buf_release(&got);
    jw_buf_release(&want);
}

static void check_info(struct pair *p, const struct jw_glass_base *b)
{
    struct jw_glass_info got;
    struct jw_xap_info want;
    jw_glass_reader_info(p->glass, &got);
    CHECK_OK(jw_xap_reader_info(p->xap, &want, &err), &err);
    CHECK_INT(got.n_docs, want.n_docs);
    CHECK_INT(got.last_docid, want.last_docid);
    CHECK_INT(got.last_docid, b->n_docs + b->n_empty);
    CHECK_INT(got.total_length, want.total_length);
    CHECK_INT(got.revision, want.revision);
}

/* ---- the databases ---- */

/* Bit by bit, the levels of the roots of both tables that were met. */
static unsigned levels[2];

static void check_base(const struct jw_glass_base *b)
{
    struct jw_glass_version version;
    struct jw_random r = jw_random_start(b->salt + 1);
    struct jw_scratch s;
    struct pair p;
    jw_scratch_make(&s);
    CHECK(jw_glass_base_make(b, s.dir));
    CHECK_OK(jw_glass_read_version(s.dir, &version, &err), &err);
    levels[0] |= 1u << version.postlist.level;
    levels[1] |= 1u << version.docdata.level;
    if (open_pair(&p, s.dir)) {
        check_info(&p, b);
        check_meta(&p);
        check_documents(&p, b);
        check_postings(&p, &r, b->n_docs + b->n_empty);
    }
    close_pair(&p);
    jw_scratch_remove(&s);
}

static void test_many_documents(void)
{
    static const struct jw_glass_base bases[] = {
        {.salt = 1, .n_docs = 1, .n_words = 10},
        {.salt = 2, .n_docs = 5, .n_words = 100},
        {.salt = 3, .n_docs = 600, .n_words = 100000},
        {.salt = 4, .n_docs = 9000, .n_words = 20000},
    };
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        check_base(&bases[i]);
    }
    CHECK_INT(levels[0] & 6, 6); /* metadata alone takes more than a block */
    CHECK_INT(levels[1] & 7, 7);
}

/* Numbers of documents get longer at 0x8000, at 2^22. */
static void test_number_borders(void)
{
    static const struct jw_glass_base bases[] = {
        {.salt = 5,
         .n_docs = 3000,
         .n_before = 1000,
         .n_empty = BORDER_3 - 2000,
         .n_words = 500},
        {.salt = 6,
         .n_docs = 3000,
         .n_before = 1000,
         .n_empty = BORDER_4 - 2000,
         .n_words = 500},
    };
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        check_base(&bases[i]);
    }
}

/* A leaf that begins with the first document of a longer number, which the branch above
 * has cut to its first byte, after one of the shorter numbers or a gap. */
static void test_leaf_at_border(void)
{
    for (uint32_t before = 7; before < 14; before++) {
        for (uint32_t gap = 0; gap < 2; gap++) {
            struct jw_glass_base b = {.salt = before,
                                      .n_docs = 40,
                                      .n_words = 50,
                                      .n_before = gap ? before + 1 : 0,
                                      .data_bytes = 2000};
            b.n_empty = BORDER_3 - 1 - before + (gap ? before : 0);
            check_base(&b);
        }
    }
    struct jw_glass_base far = {.salt = 9,
                                .n_docs = 40,
                                .n_empty = BORDER_4 - 5,
                                .n_words = 50,
                                .data_bytes = 2000};
    check_base(&far);
}

/* What Xapian has written is read as well, or left to Xapian. */
static void test_written_by_xapian(void)
{
    struct jw_scratch s;
    struct jw_xap_writer *w = NULL;
    struct jw_glass_reader *glass = NULL;
    jw_scratch_make(&s);
    const char *path = jw_scratch_path(&s, "db");
    CHECK_STATUS(jw_glass_reader_open(path, &glass, &err), JW_ENOTFOUND);
    CHECK(glass == NULL);
    CHECK_OK(jw_xap_writer_open(path, JW_XAP_CREATE, &w, &err), &err);
    for (int i = 0; i < 200 && w; i++) {
        static char data[3000];
        struct jw_xap_term terms[] = {{jw_str_c("all"), 2}, {jw_str_c("one"), 1}};
        CHECK_OK(jw_xap_writer_add(w, terms, i % 3 ? 1 : 2,
                                   jw_str_of(data, (size_t)i * 9), NULL, &err),
                 &err);
        if (i % 50 == 0) {
            CHECK_OK(jw_xap_writer_commit(w, &err), &err);
        }
    }
    CHECK_OK(w ? jw_xap_writer_commit(w, &err) : JW_EINTERNAL, &err);
    jw_xap_writer_close(w);
    CHECK_STATUS(jw_glass_reader_open(path, &glass, &err), JW_ENOTFOUND);
    CHECK(glass == NULL);
    jw_scratch_remove(&s);
}

JW_TEST_MAIN("glass reader", {"many documents", test_many_documents},
             {"borders of numbers", test_number_borders},
             {"a leaf at a border", test_leaf_at_border},
             {"written by Xapian", test_written_by_xapian})
