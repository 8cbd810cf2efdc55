/*
 * kept.h - the stored data of a segment's documents, copied into memory.
 */
#ifndef JW_INDEX_KEPT_H
#define JW_INDEX_KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/buf.h"
#include "jianwen/status.h"
#include "jianwen/xap.h"

struct jw_kept {
    /** Ascending; document docids[i] has the data from ends[i - 1] to ends[i]. */
    uint32_t *docids;
    size_t *ends;
    size_t n;
    size_t cap_docids;
    size_t cap_ends;
    struct jw_buf data;
};

void jw_kept_init(struct jw_kept *kept);
void jw_kept_release(struct jw_kept *kept);

/**
 * Copy what n documents from first on have; what was copied of them and of later
 * ones is forgotten.
 * @return JW_ELIMIT when it is too much to keep; JW_ENOMEM; as jw_xap_reader_data().
 */
JW_MUST_CHECK enum jw_status jw_kept_copy(struct jw_kept *kept, struct jw_xap_reader *xap,
                                          uint32_t first, uint32_t n,
                                          struct jw_error *err);

/** @return a document's data until the next copy; JW_ENOTFOUND when it has none. */
JW_MUST_CHECK enum jw_status jw_kept_find(const struct jw_kept *kept, uint32_t docid,
                                          struct jw_str *out, struct jw_error *err);

#endif
