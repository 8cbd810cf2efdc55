/*
 * rate.h - requests a second, by address: a token bucket each.
 *
 * The table has a fixed size; when an address finds its places taken, the one
 * that was quiet longest gives way (and starts with a full bucket should it
 * return).  Used by the event loop's thread alone.
 */
#ifndef JW_SERVER_RATE_H
#define JW_SERVER_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/status.h"
#include "jianwen/str.h"

struct jw_rate;

JW_MUST_CHECK enum jw_status jw_rate_new(struct jw_rate **out);
void jw_rate_free(struct jw_rate *r);

/**
 * Count one request.
 *
 * @param address    any bytes that name the client.
 * @param per_second refill of the bucket; 0: everything is allowed.
 * @param burst      size of the bucket.
 * @return whether the request may go on.
 */
bool jw_rate_allow(struct jw_rate *r, struct jw_str address, uint64_t per_second,
                   uint64_t burst, int64_t now_us);

#endif
