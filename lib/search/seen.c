#include "seen.h"

#include <string.h>

enum {
    /* Room for a text, at least: another may take its place. */
    ROOM_MIN_BYTES = 512
};

static bool before(const struct jw_candidate *a, const struct jw_candidate *b)
{
    return jw_candidate_before(a, b, JW_SORT_RELEVANCE);
}

static size_t find_last(const struct jw_seen *s)
{
    size_t last = 0;
    for (size_t i = 1; i < s->n; i++) {
        last = before(&s->at[last].of, &s->at[i].of) ? i : last;
    }
    return last;
}

static bool make_room(struct jw_seen_text *seen, size_t n, struct jw_arena *arena)
{
    size_t room = n < ROOM_MIN_BYTES ? ROOM_MIN_BYTES : n;
    if (n <= seen->room) {
        return true;
    }
    seen->text.p = jw_arena_alloc(arena, room);
    seen->room = seen->text.p ? room : 0;
    return seen->text.p != NULL;
}

void jw_seen_note(struct jw_seen *s, const struct jw_candidate *c, struct jw_str text,
                  bool once, struct jw_arena *arena)
{
    bool full = s->n == JW_SEEN_MAX;
    struct jw_seen_text *seen = &s->at[full ? s->last : s->n];
    if (text.n > JW_SEEN_TEXT_BYTES || (full && !before(c, &seen->of)) ||
        !make_room(seen, text.n, arena)) {
        return;
    }
    /* The bytes are the arena's; they are const to everybody else. */
    memcpy((char *)(uintptr_t)seen->text.p, text.p, text.n);
    seen->text.n = text.n;
    seen->of = *c;
    seen->once = once;
    s->n += !full;
    if (s->n == JW_SEEN_MAX) {
        s->last = find_last(s);
    }
}

const struct jw_seen_text *jw_seen_of(const struct jw_seen *s,
                                      const struct jw_candidate *c)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->at[i].of.docid == c->docid && s->at[i].of.segment == c->segment) {
            return &s->at[i];
        }
    }
    return NULL;
}
