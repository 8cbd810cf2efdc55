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
    STEP_ROOM = JW_FOLD_RESULT_MAX + 1,
    UNITS_FIRST = 1024
};

/* How far next_joins() looks past characters that count for nothing. */
enum {
    LOOK_AHEAD = 64
};

/* Where the segment began that was written last. */
struct segment {
    const unsigned char *start; /* NULL: nothing that can be joined */
    size_t unit;
};

void jw_normalizer_init(struct jw_normalizer *nz, struct jw_str text)
{
    size_t n = text.n < UINT32_MAX ? text.n : UINT32_MAX - 1;
    static const unsigned char nothing[1] = {0};
    nz->base = text.p ? (const unsigned char *)text.p : nothing;
    nz->p = nz->base;
    nz->end = nz->base + n;
    nz->space_start = 0;
    nz->space_end = 0;
    nz->space_pending = false;
    nz->any_unit = false;
    nz->last_drops_space = false;
}

static uint32_t entry_of(const uint32_t *bmp, uint32_t cp)
{
    if (JW_LIKELY(cp < 0x10000)) {
        return bmp[cp];
    }
    return jw_fold_entry(cp);
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

/* Before a unit that follows white space: keep one space, or none. */
static size_t settle_space(struct jw_normalizer *nz, struct jw_unit *out, size_t n,
                           bool drops_space)
{
    if (!nz->space_pending) {
        return n;
    }
    nz->space_pending = false;
    if (!nz->any_unit || nz->last_drops_space || drops_space) {
        return n;
    }
    out[n].cp = ' ';
    out[n].start = nz->space_start;
    out[n].end = nz->space_end;
    out[n].cls = JW_UNIT_SPACE;
    return n + 1;
}

static size_t put(struct jw_normalizer *nz, struct jw_unit *out, size_t n, uint32_t entry,
                  uint32_t start, uint32_t end)
{
    bool drops_space = (entry & JW_FOLD_DROPS_SPACE) != 0;
    n = settle_space(nz, out, n, drops_space);
    out[n].cp = entry & JW_FOLD_CP_MASK;
    out[n].start = start;
    out[n].end = end;
    out[n].cls = entry >> JW_FOLD_CLASS_SHIFT & JW_FOLD_CLASS_MASK;
    nz->any_unit = true;
    nz->last_drops_space = drops_space;
    return n + 1;
}

/* Fold the segment seg->start..nz->p (cps, n_cps), write its units at out[n]. */
static size_t put_segment(struct jw_normalizer *nz, struct jw_unit *out, size_t n,
                          struct segment *seg, const uint32_t *cps, size_t n_cps)
{
    uint32_t folded[JW_FOLD_RESULT_MAX];
    size_t k = jw_fold_segment(cps, n_cps, folded);
    uint32_t start = offset_of(nz, seg->start);
    uint32_t end = offset_of(nz, nz->p);
    size_t first = n;
    bool after_space = nz->space_pending;
    for (size_t i = 0; i < k; i++) {
        if (folded[i] == ' ') {
            note_space(nz, start, end);
            continue;
        }
        uint32_t entry = folded[i] | (uint32_t)jw_unit_class_of(folded[i])
                                         << JW_FOLD_CLASS_SHIFT;
        entry |= jw_fold_entry(folded[i]) & JW_FOLD_DROPS_SPACE;
        n = put(nz, out, n, entry, start, end);
    }
    bool kept_space = after_space && n > first && out[first].cls == JW_UNIT_SPACE;
    seg->unit = kept_space ? first + 1 : first;
    return n;
}

/*
 * Read on from nz->p while code points join, append them to cps.  Those that
 * are dropped are passed over.  nz->p ends behind the last that joined.
 */
static size_t gather(struct jw_normalizer *nz, const uint32_t *bmp, uint32_t *cps,
                     size_t n_cps)
{
    const unsigned char *q = nz->p;
    while (q < nz->end && n_cps < JW_FOLD_SEGMENT_MAX) {
        uint32_t cp = jw_utf8_next(&q, nz->end);
        uint32_t entry = cp == JW_UTF8_BAD ? 0 : entry_of(bmp, cp);
        if (entry & JW_FOLD_JOINS) {
            cps[n_cps++] = cp;
            nz->p = q;
        } else if (!(entry & JW_FOLD_IGNORED)) {
            break;
        } else if (entry & JW_FOLD_SELECTOR) {
            nz->p = q;
        }
    }
    return n_cps;
}

/* A joining code point at `at`: fold it with the segment before it, if any. */
static size_t join(struct jw_normalizer *nz, const uint32_t *bmp, struct jw_unit *out,
                   size_t n, struct segment *seg, const unsigned char *at)
{
    uint32_t cps[JW_FOLD_SEGMENT_MAX];
    size_t n_cps = 0;
    if (seg->start && (!nz->space_pending || nz->last_drops_space)) {
        /* White space after a CJK character counts for nothing here either. */
        n = seg->unit;
        nz->space_pending = false;
    } else {
        seg->start = at;
    }
    for (const unsigned char *q = seg->start; q < at && n_cps < JW_FOLD_SEGMENT_MAX;) {
        uint32_t cp = jw_utf8_next(&q, nz->end);
        uint32_t entry = cp == JW_UTF8_BAD ? 0 : entry_of(bmp, cp);
        if (cp != JW_UTF8_BAD && !(entry & (JW_FOLD_IGNORED | JW_FOLD_SPACE))) {
            cps[n_cps++] = cp;
        }
    }
    nz->p = at;
    n_cps = gather(nz, bmp, cps, n_cps);
    n = put_segment(nz, out, n, seg, cps, n_cps);
    if (n_cps == JW_FOLD_SEGMENT_MAX) {
        seg->start = NULL; /* full: what joins next begins a segment of its own */
    }
    return n;
}

static size_t slow_step(struct jw_normalizer *nz, const uint32_t *bmp,
                        struct jw_unit *out, size_t n, struct segment *seg,
                        const unsigned char *at, uint32_t cp, uint32_t entry)
{
    if (entry & JW_FOLD_SPACE) {
        note_space(nz, offset_of(nz, at), offset_of(nz, nz->p));
        return n;
    }
    if (entry & JW_FOLD_IGNORED) {
        if (entry & JW_FOLD_SELECTOR && n > 0 && out[n - 1].end == offset_of(nz, at)) {
            out[n - 1].end = offset_of(nz, nz->p);
        }
        return n;
    }
    if (entry & JW_FOLD_JOINS) {
        return join(nz, bmp, out, n, seg, at);
    }
    seg->start = at;
    return put_segment(nz, out, n, seg, &cp, 1);
}

/* Whether the next code point belongs to the segment that was written last. */
static bool next_joins(const struct jw_normalizer *nz, const uint32_t *bmp)
{
    const unsigned char *q = nz->p;
    for (int i = 0; q < nz->end && i < LOOK_AHEAD; i++) {
        uint32_t cp = jw_utf8_next(&q, nz->end);
        uint32_t entry = cp == JW_UTF8_BAD ? 0 : entry_of(bmp, cp);
        if (entry & (JW_FOLD_JOINS | JW_FOLD_SELECTOR)) {
            return true;
        }
        if (!(entry & (JW_FOLD_IGNORED | JW_FOLD_SPACE))) {
            return false;
        }
    }
    return false;
}

size_t jw_normalizer_fill(struct jw_normalizer *nz, struct jw_unit *out, size_t room)
{
    const uint32_t *bmp = jw_fold_bmp();
    struct segment seg = {NULL, 0};
    size_t n = 0;
    while (nz->p < nz->end) {
        if (JW_UNLIKELY(n + STEP_ROOM > room) &&
            (n + STEP_ROOM / 2 > room || !next_joins(nz, bmp))) {
            break;
        }
        const unsigned char *at = nz->p;
        uint32_t cp = jw_utf8_next(&nz->p, nz->end);
        uint32_t entry = entry_of(bmp, cp);
        if (JW_UNLIKELY(entry & JW_FOLD_SLOW)) {
            n = slow_step(nz, bmp, out, n, &seg, at, cp, entry);
            continue;
        }
        n = settle_space(nz, out, n, (entry & JW_FOLD_DROPS_SPACE) != 0);
        seg.start = at;
        seg.unit = n;
        n = put(nz, out, n, entry, offset_of(nz, at), offset_of(nz, nz->p));
    }
    return n;
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
    struct jw_normalizer nz;
    units->n = 0;
    jw_normalizer_init(&nz, text);
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
