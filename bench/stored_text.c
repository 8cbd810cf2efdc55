/*
 * stored_text INDEX - what the ways to store text take, in bytes and time.
 *
 * Reads the texts of an index block by block (record.h), and writes all of them in
 * each form.  Dictionaries and symbols are made from the first 8 MB, as `build`
 * does it; they count, and so do the lengths of paragraphs that can be read by
 * themselves.  Unpacking is measured to UTF-8 in a random order: whole blocks,
 * which is what is read of an article that is shown, and single paragraphs, which
 * is what a search verifies.  With zstd a paragraph costs its block.  Time is that
 * of the processor; the median of five rounds is printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zdict.h>
#include <zstd.h>

#include "jianwen/index.h"
#include "jianwen/utf8.h"
#include "record.h"
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
    SYMBOLS
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
    {"symbols", SYMBOLS, 0, false},
    {"symbols, zstd -3, dictionary", SYMBOLS, 3, true},
};

/* Texts one behind the other. */
struct texts {
    struct jw_buf bytes;
    size_t *ends;
    size_t n;
    size_t cap;
};

/* The paragraphs, and the blocks: which paragraph each ends behind. */
static struct texts plain;
static struct texts blocks;
static struct jw_text_form symbols;

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

/* @param end  of a text, in bytes, or in paragraphs for a block. */
static void end_text(struct texts *t, size_t end)
{
    void *ends = t->ends;
    must(jw_array_grow(&ends, &t->cap, t->n + 1, sizeof *t->ends) == JW_OK, "no memory");
    t->ends = ends;
    t->ends[t->n++] = end;
}

static size_t first_of_block(size_t i)
{
    return i ? blocks.ends[i - 1] : 0;
}

static struct jw_str block_at(size_t i)
{
    size_t first = first_of_block(i);
    size_t from = first ? plain.ends[first - 1] : 0;
    return jw_str_of(plain.bytes.data + from, plain.ends[blocks.ends[i] - 1] - from);
}

static void take_article(struct jw_reader *reader, struct jw_arena *arena,
                         struct jw_stored *stored)
{
    struct jw_error err;
    for (size_t i = 0; i < stored->article.n_paragraphs; i++) {
        must(jw_reader_text(reader, arena, stored, i, &err) == JW_OK, "cannot read");
        if (i > 0 && jw_record_first_of_block(stored, i) == i) {
            end_text(&blocks, plain.n);
        }
        jw_buf_add_str(&plain.bytes, stored->article.paragraphs[i].text);
        end_text(&plain, plain.bytes.len);
    }
    end_text(&blocks, plain.n);
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
            /* Another status: it was removed. */
            if (jw_reader_article(reader, s, row, &arena, &stored, &err) == JW_OK) {
                take_article(reader, &arena, &stored);
            }
        }
    }
    must(plain.n > 0 && jw_buf_status(&plain.bytes) == JW_OK, "no texts, or too many");
    jw_reader_close(reader);
    jw_index_unref(index);
    jw_arena_release(&arena);
}

static void make_symbols(void)
{
    struct jw_str *sample = calloc(blocks.n, sizeof *sample);
    size_t n = 0;
    size_t bytes = 0;
    must(sample != NULL, "no memory");
    while (n < blocks.n && bytes + block_at(n).n <= SAMPLE_BYTES) {
        sample[n] = block_at(n);
        bytes += sample[n++].n;
    }
    double start = cpu_s();
    must(jw_text_form_train(&symbols, sample, n) == JW_OK &&
             jw_text_form_exists(&symbols),
         "too little text");
    (void)printf("%zu symbols, made in %.2f s\n", symbols.n_symbols, cpu_s() - start);
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
    case SYMBOLS:
        jw_text_code(&symbols, text, out);
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
    case SYMBOLS:
        return jw_text_decode(&symbols, in, out, n);
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
    /* What is kept once for all texts. */
    size_t once_bytes;
    struct jw_buf coded;
    /* Packed, with a text a paragraph, or a block with zstd. */
    struct texts packed;
};

static void make_dictionary(struct packer *p)
{
    struct texts sample = {.n = 0};
    size_t *sizes = calloc(blocks.n, sizeof *sizes);
    char *dictionary = malloc(DICTIONARY_BYTES);
    ZDICT_params_t params = {p->form->level, 0, 0};
    size_t plain_bytes = 0;
    must(sizes && dictionary, "no memory");
    jw_buf_init(&sample.bytes, TEXTS_BYTES_MAX);
    while (sample.n < blocks.n && plain_bytes + block_at(sample.n).n <= SAMPLE_BYTES) {
        size_t before = sample.bytes.len;
        plain_bytes += block_at(sample.n).n;
        put_characters(p->form->characters, block_at(sample.n), &sample.bytes);
        sizes[sample.n] = sample.bytes.len - before;
        end_text(&sample, sample.bytes.len);
    }
    size_t content = DICTIONARY_BYTES - 3000;
    must(sample.bytes.len > 2 * content, "too little text");
    size_t n = ZDICT_finalizeDictionary(
        dictionary, DICTIONARY_BYTES, sample.bytes.data + sample.bytes.len - content,
        content, sample.bytes.data, sizes, (unsigned)(sample.n / 4), params);
    must(!ZDICT_isError(n), "no dictionary");
    p->once_bytes += n;
    p->cdict = ZSTD_createCDict(dictionary, n, p->form->level);
    p->ddict = ZSTD_createDDict(dictionary, n);
    must(p->cdict && p->ddict, "no memory");
    jw_buf_release(&sample.bytes);
    free(sample.ends);
    free(sizes);
    free(dictionary);
}

static void compress(struct packer *p, struct jw_str in, struct jw_buf *out)
{
    size_t bound = ZSTD_compressBound(in.n);
    must(jw_buf_reserve(out, bound) == JW_OK, "no memory");
    char *to = out->data + out->len;
    size_t n = p->cdict
                   ? ZSTD_compress_usingCDict(p->cctx, to, bound, in.p, in.n, p->cdict)
                   : ZSTD_compressCCtx(p->cctx, to, bound, in.p, in.n, p->form->level);
    must(!ZSTD_isError(n), "cannot compress");
    out->len += n;
}

static void pack_all(struct packer *p)
{
    struct texts *packed = &p->packed;
    jw_buf_clear(&packed->bytes);
    packed->n = 0;
    if (p->form->level == 0) {
        for (size_t i = 0; i < plain.n; i++) {
            put_characters(p->form->characters, text_at(&plain, i), &packed->bytes);
            end_text(packed, packed->bytes.len);
        }
        return;
    }
    for (size_t i = 0; i < blocks.n; i++) {
        jw_buf_clear(&p->coded);
        put_characters(p->form->characters, block_at(i), &p->coded);
        compress(p, jw_buf_str(&p->coded), &packed->bytes);
        end_text(packed, packed->bytes.len);
    }
}

static struct jw_str decompress(struct packer *p, struct jw_str in)
{
    size_t size = (size_t)ZSTD_getFrameContentSize(in.p, in.n);
    jw_buf_clear(&p->coded);
    must(jw_buf_reserve(&p->coded, size + 1) == JW_OK, "no memory");
    size_t n = p->ddict ? ZSTD_decompress_usingDDict(p->dctx, p->coded.data, size, in.p,
                                                     in.n, p->ddict)
                        : ZSTD_decompressDCtx(p->dctx, p->coded.data, size, in.p, in.n);
    must(n == size, "cannot unpack");
    return jw_str_of(p->coded.data, n);
}

/* A block lies in one piece in every form. */
static size_t unpack_block(struct packer *p, size_t i, char *out)
{
    const struct texts *packed = &p->packed;
    struct jw_str in;
    if (p->form->level) {
        in = decompress(p, text_at(packed, i));
    } else {
        size_t first = first_of_block(i);
        size_t from = first ? packed->ends[first - 1] : 0;
        in =
            jw_str_of(packed->bytes.data + from, packed->ends[blocks.ends[i] - 1] - from);
    }
    return take_characters(p->form->characters, in, out, block_at(i).n);
}

/* @param of  the paragraph's block. */
static size_t unpack_paragraph(struct packer *p, size_t i, size_t of, char *out)
{
    size_t n = text_at(&plain, i).n;
    if (p->form->level) {
        must(unpack_block(p, of, out) == block_at(of).n, "not the same text");
        return n;
    }
    return take_characters(p->form->characters, text_at(&p->packed, i), out, n);
}

/* Bytes of the numbers that tell where the packed paragraphs end. */
static size_t length_bytes(struct packer *p)
{
    size_t n = 0;
    if (p->form->level || p->form->characters == UTF8) {
        return 0; /* the lengths of the texts are stored anyway */
    }
    for (size_t i = 0; i < p->packed.n; i++) {
        jw_buf_clear(&p->coded);
        jw_buf_add_varint(&p->coded, text_at(&p->packed, i).n);
        n += p->coded.len;
    }
    return n;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The same random blocks, and a random paragraph of each, for all forms. */
static double unpack_s(struct packer *p, bool paragraphs, char *out)
{
    uint64_t state = 1;
    double start = cpu_s();
    for (int k = 0; k < UNPACKED; k++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t i = (size_t)((state >> 33) % blocks.n);
        size_t first = first_of_block(i);
        size_t at = first + (size_t)((state >> 40) % (blocks.ends[i] - first));
        struct jw_str want = paragraphs ? text_at(&plain, at) : block_at(i);
        size_t n = paragraphs ? unpack_paragraph(p, at, i, out) : unpack_block(p, i, out);
        must(n == want.n, "not the same text");
    }
    return cpu_s() - start;
}

static void check_texts(struct packer *p, char *out)
{
    for (size_t i = 0; i < blocks.n; i++) {
        struct jw_str want = block_at(i);
        must(unpack_block(p, i, out) == want.n && jw_str_eq(jw_str_of(out, want.n), want),
             "not the same text");
    }
}

static void start(struct packer *p, const struct form *form)
{
    memset(p, 0, sizeof *p);
    p->form = form;
    p->cctx = ZSTD_createCCtx();
    p->dctx = ZSTD_createDCtx();
    must(p->cctx && p->dctx, "no memory");
    jw_buf_init(&p->coded, TEXTS_BYTES_MAX);
    jw_buf_init(&p->packed.bytes, TEXTS_BYTES_MAX);
    if (form->characters == SYMBOLS) {
        must(jw_text_form_encode(&symbols, &p->coded) == JW_OK, "no memory");
        p->once_bytes += p->coded.len;
    }
    if (form->dictionary) {
        make_dictionary(p);
    }
}

static void stop(struct packer *p)
{
    ZSTD_freeCCtx(p->cctx);
    ZSTD_freeDCtx(p->dctx);
    ZSTD_freeCDict(p->cdict);
    ZSTD_freeDDict(p->ddict);
    jw_buf_release(&p->coded);
    jw_buf_release(&p->packed.bytes);
    free(p->packed.ends);
}

static void measure(const struct form *form, char *out)
{
    struct packer p;
    double pack[ROUNDS];
    double block[ROUNDS];
    double paragraph[ROUNDS];
    start(&p, form);
    for (int r = 0; r < ROUNDS; r++) {
        double begin = cpu_s();
        pack_all(&p);
        pack[r] = cpu_s() - begin;
        block[r] = unpack_s(&p, false, out);
        paragraph[r] = unpack_s(&p, true, out);
    }
    must(jw_buf_status(&p.packed.bytes) == JW_OK, "too many texts");
    check_texts(&p, out);
    qsort(pack, ROUNDS, sizeof *pack, by_value);
    qsort(block, ROUNDS, sizeof *block, by_value);
    qsort(paragraph, ROUNDS, sizeof *paragraph, by_value);
    double bytes = (double)(p.packed.bytes.len + length_bytes(&p) + p.once_bytes);
    (void)printf(
        "| %s | %.3f | %.0f | %.2f | %.2f |\n", form->name,
        bytes / (double)plain.bytes.len, (double)plain.bytes.len / 1e6 / pack[ROUNDS / 2],
        block[ROUNDS / 2] * 1e6 / UNPACKED, paragraph[ROUNDS / 2] * 1e6 / UNPACKED);
    stop(&p);
}

int main(int argc, char **argv)
{
    must(argc == 2, "usage: stored_text INDEX");
    read_index(argv[1]);
    make_symbols();
    size_t longest = 0;
    for (size_t i = 0; i < blocks.n; i++) {
        longest = block_at(i).n > longest ? block_at(i).n : longest;
    }
    char *out = malloc(longest + JW_TEXT_SLACK_BYTES);
    must(out != NULL, "no memory");
    (void)printf("%zu blocks, %zu paragraphs, %zu bytes of text\n\n", blocks.n, plain.n,
                 plain.bytes.len);
    (void)puts("| form | bytes a text byte | packs, MB/s | unpacks a block, us | a "
               "paragraph, us |\n| --- | ---: | ---: | ---: | ---: |");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        measure(&forms[i], out);
        (void)fflush(stdout);
    }
    free(out);
    jw_text_form_release(&symbols);
    return 0;
}
