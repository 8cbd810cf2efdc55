#include "explain.h"

#include "jianwen/buf.h"
#include "rank.h"

enum {
    EXPLANATION_BYTES = 64 * 1024
};

static void explain_tier(const struct jw_entry *entry, struct jw_buf *b)
{
    switch (entry->tier) {
    case JW_TIER_EXACT:
        jw_buf_add_c(b, "exact: a paragraph holds every part of the query verbatim\n");
        break;
    case JW_TIER_ALL:
        jw_buf_add_c(b, "all: a paragraph holds every bigram and word of the query, but "
                        "not every part verbatim\n");
        break;
    case JW_TIER_PARTIAL:
        jw_buf_add_c(b, entry->spread
                            ? "partial: the parts stand in different paragraphs\n"
                            : "partial: some bigrams or words of the query are there\n");
        break;
    }
}

enum jw_status jw_explain(struct jw_search_state *s, struct jw_examiner *examiner,
                          const struct jw_entry *entry, struct jw_str *out)
{
    const struct jw_plan *plan = s->plan;
    struct jw_buf b;
    jw_buf_init(&b, EXPLANATION_BYTES);
    explain_tier(entry, &b);
    jw_buf_printf(&b, "score %.4f: %s\n", (double)entry->score,
                  entry->ranked ? "BM25 over the whole text (k1 1.2, b 0.75)"
                                : "stage-one weight of the best paragraph (k1 0.5, b 0)");
    jw_buf_printf(&b, "stage-one weight %.4f; length %u tokens, average %.0f\n",
                  (double)entry->candidate.weight, entry->exam->length,
                  (double)examiner->average_article);
    for (size_t i = 0; i < plan->n_terms; i++) {
        const struct jw_term *t = &plan->terms[i];
        if (t->weight > 0) {
            jw_buf_printf(&b, "term %.*s: in %u paragraphs, idf %.3f, weight %.2f\n",
                          (int)t->bytes.n, t->bytes.p, t->n_docs, (double)t->idf,
                          (double)t->weight);
        }
    }
    enum jw_status status = jw_buf_status(&b);
    if (status == JW_ELIMIT) {
        status = JW_OK; /* long queries: what fits is enough */
    }
    *out = jw_arena_str(s->arena, jw_buf_str(&b));
    jw_buf_release(&b);
    return status == JW_OK && out->p ? JW_OK
                                     : jw_fail(s->err, JW_ENOMEM, "out of memory");
}
