#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "jw_cunit.h"
#include "listen.h"
#include "options.h"
#include "scratch.h"

static struct jw_server_settings values;

static enum jw_status load(int argc, const char *const *argv, struct jw_error *err)
{
    struct jw_server_options options;
    char *args[16];
    for (int i = 0; i < argc; i++) {
        args[i] = (char *)(uintptr_t)argv[i];
    }
    jw_error_clear(err);
    enum jw_status status = jw_server_options_read(argc, args, &options, err);
    return status == JW_OK ? jw_server_options_load(&options, &values, err) : status;
}

static void print(struct jw_buf *out)
{
    const struct jw_settings table = jw_server_settings_table(&values);
    jw_settings_print(&table, out);
}

/* config/jianwen.conf names every key, and gives each its default. */
static void test_file_is_defaults(void)
{
    const char *const none[] = {"x"};
    const char *const file[] = {"x", "--config", JW_SOURCE_DIR "/config/jianwen.conf"};
    struct jw_buf built_in;
    struct jw_buf from_file;
    struct jw_error err;
    jw_buf_init(&built_in, 65536);
    jw_buf_init(&from_file, 65536);
    CHECK_OK(load(1, none, &err), &err);
    print(&built_in);
    CHECK_OK(load(3, file, &err), &err);
    print(&from_file);
    CHECK_STR(jw_buf_str(&from_file), jw_buf_str(&built_in));

    const struct jw_settings table = jw_server_settings_table(&values);
    FILE *f = fopen(JW_SOURCE_DIR "/config/jianwen.conf", "r");
    char line[512];
    size_t named = 0;
    while (f && fgets(line, sizeof line, f)) {
        for (size_t i = 0; i < table.n_rows; i++) {
            size_t n = strlen(table.rows[i].key);
            named += strncmp(line, table.rows[i].key, n) == 0 && line[n] == ' ' ? 1 : 0;
        }
    }
    CHECK(f && fclose(f) == 0);
    CHECK_INT(named, table.n_rows);
    jw_buf_release(&built_in);
    jw_buf_release(&from_file);
}

/* Defaults, file, environment, options: the later wins. */
static void test_order(void)
{
    struct jw_error err;
    struct jw_scratch scratch;
    static const char text[] = "index = /a\n[server]\ncache = 1\nqueue = 2\nworkers = 3\n"
                               "[indexer]\nnonsense = 4\n";
    jw_scratch_make(&scratch);
    const char *path = jw_scratch_path(&scratch, "jianwen.conf");
    jw_file_write(path, jw_str_c(text));
    CHECK(setenv("JIANWEN_QUEUE", "20", 1) == 0);
    CHECK(setenv("JIANWEN_WORKERS", "30", 1) == 0);
    const char *const argv[] = {"x", "--config", path, "--workers", "300"};
    CHECK_OK(load(5, argv, &err), &err);
    CHECK_STR_C(jw_str_c(values.index), "/a");
    CHECK_INT(values.cache, 1);
    CHECK_INT(values.queue, 20);
    CHECK_INT(values.workers, 300);
    CHECK_INT(values.query_time_ms, 1000);
    CHECK_INT(values.header_time_ms, 10000);
    (void)unsetenv("JIANWEN_QUEUE");
    (void)unsetenv("JIANWEN_WORKERS");
    jw_scratch_remove(&scratch);
}

static void test_wrong(void)
{
    static const struct {
        const char *argv[4];
        int argc;
        const char *said;
    } rows[] = {
        {{"x", "--nonsense", "1"}, 3, "nonsense"},
        {{"x", "--cache"}, 2, "--cache: a value is missing"},
        {{"x", "--config"}, 2, "--config: a value is missing"},
        {{"x", "--bogus"}, 2, "--bogus: there is no such option"},
        {{"x", "--cache", "many"}, 3, "cache = many: must be a whole number from 0 to "},
        {{"x", "--cache", "many"}, 3, "512m, 4g"},
        {{"x", "--cache=-1"}, 2, "cache = -1"},
        {{"x", "--queue", "0"}, 3, "1 to"},
        {{"x", "stray"}, 2, "stray"},
        {{"x", "--"}, 2, "--"},
        {{"x", "--help=1"}, 2, "no value"},
        {{"x", "--log-level", "loud"}, 3, "loud"},
        {{"x", "--index", ""}, 3, "index"},
        {{"x", "--config", "/nonexistent/file"}, 3, "/nonexistent/file"},
        {{"x", "--listen", "0.0.0.0:80"}, 3, "allow_remote"},
        {{"x", "--listen", "[::]:80"}, 3, "allow_remote"},
        {{"x", "--listen", "10.0.0.1:80"}, 3, "allow_remote"},
        {{"x", "--listen", "8080"}, 3, "ADDRESS:PORT"},
        {{"x", "--listen", "example.org:80"}, 3, "ADDRESS:PORT"},
        {{"x", "--listen", "127.0.0.1:65536"}, 3, "ADDRESS:PORT"},
        {{"x", "--listen", "127.0.0.1:"}, 3, "ADDRESS:PORT"},
        {{"x", "--listen", ":80"}, 3, "ADDRESS:PORT"},
        {{"x", "--listen", "::1:80"}, 3, "ADDRESS:PORT"},
        {{"x", "--listen", "unix:"}, 3, "Unix socket"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_error err;
        enum jw_status status = load(rows[i].argc, rows[i].argv, &err);
        CHECK_MSG(status != JW_OK, "row %zu was taken", i);
        CHECK_MSG(strstr(err.message, rows[i].said) != NULL, "row %zu: %s", i,
                  err.message);
    }
}

static void test_addresses(void)
{
    static const struct {
        const char *text;
        bool local;
    } rows[] = {
        {"127.0.0.1:0", true}, {"127.1.2.3:80", true},   {"localhost:80", true},
        {"[::1]:80", true},    {"unix:/tmp/x", true},    {"0.0.0.0:80", false},
        {"[::]:80", false},    {"192.168.0.1:1", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_listen_address address;
        struct jw_error err;
        jw_error_clear(&err);
        CHECK_OK(jw_listen_parse(jw_str_c(rows[i].text), &address, &err), &err);
        CHECK_MSG(jw_listen_is_local(&address) == rows[i].local, "%s", rows[i].text);
    }
    const char *const remote[] = {"x", "--listen", "0.0.0.0:80", "--allow-remote=on"};
    struct jw_error err;
    CHECK_OK(load(4, remote, &err), &err);
}

/* A socket file that a crash left behind is replaced, a live one is not. */
static void test_unix_socket(void)
{
    struct jw_listen_address address;
    struct jw_error err;
    struct jw_scratch scratch;
    char text[JW_SCRATCH_PATH_BYTES + 64];
    int first = -1;
    int second = -1;
    jw_scratch_make(&scratch);
    const char *path = jw_scratch_path(&scratch, "socket");
    (void)snprintf(text, sizeof text, "unix:%s", path);
    jw_error_clear(&err);
    CHECK_OK(jw_listen_parse(jw_str_c(text), &address, &err), &err);
    CHECK_OK(jw_listen_open(&address, &first, &err), &err);
    CHECK(jw_listen_open(&address, &second, &err) != JW_OK);
    CHECK(strstr(err.message, text) && strstr(err.message, "--listen"));
    jw_error_clear(&err);
    (void)close(first);
    CHECK(jw_path_exists(path));
    CHECK_OK(jw_listen_open(&address, &second, &err), &err);
    CHECK_INT(jw_listen_port(second), 0);
    (void)close(second);
    jw_listen_remove(&address);
    CHECK(!jw_path_exists(path));
    jw_scratch_remove(&scratch);
}

JW_TEST_MAIN("server_settings", {"the file holds the defaults", test_file_is_defaults},
             {"the later wins", test_order}, {"says what is wrong", test_wrong},
             {"addresses", test_addresses}, {"Unix sockets", test_unix_socket})
