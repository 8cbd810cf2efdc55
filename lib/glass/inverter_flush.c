/*
 * A radix sort of the pairs by key inverts a whole stretch at once, without a hash table
 * and in memory that is known beforehand.  The sorted pairs and the other terms are then
 * written as one run (run.h).
 */
#include <stdlib.h>
#include <string.h>

#include "inverter.h"
#include "jianwen/buf.h"
#include "pack.h"
#include "run.h"

enum {
    RADIX_BITS = 11,
    RADIX_SIZE = 1 << RADIX_BITS,
    RADIX_PASSES = 3, /* of a 32-bit key: 11 + 11 + 10 bits */
    KEY_SHIFT = JW_PAIR_KEY_SHIFT,
    ARENA_KEEP_BYTES = 16 << 20
};

/* ---- sorting ---- */

/* Stable, by the upper half; three passes over 11 bits each. */
static void sort_pairs(struct jw_inverter *v)
{
    size_t counts[RADIX_PASSES][RADIX_SIZE];
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < v->n_pairs; i++) {
        uint64_t key = v->pairs[i] >> KEY_SHIFT;
        counts[0][key & (RADIX_SIZE - 1)]++;
        counts[1][key >> RADIX_BITS & (RADIX_SIZE - 1)]++;
        counts[2][key >> 2 * RADIX_BITS]++;
    }
    for (int pass = 0; pass < RADIX_PASSES; pass++) {
        size_t sum = 0;
        unsigned shift = KEY_SHIFT + (unsigned)pass * RADIX_BITS;
        for (size_t d = 0; d < RADIX_SIZE; d++) {
            size_t n = counts[pass][d];
            counts[pass][d] = sum;
            sum += n;
        }
        for (size_t i = 0; i < v->n_pairs; i++) {
            uint64_t posting = v->pairs[i];
            v->sorted[counts[pass][posting >> shift & (RADIX_SIZE - 1)]++] = posting;
        }
        uint64_t *swap = v->pairs;
        v->pairs = v->sorted;
        v->sorted = swap;
    }
}

/* qsort() has no argument to pass on: the pointer itself leads to the word. */
static int by_bytes(const void *a, const void *b)
{
    const struct jw_inverter_word *const *x = a;
    const struct jw_inverter_word *const *y = b;
    return jw_str_cmp((*x)->bytes, (*y)->bytes);
}

static enum jw_status sort_words(struct jw_inverter *v,
                                 const struct jw_inverter_word ***order,
                                 uint64_t **postings, size_t **first)
{
    *order = malloc((v->n_words + 1) * sizeof **order);
    *postings = malloc((v->n_others + 1) * sizeof **postings);
    *first = malloc((v->n_words + 1) * sizeof **first);
    if (!*order || !*postings || !*first) {
        return JW_ENOMEM;
    }
    size_t sum = 0;
    for (size_t i = 0; i < v->n_words; i++) {
        (*order)[i] = &v->words[i];
        (*first)[i] = sum;
        sum += v->words[i].n_postings;
    }
    for (size_t i = 0; i < v->n_others; i++) {
        (*postings)[(*first)[v->others[i] >> KEY_SHIFT]++] = v->others[i];
    }
    for (size_t i = 0; i < v->n_words; i++) {
        (*first)[i] -= v->words[i].n_postings;
    }
    qsort(*order, v->n_words, sizeof **order, by_bytes);
    return JW_OK;
}

/* ---- writing the run ---- */

struct run_writer {
    struct jw_buf *out;
    struct jw_run_writer heads;
    unsigned char *postings;
    size_t postings_cap;
    uint32_t *lengths;
    enum jw_status status;
};

/* The number of a word's n postings in a document. */
static uint32_t word_number(size_t n, enum jw_inverter_counted counted)
{
    switch (counted) {
    case JW_COUNTED_ALL:
        break;
    case JW_COUNTED_NONE:
        return 0;
    case JW_COUNTED_BUT_FIRST:
        return (uint32_t)n - 1;
    case JW_COUNTED_PAIR:
        return jw_signature_unknown((uint32_t)n);
    }
    return (uint32_t)n;
}

/* The number of a pair's n postings in a document; 0: none counts. */
static inline uint32_t pair_number(const uint64_t *postings, size_t n)
{
    uint32_t only = (uint32_t)postings[0];
    if (JW_LIKELY(n == 1 && !(only & JW_PAIR_JOINS))) {
        return only >> JW_PAIR_SIGNATURE_SHIFT & JW_SIGNATURE_ANY;
    }
    struct jw_signature_sum sum = {0, 0, 0, 0};
    for (size_t i = 0; i < n; i++) {
        uint32_t low = (uint32_t)postings[i];
        jw_signature_add(&sum, low >> JW_PAIR_SIGNATURE_SHIFT & JW_SIGNATURE_ANY,
                         (low & JW_PAIR_JOINS) == 0);
    }
    return sum.n ? jw_signature_number(&sum) : 0;
}

/* @param word  NULL: the postings are a pair's. */
static void put_entry(struct run_writer *w, struct jw_str term, const uint64_t *postings,
                      size_t n, const struct jw_inverter_word *word)
{
    size_t need = n * JW_RUN_POSTING_MAX_BYTES;
    void *room = w->postings;
    enum jw_status status = jw_array_grow(&room, &w->postings_cap, need, 1);
    w->postings = room;
    if (status != JW_OK) {
        w->status = status;
        return;
    }
    unsigned char *p = w->postings;
    uint32_t next = 0;
    struct jw_run_sums sums = {0};
    for (size_t i = 0; i < n;) {
        uint32_t docid = (uint32_t)postings[i] & JW_PAIR_DOCUMENT;
        size_t same = i + 1;
        while (same < n && ((uint32_t)postings[same] & JW_PAIR_DOCUMENT) == docid) {
            same++;
        }
        uint32_t number = word ? word_number(same - i, word->counted)
                               : pair_number(postings + i, same - i);
        i = same;
        if (!word && number == 0) {
            continue;
        }
        p = jw_pack_uint(p, docid - next);
        p = jw_pack_uint(p, number);
        next = docid + 1;
        sums.n_docs++;
        sums.n_occurrences += number;
        /* An n-gram's pairs are counted already. */
        w->lengths[docid] += word && word->counted == JW_COUNTED_BUT_FIRST ? 0 : number;
    }
    if (sums.n_docs == 0) {
        return;
    }
    sums.last_doc = next - 1;
    sums.n_bytes = (size_t)(p - w->postings);
    jw_run_put_head(&w->heads, term, &sums, w->out);
    jw_buf_add(w->out, w->postings, sums.n_bytes);
}

static size_t pair_term(uint64_t posting, unsigned char *bytes)
{
    uint32_t a = (uint32_t)(posting >> (KEY_SHIFT + 16));
    uint32_t b = (uint32_t)(posting >> KEY_SHIFT) & 0xFFFF;
    size_t n = jw_inverter_encode(a, bytes);
    return n + (b ? jw_inverter_encode(b, bytes + n) : 0);
}

/* Both rows are sorted: write the lesser term until none is left. */
static void put_all(struct jw_inverter *v, struct run_writer *w,
                    const struct jw_inverter_word *const *order, const uint64_t *postings,
                    const size_t *first)
{
    unsigned char bytes[2 * JW_INVERTER_UTF8_MAX];
    size_t i = 0;
    size_t k = 0;
    while ((i < v->n_pairs || k < v->n_words) && w->status == JW_OK) {
        size_t n = i < v->n_pairs ? pair_term(v->pairs[i], bytes) : 0;
        struct jw_str pair = jw_str_of((const char *)bytes, n);
        if (n && (k == v->n_words || jw_str_cmp(pair, order[k]->bytes) < 0)) {
            size_t end = i;
            while (end < v->n_pairs &&
                   v->pairs[end] >> KEY_SHIFT == v->pairs[i] >> KEY_SHIFT) {
                end++;
            }
            put_entry(w, pair, v->pairs + i, end - i, NULL);
            i = end;
        } else {
            const struct jw_inverter_word *word = order[k];
            if (word->n_postings > 0) {
                put_entry(w, word->bytes, postings + first[word - v->words],
                          word->n_postings, word);
            }
            k++;
        }
    }
}

static enum jw_status clear_lengths(struct jw_inverter *v)
{
    void *lengths = v->lengths;
    enum jw_status status = jw_array_grow(&lengths, &v->lengths_cap,
                                          (size_t)v->n_docs + 1, sizeof *v->lengths);
    v->lengths = lengths;
    if (status == JW_OK) {
        memset(v->lengths, 0, v->n_docs * sizeof *v->lengths);
    }
    return status;
}

enum jw_status jw_inverter_flush(struct jw_inverter *v, struct jw_buf *out)
{
    struct run_writer w = {.out = out, .status = v->status};
    const struct jw_inverter_word **order = NULL;
    uint64_t *postings = NULL;
    size_t *first = NULL;
    if (w.status == JW_OK) {
        w.status = clear_lengths(v);
        w.lengths = v->lengths;
    }
    if (w.status == JW_OK) {
        sort_pairs(v);
        w.status = sort_words(v, &order, &postings, &first);
    }
    if (w.status == JW_OK) {
        put_all(v, &w, order, postings, first);
    }
    if (w.status == JW_OK) {
        w.status = jw_buf_status(out);
    }
    free(order);
    free(postings);
    free(first);
    free(w.postings);
    v->n_pairs = 0;
    v->n_others = 0;
    v->n_words = 0;
    v->n_docs = 0;
    v->cut = 0;
    v->end = 0;
    v->status = JW_OK;
    memset(v->slots, 0, v->n_slots * sizeof *v->slots);
    jw_arena_clear(&v->arena, ARENA_KEEP_BYTES);
    return w.status;
}
