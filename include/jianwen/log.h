/*
 * log.h - one line per event on standard error.
 *
 * A line is `time level event key=value ...`, or one JSON object with the
 * members time, level, event and the keys; control characters are escaped, so
 * that no input can forge a line or a field.  Libraries do not log; programs
 * do, at their edges.
 */
#ifndef JIANWEN_LOG_H
#define JIANWEN_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/** Whether lines are JSON objects from now on (default false). */
void jw_log_set_json(bool json) JW_NOEXCEPT;

struct jw_log_field {
    const char *key;
    /** NULL: the value is number. */
    const char *text;
    /** Bytes of text; more than JW_LOG_TEXT_BYTES are cut. */
    size_t n;
    uint64_t number;
};

enum {
    /** Long enough for a query, short enough that a line stays below PIPE_BUF,
     *  within which a write to a pipe is not mixed with others. */
    JW_LOG_TEXT_BYTES = 1024
};

static inline struct jw_log_field jw_log_text(const char *key, struct jw_str text)
{
    struct jw_log_field f;
    f.key = key;
    f.text = text.p ? text.p : "";
    f.n = text.n;
    f.number = 0;
    return f;
}

static inline struct jw_log_field jw_log_number(const char *key, uint64_t number)
{
    struct jw_log_field f;
    f.key = key;
    f.text = NULL;
    f.n = 0;
    f.number = number;
    return f;
}

/**
 * Write one line of fields.  Safe from several threads.
 *
 * @param fields  those with an empty text are left out, and so is what does not
 *                fit the line.
 */
void jw_log_fields(enum jw_log_level level, const char *event,
                   const struct jw_log_field *fields, size_t n) JW_NOEXCEPT;

/**
 * Write one line; safe from several threads, one write(2) a line.  As JSON, what
 * fmt gives is the member "text".
 */
void jw_log(enum jw_log_level level, const char *event, const char *fmt, ...) JW_NOEXCEPT
    JW_PRINTF(3, 4);

JW_END_DECLS

#endif
