#include "connections.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "jianwen/clock.h"
#include "listen.h"

struct jw_connection {
    struct jw_connection *next;
    struct jw_connection *prev;
    int fd;
    enum jw_phase phase;
    bool adopted;
    /* The event loop was told that the client sends nothing more. */
    bool told_end;
    /* 0 for none. */
    int64_t deadline_us;
    void *user;
    char address[JW_ADDRESS_BYTES];
};

struct jw_connections {
    pthread_mutex_t lock;
    struct jw_connection_times times;
    /* A ring with this as its head. */
    struct jw_connection head;
};

enum jw_status jw_connections_new(struct jw_connection_times times,
                                  struct jw_connections **out)
{
    struct jw_connections *cs = calloc(1, sizeof *cs);
    *out = cs;
    if (!cs) {
        return JW_ENOMEM;
    }
    (void)pthread_mutex_init(&cs->lock, NULL);
    cs->times = times;
    cs->head.next = &cs->head;
    cs->head.prev = &cs->head;
    return JW_OK;
}

void jw_connections_free(struct jw_connections *cs)
{
    if (cs) {
        while (cs->head.next != &cs->head) {
            jw_connection_close(cs, cs->head.next);
        }
        (void)pthread_mutex_destroy(&cs->lock);
        free(cs);
    }
}

void jw_connections_set_times(struct jw_connections *cs, struct jw_connection_times times)
{
    (void)pthread_mutex_lock(&cs->lock);
    cs->times = times;
    (void)pthread_mutex_unlock(&cs->lock);
}

/* Called under the lock. */
static void set_phase(const struct jw_connections *cs, struct jw_connection *c,
                      enum jw_phase phase)
{
    int64_t time = 0;
    switch (phase) {
    case JW_PHASE_HEAD:
        time = cs->times.head_us;
        break;
    case JW_PHASE_IDLE:
        time = cs->times.idle_us + cs->times.head_us;
        break;
    case JW_PHASE_SENDING:
        time = cs->times.send_us;
        break;
    case JW_PHASE_BUSY:
    case JW_PHASE_LATE:
        break;
    }
    c->phase = phase;
    c->deadline_us = time ? jw_clock_us() + time : 0;
}

const char *jw_connection_address(const struct jw_connection *c)
{
    return c->address;
}

void jw_connection_set_user(struct jw_connection *c, void *user)
{
    c->user = user;
}

void *jw_connection_user(const struct jw_connection *c)
{
    return c->user;
}

struct jw_connection *jw_connection_open(struct jw_connections *cs, int fd,
                                         const struct sockaddr *addr)
{
    struct jw_connection *c = malloc(sizeof *c);
    if (!c) {
        return NULL;
    }
    c->fd = fd;
    c->user = NULL;
    c->told_end = false;
    c->adopted = false;
    jw_address_text(addr, c->address);
    (void)pthread_mutex_lock(&cs->lock);
    set_phase(cs, c, JW_PHASE_HEAD);
    c->next = &cs->head;
    c->prev = cs->head.prev;
    c->prev->next = c;
    c->next->prev = c;
    (void)pthread_mutex_unlock(&cs->lock);
    return c;
}

struct jw_connection *jw_connection_adopt(struct jw_connections *cs, int fd)
{
    struct jw_connection *found = NULL;
    (void)pthread_mutex_lock(&cs->lock);
    for (struct jw_connection *c = cs->head.next; c != &cs->head && !found; c = c->next) {
        if (c->fd == fd && !c->adopted) {
            c->adopted = true;
            found = c;
        }
    }
    (void)pthread_mutex_unlock(&cs->lock);
    return found;
}

void jw_connection_close(struct jw_connections *cs, struct jw_connection *c)
{
    (void)pthread_mutex_lock(&cs->lock);
    c->prev->next = c->next;
    c->next->prev = c->prev;
    (void)pthread_mutex_unlock(&cs->lock);
    free(c);
}

bool jw_connection_enter(struct jw_connections *cs, struct jw_connection *c,
                         enum jw_phase phase)
{
    (void)pthread_mutex_lock(&cs->lock);
    bool alive = c->phase != JW_PHASE_LATE;
    if (alive) {
        set_phase(cs, c, phase);
    }
    (void)pthread_mutex_unlock(&cs->lock);
    return alive;
}

static void say(const struct jw_connection *c, const char *status)
{
    char text[128];
    int n =
        snprintf(text, sizeof text,
                 "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status);
    /* Who does not take these few bytes at once does without. */
    (void)send(c->fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/*
 * Nothing is being sent while a head is awaited, so a short answer can be
 * written past libmicrohttpd, which then finds the socket shut down.  An
 * answer that is not taken is dropped with the connection, or the system
 * would go on sending it for hours.
 */
static void hang_up(struct jw_connection *c)
{
    const struct linger drop = {.l_onoff = 1, .l_linger = 0};
    if (c->phase == JW_PHASE_HEAD) {
        say(c, "408 Request Timeout");
    } else if (c->phase == JW_PHASE_SENDING) {
        (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &drop, sizeof drop);
    }
    (void)shutdown(c->fd, SHUT_RDWR);
    c->phase = JW_PHASE_LATE;
    c->deadline_us = 0;
}

void jw_connection_refuse_head(struct jw_connections *cs, struct jw_connection *c)
{
    (void)pthread_mutex_lock(&cs->lock);
    if (c->phase != JW_PHASE_LATE) {
        say(c, "431 Request Header Fields Too Large");
    }
    (void)pthread_mutex_unlock(&cs->lock);
}

/*
 * libmicrohttpd 0.9.75 waits for edges and takes one recv() a turn: the end of
 * a stream that came together with its last bytes is never seen.  When all
 * has been read and nothing more can come, closing the reading half, which
 * loses nothing then, makes a new edge.
 */
static void tell_end(struct jw_connection *c)
{
    char byte;
    if (!c->told_end && (c->phase == JW_PHASE_HEAD || c->phase == JW_PHASE_IDLE) &&
        recv(c->fd, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) == 0) {
        (void)shutdown(c->fd, SHUT_RD);
        c->told_end = true;
    }
}

size_t jw_connections_sweep(struct jw_connections *cs, int64_t now_us)
{
    size_t n = 0;
    (void)pthread_mutex_lock(&cs->lock);
    for (struct jw_connection *c = cs->head.next; c != &cs->head; c = c->next) {
        if (c->deadline_us && c->deadline_us < now_us) {
            hang_up(c);
            n++;
        }
        tell_end(c);
    }
    (void)pthread_mutex_unlock(&cs->lock);
    return n;
}

size_t jw_connections_active(struct jw_connections *cs)
{
    size_t n = 0;
    (void)pthread_mutex_lock(&cs->lock);
    for (const struct jw_connection *c = cs->head.next; c != &cs->head; c = c->next) {
        n += c->phase != JW_PHASE_IDLE && c->phase != JW_PHASE_LATE ? 1 : 0;
    }
    (void)pthread_mutex_unlock(&cs->lock);
    return n;
}

size_t jw_connections_unread(struct jw_connections *cs)
{
    size_t n = 0;
    char byte;
    (void)pthread_mutex_lock(&cs->lock);
    for (const struct jw_connection *c = cs->head.next; c != &cs->head; c = c->next) {
        n += (c->phase == JW_PHASE_HEAD || c->phase == JW_PHASE_IDLE) &&
             recv(c->fd, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) > 0;
    }
    (void)pthread_mutex_unlock(&cs->lock);
    return n;
}
