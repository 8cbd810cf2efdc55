/*
 * blob.h - bytes of an answer, shared by whoever sends or keeps them.
 */
#ifndef JW_SERVER_BLOB_H
#define JW_SERVER_BLOB_H

#include "jianwen/buf.h"
#include "jianwen/str.h"

struct jw_blob;

/** Move a buffer's contents into a blob with one holder.  @return NULL when memory
 *  runs out or b has failed; b is empty afterwards. */
struct jw_blob *jw_blob_take(struct jw_buf *b);

/** A blob with a copy of s.  @return NULL when memory runs out. */
struct jw_blob *jw_blob_copy(struct jw_str s);

/** One more holder.  @return blob. */
struct jw_blob *jw_blob_ref(struct jw_blob *blob);

/** One holder less; the last one frees it.  NULL is fine. */
void jw_blob_unref(struct jw_blob *blob);

/** The bytes; empty for NULL. */
struct jw_str jw_blob_str(const struct jw_blob *blob);

#endif
