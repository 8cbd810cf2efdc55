#include "unicode_class.h"

#include <stddef.h>

struct range {
    uint32_t first;
    uint32_t last;
};

/* ranges ascend */
static bool in_ranges(uint32_t cp, const struct range *ranges, size_t n)
{
    size_t lo = 0;
    while (lo < n) {
        size_t mid = (lo + n) / 2;
        if (cp > ranges[mid].last) {
            lo = mid + 1;
        } else if (cp < ranges[mid].first) {
            n = mid;
        } else {
            return true;
        }
    }
    return false;
}

bool jw_is_cjk(uint32_t cp)
{
    static const struct range ranges[] = {
        {0x1100, 0x11FF},   /* hangul jamo */
        {0x2E80, 0x2FD5},   /* radicals that have no unified form */
        {0x3005, 0x3007},   /* iteration mark, closing mark, zero */
        {0x3021, 0x3029},   /* Suzhou numerals */
        {0x3031, 0x3035},   /* vertical kana repeat marks */
        {0x3038, 0x303C},   /* Suzhou tens, iteration mark, masu mark */
        {0x3041, 0x3096},   /* hiragana */
        {0x309D, 0x309F},   /* hiragana iteration marks */
        {0x30A1, 0x30FA},   /* katakana */
        {0x30FC, 0x30FF},   /* long vowel, katakana iteration marks */
        {0x3105, 0x312F},   /* bopomofo */
        {0x3131, 0x318E},   /* hangul compatibility jamo */
        {0x31A0, 0x31BF},   /* bopomofo extended */
        {0x31C0, 0x31E3},   /* strokes */
        {0x31F0, 0x31FF},   /* small katakana */
        {0x3400, 0x4DBF},   /* ideographs, extension A */
        {0x4E00, 0x9FFF},   /* ideographs */
        {0xA000, 0xA48C},   /* Yi */
        {0xA490, 0xA4C6},   /* Yi radicals */
        {0xA960, 0xA97C},   /* jamo extended A */
        {0xAC00, 0xD7A3},   /* hangul syllables */
        {0xD7B0, 0xD7FB},   /* jamo extended B */
        {0xF900, 0xFAFF},   /* compatibility ideographs */
        {0x16FE0, 0x16FE3}, /* Tangut, Nushu and old Chinese iteration marks */
        {0x17000, 0x18CFF}, /* Tangut, Khitan */
        {0x1AFF0, 0x1B2FF}, /* kana extended and supplement, Nushu */
        {0x20000, 0x3FFFD}, /* ideographs, extensions B to J and what may come */
    };
    return cp >= 0x1100 && in_ranges(cp, ranges, sizeof ranges / sizeof ranges[0]);
}

bool jw_is_space(uint32_t cp)
{
    return jw_between(cp, 0x09, 0x0D) || jw_between(cp, 0x1C, 0x20) || cp == 0x85 ||
           cp == 0xA0 || cp == 0x1680 || jw_between(cp, 0x2000, 0x200A) || cp == 0x2028 ||
           cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

bool jw_is_selector(uint32_t cp)
{
    return jw_between(cp, 0xFE00, 0xFE0F) || jw_between(cp, 0xE0100, 0xE01EF) ||
           jw_between(cp, 0x180B, 0x180D) || cp == 0x180F;
}

bool jw_is_ignored(uint32_t cp)
{
    static const struct range ranges[] = {
        {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},     {0x115F, 0x1160},
        {0x17B4, 0x17B5},   {0x180E, 0x180E},   {0x200C, 0x200F},   {0x202A, 0x202E},
        {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
        {0xFFF0, 0xFFF8},   {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE00FF},
        {0xE01F0, 0xE0FFF},
    };
    return cp >= 0xAD && in_ranges(cp, ranges, sizeof ranges / sizeof ranges[0]);
}

bool jw_is_second_starter(uint32_t cp)
{
    static const struct range ranges[] = {
        {0x09BE, 0x09BE},   {0x09D7, 0x09D7},   {0x0B3E, 0x0B3E},   {0x0B56, 0x0B57},
        {0x0BBE, 0x0BBE},   {0x0BD7, 0x0BD7},   {0x0CC2, 0x0CC2},   {0x0CD5, 0x0CD6},
        {0x0D3E, 0x0D3E},   {0x0D57, 0x0D57},   {0x0DCF, 0x0DCF},   {0x0DDF, 0x0DDF},
        {0x102E, 0x102E},   {0x1161, 0x1175},   {0x11A8, 0x11C2},   {0x1B35, 0x1B35},
        {0x11127, 0x11127}, {0x1133E, 0x1133E}, {0x11357, 0x11357}, {0x114B0, 0x114B0},
        {0x114BA, 0x114BA}, {0x114BD, 0x114BD}, {0x115AF, 0x115AF}, {0x11930, 0x11930},
    };
    return cp >= 0x09BE && in_ranges(cp, ranges, sizeof ranges / sizeof ranges[0]);
}
