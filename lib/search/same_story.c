#include "same_story.h"

#include <stdlib.h>

#include "jianwen/tokenizer.h"

enum {
    /** Of a longer text the beginning stands for all of it. */
    SHINGLES_MAX = 8192
};

struct maker {
    struct jw_shingles *out;
    size_t cap;
    uint64_t window;
    uint32_t n;
};

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct maker *m = arg;
    uint32_t cp = token->cp[0];
    if (cp == 0 && token->kind != JW_TOKEN_WORD) {
        return JW_OK;
    }
    for (size_t i = 0; token->cp[0] == 0 && i < token->word.n; i++) {
        cp = (cp * 31 + (unsigned char)token->word.p[i]) & 0xFFFF;
    }
    m->window = m->window << 16 ^ cp;
    if (++m->n >= 4 && m->out->n < m->cap) {
        m->out->at[m->out->n++] =
            (uint32_t)((m->window ^ m->window >> 29) * 0xBF58476D1CE4E5B9u >> 32);
    }
    return JW_OK;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

enum jw_status jw_shingles_make(struct jw_search_state *s,
                                const struct jw_article *article, struct jw_units *units,
                                struct jw_shingles *out)
{
    size_t bytes = 0;
    for (size_t i = 1; i < article->n_paragraphs; i++) {
        bytes += article->paragraphs[i].text.n;
    }
    struct maker m = {.out = out, .cap = bytes < SHINGLES_MAX ? bytes : SHINGLES_MAX};
    out->n = 0;
    out->at = jw_arena_alloc(s->arena, (m.cap + 1) * sizeof *out->at);
    if (!out->at) {
        return JW_ENOMEM;
    }
    for (size_t i = 1; i < article->n_paragraphs && out->n < m.cap; i++) {
        struct jw_str text = article->paragraphs[i].text;
        enum jw_status status = jw_normalize(text, units);
        if (status == JW_OK) {
            status = jw_tokenize_units(units->at, units->n, text, JW_TOKENS_DOCUMENT,
                                       on_token, &m);
        }
        if (status != JW_OK) {
            return status;
        }
    }
    qsort(out->at, out->n, sizeof *out->at, by_value);
    size_t k = 0;
    for (size_t i = 0; i < out->n; i++) {
        if (k == 0 || out->at[k - 1] != out->at[i]) {
            out->at[k++] = out->at[i];
        }
    }
    out->n = k;
    return JW_OK;
}

bool jw_shingles_same(const struct jw_shingles *a, const struct jw_shingles *b)
{
    size_t common = 0;
    size_t i = 0;
    size_t k = 0;
    while (i < a->n && k < b->n) {
        if (a->at[i] == b->at[k]) {
            common++;
            i++;
            k++;
        } else if (a->at[i] < b->at[k]) {
            i++;
        } else {
            k++;
        }
    }
    return common > 0 && common * 100 >= (a->n + b->n - common) * JW_STORY_PERCENT;
}

enum jw_status jw_shingles_read(struct jw_search_state *s, const struct jw_candidate *c,
                                struct jw_units *units, struct jw_shingles *out)
{
    struct jw_stored stored;
    enum jw_status status =
        jw_reader_article(s->reader, c->segment, c->row, s->arena, &stored, s->err);
    for (size_t i = 0; status == JW_OK && i < stored.article.n_paragraphs; i++) {
        status = jw_reader_text(s->reader, s->arena, &stored, i, s->err);
    }
    return status == JW_OK ? jw_shingles_make(s, &stored.article, units, out) : status;
}
