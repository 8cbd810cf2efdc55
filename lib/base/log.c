#include "jianwen/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "jianwen/clock.h"

enum {
    LOG_LINE_BYTES = 2048
};

static atomic_int max_level = JW_LOG_INFO;

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void jw_log_set_level(enum jw_log_level level)
{
    atomic_store(&max_level, (int)level);
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

/* Copy with control characters as \xHH; stops two bytes before the end. */
static size_t escape_into(char *out, size_t room, const char *text)
{
    static const char hex[] = "0123456789abcdef";
    size_t n = 0;
    for (const char *p = text; *p && n + 6 < room; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x20 && c != 0x7F) {
            out[n++] = *p;
            continue;
        }
        out[n++] = '\\';
        out[n++] = 'x';
        out[n++] = hex[c >> 4];
        out[n++] = hex[c & 15];
    }
    return n;
}

void jw_log(enum jw_log_level level, const char *event, const char *fmt, ...)
{
    if (!jw_log_enabled(level)) {
        return;
    }
    char text[LOG_LINE_BYTES];
    char line[LOG_LINE_BYTES];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);

    int64_t now = jw_clock_wall_us();
    time_t seconds = (time_t)(now / 1000000);
    struct tm tm;
    char stamp[32] = "-";
    if (gmtime_r(&seconds, &tm)) {
        (void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    }
    int head = snprintf(line, sizeof line, "%s.%03dZ %s %s ", stamp,
                        (int)(now / 1000 % 1000), level_names[level], event);
    if (head < 0 || (size_t)head >= sizeof line) {
        return;
    }
    size_t n = (size_t)head + escape_into(line + head, sizeof line - (size_t)head, text);
    line[n++] = '\n';
    /* Nothing sensible can be done when standard error is gone. */
    (void)!write(STDERR_FILENO, line, n);
}
