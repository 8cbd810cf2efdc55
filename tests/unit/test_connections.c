#include "connections.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jianwen/clock.h"
#include "jw_cunit.h"
#include "rate.h"

enum {
    HEAD_US = 1000000,
    IDLE_US = 2000000,
    SEND_US = 5000000
};

static const struct jw_connection_times times = {HEAD_US, IDLE_US, SEND_US};

/* What the other end has received, as text; "" with eof for a closed one. */
static struct jw_str receive(int fd, char *room, size_t n, bool *eof)
{
    ssize_t got = recv(fd, room, n, MSG_DONTWAIT);
    *eof = got == 0;
    return jw_str_of(room, got > 0 ? (size_t)got : 0);
}

/* In each phase: alive up to the deadline, closed behind it. */
static void test_deadlines(void)
{
    static const struct {
        enum jw_phase phase;
        int64_t time_us;
        const char *said;
    } rows[] = {
        {JW_PHASE_HEAD, HEAD_US, "HTTP/1.1 408 "},
        {JW_PHASE_IDLE, HEAD_US + IDLE_US, ""},
        {JW_PHASE_SENDING, SEND_US, ""},
        {JW_PHASE_BUSY, 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_connections *cs = NULL;
        char room[256];
        bool eof = false;
        int fds[2];
        CHECK_STATUS(jw_connections_new(times, &cs), JW_OK);
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
        struct jw_connection *c = jw_connection_open(cs, fds[0], NULL);
        int64_t before = jw_clock_us();
        CHECK(jw_connection_enter(cs, c, rows[i].phase));
        int64_t after = jw_clock_us();
        CHECK_INT(jw_connections_sweep(cs, before + rows[i].time_us - 1), 0);
        (void)receive(fds[1], room, sizeof room, &eof);
        CHECK(!eof);
        bool never = rows[i].time_us == 0;
        int64_t late = after + (never ? INT64_C(3600000000) : rows[i].time_us) + 1;
        CHECK_INT(jw_connections_sweep(cs, late), never ? 0 : 1);
        CHECK_INT(jw_connections_sweep(cs, late), 0);
        struct jw_str said = receive(fds[1], room, sizeof room, &eof);
        CHECK_MSG(jw_str_starts(said, jw_str_c(rows[i].said)) &&
                      (said.n > 0) == (rows[i].said[0] != '\0'),
                  "row %zu: said %.*s", i, (int)said.n, said.p);
        (void)receive(fds[1], room, sizeof room, &eof);
        CHECK_MSG(eof != never, "row %zu: end of file", i);
        /* Who was closed stays closed. */
        CHECK(jw_connection_enter(cs, c, JW_PHASE_BUSY) == never);
        jw_connection_close(cs, c);
        jw_connections_free(cs);
        (void)close(fds[0]);
        (void)close(fds[1]);
    }
}

static void test_active(void)
{
    struct jw_connections *cs = NULL;
    struct jw_connection *c[4];
    CHECK_STATUS(jw_connections_new(times, &cs), JW_OK);
    for (int i = 0; i < 4; i++) {
        c[i] = jw_connection_open(cs, -1, NULL);
    }
    CHECK_INT(jw_connections_active(cs), 4);
    CHECK(jw_connection_enter(cs, c[0], JW_PHASE_IDLE));
    CHECK(jw_connection_enter(cs, c[1], JW_PHASE_BUSY));
    CHECK(jw_connection_enter(cs, c[2], JW_PHASE_SENDING));
    CHECK_INT(jw_connections_active(cs), 3);
    jw_connection_close(cs, c[2]);
    CHECK_INT(jw_connections_active(cs), 2);
    CHECK_STR_C(jw_str_c(jw_connection_address(c[0])), "unix");
    jw_connection_close(cs, c[0]);
    jw_connection_close(cs, c[3]);
    jw_connection_close(cs, c[1]);
    CHECK_INT(jw_connections_active(cs), 0);
    jw_connections_free(cs);
}

/* An event loop that waits for edges is told of an end of stream that it has not seen. */
static void test_half_closed(void)
{
    struct jw_connections *cs = NULL;
    int fds[2];
    char room[4];
    CHECK_STATUS(jw_connections_new(times, &cs), JW_OK);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    struct jw_connection *c = jw_connection_open(cs, fds[0], NULL);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    int loop = epoll_create1(EPOLL_CLOEXEC);
    CHECK(epoll_ctl(loop, EPOLL_CTL_ADD, fds[0], &event) == 0);
    CHECK(send(fds[1], "ab", 2, 0) == 2);
    CHECK(shutdown(fds[1], SHUT_WR) == 0);
    CHECK_INT(epoll_wait(loop, &event, 1, 0), 1);
    /* Not while something is still to be read. */
    CHECK_INT(jw_connections_sweep(cs, 0), 0);
    CHECK_INT(epoll_wait(loop, &event, 1, 0), 0);
    CHECK(recv(fds[0], room, sizeof room, 0) == 2);
    CHECK_INT(epoll_wait(loop, &event, 1, 0), 0);
    CHECK_INT(jw_connections_sweep(cs, 0), 0);
    CHECK_INT(epoll_wait(loop, &event, 1, 0), 1);
    CHECK(recv(fds[0], room, sizeof room, 0) == 0);
    /* The answer still goes out. */
    CHECK(jw_connection_enter(cs, c, JW_PHASE_BUSY));
    CHECK(send(fds[0], "cd", 2, 0) == 2);
    CHECK(recv(fds[1], room, sizeof room, 0) == 2);
    jw_connection_close(cs, c);
    jw_connections_free(cs);
    (void)close(loop);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static int allowed(struct jw_rate *r, const char *address, int64_t now_us, int tries)
{
    int n = 0;
    for (int i = 0; i < tries; i++) {
        n += jw_rate_allow(r, jw_str_c(address), 10, 5, now_us) ? 1 : 0;
    }
    return n;
}

static void test_rate(void)
{
    struct jw_rate *r = NULL;
    CHECK_STATUS(jw_rate_new(&r), JW_OK);
    int64_t t = 1000000;
    CHECK_INT(allowed(r, "a", t, 20), 5);
    CHECK_INT(allowed(r, "b", t, 20), 5);
    CHECK_INT(allowed(r, "a", t + 99999, 20), 0);
    CHECK_INT(allowed(r, "a", t + 100000, 20), 1);
    CHECK_INT(allowed(r, "a", t + 400000, 20), 3);
    CHECK_INT(allowed(r, "a", t + (INT64_C(1) << 60), 20), 5);
    CHECK_INT(allowed(r, "b", 0, 20), 0); /* a clock that went back */
    for (int i = 0; i < 1000; i++) {
        CHECK(jw_rate_allow(r, jw_str_c("a"), 0, 5, t));
    }
    jw_rate_free(r);
}

/* Far more addresses than places: each still gets what it may have. */
static void test_many_addresses(void)
{
    struct jw_rate *r = NULL;
    CHECK_STATUS(jw_rate_new(&r), JW_OK);
    for (int i = 0; i < 100000; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        CHECK(jw_rate_allow(r, jw_str_c(name), 1, 1, 1000 + i));
    }
    jw_rate_free(r);
}

/* Opened by who accepted it, taken up once; what was sent shows until it is read. */
static void test_unread(void)
{
    struct jw_connections *cs = NULL;
    char room[8];
    int fds[2];
    CHECK_STATUS(jw_connections_new(times, &cs), JW_OK);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    struct jw_connection *c = jw_connection_open(cs, fds[0], NULL);
    CHECK(jw_connection_adopt(cs, fds[1]) == NULL);
    CHECK(jw_connection_adopt(cs, fds[0]) == c);
    CHECK(jw_connection_adopt(cs, fds[0]) == NULL);
    CHECK_INT(jw_connections_unread(cs), 0);
    CHECK(send(fds[1], "GET", 3, 0) == 3);
    CHECK_INT(jw_connections_unread(cs), 1);
    CHECK(jw_connection_enter(cs, c, JW_PHASE_IDLE));
    CHECK_INT(jw_connections_unread(cs), 1);
    CHECK(jw_connection_enter(cs, c, JW_PHASE_BUSY));
    CHECK_INT(jw_connections_unread(cs), 0);
    CHECK(jw_connection_enter(cs, c, JW_PHASE_HEAD));
    CHECK(recv(fds[0], room, sizeof room, 0) == 3);
    CHECK_INT(jw_connections_unread(cs), 0);
    jw_connections_free(cs); /* and c with it */
    (void)close(fds[0]);
    (void)close(fds[1]);
}

JW_TEST_MAIN("connections", {"deadlines", test_deadlines}, {"active ones", test_active},
             {"half closed", test_half_closed},
             {"what was sent and not read", test_unread}, {"rate", test_rate},
             {"rate of many", test_many_addresses})
