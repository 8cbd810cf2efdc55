/*
 * access.h - who may ask what, from where: tokens and their scopes, origins of
 * pages (CORS), proxies whose word about a client is taken.
 *
 * One set of rules is in force at a time; SIGHUP replaces it as a whole while
 * requests are checked.
 */
#ifndef JW_SERVER_ACCESS_H
#define JW_SERVER_ACCESS_H

#include "listen.h"
#include "problem.h"
#include "request.h"
#include "settings.h"
#include "tokens.h"

struct jw_access;

/** Who asks. */
struct jw_client {
    char address[JW_ADDRESS_BYTES];
    /** The name of the token that was sent; empty without one. */
    char token[JW_TOKEN_NAME_BYTES];
};

JW_MUST_CHECK enum jw_status jw_access_new(struct jw_access **out);
void jw_access_free(struct jw_access *access);

/**
 * Read the rules that settings name (tokens, cors_origins, trusted_proxies,
 * read_access), the token file too, and put them in force.
 *
 * @return JW_OK, or a failure with the rules before still in force.
 */
JW_MUST_CHECK enum jw_status jw_access_load(struct jw_access *access,
                                            const struct jw_server_settings *settings,
                                            struct jw_error *err);

/**
 * Note the client's address.
 *
 * @param peer  whom the connection comes from, as jw_address_text() writes it.
 */
void jw_access_see(struct jw_access *access, const struct jw_request *request,
                   const char *peer, struct jw_client *client);

/**
 * Whether the request may go on: a route's scope is needed when reading needs
 * a token, JW_SCOPE_WRITE always.  A token that is unknown is refused where
 * one is needed or tokens are in use.
 *
 * @param scope     0 for routes that are open to all.
 * @param response  receives WWW-Authenticate when it is refused.
 * @return false with a problem: 401 or 403.
 */
bool jw_access_check(struct jw_access *access, const struct jw_request *request,
                     unsigned scope, struct jw_client *client,
                     struct jw_response *response, struct jw_problem *problem);

/**
 * Cross-origin resource sharing: let pages of the allowed origins read the
 * answer; answer a preflight request's question about methods and headers.
 */
void jw_access_share(struct jw_access *access, const struct jw_request *request,
                     struct jw_response *response);

#endif
