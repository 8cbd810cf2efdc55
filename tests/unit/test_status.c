#include "jianwen/status.h"

#include <errno.h>

#include "jianwen/utf8.h"
#include "jw_cunit.h"

static void test_names(void)
{
    for (int i = JW_OK; i <= JW_EINTERNAL; i++) {
        const char *name = jw_status_name((enum jw_status)i);
        CHECK_MSG(name[0] && strcmp(name, "unknown") != 0, "status %d", i);
        for (int k = 0; k < i; k++) {
            CHECK_MSG(strcmp(name, jw_status_name((enum jw_status)k)) != 0, "%d and %d",
                      i, k);
        }
    }
    CHECK_INT(jw_status_exit_code(JW_OK), 0);
    CHECK_INT(jw_status_exit_code(JW_EIO), 1);
    CHECK_INT(jw_status_exit_code(JW_ELOCKED), 75);
    CHECK_INT(jw_status_exit_code(JW_ESTALE), 75);
}

static void test_messages(void)
{
    struct jw_error err;
    CHECK_STATUS(jw_fail(&err, JW_ELIMIT, "%d of %s", 3, "them"), JW_ELIMIT);
    CHECK_STR_C(jw_str_c(err.message), "3 of them");
    CHECK_STATUS(jw_error_prefix(&err, "line %d", 7), JW_ELIMIT);
    CHECK_STR_C(jw_str_c(err.message), "line 7: 3 of them");
    CHECK_STATUS(jw_fail(NULL, JW_EIO, "nobody reads this"), JW_EIO);
    jw_error_clear(&err);
    CHECK(err.status == JW_OK && err.message[0] == '\0');
    jw_error_clear(NULL);
}

static void test_errno(void)
{
    static const struct {
        int errnum;
        enum jw_status status;
    } rows[] = {
        {ENOENT, JW_ENOTFOUND}, {ENOTDIR, JW_ENOTFOUND}, {ENOMEM, JW_ENOMEM},
        {ENOSPC, JW_ENOSPC},    {EDQUOT, JW_ENOSPC},     {EACCES, JW_EIO},
    };
    struct jw_error err;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_STATUS(jw_fail_errno(&err, rows[i].errnum, "cannot open %s", "it"),
                     rows[i].status);
        CHECK(strncmp(err.message, "cannot open it: ", 16) == 0 && err.message[16]);
        CHECK(!strstr(err.message, "rror 2")); /* words, where the system has any */
    }
}

/* A message that is too long is cut between two code points. */
static void test_long_messages(void)
{
    char text[2 * JW_ERROR_MESSAGE_BYTES];
    struct jw_error err;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        size_t n = shift;
        while (n + 4 < sizeof text) {
            n += jw_utf8_encode(shift % 2 ? 0x20000 : 0x4E2D, text + n);
        }
        text[n] = '\0';
        (void)jw_fail(&err, JW_EINVAL, "%s", text);
        struct jw_str message = jw_str_c(err.message);
        CHECK(message.n > JW_ERROR_MESSAGE_BYTES - 9);
        CHECK(jw_utf8_valid(message, NULL));
        (void)jw_error_prefix(&err, "%s", text);
        CHECK(jw_utf8_valid(jw_str_c(err.message), NULL));
    }
}

JW_TEST_MAIN("status", {"names", test_names}, {"messages", test_messages},
             {"errno", test_errno}, {"long messages", test_long_messages})
