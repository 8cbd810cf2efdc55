/*
 * The partial tier: what lacks a part, or has the parts in several paragraphs.
 */
#include "bits.h"
#include "compile.h"
#include "gathering.h"
#include "rank.h"

enum {
    /** Hits that are put in order of their dates: the best ones. */
    DATED_PARTIAL = 1000
};

static enum jw_status excluded_sets(struct jw_gathering *x, uint64_t ***out)
{
    struct jw_search_state *s = x->s;
    size_t n = jw_index_n_segments(s->index);
    bool by_article = s->request->unit == JW_HIT_ARTICLE;
    uint64_t **sets = jw_arena_calloc(s->arena, n + 1, sizeof *sets);
    for (size_t i = 0; sets && i < n; i++) {
        const struct jw_segment *segment = jw_index_segment(s->index, i);
        size_t bits = by_article ? segment->n_rows : segment->last_docid;
        sets[i] = jw_arena_calloc(s->arena, bits / 64 + 1, sizeof(uint64_t));
        if (!sets[i]) {
            sets = NULL;
        }
    }
    if (!sets) {
        return jw_fail(s->err, JW_ENOMEM, "not enough memory for this query");
    }
    for (int tier = JW_TIER_EXACT; tier <= JW_TIER_ALL; tier++) {
        const struct jw_entries *list = &x->out->tiers[tier];
        for (size_t i = 0; i < list->n; i++) {
            const struct jw_candidate *c = &list->at[i].candidate;
            jw_bit_set(sets[c->segment], by_article ? c->row : c->docid);
        }
    }
    /* Those that the page had no need of are counted with the first tiers. */
    for (size_t i = 0; i < x->g->candidates->n; i++) {
        const struct jw_candidate *c = &x->g->candidates->at[i];
        jw_bit_set(sets[c->segment], by_article ? c->row : c->docid);
    }
    *out = sets;
    return JW_OK;
}

static enum jw_status take_partial(struct jw_gathering *x, const struct jw_candidate *c,
                                   bool spread)
{
    bool rank = jw_gathering_ranks_on(x);
    struct jw_entry entry = {
        .candidate = *c, .tier = JW_TIER_PARTIAL, .score = c->weight, .spread = spread};
    if (rank || x->check_partial) {
        enum jw_status status = jw_gathering_examine(x, c, rank, &entry);
        if (status != JW_OK) {
            return status;
        }
        jw_gathering_note_ranked(x, rank, &entry);
        entry.score = rank ? entry.score : c->weight;
        if (entry.tier == JW_TIER_NONE || (spread && !entry.spread)) {
            return JW_OK;
        }
        entry.spread = spread;
        entry.tier = JW_TIER_PARTIAL;
    }
    return jw_gathering_push(x, &entry);
}

/* Articles whose paragraphs hold the parts together, which none does alone. */
static enum jw_status take_spread(struct jw_gathering *x, uint64_t **excluded)
{
    struct jw_candidates *list = x->g->others;
    if (x->s->request->unit != JW_HIT_ARTICLE || x->s->plan->n_parts < 2) {
        return JW_OK;
    }
    enum jw_status status = jw_match_collect_spread(x->s, list);
    jw_candidates_heapify(list, x->s->request->sort);
    while (status == JW_OK && list->n > 0 && !jw_search_expired(x->s)) {
        struct jw_candidate c = jw_candidates_pop(list, x->s->request->sort);
        if (!jw_bit_get(excluded[c.segment], c.row)) {
            size_t n = x->out->tiers[JW_TIER_PARTIAL].n;
            status = take_partial(x, &c, true);
            if (x->out->tiers[JW_TIER_PARTIAL].n > n) {
                jw_bit_set(excluded[c.segment], c.row);
            }
        }
    }
    return status;
}

/* Whether the postings decide the conditions beside the text parts. */
static bool conditions_decided(const struct jw_gathering *x)
{
    const struct jw_node *root = x->s->plan->query.root;
    for (size_t i = 0; root->type == JW_NODE_AND && i < root->n_children; i++) {
        const struct jw_node *child = root->children[i];
        if (child->type != JW_NODE_TEXT && child->type != JW_NODE_OR &&
            !jw_compile_decides(x->s, child, true)) {
            return false;
        }
    }
    return true;
}

/* Whether the text has to be read to know a partial hit: of a part in quotation
 * marks it must hold the whole, in its script where that is asked for. */
static bool text_decides(const struct jw_gathering *x)
{
    const struct jw_plan *plan = x->s->plan;
    bool quoted = false;
    for (size_t i = 0; i < plan->n_parts; i++) {
        quoted |= plan->parts[i].quoted && plan->positive[i];
    }
    return quoted || x->s->request->exact_script || !conditions_decided(x);
}

static enum jw_status take_partials(struct jw_gathering *x, struct jw_candidates *list)
{
    enum jw_sort sort = x->s->request->sort;
    enum jw_status status = JW_OK;
    jw_candidates_heapify(list, sort);
    while (status == JW_OK && list->n > 0 && !jw_search_expired(x->s)) {
        struct jw_candidate c = jw_candidates_pop(list, sort);
        status = take_partial(x, &c, false);
    }
    return status;
}

enum jw_status jw_gather_partial(struct jw_gathering *x)
{
    struct jw_search_state *s = x->s;
    struct jw_candidates *list = x->g->others;
    struct jw_any_terms terms;
    uint64_t **excluded = NULL;
    float sum = 0;
    size_t have = x->out->tiers[JW_TIER_EXACT].n + x->out->tiers[JW_TIER_ALL].n;
    size_t k = x->need > have ? x->need + 1 - have : 0;
    k = k < JW_RANK_WINDOW ? JW_RANK_WINDOW : k;
    if (s->request->sort != JW_SORT_RELEVANCE) {
        k = DATED_PARTIAL; /* the same for every page */
    }
    x->check_partial = text_decides(x);
    enum jw_status status = excluded_sets(x, &excluded);
    if (status == JW_OK && x->out->complete) {
        status = take_spread(x, excluded);
    }
    if (status == JW_OK) {
        status = jw_any_terms_choose(x->s, &terms, &sum);
    }
    if (status != JW_OK) {
        return status;
    }
    /* Most words of a question stand in no answer. */
    bool no_cut = s->request->match == JW_MATCH_ANY || s->plan->question;
    float share = no_cut ? 0 : jw_rank_partial_share(terms.n);
    status = jw_match_collect_any(s, &terms, k, share * sum, excluded, list);
    size_t found = list->n;
    struct jw_total *total = &x->out->totals[JW_TIER_PARTIAL];
    if (x->out->complete) {
        status = status == JW_OK ? take_partials(x, list) : status;
        total->value = x->out->tiers[JW_TIER_PARTIAL].n;
    } else {
        total->value = found; /* the page is full: they are only counted */
    }
    total->relation = found < k && !s->out_of_time ? JW_TOTAL_EQ : JW_TOTAL_GTE;
    if (!x->out->complete && x->check_partial) {
        total->relation = JW_TOTAL_APPROX;
    }
    x->out->total.value += total->value;
    if (x->out->total.relation == JW_TOTAL_EQ) {
        x->out->total.relation = total->relation;
    }
    return status;
}
