#include "fold.h"

enum {
    /** Texts that are read to be sure; beyond them sketches decide, and must be closer.
     */
    READ_MAX = 400,
    SURE_BITS = 8
};

static const struct jw_row *row_of(const struct jw_search_state *s,
                                   const struct jw_candidate *c)
{
    return &jw_index_segment(s->index, c->segment)->rows[c->row];
}

void jw_fold_guess(struct jw_fold_guess *g, const struct jw_row *row)
{
    for (size_t i = 0; row->sketch && i < g->n_kept; i++) {
        if (jw_sketches_alike(g->sketches[i], row->sketch)) {
            g->n_copies++;
            return;
        }
    }
    if (row->sketch && g->n_kept < JW_FOLD_KEPT) {
        g->sketches[g->n_kept++] = row->sketch;
    }
}

/** A hit that stays. */
struct kept {
    struct jw_entry *entry;
    struct jw_shingles shingles;
    struct jw_copy **end;
};

struct folder {
    struct jw_search_state *s;
    struct jw_units *units;
    struct kept *kept;
    /** Of those kept, side by side: they are gone through for each hit. */
    uint64_t *sketches;
    size_t n_kept;
    size_t n_read;
};

/* The shingles of an entry, from its text if that was read already. */
static enum jw_status read_entry(struct folder *f, const struct jw_entry *e,
                                 struct jw_shingles *out)
{
    f->n_read++;
    if (e->exam && !e->exam->stored.single) {
        return jw_shingles_make(f->s, &e->exam->stored.article, f->units, out);
    }
    enum jw_status status = jw_shingles_read(f->s, &e->candidate, f->units, out);
    if (status == JW_ENOTFOUND) {
        out->n = 0; /* removed since the state was opened: like nothing */
        status = JW_OK;
    }
    return status;
}

static enum jw_status is_same(struct folder *f, size_t i, const struct jw_entry *e,
                              struct jw_shingles *shingles, bool *same)
{
    struct kept *k = &f->kept[i];
    enum jw_status status = JW_OK;
    if (f->n_read >= READ_MAX || jw_search_expired(f->s)) {
        *same = jw_sketch_distance(f->sketches[i], row_of(f->s, &e->candidate)->sketch) <=
                SURE_BITS;
        return JW_OK;
    }
    if (!k->shingles.at) {
        status = read_entry(f, k->entry, &k->shingles);
    }
    if (status == JW_OK && !shingles->at) {
        status = read_entry(f, e, shingles);
    }
    *same = status == JW_OK && jw_shingles_same(&k->shingles, shingles);
    return status;
}

static enum jw_status add_copy(struct folder *f, struct kept *k, const struct jw_entry *e)
{
    struct jw_copy *copy = jw_arena_calloc(f->s->arena, 1, sizeof *copy);
    if (!copy) {
        return JW_ENOMEM;
    }
    copy->candidate = e->candidate;
    *k->end = copy;
    k->end = &copy->next;
    k->entry->n_copies++;
    return JW_OK;
}

/* Make the entry a copy of one that is kept, if it is; @param folded  whether. */
static enum jw_status fold_entry(struct folder *f, const struct jw_entry *e, bool *folded)
{
    const struct jw_row *row = row_of(f->s, &e->candidate);
    struct jw_shingles shingles = {NULL, 0};
    *folded = false;
    for (size_t i = 0; row->sketch && i < f->n_kept; i++) {
        if (!jw_sketches_alike(f->sketches[i], row->sketch)) {
            continue;
        }
        enum jw_status status = is_same(f, i, e, &shingles, folded);
        if (status != JW_OK) {
            return status;
        }
        if (*folded) {
            return add_copy(f, &f->kept[i], e);
        }
    }
    return JW_OK;
}

static void lower(struct jw_total *total, size_t n)
{
    total->value -= total->value < n ? total->value : n;
}

enum jw_status jw_fold(struct jw_search_state *s, struct jw_units *units,
                       struct jw_gathered *gathered)
{
    struct folder f = {.s = s, .units = units};
    f.kept = jw_arena_calloc(s->arena, JW_FOLD_KEPT, sizeof *f.kept);
    f.sketches = jw_arena_calloc(s->arena, JW_FOLD_KEPT, sizeof *f.sketches);
    if (!f.kept || !f.sketches) {
        return jw_fail(s->err, JW_ENOMEM, "not enough memory for this query");
    }
    for (int tier = 0; tier < JW_TIERS; tier++) {
        struct jw_entries *list = &gathered->tiers[tier];
        size_t n = 0;
        for (size_t i = 0; i < list->n; i++) {
            bool folded = false;
            enum jw_status status = fold_entry(&f, &list->at[i], &folded);
            if (status != JW_OK) {
                return status == JW_ENOMEM
                           ? jw_fail(s->err, status, "not enough memory for this query")
                           : status;
            }
            if (folded) {
                continue;
            }
            list->at[n] = list->at[i];
            uint64_t sketch = row_of(s, &list->at[n].candidate)->sketch;
            if (sketch && f.n_kept < JW_FOLD_KEPT) {
                struct kept kept = {&list->at[n], {NULL, 0}, &list->at[n].copies};
                f.sketches[f.n_kept] = sketch;
                f.kept[f.n_kept++] = kept;
            }
            n++;
        }
        lower(&gathered->totals[tier], list->n - n);
        lower(&gathered->total, list->n - n);
        list->n = n;
    }
    if (!gathered->complete) {
        /* What was not looked at may be copies, too. */
        gathered->total.relation = JW_TOTAL_APPROX;
        gathered->totals[JW_TIER_EXACT].relation = JW_TOTAL_APPROX;
        gathered->totals[JW_TIER_ALL].relation = JW_TOTAL_APPROX;
    }
    return JW_OK;
}
