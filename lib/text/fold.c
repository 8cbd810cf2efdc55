/*
 * How a code point folds is worked out once, from utf8proc's properties and
 * the tables of single characters, and then read from a table of 65,536
 * entries.  Code points above U+FFFF are worked out each time.
 */
#include "fold.h"

#include <pthread.h>
#include <string.h>
#include <utf8proc.h>

#include "fold_table.h"
#include "unicode_class.h"

enum {
    BMP_SIZE = 0x10000,
    FOLD_ROUNDS = 4
};

static uint32_t bmp_folded[BMP_SIZE];
static uint32_t bmp_kept[BMP_SIZE];
/* jw_fold_next_same() */
static uint16_t same_next[BMP_SIZE];
static pthread_once_t folded_once = PTHREAD_ONCE_INIT;
static pthread_once_t kept_once = PTHREAD_ONCE_INIT;

/* ---- single characters ---- */

static uint32_t look_up(const struct jw_fold_pair *rows, size_t n, uint32_t cp)
{
    size_t lo = 0;
    size_t hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (rows[mid].from < cp) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < n && rows[lo].from == cp ? rows[lo].to : cp;
}

uint32_t jw_fold_char(uint32_t cp, bool keep_script)
{
    if (cp < jw_fold_radicals[0].from) {
        return cp;
    }
    if (cp <= jw_fold_radicals[jw_fold_radicals_n - 1].from) {
        cp = look_up(jw_fold_radicals, jw_fold_radicals_n, cp);
    }
    return keep_script ? cp : look_up(jw_fold_scripts, jw_fold_scripts_n, cp);
}

uint32_t jw_normalize_script(uint32_t cp)
{
    return jw_fold_char(cp, false);
}

enum jw_unit_class jw_unit_class_of(uint32_t cp)
{
    if (cp == ' ') {
        return JW_UNIT_SPACE;
    }
    if (jw_is_cjk(cp)) {
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

uint32_t jw_fold_folded_entry(uint32_t cp)
{
    return cp | (uint32_t)jw_unit_class_of(cp) << JW_FOLD_CLASS_SHIFT;
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

static unsigned combining_class(uint32_t cp)
{
    return utf8proc_get_property((utf8proc_int32_t)cp)->combining_class;
}

/* Whether a folded code point may compose with, or move before, another. */
static bool is_joining(uint32_t cp)
{
    return combining_class(cp) != 0 || jw_is_second_starter(cp);
}

/* ---- segments ---- */

/* The code points of cp decomposed, at out.  @return how many. */
static size_t decompose(uint32_t cp, unsigned options, uint32_t *out, size_t room)
{
    utf8proc_int32_t wide[JW_FOLD_RESULT_MAX];
    int bound = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        (utf8proc_int32_t)cp, wide, JW_FOLD_RESULT_MAX,
        (utf8proc_option_t)(options | UTF8PROC_DECOMPOSE), &bound);
    if (n < 1 || (size_t)n > room) {
        wide[0] = (utf8proc_int32_t)cp;
        n = room > 0;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        out[i] = (uint32_t)wide[i];
    }
    return (size_t)n;
}

/*
 * Compatibility and case, except for characters whose compatibility form is a
 * mark on a space (acute accent, overline): they would fall apart.
 */
static size_t decompose_fully(uint32_t cp, uint32_t *out, size_t room)
{
    size_t n = decompose(cp, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, out, room);
    if (n > 1 && out[0] == ' ') {
        n = decompose(cp, UTF8PROC_CASEFOLD, out, room);
    }
    return n;
}

/* The canonical order: marks after one starter by class, stable. */
static void reorder(uint32_t *cps, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t cp = cps[i];
        unsigned cls = combining_class(cp);
        size_t k = i;
        while (cls != 0 && k > 0 && combining_class(cps[k - 1]) > cls) {
            cps[k] = cps[k - 1];
            k--;
        }
        cps[k] = cp;
    }
}

static bool is_kept(uint32_t cp, const uint32_t *bmp)
{
    if (bmp && cp < BMP_SIZE) {
        return !(bmp[cp] & JW_FOLD_IGNORED);
    }
    return !jw_is_ignored(cp) && !jw_is_selector(cp);
}

/*
 * One round: NFC(fold(NFD(in))), then the tables.  The canonical order comes
 * first because U+0345 is a mark that folds to a letter.
 */
static size_t fold_once(const uint32_t *in, size_t n, bool keep_script,
                        const uint32_t *bmp, uint32_t *out)
{
    uint32_t canonical[JW_FOLD_RESULT_MAX];
    utf8proc_int32_t wide[JW_FOLD_RESULT_MAX];
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        m +=
            decompose(spaced_sound_mark(in[i]), 0, canonical + m, JW_FOLD_RESULT_MAX - m);
    }
    reorder(canonical, m);
    size_t k = 0;
    for (size_t i = 0; i < m; i++) {
        k += decompose_fully(canonical[i], out + k, JW_FOLD_RESULT_MAX - k);
    }
    reorder(out, k);
    size_t kept = 0;
    for (size_t i = 0; i < k; i++) {
        if (is_kept(out[i], bmp)) {
            wide[kept++] = (utf8proc_int32_t)out[i];
        }
    }
    utf8proc_ssize_t composed = utf8proc_normalize_utf32(
        wide, (utf8proc_ssize_t)kept, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    for (utf8proc_ssize_t i = 0; i < composed; i++) {
        out[i] = jw_fold_char((uint32_t)wide[i], keep_script);
    }
    return composed < 0 ? 0 : (size_t)composed;
}

/* Drop the marks on one starter that the next folding would not look at. */
static size_t cut_marks(uint32_t *cps, size_t n)
{
    size_t kept = 0;
    size_t length = 0; /* of the starter and its marks */
    for (size_t i = 0; i < n; i++) {
        length = is_joining(cps[i]) ? length + 1 : 1;
        if (length <= JW_FOLD_SEGMENT_MAX) {
            cps[kept++] = cps[i];
        }
    }
    return kept;
}

/* Whether each code point folds to itself and joins none before it. */
static bool all_plain(const uint32_t *cps, size_t n, const uint32_t *bmp)
{
    for (size_t i = 0; i < n; i++) {
        if (cps[i] >= BMP_SIZE || bmp[cps[i]] & JW_FOLD_SLOW ||
            (bmp[cps[i]] & JW_FOLD_CP_MASK) != cps[i]) {
            return false;
        }
    }
    return true;
}

size_t jw_fold_segment(const uint32_t *in, size_t n, bool keep_script,
                       const uint32_t *bmp, uint32_t *out)
{
    uint32_t last[JW_FOLD_RESULT_MAX];
    size_t k = fold_once(in, n, keep_script, bmp, out);
    if (bmp && all_plain(out, k, bmp)) {
        return k;
    }
    bool stable = k == n && memcmp(in, out, n * sizeof *in) == 0;
    for (int round = 1; round < FOLD_ROUNDS && !stable; round++) {
        memcpy(last, out, k * sizeof *last);
        size_t m = fold_once(last, k, keep_script, bmp, out);
        stable = m == k && memcmp(last, out, k * sizeof *last) == 0;
        k = m;
    }
    return cut_marks(out, k);
}

/* ---- entries ---- */

uint32_t jw_fold_entry(uint32_t cp, bool keep_script)
{
    if (cp > 0x10FFFF || jw_between(cp, 0xD800, 0xDFFF)) {
        cp = 0xFFFD;
    }
    if (jw_is_space(cp)) {
        return ' ' | JW_FOLD_SLOW | JW_FOLD_SPACE;
    }
    if (jw_is_selector(cp)) {
        return JW_FOLD_SLOW | JW_FOLD_IGNORED | JW_FOLD_SELECTOR;
    }
    if (jw_is_ignored(cp)) {
        return JW_FOLD_SLOW | JW_FOLD_IGNORED;
    }
    if (jw_between(cp, 0xAC00, 0xD7A3)) {
        return jw_fold_folded_entry(cp); /* NFC is the decomposition undone */
    }
    if (spaced_sound_mark(cp) != cp || is_joining(cp)) {
        return jw_fold_folded_entry(spaced_sound_mark(cp)) | JW_FOLD_SLOW | JW_FOLD_JOINS;
    }
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)cp);
    if (property->decomp_seqindex == UINT16_MAX &&
        property->casefold_seqindex == UINT16_MAX) {
        return jw_fold_folded_entry(jw_fold_char(cp, keep_script));
    }
    uint32_t out[JW_FOLD_RESULT_MAX];
    size_t n = jw_fold_segment(&cp, 1, keep_script, NULL, out);
    if (n > 0 && is_joining(out[0])) {
        return jw_fold_folded_entry(out[0]) | JW_FOLD_SLOW | JW_FOLD_JOINS;
    }
    return n == 1 ? jw_fold_folded_entry(out[0]) : cp | JW_FOLD_SLOW;
}

/* Most of the BMP by the block, for it would take milliseconds one by one. */
static void make_bmp(uint32_t *bmp, bool keep_script)
{
    static const struct {
        uint32_t first;
        uint32_t last;
        enum jw_unit_class cls;
    } blocks[] = {
        {0x3400, 0x4DBF, JW_UNIT_CJK},
        {JW_FOLD_HAN_FIRST, JW_FOLD_HAN_LAST, JW_UNIT_CJK},
        {0xA000, 0xA48C, JW_UNIT_CJK},
        {0xAC00, 0xD7A3, JW_UNIT_CJK},
        {0xE000, 0xF8FF, JW_UNIT_OTHER},
    };
    uint32_t cp = 0;
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        while (cp < blocks[i].first) {
            bmp[cp] = jw_fold_entry(cp, keep_script);
            cp++;
        }
        while (cp <= blocks[i].last) {
            bmp[cp] = cp | (uint32_t)blocks[i].cls << JW_FOLD_CLASS_SHIFT;
            cp++;
        }
    }
    while (cp < BMP_SIZE) {
        bmp[cp] = jw_fold_entry(cp, keep_script);
        cp++;
    }
    for (size_t i = 0; i < jw_fold_scripts_n && !keep_script; i++) {
        if (jw_fold_scripts[i].from < BMP_SIZE) {
            bmp[jw_fold_scripts[i].from] = jw_fold_folded_entry(jw_fold_scripts[i].to);
        }
    }
}

/* What is folded stays as it is when it is folded again, so no ring is cut. */
static void make_rings(void)
{
    for (uint32_t cp = 0; cp < BMP_SIZE; cp++) {
        same_next[cp] = (uint16_t)cp;
    }
    for (uint32_t cp = 0; cp < BMP_SIZE; cp++) {
        uint32_t to = bmp_folded[cp] & JW_FOLD_CP_MASK;
        if (!(bmp_folded[cp] & JW_FOLD_SLOW) && to < BMP_SIZE && to != cp) {
            same_next[cp] = same_next[to];
            same_next[to] = (uint16_t)cp;
        }
    }
}

static void make_folded(void)
{
    make_bmp(bmp_folded, false);
    make_rings();
}

static void make_kept(void)
{
    make_bmp(bmp_kept, true);
}

const uint32_t *jw_fold_bmp(bool keep_script)
{
    if (keep_script) {
        (void)pthread_once(&kept_once, make_kept);
        return bmp_kept;
    }
    (void)pthread_once(&folded_once, make_folded);
    return bmp_folded;
}

uint32_t jw_fold_next_same(uint32_t cp)
{
    (void)jw_fold_bmp(false);
    return same_next[cp];
}
