/*
 * A posting of two BMP characters is one 64-bit number, key << 32 | signature << 21 |
 * document (see ngrams.h).
 * Other terms are interned and counted apart.
 */
#include "inverter.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/buf.h"

enum {
    BMP = 0x10000,
    TERM_MAX = 245,
    KEY_SHIFT = JW_PAIR_KEY_SHIFT,
    FIRST_SLOTS = 4096,
    ARENA_LIMIT_BYTES = 1 << 30
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
    free(v->lengths);
    jw_arena_release(&v->arena);
    free(v);
}

void jw_inverter_next_document(struct jw_inverter *v)
{
    if (v->n_docs == JW_INVERTER_DOCS_MAX) {
        v->status = JW_EINVAL;
        return;
    }
    v->n_docs++;
    v->end = 0;
}

const uint32_t *jw_inverter_lengths(const struct jw_inverter *v)
{
    return v->lengths;
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

size_t jw_inverter_encode(uint32_t cp, unsigned char *p)
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
    uint32_t signature = jw_signature_alone();
    if (v->end == a && b) {
        uint64_t *last = &v->pairs[v->n_pairs - 1];
        uint32_t behind = jw_signature_with_behind(0, b);
        *last |= (uint64_t)behind << JW_PAIR_SIGNATURE_SHIFT;
        signature = jw_signature_with_before((uint32_t)(*last >> (KEY_SHIFT + 16)));
    }
    uint64_t key = (uint64_t)a << 16 | b;
    v->pairs[v->n_pairs++] = key << KEY_SHIFT | flags | v->cut |
                             signature << JW_PAIR_SIGNATURE_SHIFT | present(v);
    v->cut = 0;
    v->end = b;
}

/* What is noted next does not go on from the pair noted last. */
static void cut(struct jw_inverter *v)
{
    v->cut = JW_PAIR_CUT;
    v->end = 0;
}

static uint32_t split_flags(bool before, bool behind)
{
    return (before ? JW_PAIR_SPLIT_BEFORE : 0) | (behind ? JW_PAIR_SPLIT_BEHIND : 0);
}

void jw_inverter_split(struct jw_inverter *v, bool before, bool behind)
{
    if (v->n_pairs > 0 && !v->cut) {
        v->pairs[v->n_pairs - 1] |= split_flags(before, behind);
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

static bool intern(struct jw_inverter *v, struct jw_str word,
                   enum jw_inverter_counted counted, uint32_t *number)
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

static void note_other(struct jw_inverter *v, struct jw_str word,
                       enum jw_inverter_counted counted)
{
    uint32_t number = 0;
    if (word.n == 0 || word.n > TERM_MAX) {
        v->status = JW_EINVAL;
    } else if (intern(v, word, counted, &number)) {
        add_other(v, number, present(v));
    }
}

void jw_inverter_pair(struct jw_inverter *v, uint32_t a, uint32_t b)
{
    if (JW_LIKELY(is_bmp(a, b))) {
        add_pair(v, a, b, 0);
        return;
    }
    cut(v);
    unsigned char bytes[2 * JW_INVERTER_UTF8_MAX];
    size_t n = jw_inverter_encode(a, bytes);
    n += b ? jw_inverter_encode(b, bytes + n) : 0;
    note_other(v, jw_str_of((const char *)bytes, n), JW_COUNTED_PAIR);
}

void jw_inverter_word(struct jw_inverter *v, struct jw_str word)
{
    note_other(v, word, JW_COUNTED_ALL);
}

void jw_inverter_key(struct jw_inverter *v, struct jw_str key)
{
    note_other(v, key, JW_COUNTED_NONE);
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
        n += jw_inverter_encode((uint32_t)(pairs[i] >> (KEY_SHIFT + 16)), bytes + n);
    }
    n += jw_inverter_encode((uint32_t)(pairs[n_pairs - 1] >> KEY_SHIFT) & 0xFFFF,
                            bytes + n);
    return intern(w->v, jw_str_of((const char *)bytes, n), JW_COUNTED_BUT_FIRST,
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
    uint32_t room = (TERM_MAX - 1) / JW_INVERTER_UTF8_MAX;
    b.most_chars = b.most_chars < room ? b.most_chars : room;
    enum jw_status status = jw_ngrams_find(v->pairs, v->n_pairs, &b, &sink);
    if (status != JW_OK && v->status == JW_OK) {
        v->status = status;
    }
    free(w.numbers);
}
