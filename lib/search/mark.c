#include "mark.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/folded.h"
#include "jianwen/utf8.h"
#include "verbatim.h"

enum {
    MARKS_MAX = 4096,
    MAYBE_BYTES = 4096
};

/* Marks while they are collected: bytes of the text. */
struct collector {
    struct jw_arena *arena;
    struct jw_range *at;
    size_t n;
    size_t cap;
    const struct jw_plan *plan;
    const struct jw_part *part;
    /** A flag a term of the plan: it is in the text; it is to be marked. */
    bool *present;
    bool *wanted;
    /** By a hash of a token: the part may have it; MAYBE_BYTES, where bigrams and words
     *  are marked. */
    uint8_t *maybe;
};

static enum jw_status add(struct collector *c, uint32_t start, uint32_t end)
{
    if (c->n >= MARKS_MAX) {
        return JW_OK;
    }
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 16;
        struct jw_range *at =
            jw_arena_grow(c->arena, c->at, c->cap * sizeof *at, cap * sizeof *at);
        if (!at) {
            return JW_ENOMEM;
        }
        c->at = at;
        c->cap = cap;
    }
    struct jw_range range = {start, end};
    c->at[c->n++] = range;
    return JW_OK;
}

/* Widen a match over the part's end marks, where the text has them too. */
static struct jw_range widen(const struct jw_units *units, const struct jw_part *part,
                             size_t first, size_t last)
{
    size_t k = 0;
    while (k < part->n_after && last + 1 + k < units->n &&
           units->at[last + 1 + k].cp == part->units[part->n_units + k].cp) {
        k++;
    }
    last += k == part->n_after ? k : 0;
    k = 0;
    while (k < part->n_before && k < first &&
           units->at[first - 1 - k].cp == (part->units - 1 - k)->cp) {
        k++;
    }
    first -= k == part->n_before ? k : 0;
    struct jw_range range = {units->at[first].start, units->at[last].end};
    return range;
}

static enum jw_status add_verbatim(struct collector *c, const struct jw_units *units,
                                   const struct jw_part *part, bool *any)
{
    enum jw_status status = JW_OK;
    size_t i = jw_units_find(units->at, units->n, 0, part->units, part->n_units);
    *any = i < units->n;
    while (i < units->n && status == JW_OK) {
        size_t last = i + part->n_units - 1;
        struct jw_range range = widen(units, part, i, last);
        status = add(c, range.start, range.end);
        i = jw_units_find(units->at, units->n, last + 1, part->units, part->n_units);
    }
    return status;
}

static size_t hash_of(const uint32_t cp[2], struct jw_str word)
{
    uint32_t h = cp[0] ? cp[0] * 31 + cp[1]
                       : (uint32_t)word.n * 31 + (word.n ? (unsigned char)word.p[0] : 0);
    return h * 0x9E3779B1u % MAYBE_BYTES;
}

static void note_list(struct collector *c, const struct jw_term_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct jw_term *t = &c->plan->terms[list->terms[i]];
        c->maybe[hash_of(t->cp, t->bytes)] = 1;
    }
}

/* Most tokens of a text are none of a part's, and a pasted part has thousands. */
static void note_terms(struct collector *c)
{
    memset(c->maybe, 0, MAYBE_BYTES);
    note_list(c, &c->part->scored);
    for (size_t i = 0; i < c->part->n_groups; i++) {
        const struct jw_term_group *g = &c->part->groups[i];
        for (size_t k = 0; k < g->n_lists && g->n_lists > 1; k++) {
            note_list(c, &g->lists[k]);
        }
    }
}

static bool may_have(const struct collector *c, const struct jw_token *token)
{
    return token->kind != JW_TOKEN_CHAR && c->maybe[hash_of(token->cp, token->word)];
}

/* @return the number of the token's term if the list has it, else n_terms. */
static size_t term_of(const struct collector *c, const struct jw_term_list *list,
                      const struct jw_token *token)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct jw_term *t = &c->plan->terms[list->terms[i]];
        bool same = token->cp[0] ? t->cp[0] == token->cp[0] && t->cp[1] == token->cp[1]
                                 : t->cp[0] == 0 && jw_str_eq(t->bytes, token->word);
        if (same) {
            return list->terms[i];
        }
    }
    return c->plan->n_terms;
}

/* The other ways to write something: which of their terms does the text have? */
static enum jw_status note_token(const struct jw_token *token, void *arg)
{
    struct collector *c = arg;
    for (size_t i = 0; may_have(c, token) && i < c->part->n_groups; i++) {
        const struct jw_term_group *g = &c->part->groups[i];
        for (size_t k = 0; k < g->n_lists && g->n_lists > 1; k++) {
            c->present[term_of(c, &g->lists[k], token)] = true;
        }
    }
    return JW_OK;
}

static enum jw_status mark_token(const struct jw_token *token, void *arg)
{
    struct collector *c = arg;
    if (!may_have(c, token)) {
        return JW_OK;
    }
    bool marked = term_of(c, &c->part->scored, token) < c->plan->n_terms;
    for (size_t i = 0; i < c->part->n_groups && !marked; i++) {
        const struct jw_term_group *g = &c->part->groups[i];
        for (size_t k = 0; k < g->n_lists && g->n_lists > 1 && !marked; k++) {
            marked = c->wanted[term_of(c, &g->lists[k], token)];
        }
    }
    return marked ? add(c, token->start, token->end) : JW_OK;
}

/* Of the other ways to write something those count that are there whole. */
static void want_complete(struct collector *c)
{
    for (size_t i = 0; i < c->part->n_groups; i++) {
        const struct jw_term_group *g = &c->part->groups[i];
        for (size_t k = 0; k < g->n_lists && g->n_lists > 1; k++) {
            const struct jw_term_list *list = &g->lists[k];
            bool whole = true;
            for (size_t t = 0; t < list->n; t++) {
                whole = whole && c->present[list->terms[t]];
            }
            for (size_t t = 0; t < list->n && whole; t++) {
                c->wanted[list->terms[t]] = true;
            }
        }
    }
}

/* Where the part does not stand verbatim: its bigrams, words and what stands
 * for them, one by one. */
static enum jw_status add_tokens(struct collector *c, const struct jw_units *units,
                                 struct jw_str text, const struct jw_part *part)
{
    size_t n = c->plan->n_terms + 1;
    c->part = part;
    note_terms(c);
    c->present = jw_arena_calloc(c->arena, n, sizeof *c->present);
    c->wanted = jw_arena_calloc(c->arena, n, sizeof *c->wanted);
    if (!c->present || !c->wanted) {
        return JW_ENOMEM;
    }
    enum jw_status status =
        jw_tokenize_units(units->at, units->n, text, JW_TOKENS_DOCUMENT, note_token, c);
    if (status != JW_OK) {
        return status;
    }
    c->present[n - 1] = false;
    want_complete(c);
    return jw_tokenize_units(units->at, units->n, text, JW_TOKENS_DOCUMENT, mark_token,
                             c);
}

static int by_start(const void *a, const void *b)
{
    const struct jw_range *x = a;
    const struct jw_range *y = b;
    if (x->start != y->start) {
        return x->start < y->start ? -1 : 1;
    }
    return (x->end > y->end) - (x->end < y->end);
}

/* Join what overlaps; what only touches stays apart. */
static void merge(struct collector *c)
{
    if (c->n < 2) {
        return;
    }
    qsort(c->at, c->n, sizeof *c->at, by_start);
    size_t k = 0;
    for (size_t i = 1; i < c->n; i++) {
        if (c->at[i].start < c->at[k].end) {
            if (c->at[i].end > c->at[k].end) {
                c->at[k].end = c->at[i].end;
            }
        } else {
            c->at[++k] = c->at[i];
        }
    }
    c->n = k + 1;
}

void jw_ranges_to_code_points(struct jw_range *ranges, size_t n, struct jw_str text)
{
    const unsigned char *start = (const unsigned char *)text.p;
    const unsigned char *end = start + text.n;
    const unsigned char *p = start;
    uint32_t chars = 0;
    for (size_t i = 0; i < 2 * n; i++) {
        uint32_t *edge = i % 2 ? &ranges[i / 2].end : &ranges[i / 2].start;
        while (p < end && (size_t)(p - start) < *edge) {
            (void)jw_utf8_next(&p, end);
            chars++;
        }
        *edge = chars;
    }
}

/* Whether the plan is one part, whose whole occurrences are all that is marked and can
 * be found in folded text. */
static bool is_one_run(const struct jw_plan *plan, bool title, bool verbatim_only)
{
    const struct jw_part *part = plan->parts;
    return plan->n_parts == 1 && plan->positive[0] && plan->normalize_flags == 0 &&
           (verbatim_only || part->quoted) && (title || !part->in_title) &&
           part->n_before == 0 && part->n_after == 0 &&
           jw_folded_suits(part->units, part->n_units);
}

static enum jw_status add_runs(struct collector *c, const struct jw_folded *f,
                               const struct jw_part *part)
{
    enum jw_status status = JW_OK;
    size_t n = part->n_units;
    size_t i = jw_folded_find(f, 0, part->units, n);
    while (i < f->n && status == JW_OK) {
        status = add(c, f->at[i], f->at[i + n - 1] + 1);
        i = jw_folded_find(f, i + n, part->units, n);
    }
    return status;
}

/* Marks in bytes of the text. */
static enum jw_status add_all(struct collector *c, struct jw_str text, bool title,
                              bool verbatim_only, struct jw_units *units)
{
    const struct jw_plan *plan = c->plan;
    enum jw_status status = jw_normalize_as(text, plan->normalize_flags, units);
    for (size_t i = 0; i < plan->n_parts && status == JW_OK; i++) {
        const struct jw_part *part = &plan->parts[i];
        bool any = false;
        if (!plan->positive[i] || !jw_part_searchable(part) ||
            (part->in_title && !title)) {
            continue;
        }
        status = add_verbatim(c, units, part, &any);
        if (status == JW_OK && !any && !verbatim_only && !part->quoted) {
            status = add_tokens(c, units, text, part);
        }
    }
    return status;
}

bool jw_mark_once(const struct jw_plan *plan, struct jw_str text, struct jw_arena *arena,
                  struct jw_marks *out)
{
    size_t at = is_one_run(plan, false, true) ? jw_verbatim_at(plan->parts[0].text, text)
                                              : SIZE_MAX;
    struct jw_range *range = at < text.n ? jw_arena_alloc(arena, sizeof *range) : NULL;
    if (range) {
        range->start = (uint32_t)jw_utf8_count(jw_str_slice(text, 0, at));
        range->end = range->start + (uint32_t)plan->parts[0].n_units;
        out->at = range;
        out->n = 1;
    }
    return range != NULL;
}

enum jw_status jw_mark_text(const struct jw_plan *plan, struct jw_str text, bool title,
                            bool verbatim_only, struct jw_units *units,
                            struct jw_arena *arena, struct jw_marks *out)
{
    uint8_t maybe[MAYBE_BYTES];
    struct collector c = {.arena = arena, .plan = plan, .maybe = maybe};
    struct jw_folded folded;
    enum jw_status status = JW_OK;
    if (is_one_run(plan, title, verbatim_only) && jw_folded_make(text, &folded)) {
        status = add_runs(&c, &folded, plan->parts);
    } else {
        status = add_all(&c, text, title, verbatim_only, units);
        if (status == JW_OK) {
            merge(&c);
            jw_ranges_to_code_points(c.at, c.n, text);
        }
    }
    out->at = c.at;
    out->n = c.n;
    return status;
}
