/*
 * An article is read once, paragraph by paragraph: normalised, cut into the
 * same tokens as when it was indexed, its tokens looked up among the query's.
 * Each paragraph leaves two sets of bits, one bit a part: held verbatim, and
 * held with all bigrams.  The query's tree is then evaluated over these.
 */
#include "examine.h"

#include <string.h>

#include "bits.h"
#include "evaluate.h"
#include "jianwen/overlap.h"
#include "jianwen/tokenizer.h"
#include "rank.h"

static enum jw_status out_of_memory(struct jw_examiner *x)
{
    return jw_fail(x->s->err, JW_ENOMEM, "not enough memory for this query");
}

/* ---- lookup ---- */

static uint32_t hash_pair(uint32_t a, uint32_t b)
{
    uint64_t h = ((uint64_t)a << 32 | b) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(h >> 32);
}

static uint32_t hash_bytes(struct jw_str s)
{
    uint32_t h = 0x811C9DC5u;
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 0x01000193u;
    }
    return h;
}

static uint32_t hash_term(const struct jw_term *t)
{
    return t->cp[0] ? hash_pair(t->cp[0], t->cp[1]) : hash_bytes(t->bytes);
}

static size_t power_of_two(size_t n)
{
    size_t p = 16;
    while (p < n * 4) {
        p *= 2;
    }
    return p;
}

static enum jw_status make_lookup(struct jw_examiner *x)
{
    const struct jw_plan *plan = x->s->plan;
    struct jw_lookup *l = &x->lookup;
    memset(l->maybe, 0, sizeof l->maybe);
    x->skims = true;
    l->n_terms = power_of_two(plan->n_terms);
    l->n_chars = power_of_two(plan->n_chars);
    l->terms = jw_arena_calloc(x->s->arena, l->n_terms, sizeof *l->terms);
    l->chars = jw_arena_calloc(x->s->arena, l->n_chars, sizeof *l->chars);
    if (!l->terms || !l->chars) {
        return out_of_memory(x);
    }
    for (size_t i = 0; i < plan->n_terms; i++) {
        size_t slot = hash_term(&plan->terms[i]) & (l->n_terms - 1);
        while (l->terms[slot]) {
            slot = (slot + 1) & (l->n_terms - 1);
        }
        l->terms[slot] = (uint32_t)i + 1;
        if (plan->terms[i].cp[0]) {
            l->maybe[plan->terms[i].cp[0] & (JW_MAYBE_SIZE - 1)] = 1;
        } else {
            /* Words have other writings, too. */
            x->skims = false;
        }
    }
    for (size_t i = 0; i < plan->n_chars; i++) {
        size_t slot = hash_pair(plan->chars[i].cp, 0) & (l->n_chars - 1);
        while (l->chars[slot]) {
            slot = (slot + 1) & (l->n_chars - 1);
        }
        l->chars[slot] = (uint32_t)i + 1;
        l->maybe[plan->chars[i].cp & (JW_MAYBE_SIZE - 1)] = 1;
    }
    for (size_t i = 0; i < plan->n_parts; i++) {
        for (size_t k = 0; k < plan->parts[i].n_units; k++) {
            l->maybe[plan->parts[i].units[k].cp & (JW_MAYBE_SIZE - 1)] = 1;
        }
        for (size_t k = 0; k < plan->parts[i].n_chars; k++) {
            l->maybe[plan->parts[i].chars[k] & (JW_MAYBE_SIZE - 1)] = 1;
        }
    }
    return JW_OK;
}

static bool has_title_node(const struct jw_node *node)
{
    if (node->type == JW_NODE_TITLE) {
        return true;
    }
    for (size_t i = 0; i < node->n_children; i++) {
        if (has_title_node(node->children[i])) {
            return true;
        }
    }
    return false;
}

enum jw_status jw_examiner_init(struct jw_examiner *x, struct jw_search_state *s,
                                struct jw_units *units)
{
    const struct jw_plan *plan = s->plan;
    const struct jw_statistics *stats = &plan->statistics;
    struct jw_arena *a = s->arena;
    memset(x, 0, sizeof *x);
    x->s = s;
    x->units = units;
    x->words = plan->n_parts / 64 + 1;
    x->reads_title = has_title_node(plan->query.root);
    x->term_count = jw_arena_calloc(a, plan->n_terms + 1, sizeof *x->term_count);
    x->term_tf = jw_arena_calloc(a, plan->n_terms + 1, sizeof *x->term_tf);
    x->touched_terms = jw_arena_calloc(a, plan->n_terms + 1, sizeof *x->touched_terms);
    x->char_count = jw_arena_calloc(a, plan->n_chars + 1, sizeof *x->char_count);
    x->char_tf = jw_arena_calloc(a, plan->n_chars + 1, sizeof *x->char_tf);
    x->touched_chars = jw_arena_calloc(a, plan->n_chars + 1, sizeof *x->touched_chars);
    for (int mode = 0; mode < 2; mode++) {
        x->not_state[mode] = jw_arena_calloc(a, plan->query.n_nodes + 1, 1);
    }
    if (!x->term_count || !x->term_tf || !x->touched_terms || !x->char_count ||
        !x->char_tf || !x->touched_chars || !x->not_state[0] || !x->not_state[1]) {
        return out_of_memory(x);
    }
    if (jw_near_init(&x->near, plan->n_terms, a) != JW_OK) {
        return out_of_memory(x);
    }
    for (size_t i = 0; i < plan->n_terms; i++) {
        x->near.weight[i] = plan->terms[i].idf * plan->terms[i].weight;
    }
    float total = (float)stats->total_length;
    x->average_article = stats->n_articles ? total / (float)stats->n_articles : 1;
    /* Each article has one document for its title, which is short or empty. */
    uint64_t n_paragraphs = stats->n_docs - stats->n_articles;
    x->average_paragraph = n_paragraphs ? total / (float)n_paragraphs : 1;
    return make_lookup(x);
}

static void count_char(struct jw_examiner *x, uint32_t cp)
{
    const struct jw_lookup *l = &x->lookup;
    size_t slot = hash_pair(cp, 0) & (l->n_chars - 1);
    while (l->chars[slot]) {
        uint32_t i = l->chars[slot] - 1;
        if (x->s->plan->chars[i].cp == cp) {
            if (x->char_count[i]++ == 0) {
                x->touched_chars[x->n_touched_chars++] = i;
            }
            return;
        }
        slot = (slot + 1) & (l->n_chars - 1);
    }
}

static void count_term(struct jw_examiner *x, const struct jw_token *token)
{
    const struct jw_lookup *l = &x->lookup;
    const struct jw_term *terms = x->s->plan->terms;
    uint32_t hash =
        token->cp[0] ? hash_pair(token->cp[0], token->cp[1]) : hash_bytes(token->word);
    size_t slot = hash & (l->n_terms - 1);
    while (l->terms[slot]) {
        uint32_t i = l->terms[slot] - 1;
        bool same = token->cp[0]
                        ? terms[i].cp[0] == token->cp[0] && terms[i].cp[1] == token->cp[1]
                        : terms[i].cp[0] == 0 && jw_str_eq(terms[i].bytes, token->word);
        if (same) {
            if (x->term_count[i]++ == 0) {
                x->touched_terms[x->n_touched_terms++] = i;
            }
            jw_near_add(&x->near, i, x->length);
            return;
        }
        slot = (slot + 1) & (l->n_terms - 1);
    }
}

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct jw_examiner *x = arg;
    switch (token->kind) {
    case JW_TOKEN_BIGRAM:
        x->length++;
        if (JW_LIKELY(!x->lookup.maybe[token->cp[0] & (JW_MAYBE_SIZE - 1)])) {
            return JW_OK;
        }
        count_char(x, token->cp[0]);
        break;
    case JW_TOKEN_CHAR:
        x->length++;
        count_char(x, token->cp[0]);
        return JW_OK;
    case JW_TOKEN_WORD:
        x->length++;
        break;
    case JW_TOKEN_PAIR:
    case JW_TOKEN_PART:
    case JW_TOKEN_ALIAS:
        break;
    }
    count_term(x, token);
    return JW_OK;
}

/* ---- parts ---- */

static bool has_all(const struct jw_examiner *x, const struct jw_term_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        if (x->term_count[list->terms[i]] == 0) {
            return false;
        }
    }
    return true;
}

static bool has_chars(const struct jw_examiner *x, const struct jw_part *part)
{
    for (size_t i = 0; i < part->n_chars; i++) {
        size_t k = 0;
        while (k < x->units->n && x->units->at[k].cp != part->chars[i]) {
            k++;
        }
        if (k == x->units->n) {
            return false;
        }
    }
    return true;
}

static bool holds_all(const struct jw_examiner *x, const struct jw_part *part)
{
    for (size_t i = 0; i < part->n_groups; i++) {
        const struct jw_term_group *g = &part->groups[i];
        size_t k = 0;
        while (k < g->n_lists && !has_all(x, &g->lists[k])) {
            k++;
        }
        if (k == g->n_lists) {
            return false;
        }
    }
    return has_chars(x, part);
}

static void judge_parts(struct jw_examiner *x, size_t paragraph)
{
    const struct jw_plan *plan = x->s->plan;
    uint64_t *exact = x->exact_bits + paragraph * x->words;
    uint64_t *all = x->all_bits + paragraph * x->words;
    memset(exact, 0, x->words * sizeof *exact);
    memset(all, 0, x->words * sizeof *all);
    for (size_t i = 0; i < plan->n_parts; i++) {
        const struct jw_part *part = &plan->parts[i];
        if (!jw_part_searchable(part)) {
            jw_bit_set(exact, i);
            jw_bit_set(all, i);
            continue;
        }
        bool verbatim = has_all(x, &part->strict) &&
                        jw_units_find(x->units->at, x->units->n, 0, part->units,
                                      part->n_units) < x->units->n;
        if (verbatim) {
            jw_bit_set(exact, i);
        }
        if (verbatim || (!part->quoted && holds_all(x, part))) {
            jw_bit_set(all, i);
        }
    }
}

/* ---- weights ---- */

static float role_weight(enum jw_role role)
{
    if (role == JW_ROLE_TITLE) {
        return JW_RANK_TITLE;
    }
    return role == JW_ROLE_HEADING ? JW_RANK_HEADING : 1;
}

/* The paragraph's own score; its counts go over to the article's. */
static void settle_counts(struct jw_examiner *x, enum jw_role role,
                          struct jw_found *found)
{
    const struct jw_plan *plan = x->s->plan;
    float norm = jw_rank_norm((float)x->length, x->average_paragraph);
    float weight = role_weight(role);
    struct jw_shares *own = x->shares;
    own = own && own->of_paragraph && own->paragraph == x->paragraph ? own : NULL;
    float score = 0;
    for (size_t k = 0; k < x->n_touched_terms; k++) {
        uint32_t i = x->touched_terms[k];
        float tf = (float)x->term_count[i];
        const struct jw_term *t = &plan->terms[i];
        float adds = t->weight * jw_rank_stage2(t->idf, tf, norm);
        score += adds;
        if (own) {
            own->terms[i] = (struct jw_share){tf, adds};
        }
        found->has_term |= t->loose && t->weight > 0;
        x->term_tf[i] += tf * weight;
        x->term_count[i] = 0;
    }
    for (size_t k = 0; k < x->n_touched_chars; k++) {
        uint32_t i = x->touched_chars[k];
        float tf = (float)x->char_count[i];
        const struct jw_query_char *c = &plan->chars[i];
        float adds = JW_RANK_CHARS * c->weight * jw_rank_stage2(c->idf, tf, norm);
        score += adds;
        if (own) {
            own->chars[i] = (struct jw_share){tf, adds};
        }
        x->char_tf[i] += tf * weight;
        x->char_count[i] = 0;
    }
    x->n_touched_terms = 0;
    x->n_touched_chars = 0;
    found->bm25 = score;
    found->near = jw_near_take(&x->near);
    found->score = score + JW_RANK_NEAR * found->near;
    found->length = x->length;
}

static float article_score(struct jw_examiner *x, uint32_t length)
{
    const struct jw_plan *plan = x->s->plan;
    float norm = jw_rank_norm((float)length, x->average_article);
    struct jw_shares *own = x->shares && !x->shares->of_paragraph ? x->shares : NULL;
    float score = 0;
    for (size_t i = 0; i < plan->n_terms; i++) {
        if (x->term_tf[i] > 0) {
            float adds = plan->terms[i].weight *
                         jw_rank_stage2(plan->terms[i].idf, x->term_tf[i], norm);
            score += adds;
            if (own) {
                own->terms[i] = (struct jw_share){x->term_tf[i], adds};
            }
            x->term_tf[i] = 0;
        }
    }
    for (size_t i = 0; i < plan->n_chars; i++) {
        if (x->char_tf[i] > 0) {
            float adds = JW_RANK_CHARS * plan->chars[i].weight *
                         jw_rank_stage2(plan->chars[i].idf, x->char_tf[i], norm);
            score += adds;
            if (own) {
                own->chars[i] = (struct jw_share){x->char_tf[i], adds};
            }
            x->char_tf[i] = 0;
        }
    }
    return score;
}

/* ---- the article ---- */

static enum jw_status make_bits(struct jw_examiner *x, size_t n)
{
    if (n <= x->bits_paragraphs) {
        return JW_OK;
    }
    size_t room = n + n / 2 + 32;
    x->exact_bits = jw_arena_calloc(x->s->arena, room * x->words, sizeof *x->exact_bits);
    x->all_bits = jw_arena_calloc(x->s->arena, room * x->words, sizeof *x->all_bits);
    x->bits_paragraphs = x->exact_bits && x->all_bits ? room : 0;
    return x->bits_paragraphs ? JW_OK : out_of_memory(x);
}

static enum jw_status read_paragraph(struct jw_examiner *x, const struct jw_article *a,
                                     size_t n, struct jw_found *found)
{
    const struct jw_paragraph *p = &a->paragraphs[n];
    x->length = 0;
    x->paragraph = n;
    if (x->skims &&
        !jw_normalize_may_hold(p->text, x->s->plan->normalize_flags, x->lookup.maybe)) {
        x->units->n = 0;
        judge_parts(x, n);
        return JW_OK;
    }
    if (jw_normalize_as(p->text, x->s->plan->normalize_flags, x->units) != JW_OK) {
        return out_of_memory(x);
    }
    enum jw_status status = jw_tokenize_units(x->units->at, x->units->n, p->text,
                                              JW_TOKENS_DOCUMENT, on_token, x);
    if (status == JW_OK) {
        judge_parts(x, n);
        settle_counts(x, p->role, found);
    }
    return status;
}

/* ---- a paragraph that may go on in another one ---- */

static void drop_counts(struct jw_examiner *x)
{
    for (size_t k = 0; k < x->n_touched_terms; k++) {
        x->term_count[x->touched_terms[k]] = 0;
    }
    for (size_t k = 0; k < x->n_touched_chars; k++) {
        x->char_count[x->touched_chars[k]] = 0;
    }
    x->n_touched_terms = 0;
    x->n_touched_chars = 0;
    (void)jw_near_take(&x->near);
}

/* Add the bits of paragraph n in the other reading to those that it has. */
static void add_bits(struct jw_examiner *x, size_t n, const uint64_t *own,
                     struct jw_found *found)
{
    uint64_t *bits[2] = {x->exact_bits + n * x->words, x->all_bits + n * x->words};
    uint64_t had = 0;
    uint64_t gained = 0;
    for (size_t i = 0; i < x->words; i++) {
        for (size_t mode = 0; mode < 2; mode++) {
            uint64_t before = own[mode * x->words + i];
            had |= before;
            gained |= bits[mode][i] & ~before;
            bits[mode][i] |= before;
        }
    }
    found->across = had == 0 && gained != 0;
}

/* The document holds the terms across its end, too: examine what it stands for. */
static enum jw_status read_across(struct jw_examiner *x, struct jw_stored *stored,
                                  size_t n, struct jw_arena *arena,
                                  struct jw_found *found)
{
    const struct jw_paragraph *p = &stored->article.paragraphs[n];
    const struct jw_paragraph *next = &stored->article.paragraphs[p->next];
    struct jw_overlap o;
    uint32_t length = x->length;
    enum jw_status status =
        jw_reader_text(x->s->reader, arena, stored, p->next, x->s->err);
    if (status != JW_OK) {
        return status;
    }
    uint64_t *own = jw_arena_alloc(arena, 2 * x->words * sizeof *own);
    if (!own || jw_overlap_make(p->text, next->text, p->next_space, arena, &o) != JW_OK) {
        return out_of_memory(x);
    }
    memcpy(own, x->exact_bits + n * x->words, x->words * sizeof *own);
    memcpy(own + x->words, x->all_bits + n * x->words, x->words * sizeof *own);
    status = jw_tokenize(p->text, JW_TOKENS_DOCUMENT, on_token, x);
    if (status == JW_OK) {
        status = jw_overlap_tokens(&o, on_token, x);
    }
    if (status != JW_OK || jw_normalize(o.text, x->units) != JW_OK) {
        return out_of_memory(x);
    }
    while (x->units->n > 0 && x->units->at[x->units->n - 1].end > o.limit) {
        x->units->n--;
    }
    judge_parts(x, n);
    add_bits(x, n, own, found);
    drop_counts(x);
    x->length = length;
    return JW_OK;
}

enum jw_status jw_exam_read(struct jw_examiner *x, size_t segment, size_t row,
                            struct jw_arena *arena, struct jw_exam *out)
{
    memset(out, 0, sizeof *out);
    out->tier = JW_TIER_NONE;
    /* One paragraph is looked at, or all. */
    return x->s->request->unit == JW_HIT_PARAGRAPH
               ? jw_reader_facts(x->s->reader, segment, row, arena, &out->stored,
                                 x->s->err)
               : jw_reader_article(x->s->reader, segment, row, arena, &out->stored,
                                   x->s->err);
}

/* A paragraph that is not looked at. */
static void pass_over(struct jw_examiner *x, size_t n, struct jw_found *found)
{
    memset(x->exact_bits + n * x->words, 0, x->words * sizeof *x->exact_bits);
    memset(x->all_bits + n * x->words, 0, x->words * sizeof *x->all_bits);
    found->tier = JW_TIER_NONE;
}

enum jw_status jw_exam_judge(struct jw_examiner *x, size_t only, struct jw_arena *arena,
                             struct jw_exam *out)
{
    struct jw_search_state *s = x->s;
    const struct jw_segment *g = jw_index_segment(s->index, out->stored.segment);
    size_t n = out->stored.article.n_paragraphs;
    out->found = jw_arena_calloc(arena, n, sizeof *out->found);
    if (!out->found || make_bits(x, n) != JW_OK) {
        return out_of_memory(x);
    }
    for (size_t i = 0; i < n; i++) {
        if (only != JW_EXAMINE_ALL && i != only && !(i == 0 && x->reads_title)) {
            pass_over(x, i, &out->found[i]);
            continue;
        }
        enum jw_status status = jw_reader_text(s->reader, arena, &out->stored, i, s->err);
        if (status == JW_OK) {
            out->text_bytes += out->stored.article.paragraphs[i].text.n;
            status = read_paragraph(x, &out->stored.article, i, &out->found[i]);
        }
        if (status == JW_OK && out->stored.article.paragraphs[i].next) {
            status = read_across(x, &out->stored, i, arena, &out->found[i]);
        }
        if (status != JW_OK) {
            return status;
        }
        const struct jw_found *f = &out->found[i];
        out->best_paragraph =
            f->bm25 > out->best_paragraph ? f->bm25 : out->best_paragraph;
        out->best_near = f->near > out->best_near ? f->near : out->best_near;
    }
    out->length = g->rows[out->stored.row].length;
    out->bm25 = article_score(x, out->length);
    out->score = (1 - JW_RANK_PARAGRAPH) * out->bm25 +
                 JW_RANK_PARAGRAPH * out->best_paragraph + JW_RANK_NEAR * out->best_near;
    jw_evaluate(x, out, only);
    out->judged = true;
    return JW_OK;
}

enum jw_status jw_exam_show(struct jw_examiner *x, size_t n, struct jw_arena *arena,
                            struct jw_exam *out)
{
    struct jw_reader *reader = x->s->reader;
    const struct jw_article *a = &out->stored.article;
    if (n >= a->n_paragraphs) {
        return JW_ENOTFOUND;
    }
    enum jw_status status = jw_reader_text(reader, arena, &out->stored, n, x->s->err);
    if (status == JW_OK && a->paragraphs[n].next) {
        status =
            jw_reader_text(reader, arena, &out->stored, a->paragraphs[n].next, x->s->err);
    }
    return status;
}

bool jw_examiner_has_exact(const struct jw_examiner *x, size_t n, size_t part)
{
    return jw_bit_get(x->exact_bits + n * x->words, part);
}

bool jw_examiner_has_all(const struct jw_examiner *x, size_t n, size_t part)
{
    return jw_bit_get(x->all_bits + n * x->words, part);
}

enum jw_status jw_examine(struct jw_examiner *x, size_t segment, size_t row, size_t only,
                          struct jw_arena *arena, struct jw_exam *out)
{
    enum jw_status status = jw_exam_read(x, segment, row, arena, out);
    return status == JW_OK ? jw_exam_judge(x, only, arena, out) : status;
}
