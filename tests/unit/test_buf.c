#include "jianwen/buf.h"

#include <stdint.h>
#include <stdlib.h>

#include "jw_cunit.h"

static void test_append(void)
{
    struct jw_buf b;
    jw_buf_init(&b, 1000);
    CHECK_STR_C(jw_buf_str(&b), "");
    jw_buf_add(&b, "abc", 2);
    jw_buf_add(&b, NULL, 0);
    jw_buf_add_c(&b, "-");
    jw_buf_add_str(&b, jw_str_of("xyz", 1));
    jw_buf_add_byte(&b, 0);
    jw_buf_printf(&b, "%d%s", 42, "!");
    CHECK_OK(jw_buf_status(&b), NULL);
    CHECK_STR(jw_buf_str(&b), jw_str_of("ab-x\0"
                                        "42!",
                                        8));
    jw_buf_clear(&b);
    CHECK_INT(b.len, 0);
    CHECK(b.cap > 0);
    jw_buf_release(&b);
    CHECK(!b.data && b.cap == 0 && b.limit == 1000);
}

static void test_limit_is_sticky(void)
{
    struct jw_buf b;
    jw_buf_init(&b, 10);
    jw_buf_add_c(&b, "0123456789");
    CHECK_OK(jw_buf_status(&b), NULL);
    CHECK(b.cap <= 11);
    jw_buf_add_byte(&b, 'x');
    CHECK_STATUS(jw_buf_status(&b), JW_ELIMIT);
    b.len = 3; /* even with room again, nothing is added after a failure */
    jw_buf_add_c(&b, "y");
    jw_buf_printf(&b, "z");
    jw_buf_add_varint(&b, 1);
    CHECK_INT(b.len, 3);
    char *out = (char *)&b;
    size_t n = 99;
    CHECK_STATUS(jw_buf_take(&b, &out, &n), JW_ELIMIT);
    CHECK(!out && n == 0 && !b.data);
    CHECK_OK(jw_buf_status(&b), NULL);
    jw_buf_add_c(&b, "again");
    CHECK_STR_C(jw_buf_str(&b), "again");
    jw_buf_clear(&b);
    jw_buf_printf(&b, "%s", "longer than ten");
    CHECK_STATUS(jw_buf_status(&b), JW_ELIMIT);
    CHECK_INT(b.len, 0);
    jw_buf_release(&b);
}

static void test_huge_limits(void)
{
    struct jw_buf b;
    jw_buf_init(&b, SIZE_MAX);
    jw_buf_add_c(&b, "fits");
    CHECK_OK(jw_buf_status(&b), NULL);
    CHECK_STATUS(jw_buf_reserve(&b, SIZE_MAX), JW_ELIMIT);
    jw_buf_release(&b);
    jw_buf_init(&b, 0);
    jw_buf_add(&b, "", 0);
    CHECK_OK(jw_buf_status(&b), NULL);
    jw_buf_add_byte(&b, 'a');
    CHECK_STATUS(jw_buf_status(&b), JW_ELIMIT);
    jw_buf_release(&b);
}

static void test_take(void)
{
    struct jw_buf b;
    char *out = NULL;
    size_t n = 0;
    jw_buf_init(&b, 100);
    jw_buf_add_c(&b, "hello");
    CHECK_OK(jw_buf_take(&b, &out, &n), NULL);
    CHECK(n == 5 && out && memcmp(out, "hello", 6) == 0);
    free(out);
    CHECK_OK(jw_buf_take(&b, &out, NULL), NULL);
    CHECK(out && out[0] == '\0');
    free(out);
}

static void test_varints(void)
{
    static const uint64_t values[] = {
        0, 1, 127, 128, 300, 16383, 16384, UINT32_MAX, (uint64_t)1 << 63, UINT64_MAX};
    struct jw_buf b;
    jw_buf_init(&b, 1000);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        jw_buf_clear(&b);
        jw_buf_add_varint(&b, values[i]);
        const unsigned char *start = (const unsigned char *)b.data;
        const unsigned char *p = start;
        uint64_t v = 7;
        CHECK_OK(jw_varint_read(&p, start + b.len, &v), NULL);
        CHECK(v == values[i] && p == start + b.len);
        /* every shorter piece of it is damaged */
        for (size_t n = 0; n < b.len; n++) {
            p = start;
            CHECK_STATUS(jw_varint_read(&p, start + n, &v), JW_ECORRUPT);
            CHECK(p == start && v == 0);
        }
    }
    static const unsigned char too_long[] = {0x80, 0x80, 0x80, 0x80, 0x80,
                                             0x80, 0x80, 0x80, 0x80, 0x02};
    const unsigned char *p = too_long;
    uint64_t v = 7;
    CHECK_STATUS(jw_varint_read(&p, too_long + sizeof too_long, &v), JW_ECORRUPT);
    jw_buf_release(&b);
}

static void test_array_grow(void)
{
    void *array = NULL;
    size_t cap = 0;
    CHECK_OK(jw_array_grow(&array, &cap, 1, sizeof(int)), NULL);
    CHECK(array && cap >= 1);
    size_t before = cap;
    CHECK_OK(jw_array_grow(&array, &cap, before, sizeof(int)), NULL);
    CHECK_INT(cap, before);
    CHECK_OK(jw_array_grow(&array, &cap, 1000, sizeof(int)), NULL);
    CHECK(cap >= 1000);
    before = cap;
    void *same = array;
    CHECK_STATUS(jw_array_grow(&array, &cap, SIZE_MAX, sizeof(int)), JW_ENOMEM);
    CHECK(array == same && cap == before);
    free(array);
}

static void test_strings(void)
{
    unsigned long long v = 1;
    CHECK(jw_str_to_u64(jw_str_c("0"), 10, &v) && v == 0);
    CHECK(jw_str_to_u64(jw_str_c("10"), 10, &v) && v == 10);
    CHECK(jw_str_to_u64(jw_str_c("18446744073709551615"), UINT64_MAX, &v) &&
          v == UINT64_MAX);
    static const char *const bad[] = {"",   "11",  "-1",  "+1", " 1",
                                      "1 ", "0x1", "1e1", "１", "18446744073709551616"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_MSG(!jw_str_to_u64(jw_str_c(bad[i]), i == 9 ? UINT64_MAX : 10, &v),
                  "\"%s\"", bad[i]);
    }
    CHECK(!jw_str_to_u64(jw_str_c("7"), 5, &v));
    CHECK_STR_C(jw_str_trim(jw_str_c(" \t\r\n a b \n")), "a b");
    CHECK_STR_C(jw_str_trim(jw_str_c(" \n ")), "");
    CHECK_STR_C(jw_str_slice(jw_str_c("abcdef"), 2, 4), "cd");
    CHECK_STR_C(jw_str_slice(jw_str_c("abc"), 2, 99), "c");
    CHECK_STR_C(jw_str_slice(jw_str_c("abc"), 9, 99), "");
    CHECK_STR_C(jw_str_slice(jw_str_c("abc"), 3, 1), "");
    CHECK_INT(jw_str_slice(jw_str_of(NULL, 0), 0, 5).n, 0);
    CHECK(jw_str_cmp(jw_str_c("a"), jw_str_c("ab")) < 0);
    CHECK(jw_str_cmp(jw_str_c("b"), jw_str_c("ab")) > 0);
    CHECK(jw_str_cmp(jw_str_c("\xFF"), jw_str_c("a")) > 0);
    CHECK(jw_str_cmp(jw_str_c(NULL), jw_str_c("")) == 0);
    CHECK(jw_str_starts(jw_str_c("abc"), jw_str_c("ab")));
    CHECK(jw_str_starts(jw_str_c("abc"), jw_str_of(NULL, 0)));
    CHECK(!jw_str_starts(jw_str_c("ab"), jw_str_c("abc")));
}

JW_TEST_MAIN("buf", {"append", test_append},
             {"the limit is sticky", test_limit_is_sticky},
             {"huge limits", test_huge_limits}, {"take", test_take},
             {"varints", test_varints}, {"arrays", test_array_grow},
             {"strings", test_strings})
