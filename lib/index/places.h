/*
 * places.h - from documents to the rows of their articles.
 *
 * Rows ascend by their first documents.  For each JW_PLACE_DOCS documents the row at or
 * before the first of them is kept, and the newest date of an article there.
 */
#ifndef JW_INDEX_PLACES_H
#define JW_INDEX_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/index.h"
#include "jianwen/status.h"

/** All zero has nothing to release. */
struct jw_places {
    /** By document / JW_PLACE_DOCS. */
    uint32_t *rows;
    /** By the same: no document there has a later date, as YYYYMMDD. */
    uint32_t *newest;
};

/** @param last_docid  the last document of the segment.  @return JW_OK or JW_ENOMEM. */
JW_MUST_CHECK enum jw_status jw_places_make(struct jw_places *p,
                                            const struct jw_row *rows, size_t n_rows,
                                            uint32_t last_docid);
void jw_places_release(struct jw_places *p);

/** @param place_rows  as in struct jw_places, of these rows; docid is not beyond the last
 *                     document.
 *  @return the row at or before docid: whether it reaches that far is not asked. */
static inline size_t jw_places_row(const uint32_t *place_rows, const struct jw_row *rows,
                                   size_t n_rows, uint32_t docid)
{
    size_t row = place_rows[docid / JW_PLACE_DOCS];
    while (row + 1 < n_rows && rows[row + 1].first_docid <= docid) {
        row++;
    }
    return row;
}

#endif
