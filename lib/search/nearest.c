#include "nearest.h"

#include <string.h>

#include "jianwen/buf.h"
#include "plan.h"

enum {
    /** Parts of which one is left out in turn. */
    PARTS_MAX = 8,
    QUERY_BYTES = 16 * 1024
};

static bool has_filters(const struct jw_search_request *r)
{
    bool any = r->from || r->to;
    for (size_t i = 0; i < JW_FIELDS; i++) {
        any = any || r->field[i].n > 0;
    }
    return any;
}

void jw_nearest_note_missing(struct jw_search_state *s)
{
    struct jw_plan *plan = s->plan;
    bool missing = false;
    for (size_t i = 0; i < plan->n_parts; i++) {
        const struct jw_part *part = &plan->parts[i];
        for (size_t k = 0; plan->positive[i] && k < part->scored.n; k++) {
            const struct jw_term *t = &plan->terms[part->scored.terms[k]];
            if (t->n_docs == 0) {
                missing = true;
                jw_query_note(&plan->query, s->arena,
                              "missing: nothing in the index holds \"%.*s\" (of "
                              "\"%.*s\")",
                              (int)t->bytes.n, t->bytes.p, (int)part->text.n,
                              part->text.p);
                break;
            }
        }
    }
    if (!missing && s->request->exact_script) {
        jw_query_note(&plan->query, s->arena,
                      "no_hits: nothing is written so in this script; script=folded "
                      "finds the other forms, too");
    } else if (!missing && has_filters(s->request)) {
        jw_query_note(&plan->query, s->arena,
                      "no_hits: the filters (dates, source, section, author, page) leave "
                      "nothing that holds it");
    } else if (!missing && plan->n_parts == 0) {
        jw_query_note(&plan->query, s->arena, "no_hits: no article is like this");
    } else if (!missing) {
        jw_query_note(&plan->query, s->arena,
                      "no_hits: each word occurs, but nowhere together as asked");
    }
}

/* ---- queries that ask for less ---- */

static struct jw_search_request without_filters(const struct jw_search_request *r)
{
    struct jw_search_request bare = *r;
    bare.from = 0;
    bare.to = 0;
    for (size_t i = 0; i < JW_FIELDS; i++) {
        bare.field[i] = jw_str_of(NULL, 0);
    }
    return bare;
}

/* A unit of a part, at the beginning of a bigram or word that is in no text. */
static bool is_missing_at(const struct jw_plan *plan, const struct jw_part *part,
                          size_t unit)
{
    for (size_t k = 0; k < part->scored.n; k++) {
        const struct jw_term *t = &plan->terms[part->scored.terms[k]];
        if (t->n_docs > 0) {
            continue;
        }
        if (t->cp[0] && unit + 1 < part->n_units && part->units[unit].cp == t->cp[0] &&
            part->units[unit + 1].cp == t->cp[1]) {
            return true;
        }
    }
    return false;
}

static bool has_missing_word(const struct jw_plan *plan, const struct jw_part *part)
{
    for (size_t k = 0; k < part->scored.n; k++) {
        const struct jw_term *t = &plan->terms[part->scored.terms[k]];
        if (t->n_docs == 0 && t->cp[0] == 0) {
            return true;
        }
    }
    return false;
}

static void add_piece(struct jw_buf *b, struct jw_str text)
{
    if (b->len) {
        jw_buf_add_byte(b, ' ');
    }
    jw_buf_add_str(b, text);
}

/* The part without its missing bigrams: the pieces between them that are two
 * characters or longer. */
static void add_found_pieces(struct jw_buf *b, const struct jw_plan *plan,
                             const struct jw_part *part)
{
    size_t from = 0;
    if (has_missing_word(plan, part)) {
        return;
    }
    for (size_t i = 0; i < part->n_units; i++) {
        if (i + 1 < part->n_units && !is_missing_at(plan, part, i)) {
            continue;
        }
        if (i > from) {
            add_piece(
                b, jw_str_slice(part->text, part->units[from].start, part->units[i].end));
        }
        from = i + 1;
    }
}

/* The positive parts as plain words but for one of them (n_parts: all of them). */
static void write_query(const struct jw_plan *plan, size_t left_out, bool found_only,
                        struct jw_buf *b)
{
    jw_buf_clear(b);
    for (size_t i = 0; i < plan->n_parts; i++) {
        if (i == left_out || !plan->positive[i] || !jw_part_searchable(&plan->parts[i])) {
            continue;
        }
        if (found_only) {
            add_found_pieces(b, plan, &plan->parts[i]);
        } else {
            add_piece(b, plan->parts[i].text);
        }
    }
}

/* ---- trying them ---- */

struct nearest {
    struct jw_searcher *s;
    struct jw_search_state *state;
    struct jw_buf query;
    struct jw_total best;
    struct jw_str best_query;
    bool best_is_bare;
};

/* Ask; what has the most hits of its kind is kept. */
static enum jw_status try_query(struct nearest *n, struct jw_str q, bool bare)
{
    struct jw_search_request r = *n->state->request;
    struct jw_total total = {0, JW_TOTAL_EQ};
    if (q.n == 0 || jw_search_expired(n->state)) {
        return JW_OK;
    }
    r = bare ? without_filters(&r) : r;
    r.q = q;
    r.match = JW_MATCH_ALL;
    enum jw_status status = jw_searcher_count(n->s, &r, n->state, &total);
    if (status != JW_OK || total.value <= n->best.value) {
        return status;
    }
    n->best = total;
    n->best_is_bare = bare;
    n->best_query = jw_arena_str(n->state->arena, q);
    return n->best_query.p ? JW_OK : JW_ENOMEM;
}

static enum jw_status try_all(struct nearest *n)
{
    const struct jw_plan *plan = n->state->plan;
    const struct jw_search_request *r = n->state->request;
    enum jw_status status = JW_OK;
    if (has_filters(r)) {
        status = try_query(n, r->q, true);
    }
    for (int found_only = 0; found_only < 2; found_only++) {
        if (status == JW_OK && n->best.value == 0) {
            write_query(plan, plan->n_parts, found_only == 1, &n->query);
            status = try_query(n, jw_buf_str(&n->query), false);
        }
    }
    if (n->best.value > 0 || plan->n_parts > PARTS_MAX) {
        return status;
    }
    for (size_t i = 0; i < plan->n_parts && status == JW_OK; i++) {
        write_query(plan, i, true, &n->query);
        status = try_query(n, jw_buf_str(&n->query), false);
    }
    return status;
}

enum jw_status jw_nearest_note(struct jw_searcher *s, struct jw_search_state *state)
{
    struct nearest n = {.s = s, .state = state};
    jw_buf_init(&n.query, QUERY_BYTES);
    enum jw_status status = try_all(&n);
    jw_buf_release(&n.query);
    if (status == JW_OK && n.best.value > 0) {
        jw_query_note(&state->plan->query, state->arena,
                      "nearest: \"%.*s\"%s has %s%llu hits", (int)n.best_query.n,
                      n.best_query.p, n.best_is_bare ? " without the filters" : "",
                      n.best.relation == JW_TOTAL_EQ ? "" : "about ",
                      (unsigned long long)n.best.value);
    }
    return status;
}
