#include "compile.h"
#include "match.h"

enum {
    /* So few texts are read without asking another list. */
    TEXTS_FEW = 3,
    /* More may be those of a frequent n-gram, of which no text has to be read: than
     * these, and than so many a stretch (schema.h). */
    TEXTS_MAX = 64,
    TEXTS_A_STRETCH = 8,
    /* In the time of so many postings that are passed over a text is weighed, and a
     * document is looked for far ahead in a list. */
    POSTINGS_A_WEIGHT = 250,
    POSTINGS_A_JUMP = 500
};

struct lead {
    struct jw_search_state *s;
    size_t segment;
    bool verbatim;
};

/* The query's stream over the segment; NULL: c->status says why, or there is no memory.
 * @param lead  of a phrase that is the whole query one list will do. */
static struct jw_stream *compile(const struct lead *x, struct jw_stream_context *c,
                                 bool lead)
{
    struct jw_search_state *s = x->s;
    struct jw_compiler b = {
        .s = s, .c = c, .segment = x->segment, .verbatim = x->verbatim, .lead = lead};
    jw_stream_context_init(c, s->reader, x->segment, s->arena, s->err);
    b.weighed = jw_arena_calloc(s->arena, s->plan->n_terms + 1, sizeof(bool));
    return b.weighed ? jw_compile(&b, s->plan->query.root) : NULL;
}

/* Those stay that a list has, with the right characters around the pair. */
static void thin_by(struct jw_stream_context *c, struct jw_stream *s,
                    struct jw_candidates *list, size_t from)
{
    size_t n = list->n - from;
    uint32_t *docids = jw_arena_alloc(c->arena, n * sizeof *docids);
    uint32_t *numbers = jw_arena_alloc(c->arena, n * sizeof *numbers);
    if (!docids || !numbers) {
        c->status = jw_fail(c->err, JW_ENOMEM, "not enough memory for this query");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        docids[i] = list->at[from + i].docid;
    }
    c->status = jw_postings_meet(s->postings, docids, n, numbers, c->err);
    s->at = JW_STREAM_END;
    list->n = from;
    for (size_t i = 0; i < n; i++) {
        if (numbers[i] && jw_signature_passes(&s->filter, numbers[i])) {
            list->at[list->n++] = list->at[from + i];
        }
    }
}

/* Of many candidates, ask those of the phrase's other lists that are passed over in less
 * time than the texts are read. */
static void thin(struct jw_stream_context *c, struct jw_candidates *list, size_t from)
{
    uint64_t done = 0;
    while (list->n - from > TEXTS_FEW && c->status == JW_OK) {
        struct jw_stream *next = NULL;
        for (size_t i = 0; i < c->n_terms; i++) {
            struct jw_stream *s = c->terms[i];
            if (s->at == 0 && s->n_docs > done && (!next || s->n_docs < next->n_docs)) {
                next = s;
            }
        }
        if (!next || 2 * next->n_docs > (list->n - from) * JW_POSTINGS_A_TEXT) {
            break;
        }
        done = next->n_docs;
        thin_by(c, next, list, from);
    }
}

static size_t most_texts(const struct jw_segment *g)
{
    size_t most = g->n_stretches * TEXTS_A_STRETCH;
    return most < TEXTS_MAX ? TEXTS_MAX : most;
}

/* Whether n documents are weighed by their texts sooner than by the phrase's lists. */
static bool texts_weigh(const struct jw_stream_context *c, uint64_t n)
{
    uint64_t lists = 0;
    for (size_t i = 0; i < c->n_terms; i++) {
        uint64_t all = c->terms[i]->n_docs;
        lists += all < n * POSTINGS_A_JUMP ? all : n * POSTINGS_A_JUMP;
    }
    return n * POSTINGS_A_WEIGHT <= lists;
}

/* Of paragraphs that go on in another one all lists of the phrase are asked: the text of
 * one alone does not tell its weight. */
static enum jw_status weigh_joined(const struct lead *x, struct jw_candidates *list,
                                   size_t from)
{
    const struct jw_row *rows = jw_index_segment(x->s->index, x->segment)->rows;
    struct jw_stream_context c;
    struct jw_stream *stream = NULL;
    bool begun = false;
    size_t n = from;
    for (size_t i = from; i < list->n; i++) {
        struct jw_candidate *k = &list->at[i];
        if (rows[k->row].joined) {
            stream = begun ? stream : compile(x, &c, false);
            begun = true;
            if (!stream || jw_stream_seek(&c, stream, k->docid) != k->docid) {
                continue;
            }
            k->weight = jw_stream_weight(&c, k->docid);
        }
        list->at[n++] = *k;
    }
    list->n = n;
    if (!begun) {
        return JW_OK;
    }
    jw_stream_context_release(&c);
    return c.status != JW_OK || stream ? c.status : JW_ENOMEM;
}

static enum jw_status push(const struct lead *x, struct jw_candidates *list,
                           uint32_t docid)
{
    struct jw_candidate found = {.weight = JW_WEIGHT_UNKNOWN,
                                 .segment = (uint32_t)x->segment,
                                 .docid = docid,
                                 .state = JW_CANDIDATE_OPEN};
    return jw_candidates_push(list, &found);
}

enum jw_status jw_match_lead(struct jw_search_state *s, size_t segment, bool verbatim,
                             struct jw_candidates *list, bool *few)
{
    struct lead x = {s, segment, verbatim};
    struct jw_stream_context c;
    size_t from = list->n;
    struct jw_stream *lead = compile(&x, &c, true);
    enum jw_status status = lead ? JW_OK : JW_ENOMEM;
    uint32_t d = lead ? jw_stream_seek(&c, lead, 1) : JW_STREAM_END;
    size_t most = most_texts(c.segment);
    while (d != JW_STREAM_END && list->n - from <= most && status == JW_OK) {
        status = push(&x, list, d);
        /* What was read already needs no call. */
        while (lead->type == JW_STREAM_TERM && lead->i + 1 < lead->n && status == JW_OK) {
            d = lead->docids[++lead->i];
            lead->at = d;
            status = push(&x, list, d);
        }
        d = jw_stream_seek(&c, lead, d + 1);
    }
    *few = d == JW_STREAM_END && texts_weigh(&c, list->n - from);
    if (*few) {
        thin(&c, list, from);
    } else {
        list->n = from;
    }
    status = c.status != JW_OK ? c.status : status;
    jw_stream_context_release(&c);
    if (status != JW_OK) {
        return status;
    }
    jw_match_look_up_rows(jw_index_segment(s->index, segment), list, from);
    return weigh_joined(&x, list, from);
}
