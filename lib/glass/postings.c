#include <stddef.h>
#include <string.h>

#include "jianwen/glass_reader.h"
#include "pack.h"
#include "reader.h"

enum {
    TERM_MAX_BYTES = 245,
    LAST_CHUNK = '1',
    MORE_CHUNKS = '0',
    ONE_BYTE = 0x80,
    TWO_AND_ONE = 3,
    /* Four postings of two numbers. */
    FOUR_BYTES = 8,
    /* Two postings of three bytes. */
    TWO_BYTES = 6,
    /* Where numbers of more bytes stand, four are not tried at every posting. */
    SINGLE_STEPS = 4
};

#define HIGH_BITS 0x8080808080808080u
#define STEPS     0x00FF00FF00FF00FFu
#define SUM       0x0001000100010001u
/* Of two postings of three bytes the high bits, and what they are. */
#define TWO_HIGH_BITS 0x0000808080808080u
#define TWO_WIDE      0x0000000080000080u

/* The pointer that is handed on is another one: the caller's stays in a register. */
static inline bool read_wide(const unsigned char **p, const unsigned char *end,
                             uint32_t *v)
{
    const unsigned char *q = *p;
    uint64_t wide = 0;
    enum jw_status status = jw_varint_read(&q, end, &wide);
    *p = q;
    *v = (uint32_t)wide;
    return status == JW_OK && wide <= UINT32_MAX;
}

/* Numbers are mostly of one byte, and of two. */
static inline bool read_number(const unsigned char **p, const unsigned char *end,
                               uint32_t *v)
{
    const unsigned char *q = *p;
    if (JW_LIKELY(end - q >= 2)) {
        if (q[0] < ONE_BYTE) {
            *v = q[0];
            *p = q + 1;
            return true;
        }
        if (q[1] < ONE_BYTE) {
            *v = (q[0] & (ONE_BYTE - 1u)) | (uint32_t)q[1] << 7;
            *p = q + 2;
            return true;
        }
    }
    return read_wide(p, end, v);
}

static const unsigned char *chunk_bytes(const struct jw_glass_postings *p)
{
    return p->mapped ? p->mapped : p->joined;
}

/* The chunk whose first component the cursor stands at; the cursor goes to its last. */
static enum jw_status chunk_tag(struct jw_glass_postings *p, struct jw_glass_item *item,
                                struct jw_str *tag)
{
    struct jw_str key = item->key;
    size_t n = 0;
    *tag = item->piece;
    p->mapped = (const unsigned char *)item->piece.p;
    for (uint32_t component = 1; !item->last || component > 1; component++) {
        if (item->component != component || !jw_str_eq(item->key, key) ||
            item->piece.n > sizeof p->joined - n) {
            return JW_ECORRUPT;
        }
        memcpy(p->joined + n, item->piece.p, item->piece.n);
        n += item->piece.n;
        *tag = jw_str_of((const char *)p->joined, n);
        p->mapped = NULL;
        if (item->last) {
            break;
        }
        if (jw_glass_table_next(&p->reader->postlist, &p->at) != JW_OK ||
            jw_glass_table_item(&p->at, item) != JW_OK) {
            return JW_ECORRUPT;
        }
    }
    return JW_OK;
}

/* Begin a chunk; body ends the tag that chunk_tag() found. */
static bool open_chunk(struct jw_glass_postings *p, struct jw_str body, uint32_t first)
{
    const unsigned char *at = (const unsigned char *)body.p;
    const unsigned char *end = at + body.n;
    uint32_t span = 0;
    if (at == end || (*at != LAST_CHUNK && *at != MORE_CHUNKS)) {
        return false;
    }
    p->last_chunk = *at++ == LAST_CHUNK;
    uint32_t last = p->reader->info.last_docid;
    if (!read_number(&at, end, &span) || first > last || span > last - first) {
        return false;
    }
    p->next = (uint32_t)(at - chunk_bytes(p));
    p->end = (uint32_t)(end - chunk_bytes(p));
    p->docid = first;
    p->chunk_last = first + span;
    p->fresh = true;
    return true;
}

enum jw_status jw_glass_postings_open(const struct jw_glass_reader *r, struct jw_str term,
                                      struct jw_glass_postings *out, struct jw_error *err)
{
    struct jw_glass_item item;
    struct jw_glass_list_head head;
    struct jw_str tag;
    out->reader = r;
    out->n_docs = 0;
    out->n_occurrences = 0;
    out->ended = true;
    out->term_n = 0;
    if (term.n == 0 || term.n > TERM_MAX_BYTES || memchr(term.p, 0, term.n)) {
        return JW_OK;
    }
    enum jw_status status = jw_glass_table_find(&r->postlist, term, &out->at);
    if (status == JW_OK) {
        status = jw_glass_table_item(&out->at, &item);
    }
    if (status == JW_OK && !jw_str_eq(item.key, term)) {
        return JW_OK;
    }
    if (status == JW_OK) {
        status = chunk_tag(out, &item, &tag);
    }
    if (status == JW_OK &&
        (!jw_glass_list_head(tag, &head) || head.n_docs > r->info.n_docs ||
         !open_chunk(out, head.body, head.first_docid))) {
        status = JW_ECORRUPT;
    }
    if (status != JW_OK) {
        return jw_glass_damaged(r, JW_GLASS_POSTLIST, status, err);
    }
    memcpy(out->term, term.p, term.n);
    out->term_n = term.n;
    out->n_docs = head.n_docs;
    out->n_occurrences = head.n_occurrences;
    out->ended = false;
    return JW_OK;
}

void jw_glass_fetch_terms(const struct jw_glass_reader *r, const struct jw_str *terms,
                          size_t n)
{
    jw_glass_table_fetch_keys(&r->postlist, terms, n);
}

void jw_glass_postings_again(const struct jw_glass_postings *opened,
                             struct jw_glass_postings *out)
{
    size_t n = offsetof(struct jw_glass_postings, joined);
    memcpy(out, opened, opened->mapped || opened->ended ? n : sizeof *out);
}

/* The cursor stands at a chunk that is not the first: open it. */
static enum jw_status open_later(struct jw_glass_postings *p)
{
    struct jw_glass_item item;
    struct jw_str tag;
    uint32_t first = 0;
    enum jw_status status = jw_glass_table_item(&p->at, &item);
    if (status == JW_OK && item.component > 1) {
        struct jw_str key = item.key; /* found from behind: go to the first piece */
        status = jw_glass_table_find(&p->reader->postlist, key, &p->at);
        status = status == JW_OK ? jw_glass_table_item(&p->at, &item) : status;
    }
    if (status != JW_OK || item.key.n <= p->term_n + 1 ||
        memcmp(item.key.p, p->term, p->term_n) != 0 || item.key.p[p->term_n] != 0 ||
        !jw_unpack_uint_sort((const unsigned char *)item.key.p + p->term_n + 1,
                             item.key.n - p->term_n - 1, &first) ||
        first <= p->chunk_last || chunk_tag(p, &item, &tag) != JW_OK ||
        !open_chunk(p, tag, first)) {
        return JW_ECORRUPT;
    }
    return JW_OK;
}

/* Open the chunk behind the one at hand, or the list ends. */
static enum jw_status next_chunk(struct jw_glass_postings *p)
{
    if (p->last_chunk) {
        p->ended = true;
        return JW_OK;
    }
    enum jw_status status = jw_glass_table_next(&p->reader->postlist, &p->at);
    return status == JW_OK ? open_later(p) : JW_ECORRUPT;
}

/* Open the chunk that document docid, behind the chunk at hand, would be in. */
static enum jw_status find_chunk(struct jw_glass_postings *p, uint32_t docid)
{
    unsigned char key[JW_GLASS_KEY_MAX_BYTES + 1 + JW_PACK_SORT_MAX_BYTES];
    memcpy(key, p->term, p->term_n);
    key[p->term_n] = 0;
    unsigned char *end = jw_pack_uint_sort(key + p->term_n + 1, docid);
    struct jw_glass_cursor at = p->at;
    enum jw_status status = jw_glass_table_find(
        &p->reader->postlist, jw_str_of((const char *)key, (size_t)(end - key)), &p->at);
    if (status != JW_OK) {
        return status;
    }
    if (p->at.block[0] == at.block[0] && p->at.item[0] == at.item[0]) {
        return next_chunk(p); /* between two chunks */
    }
    status = open_later(p);
    return status == JW_OK && docid > p->chunk_last ? next_chunk(p) : status;
}

/* Where decoding stands inside a chunk. */
struct place {
    const unsigned char *at;
    const unsigned char *end;
    uint32_t docid;
    uint32_t last;
};

/* The next posting, which is not the chunk's first.  @return false: there cannot be. */
static inline bool next_posting(struct place *c, uint32_t *wdf)
{
    uint32_t step = 0;
    /* A step of one byte or two, which no branch could foresee, and a wdf of one. */
    bool room = c->end - c->at >= TWO_AND_ONE;
    uint32_t two = room ? c->at[0] >> 7 : 0;
    uint32_t second = room ? c->at[1] & (0u - two) : 0;
    const unsigned char *w = c->at + 1 + two;
    if (JW_LIKELY(room && ((second | *w) & ONE_BYTE) == 0)) {
        step = (c->at[0] & (ONE_BYTE - 1u)) | second << 7;
        *wdf = *w;
        c->at = w + 1;
    } else if (!read_number(&c->at, c->end, &step) || !read_number(&c->at, c->end, wdf)) {
        return false;
    }
    if (step >= c->last - c->docid) {
        return false;
    }
    c->docid += step + 1;
    return true;
}

/* Eight bytes, the first the least: compilers make one load of it. */
static inline uint64_t load(const unsigned char *p)
{
    uint64_t v = 0;
    for (int i = 0; i < FOUR_BYTES; i++) {
        v |= (uint64_t)p[i] << (8 * i);
    }
    return v;
}

/* The step of two bytes that is `shift` bits up. */
static inline uint32_t step_at(uint64_t all, unsigned shift)
{
    return (uint32_t)(all >> shift & (ONE_BYTE - 1u)) |
           (uint32_t)(all >> (shift + 8) & (ONE_BYTE - 1u)) << 7;
}

/*
 * Pass over postings before document from, four at a time where all their numbers are
 * of one byte, two where each has a step of two bytes and then one; stops at a posting
 * before it, so that the next may be the one.
 */
static void pass_over(struct place *c, uint32_t from)
{
    while (c->end - c->at >= FOUR_BYTES) {
        uint64_t all = load(c->at);
        bool wide = (all & TWO_HIGH_BITS) == TWO_WIDE;
        /* Steps of one byte are every other byte; the product's top 16 bits are their
         * sum. */
        uint32_t steps = wide ? step_at(all, 0) + step_at(all, 24) + 2
                              : (uint32_t)((all & STEPS) * SUM >> 48) + 4;
        if ((!wide && (all & HIGH_BITS)) || steps > c->last - c->docid ||
            c->docid + steps >= from) {
            break;
        }
        c->docid += steps;
        c->at += wide ? TWO_BYTES : FOUR_BYTES;
    }
}

/*
 * Decode from the chunk at hand the postings from document from on, up to room.
 * @return false when the chunk is not what it should be.
 */
static bool decode(struct jw_glass_postings *p, uint32_t from, uint32_t *docids,
                   uint32_t *wdfs, size_t room, size_t *n)
{
    const unsigned char *bytes = chunk_bytes(p);
    struct place c = {bytes + p->next, bytes + p->end, p->docid, p->chunk_last};
    uint32_t wdf = 0;
    size_t k = 0;
    bool good = true;
    bool have = p->fresh;
    if (have) {
        good = read_number(&c.at, c.end, &wdf);
    }
    for (unsigned i = 0; good && (!have || c.docid < from) && c.at < c.end; i++) {
        if (i % SINGLE_STEPS == 0) {
            pass_over(&c, from);
        }
        good = next_posting(&c, &wdf);
        have = true;
    }
    have = have && c.docid >= from;
    while (good && have) {
        docids[k] = c.docid;
        if (wdfs) {
            wdfs[k] = wdf;
        }
        have = ++k < room && c.at < c.end;
        if (have) {
            good = next_posting(&c, &wdf);
        }
    }
    p->fresh = false;
    p->next = (uint32_t)(c.at - bytes);
    p->docid = c.docid;
    *n = k;
    return good && (c.at < c.end || c.docid == c.last);
}

/* Go to the chunk that document from is in, which is behind the one at hand, or would
 * be. */
static enum jw_status go_to_chunk(struct jw_glass_postings *p, uint32_t from)
{
    /* Mostly it is in the chunk behind, which is nearer than any other. */
    enum jw_status status = next_chunk(p);
    if (status == JW_OK && !p->ended && from > p->chunk_last && !p->last_chunk) {
        status = find_chunk(p, from);
    }
    return status;
}

enum jw_status jw_glass_postings_read(struct jw_glass_postings *p, uint32_t from,
                                      uint32_t *docids, uint32_t *wdfs, size_t room,
                                      size_t *n, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    *n = 0;
    while (status == JW_OK && !p->ended && *n < room) {
        size_t got = 0;
        if (from > p->chunk_last) {
            status = go_to_chunk(p, from);
            continue;
        }
        if (!p->fresh && p->next == p->end) {
            status = next_chunk(p);
            continue;
        }
        if (!decode(p, from, docids + *n, wdfs ? wdfs + *n : NULL, room - *n, &got)) {
            status = JW_ECORRUPT;
        }
        *n += got;
    }
    return status == JW_OK ? JW_OK
                           : jw_glass_damaged(p->reader, JW_GLASS_POSTLIST, status, err);
}

/*
 * Look for documents from *done on in the chunk at hand, as far as it goes.
 * @return false when the chunk is not what it should be.
 */
static bool meet(struct jw_glass_postings *p, const uint32_t *docids, size_t n,
                 uint32_t *wdfs, size_t *done)
{
    const unsigned char *bytes = chunk_bytes(p);
    struct place c = {bytes + p->next, bytes + p->end, p->docid, p->chunk_last};
    uint32_t wdf = 0;
    bool good = true;
    bool have = p->fresh;
    size_t k = *done;
    if (have) {
        good = read_number(&c.at, c.end, &wdf);
    }
    for (; good && k < n && docids[k] <= c.last; k++) {
        for (unsigned i = 0; good && (!have || c.docid < docids[k]) && c.at < c.end;
             i++) {
            if (i % SINGLE_STEPS == 0) {
                pass_over(&c, docids[k]);
            }
            good = next_posting(&c, &wdf);
            have = true;
        }
        wdfs[k] = have && c.docid == docids[k] ? wdf : 0;
    }
    p->fresh = false;
    p->next = (uint32_t)(c.at - bytes);
    p->docid = c.docid;
    *done = k;
    return good;
}

enum jw_status jw_glass_postings_meet(struct jw_glass_postings *p, const uint32_t *docids,
                                      size_t n, uint32_t *wdfs, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    size_t done = 0;
    memset(wdfs, 0, n * sizeof *wdfs);
    while (status == JW_OK && !p->ended && done < n) {
        if (docids[done] > p->chunk_last) {
            status = go_to_chunk(p, docids[done]);
        } else if (!meet(p, docids, n, wdfs, &done)) {
            status = JW_ECORRUPT;
        }
    }
    p->ended = true;
    return status == JW_OK ? JW_OK
                           : jw_glass_damaged(p->reader, JW_GLASS_POSTLIST, status, err);
}
