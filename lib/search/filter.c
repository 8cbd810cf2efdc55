/*
 * Filters act on articles, through the article table: a comparison for dates,
 * a lookup by name number for the fields.
 */
#include "jianwen/clock.h"
#include "jianwen/date.h"
#include "jianwen/normalize.h"
#include "match.h"

bool jw_search_expired(struct jw_search_state *s)
{
    if (!s->out_of_time && s->deadline_us && jw_clock_us() >= s->deadline_us) {
        s->out_of_time = true;
    }
    return s->out_of_time;
}

bool jw_date_in_span(uint32_t date, uint32_t from, uint32_t to)
{
    if (from == 0 && to == 0) {
        return true;
    }
    if (date == 0) {
        return false;
    }
    return (from == 0 || jw_date_last(date) >= from) && (to == 0 || date <= to);
}

static bool same_folded(const struct jw_units *a, const struct jw_unit *b, size_t n)
{
    if (a->n != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (a->at[i].cp != b[i].cp) {
            return false;
        }
    }
    return true;
}

/* Several authors may share a field: 王小明、李华. */
static bool separates(const struct jw_unit *u)
{
    return u->cls == JW_UNIT_SPACE || u->cp == 0x3001 || u->cp == ',' || u->cp == ';' ||
           u->cp == '/' || u->cp == '&';
}

static bool is_one_of(const struct jw_units *wanted, const struct jw_units *names)
{
    size_t from = 0;
    for (size_t i = 0; i <= names->n; i++) {
        if (i == names->n || separates(&names->at[i])) {
            if (same_folded(wanted, names->at + from, i - from)) {
                return true;
            }
            from = i + 1;
        }
    }
    return false;
}

static enum jw_status mark_allowed(const struct jw_names *names, struct jw_str value,
                                   bool several, bool *allowed)
{
    struct jw_units wanted;
    struct jw_units name;
    jw_units_init(&wanted);
    jw_units_init(&name);
    enum jw_status status = jw_normalize(value, &wanted);
    for (size_t i = 1; i < names->n && status == JW_OK; i++) {
        status = jw_normalize(names->at[i], &name);
        allowed[i] = status == JW_OK && (same_folded(&wanted, name.at, name.n) ||
                                         (several && is_one_of(&wanted, &name)));
    }
    jw_units_release(&wanted);
    jw_units_release(&name);
    return status;
}

enum jw_status jw_filters_make(struct jw_search_state *s)
{
    size_t n_segments = jw_index_n_segments(s->index);
    s->allowed = jw_arena_calloc(s->arena, n_segments * JW_FIELDS + 1, sizeof(bool *));
    if (!s->allowed) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < n_segments; i++) {
        const struct jw_segment *segment = jw_index_segment(s->index, i);
        for (int f = 0; f < JW_FIELDS; f++) {
            if (s->request->field[f].n == 0) {
                continue;
            }
            bool *allowed = jw_arena_calloc(s->arena, segment->names[f].n + 1, 1);
            if (!allowed) {
                return JW_ENOMEM;
            }
            enum jw_status status = mark_allowed(&segment->names[f], s->request->field[f],
                                                 f == JW_FIELD_AUTHOR, allowed);
            if (status != JW_OK) {
                return status;
            }
            s->allowed[i * JW_FIELDS + (size_t)f] = allowed;
        }
    }
    return JW_OK;
}

bool jw_filters_pass(const struct jw_search_state *s, size_t segment, size_t row)
{
    const struct jw_segment *g = jw_index_segment(s->index, segment);
    const struct jw_row *r = &g->rows[row];
    if (jw_segment_is_dead(g, row) ||
        !jw_date_in_span(r->date, s->request->from, s->request->to)) {
        return false;
    }
    if (s->horizon && r->first_docid > s->horizon[segment]) {
        return false;
    }
    bool *const *allowed = s->allowed + segment * JW_FIELDS;
    for (int f = 0; f < JW_FIELDS; f++) {
        if (allowed[f] && !allowed[f][r->name[f]]) {
            return false;
        }
    }
    return true;
}
