/*
 * Three sieves, each with fewer places than the one before: counts of pairs by hash,
 * counts of trigrams by hash (both may only be too high), then the exact number of
 * documents for what is left.
 */
#include "ngrams.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/buf.h"

enum {
    /* Slots that the sieves count in, a byte each: they fit a core's caches. */
    PAIR_SLOTS_BITS = 17,
    TRIGRAM_SLOTS_BITS = 20,
    /* Slots that are fetched while others are counted in. */
    SLOTS_AHEAD = 16,
    FIRST_SLOTS = 1 << 12,
    /* In documents of more pairs each counts as standing as often as can be. */
    REPEAT_SLOTS_BITS = 15,
    REPEAT_PAIRS_MAX = 1 << (REPEAT_SLOTS_BITS - 1),
    CHAR_BITS = 16,
    TRIGRAM_CHARS = 3
};

/* A place where an n-gram begins: its first pair, and which n-gram. */
struct place {
    uint32_t at;
    uint32_t ngram;
};

/* An n-gram of the length at hand, by what it is made of. */
struct entry {
    uint64_t key;
    uint32_t n_docs;
    uint32_t last_document;
    /* The first place of it. */
    uint32_t at;
    /* Its number + 1; 0 when it is not frequent. */
    uint32_t number;
};

struct finder {
    const uint64_t *pairs;
    size_t n;
    const struct jw_ngram_bounds *bounds;
    const struct jw_ngram_sink *sink;
    /* Frequent n-grams so far, of all lengths. */
    uint32_t n_ngrams;
    /* How often again each pair stands in its document. */
    unsigned char *again;
    /* Of each pair the place where it stands in its document first. */
    uint32_t *first;
    /* Places of the length before, and of this one. */
    struct place *places;
    size_t n_places;
    struct entry *entries;
    size_t n_slots;
    size_t n_entries;
};

static uint64_t mix(uint64_t key)
{
    key *= 0x9E3779B97F4A7C15u; /* 2^64 / golden ratio (Knuth, TAOCP 3, 6.4) */
    return key ^ key >> 29;
}

static uint32_t document_of(uint64_t pair)
{
    return (uint32_t)pair & JW_PAIR_DOCUMENT;
}

/* Whether pair i + 1 goes on where pair i ends. */
static inline bool goes_on(const uint64_t *pairs, size_t i)
{
    uint64_t a = pairs[i];
    uint64_t b = pairs[i + 1];
    uint32_t end = (uint32_t)(a >> JW_PAIR_KEY_SHIFT) & 0xFFFF;
    uint32_t begin = (uint32_t)(b >> (JW_PAIR_KEY_SHIFT + CHAR_BITS));
    uint32_t second = (uint32_t)(b >> JW_PAIR_KEY_SHIFT) & 0xFFFF;
    bool follows = ((uint32_t)b & JW_PAIR_CUT) == 0;
    return (end != 0) & (end == begin) & (second != 0) &
           (document_of(a) == document_of(b)) & follows;
}

static inline size_t pair_slot(uint64_t pair)
{
    return mix(pair >> JW_PAIR_KEY_SHIFT) >> (64 - PAIR_SLOTS_BITS);
}

static inline uint64_t trigram_key(const uint64_t *pairs, size_t i)
{
    uint64_t first = pairs[i] >> JW_PAIR_KEY_SHIFT;
    return first << CHAR_BITS | (pairs[i + 1] >> JW_PAIR_KEY_SHIFT & 0xFFFF);
}

static inline size_t trigram_slot(uint64_t key)
{
    return mix(key) >> (64 - TRIGRAM_SLOTS_BITS);
}

static inline void count(uint8_t *slot)
{
    *slot = (uint8_t)(*slot + (*slot < UINT8_MAX));
}

/* ---- what stands in a document again ---- */

/* The slot of a pair in the document that begins at pair `from`.  A slot holds the
 * number of a pair + 1; one up to `from` is of another document: free. */
static uint32_t *repeat_slot(const struct finder *f, uint32_t *slots, size_t from,
                             size_t i)
{
    uint64_t key = f->pairs[i] >> JW_PAIR_KEY_SHIFT;
    size_t slot = mix(key) >> (64 - REPEAT_SLOTS_BITS);
    while (slots[slot] > from && f->pairs[slots[slot] - 1] >> JW_PAIR_KEY_SHIFT != key) {
        slot = (slot + 1) & (((size_t)1 << REPEAT_SLOTS_BITS) - 1);
    }
    return &slots[slot];
}

/* How often the pairs from..to, of one document, stand there again: counted at the first
 * of each. */
static void count_again(struct finder *f, uint32_t *slots, size_t from, size_t to)
{
    if (to - from > REPEAT_PAIRS_MAX) {
        memset(f->again + from, (int)f->bounds->most_again, to - from);
        return;
    }
    bool any = false;
    unsigned char most = (unsigned char)f->bounds->most_again;
    for (size_t i = from; i < to; i++) {
        uint32_t *slot = repeat_slot(f, slots, from, i);
        bool joins = ((uint32_t)f->pairs[i] & JW_PAIR_JOINS) != 0;
        f->first[i] = *slot > from ? *slot - 1 : (uint32_t)i;
        if (*slot > from && !joins) {
            unsigned char *first = &f->again[*slot - 1];
            *first = (unsigned char)(*first + (*first < most));
        } else if (!joins) {
            *slot = (uint32_t)i + 1;
        }
        any |= *slot > from && f->first[i] != i;
    }
    for (size_t i = from; any && i < to; i++) {
        f->again[i] = f->again[f->first[i]];
    }
}

static bool find_again(struct finder *f)
{
    uint32_t *slots = calloc((size_t)1 << REPEAT_SLOTS_BITS, sizeof *slots);
    f->again = calloc(f->n, 1);
    f->first = malloc(f->n * sizeof *f->first);
    if (!slots || !f->again || !f->first) {
        free(slots);
        return false;
    }
    for (size_t from = 0; from < f->n;) {
        uint32_t document = document_of(f->pairs[from]);
        size_t to = from + 1;
        while (to < f->n && document_of(f->pairs[to]) == document) {
            to++;
        }
        count_again(f, slots, from, to);
        from = to;
    }
    free(slots);
    return true;
}

static uint32_t most_again(const struct finder *f, size_t at, size_t n_pairs)
{
    uint32_t most = 0;
    for (size_t i = at; i < at + n_pairs; i++) {
        most = f->again[i] > most ? f->again[i] : most;
    }
    return most;
}

/* ---- the sieves ---- */

/* What a count in a sieve must reach: it goes no further than its type. */
static uint8_t often(const struct finder *f)
{
    uint32_t least = f->bounds->least_trigram;
    return (uint8_t)(least < UINT8_MAX ? least : UINT8_MAX);
}

/* The places whose two pairs are both often there.  Each is written, and kept or not:
 * no branch could foresee which. */
static bool pair_places(struct finder *f, uint8_t *counts)
{
    uint8_t least = often(f);
    f->places = calloc(f->n, sizeof *f->places);
    for (size_t i = 0; i < f->n; i++) {
        count(&counts[pair_slot(f->pairs[i])]);
    }
    bool this = counts[pair_slot(f->pairs[0])] >= least;
    for (size_t i = 0; f->places && i + 1 < f->n; i++) {
        bool next = counts[pair_slot(f->pairs[i + 1])] >= least;
        f->places[f->n_places].at = (uint32_t)i;
        f->n_places += this & next & goes_on(f->pairs, i);
        this = next;
    }
    return f->places != NULL;
}

/* Of these the places whose trigram is often there. */
static void trigram_places(struct finder *f, uint8_t *counts)
{
    uint8_t least = often(f);
    size_t left = 0;
    for (size_t i = 0; i < f->n_places; i++) {
        size_t slot = trigram_slot(trigram_key(f->pairs, f->places[i].at));
        JW_PREFETCH(&counts[slot]);
        f->places[i].ngram = (uint32_t)slot;
        if (i >= SLOTS_AHEAD) {
            count(&counts[f->places[i - SLOTS_AHEAD].ngram]);
        }
    }
    for (size_t i = f->n_places > SLOTS_AHEAD ? f->n_places - SLOTS_AHEAD : 0;
         i < f->n_places; i++) {
        count(&counts[f->places[i].ngram]);
    }
    for (size_t i = 0; i < f->n_places; i++) {
        if (i + SLOTS_AHEAD < f->n_places) {
            JW_PREFETCH(&counts[f->places[i + SLOTS_AHEAD].ngram]);
        }
        f->places[left].at = f->places[i].at;
        left += counts[f->places[i].ngram] >= least;
    }
    f->n_places = left;
}

static bool sieve(struct finder *f)
{
    uint8_t *pairs = calloc((size_t)1 << PAIR_SLOTS_BITS, 1);
    uint8_t *trigrams = calloc((size_t)1 << TRIGRAM_SLOTS_BITS, 1);
    bool good = pairs && trigrams && pair_places(f, pairs);
    if (good) {
        trigram_places(f, trigrams);
    }
    free(pairs);
    free(trigrams);
    return good;
}

/* ---- exact counts ---- */

static struct entry *find_entry(struct finder *f, uint64_t key)
{
    size_t slot = mix(key) & (f->n_slots - 1);
    while (f->entries[slot].n_docs && f->entries[slot].key != key) {
        slot = (slot + 1) & (f->n_slots - 1);
    }
    return &f->entries[slot];
}

static bool grow_entries(struct finder *f)
{
    struct entry *old = f->entries;
    size_t n = f->n_slots;
    f->n_slots = n ? n * 2 : FIRST_SLOTS;
    f->entries = calloc(f->n_slots, sizeof *f->entries);
    for (size_t i = 0; i < n && old && f->entries; i++) {
        if (old[i].n_docs) {
            *find_entry(f, old[i].key) = old[i];
        }
    }
    free(old);
    return f->entries != NULL;
}

/*
 * What tells the n-gram at a place from others of its length: its characters, or the
 * two n-grams within it.  Only those that begin one behind the other make one.
 */
static bool key_of(const struct finder *f, size_t i, size_t n_chars, uint64_t *key)
{
    const struct place *p = &f->places[i];
    if (n_chars == TRIGRAM_CHARS) {
        *key = trigram_key(f->pairs, p->at);
        return true;
    }
    if (i + 1 == f->n_places || p[1].at != p->at + 1 || !goes_on(f->pairs, p->at)) {
        return false;
    }
    *key = (uint64_t)p->ngram << 32 | p[1].ngram;
    return true;
}

static bool count_documents(struct finder *f, size_t n_chars)
{
    if (!f->entries && !grow_entries(f)) {
        return false;
    }
    f->n_entries = 0;
    memset(f->entries, 0, f->n_slots * sizeof *f->entries);
    for (size_t i = 0; i < f->n_places; i++) {
        uint64_t key = 0;
        if (!key_of(f, i, n_chars, &key)) {
            continue;
        }
        if (f->n_entries * 2 >= f->n_slots && !grow_entries(f)) {
            return false;
        }
        uint32_t document = document_of(f->pairs[f->places[i].at]);
        struct entry *e = find_entry(f, key);
        if (e->n_docs == 0) {
            struct entry made = {key, 1, document, f->places[i].at, 0};
            *e = made;
            f->n_entries++;
        } else if (e->last_document != document) {
            e->n_docs++;
            e->last_document = document;
        }
    }
    return true;
}

/* Whether an n-gram of pairs from `at` on stands in whole characters: the pair behind its
 * last, or the end of the run, tells of its end. */
static bool is_whole(const struct finder *f, size_t at, size_t n_pairs)
{
    size_t last = at + n_pairs - 1;
    uint64_t begin = f->pairs[at];
    if ((uint32_t)begin & JW_PAIR_SPLIT_BEFORE) {
        return false;
    }
    if (last + 1 == f->n) {
        return true;
    }
    uint64_t next = f->pairs[last + 1];
    uint32_t end = (uint32_t)(f->pairs[last] >> JW_PAIR_KEY_SHIFT) & 0xFFFF;
    bool goes_on = end == next >> (JW_PAIR_KEY_SHIFT + CHAR_BITS) &&
                   document_of(f->pairs[last]) == document_of(next) &&
                   !((uint32_t)next & JW_PAIR_CUT);
    return !goes_on || !((uint32_t)next & JW_PAIR_SPLIT_BEHIND);
}

/* Hand on the postings of frequent n-grams; their places are left for the next length. */
static bool take_frequent(struct finder *f, size_t n_chars)
{
    size_t left = 0;
    size_t n_pairs = n_chars - 1;
    uint32_t least =
        n_chars == TRIGRAM_CHARS ? f->bounds->least_trigram : f->bounds->least_longer;
    for (size_t i = 0; i < f->n_places; i++) {
        uint64_t key = 0;
        if (!key_of(f, i, n_chars, &key)) {
            continue;
        }
        struct entry *e = find_entry(f, key);
        if (e->n_docs < least) {
            continue;
        }
        uint32_t at = f->places[i].at;
        uint32_t document = document_of(f->pairs[at]);
        bool first = e->number == 0;
        if (first) {
            e->number = ++f->n_ngrams;
            e->last_document = UINT32_MAX;
            if (!f->sink->begin(e->number - 1, f->pairs + at, n_pairs, f->sink->arg)) {
                return false;
            }
        }
        if (e->last_document != document && is_whole(f, at, n_pairs)) {
            struct jw_ngram_posting posting = {e->number - 1, document,
                                               most_again(f, at, n_pairs)};
            if (!f->sink->posting(&posting, f->sink->arg)) {
                return false;
            }
            e->last_document = document;
        }
        f->places[left].at = at;
        f->places[left++].ngram = e->number;
    }
    f->n_places = left;
    return true;
}

enum jw_status jw_ngrams_find(const uint64_t *pairs, size_t n,
                              const struct jw_ngram_bounds *bounds,
                              const struct jw_ngram_sink *sink)
{
    struct finder f = {.pairs = pairs, .n = n, .bounds = bounds, .sink = sink};
    bool good = n < 2 || (n <= UINT32_MAX - 1 && find_again(&f) && sieve(&f));
    for (size_t chars = TRIGRAM_CHARS;
         good && chars <= bounds->most_chars && f.n_places > 0; chars++) {
        good = count_documents(&f, chars) && take_frequent(&f, chars);
    }
    free(f.again);
    free(f.first);
    free(f.places);
    free(f.entries);
    return good ? JW_OK : JW_ENOMEM;
}
