/*
 * http_private.h - shared by http.c, http_head.c and exchange.c, the only files
 * that know libmicrohttpd.
 */
#ifndef JW_SERVER_HTTP_PRIVATE_H
#define JW_SERVER_HTTP_PRIVATE_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "call.h"
#include "connections.h"
#include "http.h"
#include "listen.h"
#include "rate.h"
#include "request.h"
#include "route.h"

struct exchange;

struct jw_http {
    struct jw_server *server;
    struct MHD_Daemon *daemon;
    struct jw_pool *pool;
    struct jw_connections *connections;
    int listen_fd;
    /* Requests whose head has come and whose answer is not sent yet. */
    _Atomic uint64_t in_flight;
    _Atomic uint64_t rate;
    _Atomic uint64_t rate_burst;
    _Atomic uint64_t token_rate;
    _Atomic uint64_t token_rate_burst;
    /* Of the event loop's thread alone. */
    struct jw_rate *limiter;
    struct exchange *spare;
    uint64_t next_id;
    uint64_t id_salt;
};

/* libmicrohttpd's callbacks; cls is the struct jw_http. */
void *jw_exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result jw_exchange_handle(void *cls, struct MHD_Connection *connection,
                                   const char *url, const char *method,
                                   const char *version, const char *upload,
                                   size_t *upload_size, void **req_cls);
void jw_exchange_end(void *cls, struct MHD_Connection *connection, void **req_cls,
                     enum MHD_RequestTerminationCode how);

/* A connection closes.  Takes back an exchange that libmicrohttpd forgot: it does not
 * tell the end of a request whose cookies found no memory any more. */
void jw_exchange_forgotten(struct jw_http *http, struct jw_connection *c);

/* The pool's callback; arg is the struct jw_http. */
void jw_exchange_work(struct jw_task *task, struct jw_session *session,
                      enum jw_task_fate fate, void *arg);

/*
 * Read method and headers into request (its slices live as long as the request).
 * fault receives why the head is refused, or NULL.
 */
void jw_http_read_head(struct MHD_Connection *connection, const char *method,
                       struct jw_request *request, const char **fault);

/* Free the exchanges that are kept for reuse. */
void jw_exchange_free_spare(struct jw_http *http);

#endif
