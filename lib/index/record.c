#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/schema.h"
#include "printed.h"

enum {
    RECORD_VERSION = 3,
    ROW_LINES = 1,
    ROW_PRINTED = 2,
    ROW_NEXT = 4,
    ROW_FLAG_BITS = 3,
    /** Of the byte behind next: a space would stand between. */
    NEXT_SPACE = 128,
    ZSTD_LEVEL = 3,
    FACTS = 8,
    /* It is paragraph 0's text, and not stored twice. */
    FACT_TITLE = 1,
    /* A byte of text takes six of codes at most, and it may claim no more. */
    CODES_A_BYTE = 6
};

#define CODED_MAX_BYTES ((size_t)CODES_A_BYTE * JW_RECORD_MAX_BYTES)

/* In the order in which they are stored. */
static const struct jw_str *fact_of(const struct jw_article *a, int i)
{
    const struct jw_str *facts[FACTS] = {&a->id,      &a->title, &a->date,   &a->source,
                                         &a->section, &a->page,  &a->author, &a->url};
    return facts[i];
}

enum jw_status jw_record_encoder_init(struct jw_record_encoder *e, struct jw_error *err)
{
    memset(e, 0, sizeof *e);
    jw_plain_buf_init(&e->plain, JW_RECORD_MAX_BYTES);
    jw_buf_init(&e->coded, CODED_MAX_BYTES);
    jw_buf_init(&e->counts, CODED_MAX_BYTES);
    e->zstd = ZSTD_createCCtx();
    if (!e->zstd || ZSTD_isError(ZSTD_CCtx_setParameter(e->zstd, ZSTD_c_compressionLevel,
                                                        ZSTD_LEVEL))) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    return JW_OK;
}

void jw_record_encoder_release(struct jw_record_encoder *e)
{
    ZSTD_freeCCtx(e->zstd);
    e->zstd = NULL;
    jw_plain_buf_release(&e->plain);
    jw_buf_release(&e->coded);
    jw_buf_release(&e->counts);
}

void jw_record_encoder_set_form(struct jw_record_encoder *e,
                                const struct jw_text_form *form)
{
    e->form = form;
}

void jw_plain_buf_init(struct jw_plain_buf *b, size_t limit)
{
    memset(b, 0, sizeof *b);
    jw_buf_init(&b->bytes, limit);
}

void jw_plain_buf_release(struct jw_plain_buf *b)
{
    free(b->pieces);
    jw_buf_release(&b->bytes);
    jw_plain_buf_init(b, b->bytes.limit);
}

void jw_plain_buf_clear(struct jw_plain_buf *b)
{
    jw_buf_clear(&b->bytes);
    b->n_pieces = 0;
}

/* @return the first paragraph behind the block that begins with from. */
static size_t block_end(const struct jw_paragraph *paragraphs, size_t n, size_t from)
{
    size_t bytes = 0;
    size_t i = from;
    do {
        bytes += paragraphs[i].text.n;
        i++;
    } while (i < n && bytes + paragraphs[i].text.n <= JW_BLOCK_BYTES);
    return i;
}

static void note_piece(struct jw_plain_buf *b, size_t bytes)
{
    void *pieces = b->pieces;
    enum jw_status status =
        jw_array_grow(&pieces, &b->pieces_cap, b->n_pieces + 1, sizeof *b->pieces);
    b->pieces = pieces;
    if (status == JW_OK) {
        b->pieces[b->n_pieces++] = (uint32_t)bytes;
    } else if (b->bytes.status == JW_OK) {
        b->bytes.status = status;
    }
}

static void put_texts(struct jw_plain_buf *b, const struct jw_paragraph *paragraphs,
                      size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        jw_buf_add_str(&b->bytes, paragraphs[i].text);
        note_piece(b, paragraphs[i].text.n);
    }
}

/* A row: role and what is known, then lines, next, bytes of text. */
static void put_row(struct jw_buf *b, const struct jw_paragraph *paragraphs, size_t i,
                    uint32_t *line)
{
    const struct jw_paragraph *p = &paragraphs[i];
    bool lines = p->line_start != 0;
    jw_buf_add_varint(b, (uint64_t)p->role << ROW_FLAG_BITS | (lines ? ROW_LINES : 0u) |
                             (p->n_lines ? ROW_PRINTED : 0u) | (p->next ? ROW_NEXT : 0u));
    if (lines) {
        /* Signed distance, zigzag: captions may stand before what they cut. */
        int64_t step = (int64_t)p->line_start - *line;
        jw_buf_add_varint(b, (uint64_t)(step < 0 ? -step * 2 - 1 : step * 2));
        jw_buf_add_varint(b, p->line_end - p->line_start);
        *line = p->line_end;
    }
    if (p->next) {
        jw_buf_add_varint(b, p->next - i);
        jw_buf_add_byte(
            b, (unsigned char)(p->next_likely | (p->next_space ? NEXT_SPACE : 0)));
    }
    jw_buf_add_varint(b, p->text.n);
}

/* The printed lines, their length first. */
static void put_printed(struct jw_buf *b, const struct jw_paragraph *paragraphs, size_t n)
{
    enum {
        VARINT_MAX_BYTES = 10
    };
    char length[VARINT_MAX_BYTES];
    size_t at = b->len;
    jw_printed_encode(paragraphs, n, b);
    size_t bytes = b->len - at;
    jw_buf_add_varint(b, bytes);
    if (jw_buf_status(b) == JW_OK) {
        size_t n_length = b->len - at - bytes;
        memcpy(length, b->data + at + bytes, n_length);
        memmove(b->data + at + n_length, b->data + at, bytes);
        memcpy(b->data + at, length, n_length);
    }
}

size_t jw_record_plain(const struct jw_article *article,
                       const struct jw_paragraph *paragraphs, size_t n,
                       struct jw_plain_buf *out, size_t *n_head)
{
    struct jw_buf *b = &out->bytes;
    uint32_t line = 0;
    size_t start = b->len;
    size_t facts_bytes = 0;
    jw_buf_add_varint(b, RECORD_VERSION);
    for (int i = 0; i < FACTS; i++) {
        size_t bytes = i == FACT_TITLE ? 0 : fact_of(article, i)->n;
        jw_buf_add_varint(b, bytes);
        facts_bytes += bytes;
    }
    jw_buf_add_varint(b, n);
    for (size_t i = 0; i < n; i++) {
        put_row(b, paragraphs, i, &line);
    }
    put_printed(b, paragraphs, n);
    *n_head = b->len - start;
    for (int i = 0; i < FACTS; i++) {
        if (i != FACT_TITLE) {
            jw_buf_add_str(b, *fact_of(article, i));
        }
    }
    note_piece(out, facts_bytes);
    size_t next = block_end(paragraphs, n, 0);
    put_texts(out, paragraphs, 0, next);
    return next;
}

size_t jw_record_plain_block(const struct jw_paragraph *paragraphs, size_t n, size_t from,
                             struct jw_plain_buf *out)
{
    size_t next = block_end(paragraphs, n, from);
    put_texts(out, paragraphs, from, next);
    return next;
}

static enum jw_status too_large(struct jw_error *err, enum jw_status status)
{
    return jw_fail(err, status, "article is too large to store");
}

static enum jw_status pack_plain(struct jw_record_encoder *e, size_t n_head,
                                 struct jw_buf *out, struct jw_error *err)
{
    struct jw_plain plain = {jw_buf_str(&e->plain.bytes), n_head, e->plain.pieces,
                             e->plain.n_pieces};
    enum jw_status status = jw_buf_status(&e->plain.bytes);
    return status == JW_OK ? jw_record_pack(e, &plain, out, err) : too_large(err, status);
}

enum jw_status jw_record_encode(struct jw_record_encoder *e,
                                const struct jw_article *article,
                                const struct jw_paragraph *paragraphs, size_t n,
                                struct jw_buf *out, size_t *next, struct jw_error *err)
{
    size_t n_head = 0;
    jw_plain_buf_clear(&e->plain);
    *next = jw_record_plain(article, paragraphs, n, &e->plain, &n_head);
    return pack_plain(e, n_head, out, err);
}

enum jw_status jw_record_encode_block(struct jw_record_encoder *e,
                                      const struct jw_paragraph *paragraphs, size_t n,
                                      size_t from, struct jw_buf *out, size_t *next,
                                      struct jw_error *err)
{
    jw_plain_buf_clear(&e->plain);
    *next = jw_record_plain_block(paragraphs, n, from, &e->plain);
    return pack_plain(e, 0, out, err);
}

enum jw_status jw_record_decoder_init(struct jw_record_decoder *d)
{
    d->zstd = ZSTD_createDCtx();
    return d->zstd ? JW_OK : JW_ENOMEM;
}

void jw_record_decoder_release(struct jw_record_decoder *d)
{
    ZSTD_freeDCtx(d->zstd);
    d->zstd = NULL;
}

static enum jw_status corrupt(struct jw_error *err)
{
    return jw_fail(err, JW_ECORRUPT,
                   "the index is damaged: a stored article cannot be read; build it "
                   "anew with `jianwen-indexer build`, or restore a backup");
}

struct cursor {
    const unsigned char *p;
    const unsigned char *end;
    bool bad;
};

static uint64_t take_number(struct cursor *c)
{
    uint64_t v = 0;
    if (JW_LIKELY(c->p < c->end && *c->p < 0x80)) {
        return *c->p++;
    }
    if (!c->bad && jw_varint_read(&c->p, c->end, &v) != JW_OK) {
        c->bad = true;
    }
    return v;
}

static struct jw_str take_bytes(struct cursor *c, uint64_t n)
{
    if (c->bad || n > (uint64_t)(c->end - c->p)) {
        c->bad = true;
        return jw_str_of(NULL, 0);
    }
    struct jw_str s = jw_str_of((const char *)c->p, (size_t)n);
    c->p += n;
    return s;
}

/* @param i, n  the row's number, and how many there are. */
static void take_row(struct cursor *c, struct jw_paragraph *p, size_t i, size_t n,
                     uint32_t *line)
{
    uint64_t head = take_number(c);
    uint64_t role = head >> ROW_FLAG_BITS;
    p->role = role < JW_ROLES ? (enum jw_role)role : JW_ROLE_BODY;
    p->line_start = 0;
    p->line_end = 0;
    if (head & ROW_LINES) {
        uint64_t zigzag = take_number(c);
        int64_t step = zigzag & 1 ? -(int64_t)(zigzag / 2) - 1 : (int64_t)(zigzag / 2);
        p->line_start = (uint32_t)(*line + step);
        p->line_end = p->line_start + (uint32_t)take_number(c);
        *line = p->line_end;
    }
    if (head & ROW_NEXT) {
        uint64_t step = take_number(c);
        struct jw_str likely = take_bytes(c, 1);
        c->bad = c->bad || step == 0 || step >= n - i;
        if (!c->bad) {
            p->next = (uint32_t)(i + step);
            p->next_likely = (uint8_t)likely.p[0] & (NEXT_SPACE - 1);
            p->next_space = (uint8_t)likely.p[0] & NEXT_SPACE;
        }
    }
    /* The lines themselves are read when they are asked for. */
    p->n_lines = head & ROW_PRINTED ? 1 : 0;
    p->text = jw_str_of(NULL, take_number(c));
}

/* Cut the paragraphs into the blocks they were stored in. */
static enum jw_status find_blocks(struct jw_stored *out, struct jw_paragraph *paragraphs,
                                  size_t n, struct jw_arena *arena)
{
    size_t n_blocks = 0;
    for (size_t i = 0; i < n; i = block_end(paragraphs, n, i)) {
        n_blocks++;
    }
    uint32_t *first = jw_arena_calloc(arena, n_blocks, sizeof *first);
    if (!first) {
        return JW_ENOMEM;
    }
    size_t k = 0;
    for (size_t i = 0; i < n; i = block_end(paragraphs, n, i)) {
        first[k++] = (uint32_t)i;
    }
    out->block_first = first;
    out->n_blocks = n_blocks;
    return JW_OK;
}

static enum jw_status decode(struct jw_str plain, bool facts_only, struct jw_arena *arena,
                             struct jw_stored *out, struct jw_error *err)
{
    struct cursor c = {(const unsigned char *)plain.p,
                       (const unsigned char *)plain.p + plain.n, false};
    struct jw_str facts[FACTS];
    uint64_t fact_bytes[FACTS];
    uint32_t line = 0;
    if (take_number(&c) != RECORD_VERSION) {
        return corrupt(err);
    }
    for (int i = 0; i < FACTS; i++) {
        fact_bytes[i] = take_number(&c);
    }
    uint64_t n = take_number(&c);
    if (c.bad || n == 0 || n > plain.n) {
        return corrupt(err);
    }
    struct jw_paragraph *paragraphs = jw_arena_calloc(arena, n, sizeof *paragraphs);
    if (!paragraphs) {
        return jw_fail(err, JW_ENOMEM, "not enough memory for a stored article");
    }
    for (size_t i = 0; i < n; i++) {
        take_row(&c, &paragraphs[i], i, n, &line);
    }
    out->printed = take_bytes(&c, take_number(&c));
    out->lines_read = false;
    for (int i = 0; i < FACTS; i++) {
        facts[i] = take_bytes(&c, fact_bytes[i]);
    }
    size_t n_texts = c.bad ? 0 : facts_only ? 1 : block_end(paragraphs, n, 0);
    for (size_t i = 0; i < n_texts; i++) {
        paragraphs[i].text = take_bytes(&c, paragraphs[i].text.n);
    }
    if (c.bad) {
        return corrupt(err);
    }
    struct jw_article a = {facts[0], paragraphs[0].text, facts[2], facts[3],   facts[4],
                           facts[5], facts[6],           facts[7], paragraphs, n};
    out->article = a;
    if (find_blocks(out, paragraphs, n, arena) != JW_OK) {
        return jw_fail(err, JW_ENOMEM, "not enough memory for a stored article");
    }
    return JW_OK;
}

enum jw_status jw_record_decode(struct jw_str plain, struct jw_arena *arena,
                                struct jw_stored *out, struct jw_error *err)
{
    return decode(plain, false, arena, out, err);
}

enum jw_status jw_record_decode_facts(struct jw_str plain, struct jw_arena *arena,
                                      struct jw_stored *out, struct jw_error *err)
{
    return decode(plain, true, arena, out, err);
}

enum jw_status jw_stored_lines(struct jw_stored *stored, struct jw_arena *arena,
                               struct jw_error *err)
{
    /* The array is the arena's; it is const to everybody else. */
    struct jw_paragraph *paragraphs =
        (struct jw_paragraph *)(uintptr_t)stored->article.paragraphs;
    if (stored->lines_read) {
        return JW_OK;
    }
    enum jw_status status = jw_printed_decode(stored->printed, arena, paragraphs,
                                              stored->article.n_paragraphs);
    if (status == JW_ENOMEM) {
        return jw_fail(err, status, "not enough memory for a stored article");
    }
    stored->lines_read = status == JW_OK;
    return status == JW_OK ? JW_OK : corrupt(err);
}

void jw_stored_give(struct jw_stored *stored, size_t n, struct jw_str text)
{
    /* The array is the arena's; it is const to everybody else. */
    struct jw_paragraph *paragraphs =
        (struct jw_paragraph *)(uintptr_t)stored->article.paragraphs;
    if (n < stored->article.n_paragraphs && paragraphs[n].text.n == text.n) {
        paragraphs[n].text.p = text.p;
    }
}

size_t jw_record_first_of_block(const struct jw_stored *stored, size_t n)
{
    size_t i = stored->n_blocks - 1;
    while (i > 0 && stored->block_first[i] > n) {
        i--;
    }
    return stored->block_first[i];
}
