#include "jianwen/settings.h"

#include <stdlib.h>

#include "jw_cunit.h"
#include "scratch.h"

struct values {
    char name[8];
    uint64_t size;
    bool fast;
};

static const struct jw_setting rows[] = {
    {"name", JW_SETTING_STRING, offsetof(struct values, name), 8, "none", 0, 0, "a name"},
    {"max_size", JW_SETTING_NUMBER, offsetof(struct values, size), 0, "4k", 1, 1u << 20,
     "bytes"},
    {"fast", JW_SETTING_BOOL, offsetof(struct values, fast), 0, "off", 0, 0, "speed"},
};

static struct values values;
static const struct jw_settings settings = {rows, 3, &values, "tested"};

static enum jw_status set(const char *key, const char *value)
{
    return jw_settings_set(&settings, jw_str_c(key), jw_str_c(value), NULL);
}

static void test_set(void)
{
    struct jw_error err;
    CHECK_OK(jw_settings_defaults(&settings, &err), &err);
    CHECK_STR_C(jw_str_c(values.name), "none");
    CHECK_INT(values.size, 4096);
    CHECK(!values.fast);
    CHECK_OK(set("name", "seven77"), NULL);
    CHECK_STATUS(set("name", "eight888"), JW_EINVAL);
    CHECK_STR_C(jw_str_c(values.name), "seven77");
    CHECK_OK(set("name", ""), NULL);
    CHECK_STR_C(jw_str_c(values.name), "");
    CHECK_STATUS(jw_settings_set(&settings, jw_str_c("name"), jw_str_of("a\0b", 3), &err),
                 JW_EINVAL);
    CHECK_OK(set("max-size", "1m"), NULL);
    CHECK_INT(values.size, 1 << 20);
    CHECK_OK(set("max_size", "1"), NULL);
    static const char *const bad[] = {
        "0", "2m", "-1", "", "k", "1x", "1 ", "1g", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_MSG(set("max_size", bad[i]) == JW_EINVAL, "\"%s\"", bad[i]);
    }
    CHECK_INT(values.size, 1);
    static const char *const yes[] = {"on", "true", "yes", "1"};
    static const char *const no[] = {"off", "false", "no", "0"};
    for (size_t i = 0; i < 4; i++) {
        CHECK_OK(set("fast", yes[i]), NULL);
        CHECK(values.fast);
        CHECK_OK(set("fast", no[i]), NULL);
        CHECK(!values.fast);
    }
    CHECK_STATUS(set("fast", "maybe"), JW_EINVAL);
    CHECK_STATUS(set("fas", "on"), JW_ENOTFOUND);
    CHECK_STATUS(set("fastest", "on"), JW_ENOTFOUND);
    CHECK_STATUS(set("", "on"), JW_ENOTFOUND);
}

static enum jw_status read_text(const char *text, struct jw_error *err)
{
    struct jw_scratch scratch;
    jw_scratch_make(&scratch);
    const char *path = jw_scratch_path(&scratch, "settings");
    jw_file_write(path, jw_str_c(text));
    CHECK_OK(jw_settings_defaults(&settings, NULL), NULL);
    enum jw_status status = jw_settings_file(&settings, path, err);
    jw_scratch_remove(&scratch);
    return status;
}

static void test_file(void)
{
    struct jw_error err;
    CHECK_OK(read_text("; all\nname = ours\n[other]\nunknown = 1\nfast = on\n"
                       "[tested]\nmax_size = 2k\n",
                       &err),
             &err);
    CHECK_STR_C(jw_str_c(values.name), "ours");
    CHECK_INT(values.size, 2048);
    CHECK(!values.fast);
    CHECK_STATUS(read_text("name = a\n[tested]\nnmae = b\n", &err), JW_EINVAL);
    CHECK(strstr(err.message, "line 3") && strstr(err.message, "nmae"));
    CHECK_STATUS(read_text("max_size = many\n", &err), JW_EINVAL);
    CHECK(strstr(err.message, "line 1") && strstr(err.message, "many"));
    CHECK_STATUS(read_text("name = a\nno sign here\n", &err), JW_EINVAL);
    CHECK(strstr(err.message, "line 2") != NULL);
    CHECK_STATUS(jw_settings_file(&settings, "/no/such/file", &err), JW_ENOTFOUND);
    CHECK(strstr(err.message, "/no/such/file") != NULL);
}

static void test_environment(void)
{
    struct jw_error err;
    CHECK_OK(jw_settings_defaults(&settings, &err), &err);
    CHECK(setenv("JIANWEN_MAX_SIZE", "3k", 1) == 0);
    CHECK(setenv("JIANWEN_SOMETHING_ELSE", "x", 1) == 0);
    CHECK_OK(jw_settings_env(&settings, &err), &err);
    CHECK_INT(values.size, 3072);
    CHECK(setenv("JIANWEN_FAST", "perhaps", 1) == 0);
    CHECK_STATUS(jw_settings_env(&settings, &err), JW_EINVAL);
    CHECK(strstr(err.message, "JIANWEN_FAST") != NULL);
    CHECK(unsetenv("JIANWEN_MAX_SIZE") == 0 && unsetenv("JIANWEN_FAST") == 0 &&
          unsetenv("JIANWEN_SOMETHING_ELSE") == 0);
}

/* What is printed can be read again. */
static void test_print(void)
{
    struct jw_buf out;
    struct jw_error err;
    char *text = NULL;
    jw_buf_init(&out, 4096);
    CHECK_OK(set("name", "printed"), NULL);
    CHECK_OK(set("max_size", "77"), NULL);
    CHECK_OK(set("fast", "on"), NULL);
    jw_settings_print(&settings, &out);
    CHECK_OK(jw_buf_take(&out, &text, NULL), NULL);
    CHECK(strstr(text, "; bytes\nmax_size = 77\n") != NULL);
    CHECK_OK(read_text(text, &err), &err);
    CHECK_STR_C(jw_str_c(values.name), "printed");
    CHECK_INT(values.size, 77);
    CHECK(values.fast);
    free(text);
}

JW_TEST_MAIN("settings", {"set", test_set}, {"file", test_file},
             {"environment", test_environment}, {"print", test_print})
