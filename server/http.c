#include "http.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http_private.h"
#include "jianwen/clock.h"
#include "jianwen/log.h"

enum {
    /* How often a stopping server looks whether it is done. */
    STOP_STEP_US = 5 * 1000,
    /* A request may be on its way on a connection that is open already. */
    STOP_GRACE_US = 100 * 1000,
    /* Heads that are not whole by then were not going to be. */
    STOP_HEADS_US = 1000 * 1000,
    /* Answers, mostly refusals, that are written after the deadline. */
    STOP_LAST_US = 2000 * 1000
};

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct jw_http *http = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*context) {
            jw_exchange_forgotten(http, *context);
            jw_connection_close(http->connections, *context);
            (void)atomic_fetch_sub(&http->server->metrics.connections, 1);
        }
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *addr =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct jw_connection *c = NULL;
    if (fd && atomic_load(&http->server->stopping)) {
        c = jw_connection_adopt(http->connections, fd->connect_fd);
    }
    if (fd && !c) {
        c = jw_connection_open(http->connections, fd->connect_fd,
                               addr ? addr->client_addr : NULL);
    }
    *context = c;
    if (*context) {
        (void)atomic_fetch_add(&http->server->metrics.connections, 1);
    }
}

static struct jw_connection_times times_of(const struct jw_server_settings *s)
{
    return (struct jw_connection_times){.head_us = (int64_t)s->header_time_ms * 1000,
                                        .idle_us = (int64_t)s->idle_time_ms * 1000,
                                        .send_us = (int64_t)s->send_time_ms * 1000};
}

static enum jw_status start_daemon(struct jw_http *http,
                                   const struct jw_server_settings *s,
                                   struct jw_error *err)
{
    const unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    const unsigned idle_s = (unsigned)((s->idle_time_ms + 999) / 1000);
    http->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, jw_exchange_handle, http, MHD_OPTION_LISTEN_SOCKET,
        http->listen_fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)s->connections_per_address,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)s->head_bytes,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_s, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, jw_exchange_begin, http, MHD_OPTION_NOTIFY_COMPLETED,
        jw_exchange_end, http, MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
        MHD_OPTION_END);
    return http->daemon ? JW_OK
                        : jw_fail(err, JW_EINTERNAL, "cannot start the HTTP daemon");
}

static void set_rates(struct jw_http *http, const struct jw_server_settings *s)
{
    atomic_store(&http->rate, s->rate);
    atomic_store(&http->rate_burst, s->rate_burst);
    atomic_store(&http->token_rate, s->token_rate);
    atomic_store(&http->token_rate_burst, s->token_rate_burst);
}

static enum jw_status prepare(struct jw_http *http, const struct jw_server_settings *s)
{
    enum jw_status status = jw_connections_new(times_of(s), &http->connections);
    if (status == JW_OK) {
        status = jw_rate_new(&http->limiter);
    }
    if (getrandom(&http->id_salt, sizeof http->id_salt, 0) != sizeof http->id_salt) {
        http->id_salt = (uint64_t)jw_clock_wall_us();
    }
    set_rates(http, s);
    return status;
}

/* After workers and event loop have ended. */
static void http_free(struct jw_http *http)
{
    atomic_store(&http->server->pool, NULL);
    jw_pool_free(http->pool);
    jw_exchange_free_spare(http);
    jw_connections_free(http->connections);
    jw_rate_free(http->limiter);
    if (http->listen_fd >= 0) {
        (void)close(http->listen_fd);
    }
    free(http);
}

enum jw_status jw_http_start(struct jw_server *server,
                             const struct jw_server_settings *settings, int listen_fd,
                             struct jw_http **out, struct jw_error *err)
{
    struct jw_http *http = calloc(1, sizeof *http);
    *out = NULL;
    if (!http) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    http->server = server;
    http->listen_fd = listen_fd;
    const struct jw_pool_options options = {.store = server->store,
                                            .n_workers = (size_t)settings->workers,
                                            .max_waiting = (size_t)settings->queue,
                                            .max_wait_us =
                                                (int64_t)settings->queue_time_ms * 1000,
                                            .run = jw_exchange_work,
                                            .arg = http};
    enum jw_status status = prepare(http, settings);
    if (status != JW_OK) {
        status = jw_fail(err, status, "out of memory");
    } else {
        status = jw_pool_new(&options, &http->pool, err);
    }
    if (status == JW_OK) {
        atomic_store(&server->pool, http->pool);
        status = start_daemon(http, settings, err);
    }
    if (status != JW_OK) {
        http->listen_fd = -1; /* the caller's again */
        http_free(http);
        return status;
    }
    *out = http;
    return JW_OK;
}

void jw_http_tick(struct jw_http *http)
{
    size_t late = jw_connections_sweep(http->connections, jw_clock_us());
    if (late) {
        (void)atomic_fetch_add(&http->server->metrics.late, late);
        jw_log(JW_LOG_INFO, "late", "connections=%zu", late);
    }
}

void jw_http_reload(struct jw_http *http, const struct jw_server_settings *settings)
{
    jw_connections_set_times(http->connections, times_of(settings));
    set_rates(http, settings);
}

/* ---- stopping ---- */

/* What the kernel has accepted for us would be reset by closing the socket. */
static void accept_rest(struct jw_http *http, int fd)
{
    struct sockaddr_storage addr;
    for (;;) {
        socklen_t len = sizeof addr;
        int client =
            accept4(fd, (struct sockaddr *)&addr, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client >= 0) {
            /* Known from now on: the event loop may take its time. */
            struct jw_connection *c =
                jw_connection_open(http->connections, client, (struct sockaddr *)&addr);
            if (MHD_add_connection(http->daemon, client, (struct sockaddr *)&addr, len) !=
                    MHD_YES &&
                c) {
                jw_connection_close(http->connections, c);
            }
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

static void pause_us(int64_t us)
{
    const struct timespec t = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    (void)nanosleep(&t, NULL);
}

static bool is_done(struct jw_http *http, int64_t since_us)
{
    /* What was sent before the end is answered, however late it is read. */
    if (jw_connections_unread(http->connections) != 0 ||
        atomic_load(&http->in_flight) != 0 || since_us < STOP_GRACE_US) {
        return false;
    }
    return since_us > STOP_HEADS_US || jw_connections_active(http->connections) == 0;
}

/* Wait for requests in progress.  @return how many are left at the deadline. */
static uint64_t drain(struct jw_http *http, int64_t drain_us)
{
    int64_t start = jw_clock_us();
    int64_t since = 0;
    while (!is_done(http, since) && since < drain_us) {
        jw_http_tick(http);
        pause_us(STOP_STEP_US);
        since = jw_clock_us() - start;
    }
    return atomic_load(&http->in_flight);
}

/*
 * The order matters.  libmicrohttpd aborts when it is stopped with suspended
 * connections, and a request that waits for a worker is suspended; so first
 * the workers finish, then the daemon stops.
 */
void jw_http_stop(struct jw_http *http, int64_t drain_us)
{
    atomic_store(&http->server->stopping, true);
    int fd = MHD_quiesce_daemon(http->daemon);
    if (fd >= 0) {
        accept_rest(http, fd);
    }
    uint64_t left = drain(http, drain_us);
    if (left) {
        jw_log(JW_LOG_WARN, "stop", "requests_cut=%llu", (unsigned long long)left);
    }
    jw_pool_hurry(http->pool);
    jw_pool_stop(http->pool);
    int64_t start = jw_clock_us();
    while (atomic_load(&http->in_flight) && jw_clock_us() - start < STOP_LAST_US) {
        pause_us(STOP_STEP_US);
    }
    MHD_stop_daemon(http->daemon);
    if (fd < 0) {
        http->listen_fd = -1; /* closed by the daemon */
    }
    http_free(http);
}
