/* lib/index/table: the article table in memory and as stored. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

#include "jianwen/schema.h"
#include "jw_cunit.h"
#include "random.h"

enum {
    ROWS = 1500, /* three chunks */
    STORE_BYTES = 1 << 20
};

static const char *const names[] = {"",  "晨报", "晚报",        "要闻",
                                    "3", "A05",  "王小明、李华"};

/* Rows as an index has them: dead ones, gaps, dates of all kinds. */
static void fill(struct jw_table *t, struct jw_random *r, size_t n)
{
    static const uint32_t dates[] = {0, 20210000, 20210600, 20210630, 99991231};
    uint32_t docid = 1;
    for (size_t i = 0; i < n; i++) {
        struct jw_row row = {.first_docid = docid,
                             .n_docs =
                                 jw_random_one_in(r, 6) ? 0 : 1 + jw_random_below(r, 9),
                             .untitled = jw_random_one_in(r, 3),
                             .joined = jw_random_one_in(r, 3),
                             .date = dates[jw_random_below(r, 5)],
                             .length = jw_random_below(r, 100000)};
        row.sketch = row.n_docs ? jw_random_u64(r) : 0; /* dead rows store none */
        struct jw_str values[JW_FIELDS];
        for (int f = 0; f < JW_FIELDS; f++) {
            values[f] = jw_str_c(names[jw_random_below(r, 7)]);
        }
        CHECK_STATUS(jw_table_add(t, &row, values), JW_OK);
        docid += row.n_docs ? row.n_docs : 1 + jw_random_below(r, 4);
        docid += jw_random_one_in(r, 20) ? 3 : 0;
    }
}

static enum jw_status load(struct jw_table *t, const struct jw_buf *stored_names,
                           const struct jw_buf *chunks, size_t n_chunks)
{
    enum jw_status status = JW_OK;
    for (int f = 0; f < JW_FIELDS && status == JW_OK; f++) {
        status = jw_table_decode_names(t, (enum jw_field)f, jw_buf_str(&stored_names[f]));
    }
    for (size_t k = 0; k < n_chunks && status == JW_OK; k++) {
        status = jw_table_decode_chunk(t, jw_buf_str(&chunks[k]));
    }
    return status;
}

static void check_row_of(const struct jw_table *t)
{
    const struct jw_row *last = &t->rows[t->n_rows - 1];
    uint32_t end = last->first_docid + last->n_docs + 3;
    size_t row = 0;
    for (uint32_t d = 0; d < end; d++) {
        while (row + 1 < t->n_rows && t->rows[row + 1].first_docid <= d) {
            row++;
        }
        const struct jw_row *at = &t->rows[row];
        bool in = d >= at->first_docid && d < at->first_docid + at->n_docs;
        CHECK_INT(jw_table_row_of(t->rows, t->n_rows, d), in ? row : t->n_rows);
    }
    CHECK_INT(jw_table_row_of(t->rows, t->n_rows, UINT32_MAX), t->n_rows);
    CHECK_INT(jw_table_row_of(NULL, 0, 1), 0);
}

static void store(const struct jw_table *t, struct jw_buf *stored_names,
                  struct jw_buf *chunks, size_t n_chunks)
{
    for (int f = 0; f < JW_FIELDS; f++) {
        jw_buf_init(&stored_names[f], STORE_BYTES);
        jw_names_encode(&t->names[f].names, &stored_names[f]);
    }
    for (size_t k = 0; k < n_chunks; k++) {
        jw_buf_init(&chunks[k], STORE_BYTES);
        jw_table_encode_chunk(t, k, &chunks[k]);
        CHECK_STATUS(jw_buf_status(&chunks[k]), JW_OK);
    }
}

static void release_all(struct jw_buf *bufs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        jw_buf_release(&bufs[i]);
    }
}

static void test_round_trip(void)
{
    enum {
        CHUNKS = (ROWS + JW_TABLE_CHUNK - 1) / JW_TABLE_CHUNK
    };
    struct jw_random r = jw_random_start(31);
    struct jw_table t;
    struct jw_table got;
    struct jw_buf stored_names[JW_FIELDS];
    struct jw_buf chunks[CHUNKS];
    jw_table_init(&t);
    jw_table_init(&got);
    fill(&t, &r, ROWS);
    store(&t, stored_names, chunks, CHUNKS);
    CHECK_STATUS(load(&got, stored_names, chunks, CHUNKS), JW_OK);
    if (CHECK_INT(got.n_rows, ROWS)) {
        for (size_t i = 0; i < ROWS; i++) {
            const struct jw_row *a = &t.rows[i];
            const struct jw_row *b = &got.rows[i];
            CHECK(a->first_docid == b->first_docid && a->n_docs == b->n_docs &&
                  a->untitled == b->untitled && a->joined == b->joined &&
                  a->date == b->date && a->length == b->length);
            for (int f = 0; f < JW_FIELDS; f++) {
                CHECK_STR(got.names[f].names.at[b->name[f]],
                          t.names[f].names.at[a->name[f]]);
            }
        }
        check_row_of(&got);
    }
    /* Going on with what was loaded finds the old names. */
    const struct jw_str values[JW_FIELDS] = {jw_str_c("晨报"), jw_str_c("新的"),
                                             jw_str_c(""), jw_str_c("")};
    struct jw_row row = {.first_docid = 1000000, .n_docs = 1};
    size_t n_sources = got.names[JW_FIELD_SOURCE].names.n;
    size_t n_sections = got.names[JW_FIELD_SECTION].names.n;
    CHECK_STATUS(jw_table_add(&got, &row, values), JW_OK);
    CHECK_INT(got.names[JW_FIELD_SOURCE].names.n, n_sources);
    CHECK_INT(got.names[JW_FIELD_SECTION].names.n, n_sections + 1);
    CHECK_INT(got.rows[ROWS].name[JW_FIELD_PAGE], 0);
    release_all(stored_names, JW_FIELDS);
    release_all(chunks, CHUNKS);
    jw_table_release(&t);
    jw_table_release(&got);
}

static void test_many_names(void)
{
    struct jw_table t;
    jw_table_init(&t);
    for (uint32_t i = 0; i < 5000; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "n%u", i % 2500);
        struct jw_str values[JW_FIELDS] = {jw_str_c(name)};
        struct jw_row row = {.first_docid = i + 1, .n_docs = 1};
        CHECK_STATUS(jw_table_add(&t, &row, values), JW_OK);
    }
    CHECK_INT(t.names[JW_FIELD_SOURCE].names.n, 2501);
    CHECK_INT(t.rows[3].name[JW_FIELD_SOURCE], t.rows[2503].name[JW_FIELD_SOURCE]);
    jw_table_release(&t);
}

/* What decodes at all keeps the promises that searching relies on. */
static void check_sane(const struct jw_table *t)
{
    uint32_t next = 1;
    for (size_t i = 0; i < t->n_rows; i++) {
        const struct jw_row *row = &t->rows[i];
        CHECK(row->first_docid >= next && row->n_docs <= JW_PARAGRAPHS_MAX + 1);
        CHECK(row->date / 10000 <= 9999 && row->date / 100 % 100 <= 12);
        for (int f = 0; f < JW_FIELDS; f++) {
            CHECK(row->name[f] < t->names[f].names.n);
        }
        next = row->first_docid + (row->n_docs ? row->n_docs : 1);
    }
}

static void load_changed(const struct jw_buf *stored_names, const struct jw_buf *chunk,
                         struct jw_str changed, int field)
{
    struct jw_table got;
    enum jw_status status = JW_OK;
    char *copy = malloc(changed.n + 1); /* its own, so that reading past it shows */
    memcpy(copy, changed.p, changed.n);
    struct jw_str bytes = jw_str_of(copy, changed.n);
    jw_table_init(&got);
    for (int f = 0; f < JW_FIELDS && status == JW_OK; f++) {
        status = jw_table_decode_names(&got, (enum jw_field)f,
                                       f == field ? bytes : jw_buf_str(&stored_names[f]));
    }
    if (status == JW_OK) {
        status = jw_table_decode_chunk(&got, field < 0 ? bytes : jw_buf_str(chunk));
    }
    CHECK(status == JW_OK || status == JW_ECORRUPT);
    if (status == JW_OK) {
        check_sane(&got);
    }
    jw_table_release(&got);
    free(copy);
}

static void test_hostile(void)
{
    struct jw_random r = jw_random_start(32);
    struct jw_table t;
    struct jw_buf stored_names[JW_FIELDS];
    struct jw_buf chunk;
    jw_table_init(&t);
    fill(&t, &r, 60);
    store(&t, stored_names, &chunk, 1);
    for (int field = -1; field < JW_FIELDS; field++) {
        const struct jw_buf *what = field < 0 ? &chunk : &stored_names[field];
        for (size_t n = 0; n < what->len; n++) {
            load_changed(stored_names, &chunk, jw_str_of(what->data, n), field);
        }
        for (size_t bit = 0; bit < what->len * 8; bit++) {
            what->data[bit / 8] = (char)(what->data[bit / 8] ^ 1 << bit % 8);
            load_changed(stored_names, &chunk, jw_buf_str(what), field);
            what->data[bit / 8] = (char)(what->data[bit / 8] ^ 1 << bit % 8);
        }
    }
    release_all(stored_names, JW_FIELDS);
    jw_buf_release(&chunk);
    jw_table_release(&t);
}

/* Its bytes stand behind each row that is not dead. */
#define SKETCH "\x01\x02\x03\x04\x05\x06\x07\x08"

static void test_refused_rows(void)
{
    static const struct {
        const char *what;
        struct jw_str chunk;
    } rows[] = {
        {"document 0", {"\x00\x02\x00\x00\x00\x00\x00\x00" SKETCH, 16}},
        {"the same document twice",
         {"\x01\x02\x00\x00\x00\x00\x00\x00" SKETCH
          "\x00\x02\x00\x00\x00\x00\x00\x00" SKETCH,
          32}},
        {"overlapping rows",
         {"\x01\x06\x00\x00\x00\x00\x00\x00" SKETCH
          "\x02\x02\x00\x00\x00\x00\x00\x00" SKETCH,
          32}},
        {"a name that is not there", {"\x01\x02\x00\x00\x01\x00\x00\x00" SKETCH, 16}},
        {"month 13", {"\x01\x02\xF4\xCC\xD1\x09\x00\x00\x00\x00\x00" SKETCH, 19}},
        {"more documents than an article has",
         {"\x01\x80\x89\xFA\x01\x00\x00\x00\x00\x00\x00" SKETCH, 19}},
        {"beyond the last document",
         {"\xFF\xFF\xFF\xFF\x0F\x04\x00\x00\x00\x00\x00\x00" SKETCH, 20}},
        {"a sketch cut short", {"\x01\x02\x00\x00\x00\x00\x00\x00" SKETCH, 15}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_table t;
        enum jw_status status = JW_OK;
        jw_table_init(&t);
        for (int f = 0; f < JW_FIELDS && status == JW_OK; f++) {
            status = jw_table_decode_names(&t, (enum jw_field)f, jw_str_of("\0", 1));
        }
        CHECK_STATUS(status, JW_OK);
        CHECK_MSG(jw_table_decode_chunk(&t, rows[i].chunk) == JW_ECORRUPT, "%s",
                  rows[i].what);
        jw_table_release(&t);
    }
}

JW_TEST_MAIN("table", {"rows and names come back", test_round_trip},
             {"many names", test_many_names}, {"refused rows", test_refused_rows},
             {"damaged bytes", test_hostile})
