/* What a log line looks like, and that no value can forge one. */
#include "jianwen/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "jw_cunit.h"
#include "scratch.h"

static char room[65536];

/* Standard error goes into a file while lines are written.  @return what came. */
static struct jw_str captured(bool json, const struct jw_log_field *fields, size_t n)
{
    struct jw_scratch scratch;
    jw_scratch_make(&scratch);
    int fd = open(jw_scratch_path(&scratch, "log"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int before = dup(STDERR_FILENO);
    (void)fflush(stderr);
    (void)dup2(fd, STDERR_FILENO);
    jw_log_set_json(json);
    jw_log_fields(JW_LOG_INFO, "event", fields, n);
    (void)dup2(before, STDERR_FILENO);
    ssize_t got = pread(fd, room, sizeof room, 0);
    (void)close(fd);
    (void)close(before);
    jw_scratch_remove(&scratch);
    struct jw_str line = jw_str_of(room, got > 0 ? (size_t)got : 0);
    /* Without the time: as text 25 characters, as JSON 35. */
    return jw_str_slice(line, json ? 35 : 25, line.n);
}

static void test_fields(void)
{
    static const struct {
        const char *value;
        const char *text;
        const char *json;
    } rows[] = {
        {"plain", "plain", "plain"},
        {"\xE9\xBD\xBF", "\xE9\xBD\xBF", "\xE9\xBD\xBF"},
        {"two words", "\"two words\"", "two words"},
        {"a=b", "\"a=b\"", "a=b"},
        {"say \"x\"\\", "\"say \\\"x\\\"\\\\\"", "say \\\"x\\\"\\\\"},
        {"a\nb", "\"a\\x0ab\"", "a\\u000ab"},
        {"\x7F", "\"\\x7f\"", "\\u007f"},
        {"\xFF\xC0\x80", "\\xff\\xc0\\x80", "\\u00ff\\u00c0\\u0080"},
        {"\xED\xA0\x80", "\\xed\\xa0\\x80", "\\u00ed\\u00a0\\u0080"},
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
        {"\xE9\xBD", "\\xe9\\xbd", "\\u00e9\\u00bd"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct jw_log_field fields[] = {jw_log_text("none", jw_str_c("")),
                                              jw_log_text("k", jw_str_c(rows[i].value)),
                                              jw_log_number("n", UINT64_MAX)};
        char wanted[256];
        (void)snprintf(wanted, sizeof wanted, "info event k=%s n=18446744073709551615\n",
                       rows[i].text);
        CHECK_STR_C(captured(false, fields, 3), wanted);
        (void)snprintf(wanted, sizeof wanted,
                       "\"level\":\"info\",\"event\":\"event\",\"k\":\"%s\","
                       "\"n\":18446744073709551615}\n",
                       rows[i].json);
        CHECK_STR_C(captured(true, fields, 3), wanted);
    }
}

/* Long values are cut between characters; a field without room is left out whole. */
static void test_long(void)
{
    static char han[3 * 5000];
    static char controls[3000];
    for (size_t i = 0; i < sizeof han; i++) {
        han[i] = "\xE9\xBD\xBF"[i % 3];
    }
    memset(controls, 1, sizeof controls);
    const struct jw_log_field fields[] = {
        jw_log_text("a", jw_str_of(han, sizeof han)),
        jw_log_text("b", jw_str_of(controls, sizeof controls)), jw_log_number("c", 1)};
    struct jw_str line = captured(true, fields, 3);
    static const char end[] = "\xBF\",\"c\":1}\n";
    CHECK(line.n < 4096);
    CHECK(line.n > sizeof end);
    CHECK_STR_C(jw_str_slice(line, line.n - (sizeof end - 1), line.n), end);
    line = captured(false, fields, 1);
    CHECK_INT(line.n, strlen("info event a=\n") + JW_LOG_TEXT_BYTES / 3 * 3);
}

JW_TEST_MAIN("log", {"fields", test_fields}, {"long values", test_long})
