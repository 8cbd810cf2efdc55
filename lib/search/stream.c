#include "stream.h"

#include <string.h>

#include "rank.h"

enum {
    FIRST_BLOCK = 1,
    PREFIX_BLOCK = 1024
};

void jw_stream_context_init(struct jw_stream_context *c, struct jw_reader *reader,
                            size_t segment, struct jw_arena *arena, struct jw_error *err)
{
    memset(c, 0, sizeof *c);
    c->database = jw_reader_database(reader, segment);
    c->segment = jw_index_segment(jw_reader_index(reader), segment);
    c->arena = arena;
    c->err = err;
}

void jw_stream_context_release(struct jw_stream_context *c)
{
    for (size_t i = 0; i < c->n_terms; i++) {
        jw_postings_close(c->terms[i]->postings);
    }
    c->n_terms = 0;
}

static void fail(struct jw_stream_context *c, enum jw_status status)
{
    if (c->status == JW_OK) {
        c->status = status;
        if (status == JW_ENOMEM) {
            (void)jw_fail(c->err, status, "not enough memory for this query");
        }
    }
}

static struct jw_stream *new_stream(struct jw_stream_context *c, enum jw_stream_type type)
{
    struct jw_stream *s = jw_arena_calloc(c->arena, 1, sizeof *s);
    if (!s) {
        fail(c, JW_ENOMEM);
        return NULL;
    }
    s->type = type;
    s->segment = c->segment;
    return s;
}

static bool remember_term(struct jw_stream_context *c, struct jw_stream *s)
{
    if (c->n_terms == c->terms_cap) {
        size_t cap = c->terms_cap ? c->terms_cap * 2 : 16;
        struct jw_stream **terms = jw_arena_grow(
            c->arena, c->terms, c->terms_cap * sizeof *terms, cap * sizeof *terms);
        if (!terms) {
            return false;
        }
        c->terms = terms;
        c->terms_cap = cap;
    }
    c->terms[c->n_terms++] = s;
    return true;
}

struct jw_stream *jw_stream_term(struct jw_stream_context *c, struct jw_str term,
                                 const struct jw_glass_postings *opened, uint32_t n_docs,
                                 float idf)
{
    struct jw_stream *s = new_stream(c, JW_STREAM_TERM);
    if (!s) {
        return NULL;
    }
    s->idf = idf;
    s->n_docs = n_docs;
    s->block = FIRST_BLOCK;
    s->docids = jw_arena_alloc(c->arena, JW_STREAM_BLOCK * sizeof *s->docids);
    s->numbers = jw_arena_alloc(c->arena, JW_STREAM_BLOCK * sizeof *s->numbers);
    s->postings = jw_arena_alloc(c->arena, sizeof *s->postings);
    if (!s->docids || !s->numbers || !s->postings) {
        fail(c, JW_ENOMEM);
        return NULL;
    }
    s->postings->xap = NULL;
    s->postings->mapped = false;
    if (!remember_term(c, s)) {
        fail(c, JW_ENOMEM);
        return NULL;
    }
    if (opened) {
        jw_postings_again(opened, s->postings);
        return s;
    }
    enum jw_status status = jw_postings_open(c->database, term, s->postings, c->err);
    if (status != JW_OK) {
        fail(c, status);
        return NULL;
    }
    return s;
}

struct jw_stream *jw_stream_pair(struct jw_stream_context *c, struct jw_str term,
                                 const struct jw_glass_postings *opened, uint32_t n_docs,
                                 float idf, const struct jw_signature_filter *around)
{
    struct jw_stream *s = jw_stream_term(c, term, opened, n_docs, idf);
    if (s) {
        s->pair = true;
        s->filter = *around;
        s->filtered = jw_signature_asks(around);
    }
    return s;
}

struct jw_stream *jw_stream_list(struct jw_stream_context *c, enum jw_stream_type type,
                                 struct jw_stream **children, size_t n)
{
    struct jw_stream *s = new_stream(c, type);
    if (!s) {
        return NULL;
    }
    s->children = children;
    s->n_children = n;
    s->n_docs = type == JW_STREAM_AND ? UINT64_MAX : 0;
    for (size_t i = 0; i < n; i++) {
        if (!children[i]) {
            return NULL;
        }
        if (type == JW_STREAM_OR) {
            s->n_docs += children[i]->n_docs;
        } else if (children[i]->n_docs < s->n_docs) {
            s->n_docs = children[i]->n_docs;
        }
    }
    /* The rarest first; lists are short, so insertion will do. */
    for (size_t i = 1; type == JW_STREAM_AND && i < n; i++) {
        struct jw_stream *child = children[i];
        size_t k = i;
        while (k > 0 && children[k - 1]->n_docs > child->n_docs) {
            children[k] = children[k - 1];
            k--;
        }
        children[k] = child;
    }
    return s;
}

static struct jw_stream *bits_stream(struct jw_stream_context *c,
                                     enum jw_stream_type type, const uint64_t *bits,
                                     uint64_t n_docs)
{
    struct jw_stream *s = new_stream(c, type);
    if (s) {
        s->bits = bits;
        s->n_docs = n_docs;
    }
    return s;
}

struct jw_stream *jw_stream_rows(struct jw_stream_context *c, const uint64_t *bits,
                                 uint64_t n_docs)
{
    return bits_stream(c, JW_STREAM_ROWS, bits, n_docs);
}

struct jw_stream *jw_stream_bits(struct jw_stream_context *c, const uint64_t *bits,
                                 uint64_t n_docs)
{
    return bits_stream(c, JW_STREAM_BITS, bits, n_docs);
}

struct jw_stream *jw_stream_phrase(struct jw_stream_context *c, struct jw_str ngram,
                                   struct jw_stream *terms)
{
    struct jw_stream *s = new_stream(c, JW_STREAM_PHRASE);
    struct jw_stream **children =
        jw_arena_calloc(c->arena, 2, sizeof(struct jw_stream *));
    if (!s || !terms || !children) {
        fail(c, JW_ENOMEM);
        return NULL;
    }
    for (uint32_t again = 0; again < JW_NGRAM_AGAIN_MAX; again++) {
        c->weight_of[again] = 0;
        for (size_t i = 0; i < c->n_terms; i++) {
            if (c->terms[i]->idf > 0) {
                c->weight_of[again] += jw_rank_stage1(c->terms[i]->idf, again + 1);
            }
        }
    }
    children[0] = jw_stream_term(c, ngram, NULL, 0, 0);
    children[1] = terms;
    if (!children[0]) {
        return NULL;
    }
    if (children[0]->postings->mapped && children[0]->postings->glass.n_docs == 0) {
        return terms; /* nowhere frequent */
    }
    s->children = children;
    s->n_children = 2;
    s->n_docs = terms->n_docs;
    c->phrase = s;
    return s;
}

struct jw_stream *jw_stream_every(struct jw_stream_context *c)
{
    struct jw_stream *s = new_stream(c, JW_STREAM_EVERY);
    if (s) {
        s->n_docs = c->segment->last_docid;
    }
    return s;
}

struct jw_stream *jw_stream_none(struct jw_stream_context *c)
{
    return new_stream(c, JW_STREAM_NONE);
}

struct prefix_walk {
    struct jw_stream_context *c;
    uint64_t *bits;
    uint64_t n_docs;
};

static bool set_bits(struct prefix_walk *w, struct jw_postings *postings)
{
    uint32_t docids[PREFIX_BLOCK];
    size_t n = 0;
    do {
        enum jw_status status =
            jw_postings_read(postings, 0, docids, NULL, PREFIX_BLOCK, &n, w->c->err);
        if (status != JW_OK) {
            fail(w->c, status);
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            if (docids[i] <= w->c->segment->last_docid) {
                w->bits[docids[i] / 64] |= (uint64_t)1 << (docids[i] % 64);
            }
        }
        w->n_docs += n;
    } while (n > 0);
    return true;
}

/* The callback only collects: it must not call the reader. */
struct prefix_terms {
    struct jw_arena *arena;
    struct jw_str *at;
    size_t n;
    size_t cap;
    bool failed;
};

static bool collect_term(struct jw_str term, uint32_t n_docs, void *arg)
{
    struct prefix_terms *t = arg;
    (void)n_docs;
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 256;
        struct jw_str *at =
            jw_arena_grow(t->arena, t->at, t->cap * sizeof *at, cap * sizeof *at);
        if (!at) {
            t->failed = true;
            return false;
        }
        t->at = at;
        t->cap = cap;
    }
    t->at[t->n] = jw_arena_str(t->arena, term);
    t->failed = !t->at[t->n].p;
    t->n += !t->failed;
    return !t->failed;
}

struct jw_stream *jw_stream_prefix(struct jw_stream_context *c, struct jw_str prefix)
{
    struct prefix_terms terms = {.arena = c->arena};
    struct jw_stream *s = new_stream(c, JW_STREAM_BITS);
    size_t words = c->segment->last_docid / 64 + 1;
    struct prefix_walk w = {c, jw_arena_calloc(c->arena, words, sizeof(uint64_t)), 0};
    if (!s || !w.bits) {
        fail(c, JW_ENOMEM);
        return NULL;
    }
    enum jw_status status =
        jw_database_terms(c->database, prefix, collect_term, &terms, c->err);
    if (status != JW_OK || terms.failed) {
        fail(c, status != JW_OK ? status : JW_ENOMEM);
        return NULL;
    }
    for (size_t i = 0; i < terms.n; i++) {
        struct jw_postings postings;
        status = jw_postings_open(c->database, terms.at[i], &postings, c->err);
        if (status != JW_OK) {
            fail(c, status);
            return NULL;
        }
        bool good = set_bits(&w, &postings);
        jw_postings_close(&postings);
        if (!good) {
            return NULL;
        }
    }
    s->bits = w.bits;
    s->n_docs = w.n_docs;
    return s;
}

/* Of the postings just read those go that have something else around the pair. */
static void filter_block(struct jw_stream *s)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t number = s->numbers[i];
        s->docids[left] = s->docids[i];
        s->numbers[left] = number;
        left += jw_signature_passes(&s->filter, number);
    }
    s->n = left;
}

static uint32_t seek_term(struct jw_stream_context *c, struct jw_stream *s,
                          uint32_t target)
{
    if (s->at >= target && s->at != 0) {
        return s->at;
    }
    for (;;) {
        while (s->i < s->n && s->docids[s->i] < target) {
            s->i++;
        }
        if (s->i < s->n) {
            s->at = s->docids[s->i];
            return s->at;
        }
        /* Behind the block: a jump when the target is farther than one on. */
        bool jump = s->read_to == 0 || target > s->read_to + 1;
        s->block = jump ? FIRST_BLOCK : s->block * 2;
        s->block = s->block > JW_STREAM_BLOCK ? JW_STREAM_BLOCK : s->block;
        size_t n = 0;
        enum jw_status status = jw_postings_read(
            s->postings, jump ? target : 0, s->docids, s->numbers, s->block, &n, c->err);
        if (status != JW_OK) {
            fail(c, status);
            break;
        }
        s->n = (uint32_t)n;
        s->i = 0;
        if (n == 0) {
            break;
        }
        s->read_to = s->docids[n - 1];
        if (s->filtered) {
            filter_block(s);
        }
    }
    s->at = JW_STREAM_END;
    return s->at;
}

static uint32_t seek_and(struct jw_stream_context *c, struct jw_stream *s,
                         uint32_t target)
{
    uint32_t d = jw_stream_seek(c, s->children[0], target);
    for (size_t i = 1; i < s->n_children && d != JW_STREAM_END;) {
        uint32_t e = jw_stream_seek(c, s->children[i], d);
        if (e == d) {
            i++;
            continue;
        }
        d = e == JW_STREAM_END ? e : jw_stream_seek(c, s->children[0], e);
        i = 1;
    }
    s->at = d;
    return d;
}

static uint32_t seek_or(struct jw_stream_context *c, struct jw_stream *s, uint32_t target)
{
    uint32_t d = JW_STREAM_END;
    for (size_t i = 0; i < s->n_children; i++) {
        uint32_t e = jw_stream_seek(c, s->children[i], target);
        d = e < d ? e : d;
    }
    s->at = d;
    return d;
}

/*
 * Stretch by stretch: where the n-gram has a posting, it has all of them; where it has
 * none, the terms tell where the phrase may be.
 */
static uint32_t seek_phrase(struct jw_stream_context *c, struct jw_stream *s,
                            uint32_t target)
{
    const struct jw_segment *g = s->segment;
    while (s->stretch < g->n_stretches) {
        uint32_t last = g->stretches[s->stretch];
        if (target > last) {
            s->stretch++;
            s->entered = false;
            continue;
        }
        if (!s->entered) {
            uint32_t first = s->stretch ? g->stretches[s->stretch - 1] + 1 : 1;
            s->frequent = jw_stream_seek(c, s->children[0], first) <= last;
            s->entered = true;
        }
        uint32_t d = jw_stream_seek(c, s->children[s->frequent ? 0 : 1], target);
        if (d <= last) {
            s->at = d;
            return d;
        }
        target = last + 1;
    }
    s->at = JW_STREAM_END;
    return s->at;
}

static uint32_t seek_rows(struct jw_stream *s, uint32_t target)
{
    const struct jw_segment *g = s->segment;
    while (s->row < g->n_rows) {
        const struct jw_row *row = &g->rows[s->row];
        bool set = (s->bits[s->row / 64] >> (s->row % 64) & 1) != 0;
        if (set && target - row->first_docid < row->n_docs &&
            target >= row->first_docid) {
            s->at = target;
            return target;
        }
        if (set && row->first_docid > target && row->n_docs > 0) {
            s->at = row->first_docid;
            return s->at;
        }
        s->row++;
    }
    s->at = JW_STREAM_END;
    return s->at;
}

static uint32_t seek_bits(struct jw_stream *s, uint32_t target)
{
    for (uint32_t d = target; d <= s->segment->last_docid; d++) {
        uint64_t word = s->bits[d / 64] >> (d % 64);
        if (word & 1) {
            s->at = d;
            return d;
        }
        if (word == 0) {
            d |= 63; /* nothing left in this word */
        }
    }
    s->at = JW_STREAM_END;
    return s->at;
}

uint32_t jw_stream_seek(struct jw_stream_context *c, struct jw_stream *s, uint32_t target)
{
    target = target ? target : 1;
    if (c->status != JW_OK) {
        s->at = JW_STREAM_END;
        return s->at;
    }
    if (s->at != 0 && s->at >= target) {
        return s->at;
    }
    switch (s->type) {
    case JW_STREAM_TERM:
        return seek_term(c, s, target);
    case JW_STREAM_AND:
        return seek_and(c, s, target);
    case JW_STREAM_OR:
        return seek_or(c, s, target);
    case JW_STREAM_ROWS:
        return seek_rows(s, target);
    case JW_STREAM_BITS:
        return seek_bits(s, target);
    case JW_STREAM_PHRASE:
        return seek_phrase(c, s, target);
    case JW_STREAM_EVERY:
        s->at = target <= s->segment->last_docid ? target : JW_STREAM_END;
        return s->at;
    case JW_STREAM_NONE:
        break;
    }
    s->at = JW_STREAM_END;
    return s->at;
}

bool jw_stream_holds_phrase(const struct jw_stream_context *c, uint32_t docid)
{
    const struct jw_stream *s = c->phrase;
    return s && s->frequent && s->at == docid;
}

float jw_stream_weight(struct jw_stream_context *c, uint32_t docid)
{
    float sum = 0;
    if (jw_stream_holds_phrase(c, docid)) {
        const struct jw_stream *ngram = c->phrase->children[0];
        if (ngram->numbers[ngram->i] == 0) {
            return c->weight_of[0];
        }
        for (size_t i = 0; i < c->n_terms; i++) {
            jw_stream_seek(c, c->terms[i], docid);
        }
    }
    for (size_t i = 0; i < c->n_terms; i++) {
        const struct jw_stream *s = c->terms[i];
        if (s->at == docid && s->idf > 0) {
            sum += jw_rank_stage1(s->idf, jw_stream_count(s, s->numbers[s->i]));
        }
    }
    return sum;
}
