#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/tokenizer.h"

enum {
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
    jw_arena_release(&d->arena);
    jw_document_init(d);
}

void jw_document_clear(struct jw_document *d)
{
    d->n_terms = 0;
    d->length = 0;
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
    return add_term(w->document, jw_str_of(bytes, n), 1);
}

enum jw_status jw_document_add_text(struct jw_document *d, struct jw_str text,
                                    struct jw_chars *chars)
{
    struct text_walk w = {d, chars};
    jw_chars_next_document(chars);
    return jw_tokenize(text, JW_TOKENS_DOCUMENT, on_token, &w);
}

static enum jw_status on_overlap(const struct jw_token *token, void *arg)
{
    char bytes[JW_TERM_MAX_BYTES];
    size_t n = jw_token_term(token, bytes);
    return add_term(arg, jw_str_of(bytes, n), 1);
}

enum jw_status jw_document_add_overlap(struct jw_document *d, struct jw_overlap *overlap)
{
    return jw_overlap_tokens(overlap, on_overlap, d);
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
