/*
 *   version, identity, revision, articles, segments, (name, last document) ...,
 *   documents, length, terms, characters, documents of each ...,
 *   flags, score, date, segment, document, id,    checksum of it all
 *
 * Each is a LEB128 number; floats are the bits of their IEEE 754 form.
 */
#include "cursor_text.h"

#include <math.h>
#include <string.h>

#include "jianwen/buf.h"

enum {
    VERSION = 1,
    BYTES_MAX = JW_VARINT_BYTES * (JW_CURSOR_STATISTICS + 2 * JW_CURSOR_SEGMENTS + 32),
    SPREAD = 1 << 2,
    RANKED = 1 << 3,
    TIER = 3
};

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static uint32_t checksum(const char *p, size_t n)
{
    uint32_t h = 0x811C9DC5u;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (unsigned char)p[i]) * 0x01000193u;
    }
    return h;
}

/** The numbers of a cursor that is being written. */
struct written {
    unsigned char at[BYTES_MAX];
    size_t n;
};

static void add(struct written *w, uint64_t v)
{
    /* All that a cursor may hold fits. */
    if (sizeof w->at - w->n >= JW_VARINT_BYTES) {
        w->n += jw_varint_write(w->at + w->n, v);
    }
}

static void add_float(struct written *w, float v)
{
    uint32_t bits = 0;
    memcpy(&bits, &v, sizeof bits);
    add(w, bits);
}

static void add_numbers(const struct jw_cursor *c, struct written *w)
{
    const struct jw_statistics *st = &c->statistics;
    add(w, VERSION);
    add(w, c->identity);
    add(w, c->revision);
    add(w, c->n_articles);
    add(w, c->n_segments);
    for (size_t i = 0; i < c->n_segments; i++) {
        add(w, c->segments[i].name);
        add(w, c->segments[i].last_docid);
    }
    add(w, st->n_docs);
    add(w, st->n_articles);
    add(w, st->total_length);
    add(w, st->n_terms);
    add(w, st->n_chars);
    for (size_t i = 0; i < st->n_terms; i++) {
        add(w, st->term_docs[i]);
    }
    for (size_t i = 0; i < st->n_chars; i++) {
        add(w, st->char_docs[i]);
    }
    add(w, (uint64_t)c->tier | (c->spread ? SPREAD : 0) | (c->ranked ? RANKED : 0));
    add_float(w, c->score);
    add(w, c->date);
    add(w, c->segment);
    add(w, c->docid);
    add(w, c->id);
}

struct jw_str jw_cursor_encode(const struct jw_cursor *c, struct jw_arena *arena)
{
    struct written w;
    w.n = 0;
    add_numbers(c, &w);
    add(&w, checksum((const char *)w.at, w.n));
    char *text = jw_arena_alloc(arena, (w.n + 2) / 3 * 4);
    size_t n_text = 0;
    for (size_t i = 0; text && i < w.n; i += 3) {
        uint32_t three = 0;
        size_t n = w.n - i < 3 ? w.n - i : 3;
        for (size_t k = 0; k < 3; k++) {
            three = three << 8 | (k < n ? w.at[i + k] : 0);
        }
        for (size_t k = 0; k <= n; k++) {
            text[n_text++] = digits[three >> (18 - 6 * k) & 63];
        }
    }
    return jw_str_of(text, n_text);
}

/* ---- reading ---- */

/** The numbers of a cursor, one after the other. */
struct numbers {
    const unsigned char *p;
    const unsigned char *end;
    bool bad;
};

static uint64_t take(struct numbers *r, uint64_t most)
{
    uint64_t v = 0;
    if (r->bad || jw_varint_read(&r->p, r->end, &v) != JW_OK || v > most) {
        r->bad = true;
        return 0;
    }
    return v;
}

static uint32_t take_u32(struct numbers *r)
{
    return (uint32_t)take(r, UINT32_MAX);
}

static float take_float(struct numbers *r)
{
    uint32_t bits = take_u32(r);
    float v = 0;
    memcpy(&v, &bits, sizeof v);
    r->bad = r->bad || !isfinite(v);
    return r->bad ? 0 : v;
}

static enum jw_status from_text(struct jw_str text, struct jw_arena *arena,
                                struct jw_str *out)
{
    char *bytes = jw_arena_calloc(arena, text.n + 1, 1);
    uint32_t bits = 0;
    uint32_t n_bits = 0;
    size_t n = 0;
    if (!bytes) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < text.n; i++) {
        const char *digit = memchr(digits, text.p[i], sizeof digits - 1);
        if (!digit) {
            return JW_EINVAL;
        }
        bits = bits << 6 | (uint32_t)(digit - digits);
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            bytes[n++] = (char)(bits >> n_bits & 0xFF);
        }
    }
    *out = jw_str_of(bytes, n);
    return JW_OK;
}

static enum jw_status take_statistics(struct numbers *r, struct jw_arena *arena,
                                      struct jw_statistics *out)
{
    out->n_docs = take(r, UINT32_MAX);
    out->n_articles = take(r, UINT32_MAX);
    out->total_length = take(r, UINT64_MAX);
    out->n_terms = take(r, JW_CURSOR_STATISTICS);
    out->n_chars = take(r, JW_CURSOR_STATISTICS - out->n_terms);
    uint32_t *docs =
        jw_arena_calloc(arena, out->n_terms + out->n_chars + 1, sizeof *docs);
    if (!docs) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < out->n_terms + out->n_chars; i++) {
        docs[i] = take_u32(r);
    }
    out->term_docs = docs;
    out->char_docs = docs + out->n_terms;
    return JW_OK;
}

static void take_place(struct numbers *r, struct jw_cursor *out)
{
    uint64_t flags = take(r, SPREAD + RANKED + TIER);
    out->tier = (enum jw_tier)(flags & TIER);
    out->spread = (flags & SPREAD) != 0;
    out->ranked = (flags & RANKED) != 0;
    out->score = take_float(r);
    out->date = take_u32(r);
    out->segment = take_u32(r);
    out->docid = take_u32(r);
    out->id = take_u32(r);
}

enum jw_status jw_cursor_decode(struct jw_str text, struct jw_arena *arena,
                                struct jw_cursor *out)
{
    struct jw_str bytes;
    memset(out, 0, sizeof *out);
    if (text.n > 2 * (size_t)BYTES_MAX) {
        return JW_EINVAL;
    }
    enum jw_status status = from_text(text, arena, &bytes);
    if (status != JW_OK) {
        return status;
    }
    const unsigned char *start = (const unsigned char *)bytes.p;
    struct numbers r = {start, start + bytes.n, false};
    r.bad = take(&r, VERSION) != VERSION;
    out->identity = take_u32(&r);
    out->revision = take(&r, UINT64_MAX);
    out->n_articles = take(&r, UINT32_MAX);
    out->n_segments = take(&r, JW_CURSOR_SEGMENTS);
    for (size_t i = 0; i < out->n_segments; i++) {
        out->segments[i].name = take_u32(&r);
        out->segments[i].last_docid = take_u32(&r);
    }
    status = take_statistics(&r, arena, &out->statistics);
    take_place(&r, out);
    size_t n = (size_t)(r.p - start);
    r.bad = take_u32(&r) != checksum(bytes.p, n) || r.bad;
    if (status == JW_OK && (r.bad || r.p != r.end || (unsigned)out->tier >= JW_TIERS)) {
        status = JW_EINVAL;
    }
    return status;
}
