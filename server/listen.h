/*
 * listen.h - the address to listen on, and the listening socket.
 */
#ifndef JW_SERVER_LISTEN_H
#define JW_SERVER_LISTEN_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

struct jw_listen_address {
    struct sockaddr_storage addr;
    socklen_t len;
};

/**
 * Read ADDRESS:PORT, [IPv6]:PORT or unix:PATH.
 *
 * Addresses are numbers, not host names: a name may mean another address
 * tomorrow.  "localhost" is 127.0.0.1.
 */
JW_MUST_CHECK enum jw_status
jw_listen_parse(struct jw_str text, struct jw_listen_address *out, struct jw_error *err);

/** @return whether only this machine can reach it. */
bool jw_listen_is_local(const struct jw_listen_address *address);

/**
 * Open, bind and listen.  A Unix socket that nobody listens on any more is
 * removed first.
 *
 * @param out_fd  receives a non-blocking socket.
 */
JW_MUST_CHECK enum jw_status jw_listen_open(const struct jw_listen_address *address,
                                            int *out_fd, struct jw_error *err);

/** Remove the file that a Unix socket has left behind. */
void jw_listen_remove(const struct jw_listen_address *address);

/** @return the port a socket is bound to, 0 for a Unix socket. */
unsigned jw_listen_port(int fd);

enum {
    JW_ADDRESS_BYTES = 64
};

/** Write an address without its port, for the log: 127.0.0.1, ::1, unix. */
void jw_address_text(const struct sockaddr *addr, char out[JW_ADDRESS_BYTES]);

#endif
