#include "tokens.h"

#include <sha2.h>
#include <stdint.h>
#include <stdlib.h>

static const struct {
    const char *name;
    enum jw_scope scope;
} scopes[] = {
    {"search", JW_SCOPE_SEARCH}, {"write", JW_SCOPE_WRITE}, {"admin", JW_SCOPE_ADMIN}};

enum {
    N_SCOPES = sizeof scopes / sizeof scopes[0]
};

const char *jw_scope_name(enum jw_scope scope)
{
    for (size_t i = 0; i < N_SCOPES; i++) {
        if (scopes[i].scope == scope) {
            return scopes[i].name;
        }
    }
    return "";
}

static struct jw_str take(struct jw_str *rest, const char *ends)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] && !strchr(ends, rest->p[n])) {
        n++;
    }
    struct jw_str word = jw_str_slice(*rest, 0, n);
    *rest = jw_str_slice(*rest, n + 1, rest->n);
    return word;
}

static bool read_name(struct jw_str word, char out[JW_TOKEN_NAME_BYTES])
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    if (word.n == 0 || word.n >= JW_TOKEN_NAME_BYTES) {
        return false;
    }
    memcpy(out, word.p, word.n);
    out[word.n] = '\0';
    return strspn(out, allowed) == word.n;
}

static bool read_scopes(struct jw_str words, unsigned *out)
{
    *out = 0;
    while (words.n) {
        struct jw_str word = take(&words, ",");
        size_t i = 0;
        while (i < N_SCOPES && !jw_str_eq_c(word, scopes[i].name)) {
            i++;
        }
        if (i == N_SCOPES) {
            return false;
        }
        *out |= scopes[i].scope;
    }
    return *out != 0;
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c | 0x20) : NULL;
    return at && (c >= 'A' || c <= '9') ? (int)(at - digits) : -1;
}

static bool read_hash(struct jw_str word, unsigned char out[JW_TOKEN_HASH_BYTES])
{
    if (word.n != 2 * (size_t)JW_TOKEN_HASH_BYTES) {
        return false;
    }
    for (size_t i = 0; i < JW_TOKEN_HASH_BYTES; i++) {
        int high = hex_value(word.p[2 * i]);
        int low = hex_value(word.p[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static bool read_line(struct jw_str line, struct jw_bearer *out)
{
    struct jw_str words[3];
    for (size_t i = 0; i < 3; i++) {
        line = jw_str_trim(line);
        words[i] = take(&line, " \t");
    }
    return line.n == 0 && read_name(words[0], out->name) &&
           read_scopes(words[1], &out->scopes) && read_hash(words[2], out->hash);
}

enum jw_status jw_tokens_parse(struct jw_str text, struct jw_tokens **out,
                               struct jw_error *err)
{
    struct jw_tokens *tokens =
        calloc(1, sizeof *tokens + JW_TOKENS_MAX * sizeof tokens->rows[0]);
    *out = NULL;
    if (!tokens) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    for (size_t number = 1; text.n; number++) {
        struct jw_str line = jw_str_trim(take(&text, "\n"));
        if (line.n == 0 || line.p[0] == '#') {
            continue;
        }
        bool room = tokens->n < JW_TOKENS_MAX;
        if (!room || !read_line(line, &tokens->rows[tokens->n])) {
            free(tokens);
            return room ? jw_fail(err, JW_EINVAL,
                                  "line %zu: must be NAME, scopes (search, write, admin; "
                                  "commas between) and the SHA-256 in hexadecimal",
                                  number)
                        : jw_fail(err, JW_ELIMIT, "more than %d tokens", JW_TOKENS_MAX);
        }
        tokens->n++;
    }
    *out = tokens;
    return JW_OK;
}

const struct jw_bearer *jw_tokens_find(const struct jw_tokens *tokens, struct jw_str sent)
{
    const struct jw_bearer *found = NULL;
    unsigned char hash[JW_TOKEN_HASH_BYTES];
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)sent.p, sent.n);
    SHA256Final(hash, &context);
    for (size_t i = 0; i < tokens->n; i++) {
        unsigned differs = 0;
        for (size_t b = 0; b < sizeof hash; b++) {
            differs |= hash[b] ^ tokens->rows[i].hash[b];
        }
        found = differs ? found : &tokens->rows[i];
    }
    return found;
}
