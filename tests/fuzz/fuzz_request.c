/*
 * fuzz_request.c - whatever a request says, it is either refused with a
 * problem that is good JSON, or understood within the limits.
 *
 * Input: a byte for the method and flags, then lines: the target, the values of
 * If-None-Match, Accept-Encoding, Authorization, Origin and X-Forwarded-For, and
 * the text of a token file.
 */
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "jianwen/date.h"
#include "jianwen/log.h"
#include "jianwen/utf8.h"
#include "route.h"

static struct jw_server server;
static struct jw_session session;
static struct jw_call call;
static struct jw_call again;

/* A wrong answer ends the program, so that the input is kept. */
static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static void set_up(void)
{
    static struct jw_server_settings settings;
    static bool done;
    const struct jw_settings table = jw_server_settings_table(&settings);
    if (done) {
        return;
    }
    done = true;
    must(jw_settings_defaults(&table, NULL) == JW_OK);
    (void)snprintf(settings.index, sizeof settings.index, "/nonexistent/index");
    (void)snprintf(settings.cors_origins, sizeof settings.cors_origins,
                   "https://a.example, http://b.example:8080");
    (void)snprintf(settings.trusted_proxies, sizeof settings.trusted_proxies,
                   "127.0.0.1, 10.0.0.0/8, fd00::/8");
    must(jw_server_init(&server, &settings, NULL) == JW_OK);
    must(jw_session_init(&session, server.store) == JW_OK);
    jw_log_set_level(JW_LOG_ERROR);
    jw_call_init(&call);
    jw_call_init(&again);
}

static struct jw_str take_line(struct jw_str *rest)
{
    const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    size_t n = end ? (size_t)(end - rest->p) : rest->n;
    struct jw_str line = jw_str_slice(*rest, 0, n);
    *rest = jw_str_slice(*rest, n + 1, rest->n);
    return line;
}

static void check_json(const struct jw_response *response)
{
    struct jw_str body = jw_blob_str(response->body);
    if (response->gzip) {
        must(body.n > 2 && memcmp(body.p, "\x1F\x8B", 2) == 0);
        return;
    }
    must(jw_utf8_valid(body, NULL));
    if (response->content_type && strstr(response->content_type, "json")) {
        cJSON *json = cJSON_ParseWithLength(body.p, body.n);
        must(json != NULL);
        if (response->problem) {
            const cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
            must(cJSON_IsNumber(status) && status->valueint == (int)response->status);
        }
        cJSON_Delete(json);
    }
}

/* The canonical form means the same, and is its own canonical form. */
static void check_canonical(const struct jw_search_request *s)
{
    struct jw_problem problem;
    struct jw_buf first;
    struct jw_buf second;
    jw_buf_init(&first, 1 << 20);
    jw_buf_init(&second, 1 << 20);
    jw_call_search_query(s, s->offset, s->cursor, &first);
    jw_call_clear(&again);
    again.query_chars = call.query_chars;
    must(jw_buf_reserve(&again.text_memory, first.len) == JW_OK);
    must(jw_params_read(jw_buf_str(&first), &jw_search_params, &again, &problem));
    must(jw_search_check(&again, &problem));
    jw_call_search_query(&again.search, again.search.offset, again.search.cursor,
                         &second);
    must(jw_str_eq(jw_buf_str(&first), jw_buf_str(&second)));
    must(jw_str_eq(again.search.q, s->q));
    jw_buf_release(&first);
    jw_buf_release(&second);
}

static void check_call(void)
{
    const struct jw_search_request *s = &call.search;
    must(jw_utf8_valid(s->q, NULL) && jw_utf8_count(s->q) <= call.query_chars);
    must(s->q.n == 0 || memchr(s->q.p, '\0', s->q.n) == NULL);
    must(s->limit <= JW_SEARCH_MAX_LIMIT && s->offset <= JW_SEARCH_MAX_OFFSET);
    must(!s->from || !s->to || s->from <= jw_date_last(s->to));
    must(s->facets < 1u << JW_FACETS);
    for (size_t i = 0; i < JW_FIELDS; i++) {
        must(jw_utf8_count(s->field[i]) <= JW_PARAM_FILTER_CHARS);
    }
    if (call.route->params == &jw_search_params) {
        must(jw_str_trim(s->q).n > 0);
        check_canonical(s);
    }
}

/* Whom the client is taken for is the peer, or an address in its one form. */
static void check_client(const struct jw_request *request)
{
    struct jw_client client;
    struct jw_client same;
    struct jw_request named = {.method = JW_HTTP_GET};
    jw_access_see(server.access, request, "127.0.0.1", &client);
    must(strlen(client.address) < JW_ADDRESS_BYTES);
    named.forwarded_for = jw_str_c(client.address);
    jw_access_see(server.access, &named, "127.0.0.1", &same);
    must(strcmp(client.address, same.address) == 0);
    jw_access_see(server.access, request, "192.0.2.1", &client);
    must(strcmp(client.address, "192.0.2.1") == 0);
}

/* An origin is shared with only if it is listed, letter by letter. */
static void check_sharing(const struct jw_request *request,
                          const struct jw_response *response)
{
    bool listed = jw_str_eq_c(request->origin, "https://a.example") ||
                  jw_str_eq_c(request->origin, "http://b.example:8080");
    must((response->allow_origin.n != 0) == listed);
    must(!listed || jw_str_eq(response->allow_origin, request->origin));
}

/* Tokens that are read have names for the log and at least one scope. */
static void check_tokens(struct jw_str text)
{
    struct jw_tokens *tokens = NULL;
    if (jw_tokens_parse(text, &tokens, NULL) == JW_OK) {
        for (size_t i = 0; i < tokens->n; i++) {
            must(tokens->rows[i].name[0] && tokens->rows[i].scopes);
        }
        (void)jw_tokens_find(tokens, text);
    }
    free(tokens);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const enum jw_http_method methods[] = {JW_HTTP_GET, JW_HTTP_HEAD,
                                                  JW_HTTP_OPTIONS, JW_HTTP_OTHER};
    struct jw_response response;
    set_up();
    if (n == 0) {
        return 0;
    }
    struct jw_str rest = jw_str_of((const char *)data + 1, n - 1);
    struct jw_request request = {.method = methods[data[0] & 3],
                                 .has_body = (data[0] & 0x80) != 0,
                                 .id = "0123456789abcdef"};
    request.target = take_line(&rest);
    request.if_none_match = take_line(&rest);
    request.accept_encoding = take_line(&rest);
    request.authorization = take_line(&rest);
    request.origin = take_line(&rest);
    request.forwarded_for = take_line(&rest);
    check_client(&request);
    check_tokens(rest);
    jw_response_init(&response);
    jw_call_clear(&call);
    if (jw_prepare(&server, &request, &call, &response) == JW_NEEDS_SESSION) {
        check_call();
        jw_perform(&server, &session, &call, &response);
        must(response.status == 503);
    }
    must(response.status >= 200 && response.status < 600 && response.status != 500);
    must((response.status >= 400) == (response.problem != JW_PROBLEM_NONE));
    check_json(&response);
    check_sharing(&request, &response);
    (void)jw_etag_matches(request.if_none_match, 1);
    jw_response_release(&response);
    return 0;
}
