#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/signature.h"
#include "jianwen/tokenizer.h"

enum {
    BMP = 0x10000,
    ARENA_LIMIT_BYTES = 1 << 30,
    ARENA_KEEP_BYTES = 1 << 20
};

void jw_document_init(struct jw_document *d)
{
    memset(d, 0, sizeof *d);
    jw_arena_init(&d->arena, ARENA_LIMIT_BYTES);
}

void jw_document_release(struct jw_document *d)
{
    free(d->terms);
    free(d->pairs);
    jw_arena_release(&d->arena);
    jw_document_init(d);
}

void jw_document_clear(struct jw_document *d)
{
    d->n_terms = 0;
    d->n_pairs = 0;
    d->length = 0;
    d->cut = false;
    d->tail.n = 0;
    jw_arena_clear(&d->arena, ARENA_KEEP_BYTES);
}

static enum jw_status add_term(struct jw_document *d, struct jw_str term, uint32_t wdf)
{
    void *terms = d->terms;
    enum jw_status status =
        jw_array_grow(&terms, &d->cap, d->n_terms + 1, sizeof *d->terms);
    d->terms = terms;
    struct jw_str copy = jw_arena_str(&d->arena, term);
    if (status != JW_OK || !copy.p) {
        return JW_ENOMEM;
    }
    d->terms[d->n_terms].term = copy;
    d->terms[d->n_terms].wdf = wdf;
    d->n_terms++;
    return JW_OK;
}

/* As lib/glass/inverter.c notes them: of pairs beyond the BMP nothing is known but that
 * they are there. */
static enum jw_status add_pair(struct jw_document *d, uint32_t a, uint32_t b, bool joins)
{
    void *pairs = d->pairs;
    enum jw_status status =
        jw_array_grow(&pairs, &d->pairs_cap, d->n_pairs + 1, sizeof *d->pairs);
    d->pairs = pairs;
    if (status != JW_OK || !pairs) {
        return JW_ENOMEM;
    }
    struct jw_document_pair *last =
        d->n_pairs && !d->cut ? &d->pairs[d->n_pairs - 1] : NULL;
    struct jw_document_pair pair = {a, b, jw_signature_alone(), joins};
    bool known = a < BMP && b < BMP;
    if (!known) {
        pair.signature = JW_SIGNATURE_ANY;
    } else if (last && last->b == a && b) {
        last->signature = jw_signature_with_behind(last->signature, b);
        pair.signature = jw_signature_with_before(last->a);
    }
    if (known || !joins) {
        d->pairs[d->n_pairs++] = pair;
    }
    d->cut = !known;
    return JW_OK;
}

/* @return the character that a token begins with and no other token does. */
static uint32_t own_char(const struct jw_token *token)
{
    return token->cp[0];
}

struct text_walk {
    struct jw_document *document;
    struct jw_chars *chars;
};

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct text_walk *w = arg;
    char bytes[JW_TERM_MAX_BYTES];
    size_t n = jw_token_term(token, bytes);
    if (own_char(token)) {
        enum jw_status status = jw_chars_note(w->chars, own_char(token));
        if (status != JW_OK) {
            return status;
        }
    }
    jw_sketch_token(&w->document->sketch, token);
    switch (token->kind) {
    case JW_TOKEN_BIGRAM:
    case JW_TOKEN_CHAR:
    case JW_TOKEN_WORD:
        w->document->length++;
        break;
    case JW_TOKEN_PAIR:
    case JW_TOKEN_PART:
    case JW_TOKEN_ALIAS:
        break;
    }
    return token->cp[0] ? add_pair(w->document, token->cp[0], token->cp[1], false)
                        : add_term(w->document, jw_str_of(bytes, n), 1);
}

enum jw_status jw_document_add_text(struct jw_document *d, struct jw_str text,
                                    struct jw_chars *chars)
{
    struct text_walk w = {d, chars};
    jw_chars_next_document(chars);
    return jw_tokenize(text, JW_TOKENS_DOCUMENT, on_token, &w);
}

/* A token before a doubtful break, which has been added already. */
static enum jw_status on_tail(const struct jw_token *token, void *arg)
{
    struct jw_document *d = arg;
    jw_tail_add(&d->tail, token);
    return JW_OK;
}

/* What follows goes on from the tail. */
static enum jw_status join_tail(struct jw_document *d)
{
    struct jw_char_pair pairs[JW_TAIL_PAIRS];
    size_t n = jw_tail_take(&d->tail, pairs);
    enum jw_status status = JW_OK;
    d->cut = true;
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        status = add_pair(d, pairs[i].a, pairs[i].b, true);
    }
    return status;
}

static enum jw_status on_overlap(const struct jw_token *token, void *arg)
{
    struct jw_document *d = arg;
    char bytes[JW_TERM_MAX_BYTES];
    enum jw_status status = d->tail.n > 0 ? join_tail(d) : JW_OK;
    if (status != JW_OK) {
        return status;
    }
    if (token->cp[0]) {
        return add_pair(d, token->cp[0], token->cp[1], false);
    }
    size_t n = jw_token_term(token, bytes);
    return add_term(d, jw_str_of(bytes, n), 1);
}

enum jw_status jw_document_add_overlap(struct jw_document *d, struct jw_overlap *overlap)
{
    return jw_overlap_all_tokens(overlap, on_tail, on_overlap, d);
}

static int by_characters(const void *a, const void *b)
{
    const struct jw_document_pair *x = a;
    const struct jw_document_pair *y = b;
    if (x->a != y->a) {
        return x->a < y->a ? -1 : 1;
    }
    return (x->b > y->b) - (x->b < y->b);
}

static enum jw_status add_pair_term(struct jw_document *d, uint32_t a, uint32_t b,
                                    uint32_t number)
{
    struct jw_token token = {.kind = b ? JW_TOKEN_BIGRAM : JW_TOKEN_CHAR, .cp = {a, b}};
    char bytes[JW_TERM_MAX_BYTES];
    size_t n = jw_token_term(&token, bytes);
    return add_term(d, jw_str_of(bytes, n), number);
}

enum jw_status jw_document_end(struct jw_document *d)
{
    enum jw_status status = JW_OK;
    if (d->n_pairs > 1) {
        qsort(d->pairs, d->n_pairs, sizeof *d->pairs, by_characters);
    }
    for (size_t i = 0; i < d->n_pairs && status == JW_OK;) {
        struct jw_signature_sum sum = {0, 0, 0, 0};
        const struct jw_document_pair *first = &d->pairs[i];
        for (; i < d->n_pairs && by_characters(first, &d->pairs[i]) == 0; i++) {
            jw_signature_add(&sum, d->pairs[i].signature, !d->pairs[i].joins);
        }
        if (sum.n) {
            status = add_pair_term(d, first->a, first->b, jw_signature_number(&sum));
        }
    }
    d->n_pairs = 0;
    return status;
}

enum jw_status jw_document_add_key(struct jw_document *d, char prefix,
                                   struct jw_str value)
{
    char bytes[JW_TERM_MAX_BYTES];
    if (value.n + 1 > sizeof bytes) {
        return JW_EINVAL;
    }
    bytes[0] = prefix;
    memcpy(bytes + 1, value.p, value.n);
    return add_term(d, jw_str_of(bytes, value.n + 1), 0);
}

static enum jw_status on_uncount(const struct jw_token *token, void *arg)
{
    struct jw_chars *chars = arg;
    return own_char(token) ? jw_chars_unnote(chars, own_char(token)) : JW_OK;
}

enum jw_status jw_document_uncount(struct jw_str text, struct jw_chars *chars)
{
    jw_chars_next_document(chars);
    return jw_tokenize(text, JW_TOKENS_DOCUMENT, on_uncount, chars);
}
