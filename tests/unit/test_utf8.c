#include "jianwen/utf8.h"

#include "jw_cunit.h"
#include "text_checks.h"

static void test_decode(void)
{
    static const struct {
        const char *bytes;
        size_t n;
        uint32_t cp; /* JW_UTF8_BAD: one byte is passed over */
    } rows[] = {
        {"a", 1, 'a'},
        {"\x7F", 1, 0x7F},
        {"\xC2\x80", 2, 0x80},
        {"\xDF\xBF", 2, 0x7FF},
        {"\xE0\xA0\x80", 3, 0x800},
        {"\xE4\xB8\xAD", 3, 0x4E2D},
        {"\xED\x9F\xBF", 3, 0xD7FF},
        {"\xEE\x80\x80", 3, 0xE000},
        {"\xEF\xBF\xBF", 3, 0xFFFF},
        {"\xF0\x90\x80\x80", 4, 0x10000},
        {"\xF0\xA0\x80\x80", 4, 0x20000},
        {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
        {"\x80", 1, JW_UTF8_BAD}, /* a tail alone */
        {"\xBF\xBF", 2, JW_UTF8_BAD},
        {"\xC0\x80", 2, JW_UTF8_BAD}, /* overlong */
        {"\xC1\xBF", 2, JW_UTF8_BAD},
        {"\xE0\x80\x80", 3, JW_UTF8_BAD},
        {"\xE0\x9F\xBF", 3, JW_UTF8_BAD},
        {"\xF0\x80\x80\x80", 4, JW_UTF8_BAD},
        {"\xF0\x8F\xBF\xBF", 4, JW_UTF8_BAD},
        {"\xED\xA0\x80", 3, JW_UTF8_BAD}, /* surrogates */
        {"\xED\xBF\xBF", 3, JW_UTF8_BAD},
        {"\xF4\x90\x80\x80", 4, JW_UTF8_BAD}, /* above U+10FFFF */
        {"\xF5\x80\x80\x80", 4, JW_UTF8_BAD},
        {"\xF8\x88\x80\x80", 4, JW_UTF8_BAD},
        {"\xFE", 1, JW_UTF8_BAD},
        {"\xFF", 1, JW_UTF8_BAD},
        {"\xC2", 1, JW_UTF8_BAD}, /* cut short */
        {"\xE4\xB8", 2, JW_UTF8_BAD},
        {"\xE4", 1, JW_UTF8_BAD},
        {"\xF0\xA0\x80", 3, JW_UTF8_BAD},
        {"\xC2\x41", 2, JW_UTF8_BAD}, /* no tail */
        {"\xE4\xB8\x41", 3, JW_UTF8_BAD},
        {"\xE4\x41\xAD", 3, JW_UTF8_BAD},
        {"\xF0\xA0\x80\x41", 4, JW_UTF8_BAD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const unsigned char *p = (const unsigned char *)rows[i].bytes;
        const unsigned char *end = p + rows[i].n;
        CHECK_INT(jw_utf8_next(&p, end), rows[i].cp);
        size_t used = (size_t)(p - (const unsigned char *)rows[i].bytes);
        CHECK_MSG(used == (rows[i].cp == JW_UTF8_BAD ? 1 : rows[i].n), "row %zu", i);
        size_t bad_at = 99;
        bool ok = jw_utf8_valid(jw_str_of(rows[i].bytes, rows[i].n), &bad_at);
        CHECK_MSG(ok == (rows[i].cp != JW_UTF8_BAD), "row %zu", i);
        CHECK_INT(bad_at, ok ? 99 : 0);
    }
}

static void test_encode(void)
{
    char bytes[JW_UTF8_MAX_BYTES];
    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        size_t n = jw_utf8_encode(cp, bytes);
        const unsigned char *p = (const unsigned char *)bytes;
        uint32_t back = jw_utf8_next(&p, p + n);
        bool surrogate = cp >= 0xD800 && cp <= 0xDFFF;
        if (back != (surrogate ? 0xFFFD : cp) || p != (const unsigned char *)bytes + n) {
            CHECK_MSG(false, "U+%04X came back as U+%04X", (unsigned)cp, (unsigned)back);
            return;
        }
    }
    CHECK_STR_C(jw_str_of(bytes, jw_utf8_encode(0x110000, bytes)), "\xEF\xBF\xBD");
    CHECK_STR_C(jw_str_of(bytes, jw_utf8_encode(0xFFFFFFFF, bytes)), "\xEF\xBF\xBD");
}

static void test_counting(void)
{
    struct jw_str text = jw_str_c("a中\xF0\xA0\x80\x80\xFFz");
    CHECK_INT(jw_utf8_count(text), 5);
    CHECK_INT(jw_utf8_count(jw_str_of(NULL, 0)), 0);
    static const size_t offsets[] = {0, 1, 4, 8, 9, 10, 10};
    for (size_t i = 0; i < 7; i++) {
        CHECK_INT(jw_utf8_offset(text, i), offsets[i]);
    }
    CHECK_INT(jw_utf8_offset(jw_str_of(NULL, 0), 3), 0);
    static const size_t cuts[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 9, 10, 10};
    for (size_t i = 0; i < 12; i++) {
        CHECK_INT(jw_utf8_cut(text, i).n, cuts[i]);
    }
    CHECK(jw_utf8_valid(jw_str_of(NULL, 0), NULL));
    size_t bad_at = 0;
    CHECK(!jw_utf8_valid(text, &bad_at));
    CHECK_INT(bad_at, 8);
}

static void test_last(void)
{
    CHECK_INT(jw_utf8_last(jw_str_of(NULL, 0)), 0);
    static const struct {
        const char *text;
        uint32_t last;
    } rows[] = {
        {"a", 'a'},
        {"中", 0x4E2D},
        {"a中", 0x4E2D},
        {"中a", 'a'},
        {"中é", 0xE9},
        {"中\xF0\xA0\x80\x80", 0x20000},
        {"中\xE4\xB8", JW_UTF8_BAD},
        {"a\x80", JW_UTF8_BAD},
        {"\x80\x80\x80\x80\x80", JW_UTF8_BAD},
        {"中\x80", JW_UTF8_BAD},
        {"\xFF", JW_UTF8_BAD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_MSG(jw_utf8_last(jw_str_c(rows[i].text)) == rows[i].last, "row %zu", i);
    }
}

static void test_random(void)
{
    uint64_t seed = 5;
    for (int i = 0; i < 20000; i++) {
        char text[400];
        size_t n = jw_test_random_text(&seed, text, sizeof text);
        const char *fault = jw_check_utf8(jw_str_of(text, n));
        if (!CHECK_MSG(!fault, "random text %d: %s", i, fault ? fault : "")) {
            return;
        }
    }
}

JW_TEST_MAIN("utf8", {"decode", test_decode}, {"encode", test_encode},
             {"count, offset, cut", test_counting}, {"last", test_last},
             {"random texts", test_random})
