/*
 * answer_fixed.h - answers that are the same as long as the program runs: the
 * search page and the description of the interface.
 */
#ifndef JW_SERVER_ANSWER_FIXED_H
#define JW_SERVER_ANSWER_FIXED_H

#include "blob.h"
#include "jianwen/status.h"

/** One such answer; plain and compressed. */
struct jw_fixed {
    struct jw_blob *plain;
    struct jw_blob *gzip;
    uint64_t etag;
};

/** @param text  moved out. */
JW_MUST_CHECK enum jw_status jw_fixed_init(struct jw_fixed *f, struct jw_buf *text);
void jw_fixed_release(struct jw_fixed *f);

/** Append /openapi.json: the table of routes and their parameters as OpenAPI 3.1. */
void jw_openapi_render(struct jw_buf *out);

/** Append the search page. */
void jw_page_render(struct jw_buf *out);

#endif
