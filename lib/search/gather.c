#include "gather.h"

#include <string.h>

#include "cursor.h"
#include "gathering.h"
#include "rank.h"

enum {
    /** Up to so many candidate articles for each hit asked for all are verified, for
     *  exact totals: who asks for a longer page waits longer anyway. */
    VERIFY_PER_HIT = 10,
    /** Verified candidates from which a share can be told. */
    SHARE_SAMPLE = 30,
    /** Hits that a page is made longer by, at most, because the index has grown. */
    NEWCOMERS_MAX = 1000,
    /** Texts that are read between two looks at the clock. */
    TEXTS_A_LOOK = 64,
    SCRATCH_KEEP_BYTES = 1 << 20
};

enum jw_status jw_gathering_push(struct jw_gathering *x, const struct jw_entry *entry)
{
    if (jw_entries_push(&x->out->tiers[entry->tier], entry, x->s->arena) != JW_OK) {
        return jw_fail(x->s->err, JW_ENOMEM, "not enough memory for this query");
    }
    if (x->guess && entry->tier <= JW_TIER_EXACT) {
        const struct jw_candidate *c = &entry->candidate;
        jw_fold_guess(x->guess, &jw_index_segment(x->s->index, c->segment)->rows[c->row]);
    }
    return JW_OK;
}

/* @return the index of the candidate's paragraph in its article. */
static size_t paragraph_of(const struct jw_search_state *s, const struct jw_candidate *c)
{
    const struct jw_segment *segment = jw_index_segment(s->index, c->segment);
    return c->docid - segment->rows[c->row].first_docid;
}

/* Read a candidate's text; what it is goes to entry. */
enum jw_status jw_gathering_examine(struct jw_gathering *x, const struct jw_candidate *c,
                                    bool keep, struct jw_entry *entry)
{
    struct jw_search_state *s = x->s;
    struct jw_arena *arena = keep ? s->arena : x->g->scratch;
    struct jw_exam local;
    struct jw_exam *exam = keep ? jw_arena_alloc(arena, sizeof *exam) : &local;
    memset(entry, 0, sizeof *entry);
    entry->candidate = *c;
    entry->tier = JW_TIER_NONE;
    if (!exam) {
        return jw_fail(s->err, JW_ENOMEM, "not enough memory for this query");
    }
    if (c->state == JW_CANDIDATE_WITHOUT &&
        !jw_index_segment(s->index, c->segment)->rows[c->row].joined) {
        return JW_OK; /* nor does it go on */
    }
    if (!keep) {
        jw_arena_clear(arena, SCRATCH_KEEP_BYTES);
    }
    bool by_paragraph = s->request->unit == JW_HIT_PARAGRAPH;
    size_t only = by_paragraph ? paragraph_of(s, c) : JW_EXAMINE_ALL;
    enum jw_status status = jw_exam_read(x->g->examiner, c->segment, c->row, arena, exam);
    if (status == JW_OK && c->state == JW_CANDIDATE_WITHOUT &&
        only < exam->stored.article.n_paragraphs &&
        exam->stored.article.paragraphs[only].next == 0) {
        return JW_OK; /* this one does not go on */
    }
    if (status == JW_OK) {
        status = jw_exam_judge(x->g->examiner, only, arena, exam);
    }
    if (status == JW_ENOTFOUND) {
        return JW_OK; /* removed since the state was opened: no hit */
    }
    if (status != JW_OK) {
        return status;
    }
    entry->exam = keep ? exam : NULL;
    entry->tier = exam->tier;
    entry->score = exam->score;
    entry->spread = exam->spread;
    if (by_paragraph) {
        size_t i = paragraph_of(s, c);
        bool there = i < exam->stored.article.n_paragraphs;
        entry->tier = there ? exam->found[i].tier : JW_TIER_NONE;
        entry->score = there ? exam->found[i].score : 0;
        entry->spread = false;
    }
    return JW_OK;
}

static enum jw_status verify(struct jw_gathering *x, struct jw_candidate *c)
{
    struct jw_search_state *s = x->s;
    struct jw_str text = {NULL, 0};
    enum jw_status status =
        jw_reader_document(s->reader, c->segment, c->row, c->docid, &text, s->err);
    c->state = jw_verbatim_state(&x->verbatim, x->run, x->g->examiner->units,
                                 status == JW_OK ? &text : NULL);
    return status == JW_ENOTFOUND ? JW_OK : status;
}

/* ---- the first two tiers ---- */

static bool tier_wanted(const struct jw_search_state *s, enum jw_tier tier)
{
    switch (s->request->match) {
    case JW_MATCH_EXACT:
        return tier == JW_TIER_EXACT;
    case JW_MATCH_ALL:
        return tier <= JW_TIER_ALL;
    case JW_MATCH_AUTO:
    case JW_MATCH_ANY:
        break;
    }
    return tier <= JW_TIER_PARTIAL;
}

/* Whether the next candidate is to be ranked by its text. */
bool jw_gathering_ranks_on(const struct jw_gathering *x)
{
    return x->s->request->sort == JW_SORT_RELEVANCE && !x->by_weight &&
           x->n_ranked < JW_RANK_WINDOW &&
           x->ranked_bytes < (size_t)JW_RANK_BUDGET_US * JW_RANK_BYTES_PER_US;
}

void jw_gathering_note_ranked(struct jw_gathering *x, bool rank, struct jw_entry *entry)
{
    entry->ranked = rank;
    if (rank) {
        x->n_ranked++;
        x->ranked_bytes += entry->exam ? entry->exam->text_bytes : 0;
    }
}

/* Find out what a candidate is. */
static enum jw_status judge(struct jw_gathering *x, struct jw_candidate *c, bool rank,
                            struct jw_entry *entry)
{
    struct jw_entry plain = {.candidate = *c,
                             .tier = JW_TIER_EXACT,
                             .score = c->weight,
                             .seen = x->seen ? jw_seen_of(x->seen, c) : NULL};
    bool open = c->state != JW_CANDIDATE_EXACT;
    enum jw_status status = JW_OK;
    *entry = plain;
    if (!rank && x->verbatim.n > 0 && c->state == JW_CANDIDATE_OPEN) {
        status = verify(x, c);
    }
    if (status == JW_OK && (rank || c->state != JW_CANDIDATE_EXACT)) {
        status = jw_gathering_examine(x, c, rank, entry);
        if (status == JW_OK) {
            jw_gathering_note_ranked(x, rank, entry);
            entry->score = rank ? entry->score : c->weight;
        }
    }
    if (open && status == JW_OK) {
        x->n_verified++;
        x->verified[entry->tier]++;
    }
    return status;
}

static bool counts(const struct jw_gathering *x, const struct jw_entry *entry)
{
    return entry->tier <= JW_TIER_ALL && tier_wanted(x->s, entry->tier);
}

/* Enough to fill the page, and what re-ranking may still put before. */
static bool enough(const struct jw_gathering *x, size_t n)
{
    size_t n_exact = x->out->tiers[JW_TIER_EXACT].n;
    n_exact -= x->guess ? x->guess->n_copies : 0;
    return !jw_gathering_ranks_on(x) && n_exact >= n;
}

/* Those that no page shows, since better ones fill it, are only counted; n_dropped exact
 * hits are in no list. */
static enum jw_status count_rest(struct jw_gathering *x, struct jw_candidates *list,
                                 size_t n_dropped)
{
    x->n_more[JW_TIER_EXACT] += n_dropped;
    bool exact = tier_wanted(x->s, JW_TIER_EXACT);
    while (list->n > 0) {
        struct jw_entry entry;
        struct jw_candidate *last = &list->at[list->n - 1];
        if (last->state == JW_CANDIDATE_EXACT) {
            x->n_more[JW_TIER_EXACT] += exact;
            list->n--;
            continue;
        }
        if (jw_search_expired(x->s)) {
            break;
        }
        enum jw_status status = judge(x, last, false, &entry);
        if (status != JW_OK) {
            return status;
        }
        list->n--;
        if (counts(x, &entry)) {
            x->n_more[entry.tier]++;
        }
    }
    x->counted = list->n == 0;
    return JW_OK;
}

static struct jw_document_place place_of(size_t i, void *arg)
{
    const struct jw_gathering *x = arg;
    const struct jw_candidate *c = &x->g->candidates->at[i];
    struct jw_document_place place = {c->segment, c->row, c->docid};
    return place;
}

static bool on_text(size_t i, const struct jw_str *text, void *arg)
{
    struct jw_gathering *x = arg;
    struct jw_candidate *c = &x->g->candidates->at[i];
    c->state = jw_verbatim_state(&x->verbatim, x->run, x->g->examiner->units, text);
    if (c->state == JW_CANDIDATE_EXACT && c->weight == JW_WEIGHT_UNKNOWN) {
        c->weight = jw_weigher_text(&x->weigher, *text);
        jw_seen_note(x->seen, c, *text, jw_weigher_once(&x->weigher), x->s->arena);
    }
    return i % TEXTS_A_LOOK != 0 || !jw_search_expired(x->s);
}

/* Bring the open candidates to the front, in the order in which they are stored. */
static void open_first(struct jw_candidates *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (list->at[i].state == JW_CANDIDATE_OPEN) {
            struct jw_candidate open = list->at[i];
            list->at[i] = list->at[n];
            list->at[n++] = open;
        }
    }
}

static enum jw_status take_candidates(struct jw_gathering *x)
{
    struct jw_candidates *list = x->g->candidates;
    enum jw_sort sort = x->s->request->sort;
    size_t most = (size_t)VERIFY_PER_HIT * x->s->request->limit;
    most = most < JW_RANK_WINDOW ? JW_RANK_WINDOW : most;
    /* With paragraphs as hits one paragraph is read for each: all can be counted. */
    size_t sample = 0;
    size_t n_open = x->matched.n_open;
    if (x->s->request->unit == JW_HIT_PARAGRAPH && n_open > 0) {
        sample = x->s->request->count;
        most = sample ? sample : SIZE_MAX;
    }
    /* Copies are told apart by their texts. */
    bool all = n_open > 0 ? n_open <= most : x->guess && list->n <= most;
    size_t n_dropped = x->matched.n - list->n;
    size_t keep = x->matched.keep;
    enum jw_status status = JW_OK;
    if (all && x->verbatim.n > 0) {
        open_first(list);
        status =
            jw_reader_documents(x->s->reader, n_open, place_of, on_text, x, x->s->err);
        if (x->matched.by_text) {
            jw_weigher_rest(&x->weigher, list, n_open);
        }
    }
    jw_candidates_heapify(list, sort);
    /* One more than the page shows tells whether there is a page behind it. */
    while (status == JW_OK && list->n > 0 &&
           (all || x->n_verified < sample || !enough(x, x->need + 1)) &&
           !(all && keep && enough(x, keep)) && !jw_search_expired(x->s)) {
        struct jw_candidate c = jw_candidates_pop(list, sort);
        struct jw_entry entry;
        status = judge(x, &c, jw_gathering_ranks_on(x), &entry);
        if (status == JW_OK && counts(x, &entry)) {
            status = jw_gathering_push(x, &entry);
        }
    }
    x->out->complete = list->n == 0 && n_dropped == 0;
    return status == JW_OK && all && !x->out->complete ? count_rest(x, list, n_dropped)
                                                       : status;
}

static uint64_t scaled(size_t n, double scale)
{
    return (uint64_t)((double)n * scale + 0.5);
}

static void count_first_tiers(struct jw_gathering *x)
{
    struct jw_total *exact = &x->out->totals[JW_TIER_EXACT];
    struct jw_total *all = &x->out->totals[JW_TIER_ALL];
    uint64_t n_exact = x->out->tiers[JW_TIER_EXACT].n + x->n_more[JW_TIER_EXACT];
    uint64_t n_all = x->out->tiers[JW_TIER_ALL].n + x->n_more[JW_TIER_ALL];
    exact->relation = JW_TOTAL_EQ;
    all->relation = JW_TOTAL_EQ;
    exact->value = n_exact;
    all->value = n_all;
    size_t n_open = x->matched.n_open;
    if (x->out->complete || x->counted) {
        x->out->total.value = n_exact + n_all;
        x->out->total.relation = x->s->out_of_time ? JW_TOTAL_GTE : JW_TOTAL_EQ;
    } else if (n_open == 0) {
        exact->value = x->matched.n;
        x->out->total = *exact;
    } else if (x->n_verified < SHARE_SAMPLE || x->s->out_of_time) {
        /* At least those that were judged, and at least those that needed no judging. */
        uint64_t known = x->matched.n - n_open;
        exact->relation = JW_TOTAL_GTE;
        all->relation = JW_TOTAL_GTE;
        n_exact = known > n_exact ? known : n_exact;
        exact->value = n_exact;
        x->out->total.value = n_exact + n_all;
        x->out->total.relation = JW_TOTAL_GTE;
    } else {
        /* What the verified ones are, the others are likely to be. */
        double scale = (double)n_open / (double)x->n_verified;
        exact->value = x->matched.n - n_open + scaled(x->verified[JW_TIER_EXACT], scale);
        all->value = scaled(x->verified[JW_TIER_ALL], scale);
        exact->relation = JW_TOTAL_APPROX;
        all->relation = JW_TOTAL_APPROX;
        x->out->total.value = exact->value + all->value;
        x->out->total.relation = JW_TOTAL_APPROX;
        if (x->matched.all_decided && x->s->request->match != JW_MATCH_EXACT) {
            x->out->total.value = x->matched.n;
            x->out->total.relation = JW_TOTAL_EQ;
        }
    }
    if (x->s->out_of_time) {
        exact->relation = JW_TOTAL_GTE;
        all->relation = JW_TOTAL_GTE;
        x->out->total.relation = JW_TOTAL_GTE;
    }
}

/* Hits that may have come in before the cursor's place since it was made. */
static size_t newcomers(const struct jw_search_state *s)
{
    uint64_t now = jw_index_stats(s->index)->n_articles;
    if (!s->cursor || s->horizon || now <= s->cursor->n_articles) {
        return 0;
    }
    uint64_t n = now - s->cursor->n_articles;
    return n < NEWCOMERS_MAX ? (size_t)n : NEWCOMERS_MAX;
}

enum jw_status jw_gather(struct jw_gatherer *g, struct jw_gathered *out)
{
    struct jw_gathering x = {.g = g, .s = g->s, .out = out};
    const struct jw_search_request *r = g->s->request;
    memset(out, 0, sizeof *out);
    if (r->dedupe) {
        x.guess = jw_arena_calloc(g->s->arena, 1, sizeof *x.guess);
        if (!x.guess) {
            return jw_fail(g->s->err, JW_ENOMEM, "not enough memory for this query");
        }
    }
    x.need = (size_t)r->offset + r->limit + newcomers(g->s);
    /* What holds any word, and copies, are looked for beside these, and facets are
     * counted from them: all must be known. */
    bool all = r->match == JW_MATCH_ANY || r->dedupe || r->facets;
    x.by_weight = jw_verbatim_only(g->s->plan);
    x.matched.keep = all ? 0 : x.need + (x.by_weight ? 1 : JW_RANK_WINDOW);
    x.run = jw_verbatim_run(g->s);
    enum jw_status status = jw_verbatim_make(g->s, &x.verbatim);
    x.matched.by_text = x.run && x.verbatim.n > 0 && r->count == 0;
    if (status == JW_OK && x.matched.by_text) {
        x.seen = jw_arena_calloc(g->s->arena, 1, sizeof *x.seen);
        status = x.seen ? jw_weigher_make(g->s, x.run, &x.weigher) : JW_ENOMEM;
    }
    if (status == JW_OK) {
        status = jw_match_collect(g->s, r->match == JW_MATCH_EXACT, g->others,
                                  g->candidates, &x.matched);
    }
    if (status == JW_OK) {
        status = take_candidates(&x);
    }
    if (status != JW_OK) {
        return status;
    }
    count_first_tiers(&x);
    size_t have = out->tiers[JW_TIER_EXACT].n + out->tiers[JW_TIER_ALL].n;
    const struct jw_node *root = g->s->plan->query.root;
    bool phrase = root->type == JW_NODE_TEXT && g->s->plan->parts[root->part].quoted;
    bool partial = r->match == JW_MATCH_AUTO || r->match == JW_MATCH_ANY;
    bool fill = partial && out->complete && have < x.need;
    if (!phrase && (fill || r->match == JW_MATCH_ANY)) {
        status = jw_gather_partial(&x);
    }
    for (int tier = 0; tier < JW_TIERS && r->sort == JW_SORT_RELEVANCE; tier++) {
        jw_entries_sort(&out->tiers[tier]);
    }
    if (status == JW_OK && r->dedupe) {
        status = jw_fold(g->s, g->examiner->units, out);
    }
    return status;
}
