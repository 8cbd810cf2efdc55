/*
 * How a code point folds is worked out once, from utf8proc's properties and
 * the table of single characters, and then read from a table of 65,536
 * entries.  Code points above U+FFFF are worked out each time.
 */
#include "fold.h"

#include <pthread.h>
#include <string.h>
#include <utf8proc.h>

#include "fold_table.h"

enum {
    BMP_SIZE = 0x10000,
    FOLD_ROUNDS = 4
};

static const utf8proc_option_t fold_options =
    UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;

static uint32_t bmp[BMP_SIZE];
static pthread_once_t bmp_once = PTHREAD_ONCE_INIT;

static bool between(uint32_t cp, uint32_t first, uint32_t last)
{
    return cp >= first && cp <= last;
}

/* The single-character fold; cp itself when there is none. */
static uint32_t fold_char(uint32_t cp)
{
    size_t lo = 0;
    size_t hi = jw_fold_table_n;
    if (cp < jw_fold_table[0].from) {
        return cp;
    }
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (jw_fold_table[mid].from < cp) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < jw_fold_table_n && jw_fold_table[lo].from == cp ? jw_fold_table[lo].to
                                                                : cp;
}

/* Scripts written without spaces between words, cut into bigrams. */
static bool is_cjk(uint32_t cp)
{
    if (between(cp, 0x4E00, 0x9FFF) || between(cp, 0x3400, 0x4DBF) ||
        between(cp, 0xAC00, 0xD7A3)) {
        return true;
    }
    if (cp < 0x1100) {
        return false;
    }
    static const struct {
        uint32_t first;
        uint32_t last;
    } ranges[] = {
        {0x1100, 0x11FF},   /* hangul jamo */
        {0x2E80, 0x2FD5},   /* radicals that have no unified form */
        {0x3005, 0x3007},   /* iteration mark, closing mark, zero */
        {0x3021, 0x3029},   /* Suzhou numerals */
        {0x3031, 0x3035},   /* vertical kana repeat marks */
        {0x3038, 0x303C},   /* Suzhou tens, iteration mark, masu mark */
        {0x3041, 0x3096},   /* hiragana */
        {0x3099, 0x309A},   /* voiced sound marks that found no kana */
        {0x309D, 0x309F},   /* hiragana iteration marks */
        {0x30A1, 0x30FA},   /* katakana */
        {0x30FC, 0x30FF},   /* long vowel, katakana iteration marks */
        {0x3105, 0x312F},   /* bopomofo */
        {0x3131, 0x318E},   /* hangul compatibility jamo */
        {0x31A0, 0x31BF},   /* bopomofo extended */
        {0x31C0, 0x31E3},   /* strokes */
        {0x31F0, 0x31FF},   /* small katakana */
        {0xA000, 0xA4CF},   /* Yi */
        {0xA960, 0xA97F},   /* jamo extended A */
        {0xD7B0, 0xD7FF},   /* jamo extended B */
        {0xF900, 0xFAFF},   /* compatibility ideographs */
        {0x16FE0, 0x16FE3}, /* Tangut, Nushu and old Chinese iteration marks */
        {0x17000, 0x18CFF}, /* Tangut, Khitan */
        {0x1AFF0, 0x1B16F}, /* kana extended and supplement */
        {0x1B170, 0x1B2FF}, /* Nushu */
        {0x20000, 0x3FFFD}, /* ideographs, extensions B and later */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (between(cp, ranges[i].first, ranges[i].last)) {
            return true;
        }
    }
    return false;
}

/* White_Space of PropList.txt and the controls that extraction leaves behind. */
static bool is_space(uint32_t cp)
{
    return between(cp, 0x09, 0x0D) || between(cp, 0x1C, 0x20) || cp == 0x85 ||
           cp == 0xA0 || cp == 0x1680 || between(cp, 0x2000, 0x200A) || cp == 0x2028 ||
           cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

static bool is_selector(uint32_t cp)
{
    return between(cp, 0xFE00, 0xFE0F) || between(cp, 0xE0100, 0xE01EF) ||
           between(cp, 0x180B, 0x180D) || cp == 0x180F;
}

/* Default_Ignorable_Code_Point of DerivedCoreProperties.txt, without the
 * hangul fillers (letters to NFKC) and the selectors. */
static bool is_ignored(uint32_t cp)
{
    return cp == 0xAD || cp == 0x34F || cp == 0x61C || cp == 0x180E ||
           between(cp, 0x200C, 0x200F) || between(cp, 0x202A, 0x202E) ||
           between(cp, 0x2060, 0x206F) || cp == 0xFEFF || between(cp, 0x1BCA0, 0x1BCA3) ||
           between(cp, 0x1D173, 0x1D17A) || between(cp, 0xE0000, 0xE00FF) ||
           between(cp, 0xE01F0, 0xE0FFF);
}

/* CJK punctuation and full-width forms: white space beside them means nothing. */
static bool is_wide_punctuation(uint32_t cp)
{
    return between(cp, 0x3001, 0x303F) || cp == 0x30FB || cp == 0x30A0 ||
           between(cp, 0xFE10, 0xFE1F) || between(cp, 0xFE30, 0xFE6F) ||
           between(cp, 0xFF01, 0xFF65) || between(cp, 0xFFE0, 0xFFE6);
}

/* Starters that compose with what precedes them: NFC_Quick_Check=Maybe with
 * Canonical_Combining_Class=0 in DerivedNormalizationProps.txt (Unicode 15). */
static bool is_second_starter(uint32_t cp)
{
    static const uint32_t list[] = {
        0x09BE,  0x09D7,  0x0B3E,  0x0B56,  0x0B57,  0x0BBE,  0x0BD7,  0x0CC2,
        0x0CD5,  0x0CD6,  0x0D3E,  0x0D57,  0x0DCF,  0x0DDF,  0x102E,  0x1B35,
        0x11127, 0x1133E, 0x11357, 0x114B0, 0x114BA, 0x114BD, 0x115AF, 0x11930,
    };
    if (between(cp, 0x1161, 0x1175) || between(cp, 0x11A8, 0x11C2)) {
        return true;
    }
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        if (list[i] == cp) {
            return true;
        }
    }
    return false;
}

/*
 * The kana sound marks that take a place of their own (U+309B, U+309C) are
 * read as the combining ones, as their half-width twins are by NFKC.  NFKC
 * itself gives a space and the combining mark, which makes no sense in a run.
 */
static uint32_t spaced_sound_mark(uint32_t cp)
{
    return cp == 0x309B ? 0x3099 : cp == 0x309C ? 0x309A : cp;
}

enum jw_unit_class jw_unit_class_of(uint32_t cp)
{
    if (cp == ' ') {
        return JW_UNIT_SPACE;
    }
    if (is_cjk(cp)) {
        return JW_UNIT_CJK;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);
    if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME) {
        return JW_UNIT_LETTER; /* the letters and marks stand together in the enum */
    }
    if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) {
        return JW_UNIT_DIGIT;
    }
    return JW_UNIT_OTHER;
}

static uint32_t plain_entry(uint32_t original, uint32_t folded)
{
    enum jw_unit_class cls = jw_unit_class_of(folded);
    uint32_t entry = folded | (uint32_t)cls << JW_FOLD_CLASS_SHIFT;
    if (cls == JW_UNIT_CJK || (cls == JW_UNIT_OTHER && (is_wide_punctuation(original) ||
                                                        is_wide_punctuation(folded)))) {
        entry |= JW_FOLD_DROPS_SPACE;
    }
    return entry;
}

/* One round of NFKC with case folding.  @return code points written. */
static size_t nfkc_casefold(const uint32_t *in, size_t n, uint32_t *out)
{
    unsigned char bytes[JW_FOLD_RESULT_MAX * 4];
    utf8proc_int32_t wide[JW_FOLD_RESULT_MAX * 2];
    utf8proc_ssize_t n_bytes = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t cp = spaced_sound_mark(in[i]);
        n_bytes += utf8proc_encode_char((utf8proc_int32_t)cp, bytes + n_bytes);
    }
    utf8proc_ssize_t m =
        utf8proc_decompose(bytes, n_bytes, wide, JW_FOLD_RESULT_MAX * 2, fold_options);
    if (m >= 0 && m <= JW_FOLD_RESULT_MAX * 2) {
        m = utf8proc_normalize_utf32(wide, m, fold_options);
    }
    if (m < 0 || m > JW_FOLD_RESULT_MAX) {
        memcpy(out, in, n * sizeof *in);
        return n;
    }
    size_t k = 0;
    for (utf8proc_ssize_t i = 0; i < m; i++) {
        uint32_t cp = (uint32_t)wide[i];
        if (!is_ignored(cp) && !is_selector(cp)) {
            out[k++] = fold_char(cp);
        }
    }
    return k;
}

size_t jw_fold_segment(const uint32_t *in, size_t n, uint32_t *out)
{
    uint32_t again[JW_FOLD_RESULT_MAX];
    size_t k = nfkc_casefold(in, n, out);
    for (int round = 1; round < FOLD_ROUNDS; round++) {
        memcpy(again, out, k * sizeof *again);
        size_t m = nfkc_casefold(again, k, out);
        if (m == k && memcmp(again, out, k * sizeof *again) == 0) {
            break;
        }
        k = m;
    }
    return k;
}

uint32_t jw_fold_entry(uint32_t cp)
{
    if (cp > 0x10FFFF || between(cp, 0xD800, 0xDFFF) || cp == 0xFFFD || cp == 0x200B) {
        uint32_t kept = cp == 0x200B ? cp : 0xFFFD;
        return kept | (uint32_t)JW_UNIT_OTHER << JW_FOLD_CLASS_SHIFT;
    }
    if (is_space(cp)) {
        return ' ' | JW_FOLD_SLOW | JW_FOLD_SPACE;
    }
    if (is_selector(cp)) {
        return JW_FOLD_SLOW | JW_FOLD_IGNORED | JW_FOLD_SELECTOR;
    }
    if (is_ignored(cp)) {
        return JW_FOLD_SLOW | JW_FOLD_IGNORED;
    }
    if (between(cp, 0xAC00, 0xD7A3)) {
        return plain_entry(cp, cp);
    }
    if (spaced_sound_mark(cp) != cp) {
        return cp | JW_FOLD_SLOW | JW_FOLD_JOINS;
    }
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)cp);
    if (property->combining_class != 0 || is_second_starter(cp)) {
        return cp | JW_FOLD_SLOW | JW_FOLD_JOINS;
    }
    if (property->decomp_seqindex == UINT16_MAX &&
        property->casefold_seqindex == UINT16_MAX) {
        return plain_entry(cp, fold_char(cp));
    }
    uint32_t out[JW_FOLD_RESULT_MAX];
    size_t n = jw_fold_segment(&cp, 1, out);
    if (n == 1) {
        const utf8proc_property_t *first =
            utf8proc_get_property((utf8proc_int32_t)out[0]);
        if (first->combining_class != 0 || is_second_starter(out[0])) {
            return cp | JW_FOLD_SLOW | JW_FOLD_JOINS;
        }
        if (out[0] != ' ') {
            return plain_entry(cp, out[0]);
        }
    }
    return cp | JW_FOLD_SLOW;
}

static void make_bmp(void)
{
    for (uint32_t cp = 0; cp < BMP_SIZE; cp++) {
        bmp[cp] = jw_fold_entry(cp);
    }
}

const uint32_t *jw_fold_bmp(void)
{
    (void)pthread_once(&bmp_once, make_bmp);
    return bmp;
}
