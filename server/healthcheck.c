#include "healthcheck.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "listen.h"

enum {
    PATIENCE_S = 3,
    /* The status line is all that is looked at. */
    ANSWER_BYTES = 512
};

/* 0.0.0.0 and [::] can be listened on, not connected to everywhere. */
static void to_loopback(struct jw_listen_address *address)
{
    void *addr = &address->addr;
    struct sockaddr_in *in = addr;
    struct sockaddr_in6 *in6 = addr;
    if (address->addr.ss_family == AF_INET && in->sin_addr.s_addr == htonl(INADDR_ANY)) {
        in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else if (address->addr.ss_family == AF_INET6 &&
               IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr)) {
        in6->sin6_addr = in6addr_loopback;
    }
}

static enum jw_status ask(int fd, const struct jw_listen_address *address,
                          struct jw_error *err)
{
    static const char request[] =
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    static const char good[] = "HTTP/1.1 200 ";
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    char answer[ANSWER_BYTES];
    size_t n = 0;
    ssize_t got = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (const struct sockaddr *)&address->addr, address->len) != 0 ||
        send(fd, request, sizeof request - 1, MSG_NOSIGNAL) !=
            (ssize_t)(sizeof request - 1)) {
        return jw_fail_errno(err, errno, "cannot reach the server");
    }
    while (got > 0 && n < sizeof good - 1) {
        got = recv(fd, answer + n, sizeof answer - n, 0);
        n += got > 0 ? (size_t)got : 0;
    }
    if (n < sizeof good - 1 || memcmp(answer, good, sizeof good - 1) != 0) {
        return jw_fail(err, JW_EIO, "the server does not answer as it should");
    }
    return JW_OK;
}

enum jw_status jw_healthcheck(const struct jw_server_settings *settings,
                              struct jw_error *err)
{
    struct jw_listen_address address;
    enum jw_status status = jw_listen_parse(jw_str_c(settings->listen), &address, err);
    if (status != JW_OK) {
        return status;
    }
    to_loopback(&address);
    int fd = socket(address.addr.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return jw_fail_errno(err, errno, "cannot make a socket");
    }
    status = ask(fd, &address, err);
    (void)close(fd);
    return status;
}
