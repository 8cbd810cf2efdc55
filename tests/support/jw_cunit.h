/*
 * jw_cunit.h - what every CUnit program of ours shares.
 *
 * A test file lists its cases and runs them:
 *
 *     JW_TEST_MAIN("utf8", {"decodes every length", test_decode}, ...)
 *
 * The checks print both sides when they fail.  Use the _FATAL forms of CUnit
 * only before anything is allocated: they jump.
 */
#ifndef JW_TESTS_CUNIT_H
#define JW_TESTS_CUNIT_H

#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stddef.h>

#include "jianwen/status.h"
#include "jianwen/str.h"

struct jw_test {
    const char *name;
    void (*run)(void);
};

/**
 * Run the cases as one suite.
 * @return 0 when all passed, 1 otherwise, also when CUnit could not start.
 */
int jw_test_run(const char *suite, const struct jw_test *tests, size_t n);

#define JW_TEST_MAIN(suite, ...)                                                         \
    int main(void)                                                                       \
    {                                                                                    \
        static const struct jw_test tests[] = {__VA_ARGS__};                             \
        return jw_test_run(suite, tests, sizeof tests / sizeof tests[0]);                \
    }

/* Record a check with a message of its own; used through the macros below. */
bool jw_check(bool ok, const char *file, unsigned line, const char *fmt, ...)
    JW_PRINTF(4, 5);

/** a and b are enum jw_status; err may be NULL. */
bool jw_check_status(enum jw_status got, enum jw_status want, const struct jw_error *err,
                     const char *file, unsigned line);
bool jw_check_str(struct jw_str got, struct jw_str want, const char *what,
                  const char *file, unsigned line);
bool jw_check_int(long long got, long long want, const char *what, const char *file,
                  unsigned line);

#define CHECK(ok)               jw_check((ok), __FILE__, __LINE__, "%s", #ok)
#define CHECK_MSG(ok, ...)      jw_check((ok), __FILE__, __LINE__, __VA_ARGS__)
#define CHECK_OK(status, err)   jw_check_status((status), JW_OK, (err), __FILE__, __LINE__)
#define CHECK_STATUS(got, want) jw_check_status((got), (want), NULL, __FILE__, __LINE__)
#define CHECK_STR(got, want)    jw_check_str((got), (want), #got, __FILE__, __LINE__)
#define CHECK_STR_C(got, want)                                                           \
    jw_check_str((got), jw_str_c(want), #got, __FILE__, __LINE__)
#define CHECK_INT(got, want)                                                             \
    jw_check_int((long long)(got), (long long)(want), #got, __FILE__, __LINE__)

#endif
