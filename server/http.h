/*
 * http.h - the HTTP daemon: libmicrohttpd's event loop, the workers, and the
 * order in which they stop.
 *
 * One thread runs the event loop (epoll).  It reads heads, answers at once
 * what needs no index, and suspends every other request while that waits for
 * a worker and is worked on:
 *
 *     event loop:  head -> jw_prepare() -+-> answer ------------> send
 *                                        |                         ^
 *     worker:                            +-> queue -> jw_perform() +
 */
#ifndef JW_SERVER_HTTP_H
#define JW_SERVER_HTTP_H

#include <stdint.h>

#include "server.h"
#include "settings.h"

struct jw_http;

/**
 * Start workers and event loop.
 *
 * @param server     borrowed; its pool is set.
 * @param listen_fd  a listening socket; closed by jw_http_stop().
 */
JW_MUST_CHECK enum jw_status jw_http_start(struct jw_server *server,
                                           const struct jw_server_settings *settings,
                                           int listen_fd, struct jw_http **out,
                                           struct jw_error *err);

/** Close the connections whose time is up; to be called a few times a second. */
void jw_http_tick(struct jw_http *http);

/** Take over the settings that may change while the server runs. */
void jw_http_reload(struct jw_http *http, const struct jw_server_settings *settings);

/**
 * Stop: accept what has reached the listening socket, answer every request
 * that has begun, then close.  What is not answered after drain_us gets a 503.
 */
void jw_http_stop(struct jw_http *http, int64_t drain_us);

#endif
