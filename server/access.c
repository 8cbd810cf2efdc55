#include "access.h"

#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

#include "jianwen/file.h"
#include "proxies.h"

struct rules {
    struct jw_tokens *tokens;
    struct jw_proxies proxies;
    char origins[JW_SETTING_LIST_BYTES];
    bool needs_token;
};

struct jw_access {
    pthread_rwlock_t lock;
    struct rules rules;
};

enum jw_status jw_access_new(struct jw_access **out)
{
    *out = calloc(1, sizeof **out);
    if (!*out) {
        return JW_ENOMEM;
    }
    (void)pthread_rwlock_init(&(*out)->lock, NULL);
    return JW_OK;
}

void jw_access_free(struct jw_access *access)
{
    if (access) {
        (void)pthread_rwlock_destroy(&access->lock);
        free(access->rules.tokens);
        free(access);
    }
}

/* ---- loading ---- */

static enum jw_status load_tokens(const char *path, struct jw_tokens **out,
                                  struct jw_error *err)
{
    struct jw_buf text;
    *out = NULL;
    if (!path[0]) {
        return JW_OK;
    }
    jw_buf_init(&text, JW_TOKENS_FILE_MAX_BYTES + 1);
    enum jw_status status = jw_file_read(path, JW_TOKENS_FILE_MAX_BYTES, &text, err);
    if (status == JW_OK) {
        status = jw_tokens_parse(jw_buf_str(&text), out, err);
    }
    jw_buf_release(&text);
    return status == JW_OK ? status : jw_error_prefix(err, "tokens = %s", path);
}

static struct jw_str next_word(struct jw_str *rest)
{
    const char *comma = rest->n ? memchr(rest->p, ',', rest->n) : NULL;
    size_t n = comma ? (size_t)(comma - rest->p) : rest->n;
    struct jw_str word = jw_str_trim(jw_str_slice(*rest, 0, n));
    *rest = jw_str_slice(*rest, n + 1, rest->n);
    return word;
}

/* scheme://host[:port] with nothing behind it: what browsers send. */
static bool is_origin(struct jw_str word)
{
    size_t host = 0;
    if (jw_str_starts(word, jw_str_c("https://"))) {
        host = 8;
    } else if (jw_str_starts(word, jw_str_c("http://"))) {
        host = 7;
    }
    bool good = host && word.n > host;
    for (size_t i = host; i < word.n && good; i++) {
        unsigned char c = (unsigned char)word.p[i];
        good = c > 0x20 && c < 0x7F && !strchr("/?#@*\"\\", c) && !(c >= 'A' && c <= 'Z');
    }
    return good;
}

static enum jw_status check_origins(const char *list, struct jw_error *err)
{
    struct jw_str rest = jw_str_c(list);
    while (rest.n) {
        struct jw_str word = next_word(&rest);
        if (!is_origin(word) && !jw_str_eq_c(word, "*")) {
            return jw_fail(err, JW_EINVAL,
                           "cors_origins: %.*s: must be https://HOST or http://HOST, in "
                           "small letters, with :PORT if need be and nothing behind it; "
                           "or *",
                           (int)word.n, word.p);
        }
    }
    return JW_OK;
}

static enum jw_status load_rules(struct rules *out,
                                 const struct jw_server_settings *settings,
                                 struct jw_error *err)
{
    memset(out, 0, sizeof *out);
    out->needs_token = strcmp(settings->read_access, "token") == 0;
    (void)memcpy(out->origins, settings->cors_origins, sizeof out->origins);
    enum jw_status status = check_origins(out->origins, err);
    if (status == JW_OK) {
        status =
            jw_proxies_parse(jw_str_c(settings->trusted_proxies), &out->proxies, err);
    }
    if (status == JW_OK) {
        status = load_tokens(settings->tokens, &out->tokens, err);
    }
    if (status == JW_OK && out->needs_token && (!out->tokens || out->tokens->n == 0)) {
        free(out->tokens);
        status = jw_fail(err, JW_EINVAL,
                         "read_access = token: nobody could read; name a file with at "
                         "least one token in `tokens`");
    }
    return status;
}

enum jw_status jw_access_load(struct jw_access *access,
                              const struct jw_server_settings *settings,
                              struct jw_error *err)
{
    struct rules rules;
    enum jw_status status = load_rules(&rules, settings, err);
    if (status == JW_OK) {
        (void)pthread_rwlock_wrlock(&access->lock);
        struct jw_tokens *old = access->rules.tokens;
        access->rules = rules;
        (void)pthread_rwlock_unlock(&access->lock);
        free(old);
    }
    return status;
}

/* ---- checking ---- */

void jw_access_see(struct jw_access *access, const struct jw_request *request,
                   const char *peer, struct jw_client *client)
{
    client->token[0] = '\0';
    (void)pthread_rwlock_rdlock(&access->lock);
    jw_proxies_client(&access->rules.proxies, jw_str_c(peer), request->forwarded_for,
                      client->address);
    (void)pthread_rwlock_unlock(&access->lock);
}

/* The token of "Bearer TOKEN"; empty when it is not that. */
static struct jw_str bearer_token(struct jw_str authorization)
{
    static const char scheme[] = "bearer ";
    size_t n = sizeof scheme - 1;
    if (authorization.n <= n || strncasecmp(authorization.p, scheme, n) != 0) {
        return jw_str_of(NULL, 0);
    }
    return jw_str_trim(jw_str_slice(authorization, n, authorization.n));
}

static bool refuse(enum jw_problem_type type, unsigned scope,
                   struct jw_response *response, struct jw_problem *problem)
{
    if (type == JW_PROBLEM_FORBIDDEN) {
        response->authenticate = "Bearer realm=\"jianwen\", error=\"insufficient_scope\"";
        return jw_problem_set(problem, type, "This takes a token with the scope %s.",
                              jw_scope_name((enum jw_scope)scope));
    }
    response->authenticate = type == JW_PROBLEM_BAD_TOKEN
                                 ? "Bearer realm=\"jianwen\", error=\"invalid_token\""
                                 : "Bearer realm=\"jianwen\"";
    return jw_problem_set(problem, type, "Send Authorization: Bearer and a token.");
}

bool jw_access_check(struct jw_access *access, const struct jw_request *request,
                     unsigned scope, struct jw_client *client,
                     struct jw_response *response, struct jw_problem *problem)
{
    enum jw_problem_type type = JW_PROBLEM_NONE;
    (void)pthread_rwlock_rdlock(&access->lock);
    const struct rules *rules = &access->rules;
    bool needed = scope && (rules->needs_token || scope == JW_SCOPE_WRITE);
    bool sent = request->authorization.n > 0 && (needed || rules->tokens);
    struct jw_str token = bearer_token(request->authorization);
    const struct jw_bearer *row =
        sent && rules->tokens && token.n ? jw_tokens_find(rules->tokens, token) : NULL;
    if (row) {
        memcpy(client->token, row->name, sizeof client->token);
    }
    if (sent && !row) {
        type = JW_PROBLEM_BAD_TOKEN;
    } else if (needed && !row) {
        type = JW_PROBLEM_NO_TOKEN;
    } else if (needed && !(row->scopes & scope)) {
        type = JW_PROBLEM_FORBIDDEN;
    }
    (void)pthread_rwlock_unlock(&access->lock);
    return type == JW_PROBLEM_NONE || refuse(type, scope, response, problem);
}

void jw_access_share(struct jw_access *access, const struct jw_request *request,
                     struct jw_response *response)
{
    (void)pthread_rwlock_rdlock(&access->lock);
    struct jw_str rest = jw_str_c(access->rules.origins);
    response->varies_by_origin = rest.n > 0;
    while (rest.n && request->origin.n) {
        struct jw_str word = next_word(&rest);
        if (jw_str_eq_c(word, "*")) {
            response->allow_origin = jw_str_c("*");
        } else if (jw_str_eq(word, request->origin)) {
            response->allow_origin = request->origin;
        }
    }
    (void)pthread_rwlock_unlock(&access->lock);
    response->preflight = response->allow_origin.n && request->asks_method &&
                          request->method == JW_HTTP_OPTIONS;
}
