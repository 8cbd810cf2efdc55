/* lib/glass/ngrams and what the inverter makes of them, against the n-grams of the very
 * strings that the pairs were cut from. */
#include "ngrams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/glass_reader.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "random.h"
#include "scratch.h"
#include "stretch.h"

static struct jw_error err;

enum {
    REPEAT_PAIRS_MAX = 16384,
    WORDS = 3,
    BUF_BYTES = 1 << 28,
    LENGTHS_MAX = 2000,
    NGRAM_BYTES = JW_STRETCH_NGRAM_CHARS * JW_UTF8_MAX_BYTES,
    AGAIN_MAX = 3
};

/* ---- its pairs, as the inverter notes them ---- */

struct pairs {
    uint64_t *at;
    size_t n;
    size_t cap;
    uint32_t cut;
};

static void add_pair(struct pairs *p, uint32_t a, uint32_t b, uint32_t document,
                     uint32_t flags)
{
    if (a >= JW_STRETCH_BMP_END || b >= JW_STRETCH_BMP_END) {
        p->cut = JW_PAIR_CUT;
        return;
    }
    void *at = p->at;
    CHECK_STATUS(jw_array_grow(&at, &p->cap, p->n + 1, sizeof *p->at), JW_OK);
    p->at = at;
    uint64_t key = (uint64_t)a << 16 | b;
    p->at[p->n++] = key << JW_PAIR_KEY_SHIFT | document | flags | p->cut;
    p->cut = 0;
}

static void make_pairs(const struct jw_stretch *s, struct pairs *p)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct jw_stretch_row *row = &s->rows[i];
        size_t from = row->from;
        if (row->seam > row->from) {
            p->cut = JW_PAIR_CUT;
            from = row->seam - 1;
            for (size_t k = jw_stretch_tail(row); k < from; k++) {
                add_pair(p, s->chars[k], s->chars[k + 1], row->document, JW_PAIR_JOINS);
            }
        }
        for (size_t k = from; k < row->to; k++) {
            add_pair(p, s->chars[k], k + 1 < row->to ? s->chars[k + 1] : 0, row->document,
                     0);
        }
    }
}

static void note_rows(struct jw_inverter *v, const struct jw_stretch *s,
                      uint32_t document)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct jw_stretch_row *row = &s->rows[i];
        size_t from = row->from;
        if (row->document != document) {
            continue;
        }
        if (row->seam > row->from) {
            struct jw_char_pair tail[JW_STRETCH_TAIL_PAIRS];
            size_t n = 0;
            from = row->seam - 1;
            for (size_t k = jw_stretch_tail(row); k < from; k++) {
                struct jw_char_pair pair = {.a = s->chars[k], .b = s->chars[k + 1]};
                tail[n++] = pair;
            }
            jw_inverter_join(v, tail, n);
        }
        for (size_t k = from; k < row->to; k++) {
            jw_inverter_pair(v, s->chars[k], k + 1 < row->to ? s->chars[k + 1] : 0);
        }
    }
}

/* ---- what the finder says ---- */

static bool on_begin(uint32_t ngram, const uint64_t *pairs, size_t n_pairs, void *arg)
{
    struct jw_ngram_list *p = arg;
    struct jw_ngram_place made = {.n_chars = (uint32_t)n_pairs + 1};
    void *ngrams = p->ngrams;
    CHECK_INT(ngram, p->n_ngrams);
    CHECK(n_pairs >= 2 && n_pairs < JW_STRETCH_NGRAM_CHARS);
    for (size_t i = 0; i < n_pairs; i++) {
        uint32_t key = (uint32_t)(pairs[i] >> JW_PAIR_KEY_SHIFT);
        CHECK(i == 0 || made.chars[i] == key >> 16);
        made.chars[i] = key >> 16;
        made.chars[i + 1] = key & 0xFFFF;
    }
    CHECK_STATUS(
        jw_array_grow(&ngrams, &p->ngrams_cap, p->n_ngrams + 1, sizeof *p->ngrams),
        JW_OK);
    p->ngrams = ngrams;
    p->ngrams[p->n_ngrams++] = made;
    return true;
}

static bool on_posting(const struct jw_ngram_posting *posting, void *arg)
{
    struct jw_ngram_list *p = arg;
    if (!CHECK(posting->ngram < p->n_ngrams)) {
        return false;
    }
    struct jw_ngram_place *ngram = &p->ngrams[posting->ngram];
    /* In this one `document` is one more than the last that was told. */
    CHECK(posting->document >= ngram->document);
    ngram->document = posting->document + 1;
    struct jw_ngram_place made = *ngram;
    made.document = posting->document;
    made.again = posting->again;
    jw_ngram_list_add(p, &made);
    return true;
}

static void check_same(const struct jw_ngram_list *got, const struct jw_ngram_list *want,
                       const char *what, unsigned number)
{
    CHECK_MSG(got->n == want->n, "%s %u: %zu postings, not %zu", what, number, got->n,
              want->n);
    for (size_t i = 0; i < got->n && i < want->n; i++) {
        const struct jw_ngram_place *g = &got->at[i];
        const struct jw_ngram_place *w = &want->at[i];
        bool same = jw_ngram_place_order(g, w) == 0 && g->again == w->again;
        CHECK_MSG(same,
                  "%s %u, posting %zu: %u characters from U+%04X in %u, %u, not %u from "
                  "U+%04X in %u, %u",
                  what, number, i, g->n_chars, g->chars[0], g->document, g->again,
                  w->n_chars, w->chars[0], w->document, w->again);
        if (!same) {
            return;
        }
    }
}

/* Longer ones must be somewhat more frequent. */
static struct jw_ngram_bounds bounds_of(uint32_t least)
{
    struct jw_ngram_bounds bounds = {JW_STRETCH_NGRAM_CHARS, least, least + least / 3,
                                     AGAIN_MAX};
    return bounds;
}

static void check_stretch(const struct jw_stretch *s, uint32_t least, const char *what,
                          unsigned number)
{
    struct pairs pairs = {0};
    struct jw_ngram_list got = {0};
    struct jw_ngram_list want = {0};
    const struct jw_ngram_sink sink = {on_begin, on_posting, &got};
    struct jw_ngram_bounds bounds = bounds_of(least);
    make_pairs(s, &pairs);
    CHECK_STATUS(jw_ngrams_find(pairs.at, pairs.n, &bounds, &sink), JW_OK);
    if (got.n > 0) {
        qsort(got.at, got.n, sizeof *got.at, jw_ngram_place_order);
    }
    jw_stretch_ngrams(s, &bounds, &want);
    check_same(&got, &want, what, number);
    free(pairs.at);
    jw_ngram_list_release(&got);
    jw_ngram_list_release(&want);
}

static const struct jw_stretch_kind kinds[] = {
    {1, 2, 0, 0, 0},   {2, 1, 0, 2, 0},     {40, 3, 0, 0, 0},   {40, 2, 9, 2, 5},
    {200, 6, 5, 3, 0}, {300, 12, 30, 2, 9}, {900, 4, 20, 2, 0}, {60, 300, 0, 2, 0}};

enum {
    KINDS = sizeof kinds / sizeof kinds[0]
};

static void test_random(void)
{
    static const uint32_t least[] = {1, 2, 7, 32, 254, 255, 256, 300, 900, 901};
    for (unsigned i = 0; i < KINDS; i++) {
        struct jw_random r = jw_random_start(i);
        struct jw_stretch s = {0};
        while (s.n_docs < kinds[i].n_docs) {
            jw_stretch_any(&s, &r, &kinds[i]);
        }
        for (unsigned k = 0; k < sizeof least / sizeof least[0]; k++) {
            /* Of many documents each n-gram is a posting: that takes long. */
            if (least[k] > 1 || s.n_docs <= 60) {
                check_stretch(&s, least[k], "kind", i * 1000 + least[k]);
            }
        }
        jw_stretch_release(&s);
    }
}

/* ---- single cases ---- */

static bool no_ngram(uint32_t ngram, const uint64_t *pairs, size_t n_pairs, void *arg)
{
    (void)ngram;
    (void)pairs;
    (void)n_pairs;
    (void)arg;
    return false;
}

static bool no_posting(const struct jw_ngram_posting *posting, void *arg)
{
    (void)posting;
    (void)arg;
    return false;
}

static bool any_ngram(uint32_t ngram, const uint64_t *pairs, size_t n_pairs, void *arg)
{
    (void)no_ngram(ngram, pairs, n_pairs, arg);
    return true;
}

static void test_few(void)
{
    struct jw_stretch s = {.n_docs = 1};
    const struct jw_ngram_bounds any = bounds_of(1);
    struct jw_ngram_list got = {0};
    struct pairs pairs = {0};
    const struct jw_ngram_sink sink = {on_begin, on_posting, &got};
    const struct jw_ngram_sink fails[] = {{no_ngram, on_posting, &got},
                                          {any_ngram, no_posting, &got}};
    CHECK_STATUS(jw_ngrams_find(NULL, 0, &any, &sink), JW_OK);
    jw_stretch_row(&s, "中国");
    make_pairs(&s, &pairs);
    CHECK_INT(pairs.n, 2);
    CHECK_STATUS(jw_ngrams_find(pairs.at, 1, &any, &sink), JW_OK);
    CHECK_STATUS(jw_ngrams_find(pairs.at, 2, &any, &sink), JW_OK);
    CHECK_INT(got.n, 0);
    jw_stretch_row(&s, "中国人");
    check_stretch(&s, 1, "three characters", 0);
    pairs.n = 0;
    make_pairs(&s, &pairs);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(jw_ngrams_find(pairs.at, pairs.n, &any, &fails[i]), JW_ENOMEM);
    }
    free(pairs.at);
    jw_ngram_list_release(&got);
    jw_stretch_release(&s);
}

/* What one row of characters, cut by one that is no BMP character, or two rows look
 * like: no n-gram is found across. */
static void test_cuts(void)
{
    static const char *const rows[][2] = {
        {"天地𠀀地人", ""}, {"天地", "地人"}, {"天地𠀀", "地人"}, {"𠀀天地", "地人𠀀"}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_stretch s = {.n_docs = 1};
        struct jw_ngram_list want = {0};
        jw_stretch_row(&s, rows[i][0]);
        if (*rows[i][1]) {
            jw_stretch_row(&s, rows[i][1]);
        }
        struct jw_ngram_bounds any = bounds_of(1);
        jw_stretch_ngrams(&s, &any, &want);
        CHECK_INT(want.n, 0);
        check_stretch(&s, 1, "cut", i);
        /* The same over two documents. */
        s.n_docs = 2;
        s.rows[s.n_rows - 1].document = s.n_rows > 1;
        check_stretch(&s, 1, "cut between documents", i);
        jw_ngram_list_release(&want);
        jw_stretch_release(&s);
    }
}

/* 一丁丂七, where one original character gave those on both sides of a place. */
static void test_splits(void)
{
    static const uint32_t chars[] = {0x4E00, 0x4E01, 0x4E02, 0x4E03, 0};
    /* By the place: how many n-grams stand in whole characters, of three and four. */
    static const size_t whole[] = {1, 2, 3, 2, 1};
    for (size_t split = 0; split < 5; split++) {
        struct pairs pairs = {0};
        struct jw_ngram_list got = {0};
        const struct jw_ngram_sink sink = {on_begin, on_posting, &got};
        const struct jw_ngram_bounds bounds = bounds_of(3);
        for (uint32_t document = 0; document < 4; document++) {
            for (size_t i = 0; i < 4; i++) {
                uint32_t flags = (split == i ? JW_PAIR_SPLIT_BEFORE : 0) |
                                 (split == i + 1 ? JW_PAIR_SPLIT_BEHIND : 0);
                add_pair(&pairs, chars[i], chars[i + 1], document, flags);
            }
        }
        CHECK_STATUS(jw_ngrams_find(pairs.at, pairs.n, &bounds, &sink), JW_OK);
        CHECK_MSG(got.n == 4 * whole[split], "split at %zu: %zu postings", split, got.n);
        free(pairs.at);
        jw_ngram_list_release(&got);
    }
}

static void test_joins(void)
{
    static const char *const rows[][2] = {{"天", "地人"},
                                          {"天地", "人"},
                                          {"天地玄黄宇宙", "洪荒日月"},
                                          {"天地玄𠀀黄", "宇"},
                                          {"天地玄黄", "𠀀宇宙"},
                                          {"天地天地天地天地天地", "天地天地"},
                                          {"𠀀", "天地人"},
                                          {"天地玄黄宇宙洪荒", "辰"},
                                          {"哈哈哈", "哈"}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_stretch s = {0};
        for (int document = 0; document < 2; document++) {
            s.n_docs++;
            jw_stretch_row(&s, "地人");
            jw_stretch_row(&s, rows[i][0]);
            jw_stretch_join(&s, rows[i][1]);
        }
        check_stretch(&s, 1, "join", i);
        check_stretch(&s, 2, "join in two documents", i);
        jw_stretch_release(&s);
    }
}

static void test_long(void)
{
    for (size_t n = REPEAT_PAIRS_MAX - 1; n <= REPEAT_PAIRS_MAX + 1; n++) {
        struct jw_stretch s = {0};
        for (int i = 0; i < 3; i++) {
            s.n_docs++;
            jw_stretch_row(&s, "一丁丂七丁丂");
        }
        jw_stretch_long(&s, n);
        s.n_docs++;
        jw_stretch_row(&s, "丂七丄");
        check_stretch(&s, 3, "long", (unsigned)n);
        jw_stretch_release(&s);
    }
    /* Two in a row, each with all that fills the table of repeats. */
    struct jw_stretch s = {0};
    jw_stretch_long(&s, REPEAT_PAIRS_MAX);
    jw_stretch_long(&s, REPEAT_PAIRS_MAX);
    check_stretch(&s, 2, "two long ones", 0);
    jw_stretch_release(&s);
}

/* ---- through the inverter, the writer and the reader ---- */

static const char prefix = 'N';

/* What is in a document beside its characters. */
static void note_words(struct jw_inverter *v, uint32_t document)
{
    static const char *const words[WORDS] = {"covid", "3.5", "n"};
    char key[16];
    int n = snprintf(key, sizeof key, "Q%u", document);
    jw_inverter_key(v, jw_str_of(key, (size_t)n));
    if (document % 3 == 0) {
        jw_inverter_word(v, jw_str_c(words[document % WORDS]));
    }
}

/* @param least  of each stretch; NULL: no n-grams. */
static void write_database(const char *dir, const struct jw_stretch *stretches, size_t n,
                           const uint32_t *least)
{
    struct jw_inverter *v = jw_inverter_new(1);
    struct jw_glass_writer *w = NULL;
    struct jw_buf run;
    jw_buf_init(&run, BUF_BYTES);
    CHECK_OK(jw_glass_open(dir, BUF_BYTES, &w, &err), &err);
    for (size_t i = 0; i < n; i++) {
        for (uint32_t d = 0; d < stretches[i].n_docs; d++) {
            jw_inverter_next_document(v);
            note_rows(v, &stretches[i], d);
            note_words(v, d);
        }
        if (least) {
            struct jw_ngram_bounds bounds = bounds_of(least[i]);
            jw_inverter_ngrams(v, prefix, &bounds);
        }
        CHECK_STATUS(jw_inverter_flush(v, &run), JW_OK);
        CHECK_OK(
            jw_glass_add_run(w, &run, jw_inverter_lengths(v), stretches[i].n_docs, &err),
            &err);
    }
    CHECK_OK(jw_glass_finish(w, NULL, 0, NULL, NULL, &err), &err);
    jw_glass_close(w);
    jw_inverter_free(v);
    jw_buf_release(&run);
}

/* A list, read to its end: document << 32 | wdf. */
static size_t read_list(const struct jw_glass_reader *reader, struct jw_str term,
                        uint64_t *out)
{
    enum {
        ROOM = 64
    };
    struct jw_glass_postings p;
    uint32_t docids[ROOM];
    uint32_t wdfs[ROOM];
    size_t n = 0;
    size_t got = 1;
    uint64_t sum = 0;
    CHECK_OK(jw_glass_postings_open(reader, term, &p, &err), &err);
    while (got > 0 && n + ROOM <= LENGTHS_MAX * 2) {
        uint32_t from = n ? (uint32_t)(out[n - 1] >> 32) + 1 : 1;
        CHECK_OK(jw_glass_postings_read(&p, from, docids, wdfs, ROOM, &got, &err), &err);
        for (size_t i = 0; i < got; i++) {
            sum += wdfs[i];
            out[n++] = (uint64_t)docids[i] << 32 | wdfs[i];
        }
    }
    CHECK_INT(p.n_docs, n);
    CHECK_INT(p.n_occurrences, sum);
    return n;
}

struct term_check {
    const struct jw_glass_reader *with;
    const struct jw_glass_reader *without;
    uint64_t n_terms;
    uint64_t n_ngrams;
};

/* A term that is no n-gram has the list that it has without n-grams. */
static bool on_term(struct jw_str term, uint32_t n_docs, void *arg)
{
    static uint64_t lists[2][LENGTHS_MAX * 2];
    struct term_check *x = arg;
    x->n_terms++;
    if (term.p[0] == prefix) {
        x->n_ngrams++;
        return true;
    }
    size_t n = read_list(x->with, term, lists[0]);
    CHECK_INT(n, n_docs);
    CHECK_INT(read_list(x->without, term, lists[1]), n);
    CHECK(memcmp(lists[0], lists[1], n * sizeof lists[0][0]) == 0);
    return true;
}

static bool count_term(struct jw_str term, uint32_t n_docs, void *arg)
{
    (void)term;
    (void)n_docs;
    (*(uint64_t *)arg)++;
    return true;
}

static void check_others(const struct jw_glass_reader *with,
                         const struct jw_glass_reader *without, uint64_t n_ngrams)
{
    struct term_check x = {.with = with, .without = without};
    struct jw_glass_info infos[2];
    uint64_t n = 0;
    jw_glass_reader_info(with, &infos[0]);
    jw_glass_reader_info(without, &infos[1]);
    CHECK_INT(infos[0].n_docs, infos[1].n_docs);
    CHECK_INT(infos[0].total_length, infos[1].total_length);
    CHECK_INT(infos[0].wdf_max, infos[1].wdf_max);
    CHECK_OK(jw_glass_terms(with, jw_str_c(""), on_term, &x, &err), &err);
    CHECK_INT(x.n_ngrams, n_ngrams);
    CHECK_OK(jw_glass_terms(without, jw_str_c(""), count_term, &n, &err), &err);
    CHECK_INT(x.n_terms - x.n_ngrams, n);
}

static struct jw_str term_of(const struct jw_ngram_place *p, char out[1 + NGRAM_BYTES])
{
    size_t n = 1;
    out[0] = prefix;
    for (uint32_t i = 0; i < p->n_chars; i++) {
        n += jw_utf8_encode(p->chars[i], out + n);
    }
    return jw_str_of(out, n);
}

/* @param want  of all stretches, by document number from 0 on, sorted. @return how many
 *              n-grams there are. */
static uint64_t check_lists(const struct jw_glass_reader *reader,
                            const struct jw_ngram_list *want)
{
    static uint64_t list[LENGTHS_MAX * 2];
    uint64_t n_ngrams = 0;
    for (size_t i = 0; i < want->n; n_ngrams++) {
        char bytes[1 + NGRAM_BYTES];
        size_t n = read_list(reader, term_of(&want->at[i], bytes), list);
        size_t k = 0;
        for (; k < n && i + k < want->n; k++) {
            const struct jw_ngram_place *w = &want->at[i + k];
            uint64_t posting = ((uint64_t)w->document + 1) << 32 | w->again;
            if (!CHECK(jw_ngram_order(w, &want->at[i]) == 0 && list[k] == posting)) {
                return 0;
            }
        }
        CHECK(i + k == want->n || jw_ngram_order(&want->at[i], &want->at[i + k]) != 0);
        i += k ? k : 1;
    }
    return n_ngrams;
}

static void add_shifted(struct jw_ngram_list *to, const struct jw_ngram_list *from,
                        uint32_t first)
{
    for (size_t i = 0; i < from->n; i++) {
        struct jw_ngram_place p = from->at[i];
        p.document += first;
        jw_ngram_list_add(to, &p);
    }
}

static void test_database(void)
{
    enum {
        STRETCHES = 4
    };
    static const uint32_t least[STRETCHES] = {3, 40, 1, 20};
    static const struct jw_stretch_kind shapes[STRETCHES] = {
        {60, 8, 9, 2, 4}, {400, 4, 12, 2, 0}, {0, 1, 0, 0, 0}, {300, 3, 0, 3, 7}};
    struct jw_stretch stretches[STRETCHES];
    struct jw_ngram_list all = {0};
    struct jw_random r = jw_random_start(99);
    struct jw_scratch with;
    struct jw_scratch without;
    struct jw_glass_reader *readers[2] = {NULL, NULL};
    uint32_t n_docs = 0;
    memset(stretches, 0, sizeof stretches);
    jw_scratch_make(&with);
    jw_scratch_make(&without);
    for (size_t i = 0; i < STRETCHES; i++) {
        struct jw_ngram_list want = {0};
        while (stretches[i].n_docs < shapes[i].n_docs) {
            jw_stretch_any(&stretches[i], &r, &shapes[i]);
        }
        struct jw_ngram_bounds bounds = bounds_of(least[i]);
        jw_stretch_ngrams(&stretches[i], &bounds, &want);
        add_shifted(&all, &want, n_docs);
        n_docs += stretches[i].n_docs;
        jw_ngram_list_release(&want);
    }
    qsort(all.at, all.n, sizeof *all.at, jw_ngram_place_order);
    write_database(with.dir, stretches, STRETCHES, least);
    write_database(without.dir, stretches, STRETCHES, NULL);
    if (CHECK_OK(jw_glass_reader_open(with.dir, &readers[0], &err), &err) &&
        CHECK_OK(jw_glass_reader_open(without.dir, &readers[1], &err), &err)) {
        uint64_t n_ngrams = check_lists(readers[0], &all);
        CHECK(n_ngrams > 100);
        check_others(readers[0], readers[1], n_ngrams);
    }
    for (size_t i = 0; i < STRETCHES; i++) {
        jw_stretch_release(&stretches[i]);
    }
    jw_ngram_list_release(&all);
    jw_glass_reader_close(readers[0]);
    jw_glass_reader_close(readers[1]);
    jw_scratch_remove(&with);
    jw_scratch_remove(&without);
}

JW_TEST_MAIN("n-grams", {"random documents", test_random}, {"few pairs", test_few},
             {"cuts", test_cuts}, {"splits", test_splits}, {"joins", test_joins},
             {"long documents", test_long}, {"a database", test_database})
