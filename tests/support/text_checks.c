#include "text_checks.h"

#include <stdio.h>
#include <stdlib.h>

#include "jianwen/encoding.h"
#include "jianwen/normalize.h"
#include "jianwen/utf8.h"

enum {
    SLICES = 8,
    SMALL_ROOM = JW_NORMALIZER_MIN_ROOM,
    ENCODING_BYTES = 1024 * 1024
};

/* Whether byte i begins a code point, a bad byte, or is the end. */
static bool *limits_of(struct jw_str text)
{
    bool *limits = calloc(text.n + 1, sizeof *limits);
    const unsigned char *start = (const unsigned char *)text.p;
    const unsigned char *end = start + text.n;
    for (const unsigned char *p = start; limits && p < end;) {
        limits[p - start] = true;
        (void)jw_utf8_next(&p, end);
    }
    if (limits) {
        limits[text.n] = true;
    }
    return limits;
}

const char *jw_check_utf8(struct jw_str text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    size_t count = 0;
    size_t first_bad = text.n;
    while (p < end) {
        const unsigned char *at = p;
        size_t offset = (size_t)(at - (const unsigned char *)text.p);
        uint32_t cp = jw_utf8_next(&p, end);
        struct jw_utf8_char slow = jw_utf8_read(at, end);
        if (slow.cp != cp || at + slow.n != p || p <= at || p > end) {
            return "the fast and the slow decoder differ";
        }
        if (jw_utf8_offset(text, count) != offset) {
            return "jw_utf8_offset() is not where the code point begins";
        }
        char bytes[JW_UTF8_MAX_BYTES];
        if (cp == JW_UTF8_BAD) {
            first_bad = first_bad == text.n ? offset : first_bad;
        } else if (jw_utf8_encode(cp, bytes) != (size_t)(p - at) ||
                   memcmp(bytes, at, (size_t)(p - at)) != 0) {
            return "encoding does not give back what was decoded";
        }
        struct jw_str cut = jw_utf8_cut(text, offset + 1);
        if (first_bad == text.n && cp != JW_UTF8_BAD &&
            cut.n != (p - at == 1 ? offset + 1 : offset)) {
            return "jw_utf8_cut() cuts a code point";
        }
        count++;
        if (count > 64) {
            break; /* jw_utf8_offset() walks from the start */
        }
    }
    size_t bad_at = text.n;
    if (count <= 64 && jw_utf8_count(text) != count) {
        return "jw_utf8_count() is not the number of steps";
    }
    bool valid = jw_utf8_valid(text, &bad_at);
    if (count <= 64 && (valid != (first_bad == text.n) || bad_at != first_bad)) {
        return "jw_utf8_valid() disagrees with the decoder";
    }
    return NULL;
}

/* ---- normalise ---- */

static const char *check_offsets(struct jw_str text, const struct jw_units *u)
{
    bool *limits = limits_of(text);
    const char *fault = limits ? NULL : "out of memory";
    for (size_t i = 0; i < u->n && !fault; i++) {
        const struct jw_unit *at = &u->at[i];
        if (at->start >= at->end || at->end > text.n) {
            fault = "a unit is empty or ends behind the text";
        } else if (!limits[at->start] || !limits[at->end]) {
            fault = "a unit does not begin and end between code points";
        } else if (at->cls != (uint32_t)jw_unit_class_of(at->cp)) {
            fault = "a unit's class is not that of its code point";
        } else if (i > 0 && at->start < at[-1].end &&
                   (at->start != at[-1].start || at->end != at[-1].end)) {
            fault = "units overlap";
        }
    }
    free(limits);
    return fault;
}

static bool same_units(const struct jw_unit *a, const struct jw_unit *b, size_t n,
                       bool with_offsets)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i].cp != b[i].cp ||
            (with_offsets && (a[i].start != b[i].start || a[i].end != b[i].end))) {
            return false;
        }
    }
    return true;
}

/* The key form of text, normalised in its turn, must be u again. */
static const char *check_twice(const struct jw_units *u, unsigned flags)
{
    struct jw_buf key;
    struct jw_units again;
    const char *fault = NULL;
    jw_buf_init(&key, SIZE_MAX / 2);
    jw_units_init(&again);
    for (size_t i = 0; i < u->n; i++) {
        char bytes[JW_UTF8_MAX_BYTES];
        jw_buf_add(&key, bytes, jw_utf8_encode(u->at[i].cp, bytes));
    }
    if (jw_normalize_as(jw_buf_str(&key), flags, &again) != JW_OK) {
        fault = "out of memory";
    } else if (again.n != u->n || !same_units(again.at, u->at, u->n, false)) {
        fault = "normalising twice changes something";
    }
    jw_buf_release(&key);
    jw_units_release(&again);
    return fault;
}

static const char *check_chunks(struct jw_str text, const struct jw_units *u)
{
    static struct jw_unit out[SMALL_ROOM];
    struct jw_normalizer nz;
    size_t n = 0;
    jw_normalizer_init(&nz, text);
    for (;;) {
        size_t got = jw_normalizer_fill(&nz, out, SMALL_ROOM);
        if (got == 0) {
            return n == u->n ? NULL : "chunks give fewer units";
        }
        if (got > SMALL_ROOM || n + got > u->n ||
            !same_units(out, u->at + n, got, true)) {
            return "chunks give other units";
        }
        n += got;
    }
}

/* Whether a slice may begin or end before unit i (as jw_units_find() has it). */
static bool cuts_nothing(const struct jw_units *u, size_t i)
{
    return i == 0 || i == u->n ||
           (u->at[i].start != u->at[i - 1].start &&
            !(jw_unit_in_word(&u->at[i]) && jw_unit_in_word(&u->at[i - 1])));
}

/* A random slice of units that cuts nothing and has no white space at its ends. */
bool jw_pick_slice(const struct jw_units *u, uint64_t *seed, size_t *from, size_t *to)
{
    if (u->n == 0) {
        return false;
    }
    *from = jw_test_random(seed) % u->n;
    *to = *from + 1 + jw_test_random(seed) % 12;
    *to = *to > u->n ? u->n : *to;
    while (*from > 0 && !cuts_nothing(u, *from)) {
        --*from;
    }
    while (!cuts_nothing(u, *to)) {
        ++*to;
    }
    while (*from < *to && u->at[*from].cls == JW_UNIT_SPACE) {
        ++*from;
    }
    while (*from < *to && u->at[*to - 1].cls == JW_UNIT_SPACE) {
        --*to;
    }
    return *from < *to && cuts_nothing(u, *from) && cuts_nothing(u, *to);
}

struct jw_str jw_slice_of(struct jw_str text, const struct jw_units *u, size_t from,
                          size_t to)
{
    return jw_str_slice(text, u->at[from].start, u->at[to - 1].end);
}

static const char *check_matches(struct jw_str text, const struct jw_units *u,
                                 uint64_t seed)
{
    struct jw_units needle;
    struct jw_units found;
    const char *fault = NULL;
    jw_units_init(&needle);
    jw_units_init(&found);
    for (int k = 0; k < SLICES && !fault; k++) {
        size_t from = 0;
        size_t to = 0;
        if (!jw_pick_slice(u, &seed, &from, &to)) {
            continue;
        }
        size_t n = to - from;
        if (jw_normalize(jw_slice_of(text, u, from, to), &needle) != JW_OK) {
            fault = "out of memory";
        } else if (needle.n != n || !same_units(needle.at, u->at + from, n, false)) {
            fault = "a slice that cuts nothing has another key form than in its text";
        }
        size_t at = fault ? u->n : jw_units_find(u->at, u->n, 0, needle.at, needle.n);
        if (!fault && at > from) {
            fault = "a slice is not found in its own text";
        }
        if (!fault && (jw_normalize(jw_slice_of(text, u, at, at + n), &found) != JW_OK ||
                       found.n != n || !same_units(found.at, needle.at, n, false))) {
            fault = "the original slice of a match, normalised, is not the needle";
        }
    }
    jw_units_release(&needle);
    jw_units_release(&found);
    return fault;
}

/* Folding the script afterwards is the same as folding at once. */
static const char *check_kept_script(struct jw_str text, const struct jw_units *u)
{
    struct jw_buf kept_key;
    struct jw_units units;
    const char *fault = NULL;
    jw_buf_init(&kept_key, SIZE_MAX / 2);
    jw_units_init(&units);
    if (jw_normalize_as(text, JW_NORMALIZE_KEEP_SCRIPT, &units) != JW_OK) {
        fault = "out of memory";
    }
    if (!fault) {
        fault = check_offsets(text, &units);
    }
    if (!fault) {
        fault = check_twice(&units, JW_NORMALIZE_KEEP_SCRIPT);
    }
    for (size_t i = 0; i < units.n; i++) {
        char bytes[JW_UTF8_MAX_BYTES];
        jw_buf_add(&kept_key, bytes, jw_utf8_encode(units.at[i].cp, bytes));
    }
    if (!fault && (jw_normalize(jw_buf_str(&kept_key), &units) != JW_OK ||
                   units.n != u->n || !same_units(units.at, u->at, u->n, false))) {
        fault = "the form that keeps the script folds to another key form";
    }
    jw_buf_release(&kept_key);
    jw_units_release(&units);
    return fault;
}

/* A unit of the text is never overlooked; a text without slow characters is left when
 * nothing of it is wanted. */
static const char *check_may_hold(struct jw_str text, const struct jw_units *u,
                                  uint64_t seed)
{
    uint8_t maybe[JW_MAYBE_SIZE] = {0};
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    bool plain = true;
    while (plain && p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        plain = cp >= 0x4E00 && cp <= 0x9FFF;
    }
    if (plain && jw_normalize_may_hold(text, 0, maybe)) {
        return "plain text seems to hold what nobody wants";
    }
    if (u->n > 0 && u->at[seed % u->n].cls != JW_UNIT_SPACE) {
        maybe[u->at[seed % u->n].cp & (JW_MAYBE_SIZE - 1)] = 1;
        if (!jw_normalize_may_hold(text, 0, maybe)) {
            return "a unit was overlooked";
        }
    }
    return NULL;
}

const char *jw_check_normalize(struct jw_str text, uint64_t seed)
{
    struct jw_units u;
    jw_units_init(&u);
    const char *fault = jw_normalize(text, &u) == JW_OK ? NULL : "out of memory";
    if (!fault) {
        fault = check_offsets(text, &u);
    }
    if (!fault) {
        fault = check_twice(&u, 0);
    }
    if (!fault) {
        fault = check_chunks(text, &u);
    }
    if (!fault) {
        fault = check_matches(text, &u, seed | 1);
    }
    if (!fault) {
        fault = check_kept_script(text, &u);
    }
    if (!fault) {
        fault = check_may_hold(text, &u, seed);
    }
    jw_units_release(&u);
    return fault;
}

/* ---- encodings ---- */

const char *jw_check_encoding(struct jw_str bytes, uint64_t seed)
{
    static const char *const names[] = {NULL,     "UTF-8",    "GB18030",    "Big5",
                                        "UTF-16", "UTF-16LE", "Big5-HKSCS", NULL};
    struct jw_encoding_options opt = {names[seed % 8], (seed / 8) % 2 != 0};
    struct jw_encoding_result res;
    struct jw_error err;
    struct jw_buf out;
    jw_buf_init(&out, ENCODING_BYTES);
    jw_buf_add_c(&out, "before");
    enum jw_status status = jw_encoding_to_utf8(bytes, &opt, &out, &res, &err);
    const char *fault = NULL;
    if (out.len < 6 || memcmp(out.data, "before", 6) != 0) {
        fault = "what stood in the buffer is gone";
    } else if (status != JW_OK && status != JW_EENCODING) {
        fault = "a status that bytes cannot cause";
    } else if (status != JW_OK && out.len != 6) {
        fault = "text of a refused file was kept";
    } else if (!jw_utf8_valid(jw_buf_str(&out), NULL)) {
        fault = "ill-formed UTF-8 came out";
    } else if (out.len > 6 + 3 * bytes.n) {
        fault = "more came out than any encoding holds";
    } else if (out.len > 0 && memchr(out.data, '\0', out.len)) {
        fault = "a NUL came out";
    } else if (status == JW_OK && !opt.repair && res.replaced != 0) {
        fault = "something was replaced without being asked for";
    }
    jw_buf_release(&out);
    return fault;
}
