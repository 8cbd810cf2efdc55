/*
 * Parts must meet in one paragraph.  NOT, titles, fields and dates act on the
 * article; with paragraphs as hits, NOT acts on the paragraph.
 */
#include "evaluate.h"

#include <string.h>

#include "bits.h"
#include "jianwen/normalize.h"

struct evaluation {
    struct jw_examiner *x;
    const struct jw_exam *exam;
    const struct jw_row *row;
    const struct jw_segment *segment;
    /** Which bits count: 0 verbatim, 1 all bigrams. */
    int mode;
    size_t n;
};

static bool holds(const struct evaluation *e, const struct jw_node *node, size_t i);

static bool part_bit(const struct evaluation *e, size_t part, size_t paragraph)
{
    const uint64_t *bits = e->mode == 0 ? e->x->exact_bits : e->x->all_bits;
    return jw_bit_get(bits + paragraph * e->x->words, part);
}

/* Rare (a field inside OR or NOT), so that nothing is kept. */
static bool field_holds(const struct evaluation *e, const struct jw_node *node)
{
    struct jw_units name;
    struct jw_units wanted;
    bool found = false;
    struct jw_str value = e->segment->names[node->field].at[e->row->name[node->field]];
    jw_units_init(&name);
    jw_units_init(&wanted);
    if (jw_normalize(value, &name) == JW_OK &&
        jw_normalize(node->value, &wanted) == JW_OK) {
        for (size_t i = 0; !found && wanted.n && i + wanted.n <= name.n; i++) {
            size_t k = 0;
            while (k < wanted.n && name.at[i + k].cp == wanted.at[k].cp) {
                k++;
            }
            found = k == wanted.n;
        }
    }
    jw_units_release(&name);
    jw_units_release(&wanted);
    return found;
}

static bool any_paragraph(const struct evaluation *e, const struct jw_node *node)
{
    for (size_t i = 0; i < e->n; i++) {
        if (holds(e, node, i)) {
            return true;
        }
    }
    return false;
}

static bool not_holds(const struct evaluation *e, const struct jw_node *node, size_t i)
{
    if (e->x->s->request->unit == JW_HIT_PARAGRAPH) {
        return !holds(e, node->children[0], i);
    }
    uint8_t *state = &e->x->not_state[e->mode][node->id];
    if (*state == 0) {
        *state = any_paragraph(e, node->children[0]) ? 1 : 2;
    }
    return *state == 2;
}

static bool holds(const struct evaluation *e, const struct jw_node *node, size_t i)
{
    switch (node->type) {
    case JW_NODE_AND:
        for (size_t k = 0; k < node->n_children; k++) {
            if (!holds(e, node->children[k], i)) {
                return false;
            }
        }
        return true;
    case JW_NODE_OR:
        for (size_t k = 0; k < node->n_children; k++) {
            if (holds(e, node->children[k], i)) {
                return true;
            }
        }
        return false;
    case JW_NODE_NOT:
        return not_holds(e, node, i);
    case JW_NODE_TEXT:
        return part_bit(e, node->part, i);
    case JW_NODE_TITLE:
        return part_bit(e, node->part, 0);
    case JW_NODE_FIELD:
        return field_holds(e, node);
    case JW_NODE_DATE:
        return jw_date_in_span(e->row->date, node->from, node->to);
    }
    return false;
}

/* The tree over the article as one: each part anywhere in it. */
static bool spreads(const struct evaluation *e, const struct jw_node *node)
{
    switch (node->type) {
    case JW_NODE_AND:
        for (size_t k = 0; k < node->n_children; k++) {
            if (!spreads(e, node->children[k])) {
                return false;
            }
        }
        return true;
    case JW_NODE_OR:
        for (size_t k = 0; k < node->n_children; k++) {
            if (spreads(e, node->children[k])) {
                return true;
            }
        }
        return false;
    case JW_NODE_NOT:
    case JW_NODE_TEXT:
    case JW_NODE_TITLE:
    case JW_NODE_FIELD:
    case JW_NODE_DATE:
        break;
    }
    return any_paragraph(e, node);
}

/* A partial hit may leave out text, but not what stands in quotation marks, and
 * not break the other conditions. */
static bool conditions_hold(const struct evaluation *e, const struct jw_node *root,
                            size_t i)
{
    bool by_paragraph = e->x->s->request->unit == JW_HIT_PARAGRAPH;
    if (root->type != JW_NODE_AND) {
        return root->type == JW_NODE_TEXT || root->type == JW_NODE_OR;
    }
    for (size_t k = 0; k < root->n_children; k++) {
        const struct jw_node *child = root->children[k];
        bool phrase = jw_match_needs_phrase(e->x->s, child);
        bool may_lack = child->type == JW_NODE_TEXT || child->type == JW_NODE_OR;
        if (may_lack && !phrase) {
            continue;
        }
        if (!(phrase && !by_paragraph ? any_paragraph(e, child) : holds(e, child, i))) {
            return false;
        }
    }
    return true;
}

/* One character in common makes no hit; a bigram, a word or a whole part does,
 * and of a part in quotation marks only the whole. */
static bool has_some(const struct evaluation *e, size_t i)
{
    const struct jw_plan *plan = e->x->s->plan;
    bool some = e->exam->found[i].has_term;
    for (size_t k = 0; k < plan->n_parts && !some; k++) {
        some =
            plan->positive[k] && jw_part_searchable(&plan->parts[k]) && part_bit(e, k, i);
    }
    return some;
}

static enum jw_tier paragraph_tier(struct evaluation *e, const struct jw_node *root,
                                   size_t i)
{
    bool only_all = e->x->s->request->match == JW_MATCH_ALL;
    e->mode = 1;
    bool all = holds(e, root, i);
    e->mode = 0;
    if ((all || !only_all) && holds(e, root, i)) {
        return JW_TIER_EXACT;
    }
    e->mode = 1;
    if (all) {
        return JW_TIER_ALL;
    }
    bool partial = has_some(e, i) && conditions_hold(e, root, i);
    return partial ? JW_TIER_PARTIAL : JW_TIER_NONE;
}

void jw_evaluate(struct jw_examiner *x, struct jw_exam *exam, size_t only)
{
    const struct jw_plan *plan = x->s->plan;
    const struct jw_node *root = plan->query.root;
    const struct jw_segment *segment =
        jw_index_segment(x->s->index, exam->stored.segment);
    struct evaluation e = {x,       exam, &segment->rows[exam->stored.row],
                           segment, 0,    exam->stored.article.n_paragraphs};
    memset(x->not_state[0], 0, plan->query.n_nodes);
    memset(x->not_state[1], 0, plan->query.n_nodes);
    exam->tier = JW_TIER_NONE;
    for (size_t i = 0; i < e.n; i++) {
        if (only != JW_EXAMINE_ALL && i != only) {
            exam->found[i].tier = JW_TIER_NONE;
            continue;
        }
        enum jw_tier tier = paragraph_tier(&e, root, i);
        exam->found[i].tier = tier;
        exam->tier = tier < exam->tier ? tier : exam->tier;
    }
    e.mode = 1;
    exam->spread =
        only == JW_EXAMINE_ALL && exam->tier == JW_TIER_PARTIAL && spreads(&e, root);
}
