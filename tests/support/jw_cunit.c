#include "jw_cunit.h"

#include <stdarg.h>
#include <stdio.h>

int jw_test_run(const char *suite, const struct jw_test *tests, size_t n)
{
    if (CU_initialize_registry() != CUE_SUCCESS) {
        return 1;
    }
    CU_pSuite s = CU_add_suite(suite, NULL, NULL);
    for (size_t i = 0; s && i < n; i++) {
        if (!CU_add_test(s, tests[i].name, tests[i].run)) {
            s = NULL;
        }
    }
    if (s) {
        CU_basic_set_mode(CU_BRM_VERBOSE);
        (void)CU_basic_run_tests();
    }
    /* The records count suites that failed to start, too. */
    unsigned failures = CU_get_number_of_failure_records();
    unsigned ran = CU_get_number_of_tests_run();
    CU_cleanup_registry();
    return s && failures == 0 && ran == n ? 0 : 1;
}

bool jw_check(bool ok, const char *file, unsigned line, const char *fmt, ...)
{
    char message[1024];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    return CU_assertImplementation(ok, line, message, file, "", CU_FALSE);
}

bool jw_check_status(enum jw_status got, enum jw_status want, const struct jw_error *err,
                     const char *file, unsigned line)
{
    return jw_check(got == want, file, line, "status is \"%s\", wanted \"%s\": %s",
                    jw_status_name(got), jw_status_name(want),
                    err && got != JW_OK ? err->message : "");
}

bool jw_check_str(struct jw_str got, struct jw_str want, const char *what,
                  const char *file, unsigned line)
{
    return jw_check(jw_str_eq(got, want), file, line, "%s is \"%.*s\", wanted \"%.*s\"",
                    what, (int)got.n, got.p ? got.p : "", (int)want.n,
                    want.p ? want.p : "");
}

bool jw_check_int(long long got, long long want, const char *what, const char *file,
                  unsigned line)
{
    return jw_check(got == want, file, line, "%s is %lld, wanted %lld", what, got, want);
}
