#include "snippet.h"

#include <string.h>

#include "jianwen/utf8.h"

enum {
    /** Different marked texts that are told apart. */
    KINDS = 64,
    /** Where no sentence can begin it, a piece has 1/LEAD of its length before the mark.
     */
    LEAD = 4
};

/** A mark, and where a piece could begin that has it first. */
struct place {
    uint32_t start;
    uint32_t end;
    uint32_t from;
    uint32_t kind;
};

static bool ends_sentence(uint32_t cp)
{
    return cp == 0x3002 || cp == 0xFF01 || cp == 0xFF1F || cp == '!' || cp == '?' ||
           cp == '\n';
}

/* Closing quotation marks and brackets belong to the sentence before them. */
static bool closes(uint32_t cp)
{
    return cp == 0x201D || cp == 0x2019 || cp == 0x300D || cp == 0x300F || cp == 0xFF09 ||
           cp == ')' || cp == 0x300B || cp == 0x3011;
}

static bool ends_clause(uint32_t cp)
{
    return cp == 0xFF0C || cp == 0x3001 || cp == 0xFF1B || cp == 0xFF1A || cp == ',' ||
           cp == ';' || cp == ' ' || cp == 0x3000;
}

/* Where text is, while it is walked. */
struct walk {
    const unsigned char *p;
    const unsigned char *end;
    uint32_t at;
    /** Where the present sentence, clause began. */
    uint32_t sentence;
    uint32_t clause;
    bool after_end;
    /** The first sentence, clause that begins at latest or behind it; 0: none yet. */
    uint32_t latest;
    uint32_t last_sentence;
    uint32_t last_clause;
};

static uint32_t step(struct walk *w)
{
    uint32_t cp = jw_utf8_next(&w->p, w->end);
    w->at++;
    w->after_end = ends_sentence(cp) || (w->after_end && closes(cp));
    if (w->after_end) {
        w->sentence = w->at;
    }
    if (w->after_end || ends_clause(cp)) {
        w->clause = w->at;
    }
    if (w->last_sentence == 0 && w->sentence >= w->latest) {
        w->last_sentence = w->sentence;
    }
    if (w->last_clause == 0 && w->clause >= w->latest) {
        w->last_clause = w->clause;
    }
    return cp;
}

/* Where a piece begins that has mark m first. */
static uint32_t start_for(const struct walk *w, struct jw_range m, uint32_t max_chars)
{
    uint32_t earliest = m.start > max_chars / LEAD ? m.start - max_chars / LEAD : 0;
    uint32_t from = w->sentence;
    if (m.end - from > max_chars) {
        from = w->clause > earliest ? w->clause : earliest;
    }
    if (from <= w->latest) {
        return from;
    }
    /* There is room before it: the earliest good place that still reaches the end. */
    uint32_t good = w->last_sentence ? w->last_sentence : w->last_clause;
    return good && good < from ? good : from;
}

static uint32_t kind_of(uint64_t hash, uint64_t *kinds, uint32_t *n)
{
    uint32_t i = 0;
    while (i < *n && kinds[i] != hash) {
        i++;
    }
    if (i == *n && *n < KINDS) {
        kinds[(*n)++] = hash;
    }
    return i < KINDS ? i : KINDS - 1;
}

/* Fill places from the marks, in one walk over the text. */
static void find_places(struct jw_str text, const struct jw_marks *marks,
                        uint32_t max_chars, uint32_t latest, struct place *places)
{
    const unsigned char *start = (const unsigned char *)text.p;
    struct walk w = {.p = start, .end = start + text.n, .latest = latest};
    uint64_t kinds[KINDS];
    uint32_t n_kinds = 0;
    for (size_t i = 0; i < marks->n; i++) {
        struct jw_range m = marks->at[i];
        uint64_t hash = 0xCBF29CE484222325u;
        while (w.at < m.start && w.p < w.end) {
            (void)step(&w);
        }
        uint32_t from = start_for(&w, m, max_chars);
        while (w.at < m.end && w.p < w.end) {
            hash = (hash ^ step(&w)) * 0x100000001B3u;
        }
        struct place place = {m.start, m.end, from, kind_of(hash, kinds, &n_kinds)};
        places[i] = place;
    }
}

/* Where the best piece begins.  Pieces move forward, and so do both ends. */
static uint32_t best_start(const struct place *places, size_t n, uint32_t max_chars)
{
    uint32_t counts[KINDS] = {0};
    uint32_t best = n ? places[0].from : 0; /* a mark longer than the piece */
    size_t best_worth = 0;
    size_t different = 0;
    size_t first = 0;
    size_t behind = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t from = places[i].from;
        while (behind < n && places[behind].end - from <= max_chars) {
            different += counts[places[behind++].kind]++ == 0;
        }
        while (first < behind && places[first].start < from) {
            different -= --counts[places[first++].kind] == 0;
        }
        size_t worth = different * (n + 1) + (behind - first);
        if (worth > best_worth) {
            best_worth = worth;
            best = from;
        }
    }
    return best;
}

/* The last end of a sentence in the second half of the piece, when no mark
 * stands behind it; else to. */
static uint32_t nice_end(struct jw_str text, const struct jw_marks *marks, uint32_t from,
                         uint32_t to)
{
    const unsigned char *start = (const unsigned char *)text.p;
    struct walk w = {.p = start + jw_utf8_offset(text, from),
                     .end = start + text.n,
                     .at = from,
                     .sentence = from,
                     .clause = from};
    uint32_t least = from + (to - from + 1) / 2;
    for (size_t i = 0; i < marks->n; i++) {
        if (marks->at[i].start >= from && marks->at[i].end <= to) {
            least = marks->at[i].end > least ? marks->at[i].end : least;
        }
    }
    while (w.at < to && w.p < w.end) {
        (void)step(&w);
    }
    return w.sentence >= least ? w.sentence : to;
}

enum jw_status jw_snippet_cut(struct jw_str text, const struct jw_marks *marks,
                              uint32_t max_chars, struct jw_arena *arena,
                              struct jw_snippet *out)
{
    uint32_t n_chars = (uint32_t)jw_utf8_count(text);
    uint32_t from = 0;
    uint32_t to = n_chars;
    struct jw_range *ranges = jw_arena_calloc(arena, marks->n + 1, sizeof *ranges);
    struct place *places = jw_arena_calloc(arena, marks->n + 1, sizeof *places);
    memset(out, 0, sizeof *out);
    if (!ranges || !places) {
        return JW_ENOMEM;
    }
    if (n_chars > max_chars) {
        find_places(text, marks, max_chars, n_chars - max_chars, places);
        from = best_start(places, marks->n, max_chars);
        to = n_chars - from > max_chars ? from + max_chars : n_chars;
        to = nice_end(text, marks, from, to);
    }
    for (size_t i = 0; i < marks->n; i++) {
        struct jw_range r = marks->at[i];
        if (r.end > from && r.start < to) {
            r.start = r.start > from ? r.start - from : 0;
            r.end = (r.end < to ? r.end : to) - from;
            ranges[out->n_ranges++] = r;
        }
    }
    out->ranges = ranges;
    out->start = from;
    out->text = jw_str_slice(text, jw_utf8_offset(text, from), jw_utf8_offset(text, to));
    return JW_OK;
}
