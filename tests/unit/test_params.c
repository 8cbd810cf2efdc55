#include "params.h"

#include "jw_cunit.h"

static struct jw_call call;

/* Read a query part as /v1/search does.  @return the problem's type. */
static enum jw_problem_type read_search(const char *query, struct jw_problem *problem)
{
    jw_call_clear(&call);
    call.query_chars = 20;
    memset(problem, 0, sizeof *problem);
    CHECK(jw_buf_reserve(&call.text_memory, strlen(query)) == JW_OK);
    bool good = jw_params_read(jw_str_c(query), &jw_search_params, &call, problem) &&
                jw_search_check(&call, problem);
    CHECK_MSG(good == (problem->type == JW_PROBLEM_NONE), "%s: answer and problem differ",
              query);
    return problem->type;
}

static void test_good(void)
{
    static const char *const rows[] = {
        "q=a",
        "q=%E9%BD%BF%E8%BD%AE",
        "q=a&limit=0",
        "q=a&limit=1000&offset=10000",
        "q=a&limit=&offset=&sort=&from=&source=&facets=",
        "&&q=a&",
        "q=a&sort=relevance&match=auto&unit=article&script=folded&explain=0",
        "q=a&sort=newest&match=any&unit=paragraph&script=exact&explain=1",
        "q=a&from=2021&to=2021-06",
        "q=a&from=2021-06-30&to=2021-06-30",
        "q=a&from=2021-06-30&to=2021",
        "q=a&from=2020-02-29",
        "q=a&paragraphs=0",
        "q=a&paragraphs=100&snippet=20",
        "q=a&snippet=2000",
        "q=a&facets=year",
        "q=a&facets=source,section,year,month",
        "q=a&source=%E6%97%A5%E6%8A%A5&section=b&author=c&page=01",
        "q=+a+",
        "q=%EF%BC%8C%E3%80%82",
        "q=12345678901234567890",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_problem problem;
        CHECK_MSG(read_search(rows[i], &problem) == JW_PROBLEM_NONE, "%s: %s", rows[i],
                  problem.detail);
    }
}

static void test_bad(void)
{
    static const struct {
        const char *query;
        enum jw_problem_type type;
        const char *parameter;
    } rows[] = {
        {"", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=+%20%09", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=123456789012345678901", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=%00", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=a%00b", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=%", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=%zz", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=%FF", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=%D6%D0", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=a&q=b", JW_PROBLEM_BAD_PARAMETER, "q"},
        {"q=a&limit=-1", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&limit=x", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&limit=1001", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&limit=1e2", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&limit=+1", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&limit=10%00", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&limit=99999999999999999999999", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&limit=18446744073709551626", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&limit=4294967306", JW_PROBLEM_BAD_PARAMETER, "limit"},
        {"q=a&paragraphs=101", JW_PROBLEM_BAD_PARAMETER, "paragraphs"},
        {"q=a&snippet=19", JW_PROBLEM_BAD_PARAMETER, "snippet"},
        {"q=a&snippet=2001", JW_PROBLEM_BAD_PARAMETER, "snippet"},
        {"q=a&cursor=x", JW_PROBLEM_BAD_PARAMETER, "cursor"},
        {"q=a&cursor=%20", JW_PROBLEM_BAD_PARAMETER, "cursor"},
        {"q=a&offset=10001", JW_PROBLEM_BAD_PARAMETER, "offset"},
        {"q=a&offset=-1", JW_PROBLEM_BAD_PARAMETER, "offset"},
        {"q=a&sort=date", JW_PROBLEM_BAD_PARAMETER, "sort"},
        {"q=a&sort=NEWEST", JW_PROBLEM_BAD_PARAMETER, "sort"},
        {"q=a&match=none", JW_PROBLEM_BAD_PARAMETER, "match"},
        {"q=a&unit=page", JW_PROBLEM_BAD_PARAMETER, "unit"},
        {"q=a&script=x", JW_PROBLEM_BAD_PARAMETER, "script"},
        {"q=a&explain=yes", JW_PROBLEM_BAD_PARAMETER, "explain"},
        {"q=a&facets=author", JW_PROBLEM_BAD_PARAMETER, "facets"},
        {"q=a&facets=year,", JW_PROBLEM_BAD_PARAMETER, "facets"},
        {"q=a&from=2021-13", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&from=2021-02-29", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&from=21", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&from=2021/06", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&from=2021-6-1", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&from=20210630", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&from=0000", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&to=yesterday", JW_PROBLEM_BAD_PARAMETER, "to"},
        {"q=a&from=2021&to=2020", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&from=2021-07&to=2021-06-30", JW_PROBLEM_BAD_PARAMETER, "from"},
        {"q=a&colour=red", JW_PROBLEM_UNKNOWN_PARAMETER, "colour"},
        {"Q=a", JW_PROBLEM_UNKNOWN_PARAMETER, "Q"},
        {"q=a&=b", JW_PROBLEM_UNKNOWN_PARAMETER, ""},
        {"q=a&%FF=b", JW_PROBLEM_BAD_PARAMETER, ""},
        {"q=a&so%75rcf=b", JW_PROBLEM_UNKNOWN_PARAMETER, "sourcf"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_problem problem;
        enum jw_problem_type type = read_search(rows[i].query, &problem);
        CHECK_MSG(type == rows[i].type, "%s: %s, wanted %s", rows[i].query,
                  jw_problem_name(type), jw_problem_name(rows[i].type));
        CHECK_MSG(strcmp(problem.parameter, rows[i].parameter) == 0,
                  "%s: blames \"%s\", not \"%s\"", rows[i].query, problem.parameter,
                  rows[i].parameter);
        CHECK_MSG(problem.detail[0] != '\0', "%s: no detail", rows[i].query);
    }
}

static void test_values(void)
{
    struct jw_problem problem;
    const struct jw_search_request *s = &call.search;
    CHECK(read_search("q=%E9%BD%BF+b&limit=7&offset=20&sort=oldest&match=exact"
                      "&unit=paragraph&from=2020-02&to=2021-06-30&source=S&section=T"
                      "&author=U&page=V&facets=month,source&script=exact&explain=1",
                      &problem) == JW_PROBLEM_NONE);
    CHECK_STR_C(s->q, "\xE9\xBD\xBF b");
    CHECK_INT(s->limit, 7);
    CHECK_INT(s->offset, 20);
    CHECK_INT(s->sort, JW_SORT_OLDEST);
    CHECK_INT(s->match, JW_MATCH_EXACT);
    CHECK_INT(s->unit, JW_HIT_PARAGRAPH);
    CHECK_INT(s->from, 20200200);
    CHECK_INT(s->to, 20210630);
    CHECK_STR_C(s->field[JW_FIELD_SOURCE], "S");
    CHECK_STR_C(s->field[JW_FIELD_SECTION], "T");
    CHECK_STR_C(s->field[JW_FIELD_AUTHOR], "U");
    CHECK_STR_C(s->field[JW_FIELD_PAGE], "V");
    CHECK_INT(s->facets, JW_FACET_MONTH | JW_FACET_SOURCE);
    CHECK(s->exact_script && s->explain);
}

/* What `next` and the cache's keys are made of reads back as the same request. */
static void test_canonical(void)
{
    static const struct {
        const char *query;
        const char *canonical;
    } rows[] = {
        {"q=a", "q=a"},
        {"limit=10&offset=0&sort=relevance&q=a&match=auto&unit=article", "q=a"},
        {"q=a&script=folded&explain=0&source=", "q=a"},
        {"q=a+b%26c", "q=a%20b%26c"},
        {"offset=20&q=%e9%bd%bf", "q=%E9%BD%BF&offset=20"},
        {"to=2021&facets=month,year&q=a&explain=1&script=exact&from=2020-01-02",
         "q=a&from=2020-01-02&to=2021&facets=year,month&script=exact&explain=1"},
        {"page=1&author=x&section=y&source=z&q=a&unit=paragraph&match=any&sort=newest",
         "q=a&sort=newest&match=any&unit=paragraph&source=z&section=y&page=1&author=x"},
    };
    struct jw_buf out;
    jw_buf_init(&out, 65536);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_problem problem;
        for (int round = 0; round < 2; round++) {
            const char *query = round ? rows[i].canonical : rows[i].query;
            CHECK(read_search(query, &problem) == JW_PROBLEM_NONE);
            jw_buf_clear(&out);
            jw_call_search_query(&call.search, call.search.offset, jw_str_of(NULL, 0),
                                 &out);
            CHECK_STR_C(jw_buf_str(&out), rows[i].canonical);
        }
    }
    jw_buf_release(&out);
}

static void test_analyze(void)
{
    static const struct {
        const char *query;
        bool good;
    } rows[] = {
        {"text=a", true},          {"text=a&mode=query", true},
        {"text=a&mode=x", false},  {"mode=query", false},
        {"text=a&limit=1", false}, {"text=%FF", false},
        {"text=a&text=b", false},  {"text=123456789012345678901", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_problem problem;
        jw_call_clear(&call);
        call.query_chars = 20;
        CHECK(jw_buf_reserve(&call.text_memory, strlen(rows[i].query)) == JW_OK);
        bool good = jw_params_read(jw_str_c(rows[i].query), &jw_analyze_params, &call,
                                   &problem) &&
                    jw_analyze_check(&call, &problem);
        CHECK_MSG(good == rows[i].good, "%s", rows[i].query);
    }
}

int main(void)
{
    static const struct jw_test tests[] = {{"takes what is right", test_good},
                                           {"names what is wrong", test_bad},
                                           {"reads values", test_values},
                                           {"writes the canonical form", test_canonical},
                                           {"analyze", test_analyze}};
    jw_call_init(&call);
    int rc = jw_test_run("params", tests, sizeof tests / sizeof tests[0]);
    jw_call_release(&call);
    return rc;
}
