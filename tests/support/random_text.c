#include "text_checks.h"

#include <string.h>

#include "jianwen/utf8.h"

uint64_t jw_test_random(uint64_t *seed)
{
    uint64_t x = *seed;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *seed = x;
    return x >> 11;
}

/* clang-format off */
static const uint32_t chosen[] = {
    /* han, folded and not, all planes */
    0x4E2D, 0x570B, 0x56FD, 0x4E7E, 0x5E72, 0x5F8C, 0x540E, 0x88CF, 0x8457, 0x7740,
    0x2F08, 0x2ECB, 0x2EB8, 0xF900, 0x2F800, 0x20000, 0x2A6D6, 0x30000, 0x31350, 0x5E74,
    0x4E8C, 0x3007, 0x25CB, 0x96F6, 0x4E00, 0x516B, 0x3005, 0x303B,
    /* kana, hangul, bopomofo, Yi */
    0x304B, 0x3042, 0x30AB, 0x30FC, 0x3099, 0x309A, 0x309B, 0x309C, 0xFF76, 0xFF9E,
    0xFF9F, 0xFF66, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xD55C, 0x3131, 0x314F, 0x3164,
    0xFFA0, 0xFFC2, 0xFFA1, 0x3105, 0xA000,
    /* letters, marks, cases */
    'a', 'z', 'A', 'K', 0xC9, 0xDF, 0x130, 0x131, 0x149, 0x1C4, 0x345, 0x390, 0x3C2,
    0x430, 0x5D0, 0x627, 0xFB01, 0xFDFA, 0xFF21, 0xFF41, 0x1D400, 0x10400, 0x1E921,
    0x300, 0x301, 0x308, 0x323, 0x338, 0x5B0, 0x64B, 0x9BE, 0x9C7, 0x9D7, 0xF71, 0xF73,
    0xFA1, 0x1D165, 0x1D15E, 0x212B, 0x1F80, 0x1FBE,
    /* digits and numbers */
    '0', '1', '5', '9', 0xB2, 0xBD, 0x2160, 0x2460, 0xFF11, 0x661, 0x3021, 0x33A1,
    /* joiners and punctuation */
    '.', ',', ':', '-', '/', '_', '\'', '&', '+', '@', '%', '(', '=', '!', 0xFF0C,
    0xFF0E, 0x3002, 0x3001, 0x300A, 0x201C, 0x2014, 0x2026, 0x30FB, 0xB7, 0xA8, 0xB4,
    0x2017, 0xFE50, 0xFF01, 0x1F600, 0x20AC, 0x20E3,
    /* white space and what is dropped */
    ' ', ' ', '\n', '\t', 0xA0, 0x2003, 0x3000, 0x2028, 0xAD, 0x200C, 0x200D, 0xFEFF,
    0x200B, 0x202E, 0x34F, 0xFE0F, 0xE0100, 0x180B, 0x115F, 0x1160, 0xE0041,
    /* what is nothing */
    0xFFFD, 0xFFFF, 0xE000, 0x378, 0x10FFFF, 0x01, 0x7F,
};
/* clang-format on */

static uint32_t random_code_point(uint64_t *seed)
{
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
