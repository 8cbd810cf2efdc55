/* jianwen-server: start, signals, stop. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "healthcheck.h"
#include "http.h"
#include "jianwen/file.h"
#include "jianwen/log.h"
#include "listen.h"
#include "notify.h"
#include "options.h"
#include "server.h"
#include "version.h"

enum {
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    /* How often the index and the connections' deadlines are looked at. */
    TICK_MS = 100,
    PRINT_MAX_BYTES = 1024 * 1024,
    /* Descriptors beside the connections': index, log, event loop. */
    SPARE_FILES = 256
};

struct program {
    struct jw_server_options options;
    struct jw_server_settings settings;
    struct jw_listen_address address;
    struct jw_server server;
    struct jw_http *http;
    unsigned port;
};

static int complain(const struct jw_error *err, int code)
{
    (void)fprintf(stderr, "jianwen-server: %s\n", err->message);
    return code;
}

static int print_settings(struct jw_server_settings *settings)
{
    const struct jw_settings table = jw_server_settings_table(settings);
    struct jw_buf text;
    jw_buf_init(&text, PRINT_MAX_BYTES);
    jw_settings_print(&table, &text);
    size_t n = text.len;
    bool good = jw_buf_status(&text) == JW_OK && fwrite(text.data, 1, n, stdout) == n &&
                fflush(stdout) == 0;
    jw_buf_release(&text);
    return good ? 0 : EXIT_FAILED;
}

/* What the settings name is read too. */
static int check_settings(const struct jw_server_settings *settings)
{
    struct jw_access *access = NULL;
    struct jw_error err;
    jw_error_clear(&err);
    enum jw_status status = jw_access_new(&access);
    status = status == JW_OK ? jw_access_load(access, settings, &err) : status;
    jw_access_free(access);
    if (status != JW_OK) {
        return complain(&err, EXIT_USAGE);
    }
    return printf("settings are good\n") < 0 ? EXIT_FAILED : 0;
}

/* Each connection is a file; take what the system allows us. */
static void raise_file_limit(uint64_t connections)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return;
    }
    rlim_t wanted = connections + SPARE_FILES;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur < wanted) {
        jw_log(JW_LOG_WARN, "limit",
               "message=\"too few file descriptors for that many connections\" "
               "connections=%llu descriptors=%llu",
               (unsigned long long)connections, (unsigned long long)limit.rlim_cur);
    }
}

static enum jw_status write_port(const struct program *p, struct jw_error *err)
{
    char text[16];
    if (!p->settings.port_file[0]) {
        return JW_OK;
    }
    (void)snprintf(text, sizeof text, "%u\n", p->port);
    return jw_file_replace(p->settings.port_file, jw_str_c(text), err);
}

static enum jw_status start(struct program *p, struct jw_error *err)
{
    int fd = -1;
    enum jw_status status = jw_server_init(&p->server, &p->settings, err);
    if (status == JW_OK) {
        raise_file_limit(p->settings.connections);
        jw_store_check(p->server.store);
        status = jw_listen_parse(jw_str_c(p->settings.listen), &p->address, err);
    }
    if (status == JW_OK) {
        status = jw_listen_open(&p->address, &fd, err);
    }
    if (status != JW_OK) {
        return status;
    }
    p->port = jw_listen_port(fd);
    status = jw_http_start(&p->server, &p->settings, fd, &p->http, err);
    if (status != JW_OK) {
        (void)close(fd);
        return status;
    }
    return write_port(p, err);
}

static void reload(struct program *p)
{
    struct jw_server_settings fresh;
    struct jw_error err;
    jw_error_clear(&err);
    if (jw_server_options_load(&p->options, &fresh, &err) != JW_OK ||
        jw_server_reload(&p->server, &fresh, &err) != JW_OK) {
        jw_log(JW_LOG_ERROR, "reload", "message=\"%s\"", err.message);
        return;
    }
    jw_http_reload(p->http, &fresh);
    p->settings.drain_time_ms = fresh.drain_time_ms;
    jw_log(JW_LOG_INFO, "reload", "state=done");
}

/* Until SIGTERM or SIGINT comes. */
static void serve(struct program *p, const sigset_t *signals)
{
    const struct timespec tick = {.tv_sec = 0, .tv_nsec = TICK_MS * 1000000};
    for (;;) {
        int sig = sigtimedwait(signals, NULL, &tick);
        if (sig == SIGTERM || sig == SIGINT) {
            jw_log(JW_LOG_INFO, "stop", "signal=%s", sig == SIGTERM ? "TERM" : "INT");
            return;
        }
        if (sig == SIGHUP) {
            reload(p);
        }
        jw_store_check(p->server.store);
        jw_http_tick(p->http);
    }
}

/* Before any thread: all of them leave the signals to serve(). */
static void block_signals(sigset_t *signals)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigemptyset(signals);
    (void)sigaddset(signals, SIGTERM);
    (void)sigaddset(signals, SIGINT);
    (void)sigaddset(signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, signals, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

static int run(struct program *p)
{
    struct jw_error err;
    sigset_t signals;
    jw_error_clear(&err);
    block_signals(&signals);
    enum jw_status status = start(p, &err);
    if (status == JW_OK) {
        jw_log(JW_LOG_INFO, "start", "version=%s listen=%s port=%u", JW_VERSION,
               p->settings.listen, p->port);
        jw_notify("READY=1");
        serve(p, &signals);
        jw_notify("STOPPING=1");
    }
    if (p->http) {
        jw_http_stop(p->http, (int64_t)p->settings.drain_time_ms * 1000);
        jw_listen_remove(&p->address);
    }
    jw_server_release(&p->server);
    if (status != JW_OK) {
        return complain(&err, EXIT_FAILED);
    }
    jw_log(JW_LOG_INFO, "stop", "state=done");
    return 0;
}

int main(int argc, char **argv)
{
    static struct program p;
    struct jw_error err;
    jw_error_clear(&err);
    if (jw_server_options_read(argc, argv, &p.options, &err) != JW_OK) {
        return complain(&err, EXIT_USAGE);
    }
    if (p.options.action == JW_ACTION_HELP) {
        return fputs(jw_server_help(), stdout) < 0 ? EXIT_FAILED : 0;
    }
    if (p.options.action == JW_ACTION_VERSION) {
        return printf("jianwen-server %s\n", JW_VERSION) < 0 ? EXIT_FAILED : 0;
    }
    if (jw_server_options_load(&p.options, &p.settings, &err) != JW_OK) {
        return complain(&err, EXIT_USAGE);
    }
    switch (p.options.action) {
    case JW_ACTION_PRINT_CONFIG:
        return print_settings(&p.settings);
    case JW_ACTION_CHECK_CONFIG:
        return check_settings(&p.settings);
    case JW_ACTION_HEALTHCHECK:
        return jw_healthcheck(&p.settings, &err) == JW_OK ? 0
                                                          : complain(&err, EXIT_FAILED);
    case JW_ACTION_SERVE:
    case JW_ACTION_HELP:
    case JW_ACTION_VERSION:
        break;
    }
    return run(&p);
}
