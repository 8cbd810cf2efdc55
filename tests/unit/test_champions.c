/* lib/glass: champion lists are what sorting all postings gives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/glass.h"
#include "jianwen/glass_reader.h"
#include "jianwen/signature.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "random.h"
#include "scratch.h"

static struct jw_error err;

enum {
    DOCS = 3000,
    DOCS_A_RUN = 700,
    TOGETHER = 8,
    LEAST_DOCS = 100,
    MOST_OFTEN = 3,
    PREFIX = 0xFF,
    RUN_BYTES = 1 << 28,
    TERM_BYTES = 16
};

/* Pairs, by how many of a hundred documents hold them. */
static const uint32_t shares[] = {100, 60, 20, 5, 1};

enum {
    PAIRS = sizeof shares / sizeof shares[0],
    /* That of these that stands more than MOST_OFTEN times somewhere. */
    TOO_OFTEN = 2
};

struct text {
    uint32_t date;
    uint32_t newest;
    uint32_t counts[PAIRS];
};

static struct text texts[DOCS + 1];

static uint32_t date_of(uint32_t docid, void *arg)
{
    CHECK(arg == texts);
    return texts[docid].date;
}

static void make_texts(uint64_t salt, uint32_t n_dates)
{
    struct jw_random r = jw_random_start(salt);
    for (uint32_t d = 1; d <= DOCS; d++) {
        texts[d].date = jw_random_below(&r, n_dates);
        for (uint32_t k = 0; k < PAIRS; k++) {
            bool holds = jw_random_below(&r, 100) < shares[k];
            uint32_t times =
                jw_random_one_in(&r, 10) ? 1 + jw_random_below(&r, MOST_OFTEN) : 1;
            texts[d].counts[k] = holds ? times : 0;
        }
    }
    texts[DOCS / 2].counts[TOO_OFTEN] = MOST_OFTEN + 1;
}

static void add_texts(struct jw_glass_writer *w)
{
    struct jw_inverter *v = jw_inverter_new(1000);
    struct jw_buf run;
    jw_buf_init(&run, RUN_BYTES);
    for (uint32_t d = 1; d <= DOCS; d++) {
        jw_inverter_next_document(v);
        for (uint32_t k = 0; k < PAIRS; k++) {
            for (uint32_t i = 0; i < texts[d].counts[k]; i++) {
                /* Something stands behind it, or nothing. */
                jw_inverter_pair(v, 0x5B57, 0x6000 + k);
                jw_inverter_pair(v, d % 2 ? 0x6000 + k : 0x7000, 0x7001);
            }
        }
        jw_inverter_word(v, jw_str_c("everywhere"));
        if (d % DOCS_A_RUN == 0 || d == DOCS) {
            CHECK_STATUS(jw_inverter_flush(v, &run), JW_OK);
            uint32_t n = (d - 1) % DOCS_A_RUN + 1;
            CHECK_OK(jw_glass_add_run(w, &run, jw_inverter_lengths(v), n, &err), &err);
        }
    }
    jw_inverter_free(v);
    jw_buf_release(&run);
}

/* The term of a pair, behind the prefix when it is not 0. */
static struct jw_str term_of(unsigned char prefix, uint32_t k, char *out)
{
    size_t n = 0;
    if (prefix) {
        out[n++] = (char)prefix;
    }
    n += jw_utf8_encode(0x5B57, out + n);
    n += jw_utf8_encode(0x6000 + k, out + n);
    return jw_str_of(out, n);
}

static uint32_t pair_at_hand;

static int by_rank(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    uint32_t n = texts[x].counts[pair_at_hand];
    uint32_t m = texts[y].counts[pair_at_hand];
    if (n != m) {
        return n > m ? -1 : 1;
    }
    if (texts[x].date != texts[y].date) {
        return texts[x].date > texts[y].date ? -1 : 1;
    }
    return x < y ? -1 : x > y;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void check_list(const struct jw_glass_reader *g, uint32_t k, uint32_t n_best)
{
    char bytes[TERM_BYTES];
    static uint32_t want[DOCS];
    uint32_t docids[JW_CHAMPIONS_MAX + 1];
    uint32_t numbers[JW_CHAMPIONS_MAX + 1];
    struct jw_glass_postings own;
    struct jw_glass_postings list;
    size_t n = 0;
    size_t read = 0;
    pair_at_hand = k;
    for (uint32_t d = 1; d <= DOCS; d++) {
        if (texts[d].counts[k]) {
            want[n++] = d;
        }
    }
    CHECK_OK(jw_glass_postings_open(g, term_of(PREFIX, k, bytes), &list, &err), &err);
    if (n < LEAST_DOCS || k == TOO_OFTEN) {
        CHECK_INT(list.n_docs, 0);
        return;
    }
    qsort(want, n, sizeof *want, by_rank);
    qsort(want, n_best, sizeof *want, by_number);
    CHECK_INT(list.n_docs, n_best);
    CHECK_OK(jw_glass_postings_read(&list, 0, docids, numbers, JW_CHAMPIONS_MAX + 1,
                                    &read, &err),
             &err);
    CHECK_INT(read, n_best);
    CHECK_OK(jw_glass_postings_open(g, term_of(0, k, bytes), &own, &err), &err);
    for (size_t i = 0; i < read; i++) {
        uint32_t docid = 0;
        uint32_t number = 0;
        size_t one = 0;
        CHECK_INT(docids[i], want[i]);
        CHECK_INT(jw_signature_count(numbers[i]), texts[want[i]].counts[k]);
        CHECK_OK(jw_glass_postings_read(&own, want[i], &docid, &number, 1, &one, &err),
                 &err);
        CHECK(one == 1 && docid == want[i] && number == numbers[i]);
    }
}

/* @param memory_bytes  for runs: little of it has them put aside. */
static void check(uint32_t n_dates, uint32_t n_best, uint64_t memory_bytes)
{
    struct jw_scratch s;
    static uint32_t newest[DOCS / TOGETHER + 1];
    struct jw_glass_writer *w = NULL;
    struct jw_glass_reader *g = NULL;
    struct jw_champion_rule rule = {PREFIX, n_best,   LEAST_DOCS, MOST_OFTEN,
                                    newest, TOGETHER, date_of,    texts};
    make_texts(n_dates + n_best, n_dates);
    memset(newest, 0, sizeof newest);
    for (uint32_t d = 1; d <= DOCS; d++) {
        uint32_t *at = &newest[d / TOGETHER];
        *at = texts[d].date > *at ? texts[d].date : *at;
    }
    jw_scratch_make(&s);
    CHECK_OK(jw_glass_open(s.dir, memory_bytes, &w, &err), &err);
    add_texts(w);
    jw_glass_champions(w, &rule);
    CHECK_OK(jw_glass_finish(w, NULL, 0, NULL, NULL, &err), &err);
    jw_glass_close(w);
    CHECK_OK(jw_glass_reader_open(s.dir, &g, &err), &err);
    for (uint32_t k = 0; k < PAIRS && g; k++) {
        check_list(g, k, n_best);
    }
    jw_glass_reader_close(g);
    jw_scratch_remove(&s);
}

static void test_as_sorted(void)
{
    static const uint32_t dates[] = {1, 5, 60, 4000};
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        check(dates[i], 1, (uint64_t)1 << 30);
        check(dates[i], 32, 0);
        check(dates[i], JW_CHAMPIONS_MAX, (uint64_t)1 << 30);
    }
}

static uint32_t no_date(uint32_t docid, void *arg)
{
    (void)docid;
    (void)arg;
    return 0;
}

/* More lists than are kept in memory. */
static void test_many_lists(void)
{
    enum {
        LISTS = 100000,
        CHECKED = 997
    };
    static const uint32_t newest[1] = {0};
    struct jw_scratch s;
    struct jw_buf run;
    struct jw_glass_writer *w = NULL;
    struct jw_glass_reader *g = NULL;
    struct jw_champion_rule rule = {PREFIX, 2, 3, 1, newest, DOCS, no_date, NULL};
    struct jw_inverter *v = jw_inverter_new(4 * LISTS);
    jw_scratch_make(&s);
    jw_buf_init(&run, RUN_BYTES);
    CHECK_OK(jw_glass_open(s.dir, (uint64_t)1 << 30, &w, &err), &err);
    for (uint32_t d = 0; d < 3; d++) {
        jw_inverter_next_document(v);
        for (uint32_t i = 0; i < LISTS; i++) {
            jw_inverter_pair(v, 0x4E00 + i / 64, 0x6000 + i % 64);
        }
    }
    CHECK_STATUS(jw_inverter_flush(v, &run), JW_OK);
    CHECK_OK(jw_glass_add_run(w, &run, jw_inverter_lengths(v), 3, &err), &err);
    jw_glass_champions(w, &rule);
    CHECK_OK(jw_glass_finish(w, NULL, 0, NULL, NULL, &err), &err);
    jw_glass_close(w);
    CHECK_OK(jw_glass_reader_open(s.dir, &g, &err), &err);
    for (uint32_t i = 0; i < LISTS && g; i += CHECKED) {
        char bytes[TERM_BYTES] = {(char)PREFIX};
        struct jw_glass_postings list;
        uint32_t docids[3];
        size_t n = 1 + jw_utf8_encode(0x4E00 + i / 64, bytes + 1);
        n += jw_utf8_encode(0x6000 + i % 64, bytes + n);
        CHECK_OK(jw_glass_postings_open(g, jw_str_of(bytes, n), &list, &err), &err);
        CHECK_OK(jw_glass_postings_read(&list, 0, docids, NULL, 3, &n, &err), &err);
        CHECK(n == 2 && docids[0] == 1 && docids[1] == 2);
    }
    jw_glass_reader_close(g);
    jw_inverter_free(v);
    jw_buf_release(&run);
    jw_scratch_remove(&s);
}

JW_TEST_MAIN("champions", {"as sorting gives them", test_as_sorted},
             {"more lists than memory", test_many_lists})
