#include "problem.h"

#include "json.h"
#include "jw_cunit.h"
#include "render.h"

static void test_json_strings(void)
{
    static const struct {
        struct jw_str in;
        const char *out;
    } rows[] = {
        {{"", 0}, "\"\""},
        {{"abc", 3}, "\"abc\""},
        {{"a\"b\\c", 5}, "\"a\\\"b\\\\c\""},
        {{"\n\t\r\x01\x1F\x7F", 6}, "\"\\n\\t\\u000d\\u0001\\u001f\\u007f\""},
        {{"\0", 1}, "\"\\u0000\""},
        {{"\xE9\xBD\xBF\xF0\xA0\x80\x80", 7}, "\"\xE9\xBD\xBF\xF0\xA0\x80\x80\""},
        {{"12345678\"12345678\n", 18}, "\"12345678\\\"12345678\\n\""},
    };
    struct jw_buf out;
    jw_buf_init(&out, 4096);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_json j = jw_json_on(&out);
        jw_buf_clear(&out);
        jw_json_str(&j, rows[i].in);
        CHECK_MSG(jw_str_eq_c(jw_buf_str(&out), rows[i].out), "row %zu: %.*s", i,
                  (int)out.len, out.data);
    }
    jw_buf_release(&out);
}

static void test_json_structure(void)
{
    struct jw_buf out;
    jw_buf_init(&out, 4096);
    struct jw_json j = jw_json_on(&out);
    jw_json_object(&j);
    jw_json_key(&j, "a");
    jw_json_array(&j);
    jw_json_uint(&j, 0);
    jw_json_uint(&j, UINT64_MAX);
    jw_json_array(&j);
    jw_json_end_array(&j);
    jw_json_object(&j);
    jw_json_end_object(&j);
    jw_json_null(&j);
    jw_json_bool(&j, true);
    jw_json_end_array(&j);
    jw_json_key_str(&j, "b", jw_str_c("x"));
    jw_json_key(&j, "c");
    jw_json_ms(&j, 1234567);
    jw_json_key(&j, "d");
    jw_json_ms(&j, -5);
    jw_json_key(&j, "e");
    jw_json_score(&j, 2.5);
    jw_json_key(&j, "f");
    jw_json_score(&j, 1.0 / 0.0);
    jw_json_key_uint(&j, "g", 7);
    jw_json_end_object(&j);
    CHECK_STR_C(jw_buf_str(&out),
                "{\"a\":[0,18446744073709551615,[],{},null,true],\"b\":\"x\","
                "\"c\":1234.567,\"d\":0.000,\"e\":2.5,\"f\":0,\"g\":7}");
    jw_buf_release(&out);
}

static void test_render(void)
{
    struct jw_problem problem;
    struct jw_buf out;
    jw_buf_init(&out, 4096);
    CHECK(!jw_problem_set_parameter(&problem, JW_PROBLEM_BAD_PARAMETER, jw_str_c("q"),
                                    "q is %s.", "\"odd\""));
    jw_problem_render(&problem, "0011", &out);
    CHECK_STR_C(jw_buf_str(&out),
                "{\"type\":\"urn:jianwen:problem:bad-parameter\","
                "\"title\":\"A parameter has a value that is not allowed\","
                "\"status\":400,\"detail\":\"q is \\\"odd\\\".\","
                "\"instance\":\"urn:jianwen:request:0011\",\"parameter\":\"q\"}\n");
    jw_buf_release(&out);
}

/* Every type has a status and a title of its own; names are fit for a URN. */
static void test_table(void)
{
    for (int i = 1; i < JW_PROBLEM_TYPES; i++) {
        enum jw_problem_type type = (enum jw_problem_type)i;
        const char *name = jw_problem_name(type);
        unsigned status = jw_problem_status(type);
        CHECK_MSG(status >= 400 && status < 600, "%s: status %u", name, status);
        CHECK_MSG(strspn(name, "abcdefghijklmnopqrstuvwxyz-") == strlen(name), "%s",
                  name);
        bool later = status == 503 || status == 429;
        CHECK_MSG((jw_problem_retry_after(type) > 0) == later, "%s: Retry-After", name);
        for (int k = 1; k < i; k++) {
            CHECK(strcmp(name, jw_problem_name((enum jw_problem_type)k)) != 0);
        }
    }
}

static void test_long_values(void)
{
    struct jw_problem problem;
    char name[400];
    for (size_t i = 0; i + 3 <= sizeof name; i += 3) {
        memcpy(name + i, "\xE9\xBD\xBF", 3);
    }
    (void)jw_problem_set_parameter(&problem, JW_PROBLEM_UNKNOWN_PARAMETER,
                                   jw_str_of(name, 399), "x%.*s", 399, name);
    /* Cut between characters, not inside one. */
    CHECK_INT(strlen(problem.parameter) % 3, 0);
    CHECK_INT(strlen(problem.detail) % 3, 1);
    CHECK(strlen(problem.parameter) > 50 && strlen(problem.detail) > 300);
    (void)jw_problem_set_parameter(&problem, JW_PROBLEM_UNKNOWN_PARAMETER,
                                   jw_str_c("\xFF"), "x");
    CHECK_STR_C(jw_str_c(problem.parameter), "?");
}

static void test_urls(void)
{
    static const struct {
        const char *url;
        bool safe;
    } rows[] = {
        {"http://a.example/1?x=1&y=2", true},
        {"https://a.example/\xE9\xBD\xBF", true},
        {"HTTPS://a.example", true},
        {"", false},
        {"http://", false},
        {"javascript:alert(1)", false},
        {"JavaScript:alert(1)", false},
        {" http://a.example", false},
        {"http://a.example/ b", false},
        {"http://a.example/\n", false},
        {"java\nscript:alert(1)", false},
        {"data:text/html,x", false},
        {"//a.example", false},
        {"/path", false},
        {"ftp://a.example", false},
        {"http:/a.example", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_str url = jw_safe_url(jw_str_c(rows[i].url));
        CHECK_MSG((url.n > 0) == rows[i].safe, "%s", rows[i].url);
    }
}

JW_TEST_MAIN("problem", {"escapes strings", test_json_strings},
             {"puts commas", test_json_structure}, {"renders", test_render},
             {"table", test_table}, {"cuts long values", test_long_values},
             {"passes on web addresses only", test_urls})
