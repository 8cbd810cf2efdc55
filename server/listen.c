#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    /* Connections that wait to be accepted; the kernel cuts it to
     * net.core.somaxconn. */
    BACKLOG = 1024,
    ADDRESS_TEXT_BYTES = sizeof(struct sockaddr_un) + 8
};

static enum jw_status bad(struct jw_str text, struct jw_error *err)
{
    return jw_fail(err, JW_EINVAL,
                   "listen = %.*s: must be ADDRESS:PORT, [IPv6]:PORT or unix:PATH",
                   (int)text.n, text.p);
}

static enum jw_status parse_unix(struct jw_str path, struct jw_listen_address *out,
                                 struct jw_error *err)
{
    struct sockaddr_un *un = (struct sockaddr_un *)(void *)&out->addr;
    if (path.n == 0 || path.n >= sizeof un->sun_path) {
        return jw_fail(err, JW_EINVAL, "listen: a Unix socket's path has 1 to %zu bytes",
                       sizeof un->sun_path - 1);
    }
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path.p, path.n);
    out->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n + 1);
    return JW_OK;
}

static bool parse_v6(const char *host, unsigned port, struct jw_listen_address *out)
{
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)&out->addr;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons((uint16_t)port);
    out->len = sizeof *in6;
    return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
}

static bool parse_v4(const char *host, unsigned port, struct jw_listen_address *out)
{
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)&out->addr;
    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t)port);
    out->len = sizeof *in;
    return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
                     &in->sin_addr) == 1;
}

enum jw_status jw_listen_parse(struct jw_str text, struct jw_listen_address *out,
                               struct jw_error *err)
{
    static const char unix_prefix[] = "unix:";
    memset(out, 0, sizeof *out);
    if (jw_str_starts(text, jw_str_c(unix_prefix))) {
        return parse_unix(jw_str_slice(text, sizeof unix_prefix - 1, text.n), out, err);
    }
    size_t colon = text.n;
    while (colon > 0 && text.p[colon - 1] != ':') {
        colon--;
    }
    unsigned long long port = 0;
    if (colon == 0 || !jw_str_to_u64(jw_str_slice(text, colon, text.n), 65535, &port)) {
        return bad(text, err);
    }
    struct jw_str host = jw_str_slice(text, 0, colon - 1);
    bool brackets = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    if (brackets) {
        host = jw_str_slice(host, 1, host.n - 1);
    }
    char name[JW_ADDRESS_BYTES];
    if (host.n == 0 || host.n >= sizeof name) {
        return bad(text, err);
    }
    memcpy(name, host.p, host.n);
    name[host.n] = '\0';
    bool good = brackets ? parse_v6(name, (unsigned)port, out)
                         : parse_v4(name, (unsigned)port, out);
    return good ? JW_OK : bad(text, err);
}

bool jw_listen_is_local(const struct jw_listen_address *address)
{
    const void *addr = &address->addr;
    const struct sockaddr_in *in = addr;
    const struct sockaddr_in6 *in6 = addr;
    switch (address->addr.ss_family) {
    case AF_UNIX:
        return true;
    case AF_INET:
        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    default:
        return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
    }
}

/* A socket file that refuses connections was left behind by a crash. */
static void remove_stale(const struct jw_listen_address *address)
{
    const struct sockaddr_un *un = (const void *)&address->addr;
    struct stat st;
    if (lstat(un->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        return;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    if (connect(fd, (const struct sockaddr *)un, address->len) != 0 &&
        errno == ECONNREFUSED) {
        (void)unlink(un->sun_path);
    }
    (void)close(fd);
}

/* As the setting `listen` has it. */
static void write_address(const struct jw_listen_address *address,
                          char out[ADDRESS_TEXT_BYTES])
{
    const void *addr = &address->addr;
    const struct sockaddr_in *in = addr;
    const struct sockaddr_in6 *in6 = addr;
    const struct sockaddr_un *un = addr;
    char host[JW_ADDRESS_BYTES];
    jw_address_text(addr, host);
    switch (address->addr.ss_family) {
    case AF_UNIX:
        (void)snprintf(out, ADDRESS_TEXT_BYTES, "unix:%s", un->sun_path);
        break;
    case AF_INET:
        (void)snprintf(out, ADDRESS_TEXT_BYTES, "%s:%u", host, ntohs(in->sin_port));
        break;
    default:
        (void)snprintf(out, ADDRESS_TEXT_BYTES, "[%s]:%u", host, ntohs(in6->sin6_port));
        break;
    }
}

enum jw_status jw_listen_open(const struct jw_listen_address *address, int *out_fd,
                              struct jw_error *err)
{
    int family = address->addr.ss_family;
    int on = 1;
    *out_fd = -1;
    if (family == AF_UNIX) {
        remove_stale(address);
    }
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return jw_fail_errno(err, errno, "cannot make a socket");
    }
    if (family != AF_UNIX) {
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (bind(fd, (const struct sockaddr *)&address->addr, address->len) != 0 ||
        listen(fd, BACKLOG) != 0) {
        int errnum = errno;
        (void)close(fd);
        char text[ADDRESS_TEXT_BYTES];
        write_address(address, text);
        const char *remedy = "";
        if (errnum == EADDRINUSE) {
            remedy = "; stop what listens there, or choose another with --listen";
        } else if (errnum == EADDRNOTAVAIL) {
            remedy = "; choose one of this machine's with --listen";
        }
        return jw_fail(err, JW_EIO, "cannot listen on %s: %s%s", text, strerror(errnum),
                       remedy);
    }
    *out_fd = fd;
    return JW_OK;
}

void jw_listen_remove(const struct jw_listen_address *address)
{
    const struct sockaddr_un *un = (const void *)&address->addr;
    if (address->addr.ss_family == AF_UNIX) {
        (void)unlink(un->sun_path);
    }
}

unsigned jw_listen_port(int fd)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof addr;
    const void *p = &addr;
    if (getsockname(fd, (struct sockaddr *)&addr, &len) != 0) {
        return 0;
    }
    if (addr.ss_family == AF_INET) {
        return ntohs(((const struct sockaddr_in *)p)->sin_port);
    }
    return addr.ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)p)->sin6_port)
                                      : 0;
}

void jw_address_text(const struct sockaddr *addr, char out[JW_ADDRESS_BYTES])
{
    const void *p = addr;
    const char *text = NULL;
    if (addr && addr->sa_family == AF_INET) {
        text = inet_ntop(AF_INET, &((const struct sockaddr_in *)p)->sin_addr, out,
                         JW_ADDRESS_BYTES);
    } else if (addr && addr->sa_family == AF_INET6) {
        text = inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)p)->sin6_addr, out,
                         JW_ADDRESS_BYTES);
    }
    if (!text) {
        memcpy(out, "unix", sizeof "unix");
    }
}
