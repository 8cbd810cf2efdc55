/*
 * tokens.h - who may do what: bearer tokens, of which only hashes are kept.
 *
 * The token file has one line a token; empty lines and lines that begin with
 * # are passed over:
 *
 *     NAME  SCOPE[,SCOPE...]  SHA-256 of the token, as 64 hexadecimal digits
 *
 * A token is a random text of 256 bits (docs/operations.md), so a plain hash
 * cannot be guessed back; passwords that people think up do not belong here.
 */
#ifndef JW_SERVER_TOKENS_H
#define JW_SERVER_TOKENS_H

#include "jianwen/status.h"
#include "jianwen/str.h"

/** A set of these is kept per token; each stands for itself alone. */
enum jw_scope {
    /** Searches, articles, figures. */
    JW_SCOPE_SEARCH = 1 << 0,
    /** Changing the index. */
    JW_SCOPE_WRITE = 1 << 1,
    /** What only the operator needs: /metrics. */
    JW_SCOPE_ADMIN = 1 << 2
};

enum {
    JW_TOKEN_NAME_BYTES = 32,
    JW_TOKEN_HASH_BYTES = 32,
    JW_TOKENS_MAX = 1024,
    JW_TOKENS_FILE_MAX_BYTES = 1024 * 1024
};

struct jw_bearer {
    /** For the log: letters, digits, - _ and dots. */
    char name[JW_TOKEN_NAME_BYTES];
    unsigned scopes;
    unsigned char hash[JW_TOKEN_HASH_BYTES];
};

struct jw_tokens {
    size_t n;
    struct jw_bearer rows[];
};

/**
 * Read the text of a token file.
 *
 * @param out  receives memory for free(); NULL on failure.
 * @return JW_OK; JW_EINVAL with a message that names the line but no hash;
 *         JW_ELIMIT beyond JW_TOKENS_MAX lines; JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_tokens_parse(struct jw_str text, struct jw_tokens **out,
                                             struct jw_error *err);

/**
 * Find the token that was sent.  All hashes are compared whole, so that the
 * time taken tells nothing about them.
 *
 * @return the token's row, borrowed, or NULL.
 */
const struct jw_bearer *jw_tokens_find(const struct jw_tokens *tokens,
                                       struct jw_str sent);

/** "search", "write" or "admin". */
const char *jw_scope_name(enum jw_scope scope);

#endif
