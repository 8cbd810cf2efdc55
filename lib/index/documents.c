/*
 * The texts of many documents, one after the other.
 *
 * Most of the time of reading one paragraph out of a mapped base is waiting for
 * memory.  So documents go through a pipeline: while the text of one is decoded,
 * the codes of one behind it, the item and the leaf's head of others are on
 * their way, and what tells the leaf of others still.
 *
 *     step ──> place ──> leaf's head ──> items near ──> codes ──> text
 *       i    i - PLACE    i - LEAF        i - NEAR    i - FIND   i - TEXT
 */
#include "index_private.h"
#include "jianwen/glass_reader.h"
#include "reader.h"

enum {
    PLACE = 4,
    LEAF = 8,
    NEAR = 12,
    FIND = 16,
    TEXT = 20,
    SLOTS = 32
};

struct slot {
    struct jw_document_place place;
    const struct jw_glass_reader *glass;
    struct jw_str codes;
    enum jw_status status;
};

/* Whether the codes lie in the map, and stay there while other documents are read. */
static void find_codes(struct slot *s)
{
    const struct jw_glass_reader *glass = s->glass;
    struct jw_str data;
    uint32_t first = 0;
    s->status = JW_ENOTFOUND;
    if (glass && jw_glass_data_mapped(glass, s->place.docid, &first, &data)) {
        s->status = jw_block_codes(data, s->place.docid - first, &s->codes);
    }
    if (s->status == JW_OK) {
        jw_glass_prefetch_bytes(s->codes);
    }
}

static void begin(struct jw_reader *r, struct slot *s, struct jw_document_place place)
{
    const struct jw_segment_state *segment = &r->index->segments[place.segment];
    s->place = place;
    s->glass = jw_text_form_exists(&segment->form) ? segment->glass : NULL;
    if (s->glass) {
        jw_glass_prefetch_step(s->glass, place.docid);
    }
}

typedef void (*fetch_fn)(const struct jw_glass_reader *r, uint32_t docid);

/* What comes `behind` documents after the first step, of document i. */
static inline void fetch(const struct slot *slots, size_t n, size_t i, size_t behind,
                         fetch_fn fn)
{
    if (i >= behind && i - behind < n) {
        const struct slot *s = &slots[(i - behind) % SLOTS];
        if (s->glass) {
            fn(s->glass, s->place.docid);
        }
    }
}

static enum jw_status end(struct jw_reader *r, struct slot *s, struct jw_str *text,
                          struct jw_error *err)
{
    if (s->status == JW_OK) {
        return jw_reader_decode(r, s->place.segment, s->codes, text, err);
    }
    return jw_reader_document(r, s->place.segment, s->place.row, s->place.docid, text,
                              err);
}

enum jw_status jw_reader_documents(struct jw_reader *r, size_t n, jw_document_at_fn at,
                                   jw_document_text_fn fn, void *arg,
                                   struct jw_error *err)
{
    struct slot slots[SLOTS];
    for (size_t i = 0; i < n + TEXT; i++) {
        if (i < n) {
            begin(r, &slots[i % SLOTS], at(i, arg));
        }
        fetch(slots, n, i, PLACE, jw_glass_prefetch_place);
        fetch(slots, n, i, LEAF, jw_glass_prefetch_leaf);
        fetch(slots, n, i, NEAR, jw_glass_prefetch_item);
        if (i >= FIND && i - FIND < n) {
            find_codes(&slots[(i - FIND) % SLOTS]);
        }
        if (i >= TEXT) {
            struct jw_str text = {NULL, 0};
            enum jw_status status = end(r, &slots[(i - TEXT) % SLOTS], &text, err);
            if (status != JW_OK && status != JW_ENOTFOUND) {
                return status;
            }
            if (!fn(i - TEXT, status == JW_OK ? &text : NULL, arg)) {
                return JW_OK;
            }
        }
    }
    return JW_OK;
}

void jw_reader_fetch(struct jw_reader *r, const struct jw_document_place *places,
                     size_t n)
{
    struct slot slots[SLOTS];
    n = n < SLOTS ? n : SLOTS;
    for (size_t i = 0; i < n; i++) {
        begin(r, &slots[i], places[i]);
    }
    for (size_t i = 0; i < n; i++) {
        fetch(slots, n, i, 0, jw_glass_prefetch_leaf);
    }
    for (size_t i = 0; i < n; i++) {
        fetch(slots, n, i, 0, jw_glass_prefetch_item);
    }
    for (size_t i = 0; i < n; i++) {
        find_codes(&slots[i]);
    }
}
