/*
 * Which symbols a text form has.
 *
 * Begin with the characters of the sample; then, generation by generation, write
 * the sample with the symbols at hand, count them and the pairs of neighbours,
 * and keep those of both, a pair as one symbol, that save the most.  Later
 * generations see more of the sample.
 */
#include <stdlib.h>
#include <string.h>

#include "jianwen/utf8.h"
#include "text_form.h"

enum {
    SAMPLE_MIN_BYTES = 64 << 10,
    /* Twice as much gains 1 % and takes twice the time: docs/glass.md. */
    SAMPLE_MAX_BYTES = 4 << 20,
    /* Of one text: a book in one paragraph is no sample. */
    TEXT_MAX_BYTES = 1 << 20,
    GENERATIONS = 5,
    /* What stands in a sample more seldom is chance. */
    COUNT_MIN = 3,
    CODE_POINTS = 0x110000,
    /* The most frequent characters take half the codes at most; others are escaped. */
    CHARS_MAX = JW_TEXT_SYMBOLS_MAX / 2,
    FIRST_SLOTS = 1 << 16,
    /* For each slot of the pairs the sample has so many bytes: then they do not grow. */
    BYTES_A_SLOT = 4,
    WAITING = 16
};

struct pair_count {
    /* The left code << 16 | the right one. */
    uint32_t pair;
    uint32_t n;
};

struct candidate {
    struct jw_text_symbol symbol;
    bool character;
    uint64_t gain;
};

struct trainer {
    struct jw_text_form *form;
    /* The texts that are looked at. */
    const struct jw_str *sample;
    size_t n_sample;
    uint32_t *counts;
    /* Open addressing; n == 0 is empty. */
    struct pair_count *pairs;
    size_t n_slots;
    size_t n_pairs;
    struct candidate *candidates;
    size_t n_candidates;
    size_t candidates_cap;
};

/* ---- counting ---- */

static size_t hash_of(uint32_t pair, size_t n_slots)
{
    return (size_t)((pair * 0x9E3779B97F4A7C15u) >> 32) & (n_slots - 1);
}

static struct pair_count *slot_of(struct pair_count *pairs, size_t n_slots, uint32_t pair)
{
    size_t i = hash_of(pair, n_slots);
    while (pairs[i].n && pairs[i].pair != pair) {
        i = (i + 1) & (n_slots - 1);
    }
    return &pairs[i];
}

static enum jw_status grow_pairs(struct trainer *t)
{
    size_t n_slots = t->n_slots * 2;
    struct pair_count *pairs = calloc(n_slots, sizeof *pairs);
    if (!pairs) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < t->n_slots; i++) {
        if (t->pairs[i].n) {
            *slot_of(pairs, n_slots, t->pairs[i].pair) = t->pairs[i];
        }
    }
    free(t->pairs);
    t->pairs = pairs;
    t->n_slots = n_slots;
    return JW_OK;
}

static enum jw_status count_pair(struct trainer *t, uint32_t pair)
{
    if (2 * (t->n_pairs + 1) > t->n_slots && grow_pairs(t) != JW_OK) {
        return JW_ENOMEM;
    }
    struct pair_count *slot = slot_of(t->pairs, t->n_slots, pair);
    t->n_pairs += slot->n == 0;
    slot->pair = pair;
    slot->n++;
    return JW_OK;
}

/* Pairs that wait until their slots have come from memory. */
struct waiting {
    uint32_t pairs[WAITING];
    size_t n;
};

/* Put a pair behind those that wait, and count the one that waited for long. */
static enum jw_status wait_for_slot(struct trainer *t, struct waiting *w, uint32_t pair)
{
    size_t i = w->n++ % WAITING;
    uint32_t first = w->pairs[i];
    w->pairs[i] = pair;
    JW_PREFETCH(&t->pairs[hash_of(pair, t->n_slots)]);
    return w->n > WAITING ? count_pair(t, first) : JW_OK;
}

static enum jw_status count_waiting(struct trainer *t, struct waiting *w)
{
    enum jw_status status = JW_OK;
    size_t n = w->n < WAITING ? w->n : WAITING;
    for (size_t i = w->n - n; i < w->n && status == JW_OK; i++) {
        status = count_pair(t, w->pairs[i % WAITING]);
    }
    w->n = 0;
    return status;
}

static enum jw_status count_text(struct trainer *t, struct jw_str text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    uint32_t last = JW_TEXT_SYMBOLS_MAX;
    enum jw_status status = JW_OK;
    struct waiting waiting = {{0}, 0};
    while (p < end && status == JW_OK) {
        uint32_t code = JW_TEXT_SYMBOLS_MAX;
        const unsigned char *next = jw_text_trie_match(&t->form->trie, p, end, &code);
        if (!next) {
            (void)jw_utf8_next(&p, end);
            last = JW_TEXT_SYMBOLS_MAX;
            continue;
        }
        t->counts[code]++;
        if (last != JW_TEXT_SYMBOLS_MAX) {
            const struct jw_text_symbol *symbols = t->form->symbols;
            if (symbols[last].n + symbols[code].n <= JW_TEXT_SYMBOL_BYTES) {
                status = wait_for_slot(t, &waiting, last << 16 | code);
            }
        }
        last = code;
        p = next;
    }
    return status == JW_OK ? count_waiting(t, &waiting) : status;
}

/*
 * Whether text i is among one of `every` texts.  Not each `every`th: texts may alternate,
 * titles and paragraphs, say.  The multiples of the golden ratio lie evenly in 0..1
 * whatever the step (D. E. Knuth, The Art of Computer Programming 3, 6.4, Theorem S), so
 * the first part of it has as much of each kind.
 */
static bool is_among(size_t i, size_t every)
{
    return (uint32_t)i * 0x9E3779B1u <= UINT32_MAX / every;
}

/* Write one of `every` texts of the sample. */
static enum jw_status count_sample(struct trainer *t, size_t every)
{
    enum jw_status status = JW_OK;
    memset(t->counts, 0, JW_TEXT_SYMBOLS_MAX * sizeof *t->counts);
    memset(t->pairs, 0, t->n_slots * sizeof *t->pairs);
    t->n_pairs = 0;
    for (size_t i = 0; i < t->n_sample && status == JW_OK; i++) {
        if (is_among(i, every)) {
            status = count_text(t, t->sample[i]);
        }
    }
    return status;
}

/* ---- choosing ---- */

static enum jw_status add_candidate(struct trainer *t, const struct jw_text_symbol *s,
                                    uint32_t n)
{
    void *candidates = t->candidates;
    enum jw_status status = jw_array_grow(&candidates, &t->candidates_cap,
                                          t->n_candidates + 1, sizeof *t->candidates);
    t->candidates = candidates;
    if (status == JW_OK) {
        size_t chars = jw_utf8_count(jw_str_of(s->bytes, s->n));
        struct candidate c = {*s, chars == 1, (uint64_t)n * chars};
        t->candidates[t->n_candidates++] = c;
    }
    return status;
}

static enum jw_status add_candidates(struct trainer *t)
{
    enum jw_status status = JW_OK;
    const struct jw_text_form *f = t->form;
    t->n_candidates = 0;
    for (size_t i = 0; i < f->n_symbols && status == JW_OK; i++) {
        status = add_candidate(t, &f->symbols[i], t->counts[i]);
    }
    for (size_t i = 0; i < t->n_slots && status == JW_OK; i++) {
        const struct pair_count *p = &t->pairs[i];
        if (p->n >= COUNT_MIN) {
            struct jw_text_symbol s = f->symbols[p->pair >> 16];
            const struct jw_text_symbol *right = &f->symbols[p->pair & 0xFFFF];
            memcpy(s.bytes + s.n, right->bytes, right->n);
            s.n = (uint8_t)(s.n + right->n);
            status = add_candidate(t, &s, p->n);
        }
    }
    return status;
}

static int compare_symbols(const struct jw_text_symbol *a, const struct jw_text_symbol *b)
{
    int order = memcmp(a->bytes, b->bytes, a->n < b->n ? a->n : b->n);
    return order ? order : (int)a->n - (int)b->n;
}

static int by_symbol(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    return compare_symbols(&x->symbol, &y->symbol);
}

/* Characters first: without them a text has escapes. */
static int by_gain(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    if (x->character != y->character) {
        return x->character ? -1 : 1;
    }
    if (x->gain != y->gain) {
        return x->gain > y->gain ? -1 : 1;
    }
    return compare_symbols(&x->symbol, &y->symbol);
}

static void sort_candidates(struct trainer *t, size_t n,
                            int compare(const void *, const void *))
{
    if (n > 1) { /* the array may be NULL */
        qsort(t->candidates, n, sizeof *t->candidates, compare);
    }
}

/* The same string may come from several pairs: they count together. */
static void merge_candidates(struct trainer *t)
{
    size_t n = 0;
    sort_candidates(t, t->n_candidates, by_symbol);
    for (size_t i = 0; i < t->n_candidates; i++) {
        if (n > 0 && by_symbol(&t->candidates[n - 1], &t->candidates[i]) == 0) {
            t->candidates[n - 1].gain += t->candidates[i].gain;
        } else {
            t->candidates[n++] = t->candidates[i];
        }
    }
    t->n_candidates = n;
}

/* The best candidates become the symbols, max of them at most. */
static enum jw_status choose(struct trainer *t, size_t max)
{
    struct jw_text_form *f = t->form;
    merge_candidates(t);
    sort_candidates(t, t->n_candidates, by_gain);
    size_t n = t->n_candidates < max ? t->n_candidates : max;
    while (n > 0 && !t->candidates[n - 1].character &&
           t->candidates[n - 1].gain < 2 * COUNT_MIN) {
        n--;
    }
    sort_candidates(t, n, by_symbol);
    for (size_t i = 0; i < n; i++) {
        f->symbols[i] = t->candidates[i].symbol;
    }
    f->n_symbols = n;
    jw_text_trie_release(&f->trie);
    return jw_text_trie_make(&f->trie, f->symbols, n);
}

/* ---- the first symbols ---- */

static enum jw_status add_chars(struct trainer *t)
{
    uint32_t *counts = calloc(CODE_POINTS, sizeof *counts);
    enum jw_status status = counts ? JW_OK : JW_ENOMEM;
    for (size_t i = 0; i < t->n_sample && status == JW_OK; i++) {
        const unsigned char *p = (const unsigned char *)t->sample[i].p;
        const unsigned char *end = p + t->sample[i].n;
        while (p < end) {
            uint32_t cp = jw_utf8_next(&p, end);
            if (cp < CODE_POINTS) {
                counts[cp]++;
            }
        }
    }
    t->n_candidates = 0;
    for (uint32_t cp = 0; cp < CODE_POINTS && status == JW_OK; cp++) {
        if (counts[cp]) {
            struct jw_text_symbol s = {.n = 0};
            s.n = (uint8_t)jw_utf8_encode(cp, s.bytes);
            status = add_candidate(t, &s, counts[cp]);
        }
    }
    free(counts);
    return status;
}

static enum jw_status train(struct trainer *t)
{
    enum jw_status status = add_chars(t);
    if (status == JW_OK) {
        status = choose(t, CHARS_MAX);
    }
    for (int g = GENERATIONS - 1; g >= 0 && status == JW_OK; g--) {
        status = count_sample(t, (size_t)1 << g);
        if (status == JW_OK) {
            status = add_candidates(t);
        }
        if (status == JW_OK) {
            status = choose(t, JW_TEXT_SYMBOLS_MAX);
        }
    }
    return status;
}

/* Texts all over the sample, SAMPLE_MAX_BYTES or about that. */
static struct jw_str *thin_out(const struct jw_str *sample, size_t n, size_t *n_out)
{
    struct jw_str *out = calloc(n + 1, sizeof *out);
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++) {
        bytes += jw_utf8_cut(sample[i], TEXT_MAX_BYTES).n;
    }
    size_t every = bytes / SAMPLE_MAX_BYTES + 1;
    *n_out = 0;
    for (size_t i = 0; i < n && out && bytes >= SAMPLE_MIN_BYTES; i++) {
        if (is_among(i, every)) {
            out[(*n_out)++] = jw_utf8_cut(sample[i], TEXT_MAX_BYTES);
        }
    }
    return out;
}

static size_t slots_for(const struct jw_str *texts, size_t n)
{
    size_t n_slots = FIRST_SLOTS;
    uint64_t bytes = 0;
    for (size_t i = 0; i < n; i++) {
        bytes += texts[i].n;
    }
    while (n_slots * BYTES_A_SLOT < bytes) {
        n_slots *= 2;
    }
    return n_slots;
}

enum jw_status jw_text_form_train(struct jw_text_form *f, const struct jw_str *sample,
                                  size_t n)
{
    struct trainer t = {.form = f};
    memset(f, 0, sizeof *f);
    struct jw_str *texts = thin_out(sample, n, &t.n_sample);
    if (texts && t.n_sample == 0) {
        free(texts);
        return JW_OK;
    }
    t.sample = texts;
    t.n_slots = texts ? slots_for(texts, t.n_sample) : FIRST_SLOTS;
    t.pairs = calloc(t.n_slots, sizeof *t.pairs);
    t.counts = calloc(JW_TEXT_SYMBOLS_MAX + 1, sizeof *t.counts);
    f->symbols = calloc(JW_TEXT_SYMBOLS_MAX, sizeof *f->symbols);
    enum jw_status status =
        texts && t.counts && t.pairs && f->symbols ? train(&t) : JW_ENOMEM;
    if (status != JW_OK || f->n_symbols == 0) {
        jw_text_form_release(f);
    }
    free(texts);
    free(t.counts);
    free(t.pairs);
    free(t.candidates);
    return status;
}
