/*
 * status.h - the one set of error codes, and the message that goes with one.
 *
 * A function that can fail returns an enum jw_status and takes, as its last
 * argument, an optional struct jw_error of the caller's.  Expected absence
 * ("no such article") is a code without a message.  Messages name the thing
 * and the remedy; they are written once, where the facts are known, and
 * logged only at the edges (main functions, HTTP).
 */
#ifndef JIANWEN_STATUS_H
#define JIANWEN_STATUS_H

#include "jianwen/compiler.h"

JW_BEGIN_DECLS

enum jw_status {
    JW_OK = 0,
    /** An argument or an input is not what it should be. */
    JW_EINVAL,
    /** Memory ran out; the object is as it was before the call. */
    JW_ENOMEM,
    /** The operating system refused to read or write. */
    JW_EIO,
    /** The disk, or a quota on it, is full. */
    JW_ENOSPC,
    /** The thing asked for is not there. */
    JW_ENOTFOUND,
    /** Another writer holds the index; try again later. */
    JW_ELOCKED,
    /** The index moved on while it was read; reopen and repeat. */
    JW_ESTALE,
    /** The index is damaged. */
    JW_ECORRUPT,
    /** The index was made by another schema or another text analysis. */
    JW_EMISMATCH,
    /** A limit of ours was reached (size, count, depth). */
    JW_ELIMIT,
    /** The bytes are not text in the encoding that was found or given. */
    JW_EENCODING,
    /** The time budget is spent. */
    JW_ETIMEOUT,
    /** Stopped on request. */
    JW_ECANCELED,
    /** A fault of our own, or of a library below us. */
    JW_EINTERNAL
};

enum {
    JW_ERROR_MESSAGE_BYTES = 512
};

/** A status with its message; caller's memory, may live on the stack. */
struct jw_error {
    enum jw_status status;
    /** NUL-terminated UTF-8, cut at a code point when too long. */
    char message[JW_ERROR_MESSAGE_BYTES];
};

/** @return the status' name in lower case ("not found"); never NULL. */
const char *jw_status_name(enum jw_status status) JW_NOEXCEPT;

/** Make err empty (JW_OK, no message).  err may be NULL. */
void jw_error_clear(struct jw_error *err) JW_NOEXCEPT;

/** Fill err; what jw_fail() does beside giving the status back. */
void jw_error_set(struct jw_error *err, enum jw_status status, const char *fmt,
                  ...) JW_NOEXCEPT JW_PRINTF(3, 4);

/**
 * Fill err and hand the status back, so that a caller can write
 * `return jw_fail(err, JW_EIO, "cannot read %s: ...", path);`.
 *
 * A macro, so that whoever reads the code, tools among them, sees which
 * status comes back.
 *
 * @param err     may be NULL: then only the status is given.
 * @param status  read twice.
 */
#define jw_fail(err, status, ...) (jw_error_set((err), (status), __VA_ARGS__), (status))

/**
 * As jw_fail(), for a failed system call: appends ": " and the text of the
 * given errno value, and chooses the status from it (ENOENT -> JW_ENOTFOUND,
 * ENOMEM -> JW_ENOMEM, ENOSPC and EDQUOT -> JW_ENOSPC, else JW_EIO).
 */
enum jw_status jw_fail_errno(struct jw_error *err, int errnum, const char *fmt,
                             ...) JW_NOEXCEPT JW_PRINTF(3, 4);

/**
 * Put a prefix (file name, line, article id) before a message that a lower
 * layer has written.  @return the status that err already holds.
 */
enum jw_status jw_error_prefix(struct jw_error *err, const char *fmt, ...) JW_NOEXCEPT
    JW_PRINTF(2, 3);

/**
 * The exit code that both programs use for a status: 0 done, 1 failed,
 * 2 wrong usage (JW_EINVAL from reading the command line is mapped by the
 * caller), 75 locked, or changed faster than it is read (EX_TEMPFAIL of sysexits.h).
 */
int jw_status_exit_code(enum jw_status status) JW_NOEXCEPT;

JW_END_DECLS

#endif
