/*
 * date.h - dates as newspapers have them: a year, a month or a day.
 *
 * A date is one number, year * 10000 + month * 100 + day, with 0 for a part
 * that is not known: 20210630, 20210600, 20210000; 0 is no date.  Numbers
 * compare as the dates do, a month before its days.
 */
#ifndef JIANWEN_DATE_H
#define JIANWEN_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

/** Room for a date as text, with its NUL. */
enum {
    JW_DATE_BYTES = 16
};

/**
 * Read YYYY, YYYY-MM or YYYY-MM-DD; also with / or . or the signs 年 月 日,
 * YYYYMMDD, and any of these followed by a time (T or a space).
 *
 * @return false when s is none of these, or the day does not exist.
 */
bool jw_date_parse(struct jw_str s, uint32_t *out) JW_NOEXCEPT;

/** Write a date as YYYY, YYYY-MM or YYYY-MM-DD; 0 as an empty string. */
void jw_date_format(uint32_t date, char out[JW_DATE_BYTES]) JW_NOEXCEPT;

/** The last date that a date covers: 20210000 -> 20211231, 20210600 -> 20210631. */
uint32_t jw_date_last(uint32_t date) JW_NOEXCEPT;

JW_END_DECLS

#endif
