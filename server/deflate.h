/*
 * deflate.h - answers compressed with gzip (RFC 1952, through zlib).
 */
#ifndef JW_SERVER_DEFLATE_H
#define JW_SERVER_DEFLATE_H

#include <stdbool.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

enum {
    /** Shorter answers are not worth the time. */
    JW_GZIP_MIN_BYTES = 1024,
    /** zlib's fastest level: a third of the bytes at 100 MB/s and more. */
    JW_GZIP_LEVEL = 1
};

/** One thread's compressor; its quarter megabyte is taken at the first use. */
struct jw_deflater;

JW_MUST_CHECK enum jw_status jw_deflater_new(struct jw_deflater **out);
void jw_deflater_free(struct jw_deflater *d);

/** Append data as one gzip member. */
JW_MUST_CHECK enum jw_status jw_deflate(struct jw_deflater *d, struct jw_str data,
                                        struct jw_buf *out);

/** @return whether an Accept-Encoding header (RFC 9110, 12.5.3) takes gzip. */
bool jw_accepts_gzip(struct jw_str header);

#endif
