/*
 * One walk over the documents that hold the terms of what was typed chooses
 * which texts to read: the newest titles, some headings, and a sample of
 * paragraphs that is the same at every call.  Only these are read.
 *
 *     postings --walk--> titles    newest ones  \
 *                        headings  a sample      > read, verify -> suggestions
 *                        others    a sample     /               -> phrases
 */
#include "jianwen/suggest.h"

#include <stdlib.h>

#include "jianwen/clock.h"
#include "jianwen/schema.h"
#include "jianwen/tokenizer.h"
#include "mark.h"
#include "searcher.h"
#include "stream.h"
#include "suggest_phrase.h"
#include "suggest_typed.h"

enum {
    /** Texts of each kind that are read. */
    READ_TITLES = 32,
    READ_HEADINGS = 32,
    READ_OTHERS = 96,
    /** Endings of an unfinished word that are followed, the most frequent. */
    ENDINGS = 8,
    /** Terms that are looked at for them, in each segment. */
    ENDING_TERMS_MAX = 20000,
    TERMS_MAX = 128,
    PHRASES_MAX = JW_SUGGEST_MAX_LIMIT,
    CLOCK_EVERY = 1024
};

/** A text that is worth reading. */
struct pick {
    /** What to prefer: a date, or a hash of where it stands. */
    uint32_t key;
    uint32_t segment;
    uint32_t row;
    uint32_t docid;
};

struct picks {
    struct pick at[READ_OTHERS];
    size_t n;
    size_t most;
};

struct ending {
    struct jw_str term;
    uint64_t n_docs;
};

/** A title or heading that was found. */
struct name {
    struct jw_suggestion suggestion;
    uint64_t hash;
    uint32_t date;
    bool begins;
};

struct suggester {
    struct jw_searcher *s;
    struct jw_search_state state;
    struct jw_typed typed;
    struct jw_str terms[TERMS_MAX];
    size_t n_terms;
    /** Any of these must be there, too, when has_open. */
    bool has_open;
    struct jw_str open;
    struct ending endings[ENDINGS];
    size_t n_endings;
    struct picks picks[3];
    /** Paragraphs but headings that the walk has seen. */
    uint64_t n_seen;
    struct jw_phrase_rows rows;
    struct name *names;
    size_t n_names;
};

static enum jw_status out_of_memory(struct suggester *g)
{
    return jw_fail(g->state.err, JW_ENOMEM, "not enough memory for this query");
}

/* ---- terms ---- */

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct suggester *g = arg;
    char bytes[JW_TERM_MAX_BYTES];
    if (token->kind != JW_TOKEN_BIGRAM && token->kind != JW_TOKEN_WORD &&
        token->kind != JW_TOKEN_CHAR) {
        return JW_OK;
    }
    size_t n = jw_token_term(token, bytes);
    struct jw_str term = jw_arena_str(g->state.arena, jw_str_of(bytes, n));
    if (!term.p) {
        return JW_ENOMEM;
    }
    if (token->kind == JW_TOKEN_CHAR) {
        /* One character alone begins many terms; the last one counts. */
        g->has_open = true;
        g->open = term;
    } else if (g->n_terms < TERMS_MAX) {
        g->terms[g->n_terms++] = term;
    }
    return JW_OK;
}

static enum jw_status make_terms(struct suggester *g)
{
    for (size_t i = 0; i < g->typed.n; i++) {
        const struct jw_typed_piece *piece = &g->typed.pieces[i];
        size_t before = g->n_terms;
        enum jw_status status = jw_tokenize_units(piece->units, piece->n, piece->text,
                                                  JW_TOKENS_QUERY, on_token, g);
        if (status != JW_OK) {
            return out_of_memory(g);
        }
        bool word = jw_unit_in_word(&piece->units[piece->n - 1]);
        if (piece->open && word && g->n_terms > before) {
            g->has_open = true;
            g->open = g->terms[--g->n_terms];
        }
    }
    return JW_OK;
}

/** The most frequent terms of one segment that begin with what is open. */
struct ending_walk {
    struct suggester *g;
    size_t n_looked_at;
    bool failed;
};

static bool on_ending(struct jw_str term, uint32_t n_docs, void *arg)
{
    struct ending_walk *w = arg;
    struct suggester *g = w->g;
    size_t i = 0;
    while (i < g->n_endings && !jw_str_eq(g->endings[i].term, term)) {
        i++;
    }
    struct ending e = {term, n_docs};
    if (i < g->n_endings) {
        e.term = g->endings[i].term;
        e.n_docs += g->endings[i].n_docs;
    } else if (i == ENDINGS && g->endings[--i].n_docs >= n_docs) {
        return ++w->n_looked_at < ENDING_TERMS_MAX;
    } else {
        e.term = jw_arena_str(g->state.arena, term);
        w->failed = w->failed || !e.term.p;
        g->n_endings += g->n_endings < ENDINGS;
    }
    while (i > 0 && g->endings[i - 1].n_docs < e.n_docs) {
        g->endings[i] = g->endings[i - 1];
        i--;
    }
    g->endings[i] = e;
    return !w->failed && ++w->n_looked_at < ENDING_TERMS_MAX;
}

static enum jw_status find_endings(struct suggester *g)
{
    enum jw_status status = JW_OK;
    size_t n = g->has_open ? jw_index_n_segments(g->state.index) : 0;
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        struct ending_walk w = {g, 0, false};
        status = jw_database_terms(jw_reader_database(g->s->reader, i), g->open,
                                   on_ending, &w, g->state.err);
        if (w.failed) {
            status = out_of_memory(g);
        }
    }
    return status;
}

/* ---- the walk ---- */

/* The term's documents in this segment; NULL with *absent when it has none. */
static struct jw_stream *term_stream(struct suggester *g, struct jw_stream_context *c,
                                     struct jw_str term)
{
    struct jw_term_info info;
    enum jw_status status = jw_database_term(c->database, term, &info, g->state.err);
    if (status != JW_OK) {
        c->status = status;
        return NULL;
    }
    return info.n_docs ? jw_stream_term(c, term, NULL, info.n_docs, 0)
                       : jw_stream_none(c);
}

static struct jw_stream *make_stream(struct suggester *g, struct jw_stream_context *c)
{
    size_t n = g->n_terms;
    struct jw_stream **all = jw_arena_calloc(g->state.arena, n + 1, sizeof(void *));
    struct jw_stream **any =
        jw_arena_calloc(g->state.arena, g->n_endings + 1, sizeof(void *));
    if (!all || !any) {
        c->status = out_of_memory(g);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        all[i] = term_stream(g, c, g->terms[i]);
        if (!all[i]) {
            return NULL;
        }
    }
    for (size_t i = 0; i < g->n_endings; i++) {
        any[i] = term_stream(g, c, g->endings[i].term);
        if (!any[i]) {
            return NULL;
        }
    }
    if (g->has_open) {
        all[n] = jw_stream_list(c, JW_STREAM_OR, any, g->n_endings);
        if (!all[n++]) {
            return NULL;
        }
    }
    return jw_stream_list(c, JW_STREAM_AND, all, n);
}

/* Keep p when it is among the best, those with the greatest keys. */
static void offer(struct picks *list, const struct pick *p)
{
    if (list->n == list->most && list->at[list->n - 1].key >= p->key) {
        return;
    }
    size_t k = list->n < list->most ? list->n++ : list->n - 1;
    while (k > 0 && list->at[k - 1].key < p->key) {
        list->at[k] = list->at[k - 1];
        k--;
    }
    list->at[k] = *p;
}

static uint32_t mix(uint32_t docid)
{
    return (uint32_t)(((uint64_t)docid * 0x9E3779B97F4A7C15u) >> 32);
}

static void choose(struct suggester *g, size_t segment, size_t row, uint32_t d,
                   bool heading)
{
    const struct jw_row *r = &jw_index_segment(g->state.index, segment)->rows[row];
    struct pick p = {mix(d), (uint32_t)segment, (uint32_t)row, d};
    if (d == r->first_docid) {
        p.key = r->date;
        offer(&g->picks[JW_SUGGEST_TITLE], &p);
        return;
    }
    g->n_seen += !heading;
    offer(&g->picks[heading ? JW_SUGGEST_HEADING : JW_SUGGEST_PHRASE], &p);
}

static enum jw_status walk(struct suggester *g, struct jw_stream_context *c,
                           size_t segment)
{
    static const char heading_term = JW_TERM_HEADING;
    const struct jw_segment *seg = c->segment;
    struct jw_stream *stream = make_stream(g, c);
    struct jw_stream *headings =
        stream ? term_stream(g, c, jw_str_of(&heading_term, 1)) : NULL;
    unsigned until_clock = CLOCK_EVERY;
    size_t row = 0;
    if (!headings) {
        return c->status != JW_OK ? c->status : JW_ENOMEM;
    }
    for (uint32_t d = jw_stream_seek(c, stream, 1); d != JW_STREAM_END;
         d = jw_stream_seek(c, stream, d + 1)) {
        if (--until_clock == 0) {
            until_clock = CLOCK_EVERY;
            if (jw_search_expired(&g->state)) {
                break;
            }
        }
        if (row >= seg->n_rows || d < seg->rows[row].first_docid ||
            d - seg->rows[row].first_docid >= seg->rows[row].n_docs) {
            row = jw_segment_row_of(seg, d);
        }
        if (row < seg->n_rows && !jw_segment_is_dead(seg, row)) {
            choose(g, segment, row, d, jw_stream_seek(c, headings, d) == d);
        }
    }
    return c->status;
}

static enum jw_status walk_all(struct suggester *g)
{
    enum jw_status status = JW_OK;
    for (size_t i = 0; i < jw_index_n_segments(g->state.index) && status == JW_OK; i++) {
        struct jw_stream_context c;
        jw_stream_context_init(&c, g->s->reader, i, g->state.arena, g->state.err);
        status = walk(g, &c, i);
        jw_stream_context_release(&c);
    }
    return status;
}

/* ---- reading ---- */

static int by_start(const void *a, const void *b)
{
    const struct jw_range *x = a;
    const struct jw_range *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

/* Where the pieces stand in a text, in code points.  @return NULL with *n 0 when
 * not all are there; *n is SIZE_MAX when memory ran out. */
static struct jw_range *find_pieces(struct suggester *g, struct jw_str text, size_t *n)
{
    struct jw_units *units = &g->s->units;
    struct jw_range *ranges = jw_arena_calloc(g->state.arena, g->typed.n, sizeof *ranges);
    *n = ranges ? 0 : SIZE_MAX;
    for (size_t i = 0; ranges && i < g->typed.n; i++) {
        const struct jw_typed_piece *piece = &g->typed.pieces[i];
        size_t at = jw_typed_find(units->at, units->n, 0, piece);
        if (at == units->n) {
            return NULL;
        }
        ranges[i].start = units->at[at].start;
        ranges[i].end = units->at[at + piece->n - 1].end;
    }
    if (!ranges) {
        return NULL;
    }
    qsort(ranges, g->typed.n, sizeof *ranges, by_start);
    for (size_t i = 0; i < g->typed.n; i++) {
        struct jw_range *last = *n ? &ranges[*n - 1] : NULL;
        if (last && ranges[i].start < last->end) {
            last->end = ranges[i].end > last->end ? ranges[i].end : last->end;
        } else {
            ranges[(*n)++] = ranges[i];
        }
    }
    jw_ranges_to_code_points(ranges, *n, text);
    return ranges;
}

static uint64_t hash_units(const struct jw_units *units)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < units->n; i++) {
        h = (h ^ units->at[i].cp) * 0x100000001B3u;
    }
    return h;
}

static enum jw_status add_name(struct suggester *g, enum jw_suggestion_kind kind,
                               struct jw_str text, const struct jw_stored *stored)
{
    size_t n = 0;
    struct jw_range *ranges = find_pieces(g, text, &n);
    if (!ranges) {
        return n ? out_of_memory(g) : JW_OK;
    }
    uint64_t hash = hash_units(&g->s->units);
    uint32_t date =
        jw_index_segment(g->state.index, stored->segment)->rows[stored->row].date;
    for (size_t i = 0; i < g->n_names; i++) {
        struct jw_suggestion *known = &g->names[i].suggestion;
        if (g->names[i].hash == hash && known->kind == kind) {
            known->count++;
            known->id = jw_str_of("", 0);
            g->names[i].date = date > g->names[i].date ? date : g->names[i].date;
            return JW_OK;
        }
    }
    struct jw_suggestion s = {kind, text, 1, stored->article.id, ranges, n};
    struct name name = {s, hash, date, ranges[0].start == 0};
    g->names[g->n_names++] = name;
    return JW_OK;
}

static enum jw_status read_pick(struct suggester *g, enum jw_suggestion_kind kind,
                                const struct pick *p)
{
    struct jw_stored stored;
    struct jw_search_state *s = &g->state;
    uint32_t first = jw_index_segment(s->index, p->segment)->rows[p->row].first_docid;
    size_t n = p->docid - first;
    enum jw_status status =
        jw_reader_article(g->s->reader, p->segment, p->row, s->arena, &stored, s->err);
    if (status == JW_ENOTFOUND) {
        return JW_OK; /* removed since the state was opened */
    }
    if (status == JW_OK && n < stored.article.n_paragraphs) {
        status = jw_reader_text(g->s->reader, s->arena, &stored, n, s->err);
    }
    if (status != JW_OK || n >= stored.article.n_paragraphs) {
        return status;
    }
    struct jw_str text = stored.article.paragraphs[n].text;
    if (jw_normalize(text, &g->s->units) != JW_OK) {
        return out_of_memory(g);
    }
    if (kind != JW_SUGGEST_PHRASE) {
        return add_name(g, kind, text, &stored);
    }
    jw_phrase_note(&g->rows, &g->typed.pieces[g->typed.n - 1], text, &g->s->units);
    return JW_OK;
}

static enum jw_status read_all(struct suggester *g)
{
    enum jw_status status = JW_OK;
    g->names =
        jw_arena_calloc(g->state.arena, READ_TITLES + READ_HEADINGS, sizeof *g->names);
    g->rows.at = jw_arena_calloc(g->state.arena, JW_PHRASE_ROWS_MAX, sizeof *g->rows.at);
    if (!g->names || !g->rows.at) {
        return out_of_memory(g);
    }
    for (int kind = JW_SUGGEST_PHRASE; kind <= JW_SUGGEST_HEADING; kind++) {
        const struct picks *list = &g->picks[kind];
        for (size_t i = 0; i < list->n && status == JW_OK; i++) {
            if (!jw_search_expired(&g->state)) {
                status = read_pick(g, (enum jw_suggestion_kind)kind, &list->at[i]);
            }
        }
    }
    return status;
}

/* ---- putting together ---- */

static int by_worth(const void *a, const void *b)
{
    const struct name *x = a;
    const struct name *y = b;
    if (x->begins != y->begins) {
        return x->begins ? -1 : 1;
    }
    if (x->suggestion.count != y->suggestion.count) {
        return x->suggestion.count > y->suggestion.count ? -1 : 1;
    }
    if (x->date != y->date) {
        return x->date > y->date ? -1 : 1;
    }
    return jw_str_cmp(x->suggestion.text, y->suggestion.text);
}

/* A phrase with the earlier pieces before it, and the typed part marked. */
static enum jw_status phrase_suggestion(struct suggester *g,
                                        const struct jw_phrase *phrase, double scale,
                                        struct jw_suggestion *out)
{
    struct jw_str before = g->typed.before;
    const struct jw_typed_piece *piece = &g->typed.pieces[g->typed.n - 1];
    size_t at = before.n ? before.n + 1 : 0;
    char *text = jw_arena_alloc(g->state.arena, at + phrase->text.n);
    struct jw_range *range = jw_arena_calloc(g->state.arena, 1, sizeof *range);
    if (!text || !range || jw_normalize(phrase->text, &g->s->units) != JW_OK) {
        return out_of_memory(g);
    }
    if (at) {
        memcpy(text, before.p, before.n);
        text[before.n] = ' ';
    }
    memcpy(text + at, phrase->text.p, phrase->text.n);
    out->text = jw_str_of(text, at + phrase->text.n);
    range->end = (uint32_t)at + g->s->units.at[piece->n - 1].end;
    jw_ranges_to_code_points(range, 1, out->text);
    out->kind = JW_SUGGEST_PHRASE;
    out->count = (uint64_t)((double)phrase->n_rows * scale + 0.5);
    out->id = jw_str_of("", 0);
    out->ranges = range;
    out->n_ranges = 1;
    return JW_OK;
}

static enum jw_status put_together(struct suggester *g, size_t limit)
{
    struct jw_phrase phrases[PHRASES_MAX];
    struct jw_suggest_result *out = &g->s->suggested;
    struct jw_suggestion *at = jw_arena_calloc(g->state.arena, limit + 1, sizeof *at);
    if (!at) {
        return out_of_memory(g);
    }
    size_t n_rows = g->rows.n;
    /* What is true of the rows read is likely to be true of all. */
    double scale = n_rows && g->n_seen > n_rows ? (double)g->n_seen / (double)n_rows : 1;
    size_t room = (limit + 1) / 2;
    room = g->n_names < limit / 2 ? limit - g->n_names : room;
    size_t n = jw_phrase_mine(&g->rows, phrases, room);
    qsort(g->names, g->n_names, sizeof *g->names, by_worth);
    for (; out->n < n; out->n++) {
        enum jw_status status =
            phrase_suggestion(g, &phrases[out->n], scale, &at[out->n]);
        if (status != JW_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < g->n_names && out->n < limit; i++) {
        at[out->n++] = g->names[i].suggestion;
    }
    out->at = at;
    return JW_OK;
}

enum jw_status jw_search_suggest(struct jw_searcher *s,
                                 const struct jw_suggest_request *request,
                                 const struct jw_suggest_result **out,
                                 struct jw_error *err)
{
    int64_t start = jw_clock_us();
    size_t limit =
        request->limit < JW_SUGGEST_MAX_LIMIT ? request->limit : JW_SUGGEST_MAX_LIMIT;
    *out = NULL;
    jw_searcher_begin(s);
    struct suggester *g = jw_arena_calloc(&s->arena, 1, sizeof *g);
    if (!g) {
        return jw_fail(err, JW_ENOMEM, "not enough memory for this query");
    }
    g->s = s;
    g->state.reader = s->reader;
    g->state.index = jw_reader_index(s->reader);
    g->state.arena = &s->arena;
    g->state.err = err;
    g->state.deadline_us = request->budget_us ? start + request->budget_us : 0;
    g->picks[JW_SUGGEST_TITLE].most = READ_TITLES;
    g->picks[JW_SUGGEST_HEADING].most = READ_HEADINGS;
    g->picks[JW_SUGGEST_PHRASE].most = READ_OTHERS;
    enum jw_status status = JW_OK;
    if (jw_typed_read(request->q, &s->units, &s->arena, &g->typed) != JW_OK) {
        status = out_of_memory(g);
    }
    if (status == JW_OK && g->typed.n > 0 && limit > 0) {
        status = make_terms(g);
        status = status == JW_OK ? find_endings(g) : status;
        status = status == JW_OK ? walk_all(g) : status;
        status = status == JW_OK ? read_all(g) : status;
        status = status == JW_OK ? put_together(g, limit) : status;
    }
    if (status != JW_OK) {
        return status;
    }
    s->suggested.revision = jw_index_revision(g->state.index);
    s->suggested.partial = g->state.out_of_time;
    s->suggested.took_us = jw_clock_us() - start;
    *out = &s->suggested;
    return JW_OK;
}

const char *jw_suggestion_kind_name(enum jw_suggestion_kind kind)
{
    static const char *const names[] = {"phrase", "title", "heading"};
    return (unsigned)kind < 3 ? names[kind] : "phrase";
}
