#include "run.h"

#include <string.h>

enum {
    HEAD_MAX_BYTES = 2 + JW_RUN_TERM_MAX_BYTES + 4 * 10
};

void jw_run_put_head(struct jw_run_writer *w, struct jw_str term,
                     const struct jw_run_sums *sums, struct jw_buf *out)
{
    size_t shared = 0;
    while (shared < term.n && shared < w->last_n &&
           (unsigned char)term.p[shared] == w->last[shared]) {
        shared++;
    }
    jw_buf_add_byte(out, (unsigned char)shared);
    jw_buf_add_byte(out, (unsigned char)(term.n - shared));
    jw_buf_add(out, term.p + shared, term.n - shared);
    jw_buf_add_varint(out, sums->n_docs);
    jw_buf_add_varint(out, sums->n_occurrences);
    jw_buf_add_varint(out, sums->last_doc);
    jw_buf_add_varint(out, sums->n_bytes);
    memcpy(w->last, term.p, term.n);
    w->last_n = term.n;
}

static uint64_t prefix_of(const unsigned char *term, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++) {
        v = v << 8 | (i < n ? term[i] : 0);
    }
    return v;
}

enum jw_status jw_run_next(struct jw_run_reader *r)
{
    struct jw_window *in = &r->in;
    uint64_t last_doc = 0;
    enum jw_status status = jw_window_need(in, HEAD_MAX_BYTES);
    if (status != JW_OK) {
        return status;
    }
    if (in->p == in->end) {
        return JW_ENOTFOUND;
    }
    if (in->end - in->p < 2) {
        return JW_ECORRUPT;
    }
    size_t shared = in->p[0];
    size_t more = in->p[1];
    if (shared > r->term_n || shared + more > JW_RUN_TERM_MAX_BYTES ||
        more > jw_window_at_hand(in) - 2) {
        return JW_ECORRUPT;
    }
    memcpy(r->term + shared, in->p + 2, more);
    r->term_n = shared + more;
    r->prefix = prefix_of(r->term, r->term_n);
    in->p += 2 + more;
    if (jw_varint_read(&in->p, in->end, &r->sums.n_docs) != JW_OK ||
        jw_varint_read(&in->p, in->end, &r->sums.n_occurrences) != JW_OK ||
        jw_varint_read(&in->p, in->end, &last_doc) != JW_OK || last_doc > UINT32_MAX ||
        jw_varint_read(&in->p, in->end, &r->sums.n_bytes) != JW_OK) {
        return JW_ECORRUPT;
    }
    r->sums.last_doc = (uint32_t)last_doc;
    return JW_OK;
}
