#include "glyph.h"

#include <stddef.h>

#include "jianwen/utf8.h"

#define S                                                                                \
    {                                                                                    \
        JW_GLYPH_SPACE, 1                                                                \
    }
#define L                                                                                \
    {                                                                                    \
        JW_GLYPH_LETTER, 1                                                               \
    }
#define D                                                                                \
    {                                                                                    \
        JW_GLYPH_DIGIT, 1                                                                \
    }
#define O                                                                                \
    {                                                                                    \
        JW_GLYPH_OTHER, 1                                                                \
    }
#define Z                                                                                \
    {                                                                                    \
        JW_GLYPH_ZERO, 0                                                                 \
    }

/* U+0000 to U+007F. */
static const struct jw_glyph ascii[128] = {
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    S,
    S,
    S,
    S,
    S,
    Z,
    Z, /* 00 */
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    Z,
    S,
    S,
    S,
    S, /* 10 */
    S,
    {JW_GLYPH_STOP, 1},
    {JW_GLYPH_NEUTRAL_QUOTE, 1},
    O,
    O,
    {JW_GLYPH_UNIT, 1},
    O,
    {JW_GLYPH_NEUTRAL_QUOTE, 1}, /* 20 space ! " # $ % & ' */
    {JW_GLYPH_OPEN_BRACKET, 1},
    {JW_GLYPH_CLOSE_BRACKET, 1},
    {JW_GLYPH_BULLET, 1},
    O,
    {JW_GLYPH_COMMA, 1},
    {JW_GLYPH_HYPHEN, 1},
    {JW_GLYPH_DOT, 1},
    O, /* 28 ( ) * + , - . / */
    D,
    D,
    D,
    D,
    D,
    D,
    D,
    D,
    D,
    D,
    {JW_GLYPH_COLON, 1},
    {JW_GLYPH_SEMICOLON, 1},
    O,
    O,
    O,
    {JW_GLYPH_STOP, 1}, /* 3A : ; < = > ? */
    O,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L, /* 40 */
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    {JW_GLYPH_OPEN_BRACKET, 1},
    O,
    {JW_GLYPH_CLOSE_BRACKET, 1},
    O,
    O, /* 5B [ \ ] ^ _ */
    O,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L, /* 60 */
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    {JW_GLYPH_OPEN_BRACKET, 1},
    O,
    {JW_GLYPH_CLOSE_BRACKET, 1},
    O,
    Z, /* 7B { | } ~ */
};

#undef S
#undef L
#undef D
#undef O
#undef Z

/** Code points first..last are of this class and width; sorted. */
struct glyph_range {
    uint32_t first;
    uint32_t last;
    struct jw_glyph glyph;
};

#define R(first, last, cls, cells)                                                       \
    {                                                                                    \
        first, last,                                                                     \
        {                                                                                \
            JW_GLYPH_##cls, cells                                                        \
        }                                                                                \
    }

static const struct glyph_range ranges[] = {
    R(0x0080, 0x0084, ZERO, 0),          R(0x0085, 0x0085, SPACE, 1),
    R(0x0086, 0x009F, ZERO, 0),          R(0x00A0, 0x00A0, SPACE, 1),
    R(0x00AB, 0x00AB, OPEN_QUOTE, 1),    R(0x00AD, 0x00AD, SOFT_HYPHEN, 0),
    R(0x00B0, 0x00B0, UNIT, 2),          R(0x00B7, 0x00B7, OTHER, 2),
    R(0x00BB, 0x00BB, CLOSE_QUOTE, 1),   R(0x00C0, 0x00C5, LETTER, 1),
    R(0x00C6, 0x00C6, LETTER, 2),        R(0x00C7, 0x00CF, LETTER, 1),
    R(0x00D0, 0x00D0, LETTER, 2),        R(0x00D1, 0x00D6, LETTER, 1),
    R(0x00D7, 0x00D7, OTHER, 2),         R(0x00D8, 0x00D8, LETTER, 2),
    R(0x00D9, 0x00DD, LETTER, 1),        R(0x00DE, 0x00E1, LETTER, 2),
    R(0x00E2, 0x00E5, LETTER, 1),        R(0x00E6, 0x00E6, LETTER, 2),
    R(0x00E7, 0x00E7, LETTER, 1),        R(0x00E8, 0x00EA, LETTER, 2),
    R(0x00EB, 0x00EB, LETTER, 1),        R(0x00EC, 0x00ED, LETTER, 2),
    R(0x00EE, 0x00EF, LETTER, 1),        R(0x00F0, 0x00F0, LETTER, 2),
    R(0x00F1, 0x00F1, LETTER, 1),        R(0x00F2, 0x00F3, LETTER, 2),
    R(0x00F4, 0x00F6, LETTER, 1),        R(0x00F7, 0x00F7, OTHER, 2),
    R(0x00F8, 0x00FA, LETTER, 2),        R(0x00FB, 0x00FB, LETTER, 1),
    R(0x00FC, 0x00FC, LETTER, 2),        R(0x00FD, 0x00FD, LETTER, 1),
    R(0x00FE, 0x00FE, LETTER, 2),        R(0x00FF, 0x0100, LETTER, 1),
    R(0x0101, 0x0101, LETTER, 2),        R(0x0102, 0x0110, LETTER, 1),
    R(0x0111, 0x0111, LETTER, 2),        R(0x0112, 0x0112, LETTER, 1),
    R(0x0113, 0x0113, LETTER, 2),        R(0x0114, 0x011A, LETTER, 1),
    R(0x011B, 0x011B, LETTER, 2),        R(0x011C, 0x0125, LETTER, 1),
    R(0x0126, 0x0127, LETTER, 2),        R(0x0128, 0x012A, LETTER, 1),
    R(0x012B, 0x012B, LETTER, 2),        R(0x012C, 0x0130, LETTER, 1),
    R(0x0131, 0x0133, LETTER, 2),        R(0x0134, 0x0137, LETTER, 1),
    R(0x0138, 0x0138, LETTER, 2),        R(0x0139, 0x013E, LETTER, 1),
    R(0x013F, 0x0142, LETTER, 2),        R(0x0143, 0x0143, LETTER, 1),
    R(0x0144, 0x0144, LETTER, 2),        R(0x0145, 0x0147, LETTER, 1),
    R(0x0148, 0x014B, LETTER, 2),        R(0x014C, 0x014C, LETTER, 1),
    R(0x014D, 0x014D, LETTER, 2),        R(0x014E, 0x0151, LETTER, 1),
    R(0x0152, 0x0153, LETTER, 2),        R(0x0154, 0x0165, LETTER, 1),
    R(0x0166, 0x0167, LETTER, 2),        R(0x0168, 0x016A, LETTER, 1),
    R(0x016B, 0x016B, LETTER, 2),        R(0x016C, 0x01CD, LETTER, 1),
    R(0x01CE, 0x01CE, LETTER, 2),        R(0x01CF, 0x01CF, LETTER, 1),
    R(0x01D0, 0x01D0, LETTER, 2),        R(0x01D1, 0x01D1, LETTER, 1),
    R(0x01D2, 0x01D2, LETTER, 2),        R(0x01D3, 0x01D3, LETTER, 1),
    R(0x01D4, 0x01D4, LETTER, 2),        R(0x01D5, 0x01D5, LETTER, 1),
    R(0x01D6, 0x01D6, LETTER, 2),        R(0x01D7, 0x01D7, LETTER, 1),
    R(0x01D8, 0x01D8, LETTER, 2),        R(0x01D9, 0x01D9, LETTER, 1),
    R(0x01DA, 0x01DA, LETTER, 2),        R(0x01DB, 0x01DB, LETTER, 1),
    R(0x01DC, 0x01DC, LETTER, 2),        R(0x01DD, 0x0250, LETTER, 1),
    R(0x0251, 0x0251, LETTER, 2),        R(0x0252, 0x0260, LETTER, 1),
    R(0x0261, 0x0261, LETTER, 2),        R(0x0262, 0x02AF, LETTER, 1),
    R(0x0300, 0x036F, ZERO, 0),          R(0x0370, 0x0482, LETTER, 1),
    R(0x0483, 0x0489, ZERO, 0),          R(0x048A, 0x058F, LETTER, 1),
    R(0x0591, 0x05BD, ZERO, 0),          R(0x05D0, 0x06FF, LETTER, 1),
    R(0x0700, 0x10FF, LETTER, 1),        R(0x1100, 0x11FF, LETTER, 2),
    R(0x1200, 0x167F, LETTER, 1),        R(0x1680, 0x1680, SPACE, 1),
    R(0x1681, 0x1AAF, LETTER, 1),        R(0x1AB0, 0x1AFF, ZERO, 0),
    R(0x1D00, 0x1DBF, LETTER, 1),        R(0x1DC0, 0x1DFF, ZERO, 0),
    R(0x1E00, 0x1FFF, LETTER, 1),        R(0x2000, 0x200A, SPACE, 1),
    R(0x200B, 0x200F, ZERO, 0),          R(0x2010, 0x2011, HYPHEN, 1),
    R(0x2012, 0x2013, DASH, 1),          R(0x2014, 0x2015, DASH, 2),
    R(0x2016, 0x2017, OTHER, 2),         R(0x2018, 0x2018, OPEN_QUOTE, 2),
    R(0x2019, 0x2019, CLOSE_QUOTE, 2),   R(0x201A, 0x201A, OPEN_QUOTE, 1),
    R(0x201C, 0x201C, OPEN_QUOTE, 2),    R(0x201D, 0x201D, CLOSE_QUOTE, 2),
    R(0x201E, 0x201E, OPEN_QUOTE, 1),    R(0x2020, 0x2021, OTHER, 2),
    R(0x2022, 0x2023, BULLET, 2),        R(0x2024, 0x2026, ELLIPSIS, 2),
    R(0x2027, 0x2027, OTHER, 2),         R(0x2028, 0x2029, SPACE, 1),
    R(0x202A, 0x202E, ZERO, 0),          R(0x202F, 0x202F, SPACE, 1),
    R(0x2030, 0x2033, UNIT, 2),          R(0x203B, 0x203B, BULLET, 2),
    R(0x203C, 0x203D, STOP, 2),          R(0x2047, 0x2049, STOP, 2),
    R(0x205F, 0x205F, SPACE, 1),         R(0x2060, 0x206F, ZERO, 0),
    R(0x20D0, 0x20FF, ZERO, 0),          R(0x2100, 0x214F, UNIT, 2),
    R(0x2150, 0x218F, OTHER, 2),         R(0x2190, 0x245F, OTHER, 2),
    R(0x2460, 0x24FF, OTHER, 2),         R(0x2500, 0x259F, OTHER, 2),
    R(0x25A0, 0x27BF, BULLET, 2),        R(0x27C0, 0x2BFF, OTHER, 2),
    R(0x2C00, 0x2DFF, LETTER, 1),        R(0x2E3A, 0x2E3B, DASH, 2),
    R(0x2E80, 0x2FDF, HAN, 2),           R(0x3000, 0x3000, SPACE, 2),
    R(0x3001, 0x3001, COMMA, 2),         R(0x3002, 0x3002, STOP, 2),
    R(0x3003, 0x3003, OTHER, 2),         R(0x3004, 0x3007, HAN, 2),
    R(0x3008, 0x3008, OPEN_BRACKET, 2),  R(0x3009, 0x3009, CLOSE_BRACKET, 2),
    R(0x300A, 0x300A, OPEN_BRACKET, 2),  R(0x300B, 0x300B, CLOSE_BRACKET, 2),
    R(0x300C, 0x300C, OPEN_QUOTE, 2),    R(0x300D, 0x300D, CLOSE_QUOTE, 2),
    R(0x300E, 0x300E, OPEN_QUOTE, 2),    R(0x300F, 0x300F, CLOSE_QUOTE, 2),
    R(0x3010, 0x3010, OPEN_BRACKET, 2),  R(0x3011, 0x3011, CLOSE_BRACKET, 2),
    R(0x3012, 0x3013, BULLET, 2),        R(0x3014, 0x3014, OPEN_BRACKET, 2),
    R(0x3015, 0x3015, CLOSE_BRACKET, 2), R(0x3016, 0x3016, OPEN_BRACKET, 2),
    R(0x3017, 0x3017, CLOSE_BRACKET, 2), R(0x3018, 0x3018, OPEN_BRACKET, 2),
    R(0x3019, 0x3019, CLOSE_BRACKET, 2), R(0x301A, 0x301A, OPEN_BRACKET, 2),
    R(0x301B, 0x301B, CLOSE_BRACKET, 2), R(0x301C, 0x301C, DASH, 2),
    R(0x301D, 0x301D, OPEN_QUOTE, 2),    R(0x301E, 0x301F, CLOSE_QUOTE, 2),
    R(0x3020, 0x3020, BULLET, 2),        R(0x3021, 0x3029, HAN, 2),
    R(0x302A, 0x302F, ZERO, 0),          R(0x3030, 0x3037, OTHER, 2),
    R(0x3038, 0x3098, HAN, 2),           R(0x3099, 0x309A, ZERO, 0),
    R(0x309B, 0x30FA, HAN, 2),           R(0x30FB, 0x30FB, OTHER, 2),
    R(0x30FC, 0x312F, HAN, 2),           R(0x3130, 0x318F, LETTER, 2),
    R(0x3190, 0x31FF, HAN, 2),           R(0x3200, 0x33FF, OTHER, 2),
    R(0x3400, 0x4DBF, HAN, 2),           R(0x4DC0, 0x4DFF, OTHER, 2),
    R(0x4E00, 0xA4CF, HAN, 2),           R(0xA4D0, 0xABFF, LETTER, 1),
    R(0xAC00, 0xD7FF, LETTER, 2),        R(0xE000, 0xF8FF, HAN, 2),
    R(0xF900, 0xFAFF, HAN, 2),           R(0xFB00, 0xFDFF, LETTER, 1),
    R(0xFE00, 0xFE0F, ZERO, 0),          R(0xFE10, 0xFE11, COMMA, 2),
    R(0xFE12, 0xFE12, STOP, 2),          R(0xFE13, 0xFE13, COLON, 2),
    R(0xFE14, 0xFE14, SEMICOLON, 2),     R(0xFE15, 0xFE16, STOP, 2),
    R(0xFE17, 0xFE17, OPEN_BRACKET, 2),  R(0xFE18, 0xFE18, CLOSE_BRACKET, 2),
    R(0xFE19, 0xFE19, ELLIPSIS, 2),      R(0xFE20, 0xFE2F, ZERO, 0),
    R(0xFE30, 0xFE30, ELLIPSIS, 2),      R(0xFE31, 0xFE32, DASH, 2),
    R(0xFE33, 0xFE34, OTHER, 2),         R(0xFE35, 0xFE35, OPEN_BRACKET, 2),
    R(0xFE36, 0xFE36, CLOSE_BRACKET, 2), R(0xFE37, 0xFE37, OPEN_BRACKET, 2),
    R(0xFE38, 0xFE38, CLOSE_BRACKET, 2), R(0xFE39, 0xFE39, OPEN_BRACKET, 2),
    R(0xFE3A, 0xFE3A, CLOSE_BRACKET, 2), R(0xFE3B, 0xFE3B, OPEN_BRACKET, 2),
    R(0xFE3C, 0xFE3C, CLOSE_BRACKET, 2), R(0xFE3D, 0xFE3D, OPEN_BRACKET, 2),
    R(0xFE3E, 0xFE3E, CLOSE_BRACKET, 2), R(0xFE3F, 0xFE3F, OPEN_BRACKET, 2),
    R(0xFE40, 0xFE40, CLOSE_BRACKET, 2), R(0xFE41, 0xFE41, OPEN_QUOTE, 2),
    R(0xFE42, 0xFE42, CLOSE_QUOTE, 2),   R(0xFE43, 0xFE43, OPEN_QUOTE, 2),
    R(0xFE44, 0xFE44, CLOSE_QUOTE, 2),   R(0xFE45, 0xFE4F, OTHER, 2),
    R(0xFE50, 0xFE51, COMMA, 2),         R(0xFE52, 0xFE52, STOP, 2),
    R(0xFE54, 0xFE54, SEMICOLON, 2),     R(0xFE55, 0xFE55, COLON, 2),
    R(0xFE56, 0xFE57, STOP, 2),          R(0xFE58, 0xFE58, DASH, 2),
    R(0xFE59, 0xFE59, OPEN_BRACKET, 2),  R(0xFE5A, 0xFE5A, CLOSE_BRACKET, 2),
    R(0xFE5B, 0xFE6F, OTHER, 2),         R(0xFE70, 0xFEFE, LETTER, 1),
    R(0xFEFF, 0xFEFF, ZERO, 0),          R(0xFF01, 0xFF01, STOP, 2),
    R(0xFF02, 0xFF02, NEUTRAL_QUOTE, 2), R(0xFF03, 0xFF04, OTHER, 2),
    R(0xFF05, 0xFF05, UNIT, 2),          R(0xFF06, 0xFF06, OTHER, 2),
    R(0xFF07, 0xFF07, NEUTRAL_QUOTE, 2), R(0xFF08, 0xFF08, OPEN_BRACKET, 2),
    R(0xFF09, 0xFF09, CLOSE_BRACKET, 2), R(0xFF0A, 0xFF0A, BULLET, 2),
    R(0xFF0B, 0xFF0B, OTHER, 2),         R(0xFF0C, 0xFF0C, COMMA, 2),
    R(0xFF0D, 0xFF0D, DASH, 2),          R(0xFF0E, 0xFF0E, STOP, 2),
    R(0xFF0F, 0xFF0F, OTHER, 2),         R(0xFF10, 0xFF19, DIGIT, 2),
    R(0xFF1A, 0xFF1A, COLON, 2),         R(0xFF1B, 0xFF1B, SEMICOLON, 2),
    R(0xFF1C, 0xFF1E, OTHER, 2),         R(0xFF1F, 0xFF1F, STOP, 2),
    R(0xFF20, 0xFF20, OTHER, 2),         R(0xFF21, 0xFF3A, LETTER, 2),
    R(0xFF3B, 0xFF3B, OPEN_BRACKET, 2),  R(0xFF3C, 0xFF3C, OTHER, 2),
    R(0xFF3D, 0xFF3D, CLOSE_BRACKET, 2), R(0xFF3E, 0xFF40, OTHER, 2),
    R(0xFF41, 0xFF5A, LETTER, 2),        R(0xFF5B, 0xFF5B, OPEN_BRACKET, 2),
    R(0xFF5C, 0xFF5C, OTHER, 2),         R(0xFF5D, 0xFF5D, CLOSE_BRACKET, 2),
    R(0xFF5E, 0xFF5E, DASH, 2),          R(0xFF5F, 0xFF5F, OPEN_BRACKET, 2),
    R(0xFF60, 0xFF60, CLOSE_BRACKET, 2), R(0xFF61, 0xFF61, STOP, 1),
    R(0xFF62, 0xFF62, OPEN_QUOTE, 1),    R(0xFF63, 0xFF63, CLOSE_QUOTE, 1),
    R(0xFF64, 0xFF64, COMMA, 1),         R(0xFF65, 0xFF65, OTHER, 1),
    R(0xFF66, 0xFF9F, HAN, 1),           R(0xFFA0, 0xFFDC, LETTER, 1),
    R(0xFFE0, 0xFFE6, OTHER, 2),         R(0x10000, 0x16FFF, LETTER, 1),
    R(0x17000, 0x1B2FF, HAN, 2),         R(0x1D400, 0x1D7CB, LETTER, 1),
    R(0x1D7CE, 0x1D7FF, DIGIT, 1),       R(0x1F000, 0x1FAFF, BULLET, 2),
    R(0x20000, 0x3FFFF, HAN, 2),         R(0xE0000, 0xE0FFF, ZERO, 0),
};

#undef R

struct jw_glyph jw_glyph_lookup(uint32_t cp)
{
    if (cp < 128) {
        return ascii[cp];
    }
    /* Nine marks in ten are one of these. */
    switch (cp) {
    case 0xFF0C:
    case 0x3001:
        return (struct jw_glyph){JW_GLYPH_COMMA, 2};
    case 0x3002:
        return (struct jw_glyph){JW_GLYPH_STOP, 2};
    case 0x201C:
        return (struct jw_glyph){JW_GLYPH_OPEN_QUOTE, 2};
    case 0x201D:
        return (struct jw_glyph){JW_GLYPH_CLOSE_QUOTE, 2};
    case 0xFF1A:
        return (struct jw_glyph){JW_GLYPH_COLON, 2};
    case 0xFF1B:
        return (struct jw_glyph){JW_GLYPH_SEMICOLON, 2};
    case 0x300A:
    case 0xFF08:
        return (struct jw_glyph){JW_GLYPH_OPEN_BRACKET, 2};
    case 0x300B:
    case 0xFF09:
        return (struct jw_glyph){JW_GLYPH_CLOSE_BRACKET, 2};
    default:
        break;
    }
    size_t lo = 0;
    size_t hi = sizeof ranges / sizeof ranges[0];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (cp > ranges[mid].last) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    if (lo < sizeof ranges / sizeof ranges[0] && cp >= ranges[lo].first) {
        return ranges[lo].glyph;
    }
    return (struct jw_glyph){JW_GLYPH_OTHER, 1};
}
