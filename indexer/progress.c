#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "jianwen/clock.h"

enum {
    AFTER_US = 1000000,
    EVERY_US = 200000
};

void jw_progress_begin(struct jw_progress *p)
{
    memset(p, 0, sizeof *p);
    p->told = isatty(STDERR_FILENO) == 1;
    p->start_us = jw_clock_us();
}

bool jw_progress_is_due(const struct jw_progress *p)
{
    if (!p->told) {
        return false;
    }
    int64_t now = jw_clock_us();
    return now - p->start_us >= AFTER_US && now - p->line_us >= EVERY_US;
}

void jw_progress_say(struct jw_progress *p, const char *format, ...)
{
    if (!p->told) {
        return;
    }
    va_list args;
    va_start(args, format);
    (void)fputc('\r', stderr);
    (void)vfprintf(stderr, format, args);
    (void)fputs("\033[K", stderr);
    va_end(args);
    p->line_us = jw_clock_us();
}

void jw_progress_clear(struct jw_progress *p)
{
    if (p->line_us) {
        (void)fputs("\r\033[K", stderr);
        p->line_us = 0;
    }
}

double jw_progress_seconds(const struct jw_progress *p)
{
    return (double)(jw_clock_us() - p->start_us) / 1e6;
}
