#include "take.h"

#include <string.h>

#include "rank.h"

enum {
    /* What a posting weighs is known for counts and for numbers below these. */
    COUNTS_KNOWN = 8,
    NUMBERS_KNOWN = 1 << JW_SIGNATURE_BITS
};

/* What the postings of a term weigh, by their numbers below NUMBERS_KNOWN. */
static const float *weights_of(struct jw_stream_context *c, struct jw_stream *s)
{
    float by_count[COUNTS_KNOWN];
    if (s->weights) {
        return s->weights;
    }
    float *weights = jw_arena_alloc(c->arena, NUMBERS_KNOWN * sizeof *weights);
    if (!weights) {
        c->status = jw_fail(c->err, JW_ENOMEM, "not enough memory for this query");
        return NULL;
    }
    for (uint32_t count = 0; count < COUNTS_KNOWN; count++) {
        by_count[count] = s->idf > 0 ? jw_rank_stage1(s->idf, count) : 0;
    }
    for (uint32_t number = 0; number < NUMBERS_KNOWN; number++) {
        uint32_t count = jw_stream_count(s, number);
        weights[number] = count < COUNTS_KNOWN ? by_count[count]
                          : s->idf > 0         ? jw_rank_stage1(s->idf, count)
                                               : 0;
    }
    s->weights = weights;
    return weights;
}

/* A context's only term. */
static size_t take_term(struct jw_stream_context *c, struct jw_stream *s,
                        struct jw_taken *out)
{
    const float *known = weights_of(c, s);
    size_t n = s->n - s->i < out->room ? s->n - s->i : out->room;
    size_t kept = 0;
    for (size_t k = 0; known && k < n; k++) {
        uint32_t number = s->numbers[s->i + k];
        float weight = known[number % NUMBERS_KNOWN];
        if (JW_UNLIKELY(number >= NUMBERS_KNOWN)) {
            weight = s->idf > 0 ? jw_rank_stage1(s->idf, jw_stream_count(s, number)) : 0;
        }
        out->docids[kept] = s->docids[s->i + k];
        out->weights[kept] = weight;
        kept += weight >= out->floor;
    }
    out->n = kept;
    s->i += (uint32_t)n - 1;
    s->at = s->docids[s->i];
    return known ? n : 0;
}

static size_t take_phrase(struct jw_stream_context *c, struct jw_stream *s,
                          struct jw_taken *out)
{
    struct jw_stream *ngram = s->children[0];
    uint32_t last = s->segment->stretches[s->stretch];
    size_t n = 0;
    while (n < out->room && ngram->i < ngram->n && ngram->docids[ngram->i] <= last) {
        ngram->at = ngram->docids[ngram->i];
        s->at = ngram->at;
        n++;
        /* No term stands more often than the n-gram says: it weighs no more. */
        uint32_t again = ngram->numbers[ngram->i];
        if (again >= JW_NGRAM_AGAIN_MAX || c->weight_of[again] >= out->floor) {
            out->docids[out->n] = s->at;
            out->weights[out->n++] = jw_stream_weight(c, s->at);
        }
        ngram->i++;
    }
    ngram->i--;
    return n;
}

uint64_t jw_stream_champions(struct jw_stream_context *c, const struct jw_stream *s,
                             size_t keep, struct jw_taken *out)
{
    unsigned char term[JW_GLASS_KEY_MAX_BYTES + 1];
    uint32_t numbers[JW_CHAMPIONS];
    struct jw_postings list = {NULL, false, {0}};
    bool has = s->type == JW_STREAM_TERM && s->pair && !s->filtered && c->n_terms == 1 &&
               s->idf > 0 && s->postings->mapped && keep <= JW_CHAMPIONS &&
               s->postings->glass.n_docs >= JW_CHAMPION_LEAST_DOCS;
    out->n = 0;
    if (!has || c->status != JW_OK) {
        return 0;
    }
    size_t n = s->postings->glass.term_n;
    term[0] = JW_TERM_CHAMPIONS;
    memcpy(term + 1, s->postings->glass.term, n);
    c->status = jw_postings_open(c->database, jw_str_of((const char *)term, n + 1), &list,
                                 c->err);
    if (c->status == JW_OK) {
        c->status = jw_postings_read(&list, 0, out->docids, numbers, JW_CHAMPIONS,
                                     &out->n, c->err);
    }
    for (size_t i = 0; i < out->n; i++) {
        out->weights[i] = jw_rank_stage1(s->idf, jw_stream_count(s, numbers[i]));
    }
    jw_postings_close(&list);
    return out->n >= keep && c->status == JW_OK ? s->postings->glass.n_docs : 0;
}

size_t jw_stream_take(struct jw_stream_context *c, struct jw_stream *s,
                      struct jw_taken *out)
{
    out->n = 0;
    if (c->status != JW_OK || s->at == 0 || s->at == JW_STREAM_END || out->room == 0) {
        return 0;
    }
    if (s->type == JW_STREAM_TERM && c->n_terms == 1) {
        return take_term(c, s, out);
    }
    return s->type == JW_STREAM_PHRASE && s->frequent ? take_phrase(c, s, out) : 0;
}
