#include "jianwen/folded.h"

#include <string.h>

#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "pieces.h"

enum {
    TEXTS = 30000,
    PIECES_MAX = 24,
    TEXT_BYTES = 400,
    NEEDLE_MAX = 4,
    /* Pieces before this one fold by themselves. */
    PLAIN = 10
};

/* Han in both scripts, white space, marks and words; then what joins, what folds to
 * several, what lies beyond the BMP and what is not UTF-8. */
static const char *const pieces[] = {
    "齿", "轮", "齒", "輪", " ",  "　",       "，",   "a",        "１", "。",
    "㍻", "か", "゛", "𠀀", "﨑", "\xCC\x81", "\xE9", "\xC2\xAD", "㈱",
};

static size_t make_text(struct jw_random *r, char text[TEXT_BYTES], bool plain)
{
    uint32_t kinds = plain ? PLAIN : sizeof pieces / sizeof pieces[0];
    return jw_pieces_text(r, pieces, kinds, PIECES_MAX, text);
}

/* The same key code points, but the space between words, and each at its place. */
static void compare(const struct jw_folded *f, const struct jw_units *units,
                    struct jw_str text)
{
    size_t k = 0;
    for (size_t i = 0; i < units->n; i++) {
        const struct jw_unit *u = &units->at[i];
        if (u->cls == JW_UNIT_SPACE) {
            continue;
        }
        CHECK_MSG(k < f->n && f->cp[k] == u->cp &&
                      jw_utf8_offset(text, f->at[k]) == u->start,
                  "unit %zu of %.*s", i, (int)text.n, text.p);
        k++;
    }
    CHECK_INT(k, f->n);
}

/* Whatever is found in one is found in the other. */
static size_t compare_finds(const struct jw_folded *f, const struct jw_units *units,
                            const struct jw_units *needle)
{
    size_t from = 0;
    size_t n_found = 0;
    size_t i = jw_units_find(units->at, units->n, 0, needle->at, needle->n);
    for (; i < units->n;
         i = jw_units_find(units->at, units->n, i + needle->n, needle->at, needle->n)) {
        size_t at = jw_folded_find(f, from, needle->at, needle->n);
        CHECK(at < f->n && f->cp[at] == units->at[i].cp);
        from = at + needle->n;
        n_found++;
    }
    CHECK_INT(jw_folded_find(f, from, needle->at, needle->n), f->n);
    return n_found;
}

static void test_as_units(void)
{
    struct jw_random r = jw_random_start(4711);
    struct jw_units units;
    struct jw_units needle;
    struct jw_folded folded;
    size_t n_plain = 0;
    size_t n_other = 0;
    size_t n_found = 0;
    jw_units_init(&units);
    jw_units_init(&needle);
    for (int i = 0; i < TEXTS; i++) {
        char bytes[TEXT_BYTES];
        bool plain = jw_random_one_in(&r, 2);
        struct jw_str text = jw_str_of(bytes, make_text(&r, bytes, plain));
        bool made = jw_folded_make(text, &folded);
        CHECK(made || !plain);
        n_plain += made;
        n_other += !made;
        if (!made) {
            continue;
        }
        CHECK_OK(jw_normalize(text, &units), NULL);
        compare(&folded, &units, text);
        char han[NEEDLE_MAX * JW_UTF8_MAX_BYTES];
        size_t n = 0;
        for (uint32_t k = jw_random_below(&r, NEEDLE_MAX); n == 0 || k > 0; k -= k > 0) {
            memcpy(han + n, pieces[jw_random_below(&r, 4)], 3);
            n += 3;
        }
        CHECK_OK(jw_normalize(jw_str_of(han, n), &needle), NULL);
        CHECK(jw_folded_suits(needle.at, needle.n));
        n_found += compare_finds(&folded, &units, &needle);
    }
    CHECK(n_plain > TEXTS / 2);
    CHECK(n_other > TEXTS / 4);
    CHECK(n_found > TEXTS / 4);
    jw_units_release(&units);
    jw_units_release(&needle);
}

static void test_suits(void)
{
    struct jw_units units;
    jw_units_init(&units);
    CHECK_OK(jw_normalize(jw_str_c("齿轮か"), &units), NULL);
    CHECK(jw_folded_suits(units.at, units.n));
    CHECK(!jw_folded_suits(units.at, 0));
    CHECK_OK(jw_normalize(jw_str_c("齿a"), &units), NULL);
    CHECK(!jw_folded_suits(units.at, units.n));
    CHECK_OK(jw_normalize(jw_str_c("a b"), &units), NULL);
    CHECK(!jw_folded_suits(units.at, units.n));
    jw_units_release(&units);
}

static void test_length(void)
{
    static char text[(JW_FOLDED_MAX + 1) * 3];
    struct jw_folded folded;
    for (size_t i = 0; i <= JW_FOLDED_MAX; i++) {
        memcpy(text + 3 * i, "齿", 3);
    }
    CHECK(jw_folded_make(jw_str_of(text, (size_t)JW_FOLDED_MAX * 3), &folded));
    CHECK_INT(folded.n, JW_FOLDED_MAX);
    CHECK_INT(folded.at[JW_FOLDED_MAX - 1], JW_FOLDED_MAX - 1);
    CHECK(!jw_folded_make(jw_str_of(text, sizeof text), &folded));
    CHECK(jw_folded_make(jw_str_c(""), &folded));
    CHECK_INT(folded.n, 0);
}

JW_TEST_MAIN("folded", {"as the units are", test_as_units},
             {"what can be looked for", test_suits},
             {"the longest and the shortest", test_length})
