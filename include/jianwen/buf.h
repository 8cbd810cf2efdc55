/*
 * buf.h - a growing byte buffer with a hard limit and a sticky status.
 *
 * Invariants: len <= cap <= limit + 1; data is NULL only while cap is 0;
 * after the first failure every append does nothing, so a row of appends
 * needs one check at the end (jw_buf_status(), jw_buf_take()).
 */
#ifndef JIANWEN_BUF_H
#define JIANWEN_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

struct jw_buf {
    char *data;
    size_t len;
    size_t cap;
    /** Most bytes that len may reach. */
    size_t limit;
    enum jw_status status;
};

/** Make an empty buffer that may grow to limit bytes; takes no memory yet. */
void jw_buf_init(struct jw_buf *b, size_t limit) JW_NOEXCEPT;

/** Give the memory back; b is as after jw_buf_init() with the same limit. */
void jw_buf_release(struct jw_buf *b) JW_NOEXCEPT;

/** Empty the buffer and forget a failure; keeps the memory for reuse. */
void jw_buf_clear(struct jw_buf *b) JW_NOEXCEPT;

/** Make room for n more bytes.  @return JW_OK, JW_ENOMEM, JW_ELIMIT. */
enum jw_status jw_buf_reserve(struct jw_buf *b, size_t n) JW_NOEXCEPT;

void jw_buf_add(struct jw_buf *b, const void *p, size_t n) JW_NOEXCEPT;
void jw_buf_add_str(struct jw_buf *b, struct jw_str s) JW_NOEXCEPT;
/** Append a NUL-terminated string without its NUL. */
void jw_buf_add_c(struct jw_buf *b, const char *z) JW_NOEXCEPT;
void jw_buf_add_byte(struct jw_buf *b, unsigned char c) JW_NOEXCEPT;
void jw_buf_printf(struct jw_buf *b, const char *fmt, ...) JW_NOEXCEPT JW_PRINTF(2, 3);
void jw_buf_vprintf(struct jw_buf *b, const char *fmt, va_list ap) JW_NOEXCEPT
    JW_PRINTF(2, 0);

enum {
    JW_VARINT_BYTES = 10
};

/** Write v as a little-endian base-128 number (LEB128).  @return its bytes, 1 to 10. */
size_t jw_varint_write(unsigned char out[JW_VARINT_BYTES], uint64_t v) JW_NOEXCEPT;

/** Append v as jw_varint_write() writes it. */
void jw_buf_add_varint(struct jw_buf *b, uint64_t v) JW_NOEXCEPT;

/** @return the first failure since init or clear, or JW_OK. */
static inline enum jw_status jw_buf_status(const struct jw_buf *b)
{
    return b->status;
}

/** The contents, borrowed until the next call that changes b. */
static inline struct jw_str jw_buf_str(const struct jw_buf *b)
{
    return jw_str_of(b->data, b->len);
}

/**
 * Move the contents out, with a NUL byte behind the last one.
 *
 * @param out      receives memory for free(); NULL on failure.
 * @param out_len  receives the length without the NUL; may be NULL.
 * @return the sticky status; b is empty afterwards in every case.
 */
JW_MUST_CHECK enum jw_status jw_buf_take(struct jw_buf *b, char **out,
                                         size_t *out_len) JW_NOEXCEPT;

/**
 * Read one LEB128 number at *p, advance *p past it.
 *
 * @return JW_OK; JW_ECORRUPT when it runs past end or over 64 bits.
 */
JW_MUST_CHECK enum jw_status jw_varint_read(const unsigned char **p,
                                            const unsigned char *end,
                                            uint64_t *out) JW_NOEXCEPT;

/**
 * Make room for one more element in an array that grows by half.
 *
 * @param array  address of the pointer to the first element.
 * @param cap    elements there is room for; updated.
 * @param need   elements that must fit.
 * @param size   bytes of one element.
 * @return JW_OK or JW_ENOMEM (the array is then as it was).
 */
JW_MUST_CHECK enum jw_status jw_array_grow(void **array, size_t *cap, size_t need,
                                           size_t size) JW_NOEXCEPT;

JW_END_DECLS

#endif
