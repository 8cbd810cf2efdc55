/*
 * The best k articles (or paragraphs) that hold any of the terms: MaxScore,
 * document at a time (Turtle and Flood, Query Evaluation: Strategies and
 * Optimizations, 1995).
 *
 *   lists, by how much each can add at most     2  3  5 | 9  9  12
 *   sums of these from the left                 2  5 10 |
 *
 * A document that stands only in lists left of the bar cannot beat the k-th
 * best weight so far (here 10), so candidates come from the lists right of
 * it; the bar moves right as the k-th best weight rises.
 */
#include <string.h>

#include "bits.h"
#include "compile.h"
#include "rank.h"

enum {
    CLOCK_EVERY = 4096
};

struct any_list {
    struct jw_stream *stream;
    /** The most that it can add. */
    float most;
};

struct any_walk {
    struct jw_search_state *s;
    struct jw_stream_context *c;
    size_t segment;
    struct any_list *lists;
    /** sums[i]: the most that lists 0..i can add together. */
    float *sums;
    size_t n;
    /** Lists from here on give candidates. */
    size_t bar;
    /** Conditions every hit must satisfy. */
    struct jw_stream **filters;
    size_t n_filters;
    const uint64_t *exclude;

    size_t k;
    /** A weight must be above this to matter. */
    float floor;
    /** A heap, the worst on top. */
    struct jw_candidates *best;

    struct jw_candidate current;
    bool has_current;
};

/* ---- the k best, worst on top ---- */

static bool worse(const struct jw_candidate *a, const struct jw_candidate *b)
{
    return jw_candidate_before(b, a, JW_SORT_RELEVANCE);
}

static void sink_best(struct jw_candidates *h)
{
    size_t i = 0;
    struct jw_candidate moved = h->at[0];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->n) {
            break;
        }
        if (child + 1 < h->n && worse(&h->at[child + 1], &h->at[child])) {
            child++;
        }
        if (!worse(&h->at[child], &moved)) {
            break;
        }
        h->at[i] = h->at[child];
        i = child;
    }
    h->at[i] = moved;
}

/* Sums differ in their last bits by the order of what is added: a bound that is as
 * good as the floor is not below it. */
static bool below_floor(const struct any_walk *w, float bound)
{
    const float slack = 1e-5F;
    return bound < w->floor * (1 - slack);
}

static enum jw_status keep(struct any_walk *w, const struct jw_candidate *c)
{
    struct jw_candidates *h = w->best;
    if (h->n == w->k) {
        if (worse(c, &h->at[0])) {
            return JW_OK;
        }
        h->at[0] = *c;
        sink_best(h);
    } else {
        if (jw_candidates_push(h, c) != JW_OK) {
            return JW_ENOMEM;
        }
        size_t i = h->n - 1;
        while (i > 0 && worse(&h->at[i], &h->at[(i - 1) / 2])) {
            struct jw_candidate parent = h->at[(i - 1) / 2];
            h->at[(i - 1) / 2] = h->at[i];
            h->at[i] = parent;
            i = (i - 1) / 2;
        }
    }
    if (h->n == w->k && h->at[0].weight > w->floor) {
        w->floor = h->at[0].weight;
    }
    while (w->bar < w->n && below_floor(w, w->sums[w->bar])) {
        w->bar++;
    }
    return JW_OK;
}

/* ---- the walk ---- */

static bool passes(struct any_walk *w, size_t row, uint32_t d)
{
    size_t bit = w->s->request->unit == JW_HIT_ARTICLE ? row : d;
    if ((w->exclude && jw_bit_get(w->exclude, bit)) ||
        !jw_filters_pass(w->s, w->segment, row)) {
        return false;
    }
    for (size_t i = 0; i < w->n_filters; i++) {
        if (jw_stream_seek(w->c, w->filters[i], d) != d) {
            return false;
        }
    }
    return true;
}

static float weight_at(const struct jw_stream *s, uint32_t d)
{
    return s->at == d ? jw_rank_stage1(s->idf, jw_stream_count(s, s->numbers[s->i])) : 0;
}

/* The weight of d, or less than the floor when it cannot get above it. */
static float weigh(struct any_walk *w, uint32_t d)
{
    float sum = 0;
    for (size_t i = w->bar; i < w->n; i++) {
        sum += weight_at(w->lists[i].stream, d);
    }
    for (size_t i = w->bar; i-- > 0;) {
        if (below_floor(w, sum + w->sums[i])) {
            return -1;
        }
        (void)jw_stream_seek(w->c, w->lists[i].stream, d);
        sum += weight_at(w->lists[i].stream, d);
    }
    /* Once more, in an order that does not depend on the floor. */
    sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        sum += weight_at(w->lists[i].stream, d);
    }
    return sum;
}

static enum jw_status flush(struct any_walk *w)
{
    if (!w->has_current) {
        return JW_OK;
    }
    w->has_current = false;
    return keep(w, &w->current);
}

static enum jw_status offer(struct any_walk *w, size_t row, uint32_t d, float weight)
{
    bool by_article = w->s->request->unit == JW_HIT_ARTICLE;
    if (w->has_current && by_article && w->current.row == row) {
        if (weight > w->current.weight) {
            w->current.weight = weight;
            w->current.docid = d;
        }
        return JW_OK;
    }
    enum jw_status status = flush(w);
    struct jw_candidate c = {weight,
                             w->c->segment->rows[row].date,
                             (uint32_t)w->segment,
                             (uint32_t)row,
                             d,
                             JW_CANDIDATE_OPEN};
    w->current = c;
    w->has_current = true;
    return status;
}

static enum jw_status walk(struct any_walk *w)
{
    const struct jw_segment *g = w->c->segment;
    unsigned until_clock = CLOCK_EVERY;
    uint32_t target = 1;
    enum jw_status status = JW_OK;
    while (w->bar < w->n && status == JW_OK) {
        uint32_t d = JW_STREAM_END;
        for (size_t i = w->bar; i < w->n; i++) {
            uint32_t at = jw_stream_seek(w->c, w->lists[i].stream, target);
            d = at < d ? at : d;
        }
        if (d == JW_STREAM_END || (--until_clock == 0 && jw_search_expired(w->s))) {
            break;
        }
        until_clock = until_clock ? until_clock : CLOCK_EVERY;
        target = d + 1;
        float weight = weigh(w, d);
        if (weight < w->floor) {
            continue;
        }
        size_t row = jw_segment_row_of(g, d);
        if (row < g->n_rows && passes(w, row, d)) {
            status = offer(w, row, d, weight);
        }
    }
    return status == JW_OK ? flush(w) : status;
}

/* ---- setting up ---- */

static void sort_lists(struct any_list *lists, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct any_list moved = lists[i];
        size_t k = i;
        while (k > 0 && lists[k - 1].most > moved.most) {
            lists[k] = lists[k - 1];
            k--;
        }
        lists[k] = moved;
    }
}

static enum jw_status add_lists(struct any_walk *w, const struct jw_any_terms *terms)
{
    static const struct jw_signature_filter around = JW_SIGNATURE_NO_FILTER;
    struct jw_plan *plan = w->s->plan;
    w->lists = jw_arena_calloc(w->s->arena, terms->n + 1, sizeof *w->lists);
    w->sums = jw_arena_calloc(w->s->arena, terms->n + 1, sizeof *w->sums);
    if (!w->lists || !w->sums) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < terms->n; i++) {
        const struct jw_term *t = &plan->terms[terms->at[i]];
        struct jw_term_info info;
        enum jw_status status =
            jw_database_term(w->c->database, t->bytes, &info, w->s->err);
        if (status != JW_OK) {
            return status;
        }
        if (info.n_docs == 0) {
            continue;
        }
        float idf = t->idf * t->weight;
        bool pair = t->kind == JW_TOKEN_BIGRAM;
        struct jw_stream *stream =
            pair ? jw_stream_pair(w->c, t->bytes, NULL, info.n_docs, idf, &around)
                 : jw_stream_term(w->c, t->bytes, NULL, info.n_docs, idf);
        if (!stream) {
            return w->c->status;
        }
        uint32_t most = pair ? jw_signature_most(info.wdf_max) : info.wdf_max;
        struct any_list list = {stream, jw_rank_stage1(idf, most)};
        w->lists[w->n++] = list;
    }
    sort_lists(w->lists, w->n);
    float sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        sum += w->lists[i].most;
        w->sums[i] = sum;
    }
    while (w->bar < w->n && below_floor(w, w->sums[w->bar])) {
        w->bar++;
    }
    return JW_OK;
}

/* Beside the text parts of an AND stand conditions that no hit may break. */
static enum jw_status add_filters(struct any_walk *w)
{
    const struct jw_node *root = w->s->plan->query.root;
    struct jw_compiler compiler = {.s = w->s, .c = w->c, .segment = w->segment};
    if (root->type != JW_NODE_AND) {
        return JW_OK;
    }
    w->filters = jw_arena_calloc(w->s->arena, root->n_children, sizeof *w->filters);
    if (!w->filters) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < root->n_children; i++) {
        const struct jw_node *child = root->children[i];
        bool may_lack = child->type == JW_NODE_TEXT || child->type == JW_NODE_OR;
        if (may_lack && !jw_match_needs_phrase(w->s, child)) {
            continue;
        }
        struct jw_stream *stream = jw_compile(&compiler, child);
        if (!stream) {
            return w->c->status != JW_OK ? w->c->status : JW_ENOMEM;
        }
        w->filters[w->n_filters++] = stream;
    }
    return JW_OK;
}

enum jw_status jw_match_collect_any(struct jw_search_state *s,
                                    const struct jw_any_terms *terms, size_t k,
                                    float floor, uint64_t *const *exclude,
                                    struct jw_candidates *out)
{
    struct any_walk w = {.s = s, .k = k, .floor = floor, .best = out};
    out->n = 0;
    for (size_t i = 0; i < jw_index_n_segments(s->index) && k > 0; i++) {
        struct jw_stream_context c;
        jw_stream_context_init(&c, s->reader, i, s->arena, s->err);
        w.c = &c;
        w.segment = i;
        w.n = 0;
        w.bar = 0;
        w.n_filters = 0;
        w.exclude = exclude ? exclude[i] : NULL;
        enum jw_status status = add_lists(&w, terms);
        if (status == JW_OK) {
            status = add_filters(&w);
        }
        if (status == JW_OK) {
            status = walk(&w);
        }
        status = status == JW_OK ? c.status : status;
        jw_stream_context_release(&c);
        if (status != JW_OK) {
            return status;
        }
    }
    return JW_OK;
}
