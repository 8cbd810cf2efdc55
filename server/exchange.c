/*
 * exchange.c - one request and its answer, between libmicrohttpd and the
 * route table.
 *
 * Life of an exchange: begin (the request line has come) -> handle (the head
 * is whole) -> handle again (there is no body) -> perhaps handle a third time,
 * a worker, and handle for the last time (resumed) -> end.  All but the
 * worker's part runs on the event loop's thread.
 *
 * Why a third time: libmicrohttpd 0.9.75 reads from a resumed connection that
 * was suspended while it was set to read, and gives the request up when the
 * client has closed its sending half.  Once the handler has returned from a
 * whole request with no answer, the connection is not set to read any more.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "http_private.h"
#include "jianwen/clock.h"
#include "request_log.h"

enum {
    /* Longest request line that is taken; the memory for a head is the real limit. */
    TARGET_MAX_BYTES = 2 * 1024 * 1024,
    /* Memory that one of an exchange's buffers keeps from request to request. */
    KEEP_BYTES = 4096,
    /* An allowed origin fits its setting. */
    JW_ORIGIN_BYTES = JW_SETTING_LIST_BYTES
};

enum stage {
    /* Only the request line has come. */
    STAGE_NEW,
    /* The head is read; the request counts in http->in_flight. */
    STAGE_READ,
    /* For a worker, at the next call. */
    STAGE_HANDING,
    /* With a worker, or ready to be sent. */
    STAGE_ANSWERING,
    /* Given to libmicrohttpd. */
    STAGE_SENDING
};

struct exchange {
    struct jw_task task;
    struct exchange *next_spare;
    struct jw_http *http;
    struct MHD_Connection *connection;
    struct jw_buf target;
    struct jw_request request;
    struct jw_call call;
    struct jw_response response;
    struct MHD_Response *ready;
    unsigned status;
    int64_t began_us;
    enum stage stage;
    /* Why the head is refused; NULL when it is not. */
    const char *fault;
};

/* An exchange that is kept for reuse does not keep the memory of a huge request. */
static void trim(struct exchange *x)
{
    if (x->target.cap > KEEP_BYTES) {
        jw_buf_release(&x->target);
    }
    if (x->call.canonical.cap > KEEP_BYTES || x->call.text_memory.cap > KEEP_BYTES) {
        jw_buf_release(&x->call.canonical);
        jw_buf_release(&x->call.text_memory);
    }
}

static struct jw_connection *connection_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void jw_exchange_free_spare(struct jw_http *http)
{
    while (http->spare) {
        struct exchange *x = http->spare;
        http->spare = x->next_spare;
        jw_buf_release(&x->target);
        jw_call_release(&x->call);
        free(x);
    }
}

static struct exchange *take_exchange(struct jw_http *http)
{
    struct exchange *x = http->spare;
    if (x) {
        http->spare = x->next_spare;
        return x;
    }
    x = calloc(1, sizeof *x);
    if (x) {
        x->http = http;
        jw_buf_init(&x->target, TARGET_MAX_BYTES);
        jw_call_init(&x->call);
    }
    return x;
}

/*
 * libmicrohttpd 0.9.75 makes a record of each parameter next, though params.c
 * reads them from the target.  When the memory for the head ends there, it
 * neither answers nor closes: so it finds the query empty.  The line is in
 * memory that may be written.
 */
static void cut_query(const char *uri)
{
    char *mark = strchr((char *)(uintptr_t)uri, '?');
    if (mark && mark[1]) {
        mark[1] = '\0';
    }
}

void *jw_exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct jw_http *http = cls;
    struct jw_connection *c = connection_of(connection);
    struct exchange *x = take_exchange(http);
    if (!x || !c) {
        return x;
    }
    (void)jw_connection_enter(http->connections, c, JW_PHASE_HEAD);
    jw_connection_set_user(c, x);
    x->connection = connection;
    jw_buf_clear(&x->target);
    if (uri) {
        jw_buf_add_c(&x->target, uri);
        cut_query(uri);
    }
    return x;
}

static void read_head(struct exchange *x, const char *method)
{
    struct jw_http *http = x->http;
    uint64_t id = jw_hash_u64(http->id_salt, http->next_id++);
    x->began_us = jw_clock_us();
    jw_http_read_head(x->connection, method, &x->request, &x->fault);
    x->request.target = jw_buf_str(&x->target);
    (void)snprintf(x->request.id, sizeof x->request.id, "%016" PRIx64, id);
    if (jw_buf_status(&x->target) != JW_OK) {
        x->fault = "The address is too long.";
    }
}

/* ---- writing the answer ---- */

static void unref_body(void *cls)
{
    jw_blob_unref(cls);
}

static void add(struct MHD_Response *r, const char *name, const char *value)
{
    /* Fails for want of memory only: the answer then goes without it. */
    (void)MHD_add_response_header(r, name, value);
}

/* For pages of other origins; docs/api.md names the headers. */
static void add_sharing(const struct jw_response *a, struct MHD_Response *r)
{
    char origin[JW_ORIGIN_BYTES];
    if (a->varies_by_origin) {
        add(r, "Vary", "Origin");
    }
    if (a->allow_origin.n == 0 || a->allow_origin.n >= sizeof origin) {
        return;
    }
    memcpy(origin, a->allow_origin.p, a->allow_origin.n);
    origin[a->allow_origin.n] = '\0';
    add(r, "Access-Control-Allow-Origin", origin);
    add(r, "Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id");
    if (a->preflight) {
        add(r, "Access-Control-Allow-Methods", "GET, HEAD");
        add(r, "Access-Control-Allow-Headers", "Authorization, If-None-Match");
        add(r, "Access-Control-Max-Age", "3600");
    }
}

static void add_headers(const struct exchange *x, struct MHD_Response *r)
{
    const struct jw_response *a = &x->response;
    char text[JW_ETAG_BYTES];
    if (a->content_type) {
        add(r, "Content-Type", a->content_type);
        add(r, "X-Content-Type-Options", "nosniff");
    }
    if (a->gzip) {
        add(r, "Content-Encoding", "gzip");
    }
    if (a->varies) {
        add(r, "Vary", "Accept-Encoding");
    }
    add_sharing(a, r);
    if (a->etag) {
        jw_etag_text(a->etag, text);
        add(r, "ETag", text);
    }
    if (a->cache_control) {
        add(r, "Cache-Control", a->cache_control);
    }
    if (a->content_security_policy) {
        add(r, "Content-Security-Policy", a->content_security_policy);
        add(r, "Referrer-Policy", "no-referrer");
    }
    if (a->allow) {
        add(r, "Allow", a->allow);
    }
    if (a->authenticate) {
        add(r, "WWW-Authenticate", a->authenticate);
    }
    if (a->retry_after_s) {
        (void)snprintf(text, sizeof text, "%u", a->retry_after_s);
        add(r, "Retry-After", text);
    }
    add(r, "X-Request-Id", x->request.id);
    /* What follows a refused body on the connection cannot be told from it. */
    if (x->request.has_body || x->fault || atomic_load(&x->http->server->stopping)) {
        add(r, "Connection", "close");
    }
}

/* Turn the answer into libmicrohttpd's form; the body goes with it. */
static void make_ready(struct exchange *x)
{
    struct jw_server *server = x->http->server;
    struct jw_str body = jw_blob_str(x->response.body);
    int64_t took_us = jw_clock_us() - x->began_us;
    jw_request_log(server, &x->request, &x->call, &x->response, took_us);
    jw_metrics_search(&server->metrics, x->response.outcome, took_us);
    jw_metrics_answer(&server->metrics,
                      x->call.route ? (size_t)(x->call.route - jw_routes)
                                    : JW_METRIC_ROUTES - 1,
                      x->response.status, took_us);
    if (x->response.body) {
        /* libmicrohttpd only reads through this pointer. */
        x->ready = MHD_create_response_from_buffer_with_free_callback_cls(
            body.n, (void *)(uintptr_t)body.p, unref_body, x->response.body);
    } else {
        x->ready = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    }
    if (!x->ready) {
        jw_response_release(&x->response);
        return;
    }
    x->response.body = NULL;
    x->status = x->response.status;
    add_headers(x, x->ready);
}

static enum MHD_Result send_answer(struct exchange *x)
{
    struct jw_connection *c = connection_of(x->connection);
    if (!x->ready) {
        /* No memory even for a refusal: hang up. */
        return MHD_NO;
    }
    (void)jw_connection_enter(x->http->connections, c, JW_PHASE_SENDING);
    x->stage = STAGE_SENDING;
    enum MHD_Result rc = MHD_queue_response(x->connection, x->status, x->ready);
    if (x->ready) {
        MHD_destroy_response(x->ready);
        x->ready = NULL;
    }
    return rc;
}

static void refuse(struct exchange *x, enum jw_problem_type type, const char *detail)
{
    struct jw_problem problem;
    (void)jw_problem_set(&problem, type, "%s", detail);
    jw_response_problem(&x->response, &problem, x->request.id);
}

static bool is_probe(const struct exchange *x)
{
    return x->call.route && (x->call.route->flags & JW_ROUTE_PROBE) != 0;
}

/* @return whether the request waits for a worker now, its connection suspended. */
static bool hand_over(struct exchange *x)
{
    struct jw_http *http = x->http;
    bool full = jw_pool_is_full(http->pool);
    if (!full) {
        x->task.costly = x->call.costly;
        /* First suspend, then push: the worker may be done at once. */
        MHD_suspend_connection(x->connection);
        if (jw_pool_push(http->pool, &x->task)) {
            return true;
        }
        MHD_resume_connection(x->connection);
    }
    (void)atomic_fetch_add(&http->server->metrics.shed, 1);
    bool stopping = atomic_load(&http->server->stopping);
    refuse(x, stopping ? JW_PROBLEM_STOPPING : JW_PROBLEM_OVERLOADED,
           stopping ? "Ask another server." : "Too many requests wait already.");
    make_ready(x);
    /* Resumed above: the handler is called once more and sends what is ready. */
    return !full;
}

/* A token counts for itself, whatever address it comes from. */
static bool rate_allows(const struct exchange *x)
{
    struct jw_http *http = x->http;
    const struct jw_client *client = &x->call.client;
    if (!client->token[0]) {
        return jw_rate_allow(http->limiter, jw_str_c(client->address),
                             atomic_load(&http->rate), atomic_load(&http->rate_burst),
                             x->began_us);
    }
    /* No address looks like this. */
    char name[JW_TOKEN_NAME_BYTES + 1];
    int n = snprintf(name, sizeof name, "=%s", client->token);
    return jw_rate_allow(http->limiter, jw_str_of(name, (size_t)n),
                         atomic_load(&http->token_rate),
                         atomic_load(&http->token_rate_burst), x->began_us);
}

/* The head is whole, and nothing follows it that belongs to the request. */
static enum MHD_Result answer(struct exchange *x)
{
    struct jw_http *http = x->http;
    enum jw_next next = jw_prepare(http->server, &x->request, &x->call, &x->response);
    if (!is_probe(x) && !rate_allows(x)) {
        (void)atomic_fetch_add(&http->server->metrics.limited, 1);
        refuse(x, JW_PROBLEM_RATE, "Ask again in a second.");
        next = JW_ANSWERED;
    }
    if (next == JW_NEEDS_SESSION) {
        x->stage = STAGE_HANDING;
        return MHD_YES;
    }
    x->stage = STAGE_ANSWERING;
    make_ready(x);
    return send_answer(x);
}

/*
 * The head has come.  libmicrohttpd closes the connection after an answer
 * that is queued now, before it has looked for a body: right for requests
 * that are refused, all others are answered at the next call.
 */
static enum MHD_Result begin_request(struct exchange *x, const char *method,
                                     struct jw_connection *c)
{
    struct jw_http *http = x->http;
    if (!jw_connection_enter(http->connections, c, JW_PHASE_BUSY)) {
        return MHD_NO;
    }
    (void)atomic_fetch_add(&http->in_flight, 1);
    x->stage = STAGE_READ;
    jw_call_clear(&x->call);
    jw_response_init(&x->response);
    read_head(x, method);
    jw_access_see(http->server->access, &x->request, jw_connection_address(c),
                  &x->call.client);
    if (!x->fault && !x->request.has_body) {
        return MHD_YES;
    }
    if (x->fault) {
        refuse(x, JW_PROBLEM_BAD_REQUEST, x->fault);
    } else {
        (void)jw_prepare(http->server, &x->request, &x->call, &x->response);
    }
    x->stage = STAGE_ANSWERING;
    make_ready(x);
    return send_answer(x);
}

enum MHD_Result jw_exchange_handle(void *cls, struct MHD_Connection *connection,
                                   const char *url, const char *method,
                                   const char *version, const char *upload,
                                   size_t *upload_size, void **req_cls)
{
    struct exchange *x = *req_cls;
    struct jw_connection *c = connection_of(connection);
    (void)cls;
    (void)url;
    (void)version;
    (void)upload;
    (void)upload_size;
    if (!x || !c) {
        return MHD_NO;
    }
    switch (x->stage) {
    case STAGE_NEW:
        return begin_request(x, method, c);
    case STAGE_READ:
        return answer(x);
    case STAGE_HANDING:
        x->stage = STAGE_ANSWERING;
        return hand_over(x) ? MHD_YES : send_answer(x);
    case STAGE_ANSWERING:
        return send_answer(x);
    case STAGE_SENDING:
        break;
    }
    return MHD_YES;
}

void jw_exchange_work(struct jw_task *task, struct jw_session *session,
                      enum jw_task_fate fate, void *arg)
{
    struct exchange *x = (struct exchange *)(void *)task;
    struct jw_http *http = arg;
    switch (fate) {
    case JW_TASK_RUN:
        jw_perform(http->server, session, &x->call, &x->response);
        break;
    case JW_TASK_LATE:
        (void)atomic_fetch_add(&http->server->metrics.shed, 1);
        refuse(x, JW_PROBLEM_OVERLOADED, "The request waited too long for its turn.");
        break;
    case JW_TASK_DROPPED:
        refuse(x, JW_PROBLEM_STOPPING, "Ask another server.");
        break;
    }
    make_ready(x);
    MHD_resume_connection(x->connection);
}

static void give_back(struct jw_http *http, struct exchange *x)
{
    if (x->ready) {
        MHD_destroy_response(x->ready);
        x->ready = NULL;
    }
    jw_response_release(&x->response);
    if (x->stage != STAGE_NEW) {
        x->stage = STAGE_NEW;
        (void)atomic_fetch_sub(&http->in_flight, 1);
    }
    trim(x);
    x->next_spare = http->spare;
    http->spare = x;
}

void jw_exchange_end(void *cls, struct MHD_Connection *connection, void **req_cls,
                     enum MHD_RequestTerminationCode how)
{
    struct jw_http *http = cls;
    struct exchange *x = *req_cls;
    struct jw_connection *c = connection_of(connection);
    *req_cls = NULL;
    if (!x) {
        return;
    }
    if (c) {
        if (how == MHD_REQUEST_TERMINATED_WITH_ERROR && x->stage == STAGE_SENDING) {
            /* No memory was left for the answer's head, or the client is gone. */
            jw_connection_refuse_head(http->connections, c);
        }
        jw_connection_set_user(c, NULL);
        (void)jw_connection_enter(http->connections, c, JW_PHASE_IDLE);
    }
    give_back(http, x);
}

void jw_exchange_forgotten(struct jw_http *http, struct jw_connection *c)
{
    struct exchange *x = jw_connection_user(c);
    if (x) {
        jw_connection_refuse_head(http->connections, c);
        jw_connection_set_user(c, NULL);
        give_back(http, x);
    }
}
