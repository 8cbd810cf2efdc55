/*
 * database.h - what lib/index itself reads of a segment's database: the metadata,
 * the sums, the documents' data.
 */
#ifndef JW_INDEX_DATABASE_H
#define JW_INDEX_DATABASE_H

#include "jianwen/buf.h"
#include "jianwen/database.h"

/** The sums over all documents, and the revision.  @return JW_ESTALE, JW_ECORRUPT. */
JW_MUST_CHECK enum jw_status
jw_database_info(struct jw_database *db, struct jw_xap_info *out, struct jw_error *err);

/** Append a metadata value to out; nothing when there is none. */
JW_MUST_CHECK enum jw_status jw_database_meta(struct jw_database *db, struct jw_str key,
                                              struct jw_buf *out, struct jw_error *err);

/**
 * Find the data of a document.
 * @param scratch  may be used to hold it; cleared first.
 * @return JW_ENOTFOUND: it has none.
 */
JW_MUST_CHECK enum jw_status jw_database_data(struct jw_database *db, uint32_t docid,
                                              struct jw_buf *scratch, struct jw_str *data,
                                              struct jw_error *err);

#endif
