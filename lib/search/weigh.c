#include "weigh.h"

#include "rank.h"

enum jw_status jw_weigher_make(const struct jw_search_state *s,
                               const struct jw_part *part, struct jw_weigher *out)
{
    size_t n = part->strict.n;
    struct jw_bigram_count *counts = jw_arena_calloc(s->arena, n + 1, sizeof *counts);
    size_t n_counts = 0;
    out->idfs = jw_arena_calloc(s->arena, n + 1, sizeof *out->idfs);
    if (!counts || !out->idfs) {
        return jw_fail(s->err, JW_ENOMEM, "not enough memory for this query");
    }
    for (size_t i = 0; i < n; i++) {
        const struct jw_term *t = &s->plan->terms[part->strict.terms[i]];
        counts[n_counts].cp[0] = t->cp[0];
        counts[n_counts].cp[1] = t->cp[1];
        out->idfs[n_counts] = t->idf * t->weight;
        n_counts += t->idf * t->weight > 0;
    }
    jw_bigram_counter_make(&out->counter, counts, n_counts);
    return JW_OK;
}

static float sum(const struct jw_weigher *w)
{
    float weight = 0;
    for (size_t i = 0; i < w->counter.n; i++) {
        weight += jw_rank_stage1(w->idfs[i],
                                 w->counter.counts[i].n ? w->counter.counts[i].n : 1);
    }
    return weight;
}

static float least(struct jw_weigher *w)
{
    for (size_t i = 0; i < w->counter.n; i++) {
        w->counter.counts[i].n = 1;
    }
    return sum(w);
}

float jw_weigher_text(struct jw_weigher *w, struct jw_str text)
{
    return jw_count_bigrams(&w->counter, text) == JW_OK ? sum(w) : least(w);
}

bool jw_weigher_once(const struct jw_weigher *w)
{
    for (size_t i = 0; i < w->counter.n; i++) {
        if (w->counter.counts[i].n == 1) {
            return true;
        }
    }
    return false;
}

void jw_weigher_rest(struct jw_weigher *w, struct jw_candidates *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (list->at[i].weight == JW_WEIGHT_UNKNOWN) {
            list->at[i].weight = least(w);
        }
    }
}
