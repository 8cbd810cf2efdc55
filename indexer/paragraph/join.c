#include "join.h"

#include "edge.h"
#include "glyph.h"
#include "jianwen/utf8.h"

enum {
    /** Code points on each side that decide. */
    LOOK_CHARS = 32
};

/* The code point that ends before byte *at, and *at moved in front of it. */
static uint32_t before(struct jw_str s, size_t *at)
{
    const unsigned char *start = (const unsigned char *)s.p;
    const unsigned char *end = start + *at;
    uint32_t cp = jw_step_back(start, &end);
    *at = (size_t)(end - start);
    return cp;
}

static bool is_number_part(int cls)
{
    return cls == JW_GLYPH_DIGIT || cls == JW_GLYPH_DOT || cls == JW_GLYPH_COMMA ||
           cls == JW_GLYPH_UNIT;
}

/* The class of what stands before a number at the end of s. */
static int class_before_number(struct jw_str s)
{
    size_t at = s.n;
    for (int i = 0; i < LOOK_CHARS && at > 0; i++) {
        int cls = jw_glyph_of(before(s, &at)).cls;
        if (!is_number_part(cls)) {
            return cls;
        }
    }
    return JW_GLYPH_OTHER;
}

/* The class of what stands behind a number or word at the start of s. */
static int class_after_number(struct jw_str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    for (int i = 0; i < LOOK_CHARS && p < end; i++) {
        int cls = jw_glyph_of(jw_utf8_next(&p, end)).cls;
        if (!is_number_part(cls)) {
            return cls;
        }
    }
    return JW_GLYPH_OTHER;
}

/* An address of the network is broken wherever the line is full. */
static bool ends_in_address(struct jw_str s)
{
    static const char *const signs[] = {"://", "www.", "@"};
    size_t from = s.n;
    while (from > 0 && (unsigned char)s.p[from - 1] > ' ' &&
           (unsigned char)s.p[from - 1] < 0x7F) {
        from--;
    }
    struct jw_str token = jw_str_slice(s, from, s.n);
    for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++) {
        struct jw_str sign = jw_str_c(signs[k]);
        for (size_t i = 0; i + sign.n <= token.n; i++) {
            if (jw_str_eq(jw_str_slice(token, i, i + sign.n), sign)) {
                return true;
            }
        }
    }
    return false;
}

/* "$300": the sign of a currency belongs to the number behind it. */
static bool is_currency(uint32_t cp)
{
    return cp == '$' || (cp >= 0xA2 && cp <= 0xA5) || (cp >= 0x20A0 && cp <= 0x20CF);
}

static bool narrow(struct jw_glyph g)
{
    return g.cells == 1;
}

struct jw_seam jw_seam_of(struct jw_str left, struct jw_str right)
{
    struct jw_seam seam = {0, false};
    size_t at = left.n;
    uint32_t last = before(left, &at);
    struct jw_glyph l = jw_glyph_of(last);
    const unsigned char *p = (const unsigned char *)right.p;
    struct jw_glyph r = jw_glyph_of(jw_utf8_next(&p, p + right.n));
    if (l.cls == JW_GLYPH_SOFT_HYPHEN) {
        seam.drop = left.n - at;
        return seam;
    }
    bool number = is_number_part(l.cls) && r.cls == JW_GLYPH_DIGIT;
    if (number || (l.cls == JW_GLYPH_DIGIT &&
                   (r.cls == JW_GLYPH_LETTER || is_number_part(r.cls)))) {
        /* In Chinese text a number goes on; in English two words meet. */
        bool letters = class_before_number(left) == JW_GLYPH_SPACE ||
                       class_after_number(right) == JW_GLYPH_SPACE;
        seam.space = letters && narrow(l) && narrow(r) && r.cls != JW_GLYPH_UNIT;
        return seam;
    }
    if (is_currency(last) && r.cls == JW_GLYPH_DIGIT) {
        return seam;
    }
    bool left_word =
        l.cls == JW_GLYPH_LETTER ||
        (narrow(l) && l.cls != JW_GLYPH_HAN && l.cls != JW_GLYPH_OPEN_BRACKET &&
         l.cls != JW_GLYPH_HYPHEN && l.cls != JW_GLYPH_DASH);
    bool right_word =
        r.cls == JW_GLYPH_LETTER ||
        (narrow(r) && (r.cls == JW_GLYPH_DIGIT || r.cls == JW_GLYPH_OPEN_BRACKET ||
                       r.cls == JW_GLYPH_NEUTRAL_QUOTE));
    seam.space = left_word && right_word && !ends_in_address(left);
    return seam;
}
