/*
 * The terms that a partial hit is looked for by.
 */
#include "match.h"

/* The rarest ones. */
enum {
    ANY_TERMS_MAX = 64
};

/* Move the ANY_TERMS_MAX rarest terms to the front; drop the others. */
static void keep_rarest(const struct jw_plan *plan, struct jw_any_terms *terms)
{
    for (size_t i = 0; i < ANY_TERMS_MAX; i++) {
        size_t rarest = i;
        for (size_t k = i + 1; k < terms->n; k++) {
            if (plan->terms[terms->at[k]].idf > plan->terms[terms->at[rarest]].idf) {
                rarest = k;
            }
        }
        uint32_t moved = terms->at[i];
        terms->at[i] = terms->at[rarest];
        terms->at[rarest] = moved;
    }
    terms->n = ANY_TERMS_MAX;
}

/* Mark the terms of the text parts that a partial hit may have some of. */
static void mark_terms(const struct jw_plan *plan, const struct jw_node *node,
                       bool *wanted)
{
    if (node->type == JW_NODE_AND || node->type == JW_NODE_OR) {
        for (size_t i = 0; i < node->n_children; i++) {
            mark_terms(plan, node->children[i], wanted);
        }
    } else if (node->type == JW_NODE_TEXT) {
        const struct jw_term_list *scored = &plan->parts[node->part].scored;
        for (size_t i = 0; i < scored->n; i++) {
            wanted[scored->terms[i]] = plan->terms[scored->terms[i]].weight > 0;
        }
    }
}

enum jw_status jw_any_terms_choose(struct jw_search_state *s, struct jw_any_terms *terms,
                                   float *sum)
{
    const struct jw_plan *plan = s->plan;
    bool *wanted = jw_arena_calloc(s->arena, plan->n_terms + 1, sizeof *wanted);
    terms->n = 0;
    terms->at = jw_arena_calloc(s->arena, plan->n_terms + 1, sizeof *terms->at);
    if (!terms->at || !wanted) {
        return jw_fail(s->err, JW_ENOMEM, "not enough memory for this query");
    }
    mark_terms(plan, plan->query.root, wanted);
    for (size_t i = 0; i < plan->n_terms; i++) {
        if (wanted[i]) {
            terms->at[terms->n++] = (uint32_t)i;
        }
    }
    if (terms->n > ANY_TERMS_MAX) {
        keep_rarest(plan, terms);
    }
    *sum = 0;
    for (size_t i = 0; i < terms->n; i++) {
        const struct jw_term *t = &plan->terms[terms->at[i]];
        *sum += t->idf * t->weight;
    }
    return JW_OK;
}
