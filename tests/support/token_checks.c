#include "text_checks.h"

#include <stdlib.h>

#include "jianwen/tokenizer.h"
#include "jianwen/utf8.h"

enum {
    SLICES = 8,
    TOKENS_MAX = 4096
};

struct seen {
    enum jw_token_kind kind;
    uint32_t start;
    uint32_t end;
    size_t n;
    char term[JW_TERM_MAX_BYTES];
};

struct token_list {
    struct seen *at;
    size_t n;
    size_t cap;
    struct jw_str text;
    const char *fault;
};

static enum jw_status collect(const struct jw_token *token, void *arg)
{
    struct token_list *list = arg;
    void *at = list->at;
    if (list->n == TOKENS_MAX) {
        return JW_ECANCELED;
    }
    if (jw_array_grow(&at, &list->cap, list->n + 1, sizeof *list->at) != JW_OK) {
        return JW_ENOMEM;
    }
    list->at = at;
    struct seen *seen = &list->at[list->n++];
    seen->kind = token->kind;
    seen->start = token->start;
    seen->end = token->end;
    bool is_cps = token->kind == JW_TOKEN_BIGRAM || token->kind == JW_TOKEN_CHAR;
    if (is_cps != (token->cp[0] != 0) || is_cps != (token->word.n == 0) ||
        (token->kind == JW_TOKEN_BIGRAM) != (token->cp[1] != 0)) {
        list->fault = "a token's kind does not fit what it holds";
        seen->n = 0;
        return JW_EINTERNAL;
    }
    if (!is_cps && token->word.n > JW_TERM_MAX_BYTES) {
        list->fault = "a term is longer than the backend takes";
        seen->n = 0;
        return JW_EINTERNAL;
    }
    seen->n = jw_token_term(token, seen->term);
    struct jw_str term = jw_str_of(seen->term, seen->n);
    if (term.n == 0 || term.n > JW_TERM_MAX_BYTES || !jw_utf8_valid(term, NULL)) {
        list->fault = "a term is empty, too long or not UTF-8";
    } else if (memmem(term.p, term.n, "\xEF\xBF\xBD", 3)) {
        list->fault = "U+FFFD is in a term";
    } else if (seen->start >= seen->end || seen->end > list->text.n) {
        list->fault = "a token is empty or ends behind the text";
    }
    return list->fault ? JW_EINTERNAL : JW_OK;
}

static int compare_terms(const void *a, const void *b)
{
    const struct seen *x = a;
    const struct seen *y = b;
    return jw_str_cmp(jw_str_of(x->term, x->n), jw_str_of(y->term, y->n));
}

/* The first of the sorted terms that is not before `term`. */
static const struct seen *not_before(const struct token_list *sorted, struct jw_str term)
{
    size_t lo = 0;
    size_t hi = sorted->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const struct seen *s = &sorted->at[mid];
        if (jw_str_cmp(jw_str_of(s->term, s->n), term) < 0) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < sorted->n ? &sorted->at[lo] : NULL;
}

static const char *check_query(struct jw_str slice, const struct token_list *document)
{
    struct token_list query = {.text = slice};
    enum jw_status status = jw_tokenize(slice, JW_TOKENS_QUERY, collect, &query);
    const char *fault = query.fault;
    for (size_t i = 0; i < query.n && status == JW_OK && !fault; i++) {
        const struct seen *q = &query.at[i];
        struct jw_str term = jw_str_of(q->term, q->n);
        const struct seen *d = not_before(document, term);
        struct jw_str held = d ? jw_str_of(d->term, d->n) : jw_str_c("");
        if (q->kind == JW_TOKEN_CHAR && !jw_str_starts(held, term)) {
            fault = "no term of the document begins with a query's character";
        } else if (q->kind != JW_TOKEN_CHAR && q->kind != JW_TOKEN_ALIAS &&
                   !jw_str_eq(held, term)) {
            fault = "a query of a slice asks for a term that the document lacks";
        }
    }
    free(query.at);
    return fault;
}

/* The tokens of normalised text are those of the text. */
static const char *check_units(struct jw_str text, const struct jw_units *units,
                               const struct token_list *document)
{
    struct token_list list = {.text = text};
    enum jw_status status =
        jw_tokenize_units(units->at, units->n, text, JW_TOKENS_DOCUMENT, collect, &list);
    const char *fault = list.fault;
    if (!fault && (status != JW_OK || list.n != document->n)) {
        fault = "units give another number of tokens than their text";
    }
    for (size_t i = 0; i < list.n && !fault; i++) {
        const struct seen *a = &list.at[i];
        const struct seen *b = &document->at[i];
        if (a->kind != b->kind || a->start != b->start || a->end != b->end ||
            compare_terms(a, b) != 0) {
            fault = "units give other tokens than their text";
        }
    }
    free(list.at);
    return fault;
}

static bool may_cut(const struct jw_units *u, size_t i)
{
    return i == 0 || i == u->n ||
           (u->at[i].start != u->at[i - 1].start &&
            !(jw_unit_in_word(&u->at[i]) && jw_unit_in_word(&u->at[i - 1])));
}

const char *jw_check_every_slice(struct jw_str text)
{
    struct token_list document = {.text = text};
    struct jw_units units;
    jw_units_init(&units);
    enum jw_status status = jw_tokenize(text, JW_TOKENS_DOCUMENT, collect, &document);
    const char *fault = document.fault;
    if (!fault && (status != JW_OK || jw_normalize(text, &units) != JW_OK)) {
        fault = "out of memory";
    }
    if (document.n > 0) {
        qsort(document.at, document.n, sizeof *document.at, compare_terms);
    }
    for (size_t from = 0; from < units.n && !fault; from++) {
        for (size_t to = from + 1; to <= units.n && !fault; to++) {
            if (may_cut(&units, from) && may_cut(&units, to)) {
                fault = check_query(jw_slice_of(text, &units, from, to), &document);
            }
        }
    }
    free(document.at);
    jw_units_release(&units);
    return fault;
}

const char *jw_check_tokenize(struct jw_str text, uint64_t seed)
{
    struct token_list document = {.text = text};
    struct jw_units units;
    jw_units_init(&units);
    enum jw_status status = jw_tokenize(text, JW_TOKENS_DOCUMENT, collect, &document);
    const char *fault = document.fault;
    if (status == JW_OK && !fault && jw_normalize(text, &units) == JW_OK) {
        fault = check_units(text, &units, &document);
        if (document.n > 0) {
            qsort(document.at, document.n, sizeof *document.at, compare_terms);
        }
        seed |= 1;
        for (int k = 0; k < SLICES && !fault; k++) {
            size_t from = 0;
            size_t to = 0;
            if (jw_pick_slice(&units, &seed, &from, &to)) {
                fault = check_query(jw_slice_of(text, &units, from, to), &document);
            }
        }
    }
    free(document.at);
    jw_units_release(&units);
    return fault;
}
