/*
 * answer_fixed.h - answers that are the same as long as the program runs: the
 * files of server/web and the description of the interface.
 */
#ifndef JW_SERVER_ANSWER_FIXED_H
#define JW_SERVER_ANSWER_FIXED_H

#include "blob.h"
#include "jianwen/status.h"

enum jw_fixed_name {
    JW_FIXED_OPENAPI,
    /** The search page and an article's page. */
    JW_FIXED_PAGE,
    JW_FIXED_READER,
    /** The search box for pages of others, which both pages use too. */
    JW_FIXED_WIDGET,
    JW_FIXED_PAGE_SCRIPT,
    JW_FIXED_READER_SCRIPT,
    JW_FIXED_STYLE,
    JW_FIXED_ICON
};

enum {
    JW_FIXED = JW_FIXED_ICON + 1
};

/** One such answer; plain and compressed. */
struct jw_fixed {
    struct jw_blob *plain;
    struct jw_blob *gzip;
    uint64_t etag;
};

/** Make the answer of this name. */
JW_MUST_CHECK enum jw_status jw_fixed_init(struct jw_fixed *f, enum jw_fixed_name name);
void jw_fixed_release(struct jw_fixed *f);

/** Append /openapi.json: the table of routes and their parameters as OpenAPI 3.1. */
void jw_openapi_render(struct jw_buf *out);

#endif
