/*
 * Names are counted by number, segment by segment, and brought together by
 * value at the end; months in one array by month, years are their sums.
 */
#include "facets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    /** Values that are listed of one facet. */
    FACET_VALUES_MAX = 100,
    MONTHS_A_YEAR = 13, /* 0 is "month not known" */
    LAST_YEAR = 9999
};

struct jw_facet_counter {
    struct jw_search_state *s;
    unsigned facets;
    /** By segment and field (source, section): counts by name number. */
    uint64_t **names;
    /** By year * 13 + month; made when the first date is counted. */
    uint64_t *months;
};

static bool wants_dates(const struct jw_facet_counter *f)
{
    return (f->facets & (JW_FACET_YEAR | JW_FACET_MONTH)) != 0;
}

struct jw_facet_counter *jw_facets_begin(struct jw_search_state *s, unsigned facets)
{
    size_t n = jw_index_n_segments(s->index);
    struct jw_facet_counter *f = jw_arena_calloc(s->arena, 1, sizeof *f);
    if (!f) {
        return NULL;
    }
    f->s = s;
    f->facets = facets;
    f->names = jw_arena_calloc(s->arena, n * 2 + 1, sizeof *f->names);
    if (!f->names) {
        return NULL;
    }
    for (size_t i = 0; i < n * 2; i++) {
        const struct jw_segment *g = jw_index_segment(s->index, i / 2);
        enum jw_field field = i % 2 ? JW_FIELD_SECTION : JW_FIELD_SOURCE;
        f->names[i] = jw_arena_calloc(s->arena, g->names[field].n + 1, sizeof(uint64_t));
        if (!f->names[i]) {
            return NULL;
        }
    }
    if (wants_dates(f)) {
        f->months =
            jw_arena_calloc(s->arena, (LAST_YEAR + 1) * MONTHS_A_YEAR, sizeof *f->months);
        return f->months ? f : NULL;
    }
    return f;
}

enum jw_status jw_facets_count(struct jw_facet_counter *f, const struct jw_candidate *c)
{
    const struct jw_row *row = &jw_index_segment(f->s->index, c->segment)->rows[c->row];
    f->names[c->segment * 2][row->name[JW_FIELD_SOURCE]]++;
    f->names[c->segment * 2 + 1][row->name[JW_FIELD_SECTION]]++;
    if (f->months && row->date) {
        size_t year = row->date / 10000 % (LAST_YEAR + 1);
        f->months[year * MONTHS_A_YEAR + row->date / 100 % 100]++;
    }
    return JW_OK;
}

static int by_count(const void *a, const void *b)
{
    const struct jw_facet_count *x = a;
    const struct jw_facet_count *y = b;
    if (x->count != y->count) {
        return x->count > y->count ? -1 : 1;
    }
    return jw_str_cmp(x->value, y->value);
}

static int by_value(const void *a, const void *b)
{
    const struct jw_facet_count *x = a;
    const struct jw_facet_count *y = b;
    return jw_str_cmp(x->value, y->value);
}

/* Add up neighbours with the same value. */
static size_t sum_equal(struct jw_facet_count *at, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (k > 0 && jw_str_eq(at[k - 1].value, at[i].value)) {
            at[k - 1].count += at[i].count;
        } else {
            at[k++] = at[i];
        }
    }
    return k;
}

static enum jw_status names_facet(struct jw_facet_counter *f, enum jw_field field,
                                  struct jw_facet *out)
{
    size_t n_segments = jw_index_n_segments(f->s->index);
    size_t room = 0;
    size_t n = 0;
    size_t which = field == JW_FIELD_SECTION ? 1 : 0;
    for (size_t i = 0; i < n_segments; i++) {
        room += jw_index_segment(f->s->index, i)->names[field].n;
    }
    struct jw_facet_count *at = jw_arena_calloc(f->s->arena, room + 1, sizeof *at);
    if (!at) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < n_segments; i++) {
        const struct jw_names *names = &jw_index_segment(f->s->index, i)->names[field];
        const uint64_t *counts = f->names[i * 2 + which];
        for (size_t k = 1; k < names->n; k++) {
            if (counts[k]) {
                at[n].value = names->at[k];
                at[n].count = counts[k];
                n++;
            }
        }
    }
    qsort(at, n, sizeof *at, by_value);
    n = sum_equal(at, n);
    qsort(at, n, sizeof *at, by_count);
    out->counts = at;
    out->n_counts = n < FACET_VALUES_MAX ? n : FACET_VALUES_MAX;
    return JW_OK;
}

static enum jw_status dates_facet(struct jw_facet_counter *f, bool by_month,
                                  struct jw_facet *out)
{
    size_t n = 0;
    struct jw_facet_count *at = NULL;
    for (int pass = 0; pass < 2; pass++) {
        n = 0;
        for (size_t year = 0; year <= LAST_YEAR; year++) {
            const uint64_t *months = f->months + year * MONTHS_A_YEAR;
            uint64_t in_year = 0;
            for (size_t m = 0; m < MONTHS_A_YEAR; m++) {
                in_year += months[m];
                if (!by_month || m == 0 || months[m] == 0) {
                    continue;
                }
                if (at) {
                    char text[16];
                    int len = snprintf(text, sizeof text, "%04zu-%02zu", year, m);
                    at[n].value = jw_arena_str(f->s->arena, jw_str_of(text, (size_t)len));
                    at[n].count = months[m];
                }
                n++;
            }
            if (!by_month && in_year) {
                if (at) {
                    char text[16];
                    int len = snprintf(text, sizeof text, "%04zu", year);
                    at[n].value = jw_arena_str(f->s->arena, jw_str_of(text, (size_t)len));
                    at[n].count = in_year;
                }
                n++;
            }
        }
        if (!at) {
            at = jw_arena_calloc(f->s->arena, n + 1, sizeof *at);
            if (!at) {
                return JW_ENOMEM;
            }
        }
    }
    out->counts = at;
    out->n_counts = n;
    return JW_OK;
}

enum jw_status jw_facets_end(struct jw_facet_counter *f, struct jw_facet **out, size_t *n)
{
    struct jw_facet *at = jw_arena_calloc(f->s->arena, JW_FACETS, sizeof *at);
    *out = at;
    *n = 0;
    if (!at) {
        return JW_ENOMEM;
    }
    for (unsigned bit = 1; bit < 1u << JW_FACETS; bit <<= 1) {
        enum jw_status status = JW_OK;
        if (!(f->facets & bit)) {
            continue;
        }
        at[*n].facet = bit;
        if (bit == JW_FACET_SOURCE || bit == JW_FACET_SECTION) {
            status = names_facet(
                f, bit == JW_FACET_SOURCE ? JW_FIELD_SOURCE : JW_FIELD_SECTION, &at[*n]);
        } else {
            status = dates_facet(f, bit == JW_FACET_MONTH, &at[*n]);
        }
        if (status != JW_OK) {
            return status;
        }
        (*n)++;
    }
    return JW_OK;
}
