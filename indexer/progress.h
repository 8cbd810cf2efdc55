/*
 * progress.h - one line on a terminal that tells how far a run is, once it has
 * taken a second.
 */
#ifndef JW_INDEXER_PROGRESS_H
#define JW_INDEXER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/compiler.h"

struct jw_progress {
    /** Whether there is somebody to tell: standard error is a terminal. */
    bool told;
    int64_t start_us;
    /** When a line was written last; 0: none stands there. */
    int64_t line_us;
};

void jw_progress_begin(struct jw_progress *p);

/** Whether a line is due: after the first second, five times a second. */
bool jw_progress_is_due(const struct jw_progress *p);

/** Write the line, due or not; nothing without a terminal. */
JW_PRINTF(2, 3) void jw_progress_say(struct jw_progress *p, const char *format, ...);

/** Take the line away, before something else is written. */
void jw_progress_clear(struct jw_progress *p);

/** Seconds since it began. */
double jw_progress_seconds(const struct jw_progress *p);

#endif
