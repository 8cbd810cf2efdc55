/*
 * proxies.h - whose word about a client's address is taken.
 *
 * A reverse proxy connects in its clients' place and names them in
 * X-Forwarded-For.  Anyone can send that header, so it is read only from
 * addresses that the operator trusts, and from its end: each proxy appends
 * whom it talked to, so the last address that is not a trusted proxy is the
 * client's; what stands before it is the client's own invention.
 */
#ifndef JW_SERVER_PROXIES_H
#define JW_SERVER_PROXIES_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/status.h"
#include "jianwen/str.h"
#include "listen.h"

enum {
    JW_PROXIES_MAX = 64
};

struct jw_network {
    /** IPv4 addresses as IPv4-mapped IPv6 ones (::ffff:a.b.c.d). */
    unsigned char address[16];
    /** Leading bits that count, 0 to 128. */
    unsigned bits;
};

struct jw_proxies {
    size_t n;
    struct jw_network networks[JW_PROXIES_MAX];
    /** Whoever connects to the Unix socket is trusted. */
    bool unix_socket;
};

/**
 * Read a list with commas: addresses, networks (10.0.0.0/8, fd00::/8) and the
 * word "unix".  Empty: nobody is trusted.
 */
JW_MUST_CHECK enum jw_status jw_proxies_parse(struct jw_str text, struct jw_proxies *out,
                                              struct jw_error *err);

/** @return whether an address as jw_address_text() writes it is a trusted proxy's. */
bool jw_proxies_trust(const struct jw_proxies *proxies, struct jw_str address);

/**
 * The client's address.
 *
 * @param peer       whom the connection comes from, as jw_address_text() writes it.
 * @param forwarded  the value of X-Forwarded-For; empty for none.
 * @param out        receives peer, or an address named by a trusted proxy,
 *                   written anew, so that one client has one name.
 */
void jw_proxies_client(const struct jw_proxies *proxies, struct jw_str peer,
                       struct jw_str forwarded, char out[JW_ADDRESS_BYTES]);

#endif
