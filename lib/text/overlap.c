#include "jianwen/overlap.h"

#include <string.h>

#include "jianwen/utf8.h"

/* The last bytes of s, from the start of a code point on. */
static struct jw_str tail_of(struct jw_str s)
{
    if (s.n <= JW_OVERLAP_TAIL_BYTES) {
        return s;
    }
    size_t from = s.n - JW_OVERLAP_TAIL_BYTES;
    while (from < s.n && ((unsigned char)s.p[from] & 0xC0u) == 0x80u) {
        from++;
    }
    return jw_str_slice(s, from, s.n);
}

enum jw_status jw_overlap_make(struct jw_str before, struct jw_str after, bool space,
                               struct jw_arena *arena, struct jw_overlap *out)
{
    struct jw_str tail = tail_of(before);
    /* One more than is read: a run that goes on must not look like it ends. */
    struct jw_str head =
        jw_str_slice(after, 0, jw_utf8_offset(after, JW_OVERLAP_CHARS + 1));
    size_t seam = tail.n + space;
    char *text = jw_arena_alloc(arena, seam + head.n + 1);
    memset(out, 0, sizeof *out);
    if (!text) {
        return JW_ENOMEM;
    }
    if (tail.p && tail.n) {
        memcpy(text, tail.p, tail.n);
    }
    if (space) {
        text[tail.n] = ' ';
    }
    if (head.p && head.n) {
        memcpy(text + seam, head.p, head.n);
    }
    out->text = jw_str_of(text, seam + head.n);
    out->seam = (uint32_t)seam;
    out->limit = (uint32_t)(seam + jw_utf8_offset(head, JW_OVERLAP_CHARS));
    out->skipped = (uint32_t)(before.n - tail.n);
    return JW_OK;
}

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    const struct jw_overlap *o = arg;
    bool whole = token->start > 0 || o->skipped == 0;
    if (token->end > o->limit || !whole) {
        return JW_OK;
    }
    if (token->end <= o->seam) {
        return o->before ? o->before(token, o->arg) : JW_OK;
    }
    return o->emit(token, o->arg);
}

enum jw_status jw_overlap_tokens(struct jw_overlap *overlap, jw_token_fn emit, void *arg)
{
    return jw_overlap_all_tokens(overlap, NULL, emit, arg);
}

enum jw_status jw_overlap_all_tokens(struct jw_overlap *overlap, jw_token_fn before,
                                     jw_token_fn emit, void *arg)
{
    overlap->before = before;
    overlap->emit = emit;
    overlap->arg = arg;
    return jw_tokenize(overlap->text, JW_TOKENS_DOCUMENT, on_token, overlap);
}
