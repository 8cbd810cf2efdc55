#include "cursor.h"

#include <string.h>

#include "cursor_text.h"

/* ---- what a cursor belongs to ---- */

static uint32_t hash_bytes(uint32_t h, const void *p, size_t n)
{
    const unsigned char *bytes = p;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ bytes[i]) * 0x01000193u;
    }
    return h;
}

static uint32_t hash_str(uint32_t h, struct jw_str s)
{
    uint64_t n = s.n;
    return hash_bytes(hash_bytes(h, &n, sizeof n), s.p, s.n);
}

/* All that decides which hits there are, and their order. */
static uint32_t identity_of(const struct jw_search_request *r)
{
    const uint32_t numbers[] = {(uint32_t)r->sort,
                                (uint32_t)r->match,
                                (uint32_t)r->unit,
                                r->from,
                                r->to,
                                r->exact_script,
                                r->dedupe && r->unit == JW_HIT_ARTICLE};
    uint32_t h = hash_str(0x811C9DC5u, r->q);
    h = hash_bytes(h, numbers, sizeof numbers);
    for (size_t i = 0; i < JW_FIELDS; i++) {
        h = hash_str(h, r->field[i]);
    }
    return h;
}

static uint32_t name_of(const struct jw_search_state *s, size_t segment)
{
    return hash_str(0x811C9DC5u, jw_str_c(jw_index_segment(s->index, segment)->name));
}

enum jw_status jw_cursor_read(const struct jw_search_request *r, struct jw_arena *arena,
                              struct jw_cursor *out)
{
    enum jw_status status = jw_cursor_decode(r->cursor, arena, out);
    if (status == JW_OK && out->identity != identity_of(r)) {
        status = JW_EINVAL;
    }
    return status;
}

struct jw_str jw_cursor_write(const struct jw_cursor *c, struct jw_arena *arena)
{
    return jw_cursor_encode(c, arena);
}

void jw_cursor_begin(const struct jw_search_state *s, struct jw_cursor *out)
{
    const struct jw_index_stats *stats = jw_index_stats(s->index);
    size_t n = jw_index_n_segments(s->index);
    memset(out, 0, sizeof *out);
    out->identity = identity_of(s->request);
    out->revision = jw_index_revision(s->index);
    out->n_articles = stats->n_articles;
    for (size_t i = 0; i < n && i < JW_CURSOR_SEGMENTS; i++) {
        out->segments[i].name = name_of(s, i);
        out->segments[i].last_docid = jw_index_segment(s->index, i)->last_docid;
        out->n_segments++;
    }
    out->statistics = s->plan->statistics;
    if (out->statistics.n_terms + out->statistics.n_chars > JW_CURSOR_STATISTICS) {
        out->statistics.n_terms = 0;
        out->statistics.n_chars = 0;
    }
}

/* @return the place of a segment's name in the cursor, or n_segments. */
static size_t find_segment(const struct jw_cursor *c, uint32_t name)
{
    size_t i = 0;
    while (i < c->n_segments && c->segments[i].name != name) {
        i++;
    }
    return i;
}

enum jw_status jw_cursor_apply(const struct jw_cursor *c, struct jw_search_state *s)
{
    size_t n = jw_index_n_segments(s->index);
    bool any = false;
    if (c->revision == jw_index_revision(s->index)) {
        return JW_OK;
    }
    uint32_t *horizon = jw_arena_calloc(s->arena, n + 1, sizeof *horizon);
    if (!horizon) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        size_t k = find_segment(c, name_of(s, i));
        any = any || k < c->n_segments;
        horizon[i] = k < c->n_segments ? c->segments[k].last_docid : 0;
    }
    s->horizon = any ? horizon : NULL;
    return JW_OK;
}

/* ---- the place ---- */

/* What tells a hit from others in its segment. */
static uint32_t own_docid(const struct jw_search_state *s, const struct jw_candidate *c)
{
    const struct jw_segment *g = jw_index_segment(s->index, c->segment);
    return s->request->unit == JW_HIT_ARTICLE ? g->rows[c->row].first_docid : c->docid;
}

void jw_cursor_move(struct jw_cursor *c, const struct jw_search_state *s,
                    const struct jw_entry *entry)
{
    c->tier = entry->tier;
    c->spread = entry->spread;
    c->ranked = entry->ranked;
    c->score = entry->score;
    c->date = entry->candidate.date;
    c->segment = name_of(s, entry->candidate.segment);
    c->docid = own_docid(s, &entry->candidate);
    c->id = entry->exam ? hash_str(0x811C9DC5u, entry->exam->stored.article.id) : 0;
}

/* Equals are in the order of their documents, where these are known. */
static int compare_documents(const struct jw_cursor *c, const struct jw_search_state *s,
                             const struct jw_entry *e)
{
    size_t n = jw_index_n_segments(s->index);
    size_t segment = 0;
    while (segment < n && name_of(s, segment) != c->segment) {
        segment++;
    }
    if (segment == n) {
        return 0;
    }
    if (e->candidate.segment != segment) {
        return e->candidate.segment < segment ? -1 : 1;
    }
    uint32_t docid = own_docid(s, &e->candidate);
    return docid < c->docid ? -1 : docid > c->docid ? 1 : 0;
}

/* Whether an entry stands before the cursor's place (-1), behind it, or there. */
static int compare_place(const struct jw_cursor *c, const struct jw_search_state *s,
                         const struct jw_entry *e)
{
    bool by_date = s->request->sort != JW_SORT_RELEVANCE;
    if (e->tier != c->tier) {
        return e->tier < c->tier ? -1 : 1;
    }
    if (!by_date && e->spread != c->spread) {
        return e->spread ? -1 : 1;
    }
    if (!by_date && e->ranked != c->ranked) {
        return e->ranked ? -1 : 1;
    }
    if (!by_date && e->score != c->score) {
        return e->score > c->score ? -1 : 1;
    }
    if (e->candidate.date == c->date) {
        return compare_documents(c, s, e);
    }
    struct jw_candidate place = e->candidate;
    place.date = c->date;
    return jw_candidate_before(&e->candidate, &place,
                               by_date ? s->request->sort : JW_SORT_NEWEST)
               ? -1
               : 1;
}

/* Whether an entry is the cursor's hit, by the id of its article. */
static enum jw_status has_id(const struct jw_cursor *c, struct jw_search_state *s,
                             const struct jw_entry *e, bool *same)
{
    struct jw_stored stored;
    if (e->exam) {
        *same = hash_str(0x811C9DC5u, e->exam->stored.article.id) == c->id;
        return JW_OK;
    }
    *same = false;
    enum jw_status status = jw_reader_article(
        s->reader, e->candidate.segment, e->candidate.row, s->arena, &stored, s->err);
    if (status == JW_ENOTFOUND) {
        return JW_OK;
    }
    *same = status == JW_OK && hash_str(0x811C9DC5u, stored.article.id) == c->id;
    return status;
}

enum jw_status jw_cursor_find(const struct jw_cursor *c, struct jw_search_state *s,
                              const struct jw_gathered *gathered, size_t *n)
{
    size_t at = 0;
    size_t before = 0;
    *n = 0;
    for (int tier = 0; tier < JW_TIERS; tier++) {
        const struct jw_entries *list = &gathered->tiers[tier];
        for (size_t i = 0; i < list->n; i++, at++) {
            const struct jw_entry *e = &list->at[i];
            bool same = name_of(s, e->candidate.segment) == c->segment &&
                        own_docid(s, &e->candidate) == c->docid;
            int order = compare_place(c, s, e);
            if (!same && order == 0 && !s->horizon) {
                enum jw_status status = has_id(c, s, e, &same);
                if (status != JW_OK) {
                    return status;
                }
            }
            if (same) {
                *n = at + 1;
                return JW_OK;
            }
            before += order < 0;
        }
    }
    *n = before;
    return JW_OK;
}
