/*
 * log.h - one line per event on standard error.
 *
 * A line is `time level event key=value ...`, UTF-8, control characters
 * escaped, so that no input can forge a second line.  Libraries do not log;
 * programs do, at their edges.
 */
#ifndef JIANWEN_LOG_H
#define JIANWEN_LOG_H

#include <stdbool.h>

#include "jianwen/compiler.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

enum jw_log_level {
    JW_LOG_ERROR,
    JW_LOG_WARN,
    JW_LOG_INFO,
    JW_LOG_DEBUG
};

/** Lines above this level are not written (default JW_LOG_INFO). */
void jw_log_set_level(enum jw_log_level level) JW_NOEXCEPT;

/** @return whether a line of this level would be written. */
bool jw_log_enabled(enum jw_log_level level) JW_NOEXCEPT;

/** "error", "warn", "info", "debug" -> level.  @return false for others. */
bool jw_log_parse_level(struct jw_str name, enum jw_log_level *out) JW_NOEXCEPT;

/** Write one line; safe from several threads, one write(2) a line. */
void jw_log(enum jw_log_level level, const char *event, const char *fmt, ...) JW_NOEXCEPT
    JW_PRINTF(3, 4);

JW_END_DECLS

#endif
