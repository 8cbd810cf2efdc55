#include "stretch.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/buf.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"

enum {
    HAN = 0x4E00,
    ASTRAL = 0x20000,
    DOCUMENT_CHARS = 64,
    /* A document of more pairs counts as holding each of them again. */
    TRIGRAM_CHARS = 3,
    REPEAT_PAIRS_MAX = 16384
};

/* ---- documents ---- */

static void add_char(struct jw_stretch *s, uint32_t cp)
{
    void *chars = s->chars;
    CHECK_STATUS(jw_array_grow(&chars, &s->chars_cap, s->n_chars + 1, sizeof *s->chars),
                 JW_OK);
    s->chars = chars;
    s->chars[s->n_chars++] = cp;
}

/* The characters added since `from` are a row of the last document. */
static void end_row(struct jw_stretch *s, size_t from, size_t seam)
{
    void *rows = s->rows;
    struct jw_stretch_row row = {s->n_docs - 1, from, s->n_chars, seam};
    CHECK_STATUS(jw_array_grow(&rows, &s->rows_cap, s->n_rows + 1, sizeof *s->rows),
                 JW_OK);
    s->rows = rows;
    s->rows[s->n_rows++] = row;
}

void jw_stretch_release(struct jw_stretch *s)
{
    free(s->chars);
    free(s->rows);
    memset(s, 0, sizeof *s);
}
static uint32_t any_char(struct jw_random *r, const struct jw_stretch_kind *k)
{
    uint32_t n = jw_random_below(r, k->alphabet);
    return k->astral && jw_random_one_in(r, k->astral) ? ASTRAL + n % 2 : HAN + n;
}

void jw_stretch_any(struct jw_stretch *s, struct jw_random *r,
                    const struct jw_stretch_kind *k)
{
    s->n_docs++;
    if (k->empty && jw_random_one_in(r, k->empty)) {
        return;
    }
    for (uint32_t n_rows = 1 + jw_random_below(r, 4); n_rows > 0; n_rows--) {
        size_t from = s->n_chars;
        for (uint32_t n = 1 + jw_random_below(r, DOCUMENT_CHARS / 4); n > 0; n--) {
            add_char(s, any_char(r, k));
        }
        end_row(s, from, from);
    }
    if (k->join && jw_random_one_in(r, k->join)) {
        struct jw_stretch_row last = s->rows[s->n_rows - 1];
        size_t from = s->n_chars;
        for (size_t i = last.from; i < last.to; i++) {
            add_char(s, s->chars[i]);
        }
        size_t seam = s->n_chars;
        for (uint32_t n = 1 + jw_random_below(r, JW_STRETCH_NGRAM_CHARS + 2); n > 0;
             n--) {
            add_char(s, any_char(r, k));
        }
        end_row(s, from, seam);
    }
}
void jw_stretch_row(struct jw_stretch *s, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    const unsigned char *end = p + strlen(text);
    size_t from = s->n_chars;
    while (p < end) {
        add_char(s, jw_utf8_next(&p, end));
    }
    end_row(s, from, from);
}

/* A row that goes on from the one before. */
void jw_stretch_join(struct jw_stretch *s, const char *text)
{
    struct jw_stretch_row last = s->rows[s->n_rows - 1];
    size_t from = s->n_chars;
    for (size_t i = last.from; i < last.to; i++) {
        add_char(s, s->chars[i]);
    }
    size_t seam = s->n_chars;
    const unsigned char *p = (const unsigned char *)text;
    const unsigned char *end = p + strlen(text);
    while (p < end) {
        add_char(s, jw_utf8_next(&p, end));
    }
    end_row(s, from, seam);
}

/* A document of so many pairs, each of which stands there once. */
void jw_stretch_long(struct jw_stretch *s, size_t n_pairs)
{
    size_t from = s->n_chars;
    s->n_docs++;
    for (size_t i = 0; i < n_pairs; i++) {
        add_char(s, HAN + (uint32_t)i);
    }
    end_row(s, from, from);
}

/* The first of the pairs of a row that joins, before its seam, which are told. */
size_t jw_stretch_tail(const struct jw_stretch_row *row)
{
    size_t n_pairs = row->seam - row->from - 1;
    return row->seam - 1 -
           (n_pairs < JW_STRETCH_TAIL_PAIRS ? n_pairs : JW_STRETCH_TAIL_PAIRS);
}
/* ---- n-grams ---- */

void jw_ngram_list_add(struct jw_ngram_list *p, const struct jw_ngram_place *posting)
{
    void *at = p->at;
    CHECK_STATUS(jw_array_grow(&at, &p->cap, p->n + 1, sizeof *p->at), JW_OK);
    p->at = at;
    p->at[p->n++] = *posting;
}

void jw_ngram_list_release(struct jw_ngram_list *p)
{
    free(p->at);
    free(p->ngrams);
    memset(p, 0, sizeof *p);
}

int jw_ngram_order(const struct jw_ngram_place *x, const struct jw_ngram_place *y)
{
    int order = memcmp(x->chars, y->chars, sizeof x->chars);
    return order ? order : (x->n_chars > y->n_chars) - (x->n_chars < y->n_chars);
}

int jw_ngram_place_order(const void *a, const void *b)
{
    const struct jw_ngram_place *x = a;
    const struct jw_ngram_place *y = b;
    int order = jw_ngram_order(x, y);
    return order ? order : (x->document > y->document) - (x->document < y->document);
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Pairs of characters in a document as key << 32, sorted: those that are noted there. */
static size_t pairs_of(const struct jw_stretch *s, uint32_t document, size_t *row,
                       uint64_t *out, size_t *n_told)
{
    size_t n = 0;
    *n_told = 0;
    for (; *row < s->n_rows && s->rows[*row].document == document; (*row)++) {
        const struct jw_stretch_row *w = &s->rows[*row];
        size_t from = w->seam > w->from ? w->seam - 1 : w->from;
        for (size_t k = w->seam > w->from ? jw_stretch_tail(w) : from; k < w->to; k++) {
            uint32_t next = k + 1 < w->to ? s->chars[k + 1] : 0;
            if (s->chars[k] < JW_STRETCH_BMP_END && next < JW_STRETCH_BMP_END) {
                (*n_told)++;
                out[n] = (uint64_t)s->chars[k] << 16 | next;
                n += k >= from;
            }
        }
    }
    qsort(out, n, sizeof *out, by_key);
    return n;
}

static uint32_t stands_again(const struct jw_ngram_place *p, const uint64_t *pairs,
                             size_t n, uint32_t most)
{
    uint32_t again = 0;
    for (uint32_t i = 0; i + 1 < p->n_chars; i++) {
        uint64_t key = (uint64_t)p->chars[i] << 16 | p->chars[i + 1];
        size_t low = 0;
        size_t high = n;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (pairs[middle] < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        uint32_t more = 0;
        while (low + more + 1 < n && pairs[low + more + 1] == key && more < most) {
            more++;
        }
        again = more > again ? more : again;
    }
    return again;
}

/* Every n-gram of a row that is not all in what stood there before. */
static void add_ngrams_of(struct jw_ngram_list *out, const struct jw_stretch *s,
                          const struct jw_stretch_row *row)
{
    for (size_t i = row->from; i < row->to; i++) {
        struct jw_ngram_place p = {.document = row->document};
        for (size_t k = i; k < row->to && k < i + JW_STRETCH_NGRAM_CHARS; k++) {
            if (s->chars[k] >= JW_STRETCH_BMP_END) {
                break;
            }
            p.chars[p.n_chars++] = s->chars[k];
            if (p.n_chars >= TRIGRAM_CHARS) {
                jw_ngram_list_add(out, &p);
            }
        }
    }
}

/* Keep one of each n-gram in a document, then those that are in documents enough. */
static void keep_frequent(struct jw_ngram_list *p, const struct jw_ngram_bounds *bounds)
{
    size_t n = 0;
    size_t left = 0;
    if (p->n > 0) {
        qsort(p->at, p->n, sizeof *p->at, jw_ngram_place_order);
    }
    for (size_t i = 0; i < p->n; i++) {
        if (n == 0 || jw_ngram_place_order(&p->at[n - 1], &p->at[i]) != 0) {
            p->at[n++] = p->at[i];
        }
    }
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && jw_ngram_order(&p->at[i], &p->at[end]) == 0) {
            end++;
        }
        uint32_t least = p->at[i].n_chars == TRIGRAM_CHARS ? bounds->least_trigram
                                                           : bounds->least_longer;
        if (end - i >= least) {
            memmove(p->at + left, p->at + i, (end - i) * sizeof *p->at);
            left += end - i;
        }
        i = end;
    }
    p->n = left;
}

static void count_again(const struct jw_stretch *s, uint32_t most,
                        struct jw_ngram_list *p)
{
    uint64_t *pairs = calloc(s->n_chars + 1, sizeof *pairs);
    size_t row = 0;
    for (uint32_t d = 0; pairs && d < s->n_docs; d++) {
        size_t n_told = 0;
        size_t n = pairs_of(s, d, &row, pairs, &n_told);
        for (size_t i = 0; i < p->n; i++) {
            if (p->at[i].document == d) {
                p->at[i].again = n_told > REPEAT_PAIRS_MAX
                                     ? most
                                     : stands_again(&p->at[i], pairs, n, most);
            }
        }
    }
    free(pairs);
}

/* Find them the plain way. */
void jw_stretch_ngrams(const struct jw_stretch *s, const struct jw_ngram_bounds *bounds,
                       struct jw_ngram_list *out)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        add_ngrams_of(out, s, &s->rows[i]);
    }
    keep_frequent(out, bounds);
    count_again(s, bounds->most_again, out);
}
