/*
 * clock.h - time, in microseconds.
 */
#ifndef JIANWEN_CLOCK_H
#define JIANWEN_CLOCK_H

#include <stdint.h>

#include "jianwen/compiler.h"

JW_BEGIN_DECLS

/** Microseconds of a clock that never goes back (CLOCK_MONOTONIC). */
int64_t jw_clock_us(void) JW_NOEXCEPT;

/** Microseconds since 1970-01-01 UTC (CLOCK_REALTIME). */
int64_t jw_clock_wall_us(void) JW_NOEXCEPT;

/** Wait before something is tried again: 1 ms before repetition 0, twice as long
 *  before each later one, 64 ms at most. */
void jw_clock_back_off(unsigned repetition) JW_NOEXCEPT;

JW_END_DECLS

#endif
