#include "kept.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Compressed: some 5 GB of text that wait to be merged. */
    KEPT_MAX_BYTES = 2000 * 1000 * 1000
};

void jw_kept_init(struct jw_kept *kept)
{
    memset(kept, 0, sizeof *kept);
    jw_buf_init(&kept->data, KEPT_MAX_BYTES);
}

void jw_kept_release(struct jw_kept *kept)
{
    free(kept->docids);
    free(kept->ends);
    jw_buf_release(&kept->data);
    jw_kept_init(kept);
}

/* @return the place of the first document that is not before docid. */
static size_t place_of(const struct jw_kept *kept, uint32_t docid)
{
    size_t low = 0;
    size_t high = kept->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kept->docids[middle] < docid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static enum jw_status add(struct jw_kept *kept, uint32_t docid, struct jw_error *err)
{
    void *docids = kept->docids;
    void *ends = kept->ends;
    enum jw_status status = jw_buf_status(&kept->data);
    if (status == JW_OK) {
        status =
            jw_array_grow(&docids, &kept->cap_docids, kept->n + 1, sizeof *kept->docids);
        kept->docids = docids;
    }
    if (status == JW_OK) {
        status = jw_array_grow(&ends, &kept->cap_ends, kept->n + 1, sizeof *kept->ends);
        kept->ends = ends;
    }
    if (status != JW_OK) {
        return jw_fail(err, status, "out of memory");
    }
    kept->docids[kept->n] = docid;
    kept->ends[kept->n] = kept->data.len;
    kept->n++;
    return JW_OK;
}

enum jw_status jw_kept_copy(struct jw_kept *kept, struct jw_xap_reader *xap,
                            uint32_t first, uint32_t n, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    kept->n = place_of(kept, first);
    kept->data.len = kept->n ? kept->ends[kept->n - 1] : 0;
    for (uint32_t i = 0; i < n && status == JW_OK; i++) {
        status = jw_xap_reader_data(xap, first + i, &kept->data, err);
        if (status == JW_OK) {
            status = add(kept, first + i, err);
        } else if (status == JW_ENOTFOUND) {
            status = JW_OK; /* most documents have none */
        } else if (status == JW_ELIMIT) {
            return jw_fail(err, status,
                           "too much was added since the last merge; run "
                           "`jianwen-indexer merge` first");
        }
    }
    return status;
}

enum jw_status jw_kept_find(const struct jw_kept *kept, uint32_t docid,
                            struct jw_str *out, struct jw_error *err)
{
    size_t at = place_of(kept, docid);
    if (at == kept->n || kept->docids[at] != docid) {
        return jw_fail(err, JW_ENOTFOUND, "document %u has no data", docid);
    }
    size_t from = at ? kept->ends[at - 1] : 0;
    *out = jw_str_of(kept->data.data + from, kept->ends[at] - from);
    return JW_OK;
}
