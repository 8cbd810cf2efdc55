/* lib/index/record: what is stored of an article comes back, whatever it is. */
#include "record.h"

#include <stdlib.h>

#include "articles.h"
#include "jianwen/schema.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"

enum {
    ARENA_BYTES = 512 << 20,
    BLOCKS_MAX = 4096
};

static struct jw_error err;

/* The form of the texts that the tests at work use: none, or one made for them. */
static struct jw_text_form none;
static struct jw_text_form made;
static const struct jw_text_form *form = &none;

/* Paragraphs that were found as codes. */
static size_t n_coded;

/* An article's blocks as the index stores them, by their first paragraph. */
struct stored {
    struct jw_buf blocks[BLOCKS_MAX];
    size_t first[BLOCKS_MAX];
    size_t n;
};

static struct stored *store(const struct jw_article *a, const struct jw_paragraph *p,
                            size_t n)
{
    struct jw_record_encoder e;
    struct stored *s = calloc(1, sizeof *s);
    CHECK_OK(jw_record_encoder_init(&e, &err), &err);
    if (form != &none) {
        jw_record_encoder_set_form(&e, form);
    }
    size_t next = 0;
    while (next < n && s->n < BLOCKS_MAX) {
        struct jw_buf *block = &s->blocks[s->n];
        size_t from = next;
        jw_buf_init(block, (size_t)1 << 29);
        s->first[s->n++] = from;
        enum jw_status status =
            from == 0 ? jw_record_encode(&e, a, p, n, block, &next, &err)
                      : jw_record_encode_block(&e, p, n, from, block, &next, &err);
        if (!CHECK_OK(status, &err) || !CHECK(next > from)) {
            break;
        }
    }
    CHECK_INT(next, n);
    jw_record_encoder_release(&e);
    return s;
}

static void drop(struct stored *s)
{
    for (size_t i = 0; i < s->n; i++) {
        jw_buf_release(&s->blocks[i]);
    }
    free(s);
}

static void check_rows(const struct jw_stored *got, const struct jw_paragraph *want)
{
    const struct jw_article *a = &got->article;
    for (size_t i = 0; i < a->n_paragraphs; i++) {
        const struct jw_paragraph *p = &a->paragraphs[i];
        CHECK_INT(p->role, want[i].role);
        CHECK_INT(p->text.n, want[i].text.n);
        CHECK_INT(p->line_start, want[i].line_start);
        CHECK_INT(p->line_end, want[i].line_start ? want[i].line_end : 0);
    }
}

static void check_lines(struct jw_stored *got, const struct jw_paragraph *want,
                        struct jw_arena *arena)
{
    CHECK_OK(jw_stored_lines(got, arena, &err), &err);
    for (size_t i = 0; i < got->article.n_paragraphs; i++) {
        const struct jw_paragraph *p = &got->article.paragraphs[i];
        CHECK_INT(p->next, want[i].next);
        CHECK_INT(p->next_likely, want[i].next_likely);
        CHECK_INT(p->next_space, want[i].next_space);
        if (!CHECK_INT(p->n_lines, want[i].n_lines)) {
            continue;
        }
        for (uint32_t k = 0; k < p->n_lines; k++) {
            const struct jw_printed_line *l = &want[i].lines[k];
            CHECK_INT(p->lines[k].line, l->line);
            CHECK_INT(p->lines[k].start, l->start);
            CHECK_INT(p->lines[k].end, l->end);
            CHECK_INT(p->lines[k].sure, l->sure);
            CHECK_STR(p->lines[k].before, l->before);
            CHECK_STR(p->lines[k].after, l->after);
        }
    }
}

/* @return whether the block's codec is the segment's form. */
static bool in_form(struct jw_str block)
{
    return jw_str_starts(block, jw_str_c("\x02"));
}

/* Each paragraph of a block by itself: its codes are its text, and there is none behind
 * the last. */
static void check_codes(struct jw_str block, const struct jw_paragraph *p, size_t n)
{
    bool coded = in_form(block);
    struct jw_str codes;
    CHECK(!coded || form != &none);
    for (size_t i = 0; i < n; i++) {
        if (CHECK_STATUS(jw_block_codes(block, i, &codes),
                         coded ? JW_OK : JW_ENOTFOUND) &&
            coded) {
            char *out = malloc(p[i].text.n + JW_TEXT_SLACK_BYTES);
            CHECK_INT(jw_text_decode(form, codes, out, p[i].text.n), p[i].text.n);
            CHECK_STR(jw_str_of(out, p[i].text.n), p[i].text);
            free(out);
            n_coded++;
        }
    }
    for (size_t i = n; i < n + 3; i++) {
        CHECK_STATUS(jw_block_codes(block, i, &codes), JW_ENOTFOUND);
    }
}

/* Store, read, compare: facts, rows, lines, blocks, text. */
static void check_round_trip(const struct jw_article *a, const struct jw_paragraph *p,
                             size_t n)
{
    struct stored *s = store(a, p, n);
    struct jw_record_decoder d;
    CHECK_STATUS(jw_record_decoder_init(&d), JW_OK);
    struct jw_arena arena;
    struct jw_str plain;
    struct jw_stored got;
    jw_arena_init(&arena, ARENA_BYTES);
    CHECK_OK(jw_block_decode(&d, form, jw_buf_str(&s->blocks[0]), &arena, &plain, &err),
             &err);
    if (CHECK_OK(jw_record_decode(plain, &arena, &got, &err), &err) &&
        CHECK_INT(got.article.n_paragraphs, n) && CHECK_INT(got.n_blocks, s->n)) {
        CHECK_STR(got.article.id, a->id);
        CHECK_STR(got.article.title, p[0].text);
        CHECK_STR(got.article.date, a->date);
        CHECK_STR(got.article.source, a->source);
        CHECK_STR(got.article.section, a->section);
        CHECK_STR(got.article.page, a->page);
        CHECK_STR(got.article.author, a->author);
        CHECK_STR(got.article.url, a->url);
        check_rows(&got, p);
        check_lines(&got, p, &arena);
        for (size_t b = 0; b < s->n; b++) {
            size_t end = b + 1 < s->n ? s->first[b + 1] : n;
            size_t at = 0;
            CHECK_INT(got.block_first[b], s->first[b]);
            check_codes(jw_buf_str(&s->blocks[b]), p + s->first[b], end - s->first[b]);
            CHECK_OK(jw_block_decode(&d, form, jw_buf_str(&s->blocks[b]), &arena, &plain,
                                     &err),
                     &err);
            for (size_t i = s->first[b]; i < end; i++) {
                CHECK_INT(jw_record_first_of_block(&got, i), s->first[b]);
                if (b == 0) {
                    CHECK_STR(got.article.paragraphs[i].text, p[i].text);
                } else {
                    CHECK(got.article.paragraphs[i].text.p == NULL);
                    CHECK_STR(jw_str_slice(plain, at, at + p[i].text.n), p[i].text);
                    at += p[i].text.n;
                }
            }
        }
    }
    jw_arena_release(&arena);
    jw_record_decoder_release(&d);
    drop(s);
}

/* Random articles have their title in front of the paragraphs. */
static struct jw_paragraph *with_title(const struct jw_article *a)
{
    struct jw_paragraph *p = calloc(a->n_paragraphs + 1, sizeof *p);
    p[0].role = JW_ROLE_TITLE;
    p[0].text = a->title;
    memcpy(p + 1, a->paragraphs, a->n_paragraphs * sizeof *p);
    for (size_t i = 1; i <= a->n_paragraphs; i++) {
        p[i].next += p[i].next ? 1 : 0;
    }
    return p;
}

static void test_random(void)
{
    struct jw_random r = jw_random_start(11);
    const struct jw_articles_shape shapes[] = {{60, 0, 12, 4, "short"},
                                               {12, 0, 400, 10, "long"},
                                               {5, 0, 4, 900, "in long paragraphs"}};
    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        struct jw_articles articles;
        jw_articles_make(&articles, &r, &shapes[k]);
        jw_articles_print(&articles, &r);
        for (size_t i = 0; i < articles.n; i++) {
            struct jw_paragraph *p = with_title(&articles.at[i]);
            check_round_trip(&articles.at[i], p, articles.at[i].n_paragraphs + 1);
            free(p);
        }
        jw_articles_release(&articles);
    }
}

static void test_corners(void)
{
    enum {
        HUGE_BYTES = 3 << 20
    };
    char *huge = malloc(HUGE_BYTES);
    struct jw_random r = jw_random_start(12);
    for (size_t i = 0; i < HUGE_BYTES; i++) {
        huge[i] = (char)(' ' + jw_random_below(&r, 90)); /* hardly compresses */
    }
    const struct jw_paragraph p[] = {
        {.role = JW_ROLE_TITLE, .text = {NULL, 0}, .line_start = 0, .line_end = 0},
        {.role = JW_ROLE_BODY,
         .text = {"a", 1},
         .line_start = 4294967295u,
         .line_end = 4294967295u},
        {.role = JW_ROLE_CAPTION,
         .text = {"b", 1},
         .line_start = 1,
         .line_end = 4294967295u},
        {.role = JW_ROLE_BODY, .text = {"c", 1}, .line_start = 7, .line_end = 3},
        {.role = JW_ROLE_BODY, .text = {"d", 1}, .line_start = 0, .line_end = 9},
        {.role = JW_ROLE_BYLINE,
         .text = {huge, HUGE_BYTES},
         .line_start = 2,
         .line_end = 2},
        {.role = JW_ROLE_BODY, .text = {"e", 1}, .line_start = 1, .line_end = 1},
        {.role = JW_ROLE_HEADING,
         .text = {huge, JW_BLOCK_BYTES},
         .line_start = 1,
         .line_end = 1},
        {.role = JW_ROLE_BODY,
         .text = {huge, JW_BLOCK_BYTES - 1},
         .line_start = 1,
         .line_end = 1},
        {.role = JW_ROLE_BODY, .text = {"f", 1}, .line_start = 1, .line_end = 1},
        {.role = JW_ROLE_BODY, .text = {"g", 1}, .line_start = 1, .line_end = 1},
    };
    struct jw_article a = jw_article_of("", "", "", p, 1);
    for (size_t n = 1; n <= sizeof p / sizeof p[0]; n++) {
        check_round_trip(&a, p, n);
    }
    a.id = jw_str_of(huge, JW_ID_MAX_BYTES);
    a.url = jw_str_of(huge, JW_FIELD_MAX_BYTES);
    check_round_trip(&a, p, 2);
    free(huge);
}

/* Take paragraphs out of bytes as a search does. */
static void read_hostile_codes(struct jw_str bytes)
{
    enum {
        PARAGRAPHS = 40,
        TEXT_BYTES = 60
    };
    for (size_t i = 0; i < PARAGRAPHS; i++) {
        struct jw_str codes;
        enum jw_status status = jw_block_codes(bytes, i, &codes);
        if (status != JW_OK) {
            CHECK(status == JW_ENOTFOUND || status == JW_ECORRUPT);
            continue;
        }
        CHECK(codes.p >= bytes.p && codes.p + codes.n <= bytes.p + bytes.n);
        if (form != &none) {
            char *out = malloc(TEXT_BYTES + JW_TEXT_SLACK_BYTES);
            /* Whatever the codes are, they stand for whole characters. */
            size_t n = jw_text_decode(form, codes, out, TEXT_BYTES);
            CHECK(n == SIZE_MAX ||
                  (n <= TEXT_BYTES && jw_utf8_valid(jw_str_of(out, n), NULL)));
            free(out);
        }
    }
}

/* Read bytes as a record with everything that follows from them.
 * @return whether they were taken for one. */
static bool read_hostile(struct jw_record_decoder *d, struct jw_str bytes,
                         struct jw_arena *arena)
{
    struct jw_str plain;
    struct jw_stored got;
    jw_arena_clear(arena, 1 << 20);
    read_hostile_codes(bytes);
    enum jw_status status = jw_block_decode(d, form, bytes, arena, &plain, &err);
    if (status == JW_OK) {
        status = jw_record_decode(plain, arena, &got, &err);
    }
    if (status != JW_OK) {
        CHECK_MSG(status == JW_ECORRUPT || status == JW_ENOMEM, "status is %s",
                  jw_status_name(status));
        return false;
    }
    size_t sum = 0;
    bool lines = jw_stored_lines(&got, arena, &err) == JW_OK;
    for (size_t i = 0; i < got.article.n_paragraphs; i++) {
        const struct jw_paragraph *p = &got.article.paragraphs[i];
        CHECK(p->next == 0 || (p->next > i && p->next < got.article.n_paragraphs));
        for (uint32_t k = 0; lines && k < p->n_lines; k++) {
            const struct jw_printed_line *l = &p->lines[k];
            CHECK(l->start <= l->end && l->end <= p->text.n);
            sum += l->before.n ? (unsigned char)l->before.p[l->before.n - 1] : 0;
            sum += l->after.n ? (unsigned char)l->after.p[l->after.n - 1] : 0;
        }
        CHECK(jw_record_first_of_block(&got, i) <= i);
        CHECK((int)p->role < (int)JW_ROLES);
        for (size_t k = 0; p->text.p && k < p->text.n; k++) {
            sum += (unsigned char)p->text.p[k]; /* AddressSanitizer looks on */
        }
    }
    return sum != 1;
}

static void check_hostile(const struct jw_buf *record, struct jw_record_decoder *d)
{
    struct jw_arena arena;
    char *copy = malloc(record->len + 1);
    jw_arena_init(&arena, ARENA_BYTES);
    for (size_t n = 0; n < record->len; n++) {
        memcpy(copy, record->data, n);
        CHECK(!read_hostile(d, jw_str_of(copy, n), &arena));
    }
    for (size_t bit = 0; bit < record->len * 8; bit++) {
        memcpy(copy, record->data, record->len);
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
        (void)read_hostile(d, jw_str_of(copy, record->len), &arena);
    }
    free(copy);
    jw_arena_release(&arena);
}

/* Where the numbers of a block do not fit its bytes, no codes are taken from it. */
static void test_claims_of_codes(void)
{
    static const struct {
        const char *what;
        struct jw_str bytes;
        enum jw_status status[3];
    } rows[] = {
        {"nothing", {"", 0}, {JW_ENOTFOUND, JW_ENOTFOUND, JW_ENOTFOUND}},
        {"raw", {"\x00\x01z", 3}, {JW_ENOTFOUND, JW_ENOTFOUND, JW_ENOTFOUND}},
        {"no length", {"\x02\x80", 2}, {JW_ECORRUPT, JW_ECORRUPT, JW_ECORRUPT}},
        {"no pieces",
         {"\x02\x00\x00\x00", 4},
         {JW_ENOTFOUND, JW_ENOTFOUND, JW_ENOTFOUND}},
        {"pieces end early",
         {"\x02\x05\x00\x03\x02", 5},
         {JW_ECORRUPT, JW_ECORRUPT, JW_ECORRUPT}},
        {"two pieces",
         {"\x02\x05\x00\x02\x02\x02zzzz", 10},
         {JW_OK, JW_OK, JW_ENOTFOUND}},
        {"the second is too long",
         {"\x02\x05\x00\x02\x02\x03zzzz", 10},
         {JW_OK, JW_ECORRUPT, JW_ENOTFOUND}},
        {"a sum beyond 64 bits",
         {"\x02\x05\x00\x02\x02\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01zzzz", 19},
         {JW_ECORRUPT, JW_ECORRUPT, JW_ENOTFOUND}},
        {"a head and its facts",
         {"\x02\x05\x01\x02\x02\x02Hzzzz", 11},
         {JW_OK, JW_ENOTFOUND, JW_ENOTFOUND}},
        {"a head longer than all",
         {"\x02\x05\x06\x02\x02\x02Hzzzz", 11},
         {JW_ECORRUPT, JW_ENOTFOUND, JW_ENOTFOUND}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t k = 0; k < 3; k++) {
            struct jw_str codes = {NULL, 0};
            enum jw_status status = jw_block_codes(rows[i].bytes, k, &codes);
            CHECK_MSG(status == rows[i].status[k], "%s, %zu: %s", rows[i].what, k,
                      jw_status_name(status));
            CHECK(status != JW_OK || jw_str_eq_c(codes, "zz"));
        }
    }
}

/* Cut and flipped bytes: compressed, and not compressed, where every flip
 * reaches the record itself. */
static void test_hostile(void)
{
    struct jw_random r = jw_random_start(13);
    const struct jw_articles_shape shape = {4, 0, 30, 3, "x"};
    struct jw_articles articles;
    struct jw_record_decoder d;
    CHECK_STATUS(jw_record_decoder_init(&d), JW_OK);
    jw_articles_make(&articles, &r, &shape);
    jw_articles_print(&articles, &r);
    for (size_t i = 0; i < articles.n; i++) {
        struct jw_paragraph *p = with_title(&articles.at[i]);
        struct stored *s = store(&articles.at[i], p, articles.at[i].n_paragraphs + 1);
        struct jw_arena arena;
        struct jw_str plain;
        struct jw_buf raw;
        CHECK(in_form(jw_buf_str(&s->blocks[0])) == (form != &none));
        check_hostile(&s->blocks[0], &d);
        jw_arena_init(&arena, ARENA_BYTES);
        jw_buf_init(&raw, 1 << 20);
        CHECK_OK(
            jw_block_decode(&d, form, jw_buf_str(&s->blocks[0]), &arena, &plain, &err),
            &err);
        jw_buf_add_byte(&raw, 0);
        jw_buf_add_varint(&raw, plain.n);
        jw_buf_add_str(&raw, plain);
        check_hostile(&raw, &d);
        jw_buf_release(&raw);
        jw_arena_release(&arena);
        drop(s);
        free(p);
    }
    jw_record_decoder_release(&d);
    jw_articles_release(&articles);
}

/* Bytes that claim much are refused without taking memory for it. */
static void test_claims(void)
{
    static const struct {
        const char *what;
        struct jw_str bytes;
    } rows[] = {
        {"nothing", {"", 0}},
        {"a codec", {"\x00", 1}},
        {"another codec", {"\x07\x01x", 3}},
        {"raw, longer than it is", {"\x00\xFF\xFF\xFF\x7Fx", 6}},
        {"raw, shorter than it is", {"\x00\x01xy", 4}},
        {"compressed, of nothing", {"\x01\x05", 2}},
        {"compressed, no frame", {"\x01\x05hello", 7}},
        {"length without an end",
         {"\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12}},
        {"codes, nothing but a length", {"\x02\x05", 2}},
        {"codes, no number of pieces", {"\x02\x05\x01", 3}},
        {"codes, a head longer than all", {"\x02\x06\x06\x00hello", 9}},
        {"codes, a head longer than the text", {"\x02\x04\x05\x00hello", 9}},
        {"codes, more pieces than bytes", {"\x02\x05\x00\xFF\x7F\x01\x01", 7}},
        {"codes, pieces without an end",
         {"\x02\x05\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 14}},
        {"codes of more than symbols can hold", {"\x02\x10\x00\x01\x02\x00\x00", 7}},
        {"codes that claim 256 MB", {"\x02\x80\x80\x80\x80\x01\x00\x01\x02\0\0", 11}},
        {"half a code", {"\x02\x01\x00\x01\x01\x00", 6}},
        {"an escape alone", {"\x02\x01\x00\x01\x02\xFF\xFF", 7}},
        {"codes behind the text", {"\x02\x00\x00\x01\x02\x00\x00", 7}},
        {"empty record", {"\x00\x00", 2}},
        {"another version", {"\x00\x01\x63", 3}},
        {"no paragraphs", {"\x00\x0A\x01\0\0\0\0\0\0\0\0\0", 12}},
        {"more paragraphs than bytes", {"\x00\x0A\x01\0\0\0\0\0\0\0\0\x7F", 12}},
    };
    struct jw_record_decoder d;
    CHECK_STATUS(jw_record_decoder_init(&d), JW_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_arena arena;
        struct jw_str plain;
        struct jw_stored got;
        jw_arena_init(&arena, 1000); /* a claim would not fit */
        enum jw_status status =
            jw_block_decode(&d, form, rows[i].bytes, &arena, &plain, &err);
        if (status == JW_OK) {
            status = jw_record_decode(plain, &arena, &got, &err);
        }
        CHECK_MSG(status == JW_ECORRUPT, "%s: %s", rows[i].what, jw_status_name(status));
        jw_arena_release(&arena);
    }
    jw_record_decoder_release(&d);
}

/* A form made from a sample of articles whose words the others use, too. */
static void make_form(void)
{
    enum {
        SAMPLE = 300
    };
    const struct jw_articles_shape shape = {SAMPLE, 0, 12, 4, "sample"};
    struct jw_random r = jw_random_start(77);
    struct jw_articles articles;
    struct jw_plain_buf plain;
    struct jw_str *sample = calloc(SAMPLE, sizeof *sample);
    size_t starts[SAMPLE];
    size_t ends[SAMPLE];
    jw_articles_make(&articles, &r, &shape);
    jw_plain_buf_init(&plain, 1 << 28);
    for (size_t i = 0; i < SAMPLE; i++) {
        const struct jw_article *a = &articles.at[i];
        size_t n_head = 0;
        starts[i] = plain.bytes.len;
        (void)jw_record_plain(a, a->paragraphs, a->n_paragraphs, &plain, &n_head);
        starts[i] += n_head;
        ends[i] = plain.bytes.len;
    }
    for (size_t i = 0; i < SAMPLE; i++) {
        sample[i] = jw_str_of(plain.bytes.data + starts[i], ends[i] - starts[i]);
    }
    CHECK_STATUS(jw_text_form_train(&made, sample, SAMPLE), JW_OK);
    CHECK(jw_text_form_exists(&made));
    free(sample);
    jw_plain_buf_release(&plain);
    jw_articles_release(&articles);
}

static void with_form(void (*test)(void))
{
    make_form();
    form = &made;
    test();
    form = &none;
    jw_text_form_release(&made);
}

/* Random articles have many blocks, nearly all of them in the form. */
static void test_random_in_form(void)
{
    const size_t before = n_coded;
    with_form(test_random);
    CHECK_MSG(n_coded > before + 1000, "%zu paragraphs in codes", n_coded - before);
}

static void test_corners_in_form(void)
{
    with_form(test_corners);
}

static void test_claims_in_form(void)
{
    with_form(test_claims);
}

static void test_hostile_in_form(void)
{
    with_form(test_hostile);
}

JW_TEST_MAIN("record", {"random articles come back", test_random},
             {"corners come back", test_corners}, {"claims without backing", test_claims},
             {"claims of codes without backing", test_claims_of_codes},
             {"damaged records never crash", test_hostile},
             {"random articles in a form of their own", test_random_in_form},
             {"corners in it", test_corners_in_form},
             {"claims in it", test_claims_in_form},
             {"damaged records in it", test_hostile_in_form})
