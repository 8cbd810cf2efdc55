#include "percent.h"

#include "jw_cunit.h"

static void test_decode(void)
{
    static const struct {
        struct jw_str in;
        bool plus;
        enum jw_percent_fault fault;
        const char *out;
    } rows[] = {
        {{"", 0}, false, JW_PERCENT_OK, ""},
        {{"abc", 3}, false, JW_PERCENT_OK, "abc"},
        {{"a+b", 3}, false, JW_PERCENT_OK, "a+b"},
        {{"a+b", 3}, true, JW_PERCENT_OK, "a b"},
        {{"%2B%2b", 6}, true, JW_PERCENT_OK, "++"},
        {{"%E9%BD%BF", 9}, true, JW_PERCENT_OK, "\xE9\xBD\xBF"},
        {{"\xE9\xBD\xBF", 3}, true, JW_PERCENT_OK, "\xE9\xBD\xBF"},
        {{"%F0%A0%80%80", 12}, true, JW_PERCENT_OK, "\xF0\xA0\x80\x80"},
        {{"%", 1}, true, JW_PERCENT_BAD_ESCAPE, ""},
        {{"%4", 2}, true, JW_PERCENT_BAD_ESCAPE, ""},
        {{"%4g", 3}, true, JW_PERCENT_BAD_ESCAPE, ""},
        {{"%%41", 4}, true, JW_PERCENT_BAD_ESCAPE, ""},
        {{"a%", 2}, true, JW_PERCENT_BAD_ESCAPE, ""},
        {{"%00", 3}, true, JW_PERCENT_NUL, ""},
        {{"a\0b", 3}, true, JW_PERCENT_NUL, ""},
        {{"%FF", 3}, true, JW_PERCENT_NOT_UTF8, ""},
        {{"%E9%BD", 6}, true, JW_PERCENT_NOT_UTF8, ""},
        {{"%C0%80", 6}, true, JW_PERCENT_NOT_UTF8, ""},
        {{"%ED%A0%80", 9}, true, JW_PERCENT_NOT_UTF8, ""},
        {{"%F4%90%80%80", 12}, true, JW_PERCENT_NOT_UTF8, ""},
        /* GBK for two characters */
        {{"%B3%DD%C2%D6", 12}, true, JW_PERCENT_NOT_UTF8, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char room[32];
        struct jw_str out;
        enum jw_percent_fault fault =
            jw_percent_decode(rows[i].in, rows[i].plus, room, &out);
        CHECK_MSG(fault == rows[i].fault, "row %zu: fault %d, wanted %d", i, (int)fault,
                  (int)rows[i].fault);
        CHECK_MSG(jw_str_eq_c(out, rows[i].out), "row %zu: \"%.*s\", wanted \"%s\"", i,
                  (int)out.n, out.p, rows[i].out);
    }
}

static void test_encode(void)
{
    struct jw_buf out;
    struct jw_str back;
    char room[256];
    char all[255];
    jw_buf_init(&out, 4096);
    jw_percent_encode(jw_str_c("aZ09-._~ /&=+%\xE9\xBD\xBF"), &out);
    CHECK_STR_C(jw_buf_str(&out), "aZ09-._~%20%2F%26%3D%2B%25%E9%BD%BF");
    jw_buf_clear(&out);
    for (int i = 0; i < 127; i++) {
        all[i] = (char)(i + 1);
    }
    jw_percent_encode(jw_str_of(all, 127), &out);
    CHECK(jw_percent_decode(jw_buf_str(&out), true, room, &back) == JW_PERCENT_OK);
    CHECK_STR(back, jw_str_of(all, 127));
    jw_buf_release(&out);
}

JW_TEST_MAIN("percent", {"decodes", test_decode}, {"encodes", test_encode})
