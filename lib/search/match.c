#include "match.h"

#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "compile.h"
#include "take.h"

/* Documents between two looks at the clock. */
enum {
    CLOCK_EVERY = 4096,
    /* Candidates whose rows are fetched together. */
    ROWS_AT_ONCE = 32,
    EXACT_BLOCK = 1024,
    /* Exact hits from which the first floor is made, which spares looking at most others'
     * dates. */
    FIRST_EXACT = 64,
    FEW_SORTED = 64
};

bool jw_match_needs_phrase(const struct jw_search_state *s, const struct jw_node *node)
{
    return node->type == JW_NODE_TEXT && s->plan->parts[node->part].quoted &&
           s->request->match != JW_MATCH_ANY;
}

static int by_rank(const void *a, const void *b)
{
    return jw_candidate_before(a, b, JW_SORT_RELEVANCE) ? -1 : 1;
}

/* What collecting has to do with. */
struct collection {
    struct jw_search_state *s;
    struct jw_stream_context *c;
    struct jw_stream *stream;
    size_t segment;
    struct jw_candidates *out;
    struct jw_candidates *open;
    struct jw_matched *matched;
    /** Every candidate is an exact hit. */
    bool decided;
};

static bool is_exact(const struct collection *x, uint32_t docid)
{
    return x->decided || jw_stream_holds_phrase(x->c, docid);
}

static enum jw_candidate_state state_of(const struct collection *x, uint32_t docid)
{
    return is_exact(x, docid) ? JW_CANDIDATE_EXACT : JW_CANDIDATE_OPEN;
}

/* A row and a date are looked up later. */
static enum jw_status push_plain(struct collection *x, struct jw_candidates *list,
                                 uint32_t docid, float weight,
                                 enum jw_candidate_state state)
{
    struct jw_candidate found = {weight, 0, (uint32_t)x->segment, 0, docid, state};
    return jw_candidates_push(list, &found);
}

/* Exact hits that wait to be looked at. */
struct exact_block {
    uint32_t docids[EXACT_BLOCK];
    float weights[EXACT_BLOCK];
    size_t n;
    /* Greater for those that may come before: by weight, then the newest date of the
     * articles around, which is no older than the hit's own. */
    uint64_t keys[EXACT_BLOCK];
    uint64_t scratch[EXACT_BLOCK];
    bool later[EXACT_BLOCK];
};

static const uint32_t *place_of(const struct jw_segment *g, uint32_t docid)
{
    return &g->places[docid <= g->last_docid ? docid / JW_PLACE_DOCS : 0];
}

/* The rows of n candidates are fetched: their places first, which tell them, then about
 * where they are. */
static void fetch_rows(const struct jw_segment *g, const struct jw_candidate *at,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        JW_PREFETCH(place_of(g, at[i].docid));
    }
    for (size_t i = 0; i < n; i++) {
        const struct jw_row *row = &g->rows[*place_of(g, at[i].docid)];
        JW_PREFETCH(row);
        JW_PREFETCH(row + 1);
    }
}

/* Rows are looked up for many documents at once, since each is a wait for memory. */
void jw_match_look_up_rows(const struct jw_segment *g, struct jw_candidates *out,
                           size_t from)
{
    size_t n = from;
    size_t end = out->n;
    for (size_t i = from; i < end; i++) {
        if ((i - from) % ROWS_AT_ONCE == 0) {
            fetch_rows(g, &out->at[i], end - i < ROWS_AT_ONCE ? end - i : ROWS_AT_ONCE);
        }
        struct jw_candidate *c = &out->at[i];
        size_t row = jw_segment_row_of(g, c->docid);
        if (row >= g->n_rows) {
            continue; /* of an article that is no more */
        }
        const struct jw_row *r = &g->rows[row];
        if (r->untitled && c->docid == r->first_docid) {
            continue; /* no text: nothing to show */
        }
        c->row = (uint32_t)row;
        c->date = r->date;
        out->at[n++] = *c;
    }
    out->n = n;
}

/* Greater for what comes before, and never 0: float bits of what is not negative are in
 * the order of the numbers. */
static uint64_t key_of(float weight, uint32_t date)
{
    uint32_t bits = 0;
    memcpy(&bits, &weight, sizeof bits);
    return ((uint64_t)bits << 32 | date) + 1;
}

/* What a document's key is at most: the newest of the articles around is no older. */
static uint64_t greatest_key(const struct jw_segment *g, float weight, uint32_t docid)
{
    bool there = docid <= g->last_docid;
    return key_of(weight, there ? g->newest[docid / JW_PLACE_DOCS] : 0);
}

/* Few are put into their places one by one: most of them stand there already. */
static void sort_best(struct jw_candidates *list)
{
    if (list->n > FEW_SORTED) {
        qsort(list->at, list->n, sizeof *list->at, by_rank);
        return;
    }
    for (size_t i = 1; i < list->n; i++) {
        struct jw_candidate moved = list->at[i];
        size_t k = i;
        while (k > 0 &&
               jw_candidate_before(&moved, &list->at[k - 1], JW_SORT_RELEVANCE)) {
            list->at[k] = list->at[k - 1];
            k--;
        }
        list->at[k] = moved;
    }
}

/* Look up what was pushed from `from` on.  Only the best count: the worse ones go, and
 * the last that stays is the floor. */
static void settle(struct collection *x, size_t from)
{
    struct jw_candidates *out = x->out;
    struct jw_matched *matched = x->matched;
    size_t n = out->n;
    if (n == from) {
        return;
    }
    jw_match_look_up_rows(x->c->segment, out, from);
    matched->n -= n - out->n;
    if (out->n >= matched->keep) {
        sort_best(out);
        out->n = matched->keep;
        const struct jw_candidate *last = &out->at[matched->keep - 1];
        matched->floor_weight = last->weight;
        matched->floor = key_of(last->weight, last->date);
    }
}

/*
 * Keep those of a block that may be among the best.  First those that are, as far as
 * weight and the newest date around tell: the floor that they make spares most of the
 * others being looked up.
 */
static enum jw_status take_exact(struct collection *x, struct exact_block *b)
{
    enum jw_status status = JW_OK;
    size_t keep = x->matched->keep;
    size_t from = x->out->n;
    uint64_t least = 0;
    size_t n_first = 0;
    if (b->n > keep) {
        memcpy(b->scratch, b->keys, b->n * sizeof *b->keys);
        least = jw_greatest(b->scratch, b->n, keep);
    }
    for (size_t i = 0; i < b->n && status == JW_OK; i++) {
        bool first = b->keys[i] > least || (b->keys[i] == least && n_first < keep);
        b->later[i] = !first;
        n_first += first;
        if (first) {
            status =
                push_plain(x, x->out, b->docids[i], b->weights[i], JW_CANDIDATE_EXACT);
        }
    }
    settle(x, from);
    from = x->out->n;
    for (size_t i = 0; i < b->n && n_first < b->n && status == JW_OK; i++) {
        if (b->later[i] && b->keys[i] >= x->matched->floor) {
            status =
                push_plain(x, x->out, b->docids[i], b->weights[i], JW_CANDIDATE_EXACT);
        }
    }
    settle(x, from);
    b->n = 0;
    return status;
}

/* How many exact hits wait. */
static size_t room_of(const struct collection *x)
{
    return x->matched->floor ? EXACT_BLOCK : FIRST_EXACT;
}

/* Of n exact hits that were put behind those of a block those stay that may be among the
 * best.  With the key of the floor they come behind it: documents ascend. */
static enum jw_status note_exact(struct collection *x, struct exact_block *b, size_t n)
{
    size_t from = b->n;
    for (size_t i = from; i < from + n; i++) {
        uint64_t key = greatest_key(x->c->segment, b->weights[i], b->docids[i]);
        b->docids[b->n] = b->docids[i];
        b->weights[b->n] = b->weights[i];
        b->keys[b->n] = key;
        b->n += key > x->matched->floor;
    }
    return b->n == room_of(x) ? take_exact(x, b) : JW_OK;
}

/* Where the segment has a list of what comes first, nothing else is walked. */
static enum jw_status take_champions(struct collection *x, bool *done)
{
    uint32_t docids[JW_CHAMPIONS];
    float weights[JW_CHAMPIONS];
    struct jw_taken best = {0, JW_CHAMPIONS, docids, weights, 0};
    uint64_t n =
        x->decided ? jw_stream_champions(x->c, x->stream, x->matched->keep, &best) : 0;
    enum jw_status status = x->c->status;
    size_t from = x->out->n;
    *done = n > 0;
    for (size_t i = 0; i < best.n && n > 0 && status == JW_OK; i++) {
        status = push_plain(x, x->out, docids[i], weights[i], JW_CANDIDATE_EXACT);
    }
    x->matched->n += n;
    settle(x, from);
    return status;
}

/* Paragraphs, where no more than their weight counts: most exact hits are counted and
 * weighed, and never looked up. */
static enum jw_status collect_best(struct collection *x)
{
    struct jw_stream_context *c = x->c;
    bool done = false;
    enum jw_status status = take_champions(x, &done);
    if (done || status != JW_OK) {
        return status;
    }
    struct exact_block *block = jw_arena_alloc(x->s->arena, sizeof *block);
    status = block ? JW_OK : JW_ENOMEM;
    size_t from = x->open->n;
    uint32_t d = JW_STREAM_END;
    if (block) {
        block->n = 0;
        d = jw_stream_seek(c, x->stream, 1);
    }
    for (size_t seen = 0; d != JW_STREAM_END && status == JW_OK;) {
        size_t n = 1;
        if (is_exact(x, d)) {
            struct jw_taken taken = {x->matched->floor_weight, room_of(x) - block->n,
                                     block->docids + block->n, block->weights + block->n,
                                     0};
            n = jw_stream_take(c, x->stream, &taken);
            if (n == 0) {
                *taken.docids = d;
                *taken.weights = jw_stream_weight(c, d);
                taken.n = 1;
                n = 1;
            }
            d = x->stream->at;
            x->matched->n += n;
            status = note_exact(x, block, taken.n);
        } else {
            status = push_plain(x, x->open, d, jw_stream_weight(c, d), JW_CANDIDATE_OPEN);
        }
        if ((seen + n) / CLOCK_EVERY != seen / CLOCK_EVERY && jw_search_expired(x->s)) {
            break;
        }
        seen += n;
        d = jw_stream_seek(c, x->stream, d + 1);
    }
    if (status == JW_OK && block->n > 0) {
        status = take_exact(x, block);
    }
    jw_match_look_up_rows(c->segment, x->open, from);
    return status == JW_OK ? c->status : status;
}

/* Paragraphs, where no filter passes over any. */
static enum jw_status collect_all(struct collection *x)
{
    struct jw_stream_context *c = x->c;
    bool weigh = x->s->request->sort == JW_SORT_RELEVANCE;
    unsigned until_clock = CLOCK_EVERY;
    size_t from = x->out->n;
    for (uint32_t d = jw_stream_seek(c, x->stream, 1); d != JW_STREAM_END;
         d = jw_stream_seek(c, x->stream, d + 1)) {
        if (--until_clock == 0) {
            until_clock = CLOCK_EVERY;
            if (jw_search_expired(x->s)) {
                break;
            }
        }
        float weight = weigh ? jw_stream_weight(c, d) : 0;
        if (push_plain(x, x->out, d, weight, state_of(x, d)) != JW_OK) {
            return JW_ENOMEM;
        }
    }
    jw_match_look_up_rows(c->segment, x->out, from);
    return c->status;
}

/* Whether every paragraph that the postings give is a hit or may be one. */
static bool unfiltered(const struct jw_search_state *s)
{
    const struct jw_search_request *r = s->request;
    bool filtered = r->from || r->to || s->horizon;
    for (int f = 0; f < JW_FIELDS; f++) {
        filtered |= r->field[f].n > 0;
    }
    return !filtered && r->unit == JW_HIT_PARAGRAPH &&
           jw_index_stats(s->index)->n_dead == 0;
}

/* Whether a search for paragraphs needs no more of a document than its weight. */
static bool only_best(const struct jw_search_state *s, const struct jw_matched *matched)
{
    /* A document that holds a term has text to show; conditions alone may name others. */
    bool text = s->plan->query.root->type == JW_NODE_TEXT;
    return text && matched->keep && unfiltered(s) && !s->request->facets &&
           s->request->sort == JW_SORT_RELEVANCE;
}

static enum jw_status collect(struct collection *x)
{
    struct jw_search_state *s = x->s;
    struct jw_stream_context *c = x->c;
    struct jw_stream *stream = x->stream;
    struct jw_candidates *out = x->out;
    size_t segment = x->segment;
    const struct jw_segment *g = c->segment;
    bool weigh = s->request->sort == JW_SORT_RELEVANCE;
    bool by_article = s->request->unit == JW_HIT_ARTICLE;
    size_t passing = SIZE_MAX; /* the last row that passed the filters */
    size_t failing = SIZE_MAX; /* the last that did not */
    unsigned until_clock = CLOCK_EVERY;
    for (uint32_t d = jw_stream_seek(c, stream, 1); d != JW_STREAM_END;) {
        if (--until_clock == 0) {
            until_clock = CLOCK_EVERY;
            if (jw_search_expired(s)) {
                break;
            }
        }
        size_t row = jw_segment_row_of(g, d);
        if (row >= g->n_rows) {
            d = jw_stream_seek(c, stream, d + 1); /* of an article that is no more */
            continue;
        }
        const struct jw_row *r = &g->rows[row];
        if (row != passing && row != failing) {
            bool pass = jw_filters_pass(s, segment, row);
            *(pass ? &passing : &failing) = row;
        }
        if (!by_article && r->untitled && d == r->first_docid) {
            d = jw_stream_seek(c, stream, d + 1); /* no text: nothing to show */
            continue;
        }
        if (row == failing) {
            uint32_t next = r->first_docid + r->n_docs;
            d = jw_stream_seek(c, stream, next > d ? next : d + 1);
            continue;
        }
        float weight = weigh ? jw_stream_weight(c, d) : 0;
        enum jw_candidate_state state = state_of(x, d);
        struct jw_candidate *last = out->n ? &out->at[out->n - 1] : NULL;
        if (by_article && last && last->segment == segment && last->row == row) {
            if (weight > last->weight) {
                last->weight = weight;
                last->docid = d;
            }
            last->state = state == JW_CANDIDATE_EXACT ? state : last->state;
        } else {
            struct jw_candidate found = {weight,        r->date, (uint32_t)segment,
                                         (uint32_t)row, d,       state};
            if (jw_candidates_push(out, &found) != JW_OK) {
                return JW_ENOMEM;
            }
        }
        d = jw_stream_seek(c, stream, d + 1);
    }
    return c->status;
}

/* The open ones come behind the exact hits that were kept. */
static enum jw_status append_open(const struct jw_candidates *open,
                                  struct jw_candidates *out)
{
    enum jw_status status = JW_OK;
    for (size_t i = 0; i < open->n && status == JW_OK; i++) {
        status = jw_candidates_push(out, &open->at[i]);
    }
    return status;
}

static size_t count_open(const struct jw_candidates *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        n += list->at[i].state == JW_CANDIDATE_OPEN;
    }
    return n;
}

enum jw_status jw_match_collect(struct jw_search_state *s, bool verbatim,
                                struct jw_candidates *open, struct jw_candidates *out,
                                struct jw_matched *matched)
{
    const struct jw_node *root = s->plan->query.root;
    enum jw_status status = JW_OK;
    bool decided = jw_compile_decides(s, root, true);
    open->n = 0;
    out->n = 0;
    matched->all_decided = jw_compile_decides(s, root, false);
    matched->n = 0;
    matched->floor = 0;
    matched->floor_weight = 0;
    bool best = only_best(s, matched);
    bool plain = unfiltered(s);
    for (size_t i = 0; i < jw_index_n_segments(s->index) && status == JW_OK; i++) {
        bool few = false;
        if (best && matched->by_text) {
            status = jw_match_lead(s, i, verbatim, open, &few);
        }
        if (few || status != JW_OK) {
            continue;
        }
        struct jw_stream_context c;
        jw_stream_context_init(&c, s->reader, i, s->arena, s->err);
        struct jw_compiler b = {.s = s, .c = &c, .segment = i, .verbatim = verbatim};
        b.weighed = jw_arena_calloc(s->arena, s->plan->n_terms + 1, sizeof(bool));
        struct jw_stream *stream = b.weighed ? jw_compile(&b, root) : NULL;
        status = c.status;
        if (status == JW_OK && !stream) {
            status = JW_ENOMEM;
        }
        if (status == JW_OK) {
            struct collection x = {s, &c, stream, i, out, open, matched, decided};
            status = best ? collect_best(&x) : plain ? collect_all(&x) : collect(&x);
        }
        jw_stream_context_release(&c);
    }
    matched->n = best ? matched->n + open->n : out->n;
    matched->n_open = best ? open->n : count_open(out);
    return status == JW_OK ? append_open(open, out) : status;
}

/* A bit a row: the query's tree, each leaf taken over the whole article. */
static uint64_t *spread_rows(struct jw_compiler *b, const struct jw_node *node)
{
    size_t n = b->c->segment->n_rows;
    if (node->type != JW_NODE_AND && node->type != JW_NODE_OR) {
        return jw_compile_rows(b, node);
    }
    uint64_t *bits = NULL;
    for (size_t i = 0; i < node->n_children; i++) {
        uint64_t *child = spread_rows(b, node->children[i]);
        if (!child) {
            return NULL;
        }
        for (size_t k = 0; bits && k <= n / 64; k++) {
            bits[k] = node->type == JW_NODE_AND ? bits[k] & child[k] : bits[k] | child[k];
        }
        bits = bits ? bits : child;
    }
    return bits;
}

enum jw_status jw_match_collect_spread(struct jw_search_state *s,
                                       struct jw_candidates *out)
{
    out->n = 0;
    for (size_t i = 0; i < jw_index_n_segments(s->index); i++) {
        struct jw_stream_context c;
        jw_stream_context_init(&c, s->reader, i, s->arena, s->err);
        struct jw_compiler b = {.s = s, .c = &c, .segment = i};
        const struct jw_segment *g = c.segment;
        uint64_t *rows = spread_rows(&b, s->plan->query.root);
        jw_stream_context_release(&c);
        if (c.status != JW_OK || !rows) {
            return c.status != JW_OK ? c.status : JW_ENOMEM;
        }
        for (size_t row = 0; row < g->n_rows; row++) {
            if (!jw_bit_get(rows, row) || !jw_filters_pass(s, i, row)) {
                continue;
            }
            struct jw_candidate found = {0,
                                         g->rows[row].date,
                                         (uint32_t)i,
                                         (uint32_t)row,
                                         g->rows[row].first_docid,
                                         JW_CANDIDATE_OPEN};
            if (jw_candidates_push(out, &found) != JW_OK) {
                return JW_ENOMEM;
            }
        }
    }
    return JW_OK;
}
