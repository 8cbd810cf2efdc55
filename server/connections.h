/*
 * connections.h - a deadline for every open connection.
 *
 * libmicrohttpd hangs up on silence only: a client that sends a byte now and
 * then would hold its place for ever.  So each connection is followed through
 * its phases, and closed when it stays too long in one:
 *
 *     HEAD     accepted, or a request line has come: header_time
 *     IDLE     answered, nothing new yet:            idle_time + header_time
 *     BUSY     the request is being worked on:       no deadline; searches have theirs
 *     SENDING  the answer is on its way:             send_time
 *
 * (Silence in IDLE ends after idle_time, by libmicrohttpd.  The sum is for one
 * who trickles the first line of the next request.)
 *
 * A late head is told so with 408.  Phases are set by the event loop's thread,
 * the sweep runs on another: a lock orders the two.
 */
#ifndef JW_SERVER_CONNECTIONS_H
#define JW_SERVER_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "jianwen/status.h"

enum jw_phase {
    JW_PHASE_HEAD,
    JW_PHASE_IDLE,
    JW_PHASE_BUSY,
    JW_PHASE_SENDING,
    /** Its time was up; the socket is shut down. */
    JW_PHASE_LATE
};

struct jw_connections;
struct jw_connection;

/** Times in microseconds. */
struct jw_connection_times {
    int64_t head_us;
    int64_t idle_us;
    int64_t send_us;
};

JW_MUST_CHECK enum jw_status jw_connections_new(struct jw_connection_times times,
                                                struct jw_connections **out);

/** No connection is used any more. */
void jw_connections_free(struct jw_connections *cs);

void jw_connections_set_times(struct jw_connections *cs,
                              struct jw_connection_times times);

/**
 * A connection was accepted.
 *
 * @param addr  of the client; NULL when unknown.
 * @return NULL when memory runs out.
 */
struct jw_connection *jw_connection_open(struct jw_connections *cs, int fd,
                                         const struct sockaddr *addr);

/** Take up the connection of fd that was opened already, by somebody who accepted it.
 *  @return NULL when there is none. */
struct jw_connection *jw_connection_adopt(struct jw_connections *cs, int fd);

/** The client's address as text (jw_address_text()). */
const char *jw_connection_address(const struct jw_connection *c);

/** A pointer that goes with the connection; NULL at first. */
void jw_connection_set_user(struct jw_connection *c, void *user);
void *jw_connection_user(const struct jw_connection *c);

/** The socket is about to be closed. */
void jw_connection_close(struct jw_connections *cs, struct jw_connection *c);

/**
 * Enter a phase.
 *
 * @return false when the connection was shut down as late before: give it up.
 */
bool jw_connection_enter(struct jw_connections *cs, struct jw_connection *c,
                         enum jw_phase phase);

/**
 * Say 431 past libmicrohttpd, which closes without a word when a head leaves
 * no memory for the head of the answer.  Nothing may have been sent yet.
 */
void jw_connection_refuse_head(struct jw_connections *cs, struct jw_connection *c);

/**
 * Shut down whoever is late; have the event loop notice clients that have
 * closed their sending half (a request that is already whole is answered).
 *
 * @return how many were late.
 */
size_t jw_connections_sweep(struct jw_connections *cs, int64_t now_us);

/** @return connections that are not idle (or late): something may still come or go. */
size_t jw_connections_active(struct jw_connections *cs);

/** @return connections with bytes that nobody has read yet: a request was sent. */
size_t jw_connections_unread(struct jw_connections *cs);

#endif
