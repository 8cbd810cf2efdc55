#include "present.h"

#include <string.h>

#include "across.h"
#include "cursor.h"
#include "explain.h"
#include "mark.h"
#include "snippet.h"

enum {
    /* Hits that are fetched at once. */
    FETCH_HITS = 16
};

static enum jw_status out_of_memory(struct jw_search_state *s)
{
    return jw_fail(s->err, JW_ENOMEM, "not enough memory for this query");
}

/* @param once  the text is known to hold the plan's one part once. */
static enum jw_status show_paragraph(struct jw_search_state *s,
                                     const struct jw_article *article, size_t n,
                                     bool verbatim_only, bool once,
                                     struct jw_units *units, struct jw_hit_paragraph *out)
{
    const struct jw_paragraph *p = &article->paragraphs[n];
    struct jw_marks marks = {NULL, 0};
    if (!(once && jw_mark_once(s->plan, p->text, s->arena, &marks)) &&
        jw_mark_text(s->plan, p->text, n == 0, verbatim_only, units, s->arena, &marks) !=
            JW_OK) {
        return out_of_memory(s);
    }
    if (jw_across_find(s->plan, article, n, units, s->arena, &marks, out) != JW_OK) {
        return out_of_memory(s);
    }
    out->n = (uint32_t)n;
    out->role = p->role;
    out->text = p->text;
    out->ranges = marks.at;
    out->n_ranges = marks.n;
    out->line_start = p->line_start;
    out->line_end = p->line_end;
    if (s->request->snippet_chars &&
        jw_snippet_cut(p->text, &marks, s->request->snippet_chars, s->arena,
                       &out->snippet) != JW_OK) {
        return out_of_memory(s);
    }
    return JW_OK;
}

static enum jw_status mark_title(struct jw_search_state *s,
                                 const struct jw_article *article, bool verbatim_only,
                                 struct jw_units *units, struct jw_hit *hit)
{
    struct jw_marks marks = {NULL, 0};
    if (jw_mark_text(s->plan, article->title, true, verbatim_only, units, s->arena,
                     &marks) != JW_OK) {
        return out_of_memory(s);
    }
    hit->title_ranges = marks.at;
    hit->n_title_ranges = marks.n;
    return JW_OK;
}

/* Whether paragraph a is to be shown before paragraph b. */
static bool shown_before(const struct jw_found *a, const struct jw_found *b)
{
    if (a->tier != b->tier) {
        return a->tier < b->tier;
    }
    return a->score > b->score;
}

/*
 * The best paragraphs of an article: of its own tier, best first.  Of an exact
 * hit those that hold every part verbatim, so that nothing less is marked.
 * The title is shown as the title; as a paragraph only when there is no other.
 */
static size_t choose(const struct jw_exam *exam, enum jw_tier tier, uint32_t most,
                     size_t *chosen)
{
    size_t n = 0;
    for (size_t i = 1; i < exam->stored.article.n_paragraphs; i++) {
        const struct jw_found *f = &exam->found[i];
        /* What the paragraph may go on in holds it by itself. */
        uint32_t next = exam->stored.article.paragraphs[i].next;
        bool beyond = f->across && exam->found[next].tier <= f->tier;
        if (f->tier > tier || beyond || exam->stored.article.paragraphs[i].text.n == 0) {
            continue;
        }
        size_t k = n;
        while (k > 0 && shown_before(f, &exam->found[chosen[k - 1]])) {
            k--;
        }
        if (k >= most) {
            continue;
        }
        n = n < most ? n + 1 : n;
        memmove(chosen + k + 1, chosen + k, (n - k - 1) * sizeof *chosen);
        chosen[k] = i;
    }
    if (n == 0 && most > 0 && exam->found[0].tier <= tier) {
        chosen[n++] = 0;
    }
    return n;
}

static enum jw_status show_paragraphs(struct jw_search_state *s,
                                      const struct jw_entry *entry,
                                      struct jw_units *units, struct jw_hit *hit)
{
    const struct jw_exam *exam = entry->exam;
    const struct jw_article *article = &exam->stored.article;
    uint32_t most = s->request->paragraphs;
    bool verbatim_only = entry->tier == JW_TIER_EXACT;
    bool once = entry->seen && entry->seen->once;
    size_t n = 1;
    size_t *chosen = jw_arena_calloc(s->arena, most + 2, sizeof *chosen);
    if (!chosen) {
        return out_of_memory(s);
    }
    if (s->request->unit == JW_HIT_PARAGRAPH) {
        const struct jw_segment *g = jw_index_segment(s->index, entry->candidate.segment);
        chosen[0] = entry->candidate.docid - g->rows[entry->candidate.row].first_docid;
    } else {
        n = choose(exam, entry->tier, most, chosen);
    }
    struct jw_hit_paragraph *shown = jw_arena_calloc(s->arena, n + 1, sizeof *shown);
    if (!shown) {
        return out_of_memory(s);
    }
    enum jw_status read = jw_stored_lines(&entry->exam->stored, s->arena, s->err);
    if (read != JW_OK) {
        return read;
    }
    for (size_t i = 0; i < n; i++) {
        enum jw_status status =
            show_paragraph(s, article, chosen[i], verbatim_only, once, units, &shown[i]);
        if (status != JW_OK) {
            return status;
        }
    }
    hit->paragraphs = shown;
    hit->n_paragraphs = n;
    return JW_OK;
}

/* The facts of the other prints of a story. */
static enum jw_status name_copies(struct jw_search_state *s, const struct jw_entry *entry,
                                  struct jw_hit *hit)
{
    size_t most =
        entry->n_copies < JW_SEARCH_MAX_ALSO_IN ? entry->n_copies : JW_SEARCH_MAX_ALSO_IN;
    struct jw_article *also_in = jw_arena_calloc(s->arena, most + 1, sizeof *also_in);
    hit->n_copies = entry->n_copies;
    hit->also_in = also_in;
    if (!also_in) {
        return out_of_memory(s);
    }
    for (const struct jw_copy *c = entry->copies; c && hit->n_also_in < most;
         c = c->next) {
        struct jw_stored stored;
        enum jw_status status = jw_reader_article(
            s->reader, c->candidate.segment, c->candidate.row, s->arena, &stored, s->err);
        if (status == JW_OK) {
            also_in[hit->n_also_in++] = stored.article;
        } else if (status != JW_ENOTFOUND) {
            return status;
        }
    }
    return JW_OK;
}

/* Which of an article's paragraphs are shown, and why a hit is one, takes judging. */
static enum jw_status read_entry(struct jw_search_state *s, struct jw_examiner *examiner,
                                 const struct jw_entry *entry)
{
    const struct jw_candidate *c = &entry->candidate;
    const struct jw_segment *g = jw_index_segment(s->index, c->segment);
    size_t n = c->docid - g->rows[c->row].first_docid;
    if (s->request->unit != JW_HIT_PARAGRAPH) {
        return jw_exam_judge(examiner, JW_EXAMINE_ALL, s->arena, entry->exam);
    }
    if (entry->seen) {
        jw_stored_give(&entry->exam->stored, n, entry->seen->text);
    }
    return s->request->explain ? jw_exam_judge(examiner, n, s->arena, entry->exam)
                               : jw_exam_show(examiner, n, s->arena, entry->exam);
}

static enum jw_status show_entry(struct jw_search_state *s, struct jw_examiner *examiner,
                                 struct jw_entry *entry, struct jw_units *units,
                                 struct jw_hit *hit)
{
    const struct jw_candidate *c = &entry->candidate;
    enum jw_status status = JW_OK;
    if (!entry->exam) {
        entry->exam = jw_arena_calloc(s->arena, 1, sizeof *entry->exam);
        status = entry->exam
                     ? jw_exam_read(examiner, c->segment, c->row, s->arena, entry->exam)
                     : out_of_memory(s);
    }
    if (status == JW_OK && !entry->exam->judged) {
        status = read_entry(s, examiner, entry);
    }
    if (status != JW_OK) {
        return status;
    }
    hit->article = &entry->exam->stored.article;
    hit->score = (double)entry->score;
    hit->tier = entry->tier;
    status = mark_title(s, hit->article, entry->tier == JW_TIER_EXACT, units, hit);
    if (status == JW_OK) {
        status = show_paragraphs(s, entry, units, hit);
    }
    if (status == JW_OK && s->request->dedupe) {
        status = name_copies(s, entry, hit);
    }
    if (status == JW_OK && s->request->explain) {
        status = jw_explain(s, examiner, entry, &hit->explanation);
    }
    return status;
}

/* How many entries stand before the page. */
static enum jw_status entries_before(struct jw_search_state *s,
                                     const struct jw_gathered *gathered, size_t *n)
{
    *n = s->request->offset;
    if (!s->cursor || s->cursor->revision == jw_index_revision(s->index)) {
        return JW_OK;
    }
    return jw_cursor_find(s->cursor, s, gathered, n);
}

/* The cursor behind the last entry that was shown. */
static enum jw_status set_next_cursor(struct jw_search_state *s,
                                      const struct jw_entry *last,
                                      struct jw_search_result *out)
{
    struct jw_cursor c;
    if (s->cursor) {
        c = *s->cursor;
    } else {
        jw_cursor_begin(s, &c);
    }
    jw_cursor_move(&c, s, last);
    out->next_cursor = jw_cursor_write(&c, s->arena);
    return out->next_cursor.p ? JW_OK : out_of_memory(s);
}

/* What is going to be read of the page's hits. */
static void fetch(const struct jw_search_state *s, const struct jw_gathered *gathered,
                  size_t before)
{
    struct jw_document_place places[FETCH_HITS];
    size_t n = 0;
    size_t at = 0;
    for (int tier = 0; tier < JW_TIERS; tier++) {
        const struct jw_entries *list = &gathered->tiers[tier];
        for (size_t i = 0; i < list->n && n < FETCH_HITS && n < s->request->limit; i++) {
            const struct jw_candidate *c = &list->at[i].candidate;
            if (at++ >= before) {
                struct jw_document_place place = {c->segment, c->row, c->docid};
                places[n++] = place;
            }
        }
    }
    jw_reader_fetch(s->reader, places, n);
}

enum jw_status jw_present_hits(struct jw_search_state *s, struct jw_examiner *examiner,
                               const struct jw_gathered *gathered, struct jw_units *units,
                               struct jw_search_result *out)
{
    const struct jw_search_request *r = s->request;
    const struct jw_entry *last = NULL;
    size_t before = 0;
    size_t known = 0;
    size_t at = 0;
    struct jw_hit *hits = jw_arena_calloc(s->arena, r->limit + 1, sizeof *hits);
    if (!hits) {
        return out_of_memory(s);
    }
    enum jw_status status = entries_before(s, gathered, &before);
    if (status != JW_OK) {
        return status;
    }
    fetch(s, gathered, before);
    for (int tier = 0; tier < JW_TIERS; tier++) {
        const struct jw_entries *list = &gathered->tiers[tier];
        known += list->n;
        for (size_t i = 0; i < list->n && out->n_hits < r->limit; i++) {
            if (at++ < before) {
                continue;
            }
            status = show_entry(s, examiner, &list->at[i], units, &hits[out->n_hits]);
            if (status == JW_ENOTFOUND) {
                continue; /* removed since the state was opened */
            }
            if (status != JW_OK) {
                return status;
            }
            last = &list->at[i];
            out->n_hits++;
        }
    }
    out->hits = hits;
    size_t end = before + r->limit;
    size_t next = (size_t)r->offset + r->limit;
    bool more = known > end || (!gathered->complete && gathered->total.value > end);
    out->has_next = more && r->limit > 0 && next <= JW_SEARCH_MAX_OFFSET;
    out->next_offset = (uint32_t)next;
    return out->has_next && last ? set_next_cursor(s, last, out) : JW_OK;
}

/* In a whole article the end of a hit across a break is marked where it stands. */
static enum jw_status mark_beyond(struct jw_search_state *s,
                                  struct jw_hit_paragraph *shown, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < shown[i].n_doubts; k++) {
            const struct jw_doubt *d = &shown[i].doubts[k];
            if (d->joined || d->next == 0 || d->next > n) {
                continue;
            }
            struct jw_hit_paragraph *next = &shown[d->next - 1];
            struct jw_marks marks = {(struct jw_range *)(uintptr_t)next->ranges,
                                     next->n_ranges};
            if (jw_across_prepend(d->next_ranges, d->n_next_ranges, s->arena, &marks) !=
                JW_OK) {
                return out_of_memory(s);
            }
            next->ranges = marks.at;
            next->n_ranges = marks.n;
        }
    }
    return JW_OK;
}

enum jw_status jw_present_article(struct jw_search_state *s, const struct jw_exam *exam,
                                  struct jw_units *units, struct jw_hit *out)
{
    const struct jw_article *article = &exam->stored.article;
    size_t n = article->n_paragraphs - 1;
    /* As in a list of hits: in an exact hit single bigrams are not marked. */
    bool verbatim_only = exam->tier == JW_TIER_EXACT;
    struct jw_hit_paragraph *shown = jw_arena_calloc(s->arena, n + 1, sizeof *shown);
    if (!shown) {
        return out_of_memory(s);
    }
    memset(out, 0, sizeof *out);
    out->article = article;
    out->tier = exam->tier;
    out->paragraphs = shown;
    out->n_paragraphs = n;
    enum jw_status status = mark_title(s, article, verbatim_only, units, out);
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        status =
            show_paragraph(s, article, i + 1, verbatim_only, false, units, &shown[i]);
    }
    return status == JW_OK ? mark_beyond(s, shown, n) : status;
}
