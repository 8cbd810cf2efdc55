/*
 * A posting of two BMP characters is one 64-bit number, key << 32 | document (see
 * ngrams.h);
 * a radix sort by key inverts a whole stretch at once, without a hash table
 * and in memory that is known beforehand.  Other terms are interned and
 * counted apart.  The two sorted rows are then written as one run (run.h).
 */
#include <stdlib.h>
#include <string.h>

#include "jianwen/arena.h"
#include "jianwen/glass.h"
#include "ngrams.h"
#include "pack.h"
#include "run.h"

/* Which of a word's postings in a document count as occurrences. */
enum counted {
    COUNTED_ALL,
    COUNTED_NONE,
    COUNTED_BUT_FIRST
};

struct jw_inverter_word {
    struct jw_str bytes;
    uint32_t n_postings;
    enum counted counted;
};

struct jw_inverter {
    /* Postings of pairs, and room to sort them. */
    uint64_t *pairs;
    uint64_t *sorted;
    size_t n_pairs;
    size_t pairs_cap;

    /* Postings of other terms: word << 32 | document. */
    uint64_t *others;
    size_t n_others;
    size_t others_cap;
    struct jw_inverter_word *words;
    size_t n_words;
    size_t words_cap;
    /** Words by hash, open addressing: 0 is free, else number + 1. */
    uint32_t *slots;
    size_t n_slots;
    struct jw_arena arena;

    uint32_t n_docs;
    /** Occurrences in the present document. */
    uint32_t length;
    /** JW_PAIR_CUT when the next pair does not go on from the last; whether any pair
     *  has a flag in its document. */
    uint32_t cut;
    bool flagged;
    enum jw_status status;
};

enum {
    BMP = 0x10000,
    UTF8_MAX = 4,
    TERM_MAX = 245,
    RADIX_BITS = 11,
    RADIX_SIZE = 1 << RADIX_BITS,
    RADIX_PASSES = 3, /* of a 32-bit key: 11 + 11 + 10 bits */
    KEY_SHIFT = JW_PAIR_KEY_SHIFT,
    FIRST_SLOTS = 4096,
    ARENA_LIMIT_BYTES = 1 << 30,
    ARENA_KEEP_BYTES = 16 << 20
};

struct jw_inverter *jw_inverter_new(size_t n_pairs)
{
    struct jw_inverter *v = calloc(1, sizeof *v);
    if (!v) {
        return NULL;
    }
    jw_arena_init(&v->arena, ARENA_LIMIT_BYTES);
    v->pairs = malloc((n_pairs + 1) * sizeof *v->pairs);
    v->sorted = malloc((n_pairs + 1) * sizeof *v->sorted);
    v->slots = calloc(FIRST_SLOTS, sizeof *v->slots);
    if (!v->pairs || !v->sorted || !v->slots) {
        jw_inverter_free(v);
        return NULL;
    }
    v->pairs_cap = n_pairs + 1;
    v->n_slots = FIRST_SLOTS;
    return v;
}

void jw_inverter_free(struct jw_inverter *v)
{
    if (!v) {
        return;
    }
    free(v->pairs);
    free(v->sorted);
    free(v->others);
    free(v->words);
    free(v->slots);
    jw_arena_release(&v->arena);
    free(v);
}

void jw_inverter_next_document(struct jw_inverter *v)
{
    v->n_docs++;
    v->length = 0;
}

uint32_t jw_inverter_length(const struct jw_inverter *v)
{
    return v->length;
}

static uint32_t present(const struct jw_inverter *v)
{
    return v->n_docs - 1;
}

size_t jw_inverter_bytes(const struct jw_inverter *v)
{
    return v->n_pairs * 2 * sizeof *v->pairs + v->n_others * sizeof *v->others +
           v->arena.used_bytes + v->n_words * sizeof *v->words;
}

/* ---- noting ---- */

static bool grow_pairs(struct jw_inverter *v)
{
    size_t cap = v->pairs_cap + v->pairs_cap / 2 + 1024;
    uint64_t *pairs = realloc(v->pairs, cap * sizeof *pairs);
    v->pairs = pairs ? pairs : v->pairs;
    uint64_t *sorted = realloc(v->sorted, cap * sizeof *sorted);
    v->sorted = sorted ? sorted : v->sorted;
    if (!pairs || !sorted) {
        v->status = JW_ENOMEM;
        return false;
    }
    v->pairs_cap = cap;
    return true;
}

static size_t encode(uint32_t cp, unsigned char *p)
{
    if (cp < 0x80) {
        p[0] = (unsigned char)cp;
        return 1;
    }
    if (cp < 0x800) {
        p[0] = (unsigned char)(0xC0 | cp >> 6);
        p[1] = (unsigned char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < BMP) {
        p[0] = (unsigned char)(0xE0 | cp >> 12);
        p[1] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
        p[2] = (unsigned char)(0x80 | (cp & 0x3F));
        return 3;
    }
    p[0] = (unsigned char)(0xF0 | cp >> 18);
    p[1] = (unsigned char)(0x80 | (cp >> 12 & 0x3F));
    p[2] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
    p[3] = (unsigned char)(0x80 | (cp & 0x3F));
    return 4;
}

static inline bool is_bmp(uint32_t a, uint32_t b)
{
    return a < BMP && b < BMP;
}

static inline void add_pair(struct jw_inverter *v, uint32_t a, uint32_t b, uint32_t flags)
{
    if (JW_UNLIKELY(v->n_pairs == v->pairs_cap) && !grow_pairs(v)) {
        return;
    }
    uint64_t key = (uint64_t)a << 16 | b;
    v->pairs[v->n_pairs++] = key << KEY_SHIFT | present(v) | flags | v->cut;
    v->cut = 0;
}

/* What is noted next does not go on from the pair noted last. */
static void cut(struct jw_inverter *v)
{
    v->cut = JW_PAIR_CUT;
    v->flagged = true;
}

static uint32_t split_flags(bool before, bool behind)
{
    return (before ? JW_PAIR_SPLIT_BEFORE : 0) | (behind ? JW_PAIR_SPLIT_BEHIND : 0);
}

void jw_inverter_split(struct jw_inverter *v, bool before, bool behind)
{
    if (v->n_pairs > 0 && !v->cut) {
        v->pairs[v->n_pairs - 1] |= split_flags(before, behind);
        v->flagged = true;
    }
}

void jw_inverter_join(struct jw_inverter *v, const struct jw_char_pair *pairs, size_t n)
{
    cut(v);
    for (size_t i = 0; i < n; i++) {
        if (is_bmp(pairs[i].a, pairs[i].b)) {
            add_pair(v, pairs[i].a, pairs[i].b,
                     JW_PAIR_JOINS |
                         split_flags(pairs[i].split_before, pairs[i].split_behind));
        } else {
            cut(v);
        }
    }
}

void jw_inverter_pair(struct jw_inverter *v, uint32_t a, uint32_t b)
{
    if (JW_LIKELY(is_bmp(a, b))) {
        add_pair(v, a, b, 0);
        v->length++;
        return;
    }
    cut(v);
    unsigned char bytes[2 * UTF8_MAX];
    size_t n = encode(a, bytes);
    n += b ? encode(b, bytes + n) : 0;
    jw_inverter_word(v, jw_str_of((const char *)bytes, n));
}

/* 32-bit FNV-1a. */
static size_t hash_of(struct jw_str s)
{
    uint32_t h = 0x811C9DC5u;
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 0x01000193u;
    }
    return h;
}

static size_t slot_of(const struct jw_inverter *v, struct jw_str word)
{
    size_t i = hash_of(word) & (v->n_slots - 1);
    while (v->slots[i] && !jw_str_eq(v->words[v->slots[i] - 1].bytes, word)) {
        i = (i + 1) & (v->n_slots - 1);
    }
    return i;
}

static bool grow_slots(struct jw_inverter *v)
{
    size_t n = v->n_slots * 2;
    uint32_t *slots = calloc(n, sizeof *slots);
    if (!slots) {
        v->status = JW_ENOMEM;
        return false;
    }
    free(v->slots);
    v->slots = slots;
    v->n_slots = n;
    for (size_t i = 0; i < v->n_words; i++) {
        slots[slot_of(v, v->words[i].bytes)] = (uint32_t)i + 1;
    }
    return true;
}

static bool intern(struct jw_inverter *v, struct jw_str word, enum counted counted,
                   uint32_t *number)
{
    if (v->n_words * 2 >= v->n_slots && !grow_slots(v)) {
        return false;
    }
    size_t slot = slot_of(v, word);
    if (!v->slots[slot]) {
        void *words = v->words;
        enum jw_status status =
            jw_array_grow(&words, &v->words_cap, v->n_words + 1, sizeof *v->words);
        v->words = words;
        struct jw_str copy = jw_arena_str(&v->arena, word);
        if (status != JW_OK || !copy.p) {
            v->status = JW_ENOMEM;
            return false;
        }
        struct jw_inverter_word w = {copy, 0, counted};
        v->words[v->n_words++] = w;
        v->slots[slot] = (uint32_t)v->n_words;
    }
    *number = v->slots[slot] - 1;
    return true;
}

static void add_other(struct jw_inverter *v, uint32_t number, uint32_t document)
{
    void *others = v->others;
    enum jw_status status =
        jw_array_grow(&others, &v->others_cap, v->n_others + 1, sizeof *v->others);
    v->others = others;
    if (status != JW_OK) {
        v->status = status;
        return;
    }
    v->words[number].n_postings++;
    v->others[v->n_others++] = (uint64_t)number << KEY_SHIFT | document;
}

static void note_other(struct jw_inverter *v, struct jw_str word, enum counted counted)
{
    uint32_t number = 0;
    if (word.n == 0 || word.n > TERM_MAX) {
        v->status = JW_EINVAL;
    } else if (intern(v, word, counted, &number)) {
        add_other(v, number, present(v));
    }
}

void jw_inverter_word(struct jw_inverter *v, struct jw_str word)
{
    v->length++;
    note_other(v, word, COUNTED_ALL);
}

void jw_inverter_key(struct jw_inverter *v, struct jw_str key)
{
    note_other(v, key, COUNTED_NONE);
}

/* ---- n-grams ---- */

struct ngram_words {
    struct jw_inverter *v;
    char prefix;
    /* Of each n-gram the number of its word. */
    uint32_t *numbers;
    size_t n;
    size_t cap;
};

static bool begin_ngram(uint32_t ngram, const uint64_t *pairs, size_t n_pairs, void *arg)
{
    struct ngram_words *w = arg;
    unsigned char bytes[TERM_MAX];
    void *numbers = w->numbers;
    enum jw_status status =
        jw_array_grow(&numbers, &w->cap, (size_t)ngram + 1, sizeof *w->numbers);
    w->numbers = numbers;
    if (status != JW_OK) {
        return false;
    }
    bytes[0] = (unsigned char)w->prefix;
    size_t n = 1;
    for (size_t i = 0; i < n_pairs; i++) {
        n += encode((uint32_t)(pairs[i] >> (KEY_SHIFT + 16)), bytes + n);
    }
    n += encode((uint32_t)(pairs[n_pairs - 1] >> KEY_SHIFT) & 0xFFFF, bytes + n);
    return intern(w->v, jw_str_of((const char *)bytes, n), COUNTED_BUT_FIRST,
                  &w->numbers[ngram]);
}

static bool add_ngram(const struct jw_ngram_posting *posting, void *arg)
{
    struct ngram_words *w = arg;
    for (uint32_t i = 0; i <= posting->again; i++) {
        add_other(w->v, w->numbers[posting->ngram], posting->document);
    }
    return w->v->status == JW_OK;
}

void jw_inverter_ngrams(struct jw_inverter *v, char prefix,
                        const struct jw_ngram_bounds *bounds)
{
    struct ngram_words w = {.v = v, .prefix = prefix};
    struct jw_ngram_sink sink = {begin_ngram, add_ngram, &w};
    struct jw_ngram_bounds b = *bounds;
    uint32_t room = (TERM_MAX - 1) / UTF8_MAX;
    b.most_chars = b.most_chars < room ? b.most_chars : room;
    enum jw_status status = jw_ngrams_find(v->pairs, v->n_pairs, &b, &sink);
    if (status != JW_OK && v->status == JW_OK) {
        v->status = status;
    }
    free(w.numbers);
}

/* ---- sorting ---- */

/* What only told how pairs follow each other goes. */
static void drop_flags(struct jw_inverter *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_pairs && v->flagged; i++) {
        if (!((uint32_t)v->pairs[i] & JW_PAIR_JOINS)) {
            v->pairs[n++] =
                v->pairs[i] & ~(uint64_t)(JW_PAIR_CUT | split_flags(true, true));
        }
    }
    v->n_pairs = v->flagged ? n : v->n_pairs;
    v->flagged = false;
    v->cut = 0;
}

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
    enum jw_status status;
};

static uint32_t occurrences(size_t n_postings, enum counted counted)
{
    return (uint32_t)(counted == COUNTED_ALL    ? n_postings
                      : counted == COUNTED_NONE ? 0
                                                : n_postings - 1);
}

static void put_entry(struct run_writer *w, struct jw_str term, const uint64_t *postings,
                      size_t n, enum counted counted)
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
        uint32_t docid = (uint32_t)postings[i];
        size_t same = i;
        while (same < n && (uint32_t)postings[same] == docid) {
            same++;
        }
        uint32_t wdf = occurrences(same - i, counted);
        p = jw_pack_uint(p, docid - next);
        p = jw_pack_uint(p, wdf);
        next = docid + 1;
        sums.n_docs++;
        sums.n_occurrences += wdf;
        i = same;
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
    size_t n = encode(a, bytes);
    return n + (b ? encode(b, bytes + n) : 0);
}

/* Both rows are sorted: write the lesser term until none is left. */
static void put_all(struct jw_inverter *v, struct run_writer *w,
                    const struct jw_inverter_word *const *order, const uint64_t *postings,
                    const size_t *first)
{
    unsigned char bytes[2 * UTF8_MAX];
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
            put_entry(w, pair, v->pairs + i, end - i, COUNTED_ALL);
            i = end;
        } else {
            const struct jw_inverter_word *word = order[k];
            if (word->n_postings > 0) {
                put_entry(w, word->bytes, postings + first[word - v->words],
                          word->n_postings, word->counted);
            }
            k++;
        }
    }
}

enum jw_status jw_inverter_flush(struct jw_inverter *v, struct jw_buf *out)
{
    struct run_writer w = {.out = out, .status = v->status};
    const struct jw_inverter_word **order = NULL;
    uint64_t *postings = NULL;
    size_t *first = NULL;
    if (w.status == JW_OK) {
        drop_flags(v);
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
    v->status = JW_OK;
    memset(v->slots, 0, v->n_slots * sizeof *v->slots);
    jw_arena_clear(&v->arena, ARENA_KEEP_BYTES);
    return w.status;
}
