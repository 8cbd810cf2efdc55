/*
 * The query's tree becomes a tree of streams, segment by segment.
 *
 * What acts on articles (title, fields, dates, NOT) becomes a bit a row
 * first.  Where the postings cannot decide (a phrase inside NOT), the stream
 * lets everything through and the text decides later.
 */
#include "compile.h"

#include <string.h>

#include "bits.h"
#include "jianwen/normalize.h"
#include "jianwen/schema.h"
#include "jianwen/utf8.h"

enum {
    /** So many texts are read in the time in which a frequent character is expanded. */
    READ_RATHER = 500
};

/* Shares of a list's documents that pass by the character behind, before a pair: more
 * than chance would let (1 in 14, in 6), since few words follow a word. */
#define PASS_BEHIND 0.15
#define PASS_BEFORE 0.25

static struct jw_stream *build(struct jw_compiler *b, const struct jw_node *node);

/* ---- what the postings decide ---- */

static bool part_decided(const struct jw_part *part, bool verbatim, bool skip_chars)
{
    if (!jw_part_searchable(part)) {
        return true;
    }
    if (part->strict.n == 0 && part->n_groups == 0) {
        return part->n_chars == 1 && part->n_units == 1 && !skip_chars;
    }
    if (part->by_index) {
        return true;
    }
    return !verbatim && !part->quoted && part->n_chars == 0;
}

static bool only_chars(const struct jw_search_state *s, const struct jw_node *node)
{
    if (node->type != JW_NODE_TEXT) {
        return false;
    }
    const struct jw_part *part = &s->plan->parts[node->part];
    return part->strict.n == 0 && part->n_groups == 0;
}

/* Documents that hold the rarest term of a part, at most. */
static uint32_t rarest(const struct jw_search_state *s, const struct jw_part *part)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < part->scored.n; i++) {
        uint32_t n = s->plan->terms[part->scored.terms[i]].n_docs;
        least = n < least ? n : least;
    }
    return least;
}

/*
 * Beside a part with terms, a part of lone characters need not be expanded: the
 * text of the candidates decides.  Where all of them have to be read to be counted
 * (hits are paragraphs) they must be few, and those of the whole query.
 */
static bool skips_chars(const struct jw_search_state *s, const struct jw_node *node)
{
    uint32_t least = UINT32_MAX;
    bool beside = false;
    for (size_t i = 0; i < node->n_children; i++) {
        const struct jw_node *child = node->children[i];
        if (child->type == JW_NODE_TEXT && !only_chars(s, child)) {
            uint32_t n = rarest(s, &s->plan->parts[child->part]);
            least = n < least ? n : least;
            beside = true;
        }
    }
    bool few = node == s->plan->query.root && least <= READ_RATHER;
    return beside && (s->request->unit == JW_HIT_ARTICLE || few);
}

/* What NOT excludes: the verbatim part, unless all bigrams are the question. */
static bool not_verbatim(const struct jw_search_state *s)
{
    return s->request->match != JW_MATCH_ALL;
}

static bool decided(const struct jw_search_state *s, const struct jw_node *node,
                    bool verbatim, bool skip_chars)
{
    switch (node->type) {
    case JW_NODE_TEXT:
    case JW_NODE_TITLE:
        if (s->request->exact_script) {
            return false; /* the postings know no script */
        }
        return part_decided(&s->plan->parts[node->part], verbatim, skip_chars);
    case JW_NODE_FIELD:
    case JW_NODE_DATE:
        return true;
    case JW_NODE_NOT:
        return decided(s, node->children[0], not_verbatim(s), false);
    case JW_NODE_AND:
    case JW_NODE_OR:
        break;
    }
    bool skip = node->type == JW_NODE_AND && skips_chars(s, node);
    for (size_t i = 0; i < node->n_children; i++) {
        if (!decided(s, node->children[i], verbatim, skip)) {
            return false;
        }
    }
    return true;
}

/* ---- streams ---- */

/* @param around  what has to stand around it, when it is a pair; NULL: anything. */
static struct jw_stream *term_stream(struct jw_compiler *b, uint32_t number,
                                     const struct jw_signature_filter *around)
{
    static const struct jw_signature_filter anything = JW_SIGNATURE_NO_FILTER;
    struct jw_term *t = &b->s->plan->terms[number];
    float idf = 0;
    if (b->weighed && !b->weighed[number]) {
        b->weighed[number] = true;
        idf = t->idf * t->weight;
    }
    const struct jw_glass_postings *opened = t->opened ? t->opened[b->segment] : NULL;
    return t->kind == JW_TOKEN_BIGRAM
               ? jw_stream_pair(b->c, t->bytes, opened, t->n_docs, idf,
                                around ? around : &anything)
               : jw_stream_term(b->c, t->bytes, opened, t->n_docs, idf);
}

/* @param around  of each term of the list; NULL: anything. */
static struct jw_stream *all_terms(struct jw_compiler *b, const struct jw_term_list *list,
                                   const struct jw_signature_filter *around)
{
    struct jw_stream **children =
        jw_arena_calloc(b->c->arena, list->n + 1, sizeof(struct jw_stream *));
    if (!children) {
        b->c->status = JW_ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < list->n; i++) {
        children[i] = term_stream(b, list->terms[i], around ? &around[i] : NULL);
    }
    if (list->n == 1) {
        return children[0];
    }
    struct jw_stream *all = jw_stream_list(b->c, JW_STREAM_AND, children, list->n);
    /* The first is walked; what the others are asked for is little, and they have it. */
    for (size_t i = 1; all && i < list->n; i++) {
        children[i]->filtered = false;
    }
    return all;
}

static struct jw_stream *group_stream(struct jw_compiler *b,
                                      const struct jw_term_group *g)
{
    struct jw_stream **children =
        jw_arena_calloc(b->c->arena, g->n_lists + 1, sizeof(struct jw_stream *));
    if (!children) {
        b->c->status = JW_ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < g->n_lists; i++) {
        children[i] = all_terms(b, &g->lists[i], NULL);
    }
    if (g->n_lists == 1) {
        return children[0];
    }
    return jw_stream_list(b->c, JW_STREAM_OR, children, g->n_lists);
}

static struct jw_stream *char_stream(struct jw_compiler *b, uint32_t cp)
{
    char bytes[JW_UTF8_MAX_BYTES];
    size_t n = jw_utf8_encode(jw_normalize_script(cp), bytes);
    for (const struct jw_expanded *e = b->s->expanded; e; e = e->next) {
        if (e->cp == cp && e->segment == b->segment) {
            return jw_stream_bits(b->c, e->bits, e->n_docs);
        }
    }
    struct jw_stream *stream = jw_stream_prefix(b->c, jw_str_of(bytes, n));
    struct jw_expanded *e = stream ? jw_arena_alloc(b->c->arena, sizeof *e) : NULL;
    if (e) {
        struct jw_expanded made = {b->s->expanded, cp, b->segment, stream->bits,
                                   stream->n_docs};
        *e = made;
        b->s->expanded = e;
    }
    return stream;
}

/* Whether a part is all that is asked for, and may be a frequent n-gram; those have no
 * script. */
static bool is_whole_query(const struct jw_compiler *b, const struct jw_part *part)
{
    const struct jw_node *root = b->s->plan->query.root;
    return b->weighed && part->ngram.n > 0 && b->c->segment->n_stretches > 0 &&
           !b->s->request->exact_script && root->type == JW_NODE_TEXT &&
           part == &b->s->plan->parts[root->part];
}

/* What it costs to walk a list and to read the texts of what its signatures let pass, in
 * postings. */
static double cost_of(const struct jw_stream *s)
{
    double pass = 1;
    if (s->filter.behind != UINT16_MAX) {
        pass *= PASS_BEHIND;
    }
    if (s->filter.before != UINT8_MAX) {
        pass *= PASS_BEFORE;
    }
    return (double)s->n_docs * (1 + JW_POSTINGS_A_TEXT * pass);
}

/* One list of a phrase, the cheapest; the others are there for what they weigh. */
static struct jw_stream *lead_stream(struct jw_compiler *b, const struct jw_part *part)
{
    struct jw_stream *lead = NULL;
    for (size_t i = 0; i < part->strict.n; i++) {
        struct jw_stream *s = term_stream(b, part->strict.terms[i], &part->around[i]);
        if (!s) {
            return NULL;
        }
        lead = !lead || cost_of(s) < cost_of(lead) ? s : lead;
    }
    return lead;
}

static struct jw_stream *part_stream(struct jw_compiler *b, const struct jw_part *part)
{
    if (!jw_part_searchable(part)) {
        return jw_stream_every(b->c);
    }
    bool strict = b->verbatim || part->quoted;
    if (strict && part->strict.n > 0) {
        if (b->lead && part->around) {
            return lead_stream(b, part);
        }
        struct jw_stream *terms =
            all_terms(b, &part->strict, b->any_of ? NULL : part->around);
        bool frequent = terms && terms->n_docs >= JW_NGRAM_LEAST_DOCS;
        return frequent && is_whole_query(b, part)
                   ? jw_stream_phrase(b->c, part->ngram, terms)
                   : terms;
    }
    size_t n = part->n_groups > 0 ? part->n_groups : part->n_chars;
    if (part->n_groups == 0 && b->skip_chars) {
        return jw_stream_every(b->c);
    }
    struct jw_stream **children =
        jw_arena_calloc(b->c->arena, n + 1, sizeof(struct jw_stream *));
    if (!children) {
        b->c->status = JW_ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        children[i] = part->n_groups > 0 ? group_stream(b, &part->groups[i])
                                         : char_stream(b, part->chars[i]);
    }
    return n == 1 ? children[0] : jw_stream_list(b->c, JW_STREAM_AND, children, n);
}

static uint64_t *new_bits(struct jw_compiler *b, size_t n)
{
    uint64_t *bits = jw_arena_calloc(b->c->arena, n / 64 + 1, sizeof *bits);
    if (!bits) {
        b->c->status = JW_ENOMEM;
    }
    return bits;
}

/*
 * Run a subtree in a context of its own, so that its terms weigh nothing.
 * Sets a bit for each row that holds one of its documents; with titles, only
 * for rows whose title is one of them.
 */
static uint64_t *rows_of(struct jw_compiler *b, const struct jw_node *node,
                         const struct jw_part *title_part)
{
    const struct jw_segment *g = b->c->segment;
    uint64_t *bits = new_bits(b, g->n_rows);
    struct jw_stream_context own;
    jw_stream_context_init(&own, b->s->reader, b->segment, b->c->arena, b->c->err);
    struct jw_compiler inner = *b;
    inner.c = &own;
    inner.weighed = NULL;
    inner.skip_chars = false;
    struct jw_stream *stream = NULL;
    if (title_part) {
        stream = part_stream(&inner, title_part);
    } else if (node) {
        stream = build(&inner, node);
    }
    size_t row = 0;
    uint32_t d = stream ? jw_stream_seek(&own, stream, 1) : JW_STREAM_END;
    while (bits && d != JW_STREAM_END && own.status == JW_OK) {
        while (row < g->n_rows && (g->rows[row].n_docs == 0 ||
                                   g->rows[row].first_docid + g->rows[row].n_docs <= d)) {
            row++;
        }
        if (row == g->n_rows) {
            break;
        }
        uint32_t first = g->rows[row].first_docid;
        if (d >= first && (!title_part || d == first)) {
            jw_bit_set(bits, row);
        }
        /* On to the next row, or to this one's title when it lies ahead. */
        uint32_t next = d < first ? first : first + g->rows[row].n_docs;
        d = jw_stream_seek(&own, stream, next);
    }
    jw_stream_context_release(&own);
    if (own.status != JW_OK) {
        b->c->status = own.status;
    }
    return bits;
}

static uint64_t *docs_of(struct jw_compiler *b, const struct jw_node *node)
{
    uint64_t *bits = new_bits(b, b->c->segment->last_docid);
    struct jw_stream_context own;
    jw_stream_context_init(&own, b->s->reader, b->segment, b->c->arena, b->c->err);
    struct jw_compiler inner = *b;
    inner.c = &own;
    inner.weighed = NULL;
    inner.skip_chars = false;
    struct jw_stream *stream = build(&inner, node);
    uint32_t d = stream ? jw_stream_seek(&own, stream, 1) : JW_STREAM_END;
    while (bits && d != JW_STREAM_END) {
        jw_bit_set(bits, d);
        d = jw_stream_seek(&own, stream, d + 1);
    }
    jw_stream_context_release(&own);
    if (own.status != JW_OK) {
        b->c->status = own.status;
    }
    return bits;
}

static void invert(uint64_t *bits, size_t n)
{
    for (size_t i = 0; i <= n / 64; i++) {
        bits[i] = ~bits[i];
    }
}

static struct jw_stream *not_stream(struct jw_compiler *b, const struct jw_node *node)
{
    const struct jw_node *child = node->children[0];
    if (!decided(b->s, child, not_verbatim(b->s), false)) {
        return jw_stream_every(b->c);
    }
    if (b->s->request->unit == JW_HIT_PARAGRAPH) {
        uint64_t *docs = docs_of(b, child);
        if (jw_search_expired(b->s)) {
            return jw_stream_none(b->c); /* what is excluded is not known */
        }
        struct jw_stream *stream = docs ? jw_stream_every(b->c) : NULL;
        if (stream) {
            invert(docs, b->c->segment->last_docid);
            stream->type = JW_STREAM_BITS;
            stream->bits = docs;
        }
        return stream;
    }
    uint64_t *rows = rows_of(b, child, NULL);
    if (jw_search_expired(b->s)) {
        return jw_stream_none(b->c);
    }
    if (!rows) {
        return NULL;
    }
    invert(rows, b->c->segment->n_rows);
    return jw_stream_rows(b->c, rows, b->c->segment->last_docid);
}

static bool contains(const struct jw_units *hay, const struct jw_units *needle)
{
    for (size_t i = 0; i + needle->n <= hay->n; i++) {
        size_t k = 0;
        while (k < needle->n && hay->at[i + k].cp == needle->at[k].cp) {
            k++;
        }
        if (k == needle->n) {
            return true;
        }
    }
    return false;
}

static enum jw_status names_that_hold(const struct jw_names *names, struct jw_str value,
                                      uint64_t *bits)
{
    struct jw_units wanted;
    struct jw_units name;
    jw_units_init(&wanted);
    jw_units_init(&name);
    enum jw_status status = jw_normalize(value, &wanted);
    for (size_t i = 1; i < names->n && status == JW_OK; i++) {
        status = jw_normalize(names->at[i], &name);
        if (status == JW_OK && contains(&name, &wanted)) {
            jw_bit_set(bits, i);
        }
    }
    jw_units_release(&wanted);
    jw_units_release(&name);
    return status;
}

static struct jw_stream *field_stream(struct jw_compiler *b, const struct jw_node *node)
{
    const struct jw_segment *g = b->c->segment;
    uint64_t *names = new_bits(b, g->names[node->field].n);
    uint64_t *rows = new_bits(b, g->n_rows);
    if (!names || !rows) {
        return NULL;
    }
    b->c->status = names_that_hold(&g->names[node->field], node->value, names);
    uint64_t n_docs = 0;
    for (size_t i = 0; i < g->n_rows; i++) {
        if (jw_bit_get(names, g->rows[i].name[node->field])) {
            jw_bit_set(rows, i);
            n_docs += g->rows[i].n_docs;
        }
    }
    return jw_stream_rows(b->c, rows, n_docs);
}

static struct jw_stream *date_stream(struct jw_compiler *b, const struct jw_node *node)
{
    const struct jw_segment *g = b->c->segment;
    uint64_t *rows = new_bits(b, g->n_rows);
    if (!rows) {
        return NULL;
    }
    uint64_t n_docs = 0;
    for (size_t i = 0; i < g->n_rows; i++) {
        if (jw_date_in_span(g->rows[i].date, node->from, node->to)) {
            jw_bit_set(rows, i);
            n_docs += g->rows[i].n_docs;
        }
    }
    return jw_stream_rows(b->c, rows, n_docs);
}

static struct jw_stream *title_stream(struct jw_compiler *b, const struct jw_node *node)
{
    uint64_t *rows = rows_of(b, NULL, &b->s->plan->parts[node->part]);
    return rows ? jw_stream_rows(b->c, rows, b->c->segment->last_docid) : NULL;
}

static struct jw_stream *list_stream(struct jw_compiler *b, const struct jw_node *node)
{
    struct jw_stream **children =
        jw_arena_calloc(b->c->arena, node->n_children, sizeof(struct jw_stream *));
    if (!children) {
        b->c->status = JW_ENOMEM;
        return NULL;
    }
    bool outer = b->skip_chars;
    bool any_of = b->any_of;
    b->skip_chars = node->type == JW_NODE_AND && skips_chars(b->s, node);
    b->any_of |= node->type == JW_NODE_OR;
    for (size_t i = 0; i < node->n_children; i++) {
        children[i] = build(b, node->children[i]);
    }
    b->skip_chars = outer;
    b->any_of = any_of;
    return jw_stream_list(b->c, node->type == JW_NODE_AND ? JW_STREAM_AND : JW_STREAM_OR,
                          children, node->n_children);
}

static struct jw_stream *build(struct jw_compiler *b, const struct jw_node *node)
{
    if (jw_search_expired(b->s)) {
        return jw_stream_none(b->c);
    }
    switch (node->type) {
    case JW_NODE_AND:
    case JW_NODE_OR:
        return list_stream(b, node);
    case JW_NODE_NOT:
        return not_stream(b, node);
    case JW_NODE_TEXT:
        return part_stream(b, &b->s->plan->parts[node->part]);
    case JW_NODE_TITLE:
        return title_stream(b, node);
    case JW_NODE_FIELD:
        return field_stream(b, node);
    case JW_NODE_DATE:
        return date_stream(b, node);
    }
    return NULL;
}

bool jw_compile_decides(const struct jw_search_state *s, const struct jw_node *node,
                        bool verbatim)
{
    return decided(s, node, verbatim, false);
}

struct jw_stream *jw_compile(struct jw_compiler *b, const struct jw_node *node)
{
    return build(b, node);
}

uint64_t *jw_compile_rows(struct jw_compiler *b, const struct jw_node *node)
{
    return rows_of(b, node, NULL);
}
