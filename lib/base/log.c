#include "jianwen/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "jianwen/clock.h"

enum {
    /* POSIX lets a write of up to this many bytes to a pipe on Linux be whole. */
    LOG_LINE_BYTES = 4096,
    /* Kept free for what closes the line. */
    LOG_END_BYTES = 4
};

static atomic_int max_level = JW_LOG_INFO;
static atomic_bool as_json;

static const char *const level_names[] = {"error", "warn", "info", "debug"};

struct line {
    char text[LOG_LINE_BYTES];
    size_t n;
    bool full;
    bool json;
};

void jw_log_set_level(enum jw_log_level level)
{
    atomic_store(&max_level, (int)level);
}

void jw_log_set_json(bool json)
{
    atomic_store(&as_json, json);
}

bool jw_log_enabled(enum jw_log_level level)
{
    return (int)level <= atomic_load(&max_level);
}

bool jw_log_parse_level(struct jw_str name, enum jw_log_level *out)
{
    for (int i = 0; i < 4; i++) {
        if (jw_str_eq_c(name, level_names[i])) {
            *out = (enum jw_log_level)i;
            return true;
        }
    }
    return false;
}

static void put(struct line *l, const char *bytes, size_t n)
{
    if (l->full || n > sizeof l->text - LOG_END_BYTES - l->n) {
        l->full = true;
        return;
    }
    memcpy(l->text + l->n, bytes, n);
    l->n += n;
}

static void put_c(struct line *l, const char *text)
{
    put(l, text, strlen(text));
}

/* @return bytes of the well-formed UTF-8 character at p, 0 when there is none. */
static size_t character(const unsigned char *p, size_t n)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = p[0] < 0x80   ? 1
                  : p[0] < 0xC0 ? 0
                  : p[0] < 0xE0 ? 2
                  : p[0] < 0xF0 ? 3
                                : 4;
    uint32_t cp = size < 2 ? p[0] : p[0] & (0xFFu >> (size + 1));
    if (size == 0 || size > n) {
        return 0;
    }
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        cp = cp << 6 | (p[i] & 0x3F);
    }
    bool good = cp >= least[size] && cp <= 0x10FFFF && !(cp >= 0xD800 && cp <= 0xDFFF);
    return good ? size : 0;
}

/* Control characters and broken UTF-8 as \xHH, in JSON as \u00HH. */
static void put_escaped(struct line *l, struct jw_str s, bool quoted)
{
    size_t step = 1;
    for (size_t i = 0; i < s.n; i += step) {
        const unsigned char *p = (const unsigned char *)s.p + i;
        size_t size = character(p, s.n - i);
        step = size ? size : 1;
        if (size == 0 || *p < 0x20 || *p == 0x7F) {
            char code[8];
            (void)snprintf(code, sizeof code, l->json ? "\\u%04x" : "\\x%02x", *p);
            put_c(l, code);
        } else {
            if (quoted && (*p == '"' || *p == '\\')) {
                put_c(l, "\\");
            }
            put(l, s.p + i, step);
        }
    }
}

static bool is_plain(struct jw_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= 0x20 || c == 0x7F || c == '"' || c == '\\' || c == '=') {
            return false;
        }
    }
    return true;
}

/* The text of a field, cut between characters. */
static struct jw_str text_of(const struct jw_log_field *f)
{
    size_t n = f->n;
    if (n > JW_LOG_TEXT_BYTES) {
        n = JW_LOG_TEXT_BYTES;
        while (n > 0 && ((unsigned char)f->text[n] & 0xC0) == 0x80) {
            n--;
        }
    }
    return jw_str_of(f->text, n);
}

static void put_field(struct line *l, const struct jw_log_field *f)
{
    size_t before = l->n;
    put_c(l, l->json ? ",\"" : " ");
    put_c(l, f->key);
    put_c(l, l->json ? "\":" : "=");
    if (f->text) {
        struct jw_str text = text_of(f);
        bool quoted = l->json || !is_plain(text);
        put_c(l, quoted ? "\"" : "");
        put_escaped(l, text, quoted);
        put_c(l, quoted ? "\"" : "");
    } else {
        char number[24];
        (void)snprintf(number, sizeof number, "%" PRIu64, f->number);
        put_c(l, number);
    }
    if (l->full) {
        l->full = false;
        l->n = before;
    }
}

static void begin(struct line *l, enum jw_log_level level, const char *event)
{
    int64_t now = jw_clock_wall_us();
    time_t seconds = (time_t)(now / 1000000);
    struct tm tm;
    char stamp[32] = "-";
    char head[128];
    if (gmtime_r(&seconds, &tm)) {
        (void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    }
    l->n = 0;
    l->full = false;
    l->json = atomic_load(&as_json);
    (void)snprintf(head, sizeof head,
                   l->json ? "{\"time\":\"%s.%03dZ\",\"level\":\"%s\",\"event\":\"%s\""
                           : "%s.%03dZ %s %s",
                   stamp, (int)(now / 1000 % 1000), level_names[level], event);
    put_c(l, head);
}

static void finish(struct line *l)
{
    if (l->json) {
        l->text[l->n++] = '}';
    }
    l->text[l->n++] = '\n';
    /* Nothing sensible can be done when standard error is gone. */
    (void)!write(STDERR_FILENO, l->text, l->n);
}

void jw_log_fields(enum jw_log_level level, const char *event,
                   const struct jw_log_field *fields, size_t n)
{
    struct line l;
    if (!jw_log_enabled(level)) {
        return;
    }
    begin(&l, level, event);
    for (size_t i = 0; i < n; i++) {
        if (!fields[i].text || fields[i].n) {
            put_field(&l, &fields[i]);
        }
    }
    finish(&l);
}

void jw_log(enum jw_log_level level, const char *event, const char *fmt, ...)
{
    struct line l;
    char text[JW_LOG_TEXT_BYTES];
    va_list ap;
    if (!jw_log_enabled(level)) {
        return;
    }
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    begin(&l, level, event);
    if (l.json) {
        struct jw_log_field field = jw_log_text("text", jw_str_c(text));
        put_field(&l, &field);
    } else {
        put_c(&l, " ");
        put_escaped(&l, jw_str_c(text), false);
    }
    finish(&l);
}
