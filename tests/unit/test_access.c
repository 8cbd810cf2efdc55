/* Tokens and scopes, origins, proxies. */
#include "access.h"

#include <stdio.h>
#include <stdlib.h>

#include "jw_cunit.h"
#include "proxies.h"
#include "scratch.h"

/* printf 'a' | sha256sum, and so on */
#define HASH_A "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
#define HASH_B "3E23E8160039594A33894F6564E1B1348BBD7A0088D42C4ACB73EEAED59C009D"
#define HASH_C "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6"

static void test_token_files(void)
{
    static const struct {
        const char *text;
        /* Tokens read; -1: refused. */
        int n;
    } rows[] = {
        {"", 0},
        {"# nothing\n\n  \n", 0},
        {"web search " HASH_A, 1},
        {"  web\tsearch,write  " HASH_A " \r\n# and\nops admin " HASH_B "\n", 2},
        {"web search " HASH_A " more\n", -1},
        {"web search\n", -1},
        {"web find " HASH_A "\n", -1},
        {"web , " HASH_A "\n", -1},
        {"we:b search " HASH_A "\n", -1},
        {"a-name-that-is-far-too-long-for-a-log search " HASH_A "\n", -1},
        {"web search " HASH_A "0\n", -1},
        {"web search g" HASH_A "\n", -1},
        {"web search @@978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
         -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_tokens *tokens = NULL;
        struct jw_error err;
        jw_error_clear(&err);
        enum jw_status status = jw_tokens_parse(jw_str_c(rows[i].text), &tokens, &err);
        CHECK_MSG((status == JW_OK ? (int)tokens->n : -1) == rows[i].n, "row %zu: %s", i,
                  err.message);
        CHECK_MSG(!strstr(err.message, "978112"), "row %zu shows a hash", i);
        free(tokens);
    }
}

static void test_most_tokens(void)
{
    struct jw_buf text;
    jw_buf_init(&text, 1 << 20);
    for (int i = 0; i <= JW_TOKENS_MAX; i++) {
        struct jw_tokens *tokens = NULL;
        jw_buf_printf(&text, "t%d search " HASH_A "\n", i);
        if (i >= JW_TOKENS_MAX - 1) {
            enum jw_status status = jw_tokens_parse(jw_buf_str(&text), &tokens, NULL);
            CHECK_STATUS(status, i < JW_TOKENS_MAX ? JW_OK : JW_ELIMIT);
            free(tokens);
        }
    }
    jw_buf_release(&text);
}

static void test_find(void)
{
    struct jw_tokens *tokens = NULL;
    CHECK_STATUS(
        jw_tokens_parse(jw_str_c("one search " HASH_A "\ntwo write,admin " HASH_B),
                        &tokens, NULL),
        JW_OK);
    const struct jw_bearer *one = jw_tokens_find(tokens, jw_str_c("a"));
    const struct jw_bearer *two = jw_tokens_find(tokens, jw_str_c("b"));
    CHECK(one && strcmp(one->name, "one") == 0 && one->scopes == JW_SCOPE_SEARCH);
    CHECK(two && two->scopes == (JW_SCOPE_WRITE | JW_SCOPE_ADMIN));
    CHECK(!jw_tokens_find(tokens, jw_str_c("c")));
    CHECK(!jw_tokens_find(tokens, jw_str_c("")));
    CHECK(!jw_tokens_find(tokens, jw_str_c(HASH_A)));
    free(tokens);
}

static struct jw_server_settings settings(const char *read_access, const char *tokens,
                                          const char *origins, const char *proxies)
{
    struct jw_server_settings s;
    memset(&s, 0, sizeof s);
    (void)snprintf(s.read_access, sizeof s.read_access, "%s", read_access);
    (void)snprintf(s.tokens, sizeof s.tokens, "%s", tokens);
    (void)snprintf(s.cors_origins, sizeof s.cors_origins, "%s", origins);
    (void)snprintf(s.trusted_proxies, sizeof s.trusted_proxies, "%s", proxies);
    return s;
}

/* @return the status of a request, 200 when it may go on. */
static unsigned ask(struct jw_access *access, const char *authorization, unsigned scope,
                    struct jw_client *client)
{
    struct jw_request request = {.method = JW_HTTP_GET,
                                 .authorization = jw_str_c(authorization)};
    struct jw_response response;
    struct jw_problem problem = {.type = JW_PROBLEM_NONE};
    jw_response_init(&response);
    jw_access_see(access, &request, "192.0.2.1", client);
    bool good = jw_access_check(access, &request, scope, client, &response, &problem);
    CHECK(good == (problem.type == JW_PROBLEM_NONE));
    CHECK(good == !response.authenticate);
    return good ? 200 : jw_problem_status(problem.type);
}

static void test_scopes(void)
{
    static const struct {
        const char *sent;
        unsigned scope;
        unsigned open;
        unsigned by_token;
        const char *name;
    } rows[] = {
        {"", 0, 200, 200, ""},
        {"", JW_SCOPE_SEARCH, 200, 401, ""},
        {"", JW_SCOPE_WRITE, 401, 401, ""},
        {"", JW_SCOPE_ADMIN, 200, 401, ""},
        {"Bearer a", 0, 200, 200, "reader"},
        {"Bearer a", JW_SCOPE_SEARCH, 200, 200, "reader"},
        {"bearer  a ", JW_SCOPE_SEARCH, 200, 200, "reader"},
        {"Bearer a", JW_SCOPE_WRITE, 403, 403, "reader"},
        {"Bearer a", JW_SCOPE_ADMIN, 200, 403, "reader"},
        {"Bearer b", JW_SCOPE_WRITE, 200, 200, "writer"},
        {"Bearer b", JW_SCOPE_SEARCH, 200, 403, "writer"},
        {"Bearer c", JW_SCOPE_SEARCH, 200, 200, "all"},
        {"Bearer c", JW_SCOPE_ADMIN, 200, 200, "all"},
        {"Bearer d", JW_SCOPE_SEARCH, 401, 401, ""},
        {"Bearer d", 0, 401, 401, ""},
        {"Bearer", JW_SCOPE_SEARCH, 401, 401, ""},
        {"Bearer ", JW_SCOPE_SEARCH, 401, 401, ""},
        {"Basic YTph", JW_SCOPE_SEARCH, 401, 401, ""},
        {"a", JW_SCOPE_SEARCH, 401, 401, ""},
    };
    static const char text[] = "reader search " HASH_A "\nwriter write " HASH_B
                               "\nall search,write,admin " HASH_C "\n";
    struct jw_scratch scratch;
    jw_scratch_make(&scratch);
    const char *path = jw_scratch_path(&scratch, "tokens");
    jw_file_write(path, jw_str_c(text));
    for (int by_token = 0; by_token < 2; by_token++) {
        struct jw_server_settings s = settings(by_token ? "token" : "open", path, "", "");
        struct jw_access *access = NULL;
        struct jw_error err;
        jw_error_clear(&err);
        CHECK_STATUS(jw_access_new(&access), JW_OK);
        CHECK_OK(jw_access_load(access, &s, &err), &err);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct jw_client client;
            unsigned status = ask(access, rows[i].sent, rows[i].scope, &client);
            CHECK_MSG(status == (by_token ? rows[i].by_token : rows[i].open),
                      "row %zu, %d: %u", i, by_token, status);
            CHECK_MSG(strcmp(client.token, rows[i].name) == 0, "row %zu: %s", i,
                      client.token);
        }
        jw_access_free(access);
    }
    jw_scratch_remove(&scratch);
}

/* Rules that cannot be read leave those before in force. */
static void test_reload(void)
{
    struct jw_access *access = NULL;
    struct jw_client client;
    struct jw_error err;
    static const struct {
        const char *access;
        const char *tokens;
        const char *origins;
        const char *proxies;
        const char *said;
    } rows[] = {
        {"token", "", "", "", "read_access"},
        {"open", "/nonexistent/tokens", "", "", "/nonexistent/tokens"},
        {"open", "", "example.org", "", "example.org"},
        {"open", "", "https://example.org/", "", "cors_origins"},
        {"open", "", "https://Example.org", "", "cors_origins"},
        {"open", "", "https://", "", "cors_origins"},
        {"open", "", "null", "", "cors_origins"},
        {"open", "", "", "10.0.0.0/33", "10.0.0.0/33"},
        {"open", "", "", "proxy.example", "trusted_proxies"},
    };
    CHECK_STATUS(jw_access_new(&access), JW_OK);
    struct jw_server_settings good = settings("open", "", "", "");
    CHECK_STATUS(jw_access_load(access, &good, NULL), JW_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_server_settings bad =
            settings(rows[i].access, rows[i].tokens, rows[i].origins, rows[i].proxies);
        jw_error_clear(&err);
        CHECK_MSG(jw_access_load(access, &bad, &err) != JW_OK, "row %zu was taken", i);
        CHECK_MSG(strstr(err.message, rows[i].said) != NULL, "row %zu: %s", i,
                  err.message);
    }
    CHECK_INT(ask(access, "", JW_SCOPE_SEARCH, &client), 200);
    CHECK_STR_C(jw_str_c(client.address), "192.0.2.1");
    jw_access_free(access);
}

static void test_origins(void)
{
    static const struct {
        const char *allowed;
        const char *origin;
        const char *said;
    } rows[] = {
        {"", "https://a.example", ""},
        {"https://a.example", "https://a.example", "https://a.example"},
        {"https://b.example , https://a.example:8443", "https://a.example:8443",
         "https://a.example:8443"},
        {"https://a.example", "https://a.example.evil", ""},
        {"https://a.example", "https://a.exampl", ""},
        {"https://a.example", "http://a.example", ""},
        {"https://a.example", "null", ""},
        {"https://a.example", "", ""},
        {"*", "https://a.example", "*"},
        {"*", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_access *access = NULL;
        struct jw_server_settings s = settings("open", "", rows[i].allowed, "");
        struct jw_request request = {.method = JW_HTTP_OPTIONS,
                                     .asks_method = true,
                                     .origin = jw_str_c(rows[i].origin)};
        struct jw_response response;
        jw_response_init(&response);
        CHECK_STATUS(jw_access_new(&access), JW_OK);
        CHECK_STATUS(jw_access_load(access, &s, NULL), JW_OK);
        jw_access_share(access, &request, &response);
        CHECK_STR_C(response.allow_origin, rows[i].said);
        CHECK(response.preflight == (rows[i].said[0] != '\0'));
        CHECK(response.varies_by_origin == (rows[i].allowed[0] != '\0'));
        jw_access_free(access);
    }
}

static void test_proxies(void)
{
    static const struct {
        const char *trusted;
        const char *peer;
        const char *forwarded;
        const char *client;
    } rows[] = {
        {"", "10.0.0.1", "192.0.2.7", "10.0.0.1"},
        {"10.0.0.1", "10.0.0.1", "", "10.0.0.1"},
        {"10.0.0.1", "10.0.0.1", "192.0.2.7", "192.0.2.7"},
        {"10.0.0.1", "10.0.0.2", "192.0.2.7", "10.0.0.2"},
        {"10.0.0.0/8", "10.9.9.9", "192.0.2.7", "192.0.2.7"},
        {"10.0.0.0/9", "10.128.0.1", "192.0.2.7", "10.128.0.1"},
        {"0.0.0.0/0", "10.0.0.1", "192.0.2.7", "192.0.2.7"},
        /* The end is believed, the client's own words before it are not. */
        {"10.0.0.1", "10.0.0.1", "1.1.1.1, 192.0.2.7", "192.0.2.7"},
        {"10.0.0.0/8", "10.0.0.1", "1.1.1.1, 192.0.2.7,10.0.0.5", "192.0.2.7"},
        {"10.0.0.0/8", "10.0.0.1", "10.0.0.7, 10.0.0.6", "10.0.0.7"},
        {"10.0.0.1", "10.0.0.1", "nonsense", "10.0.0.1"},
        {"10.0.0.1", "10.0.0.1", "192.0.2.7, ", "10.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", "192.0.2.7:80, 10.0.0.2", "10.0.0.2"},
        {"unix", "unix", "192.0.2.7", "192.0.2.7"},
        {"127.0.0.1", "unix", "192.0.2.7", "unix"},
        {"::1, fd00::/8", "fd00::2", "2001:DB8::1", "2001:db8::1"},
        {"fd00::/8", "fe00::2", "2001:db8::1", "fe00::2"},
        {"::1", "::1", "a b c", "::1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_proxies proxies;
        char client[JW_ADDRESS_BYTES];
        CHECK_STATUS(jw_proxies_parse(jw_str_c(rows[i].trusted), &proxies, NULL), JW_OK);
        jw_proxies_client(&proxies, jw_str_c(rows[i].peer), jw_str_c(rows[i].forwarded),
                          client);
        CHECK_MSG(strcmp(client, rows[i].client) == 0, "row %zu: %s", i, client);
    }
}

JW_TEST_MAIN("access", {"token files", test_token_files},
             {"most tokens", test_most_tokens}, {"tokens", test_find},
             {"scopes", test_scopes}, {"reload", test_reload}, {"origins", test_origins},
             {"proxies", test_proxies})
