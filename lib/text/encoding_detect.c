/*
 * Each encoding reads the same bytes, so the readings can be compared by how
 * many bits it would take to write down what came out, usual characters
 * being cheap and unusual ones dear: the least sum is the most likely text.
 *
 * Which ideographs are usual is what the two standards themselves say: level
 * 1 of GB 2312 (3,755 by use) and of Big5 (5,401 by use), read through iconv.
 */
#include "encoding_detect.h"

#include <iconv.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <strings.h>
#include <uchardet/uchardet.h>
#include <utf8proc.h>

#include "jianwen/utf8.h"

enum {
    BMP_SIZE = 0x10000,
    /* A reading is weighed on this many bytes; 60 characters are enough. */
    SAMPLE_BYTES = 256 * 1024,
    /* Readings this near, one character or two, are left to uchardet. */
    HINT_BITS = 16,
    /* Of random bytes read as UTF-16 every seventh character is odd and every
     * fourth usual; of text none is odd and nearly every one usual. */
    ODD_SHARE = 20,
    USUAL_SHARE = 2,
    /* So many odd ones are damage, however short the text. */
    ODD_FREE = 2
};

/* Bits a character costs; log2 of about one in how many is that character. */
enum {
    COST_ASCII = 6,
    COST_PUNCTUATION = 8,
    COST_USUAL = 12,
    COST_WIDE_ASCII = 13,
    COST_LESS_USUAL = 17,
    COST_KANA = 18,
    COST_OTHER = 22,
    COST_PRIVATE = 32,
    COST_CONTROL = 40,
    COST_BAD = 40
};

const struct jw_encoding jw_encodings[] = {
    {"UTF-8", "UTF-8", JW_ENCODING_UTF8},
    {"GB18030", "GB18030", JW_ENCODING_DOUBLE_BYTE},
    {"Big5", "CP950", JW_ENCODING_DOUBLE_BYTE},
    {"Big5-HKSCS", "BIG5-HKSCS", JW_ENCODING_DOUBLE_BYTE},
    {"UTF-16LE", "UTF-16LE", JW_ENCODING_UTF16},
    {"UTF-16BE", "UTF-16BE", JW_ENCODING_UTF16},
};
const size_t jw_encodings_n = sizeof jw_encodings / sizeof jw_encodings[0];

static const struct {
    const char *alias;
    const char *name;
} aliases[] = {
    {"utf8", "UTF-8"},           {"gbk", "GB18030"},      {"gb2312", "GB18030"},
    {"gb-2312", "GB18030"},      {"gb-18030", "GB18030"}, {"cp936", "GB18030"},
    {"euc-cn", "GB18030"},       {"big-5", "Big5"},       {"cp950", "Big5"},
    {"big5hkscs", "Big5-HKSCS"}, {"utf16le", "UTF-16LE"}, {"utf16be", "UTF-16BE"},
};

const struct jw_encoding *jw_encoding_named(const char *name)
{
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (strcasecmp(name, aliases[i].alias) == 0) {
            name = aliases[i].name;
            break;
        }
    }
    for (size_t i = 0; i < jw_encodings_n; i++) {
        if (strcasecmp(name, jw_encodings[i].name) == 0) {
            return &jw_encodings[i];
        }
    }
    return NULL;
}

/* ---- what a character costs ---- */

static uint8_t costs[BMP_SIZE];
/* Left open: iconv loads the code of an encoding from a file, and would load it
 * anew for every text. */
static iconv_t converters[sizeof jw_encodings / sizeof jw_encodings[0]];
static enum jw_status costs_status;
static pthread_once_t costs_once = PTHREAD_ONCE_INIT;

static uint8_t cost_by_category(uint32_t cp)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);
    if (category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CO) {
        return COST_PRIVATE;
    }
    if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CS) {
        return COST_CONTROL;
    }
    return COST_OTHER;
}

static void set_range(uint32_t first, uint32_t last, uint8_t cost)
{
    for (uint32_t cp = first; cp <= last; cp++) {
        costs[cp] = cost;
    }
}

struct grade {
    uint8_t cost;
};

static bool grade_text(void *arg, struct jw_str text)
{
    const struct grade *grade = arg;
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    while (p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        if (cp < BMP_SIZE && costs[cp] > grade->cost) {
            costs[cp] = grade->cost;
        }
    }
    return true;
}

static bool skip_bad(void *arg, size_t offset, size_t n)
{
    (void)arg;
    (void)offset;
    (void)n;
    return true;
}

/* All pairs of the rows first..last of a two-byte standard cost no more than `cost`. */
static void grade_rows(const struct jw_encoding *encoding, unsigned first, unsigned last,
                       uint8_t cost)
{
    struct grade grade = {cost};
    const struct jw_encoding_sink sink = {grade_text, skip_bad, &grade};
    for (unsigned lead = first; lead <= last && costs_status == JW_OK; lead++) {
        char pairs[2 * 256];
        size_t n = 0;
        bool big5 = encoding->name[0] == 'B';
        for (unsigned trail = big5 ? 0x40 : 0xA1; trail < 0xFF; trail++) {
            if (trail == 0x7F) {
                trail = 0xA1;
            }
            pairs[n++] = (char)lead;
            pairs[n++] = (char)trail;
        }
        costs_status = jw_encoding_read(encoding, jw_str_of(pairs, n), false, &sink);
    }
}

static void make_costs(void)
{
    static const uint16_t punctuation[] = {
        0x00B7, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x2027, 0x3000, 0x3001,
        0x3002, 0x3008, 0x3009, 0x300A, 0x300B, 0x300C, 0x300D, 0x300E, 0x300F, 0x3010,
        0x3011, 0xFE50, 0xFF01, 0xFF08, 0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF5E,
    };
    for (size_t i = 0; i < jw_encodings_n; i++) {
        converters[i] = iconv_open("UTF-8", jw_encodings[i].iconv_name);
    }
    for (uint32_t cp = 0; cp < BMP_SIZE; cp++) {
        costs[cp] = cost_by_category(cp);
    }
    set_range(0x20, 0x7E, COST_ASCII);
    costs['\t'] = costs['\n'] = costs['\f'] = costs['\r'] = COST_ASCII;
    set_range(0x3041, 0x30FE, COST_KANA);
    set_range(0xFF01, 0xFF5E, COST_WIDE_ASCII);
    for (size_t i = 0; i < sizeof punctuation / sizeof punctuation[0]; i++) {
        costs[punctuation[i]] = COST_PUNCTUATION;
    }
    const struct jw_encoding *gb = jw_encoding_named("GB18030");
    const struct jw_encoding *big5 = jw_encoding_named("Big5");
    grade_rows(gb, 0xB0, 0xD7, COST_USUAL);
    grade_rows(big5, 0xA4, 0xC6, COST_USUAL);
    grade_rows(gb, 0xD8, 0xF7, COST_LESS_USUAL);
    grade_rows(big5, 0xC9, 0xF9, COST_LESS_USUAL);
    /* Row C6 of Big5 ends in characters for private use. */
    set_range(0xE000, 0xF8FF, COST_PRIVATE);
}

/* What reading the sample in one encoding gave. */
struct weight {
    uint64_t bits;
    size_t chars;
    size_t usual; /* of them: what Chinese text is made of */
    size_t odd;   /* of them: controls, unassigned, private, unreadable */
};

static bool weigh_text(void *arg, struct jw_str text)
{
    struct weight *w = arg;
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    while (p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        unsigned cost = cp < BMP_SIZE ? costs[cp] : COST_OTHER;
        w->bits += cost;
        w->chars++;
        w->usual += cost < COST_OTHER;
        w->odd += cost >= COST_PRIVATE;
    }
    return true;
}

static bool weigh_bad(void *arg, size_t offset, size_t n)
{
    (void)offset;
    struct weight *w = arg;
    w->bits += n * COST_BAD;
    w->chars++;
    w->odd++;
    return true;
}

/* ---- the choice ---- */

/* The part of bytes that is weighed: from the line that holds the first
 * byte that is not UTF-8, for a text may begin with pages of ASCII. */
static struct jw_str sample_of(struct jw_str bytes)
{
    size_t from = 0;
    if (bytes.n <= SAMPLE_BYTES || jw_utf8_valid(bytes, &from)) {
        return jw_str_slice(bytes, 0, SAMPLE_BYTES);
    }
    /* A NUL before it, and it may be UTF-16, where lines do not end in one byte. */
    if (memchr(bytes.p, '\0', from)) {
        from = 0;
    }
    while (from > 0 && bytes.p[from - 1] != '\n') {
        from--;
    }
    return jw_str_slice(bytes, from, from + SAMPLE_BYTES);
}

void jw_encoding_guess(struct jw_str bytes, char *name, size_t room)
{
    struct jw_str sample = sample_of(bytes);
    uchardet_t detector = uchardet_new();
    name[0] = '\0';
    if (detector && uchardet_handle_data(detector, sample.p, sample.n) == 0) {
        uchardet_data_end(detector);
        (void)snprintf(name, room, "%s", uchardet_get_charset(detector));
    }
    if (detector) {
        uchardet_delete(detector);
    }
}

/* Whether the reading is a text at all.  What reads best as UTF-8 may be in any
 * language; the other encodings are found in Chinese text only. */
static bool is_text_weight(const struct weight *w, const struct jw_encoding *encoding)
{
    return w->odd <= ODD_FREE + w->chars / ODD_SHARE &&
           (encoding->family == JW_ENCODING_UTF8 || w->usual >= w->chars / USUAL_SHARE);
}

/* Of readings that weigh about the same, uchardet's; else the best one. */
static size_t by_hint(struct jw_str bytes, const struct weight *weights, size_t best)
{
    size_t n_near = 0;
    for (size_t i = 0; i < jw_encodings_n; i++) {
        n_near += weights[i].bits - weights[best].bits <= HINT_BITS;
    }
    if (n_near < 2) {
        return best;
    }
    char guess[64];
    jw_encoding_guess(bytes, guess, sizeof guess);
    const struct jw_encoding *hint = jw_encoding_named(guess);
    size_t hinted = hint ? (size_t)(hint - jw_encodings) : best;
    return weights[hinted].bits - weights[best].bits <= HINT_BITS ? hinted : best;
}

enum jw_status jw_encoding_detect(struct jw_str bytes, bool only_utf16,
                                  const struct jw_encoding **found, bool *is_text)
{
    *found = &jw_encodings[0];
    *is_text = false;
    (void)pthread_once(&costs_once, make_costs);
    if (costs_status != JW_OK) {
        return costs_status == JW_EINVAL ? JW_EINTERNAL : costs_status;
    }
    struct jw_str sample = sample_of(bytes);
    struct weight weights[sizeof jw_encodings / sizeof jw_encodings[0]];
    size_t best = 0;
    for (size_t i = 0; i < jw_encodings_n; i++) {
        const struct jw_encoding *encoding = &jw_encodings[i];
        weights[i] = (struct weight){0, 0, 0, 0};
        if (only_utf16 && encoding->family != JW_ENCODING_UTF16) {
            weights[i].bits = UINT64_MAX;
            continue;
        }
        const struct jw_encoding_sink sink = {weigh_text, weigh_bad, &weights[i]};
        enum jw_status status =
            jw_encoding_read(encoding, sample, sample.n < bytes.n, &sink);
        if (status != JW_OK) {
            return status == JW_EINVAL ? JW_EINTERNAL : status;
        }
        if (weights[i].bits < weights[best].bits) {
            best = i;
        }
    }
    best = by_hint(bytes, weights, best);
    *found = &jw_encodings[best];
    *is_text = is_text_weight(&weights[best], *found);
    return JW_OK;
}
