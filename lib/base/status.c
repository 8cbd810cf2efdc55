#include "jianwen/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *jw_status_name(enum jw_status status)
{
    switch (status) {
    case JW_OK:
        return "ok";
    case JW_EINVAL:
        return "invalid";
    case JW_ENOMEM:
        return "out of memory";
    case JW_EIO:
        return "input/output error";
    case JW_ENOSPC:
        return "disk full";
    case JW_ENOTFOUND:
        return "not found";
    case JW_ELOCKED:
        return "locked";
    case JW_ESTALE:
        return "stale";
    case JW_ECORRUPT:
        return "corrupt";
    case JW_EMISMATCH:
        return "mismatch";
    case JW_ELIMIT:
        return "limit reached";
    case JW_EENCODING:
        return "wrong encoding";
    case JW_ETIMEOUT:
        return "timed out";
    case JW_ECANCELED:
        return "canceled";
    case JW_EINTERNAL:
        return "internal error";
    }
    return "unknown";
}

void jw_error_clear(struct jw_error *err)
{
    if (err) {
        err->status = JW_OK;
        err->message[0] = '\0';
    }
}

/* Cut a message that filled its room back to the start of a code point. */
static void trim_partial_code_point(char *message, int wanted)
{
    if (wanted < JW_ERROR_MESSAGE_BYTES) {
        return;
    }
    size_t n = strlen(message);
    size_t i = n;
    while (i > 0 && n - i < 4 && ((unsigned char)message[i - 1] & 0xC0) == 0x80) {
        i--;
    }
    if (i > 0 && ((unsigned char)message[i - 1] & 0x80) != 0) {
        message[i - 1] = '\0';
    }
}

void jw_error_set(struct jw_error *err, enum jw_status status, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        err->status = status;
        va_start(ap, fmt);
        int n = vsnprintf(err->message, sizeof err->message, fmt, ap);
        va_end(ap);
        trim_partial_code_point(err->message, n);
    }
}

static enum jw_status status_of_errno(int errnum)
{
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        return JW_ENOTFOUND;
    case ENOMEM:
        return JW_ENOMEM;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return JW_ENOSPC;
    default:
        return JW_EIO;
    }
}

enum jw_status jw_fail_errno(struct jw_error *err, int errnum, const char *fmt, ...)
{
    enum jw_status status = status_of_errno(errnum);
    if (err) {
        char text[JW_ERROR_MESSAGE_BYTES];
        va_list ap;
        va_start(ap, fmt);
        (void)vsnprintf(text, sizeof text, fmt, ap);
        va_end(ap);
        /* Its answer is each thread's own in glibc and musl; of strerror_r() there are
         * two, and which one it is depends on what a compiler was told. */
        return jw_fail(err, status, "%s: %s", text, strerror(errnum));
    }
    return status;
}

enum jw_status jw_error_prefix(struct jw_error *err, const char *fmt, ...)
{
    if (!err) {
        return JW_EINTERNAL;
    }
    char old[JW_ERROR_MESSAGE_BYTES];
    char prefix[JW_ERROR_MESSAGE_BYTES];
    memcpy(old, err->message, sizeof old);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(prefix, sizeof prefix, fmt, ap);
    va_end(ap);
    return jw_fail(err, err->status, "%s: %s", prefix, old);
}

int jw_status_exit_code(enum jw_status status)
{
    if (status == JW_OK) {
        return 0;
    }
    return status == JW_ELOCKED || status == JW_ESTALE ? 75 : 1;
}
