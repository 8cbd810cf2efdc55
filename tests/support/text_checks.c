#include "text_checks.h"

#include <stdio.h>
#include <stdlib.h>

#include "jianwen/encoding.h"
#include "jianwen/normalize.h"
#include "jianwen/tokenizer.h"
#include "jianwen/utf8.h"

enum {
    SLICES = 8,
    TOKENS_MAX = 4096,
    SMALL_ROOM = JW_NORMALIZER_MIN_ROOM,
    ENCODING_BYTES = 1024 * 1024
};

uint64_t jw_test_random(uint64_t *seed)
{
    uint64_t x = *seed;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *seed = x;
    return x >> 11;
}

static uint32_t random_code_point(uint64_t *seed)
{
    static const uint32_t chosen[] = {
        /* han, folded and not, all planes */
        0x4E2D,
        0x570B,
        0x56FD,
        0x4E7E,
        0x5E72,
        0x5F8C,
        0x540E,
        0x88CF,
        0x8457,
        0x7740,
        0x2F08,
        0x2ECB,
        0x2EB8,
        0xF900,
        0x2F800,
        0x20000,
        0x2A6D6,
        0x30000,
        0x31350,
        0x5E74,
        0x4E8C,
        0x3007,
        0x25CB,
        0x96F6,
        0x4E00,
        0x516B,
        0x3005,
        0x303B,
        /* kana, hangul, bopomofo, Yi */
        0x304B,
        0x3042,
        0x30AB,
        0x30FC,
        0x3099,
        0x309A,
        0x309B,
        0x309C,
        0xFF76,
        0xFF9E,
        0xFF9F,
        0xFF66,
        0x1100,
        0x1161,
        0x11A8,
        0xAC00,
        0xD55C,
        0x3131,
        0x314F,
        0x3164,
        0xFFA0,
        0xFFC2,
        0xFFA1,
        0x3105,
        0xA000,
        /* letters, marks, cases */
        'a',
        'z',
        'A',
        'K',
        0xC9,
        0xDF,
        0x130,
        0x131,
        0x149,
        0x1C4,
        0x345,
        0x390,
        0x3C2,
        0x430,
        0x5D0,
        0x627,
        0xFB01,
        0xFDFA,
        0xFF21,
        0xFF41,
        0x1D400,
        0x10400,
        0x1E921,
        0x300,
        0x301,
        0x308,
        0x323,
        0x338,
        0x5B0,
        0x64B,
        0x9BE,
        0x9C7,
        0x9D7,
        0xF71,
        0xF73,
        0xFA1,
        0x1D165,
        0x1D15E,
        0x212B,
        0x1F80,
        0x1FBE,
        /* digits and numbers */
        '0',
        '1',
        '5',
        '9',
        0xB2,
        0xBD,
        0x2160,
        0x2460,
        0xFF11,
        0x661,
        0x3021,
        0x33A1,
        /* joiners and punctuation */
        '.',
        ',',
        ':',
        '-',
        '/',
        '_',
        '\'',
        '&',
        '+',
        '@',
        '%',
        '(',
        '=',
        '!',
        0xFF0C,
        0xFF0E,
        0x3002,
        0x3001,
        0x300A,
        0x201C,
        0x2014,
        0x2026,
        0x30FB,
        0xB7,
        0xA8,
        0xB4,
        0x2017,
        0xFE50,
        0xFF01,
        0x1F600,
        0x20AC,
        0x20E3,
        /* white space and what is dropped */
        ' ',
        ' ',
        '\n',
        '\t',
        0xA0,
        0x2003,
        0x3000,
        0x2028,
        0xAD,
        0x200C,
        0x200D,
        0xFEFF,
        0x200B,
        0x202E,
        0x34F,
        0xFE0F,
        0xE0100,
        0x180B,
        0x115F,
        0x1160,
        0xE0041,
        /* what is nothing */
        0xFFFD,
        0xFFFF,
        0xE000,
        0x378,
        0x10FFFF,
        0x01,
        0x7F,
    };
    uint64_t r = jw_test_random(seed);
    switch (r % 16) {
    case 0:
        return (uint32_t)(r >> 8) % 0x110000;
    case 1:
    case 2:
        return 0x4E00 + (uint32_t)(r >> 8) % 0x5200;
    case 3:
        return '0' + (uint32_t)(r >> 8) % 75;
    default:
        return chosen[(r >> 8) % (sizeof chosen / sizeof chosen[0])];
    }
}

size_t jw_test_random_text(uint64_t *seed, char *out, size_t room)
{
    static const char *const snippets[] = {
        "二〇二一年",
        "1,234,567",
        "covid-19",
        "3.5%",
        "10:30",
        "GB/T 7714",
        "5G",
        "a\xCC\x81\xCC\xA3",
        "\xE3\x81\x8B \xE3\x82\x99",
        "\xC0\xAF",
        "\xE4\xB8",
        "\xED\xA0\x80",
        "\xF8",
    };
    size_t n = 0;
    size_t want = jw_test_random(seed) % (room + 1);
    if (jw_test_random(seed) % 4 != 0) {
        want %= 64; /* most texts short, so that their rules meet */
    }
    while (n + JW_UTF8_MAX_BYTES <= want) {
        uint64_t r = jw_test_random(seed);
        const char *snippet = snippets[r / 32 % (sizeof snippets / sizeof snippets[0])];
        if (r % 32 == 0 && n + strlen(snippet) <= want) {
            memcpy(out + n, snippet, strlen(snippet));
            n += strlen(snippet);
        } else if (r % 32 == 1 && n > 0) {
            /* the same again: runs of marks and of spaces */
            uint32_t cp = random_code_point(seed);
            for (uint64_t k = r / 32 % 80; k > 0 && n + JW_UTF8_MAX_BYTES <= want; k--) {
                n += jw_utf8_encode(cp, out + n);
            }
        } else {
            n += jw_utf8_encode(random_code_point(seed), out + n);
        }
    }
    return n;
}

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
        const unsigned char *slow = p;
        size_t offset = (size_t)(at - (const unsigned char *)text.p);
        uint32_t cp = jw_utf8_next(&p, end);
        if (jw_utf8_next_slow(&slow, end) != cp || slow != p || p <= at || p > end) {
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
static bool pick_slice(const struct jw_units *u, uint64_t *seed, size_t *from, size_t *to)
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

static struct jw_str slice_of(struct jw_str text, const struct jw_units *u, size_t from,
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
        if (!pick_slice(u, &seed, &from, &to)) {
            continue;
        }
        size_t n = to - from;
        if (jw_normalize(slice_of(text, u, from, to), &needle) != JW_OK) {
            fault = "out of memory";
        } else if (needle.n != n || !same_units(needle.at, u->at + from, n, false)) {
            fault = "a slice that cuts nothing has another key form than in its text";
        }
        size_t at = fault ? u->n : jw_units_find(u->at, u->n, 0, needle.at, needle.n);
        if (!fault && at > from) {
            fault = "a slice is not found in its own text";
        }
        if (!fault && (jw_normalize(slice_of(text, u, at, at + n), &found) != JW_OK ||
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
    jw_units_release(&u);
    return fault;
}

/* ---- tokens ---- */

struct seen {
    enum jw_token_kind kind;
    uint32_t start;
    uint32_t end;
    size_t n;
    char term[JW_TERM_MAX_BYTES];
};

struct token_list {
    struct seen *at;
    size_t n;
    size_t cap;
    struct jw_str text;
    const char *fault;
};

static enum jw_status collect(const struct jw_token *token, void *arg)
{
    struct token_list *list = arg;
    void *at = list->at;
    if (list->n == TOKENS_MAX) {
        return JW_ECANCELED;
    }
    if (jw_array_grow(&at, &list->cap, list->n + 1, sizeof *list->at) != JW_OK) {
        return JW_ENOMEM;
    }
    list->at = at;
    struct seen *seen = &list->at[list->n++];
    seen->kind = token->kind;
    seen->start = token->start;
    seen->end = token->end;
    bool is_cps = token->kind == JW_TOKEN_BIGRAM || token->kind == JW_TOKEN_CHAR;
    if (is_cps != (token->cp[0] != 0) || is_cps != (token->word.n == 0) ||
        (token->kind == JW_TOKEN_BIGRAM) != (token->cp[1] != 0)) {
        list->fault = "a token's kind does not fit what it holds";
        seen->n = 0;
        return JW_EINTERNAL;
    }
    if (!is_cps && token->word.n > JW_TERM_MAX_BYTES) {
        list->fault = "a term is longer than the backend takes";
        seen->n = 0;
        return JW_EINTERNAL;
    }
    seen->n = jw_token_term(token, seen->term);
    struct jw_str term = jw_str_of(seen->term, seen->n);
    if (term.n == 0 || term.n > JW_TERM_MAX_BYTES || !jw_utf8_valid(term, NULL)) {
        list->fault = "a term is empty, too long or not UTF-8";
    } else if (memmem(term.p, term.n, "\xEF\xBF\xBD", 3)) {
        list->fault = "U+FFFD is in a term";
    } else if (seen->start >= seen->end || seen->end > list->text.n) {
        list->fault = "a token is empty or ends behind the text";
    }
    return list->fault ? JW_EINTERNAL : JW_OK;
}

static int compare_terms(const void *a, const void *b)
{
    const struct seen *x = a;
    const struct seen *y = b;
    return jw_str_cmp(jw_str_of(x->term, x->n), jw_str_of(y->term, y->n));
}

/* The first of the sorted terms that is not before `term`. */
static const struct seen *not_before(const struct token_list *sorted, struct jw_str term)
{
    size_t lo = 0;
    size_t hi = sorted->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const struct seen *s = &sorted->at[mid];
        if (jw_str_cmp(jw_str_of(s->term, s->n), term) < 0) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < sorted->n ? &sorted->at[lo] : NULL;
}

static const char *check_query(struct jw_str slice, const struct token_list *document)
{
    struct token_list query = {.text = slice};
    enum jw_status status = jw_tokenize(slice, JW_TOKENS_QUERY, collect, &query);
    const char *fault = query.fault;
    for (size_t i = 0; i < query.n && status == JW_OK && !fault; i++) {
        const struct seen *q = &query.at[i];
        struct jw_str term = jw_str_of(q->term, q->n);
        const struct seen *d = not_before(document, term);
        struct jw_str held = d ? jw_str_of(d->term, d->n) : jw_str_c("");
        if (q->kind == JW_TOKEN_CHAR && !jw_str_starts(held, term)) {
            fault = "no term of the document begins with a query's character";
        } else if (q->kind != JW_TOKEN_CHAR && q->kind != JW_TOKEN_ALIAS &&
                   !jw_str_eq(held, term)) {
            fault = "a query of a slice asks for a term that the document lacks";
        }
    }
    free(query.at);
    return fault;
}

/* The tokens of normalised text are those of the text. */
static const char *check_units(struct jw_str text, const struct jw_units *units,
                               const struct token_list *document)
{
    struct token_list list = {.text = text};
    enum jw_status status =
        jw_tokenize_units(units->at, units->n, text, JW_TOKENS_DOCUMENT, collect, &list);
    const char *fault = list.fault;
    if (!fault && (status != JW_OK || list.n != document->n)) {
        fault = "units give another number of tokens than their text";
    }
    for (size_t i = 0; i < list.n && !fault; i++) {
        const struct seen *a = &list.at[i];
        const struct seen *b = &document->at[i];
        if (a->kind != b->kind || a->start != b->start || a->end != b->end ||
            compare_terms(a, b) != 0) {
            fault = "units give other tokens than their text";
        }
    }
    free(list.at);
    return fault;
}

const char *jw_check_tokenize(struct jw_str text, uint64_t seed)
{
    struct token_list document = {.text = text};
    struct jw_units units;
    jw_units_init(&units);
    enum jw_status status = jw_tokenize(text, JW_TOKENS_DOCUMENT, collect, &document);
    const char *fault = document.fault;
    if (status == JW_OK && !fault && jw_normalize(text, &units) == JW_OK) {
        fault = check_units(text, &units, &document);
        if (document.n > 0) {
            qsort(document.at, document.n, sizeof *document.at, compare_terms);
        }
        seed |= 1;
        for (int k = 0; k < SLICES && !fault; k++) {
            size_t from = 0;
            size_t to = 0;
            if (pick_slice(&units, &seed, &from, &to)) {
                fault = check_query(slice_of(text, &units, from, to), &document);
            }
        }
    }
    free(document.at);
    jw_units_release(&units);
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
