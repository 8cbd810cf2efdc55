#include "places.h"

#include <stdlib.h>

static void note_rows(struct jw_places *p, size_t n_places, const struct jw_row *rows,
                      size_t n_rows)
{
    for (size_t row = 0, k = 0; k < n_places; k++) {
        while (row + 1 < n_rows && rows[row + 1].first_docid <= k * JW_PLACE_DOCS) {
            row++;
        }
        p->rows[k] = (uint32_t)row;
    }
}

static void note_dates(struct jw_places *p, size_t n_places, const struct jw_row *rows,
                       size_t n_rows)
{
    for (size_t row = 0; row < n_rows; row++) {
        const struct jw_row *r = &rows[row];
        uint32_t last = r->n_docs ? r->first_docid + r->n_docs - 1 : 0;
        for (size_t k = r->first_docid / JW_PLACE_DOCS;
             k <= last / JW_PLACE_DOCS && k < n_places; k++) {
            p->newest[k] = r->date > p->newest[k] ? r->date : p->newest[k];
        }
    }
}

enum jw_status jw_places_make(struct jw_places *p, const struct jw_row *rows,
                              size_t n_rows, uint32_t last_docid)
{
    size_t n = last_docid / JW_PLACE_DOCS + 1;
    p->rows = calloc(n, sizeof *p->rows);
    p->newest = calloc(n, sizeof *p->newest);
    if (!p->rows || !p->newest) {
        jw_places_release(p);
        return JW_ENOMEM;
    }
    note_rows(p, n, rows, n_rows);
    note_dates(p, n, rows, n_rows);
    return JW_OK;
}

void jw_places_release(struct jw_places *p)
{
    free(p->rows);
    free(p->newest);
    p->rows = NULL;
    p->newest = NULL;
}
