/*
 * run.h - a run: the postings of a stretch of documents, sorted by term.
 *
 * An entry: 1 byte shared with the term before, 1 byte more, those bytes;
 * documents, occurrences, last document, bytes of postings (LEB128);
 * postings: the distance from the document behind the last one (the first:
 * from 0), then the occurrences.  Documents count from 0 within the run.
 */
#ifndef JW_GLASS_RUN_H
#define JW_GLASS_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "jianwen/str.h"
#include "spool.h"

enum {
    JW_RUN_TERM_MAX_BYTES = 255,
    /** A posting: two 32-bit numbers. */
    JW_RUN_POSTING_MAX_BYTES = 10
};

/** What an entry says of its postings. */
struct jw_run_sums {
    uint64_t n_docs;
    uint64_t n_occurrences;
    uint32_t last_doc;
    uint64_t n_bytes;
};

/** All zero is ready for the first entry. */
struct jw_run_writer {
    unsigned char last[JW_RUN_TERM_MAX_BYTES];
    size_t last_n;
};

/** Append an entry's head to out; its postings follow. */
void jw_run_put_head(struct jw_run_writer *w, struct jw_str term,
                     const struct jw_run_sums *sums, struct jw_buf *out);

/** A run while it is read: its present entry, the window at its postings. */
struct jw_run_reader {
    struct jw_window in;
    /** The number of its document 0. */
    uint32_t first_docid;
    unsigned char term[JW_RUN_TERM_MAX_BYTES];
    size_t term_n;
    /** The first eight bytes of the term, for a quick comparison. */
    uint64_t prefix;
    struct jw_run_sums sums;
};

/**
 * Read the next entry's head; the postings of the last one have been read.
 * @return JW_OK; JW_ENOTFOUND at the end; JW_ECORRUPT, JW_EIO, JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_run_next(struct jw_run_reader *r);

static inline struct jw_str jw_run_term(const struct jw_run_reader *r)
{
    return jw_str_of((const char *)r->term, r->term_n);
}

/** Read one number of the postings; nearly all are one byte. */
static inline bool jw_run_number(const unsigned char **p, const unsigned char *end,
                                 uint32_t *out)
{
    if (JW_LIKELY(*p < end && **p < 0x80)) {
        *out = *(*p)++;
        return true;
    }
    uint64_t v = 0;
    bool good = jw_varint_read(p, end, &v) == JW_OK && v <= UINT32_MAX;
    *out = (uint32_t)v;
    return good;
}

#endif
