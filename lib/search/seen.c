#include "seen.h"

void jw_seen_note(struct jw_seen *s, const struct jw_candidate *c, struct jw_str text,
                  bool once, struct jw_arena *arena)
{
    if (s->n == JW_SEEN_MAX || text.n > JW_SEEN_TEXT_BYTES) {
        return;
    }
    struct jw_seen_text seen = {c->segment, c->docid, jw_arena_str(arena, text), once};
    s->at[s->n] = seen;
    s->n += seen.text.p != NULL;
}

const struct jw_seen_text *jw_seen_of(const struct jw_seen *s,
                                      const struct jw_candidate *c)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->at[i].docid == c->docid && s->at[i].segment == c->segment) {
            return &s->at[i];
        }
    }
    return NULL;
}
