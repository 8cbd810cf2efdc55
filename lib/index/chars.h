/*
 * chars.h - how many paragraphs hold each (folded) character.
 *
 * The index has no postings of single characters; ranking still wants their
 * document frequencies, so they are counted while indexing.  Stored as LEB128
 * numbers: code point less the one before, frequency.
 */
#ifndef JW_INDEX_CHARS_H
#define JW_INDEX_CHARS_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

struct jw_chars {
    /** By code point; grown to the highest one seen. */
    uint32_t *df;
    /** The stamp of the last document in which each was seen. */
    uint32_t *seen;
    size_t n;
    uint32_t stamp;
};

void jw_chars_init(struct jw_chars *c);
void jw_chars_release(struct jw_chars *c);

/** What is noted from here on stands in another document than before. */
static inline void jw_chars_next_document(struct jw_chars *c)
{
    c->stamp++;
}

/** Count a character of the present document, once. */
JW_MUST_CHECK enum jw_status jw_chars_note(struct jw_chars *c, uint32_t cp);

/** As jw_chars_note(), taking away. */
JW_MUST_CHECK enum jw_status jw_chars_unnote(struct jw_chars *c, uint32_t cp);

/** @return paragraphs that hold cp. */
static inline uint32_t jw_chars_df(const struct jw_chars *c, uint32_t cp)
{
    return cp < c->n ? c->df[cp] : 0;
}

/** Forget everything; keeps the memory. */
void jw_chars_clear(struct jw_chars *c);

/** Add the frequencies of other to c. */
JW_MUST_CHECK enum jw_status jw_chars_sum(struct jw_chars *c,
                                          const struct jw_chars *other);

void jw_chars_encode(const struct jw_chars *c, struct jw_buf *out);

/** Add stored frequencies to c.  @return JW_ECORRUPT, JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_chars_add(struct jw_chars *c, struct jw_str stored);

#endif
