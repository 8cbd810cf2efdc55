/*
 * The article is examined once more, with somebody who takes notes: that costs
 * nothing where nobody asks.
 */
#include "explain.h"

#include <string.h>

#include "jianwen/buf.h"
#include "jianwen/utf8.h"
#include "rank.h"

enum {
    EXPLANATION_BYTES = 64 * 1024,
    /** Paragraphs that are named for one part. */
    NAMED_MAX = 10
};

struct explanation {
    struct jw_search_state *s;
    struct jw_examiner *examiner;
    const struct jw_entry *entry;
    struct jw_exam exam;
    struct jw_shares shares;
    struct jw_buf out;
};

/* ---- how it matched ---- */

static void explain_tier(struct explanation *e)
{
    bool one = e->s->request->unit == JW_HIT_PARAGRAPH;
    switch (e->entry->tier) {
    case JW_TIER_EXACT:
        jw_buf_printf(&e->out, "exact: %s holds every part of the query verbatim\n",
                      one ? "the paragraph" : "a paragraph");
        return;
    case JW_TIER_ALL:
        jw_buf_printf(&e->out,
                      "all: %s holds every bigram and word of the query, but not every "
                      "part verbatim\n",
                      one ? "the paragraph" : "a paragraph");
        return;
    case JW_TIER_PARTIAL:
        break;
    }
    jw_buf_add_c(&e->out,
                 e->entry->spread
                     ? "partial: the parts stand in different paragraphs\n"
                     : "partial: some bigrams or words of the query are there\n");
}

/* "in paragraphs 1, 3 and 12 more"; @return whether any paragraph has the part. */
static bool name_paragraphs(struct explanation *e, size_t part, const char *how,
                            bool (*has)(const struct jw_examiner *, size_t, size_t))
{
    size_t n = 0;
    for (size_t i = 0; i < e->exam.stored.article.n_paragraphs; i++) {
        if (!has(e->examiner, i, part)) {
            continue;
        }
        if (n == 0) {
            jw_buf_printf(&e->out, "%s in ", how);
        }
        if (n < NAMED_MAX) {
            jw_buf_add_c(&e->out, n ? ", " : "");
            if (i == 0) {
                jw_buf_add_c(&e->out, "the title");
            } else {
                jw_buf_printf(&e->out, "paragraph %zu", i);
            }
        }
        n++;
    }
    if (n > NAMED_MAX) {
        jw_buf_printf(&e->out, " and %zu more", n - NAMED_MAX);
    }
    return n > 0;
}

/* Of a part that no paragraph has all of: which terms are there, which not. */
static void name_terms(struct explanation *e, const struct jw_part *part)
{
    const struct jw_plan *plan = e->s->plan;
    for (int there = 1; there >= 0; there--) {
        bool first = true;
        for (size_t i = 0; i < part->scored.n; i++) {
            const struct jw_term *t = &plan->terms[part->scored.terms[i]];
            if ((e->shares.terms[part->scored.terms[i]].tf > 0) != (there != 0)) {
                continue;
            }
            const char *label = there ? "has " : "; not ";
            jw_buf_printf(&e->out, "%s%.*s", first ? label : " ", (int)t->bytes.n,
                          t->bytes.p);
            first = false;
        }
        if (there && first) {
            jw_buf_add_c(&e->out, "has none of it");
            return;
        }
    }
}

static void explain_parts(struct explanation *e)
{
    const struct jw_plan *plan = e->s->plan;
    for (size_t i = 0; i < plan->n_parts; i++) {
        const struct jw_part *part = &plan->parts[i];
        if (!plan->positive[i] || !jw_part_searchable(part)) {
            continue;
        }
        jw_buf_printf(&e->out, "part \"%.*s\": ", (int)part->text.n, part->text.p);
        if (!name_paragraphs(e, i, "verbatim", jw_examiner_has_exact) &&
            !name_paragraphs(e, i, "all bigrams and words", jw_examiner_has_all)) {
            name_terms(e, part);
        }
        jw_buf_add_byte(&e->out, '\n');
    }
}

/* ---- the score ---- */

static void explain_term(struct explanation *e, const struct jw_term *t,
                         const struct jw_share *share, float adds)
{
    jw_buf_printf(&e->out,
                  "%+.4f  %.*s: %g times here, in %u of %llu paragraphs (idf %.3f), "
                  "weight %.2f\n",
                  (double)adds, (int)t->bytes.n, t->bytes.p, (double)share->tf, t->n_docs,
                  (unsigned long long)e->s->plan->statistics.n_docs, (double)t->idf,
                  (double)t->weight);
}

/* What each term adds to the stage-one weight of the best paragraph. */
static void explain_stage_one(struct explanation *e)
{
    const struct jw_plan *plan = e->s->plan;
    jw_buf_printf(&e->out,
                  "score %.4f: stage-one weight of its best paragraph (k1 %.1f, lengths "
                  "do not count), for it is not among the first %d\n",
                  (double)e->entry->score, (double)JW_RANK_STAGE1_K1, JW_RANK_WINDOW);
    for (size_t i = 0; i < plan->n_terms; i++) {
        const struct jw_term *t = &plan->terms[i];
        const struct jw_share *share = &e->shares.terms[i];
        if (share->tf > 0 && t->weight > 0) {
            explain_term(e, t, share,
                         jw_rank_stage1(t->idf * t->weight, (uint32_t)share->tf));
        }
    }
}

/* What the best paragraph and terms close together add. */
static void explain_best(struct explanation *e, bool one)
{
    const struct jw_exam *exam = &e->exam;
    float near = one ? exam->found[e->shares.paragraph].near : exam->best_near;
    if (!one) {
        jw_buf_printf(&e->out, "%+.4f  BM25 of its best paragraph, %.4f, for %.2f\n",
                      (double)(JW_RANK_PARAGRAPH * exam->best_paragraph),
                      (double)exam->best_paragraph, (double)JW_RANK_PARAGRAPH);
    }
    jw_buf_printf(&e->out, "%+.4f  terms that stand within %d tokens\n",
                  (double)(JW_RANK_NEAR * near), JW_RANK_NEAR_TOKENS);
}

static void explain_stage_two(struct explanation *e)
{
    const struct jw_plan *plan = e->s->plan;
    bool one = e->s->request->unit == JW_HIT_PARAGRAPH;
    float part = one ? 1 : 1 - JW_RANK_PARAGRAPH;
    jw_buf_printf(
        &e->out,
        "score %.4f: sum of these, BM25 over %s (k1 %.1f, b %.2f), for %.2f; length %u "
        "tokens, average %.0f%s\n",
        (double)e->entry->score, one ? "the paragraph" : "the whole article",
        (double)JW_RANK_K1, (double)JW_RANK_B, (double)part,
        one ? e->exam.found[e->shares.paragraph].length : e->exam.length,
        (double)(one ? e->examiner->average_paragraph : e->examiner->average_article),
        one ? "" : "; a title's words count 2, a heading's 1.5 times");
    for (size_t i = 0; i < plan->n_terms; i++) {
        if (e->shares.terms[i].adds > 0) {
            explain_term(e, &plan->terms[i], &e->shares.terms[i],
                         part * e->shares.terms[i].adds);
        }
    }
    for (size_t i = 0; i < plan->n_chars; i++) {
        const struct jw_query_char *c = &plan->chars[i];
        const struct jw_share *share = &e->shares.chars[i];
        char bytes[JW_UTF8_MAX_BYTES];
        if (share->adds > 0) {
            jw_buf_printf(
                &e->out,
                "%+.4f  %.*s: %g times here, in %u paragraphs (idf %.3f), weight %.2f\n",
                (double)(part * share->adds), (int)jw_utf8_encode(c->cp, bytes), bytes,
                (double)share->tf, c->n_docs, (double)c->idf,
                (double)(JW_RANK_CHARS * c->weight));
        }
    }
    explain_best(e, one);
}

static void explain_order(struct explanation *e)
{
    static const char *const orders[] = {"", "the newest first", "the oldest first"};
    if (e->s->request->sort != JW_SORT_RELEVANCE) {
        jw_buf_printf(&e->out, "order: %s inside a tier; scores do not count\n",
                      orders[e->s->request->sort]);
    } else if (e->entry->ranked) {
        explain_stage_two(e);
    } else if (e->entry->spread) {
        jw_buf_printf(&e->out, "score 0: not weighed, for it is not among the first %d\n",
                      JW_RANK_WINDOW);
    } else {
        explain_stage_one(e);
    }
}

/* ---- all of it ---- */

static enum jw_status take_notes(struct explanation *e)
{
    const struct jw_plan *plan = e->s->plan;
    const struct jw_candidate *c = &e->entry->candidate;
    const struct jw_segment *g = jw_index_segment(e->s->index, c->segment);
    struct jw_arena *arena = e->s->arena;
    e->shares.terms = jw_arena_calloc(arena, plan->n_terms + 1, sizeof(struct jw_share));
    e->shares.chars = jw_arena_calloc(arena, plan->n_chars + 1, sizeof(struct jw_share));
    if (!e->shares.terms || !e->shares.chars) {
        return JW_ENOMEM;
    }
    /* Stage one weighs a paragraph, stage two the unit that is asked for. */
    e->shares.of_paragraph =
        e->s->request->unit == JW_HIT_PARAGRAPH ||
        (!e->entry->ranked && e->s->request->sort == JW_SORT_RELEVANCE);
    e->shares.paragraph = c->docid - g->rows[c->row].first_docid;
    e->examiner->shares = &e->shares;
    enum jw_status status =
        jw_examine(e->examiner, c->segment, c->row, JW_EXAMINE_ALL, arena, &e->exam);
    e->examiner->shares = NULL;
    return status;
}

enum jw_status jw_explain(struct jw_search_state *s, struct jw_examiner *examiner,
                          const struct jw_entry *entry, struct jw_str *out)
{
    struct explanation e = {.s = s, .examiner = examiner, .entry = entry};
    enum jw_status status = take_notes(&e);
    if (status != JW_OK) {
        return status;
    }
    jw_buf_init(&e.out, EXPLANATION_BYTES);
    explain_tier(&e);
    explain_parts(&e);
    explain_order(&e);
    status = jw_buf_status(&e.out);
    if (status == JW_ELIMIT) {
        status = JW_OK; /* long queries: what fits is enough */
    }
    *out = jw_arena_str(s->arena, jw_buf_str(&e.out));
    jw_buf_release(&e.out);
    return status == JW_OK && out->p ? JW_OK
                                     : jw_fail(s->err, JW_ENOMEM, "out of memory");
}
