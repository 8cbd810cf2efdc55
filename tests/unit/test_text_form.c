/* lib/index/text_form: any text is coded and comes back; a stored form is what it was,
 * or is refused. */
#include "text_form.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "articles.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"

enum {
    TEXTS_MAX = 4000,
    BYTES_MAX = 1 << 28,
    ESCAPE = 0xFFFF
};

/* Texts one behind the other. */
struct sample {
    struct jw_buf bytes;
    size_t ends[TEXTS_MAX];
    struct jw_str texts[TEXTS_MAX];
    size_t n;
};

/* Append a text. */
typedef void make_text(struct jw_random *r, struct jw_buf *out);

static void make_news(struct jw_random *r, struct jw_buf *out)
{
    for (int i = 0; i < 4; i++) {
        jw_sentence_make(r, 0, out);
    }
}

/* Titles and paragraphs in turn. */
static void make_article(struct jw_random *r, struct jw_buf *out)
{
    static const char title[] = "简讯";
    size_t n = sizeof title - 1;
    bool titled = out->len >= n && memcmp(out->data + out->len - n, title, n) == 0;
    if (titled) {
        make_news(r, out);
    } else {
        jw_buf_add_c(out, title);
    }
}

static void make_ascii(struct jw_random *r, struct jw_buf *out)
{
    static const char *const words[] = {"the ", "news ", "paper ", "of ", "1898, ", "\t"};
    for (int i = 0; i < 20; i++) {
        jw_buf_add_c(out, words[jw_random_below(r, 6)]);
    }
}

static void make_same(struct jw_random *r, struct jw_buf *out)
{
    (void)r;
    jw_buf_add_c(out, "一样的话，说了又说。一样的话，說了又說。");
}

/* A hundred characters of CJK Extension B. */
static void make_rare(struct jw_random *r, struct jw_buf *out)
{
    for (int i = 0; i < 20; i++) {
        char bytes[JW_UTF8_MAX_BYTES];
        jw_buf_add(out, bytes, jw_utf8_encode(0x20000 + jw_random_below(r, 100), bytes));
    }
}

/* More different characters than there are codes. */
static void make_any(struct jw_random *r, struct jw_buf *out)
{
    for (int i = 0; i < 300; i++) {
        char bytes[JW_UTF8_MAX_BYTES];
        jw_buf_add(out, bytes, jw_utf8_encode(jw_random_below(r, 0x110000), bytes));
    }
}

static const struct kind {
    const char *name;
    make_text *make;
    /* All its characters are symbols, and it takes this at most, in percent. */
    unsigned percent;
} kinds[] = {{"news", make_news, 40},
             {"ASCII", make_ascii, 40},
             {"the same again and again", make_same, 20},
             {"characters beyond the BMP", make_rare, 50},
             {"any characters", make_any, 0},
             {"titles and paragraphs", make_article, 30}};

enum {
    KINDS = sizeof kinds / sizeof kinds[0]
};

static struct sample *make_sample(const struct kind *kind)
{
    struct sample *s = calloc(1, sizeof *s);
    struct jw_random r = jw_random_start(5);
    jw_buf_init(&s->bytes, BYTES_MAX);
    while (s->n < TEXTS_MAX) {
        kind->make(&r, &s->bytes);
        s->ends[s->n++] = s->bytes.len;
    }
    for (size_t i = 0; i < s->n; i++) {
        size_t from = i ? s->ends[i - 1] : 0;
        s->texts[i] = jw_str_of(s->bytes.data + from, s->ends[i] - from);
    }
    CHECK_STATUS(jw_buf_status(&s->bytes), JW_OK);
    return s;
}

static void drop_sample(struct sample *s)
{
    jw_buf_release(&s->bytes);
    free(s);
}

static void check_symbols(const struct jw_text_form *f)
{
    size_t bad = 0;
    CHECK(f->n_symbols > 0 && f->n_symbols <= JW_TEXT_SYMBOLS_MAX);
    for (size_t i = 0; i < f->n_symbols; i++) {
        struct jw_str s = jw_str_of(f->symbols[i].bytes, f->symbols[i].n);
        bad += s.n == 0 || s.n > JW_TEXT_SYMBOL_BYTES || !jw_utf8_valid(s, NULL);
        if (i > 0) {
            const struct jw_text_symbol *last = &f->symbols[i - 1];
            bad += jw_str_cmp(jw_str_of(last->bytes, last->n), s) >= 0;
        }
    }
    CHECK_INT(bad, 0);
}

static struct jw_text_form train(const struct sample *s)
{
    struct jw_text_form f;
    CHECK_STATUS(jw_text_form_train(&f, s->texts, s->n), JW_OK);
    if (CHECK(jw_text_form_exists(&f))) {
        check_symbols(&f);
    }
    return f;
}

/* Decode into memory of just the size that is asked for: AddressSanitizer looks on. */
static bool decodes(const struct jw_text_form *f, struct jw_str codes, size_t n,
                    struct jw_str want)
{
    char *exact = malloc(codes.n + 1);
    char *out = malloc(n + JW_TEXT_SLACK_BYTES);
    if (codes.n) {
        memcpy(exact + 1, codes.p, codes.n); /* odd addresses are good, too */
    }
    bool good = jw_text_decode(f, jw_str_of(exact + 1, codes.n), out, n) == n;
    if (good) {
        CHECK_STR(jw_str_of(out, n), want);
    }
    free(exact);
    free(out);
    return good;
}

/* @return bytes of codes. */
static size_t check_text(const struct jw_text_form *made,
                         const struct jw_text_form *loaded, struct jw_str text)
{
    struct jw_buf codes;
    char *exact = malloc(text.n + 1);
    if (text.n) {
        memcpy(exact, text.p, text.n);
    }
    jw_buf_init(&codes, BYTES_MAX);
    jw_text_code(made, jw_str_of(exact, text.n), &codes);
    size_t n = codes.len;
    CHECK_STATUS(jw_buf_status(&codes), JW_OK);
    CHECK(decodes(made, jw_buf_str(&codes), text.n, text));
    CHECK(decodes(loaded, jw_buf_str(&codes), text.n, text));
    CHECK(!decodes(loaded, jw_buf_str(&codes), text.n + 1, text));
    if (text.n > 0 && n > 1) {
        CHECK(!decodes(loaded, jw_buf_str(&codes), text.n - 1, text));
        CHECK(!decodes(loaded, jw_str_of(codes.data, n - 1), text.n, text));
        CHECK(!decodes(loaded, jw_str_of(codes.data, n - 2), text.n, text));
    }
    jw_buf_release(&codes);
    free(exact);
    return n;
}

static void check_code_points(const struct jw_text_form *made,
                              const struct jw_text_form *loaded)
{
    struct jw_buf text;
    jw_buf_init(&text, BYTES_MAX);
    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        char bytes[JW_UTF8_MAX_BYTES];
        if (cp < 0xD800 || cp >= 0xE000) {
            jw_buf_add(&text, bytes, jw_utf8_encode(cp, bytes));
        }
    }
    (void)check_text(made, loaded, jw_buf_str(&text));
    jw_buf_release(&text);
}

static void store(const struct jw_text_form *f, struct jw_buf *out)
{
    jw_buf_init(out, BYTES_MAX);
    CHECK_STATUS(jw_text_form_encode(f, out), JW_OK);
}

/* The form as it is read again; it is stored as it was. */
static struct jw_text_form load_again(const struct jw_text_form *f)
{
    struct jw_text_form loaded;
    struct jw_buf stored;
    struct jw_buf again;
    store(f, &stored);
    CHECK_STATUS(jw_text_form_load(&loaded, jw_buf_str(&stored)), JW_OK);
    if (CHECK_INT(loaded.n_symbols, f->n_symbols)) {
        check_symbols(&loaded);
    }
    store(&loaded, &again);
    CHECK(jw_str_eq(jw_buf_str(&again), jw_buf_str(&stored)));
    jw_buf_release(&stored);
    jw_buf_release(&again);
    return loaded;
}

/* ---- tests ---- */

static void test_round_trip(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct sample *s = make_sample(&kinds[k]);
        struct jw_text_form made = train(s);
        struct jw_text_form loaded = load_again(&made);
        size_t coded = 0;
        (void)check_text(&made, &loaded, jw_str_of(NULL, 0));
        for (size_t i = 0; i < s->n; i += 7) {
            /* An end within a symbol. */
            size_t n = i % 2 ? s->texts[i].n : s->texts[i].n / 2;
            (void)check_text(&made, &loaded, jw_utf8_cut(s->texts[i], n));
        }
        coded = check_text(&made, &loaded, jw_buf_str(&s->bytes));
        CHECK_MSG(kinds[k].percent == 0 || coded * 100 <= s->bytes.len * kinds[k].percent,
                  "%s: %zu bytes take %zu", kinds[k].name, s->bytes.len, coded);
        check_code_points(&made, &loaded);
        jw_text_form_release(&made);
        jw_text_form_release(&loaded);
        drop_sample(s);
    }
}

/* A sample is written without escapes, unless it has more characters than fit. */
static void test_no_escapes(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct sample *s = make_sample(&kinds[k]);
        struct jw_text_form made = train(s);
        struct jw_buf codes;
        size_t escapes = 0;
        jw_buf_init(&codes, BYTES_MAX);
        jw_text_code(&made, jw_buf_str(&s->bytes), &codes);
        for (size_t i = 0; i + 1 < codes.len; i += JW_TEXT_CODE_BYTES) {
            const unsigned char *p = (const unsigned char *)codes.data + i;
            escapes += (p[0] | (unsigned)p[1] << 8) == ESCAPE;
        }
        CHECK_MSG((escapes > 0) == (kinds[k].percent == 0), "%s: %zu escapes",
                  kinds[k].name, escapes);
        jw_buf_release(&codes);
        jw_text_form_release(&made);
        drop_sample(s);
    }
}

static void test_same_again(void)
{
    for (size_t k = 0; k < KINDS; k++) {
        struct sample *s = make_sample(&kinds[k]);
        struct jw_text_form first = train(s);
        struct jw_text_form second = train(s);
        struct jw_buf a;
        struct jw_buf b;
        store(&first, &a);
        store(&second, &b);
        CHECK_MSG(jw_str_eq(jw_buf_str(&a), jw_buf_str(&b)), "%s", kinds[k].name);
        jw_buf_release(&a);
        jw_buf_release(&b);
        jw_text_form_release(&first);
        jw_text_form_release(&second);
        drop_sample(s);
    }
}

static void test_no_form(void)
{
    struct sample *s = make_sample(&kinds[0]);
    struct jw_text_form f;
    CHECK_STATUS(jw_text_form_train(&f, NULL, 0), JW_OK);
    CHECK(!jw_text_form_exists(&f));
    CHECK_STATUS(jw_text_form_train(&f, s->texts, 10), JW_OK);
    CHECK(!jw_text_form_exists(&f));
    /* Of many texts only some are looked at, and these are empty. */
    struct jw_str *texts = calloc(20, sizeof *texts);
    char *letters = malloc(1 << 20);
    memset(letters, 'a', 1 << 20);
    static const size_t passed_over[] = {1, 3, 6, 8, 9, 11};
    for (size_t i = 0; i < sizeof passed_over / sizeof passed_over[0]; i++) {
        texts[passed_over[i]] = jw_str_of(letters, 1 << 20);
    }
    CHECK_STATUS(jw_text_form_train(&f, texts, 13), JW_OK);
    CHECK(!jw_text_form_exists(&f));
    free(letters);
    free(texts);
    drop_sample(s);
}

/* As many symbols as there may be, each of as many nodes as it may have. */
static void test_largest_trie(void)
{
    struct jw_text_symbol *symbols = calloc(JW_TEXT_SYMBOLS_MAX, sizeof *symbols);
    struct jw_text_trie trie;
    size_t wrong = 0;
    for (size_t i = 0; i < JW_TEXT_SYMBOLS_MAX; i++) {
        struct jw_text_symbol *s = &symbols[i];
        s->n = JW_TEXT_SYMBOL_BYTES;
        memset(s->bytes, 'z', s->n);
        for (size_t digit = 0; digit < 4; digit++) {
            s->bytes[digit] = (char)('a' + (i >> (12 - 4 * digit) & 0xF));
        }
    }
    if (CHECK_STATUS(jw_text_trie_make(&trie, symbols, JW_TEXT_SYMBOLS_MAX), JW_OK)) {
        for (size_t i = 0; i < JW_TEXT_SYMBOLS_MAX; i++) {
            const unsigned char *p = (const unsigned char *)symbols[i].bytes;
            uint32_t code = ESCAPE;
            wrong += jw_text_trie_match(&trie, p, p + symbols[i].n, &code) !=
                         p + symbols[i].n ||
                     code != i;
            wrong += jw_text_trie_match(&trie, p, p + symbols[i].n - 1, &code) != NULL;
        }
        CHECK_INT(wrong, 0);
        jw_text_trie_release(&trie);
    }
    free(symbols);
}

/* The longest symbol wins; where it does not go on, the longest one before. */
static void test_longest_match(void)
{
    static const struct jw_text_symbol symbols[] = {
        {"中", 3}, {"中国", 6}, {"中国人民", 12}, {"国", 3}, {"\xF0\xA0\x80\x80国", 7}};
    static const struct {
        const char *text;
        size_t bytes; /* 0: no symbol */
        uint32_t code;
    } rows[] = {{"中国人民银行", 12, 2},
                {"中国人", 6, 1},
                {"中", 3, 0},
                {"国中", 3, 3},
                {"人民", 0, 0},
                {"\xF0\xA0\x80\x80国中", 7, 4},
                {"\xF0\xA0\x80\x80", 0, 0},
                {"\xF0\xA0\x80\x81国", 0, 0}};
    struct jw_text_trie trie;
    CHECK_STATUS(jw_text_trie_make(&trie, symbols, 5), JW_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const unsigned char *p = (const unsigned char *)rows[i].text;
        uint32_t code = 0;
        const unsigned char *end =
            jw_text_trie_match(&trie, p, p + strlen(rows[i].text), &code);
        CHECK_INT(end ? end - p : 0, rows[i].bytes);
        CHECK_INT(code, rows[i].code);
    }
    jw_text_trie_release(&trie);
}

static void test_bad_codes(void)
{
    static const struct {
        const char *what;
        struct jw_str codes;
        size_t n;
    } rows[] = {{"no codes", {"", 0}, 1},
                {"text behind its end", {"\0\0", 2}, 0},
                {"half a code", {"\0", 1}, 1},
                {"one and a half", {"\0\0\0", 3}, 1},
                {"no such symbol", {"\xFE\xFF", 2}, 3},
                {"an escape alone", {"\xFF\xFF", 2}, 1},
                {"half an escape", {"\xFF\xFF\0\0", 4}, 1},
                {"most of an escape", {"\xFF\xFF\0\0a", 5}, 1},
                {"the first surrogate", {"\xFF\xFF\0\0\x00\xD8", 6}, 3},
                {"the last surrogate", {"\xFF\xFF\0\0\xFF\xDF", 6}, 3},
                {"beyond Unicode", {"\xFF\xFF\x11\0\0\0", 6}, 4},
                {"far beyond", {"\xFF\xFF\xFF\xFF\xFF\xFF", 6}, 4},
                {"a longer escape", {"\xFF\xFF\x10\0\xFF\xFF", 6}, 3}};
    struct sample *s = make_sample(&kinds[0]);
    struct jw_text_form f = train(s);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_MSG(!decodes(&f, rows[i].codes, rows[i].n, jw_str_c("")), "%s",
                  rows[i].what);
    }
    CHECK(decodes(&f, jw_str_of("\xFF\xFF\x10\0\xFF\xFF", 6), 4,
                  jw_str_c("\xF4\x8F\xBF\xBF")));
    jw_text_form_release(&f);
    drop_sample(s);
}

/* ---- hostile forms ---- */

static enum jw_status load_plain(struct jw_str plain, struct jw_text_form *f)
{
    size_t bound = ZSTD_compressBound(plain.n);
    char *stored = malloc(bound);
    size_t n = ZSTD_compress(stored, bound, plain.p, plain.n, 1);
    CHECK(!ZSTD_isError(n));
    enum jw_status status = jw_text_form_load(f, jw_str_of(stored, n));
    free(stored);
    return status;
}

static void test_hostile_symbols(void)
{
    static const struct {
        const char *what;
        struct jw_str plain;
        enum jw_status status;
    } rows[] = {
        {"two symbols", {"\x01z\x11z", 4}, JW_OK},
        {"of three bytes, of 15", {"\x03中\x3C国国国国", 17}, JW_OK},
        {"nothing", {"", 0}, JW_ECORRUPT},
        {"an empty symbol", {"\x00", 1}, JW_ECORRUPT},
        {"descending", {"\x01z\x01y", 4}, JW_ECORRUPT},
        {"twice", {"\x01z\x01z", 4}, JW_ECORRUPT},
        {"twice, all shared", {"\x01z\x10", 3}, JW_ECORRUPT},
        {"a start behind its longer one", {"\x02zz\x10", 4}, JW_ECORRUPT},
        {"shares with none", {"\x11z", 2}, JW_ECORRUPT},
        {"shares more than there is", {"\x01y\x21z", 4}, JW_ECORRUPT},
        {"of 16 bytes", {"\x0Fzzzzzzzzzzzzzzz\xF1z", 18}, JW_ECORRUPT},
        {"no bytes left", {"\x03zz", 3}, JW_ECORRUPT},
        {"a length alone", {"\x01z\x03", 3}, JW_ECORRUPT},
        {"half a character", {"\x02\xE4\xBD", 3}, JW_ECORRUPT},
        {"the other half", {"\x02\xBD\xA0", 3}, JW_ECORRUPT},
        {"overlong", {"\x02\xC0\xAF", 3}, JW_ECORRUPT},
        {"a surrogate", {"\x03\xED\xA0\x80", 4}, JW_ECORRUPT},
        {"beyond Unicode", {"\x04\xF4\x90\x80\x80", 5}, JW_ECORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_text_form f;
        enum jw_status status = load_plain(rows[i].plain, &f);
        CHECK_MSG(status == rows[i].status, "%s: %s", rows[i].what,
                  jw_status_name(status));
        CHECK(jw_text_form_exists(&f) == (status == JW_OK));
        jw_text_form_release(&f);
    }
}

static void test_too_many_symbols(void)
{
    struct jw_text_form f;
    struct jw_buf plain;
    jw_buf_init(&plain, BYTES_MAX);
    for (uint32_t i = 0; i <= JW_TEXT_SYMBOLS_MAX; i++) {
        jw_buf_add_byte(&plain, 4);
        for (int shift = 12; shift >= 0; shift -= 4) {
            jw_buf_add_byte(&plain, (unsigned char)('a' + (i >> shift & 0xF)));
        }
        if (i + 1 == JW_TEXT_SYMBOLS_MAX) {
            CHECK_STATUS(load_plain(jw_buf_str(&plain), &f), JW_OK);
            CHECK_INT(f.n_symbols, JW_TEXT_SYMBOLS_MAX);
            CHECK(decodes(&f, jw_str_of("\xFE\xFF", 2), 4, jw_str_c("pppo")));
            jw_text_form_release(&f);
        }
    }
    CHECK_STATUS(load_plain(jw_buf_str(&plain), &f), JW_ECORRUPT);
    jw_buf_release(&plain);
}

/* Frames that are none, or claim much, or do not say what they hold. */
static void test_hostile_frames(void)
{
    enum {
        LARGE_BYTES = 5 << 20
    };
    struct jw_text_form f;
    char *large = calloc(1, LARGE_BYTES);
    CHECK_STATUS(jw_text_form_load(&f, jw_str_of(NULL, 0)), JW_ECORRUPT);
    CHECK_STATUS(jw_text_form_load(&f, jw_str_c("\x01z\x11z, and no frame")),
                 JW_ECORRUPT);
    CHECK_STATUS(load_plain(jw_str_of(large, LARGE_BYTES), &f), JW_ECORRUPT);
    /* RFC 8878, 3.1.1: magic number, descriptor, content size of 8 bytes. */
    CHECK_STATUS(
        jw_text_form_load(
            &f,
            jw_str_of("\x28\xB5\x2F\xFD\xE0\xFF\xFF\xFF\xFF\xFF\xFF\x7F\0\1\0\0", 16)),
        JW_ECORRUPT);
    /* Written as a stream, whose size is not known beforehand. */
    char stream[64];
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    ZSTD_inBuffer in = {"\x01z\x11z", 4, 0};
    ZSTD_inBuffer nothing = {"", 0, 0};
    ZSTD_outBuffer out = {stream, sizeof stream, 0};
    CHECK(!ZSTD_isError(ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_continue)));
    CHECK_INT(ZSTD_compressStream2(zstd, &out, &nothing, ZSTD_e_end), 0);
    CHECK_STATUS(jw_text_form_load(&f, jw_str_of(stream, out.pos)), JW_ECORRUPT);
    ZSTD_freeCCtx(zstd);
    free(large);
}

/* A real one, cut everywhere, and with bits flipped: refused, or good symbols. */
static void test_damaged_form(void)
{
    enum {
        CUTS = 300,
        FLIPS = 2000
    };
    struct sample *s = make_sample(&kinds[0]);
    struct jw_text_form made = train(s);
    struct jw_text_form f;
    struct jw_random r = jw_random_start(6);
    struct jw_buf stored;
    store(&made, &stored);
    char *copy = malloc(stored.len);
    memcpy(copy, stored.data, stored.len);
    for (size_t i = 0; i < CUTS; i++) {
        size_t n = jw_random_below(&r, (uint32_t)stored.len);
        char *exact = malloc(n + 1);
        memcpy(exact, copy, n);
        CHECK_STATUS(jw_text_form_load(&f, jw_str_of(exact, n)), JW_ECORRUPT);
        free(exact);
    }
    for (size_t i = 0; i < FLIPS; i++) {
        size_t at = jw_random_below(&r, (uint32_t)stored.len);
        unsigned bit = jw_random_below(&r, 8);
        copy[at] = (char)(copy[at] ^ 1 << bit);
        enum jw_status status = jw_text_form_load(&f, jw_str_of(copy, stored.len));
        if (status == JW_OK) {
            check_symbols(&f);
        } else {
            CHECK_STATUS(status, JW_ECORRUPT);
        }
        jw_text_form_release(&f);
        copy[at] = (char)(copy[at] ^ 1 << bit);
    }
    free(copy);
    jw_buf_release(&stored);
    jw_text_form_release(&made);
    drop_sample(s);
}

JW_TEST_MAIN("text_form", {"texts and every code point come back", test_round_trip},
             {"a sample needs no escapes", test_no_escapes},
             {"the same sample gives the same form", test_same_again},
             {"a small sample gives none", test_no_form},
             {"the largest trie", test_largest_trie},
             {"the longest symbol", test_longest_match}, {"bad codes", test_bad_codes},
             {"hostile symbols", test_hostile_symbols},
             {"as many symbols as codes, and one more", test_too_many_symbols},
             {"hostile frames", test_hostile_frames},
             {"damaged forms", test_damaged_form})
