/*
 * bare_http - the least that libmicrohttpd can do: one static answer.
 *
 *     bare_http PORT
 *
 * The measure for how much jianwen-server adds to an answer; see
 * bench/server.sh.
 */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection,
                              const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_size, void **req_cls)
{
    static int seen;
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_size;
    if (!*req_cls) {
        *req_cls = &seen;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, cls);
}

int main(int argc, char **argv)
{
    static char body[] = "{\"status\":\"ok\"}\n";
    sigset_t signals;
    int sig = 0;
    unsigned long port = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    if (port == 0 || port > 65535) {
        (void)fputs("usage: bare_http PORT\n", stderr);
        return 2;
    }
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof body - 1, body, MHD_RESPMEM_PERSISTENT);
    if (!response ||
        MHD_add_response_header(response, "Content-Type", "application/json") == MHD_NO) {
        return 1;
    }
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (unsigned short)port, NULL, NULL,
                         handle, response, MHD_OPTION_END);
    if (!daemon) {
        return 1;
    }
    (void)sigwait(&signals, &sig);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(response);
    return 0;
}
