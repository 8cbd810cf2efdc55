/*
 * json.h - write JSON straight into a buffer.
 *
 * A page of hits is some twenty kilobytes of strings; building a tree of them
 * first costs a noticeable part of a search (docs/performance.md), so answers
 * are written as they are read.  Commas are put by the writer; balance and
 * keys are the caller's business.
 *
 *     struct jw_json j = jw_json_on(&buf);
 *     jw_json_object(&j);
 *     jw_json_key(&j, "n");
 *     jw_json_uint(&j, 3);
 *     jw_json_end_object(&j);
 */
#ifndef JW_SERVER_JSON_H
#define JW_SERVER_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/str.h"

struct jw_json {
    /** Borrowed; its sticky status tells of failures. */
    struct jw_buf *out;
    /** Whether the next element of the open array or object needs a comma. */
    bool comma;
};

struct jw_json jw_json_on(struct jw_buf *out);

void jw_json_object(struct jw_json *j);
void jw_json_end_object(struct jw_json *j);
void jw_json_array(struct jw_json *j);
void jw_json_end_array(struct jw_json *j);

/** @param name  needs no escaping. */
void jw_json_key(struct jw_json *j, const char *name);

/** A string value.  @param s  UTF-8. */
void jw_json_str(struct jw_json *j, struct jw_str s);
void jw_json_uint(struct jw_json *j, uint64_t v);
void jw_json_bool(struct jw_json *j, bool v);
void jw_json_null(struct jw_json *j);

/** Microseconds as milliseconds with three decimals. */
void jw_json_ms(struct jw_json *j, int64_t us);

/** A score: six significant digits; what is not finite becomes 0. */
void jw_json_score(struct jw_json *j, double v);

/** `"key": "value"` in one call. */
void jw_json_key_str(struct jw_json *j, const char *name, struct jw_str s);
void jw_json_key_uint(struct jw_json *j, const char *name, uint64_t v);

/** Append s escaped for the inside of a JSON string, without the quotes. */
void jw_json_escape(struct jw_str s, struct jw_buf *out);

#endif
