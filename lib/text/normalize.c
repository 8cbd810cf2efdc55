/*
 * The walk has one fast loop, for code points that fold one to one, and one
 * slow step for all others.
 *
 * A segment is a starter with what joins it (combining marks, voiced sound
 * marks, hangul vowels and finals).  The fast loop has already written the
 * starter when the first joining code point turns up; the slow step takes
 * its units back and folds the segment as a whole.  jw_normalizer_fill()
 * therefore never returns between a starter and what joins it.
 */
#include "jianwen/normalize.h"

#include <stdlib.h>

#include "fold.h"
#include "jianwen/utf8.h"

/* Units that one step may write: a space and a whole folded segment. */
enum {
    STEP_ROOM = JW_FOLD_RESULT_MAX + 2,
    UNITS_FIRST = 1024
};

/* The segment that was written last. */
struct segment {
    const unsigned char *start; /* NULL: nothing that can be joined */
    size_t unit;                /* its first */
    size_t n_cps;               /* 0: the one code point at start */
    uint32_t cps[JW_FOLD_SEGMENT_MAX];
};

void jw_normalizer_init(struct jw_normalizer *nz, struct jw_str text)
{
    jw_normalizer_init_as(nz, text, 0);
}

void jw_normalizer_init_as(struct jw_normalizer *nz, struct jw_str text, unsigned flags)
{
    static const unsigned char nothing[1] = {0};
    size_t n = text.n < UINT32_MAX ? text.n : UINT32_MAX - 1;
    if (!text.p) {
        n = 0;
    }
    nz->keep_script = (flags & JW_NORMALIZE_KEEP_SCRIPT) != 0;
    nz->bmp = jw_fold_bmp(nz->keep_script);
    nz->base = text.p ? (const unsigned char *)text.p : nothing;
    nz->p = nz->base;
    nz->end = nz->base + n;
    nz->space_start = 0;
    nz->space_end = 0;
    nz->space_pending = false;
    nz->after_word = false;
}

JW_INLINE uint32_t entry_of(const struct jw_normalizer *nz, uint32_t cp)
{
    if (JW_LIKELY(cp < 0x10000)) {
        return nz->bmp[cp];
    }
    return jw_fold_entry(cp, nz->keep_script);
}

static uint32_t offset_of(const struct jw_normalizer *nz, const unsigned char *p)
{
    return (uint32_t)(p - nz->base);
}

static void note_space(struct jw_normalizer *nz, uint32_t start, uint32_t end)
{
    if (!nz->space_pending) {
        nz->space_pending = true;
        nz->space_start = start;
    }
    nz->space_end = end;
}

/* Before a unit that follows white space: one space between words, else none. */
static size_t settle_space(struct jw_normalizer *nz, struct jw_unit *out, size_t n,
                           bool in_word)
{
    nz->space_pending = false;
    if (!nz->after_word || !in_word) {
        return n;
    }
    out[n].cp = ' ';
    out[n].start = nz->space_start;
    out[n].end = nz->space_end;
    out[n].cls = JW_UNIT_SPACE;
    return n + 1;
}

JW_INLINE uint32_t class_of(uint32_t entry)
{
    return entry >> JW_FOLD_CLASS_SHIFT & JW_FOLD_CLASS_MASK;
}

JW_INLINE bool is_word_entry(uint32_t entry)
{
    uint32_t cls = class_of(entry);
    return cls == JW_UNIT_LETTER || cls == JW_UNIT_DIGIT;
}

static size_t put(struct jw_normalizer *nz, struct jw_unit *out, size_t n, uint32_t entry,
                  uint32_t start, uint32_t end)
{
    bool in_word = is_word_entry(entry);
    if (JW_UNLIKELY(nz->space_pending)) {
        n = settle_space(nz, out, n, in_word);
    }
    out[n].cp = entry & JW_FOLD_CP_MASK;
    out[n].start = start;
    out[n].end = end;
    out[n].cls = class_of(entry);
    nz->after_word = in_word;
    return n + 1;
}

/* Fold the segment, which ends at nz->p, and write its units at out[n]. */
static size_t put_segment(struct jw_normalizer *nz, struct jw_unit *out, size_t n,
                          struct segment *seg)
{
    uint32_t folded[JW_FOLD_RESULT_MAX];
    size_t k = jw_fold_segment(seg->cps, seg->n_cps, nz->keep_script, nz->bmp, folded);
    uint32_t start = offset_of(nz, seg->start);
    uint32_t end = offset_of(nz, nz->p);
    size_t first = n;
    bool after_space = nz->space_pending;
    for (size_t i = 0; i < k; i++) {
        if (folded[i] == ' ') {
            note_space(nz, start, end);
            continue;
        }
        uint32_t entry = entry_of(nz, folded[i]);
        if (entry & JW_FOLD_SLOW) {
            entry = jw_fold_folded_entry(folded[i]);
        }
        n = put(nz, out, n, entry, start, end);
    }
    bool kept_space = after_space && n > first && out[first].cls == JW_UNIT_SPACE;
    seg->unit = kept_space ? first + 1 : first;
    return n;
}

/*
 * Add the joining code point cp, just read, and those that follow it.  What
 * a full segment has no room for is dropped.  nz->p ends behind the last one.
 */
static void gather(struct jw_normalizer *nz, struct segment *seg, uint32_t cp)
{
    const unsigned char *q = nz->p;
    uint32_t entry = JW_FOLD_JOINS;
    for (;;) {
        if (entry & JW_FOLD_JOINS && seg->n_cps < JW_FOLD_SEGMENT_MAX) {
            seg->cps[seg->n_cps++] = cp;
        }
        if (entry & (JW_FOLD_JOINS | JW_FOLD_SELECTOR)) {
            nz->p = q;
        } else if (!(entry & JW_FOLD_IGNORED)) {
            return;
        }
        if (q >= nz->end) {
            return;
        }
        cp = jw_utf8_next(&q, nz->end);
        entry = cp == JW_UTF8_BAD ? 0 : entry_of(nz, cp);
    }
}

/* A joining code point: fold it with the segment before it, if there is one
 * and no white space that is kept lies between. */
static size_t join(struct jw_normalizer *nz, struct jw_unit *out, size_t n,
                   struct segment *seg, const unsigned char *at, uint32_t cp,
                   uint32_t entry)
{
    bool parted = nz->space_pending && nz->after_word && is_word_entry(entry);
    if (seg->start && !parted) {
        n = seg->unit;
        nz->space_pending = false;
        if (seg->n_cps == 0) {
            const unsigned char *q = seg->start;
            uint32_t starter = jw_utf8_next(&q, at);
            seg->cps[0] = starter == JW_UTF8_BAD ? 0xFFFD : starter;
            seg->n_cps = 1;
        }
    } else {
        seg->start = at;
        seg->n_cps = 0;
    }
    gather(nz, seg, cp);
    return put_segment(nz, out, n, seg);
}

/* A selector at `at` belongs to the character that ends there, if one does. */
static void extend_last(const struct jw_normalizer *nz, struct jw_unit *out, size_t n,
                        const unsigned char *at)
{
    uint32_t end = offset_of(nz, at);
    for (size_t i = n; i > 0 && out[i - 1].end == end; i--) {
        out[i - 1].end = offset_of(nz, nz->p);
    }
}

static size_t slow_step(struct jw_normalizer *nz, struct jw_unit *out, size_t n,
                        struct segment *seg, const unsigned char *at, uint32_t cp,
                        uint32_t entry)
{
    if (entry & JW_FOLD_SPACE) {
        note_space(nz, offset_of(nz, at), offset_of(nz, nz->p));
        return n;
    }
    if (entry & JW_FOLD_SELECTOR) {
        extend_last(nz, out, n, at);
        return n;
    }
    if (entry & JW_FOLD_IGNORED) {
        return n;
    }
    if (entry & JW_FOLD_JOINS) {
        return join(nz, out, n, seg, at, cp, entry);
    }
    seg->start = at;
    seg->cps[0] = cp;
    seg->n_cps = 1;
    return put_segment(nz, out, n, seg);
}

/* The end of the next code point if it belongs to the segment that was
 * written last, else NULL. */
static const unsigned char *next_joining(const struct jw_normalizer *nz)
{
    const unsigned char *q = nz->p;
    bool spaced = nz->space_pending;
    while (q < nz->end) {
        uint32_t cp = jw_utf8_next(&q, nz->end);
        uint32_t entry = cp == JW_UTF8_BAD ? 0 : entry_of(nz, cp);
        bool parted = spaced && nz->after_word && is_word_entry(entry);
        if (entry & JW_FOLD_SELECTOR || (entry & JW_FOLD_JOINS && !parted)) {
            return q;
        }
        if (!(entry & (JW_FOLD_IGNORED | JW_FOLD_SPACE))) {
            return NULL;
        }
        spaced |= (entry & JW_FOLD_SPACE) != 0;
    }
    return NULL;
}

/* Units of code points that fold one to one, as far as there are such and no
 * white space lies between them. */
static size_t put_plain(struct jw_normalizer *nz, struct jw_unit *out, size_t n,
                        size_t room, struct segment *seg)
{
    const unsigned char *p = nz->p;
    uint32_t start = offset_of(nz, p);
    size_t first = n;
    while (p < nz->end && n + STEP_ROOM <= room) {
        const unsigned char *at = p;
        uint32_t cp = jw_utf8_next(&p, nz->end);
        uint32_t entry = entry_of(nz, cp);
        if (JW_UNLIKELY(entry & JW_FOLD_SLOW)) {
            p = at;
            break;
        }
        out[n].cp = entry & JW_FOLD_CP_MASK;
        out[n].start = start;
        start = offset_of(nz, p);
        out[n].end = start;
        out[n].cls = class_of(entry);
        n++;
    }
    nz->p = p;
    if (n > first) {
        seg->start = nz->base + out[n - 1].start;
        seg->unit = n - 1;
        seg->n_cps = 0;
        nz->after_word = jw_unit_in_word(&out[n - 1]);
    }
    return n;
}

size_t jw_normalizer_fill(struct jw_normalizer *nz, struct jw_unit *out, size_t room)
{
    struct segment seg = {.start = NULL};
    const unsigned char *hold = NULL; /* no stop before this */
    size_t n = 0;
    while (nz->p < nz->end) {
        if (JW_UNLIKELY(n + STEP_ROOM > room) && nz->p >= hold) {
            hold = next_joining(nz);
            if (!hold) {
                break;
            }
        }
        if (JW_LIKELY(!nz->space_pending)) {
            n = put_plain(nz, out, n, room, &seg);
            if (nz->p == nz->end || (n + STEP_ROOM > room && nz->p >= hold)) {
                continue;
            }
        }
        const unsigned char *at = nz->p;
        uint32_t cp = jw_utf8_next(&nz->p, nz->end);
        uint32_t entry = entry_of(nz, cp);
        if (entry & JW_FOLD_SLOW) {
            n = slow_step(nz, out, n, &seg, at, cp, entry);
            continue;
        }
        n = put(nz, out, n, entry, offset_of(nz, at), offset_of(nz, nz->p));
        seg.start = at;
        seg.unit = n - 1;
        seg.n_cps = 0;
    }
    return n;
}

bool jw_normalize_may_hold(struct jw_str text, unsigned flags,
                           const uint8_t maybe[JW_MAYBE_SIZE])
{
    const uint32_t dropped = JW_FOLD_IGNORED | JW_FOLD_SELECTOR | JW_FOLD_SPACE;
    struct jw_normalizer nz;
    jw_normalizer_init_as(&nz, text, flags);
    while (nz.p < nz.end) {
        uint32_t entry = entry_of(&nz, jw_utf8_next(&nz.p, nz.end));
        if (JW_UNLIKELY(entry & JW_FOLD_SLOW)) {
            if (!(entry & dropped)) {
                return true; /* it may become anything */
            }
        } else if (maybe[entry & JW_FOLD_CP_MASK & (JW_MAYBE_SIZE - 1)]) {
            return true;
        }
    }
    return false;
}

void jw_units_init(struct jw_units *units)
{
    units->at = NULL;
    units->n = 0;
    units->cap = 0;
}

void jw_units_release(struct jw_units *units)
{
    free(units->at);
    jw_units_init(units);
}

enum jw_status jw_normalize(struct jw_str text, struct jw_units *units)
{
    return jw_normalize_as(text, 0, units);
}

enum jw_status jw_normalize_as(struct jw_str text, unsigned flags, struct jw_units *units)
{
    struct jw_normalizer nz;
    units->n = 0;
    jw_normalizer_init_as(&nz, text, flags);
    for (;;) {
        size_t want = units->n + JW_NORMALIZER_MIN_ROOM;
        if (want < UNITS_FIRST) {
            want = UNITS_FIRST;
        }
        void *at = units->at;
        enum jw_status status = jw_array_grow(&at, &units->cap, want, sizeof *units->at);
        units->at = at;
        if (status != JW_OK) {
            return status;
        }
        size_t n = jw_normalizer_fill(&nz, units->at + units->n, units->cap - units->n);
        if (n == 0) {
            return JW_OK;
        }
        units->n += n;
    }
}

enum jw_status jw_normalize_utf8(struct jw_str text, struct jw_buf *out)
{
    struct jw_normalizer nz;
    struct jw_unit units[UNITS_FIRST];
    jw_normalizer_init(&nz, text);
    for (;;) {
        size_t n = jw_normalizer_fill(&nz, units, UNITS_FIRST);
        if (n == 0) {
            return jw_buf_status(out);
        }
        for (size_t i = 0; i < n; i++) {
            char bytes[JW_UTF8_MAX_BYTES];
            jw_buf_add(out, bytes, jw_utf8_encode(units[i].cp, bytes));
        }
    }
}

/* Whether a match may begin at unit i, or end before it. */
static bool is_edge(const struct jw_unit *hay, size_t hay_n, size_t i)
{
    if (i == 0 || i == hay_n) {
        return true;
    }
    if (hay[i - 1].start == hay[i].start) {
        return false; /* both from one original character */
    }
    return !(jw_unit_in_word(&hay[i - 1]) && jw_unit_in_word(&hay[i]));
}

size_t jw_units_find(const struct jw_unit *hay, size_t hay_n, size_t from,
                     const struct jw_unit *needle, size_t n_needle)
{
    if (n_needle == 0 || n_needle > hay_n) {
        return hay_n;
    }
    uint32_t first = needle[0].cp;
    for (size_t i = from; i + n_needle <= hay_n; i++) {
        if (JW_LIKELY(hay[i].cp != first)) {
            continue;
        }
        size_t k = 1;
        while (k < n_needle && hay[i + k].cp == needle[k].cp) {
            k++;
        }
        if (k == n_needle && is_edge(hay, hay_n, i) &&
            is_edge(hay, hay_n, i + n_needle)) {
            return i;
        }
    }
    return hay_n;
}
