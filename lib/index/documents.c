/*
 * The texts of many documents, one after the other.
 *
 * Most of the time of reading one paragraph out of a mapped base is waiting for
 * memory: for what tells its leaf, the leaf's head, its item, its codes.  So of some
 * documents each of these is fetched together, and then the texts are decoded.
 */
#include "index_private.h"
#include "jianwen/glass_reader.h"
#include "reader.h"

enum {
    SLOTS = 16
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
}

/* What is going to be read of n slots is fetched, step by step: while one is waited for,
 * so are the others. */
static void fetch(struct slot *slots, size_t n)
{
    typedef void (*fetch_fn)(const struct jw_glass_reader *r, uint32_t docid);
    static const fetch_fn steps[] = {jw_glass_prefetch_step, jw_glass_prefetch_place,
                                     jw_glass_prefetch_leaf, jw_glass_prefetch_item};
    for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
        for (size_t i = 0; i < n; i++) {
            if (slots[i].glass) {
                steps[k](slots[i].glass, slots[i].place.docid);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        find_codes(&slots[i]);
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
    for (size_t from = 0; from < n; from += SLOTS) {
        size_t some = n - from < SLOTS ? n - from : SLOTS;
        for (size_t i = 0; i < some; i++) {
            begin(r, &slots[i], at(from + i, arg));
        }
        fetch(slots, some);
        for (size_t i = 0; i < some; i++) {
            struct jw_str text = {NULL, 0};
            enum jw_status status = end(r, &slots[i], &text, err);
            if (status != JW_OK && status != JW_ENOTFOUND) {
                return status;
            }
            if (!fn(from + i, status == JW_OK ? &text : NULL, arg)) {
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
    fetch(slots, n);
}
