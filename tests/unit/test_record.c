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
        CHECK_STATUS(jw_record_encoder_set_form(&e, form), JW_OK);
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
                                               {12, 0, 400, 10, "long"}};
    for (size_t k = 0; k < 2; k++) {
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

/* Read bytes as a record with everything that follows from them.
 * @return whether they were taken for one. */
static bool read_hostile(struct jw_record_decoder *d, struct jw_str bytes,
                         struct jw_arena *arena)
{
    struct jw_str plain;
    struct jw_stored got;
    jw_arena_clear(arena, 1 << 20);
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
    char *copy = malloc(record->len);
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
        {"codes without a form or a frame", {"\x02\x05\x01hello", 8}},
        {"codes, a head longer than all", {"\x02\x05\x06hello", 8}},
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
    const struct jw_articles_shape shape = {300, 0, 12, 4, "sample"};
    struct jw_random r = jw_random_start(77);
    struct jw_articles articles;
    struct jw_buf bytes;
    struct jw_plain *sample = calloc(300, sizeof *sample);
    size_t ends[300];
    jw_articles_make(&articles, &r, &shape);
    jw_buf_init(&bytes, 1 << 28);
    for (size_t i = 0; i < articles.n; i++) {
        const struct jw_article *a = &articles.at[i];
        (void)jw_record_plain(a, a->paragraphs, a->n_paragraphs, &bytes,
                              &sample[i].n_head);
        ends[i] = bytes.len;
    }
    for (size_t i = 0; i < articles.n; i++) {
        size_t from = i ? ends[i - 1] : 0;
        sample[i].bytes = jw_str_of(bytes.data + from, ends[i] - from);
    }
    CHECK_STATUS(jw_text_form_train(&made, sample, articles.n), JW_OK);
    CHECK(jw_text_form_exists(&made));
    /* Ten articles are too few. */
    struct jw_text_form small = {NULL, NULL, 0, NULL, NULL, 0, NULL, NULL};
    CHECK_STATUS(jw_text_form_train(&small, sample, 10), JW_OK);
    CHECK(!jw_text_form_exists(&small));
    free(sample);
    jw_buf_release(&bytes);
    jw_articles_release(&articles);
}

static void with_form(void (*test)(void))
{
    if (!jw_text_form_exists(&made)) {
        make_form();
    }
    form = &made;
    test();
    form = &none;
}

static void test_random_in_form(void)
{
    with_form(test_random);
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

/* Every code point is coded and comes back, also after the form was stored. */
static void check_code_points(const struct jw_text_form *f)
{
    struct jw_buf text;
    struct jw_buf codes;
    jw_buf_init(&text, 1 << 28);
    jw_buf_init(&codes, 1 << 28);
    for (uint32_t cp = 0; cp < 0x110000; cp += cp < 0x12000 ? 1 : 77) {
        char bytes[4];
        if (cp < 0xD800 || cp >= 0xE000) {
            jw_buf_add(&text, bytes, jw_utf8_encode(cp, bytes));
        }
    }
    jw_text_code(f, jw_buf_str(&text), &codes);
    char *back = malloc(text.len + JW_TEXT_SLACK_BYTES);
    CHECK(jw_text_decode(f, jw_buf_str(&codes), back, text.len));
    CHECK_STR(jw_str_of(back, text.len), jw_buf_str(&text));
    CHECK(!jw_text_decode(f, jw_buf_str(&codes), back, text.len - 1));
    CHECK(!jw_text_decode(f, jw_str_of(codes.data, codes.len - 1), back, text.len));
    free(back);
    jw_buf_release(&text);
    jw_buf_release(&codes);
}

static void check_stored_form(void)
{
    struct jw_text_form loaded = {NULL, NULL, 0, NULL, NULL, 0, NULL, NULL};
    struct jw_buf chars;
    struct jw_str dictionary = jw_str_of(made.dictionary, made.dictionary_bytes);
    jw_buf_init(&chars, 1 << 20);
    jw_text_form_encode_chars(&made, &chars);
    check_code_points(&made);
    CHECK_STATUS(jw_text_form_load(&loaded, jw_buf_str(&chars), dictionary), JW_OK);
    CHECK_INT(loaded.n_chars, made.n_chars);
    check_code_points(&loaded);
    jw_text_form_release(&loaded);
    /* A surrogate, a code point beyond the BMP, a number without an end. */
    static const char *const bad[] = {"\x80\xB0\x03", "\x80\x80\x04", "\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_STATUS(jw_text_form_load(&loaded, jw_str_c(bad[i]), dictionary),
                     JW_ECORRUPT);
    }
    jw_buf_release(&chars);
}

static void test_form(void)
{
    with_form(check_stored_form);
    jw_text_form_release(&made);
}

JW_TEST_MAIN("record", {"random articles come back", test_random},
             {"corners come back", test_corners}, {"claims without backing", test_claims},
             {"damaged records never crash", test_hostile},
             {"random articles in a form of their own", test_random_in_form},
             {"corners in it", test_corners_in_form},
             {"claims in it", test_claims_in_form},
             {"damaged records in it", test_hostile_in_form},
             {"every code point; the form stored", test_form})
