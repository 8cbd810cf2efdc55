/*
 * stored_text INDEX - what the ways to store an article's text take, in bytes and time.
 *
 * Reads the articles of an index, joins the paragraphs of each, and writes all
 * of them in each form.  Dictionaries and ranks are made from the first 8 MB,
 * as `build` does it.  Unpacking is measured to UTF-8, article by article in a
 * random order, since that is what a search does.  Time is that of the
 * processor; the median of five rounds is printed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zdict.h>
#include <zstd.h>

#include "jianwen/index.h"
#include "jianwen/utf8.h"
#include "text_form.h"

enum {
    ARENA_BYTES = 1 << 30,
    TEXTS_BYTES_MAX = 2000000000,
    SAMPLE_BYTES = 8 << 20,
    DICTIONARY_BYTES = 112 << 10,
    ROUNDS = 5,
    UNPACKED = 20000
};

enum characters {
    UTF8,
    UTF16,
    CODES
};

struct form {
    const char *name;
    enum characters characters;
    int level; /* of zstd; 0: without */
    bool dictionary;
};

static const struct form forms[] = {
    {"UTF-8", UTF8, 0, false},
    {"UTF-16", UTF16, 0, false},
    {"UTF-8, zstd -3", UTF8, 3, false},
    {"UTF-8, zstd -3, dictionary", UTF8, 3, true},
    {"UTF-8, zstd -5, dictionary", UTF8, 5, true},
    {"UTF-16, zstd -5, dictionary", UTF16, 5, true},
    {"codes", CODES, 0, false},
    {"codes, zstd -3, dictionary", CODES, 3, true},
    {"codes, zstd -5, dictionary", CODES, 5, true},
    {"codes, zstd -9, dictionary", CODES, 9, true},
};

/* Texts one behind the other. */
struct texts {
    struct jw_buf bytes;
    size_t *ends;
    size_t n;
    size_t cap;
};

static struct texts plain;
static struct jw_text_form codes;

static void must(bool good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "stored_text: %s\n", what);
        exit(1);
    }
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct jw_str text_at(const struct texts *t, size_t i)
{
    size_t from = i ? t->ends[i - 1] : 0;
    return jw_str_of(t->bytes.data + from, t->ends[i] - from);
}

static void end_text(struct texts *t)
{
    void *ends = t->ends;
    must(jw_array_grow(&ends, &t->cap, t->n + 1, sizeof *t->ends) == JW_OK, "no memory");
    t->ends = ends;
    t->ends[t->n++] = t->bytes.len;
}

static void read_index(const char *dir)
{
    struct jw_index *index = NULL;
    struct jw_reader *reader = NULL;
    struct jw_arena arena;
    struct jw_error err;
    jw_arena_init(&arena, ARENA_BYTES);
    jw_buf_init(&plain.bytes, TEXTS_BYTES_MAX);
    must(jw_index_open(dir, &index, &err) == JW_OK &&
             jw_reader_open(index, &reader, &err) == JW_OK,
         "cannot open the index");
    for (size_t s = 0; s < jw_index_n_segments(index); s++) {
        for (size_t row = 0; row < jw_index_segment(index, s)->n_rows; row++) {
            struct jw_stored stored;
            jw_arena_clear(&arena, 1 << 20);
            if (jw_reader_article(reader, s, row, &arena, &stored, &err) != JW_OK) {
                continue; /* removed */
            }
            /* The first block is what a search reads, mostly. */
            for (size_t i = 0; i < stored.article.n_paragraphs; i++) {
                struct jw_str text = stored.article.paragraphs[i].text;
                jw_buf_add(&plain.bytes, text.p, text.p ? text.n : 0);
            }
            end_text(&plain);
        }
    }
    must(plain.n > 0 && jw_buf_status(&plain.bytes) == JW_OK, "no texts, or too many");
    jw_reader_close(reader);
    jw_index_unref(index);
    jw_arena_release(&arena);
}

static void make_codes(void)
{
    struct jw_plain *sample = calloc(plain.n, sizeof *sample);
    size_t n = 0;
    must(sample != NULL, "no memory");
    while (n < plain.n && plain.ends[n] < SAMPLE_BYTES) {
        sample[n].bytes = text_at(&plain, n);
        n++;
    }
    must(jw_text_form_train(&codes, sample, n) == JW_OK && jw_text_form_exists(&codes),
         "too little text");
    free(sample);
}

/* ---- characters ---- */

static void put_utf16(struct jw_str text, struct jw_buf *out)
{
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    while (p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        if (cp >= 0x10000) {
            uint32_t high = 0xD800 | (cp - 0x10000) >> 10;
            jw_buf_add_byte(out, (unsigned char)high);
            jw_buf_add_byte(out, (unsigned char)(high >> 8));
            cp = 0xDC00 | ((cp - 0x10000) & 0x3FF);
        }
        jw_buf_add_byte(out, (unsigned char)cp);
        jw_buf_add_byte(out, (unsigned char)(cp >> 8));
    }
}

static size_t take_utf16(struct jw_str in, char *out)
{
    const unsigned char *p = (const unsigned char *)in.p;
    char *o = out;
    for (size_t i = 0; i + 1 < in.n; i += 2) {
        uint32_t cp = p[i] | (uint32_t)p[i + 1] << 8;
        if (cp >= 0xD800 && cp < 0xDC00 && i + 3 < in.n) {
            i += 2;
            cp = 0x10000 +
                 ((cp & 0x3FF) << 10 | ((p[i] | (uint32_t)p[i + 1] << 8) & 0x3FF));
        }
        o += jw_utf8_encode(cp, o);
    }
    return (size_t)(o - out);
}

static void put_characters(enum characters kind, struct jw_str text, struct jw_buf *out)
{
    switch (kind) {
    case UTF8:
        jw_buf_add_str(out, text);
        break;
    case UTF16:
        put_utf16(text, out);
        break;
    case CODES:
        jw_text_code(&codes, text, out);
        break;
    }
}

/* @return bytes of UTF-8 written to out. */
static size_t take_characters(enum characters kind, struct jw_str in, char *out, size_t n)
{
    switch (kind) {
    case UTF8:
        memcpy(out, in.p, in.n);
        return in.n;
    case UTF16:
        return take_utf16(in, out);
    case CODES:
        return jw_text_decode(&codes, in, out, n) ? n : 0;
    }
    return 0;
}

/* ---- a form ---- */

struct packer {
    const struct form *form;
    ZSTD_CCtx *cctx;
    ZSTD_DCtx *dctx;
    ZSTD_CDict *cdict;
    ZSTD_DDict *ddict;
    size_t dictionary_bytes;
    struct jw_buf coded;
};

static void make_dictionary(struct packer *p)
{
    struct texts sample = {.n = 0};
    size_t *sizes = calloc(plain.n, sizeof *sizes);
    char *dictionary = malloc(DICTIONARY_BYTES);
    ZDICT_params_t params = {p->form->level, 0, 0};
    must(sizes && dictionary, "no memory");
    jw_buf_init(&sample.bytes, TEXTS_BYTES_MAX);
    while (sample.n < plain.n && plain.ends[sample.n] < SAMPLE_BYTES) {
        size_t before = sample.bytes.len;
        put_characters(p->form->characters, text_at(&plain, sample.n), &sample.bytes);
        sizes[sample.n] = sample.bytes.len - before;
        end_text(&sample);
    }
    size_t content = DICTIONARY_BYTES - 3000;
    must(sample.bytes.len > 2 * content, "too little text");
    p->dictionary_bytes = ZDICT_finalizeDictionary(
        dictionary, DICTIONARY_BYTES, sample.bytes.data + sample.bytes.len - content,
        content, sample.bytes.data, sizes, (unsigned)(sample.n / 4), params);
    must(!ZDICT_isError(p->dictionary_bytes), "no dictionary");
    p->cdict = ZSTD_createCDict(dictionary, p->dictionary_bytes, p->form->level);
    p->ddict = ZSTD_createDDict(dictionary, p->dictionary_bytes);
    must(p->cdict && p->ddict, "no memory");
    jw_buf_release(&sample.bytes);
    free(sample.ends);
    free(sizes);
    free(dictionary);
}

static void pack(struct packer *p, struct jw_str text, struct jw_buf *out)
{
    struct jw_buf *b = p->form->level ? &p->coded : out;
    if (p->form->level) {
        jw_buf_clear(b);
    }
    put_characters(p->form->characters, text, b);
    if (!p->form->level) {
        return;
    }
    size_t bound = ZSTD_compressBound(b->len);
    must(jw_buf_reserve(out, bound) == JW_OK, "no memory");
    size_t n = p->cdict ? ZSTD_compress_usingCDict(p->cctx, out->data + out->len, bound,
                                                   b->data, b->len, p->cdict)
                        : ZSTD_compressCCtx(p->cctx, out->data + out->len, bound, b->data,
                                            b->len, p->form->level);
    must(!ZSTD_isError(n), "cannot compress");
    out->len += n;
}

static size_t unpack(struct packer *p, struct jw_str in, char *out, size_t n)
{
    if (p->form->level) {
        unsigned long long size = ZSTD_getFrameContentSize(in.p, in.n);
        jw_buf_clear(&p->coded);
        must(jw_buf_reserve(&p->coded, (size_t)size + 1) == JW_OK, "no memory");
        size_t got =
            p->ddict
                ? ZSTD_decompress_usingDDict(p->dctx, p->coded.data, (size_t)size, in.p,
                                             in.n, p->ddict)
                : ZSTD_decompressDCtx(p->dctx, p->coded.data, (size_t)size, in.p, in.n);
        must(got == size, "cannot unpack");
        in = jw_str_of(p->coded.data, got);
    }
    return take_characters(p->form->characters, in, out, n);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const struct form *form)
{
    struct packer p = {
        .form = form, .cctx = ZSTD_createCCtx(), .dctx = ZSTD_createDCtx()};
    double pack_s[ROUNDS];
    double unpack_s[ROUNDS];
    static struct texts packed;
    char *out = malloc(plain.bytes.len + JW_TEXT_SLACK_BYTES);
    must(p.cctx && p.dctx && out, "no memory");
    jw_buf_init(&p.coded, TEXTS_BYTES_MAX);
    jw_buf_init(&packed.bytes, TEXTS_BYTES_MAX);
    if (form->dictionary) {
        make_dictionary(&p);
    }
    for (int r = 0; r < ROUNDS; r++) {
        jw_buf_clear(&packed.bytes);
        packed.n = 0;
        double start = cpu_s();
        for (size_t i = 0; i < plain.n; i++) {
            pack(&p, text_at(&plain, i), &packed.bytes);
            end_text(&packed);
        }
        pack_s[r] = cpu_s() - start;
        uint64_t state = 1;
        start = cpu_s();
        for (int k = 0; k < UNPACKED; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            size_t i = plain.n ? (size_t)((state >> 33) % plain.n) : 0;
            struct jw_str want = text_at(&plain, i);
            must(unpack(&p, text_at(&packed, i), out, want.n) == want.n,
                 "not the same text");
        }
        unpack_s[r] = cpu_s() - start;
    }
    qsort(pack_s, ROUNDS, sizeof *pack_s, by_value);
    qsort(unpack_s, ROUNDS, sizeof *unpack_s, by_value);
    (void)printf("| %s | %.3f | %.0f | %.2f |\n", form->name,
                 (double)(packed.bytes.len + p.dictionary_bytes) /
                     (double)plain.bytes.len,
                 (double)plain.bytes.len / 1e6 / pack_s[ROUNDS / 2],
                 unpack_s[ROUNDS / 2] * 1e6 / UNPACKED);
    ZSTD_freeCCtx(p.cctx);
    ZSTD_freeDCtx(p.dctx);
    ZSTD_freeCDict(p.cdict);
    ZSTD_freeDDict(p.ddict);
    jw_buf_release(&p.coded);
    free(out);
}

int main(int argc, char **argv)
{
    must(argc == 2, "usage: stored_text INDEX");
    read_index(argv[1]);
    make_codes();
    (void)printf("%zu articles, %zu bytes of text\n\n", plain.n, plain.bytes.len);
    (void)puts("| form | bytes a text byte | packs, MB/s | unpacks an article, us |\n"
               "| --- | ---: | ---: | ---: |");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        measure(&forms[i]);
        (void)fflush(stdout);
    }
    return 0;
}
