#include "suggest_typed.h"

#include <string.h>

#include "jianwen/suggest.h"
#include "jianwen/utf8.h"

static bool is_space(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x3000 || cp == 0xA0;
}

static bool counts(const struct jw_unit *u)
{
    return u->cls == JW_UNIT_CJK || jw_unit_in_word(u);
}

static enum jw_status add_piece(struct jw_str text, bool open, struct jw_units *units,
                                struct jw_arena *arena, struct jw_typed *out)
{
    size_t from = 0;
    enum jw_status status = jw_normalize(text, units);
    size_t to = units->n;
    while (from < to && !counts(&units->at[from])) {
        from++;
    }
    while (to > from && !counts(&units->at[to - 1])) {
        to--;
    }
    if (status != JW_OK || from == to) {
        return status;
    }
    struct jw_unit *copy = jw_arena_calloc(arena, to - from, sizeof *copy);
    if (!copy) {
        return JW_ENOMEM;
    }
    memcpy(copy, units->at + from, (to - from) * sizeof *copy);
    struct jw_typed_piece piece = {
        jw_str_slice(text, copy[0].start, copy[to - from - 1].end), copy, to - from,
        open && to == units->n};
    out->pieces[out->n++] = piece;
    return JW_OK;
}

enum jw_status jw_typed_read(struct jw_str q, struct jw_units *units,
                             struct jw_arena *arena, struct jw_typed *out)
{
    const unsigned char *start = (const unsigned char *)q.p;
    const unsigned char *end = start + q.n;
    const unsigned char *p = start;
    size_t from = 0;
    enum jw_status status = JW_OK;
    memset(out, 0, sizeof *out);
    if (jw_utf8_count(q) > JW_SUGGEST_MAX_CHARS) {
        return JW_OK;
    }
    while (p <= end && status == JW_OK) {
        size_t at = (size_t)(p - start);
        bool ends = p == end || is_space(jw_utf8_next(&p, end));
        if (!ends) {
            continue;
        }
        if (at > from) {
            if (out->n == JW_TYPED_PIECES_MAX) {
                out->n = 0;
                return JW_OK;
            }
            size_t n = out->n;
            status = add_piece(jw_str_slice(q, from, at), at == q.n, units, arena, out);
            if (out->n > n) {
                out->before = jw_str_trim(jw_str_slice(q, 0, from));
            }
        }
        if (at == q.n) {
            break;
        }
        from = (size_t)(p - start);
    }
    return status;
}

size_t jw_typed_find(const struct jw_unit *hay, size_t hay_n, size_t from,
                     const struct jw_typed_piece *piece)
{
    size_t n = piece->n;
    for (size_t i = from; i + n <= hay_n; i++) {
        size_t k = 0;
        while (k < n && hay[i + k].cp == piece->units[k].cp) {
            k++;
        }
        if (k < n) {
            continue;
        }
        bool cuts_start =
            i > 0 && jw_unit_in_word(&hay[i]) && jw_unit_in_word(&hay[i - 1]);
        bool cuts_end = !piece->open && i + n < hay_n &&
                        jw_unit_in_word(&hay[i + n - 1]) && jw_unit_in_word(&hay[i + n]);
        /* A character that folds to several units is taken whole. */
        bool splits = (i > 0 && hay[i].start == hay[i - 1].start) ||
                      (i + n < hay_n && hay[i + n].start == hay[i + n - 1].start);
        if (!cuts_start && !cuts_end && !splits) {
            return i;
        }
    }
    return hay_n;
}
