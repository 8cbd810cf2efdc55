#include "blob.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct jw_blob {
    atomic_size_t holders;
    struct jw_str bytes;
    /* What the bytes live in: memory of their own, or the end of this block. */
    char *data;
};

struct jw_blob *jw_blob_take(struct jw_buf *b)
{
    struct jw_blob *blob = malloc(sizeof *blob);
    size_t n = 0;
    char *data = NULL;
    if (!blob || jw_buf_take(b, &data, &n) != JW_OK) {
        free(blob);
        jw_buf_release(b);
        return NULL;
    }
    atomic_init(&blob->holders, 1);
    blob->data = data;
    blob->bytes = jw_str_of(data, n);
    return blob;
}

struct jw_blob *jw_blob_copy(struct jw_str s)
{
    struct jw_blob *blob = malloc(sizeof *blob + s.n);
    if (!blob) {
        return NULL;
    }
    char *at = (char *)(blob + 1);
    if (s.n) {
        memcpy(at, s.p, s.n);
    }
    atomic_init(&blob->holders, 1);
    blob->data = NULL;
    blob->bytes = jw_str_of(at, s.n);
    return blob;
}

struct jw_blob *jw_blob_ref(struct jw_blob *blob)
{
    (void)atomic_fetch_add_explicit(&blob->holders, 1, memory_order_relaxed);
    return blob;
}

void jw_blob_unref(struct jw_blob *blob)
{
    if (blob && atomic_fetch_sub_explicit(&blob->holders, 1, memory_order_acq_rel) == 1) {
        free(blob->data);
        free(blob);
    }
}

struct jw_str jw_blob_str(const struct jw_blob *blob)
{
    return blob ? blob->bytes : jw_str_of(NULL, 0);
}
