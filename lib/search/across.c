#include "across.h"

#include <string.h>

#include "jianwen/overlap.h"
#include "jianwen/utf8.h"

enum {
    /** Marks behind a break, at most: it holds so many characters. */
    HEAD_MARKS = JW_OVERLAP_CHARS
};

/* Whether a mark lies on both sides of code point at. */
static bool marked_across(const struct jw_marks *marks, uint32_t at)
{
    for (size_t i = 0; i < marks->n; i++) {
        if (marks->at[i].start < at && marks->at[i].end > at) {
            return true;
        }
    }
    return false;
}

/* ---- joins ---- */

static void find_joined(const struct jw_paragraph *p, const struct jw_marks *marks,
                        struct jw_doubt *doubts, size_t *n)
{
    for (uint32_t k = 1; k < p->n_lines; k++) {
        const struct jw_printed_line *l = &p->lines[k];
        if (l->sure >= JW_JOIN_SURE || l->start == l->end) {
            continue;
        }
        uint32_t at = (uint32_t)jw_utf8_count(jw_str_slice(p->text, 0, l->start));
        if (marked_across(marks, at)) {
            doubts[(*n)++] = (struct jw_doubt){
                .line = l->line, .likely = l->sure, .joined = true, .at = at};
        }
    }
}

static size_t count_doubtful(const struct jw_paragraph *p)
{
    size_t n = 0;
    for (uint32_t k = 1; k < p->n_lines; k++) {
        n += p->lines[k].sure < JW_JOIN_SURE;
    }
    return n;
}

/* ---- the break at the end ---- */

/* What the marks across a break come to. */
struct across {
    /** Byte of the overlap's text where the first of them begins. */
    uint32_t from;
    struct jw_range *head;
    size_t n_head;
};

/* Add bytes start up to end of the later paragraph; they ascend. */
static void add_head(struct across *a, uint32_t start, uint32_t end)
{
    struct jw_range *last = a->n_head ? &a->head[a->n_head - 1] : NULL;
    if (last && start < last->end) {
        last->end = end > last->end ? end : last->end;
    } else if (a->n_head < HEAD_MARKS) {
        a->head[a->n_head++] = (struct jw_range){start, end};
    }
}

/* The marks of one part that end behind the break. */
static void mark_part(const struct jw_part *part, const struct jw_overlap *o,
                      const struct jw_units *units, struct across *a)
{
    size_t i = jw_units_find(units->at, units->n, 0, part->units, part->n_units);
    while (i < units->n) {
        size_t last = i + part->n_units - 1;
        uint32_t start = units->at[i].start;
        uint32_t end = units->at[last].end;
        if (end > o->seam && end <= o->limit) {
            a->from = start < a->from ? start : a->from;
            add_head(a, start > o->seam ? start - o->seam : 0, end - o->seam);
        }
        i = jw_units_find(units->at, units->n, last + 1, part->units, part->n_units);
    }
}

static void to_code_points(struct jw_str text, struct jw_range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ranges[i].start = (uint32_t)jw_utf8_count(jw_str_slice(text, 0, ranges[i].start));
        ranges[i].end = (uint32_t)jw_utf8_count(jw_str_slice(text, 0, ranges[i].end));
    }
}

/* Mark the end of text from code point `from` on. */
static enum jw_status mark_tail(struct jw_str text, uint32_t from, struct jw_arena *arena,
                                struct jw_marks *marks)
{
    struct jw_range *at = jw_arena_alloc(arena, (marks->n + 1) * sizeof *at);
    if (!at) {
        return JW_ENOMEM;
    }
    size_t n = marks->n;
    if (n) {
        memcpy(at, marks->at, n * sizeof *at);
    }
    while (n > 0 && at[n - 1].end > from) {
        n--;
        from = at[n].start < from ? at[n].start : from;
    }
    at[n++] = (struct jw_range){from, (uint32_t)jw_utf8_count(text)};
    marks->at = at;
    marks->n = n;
    return JW_OK;
}

static enum jw_status find_parted(const struct jw_plan *plan,
                                  const struct jw_article *article, size_t n,
                                  struct jw_units *units, struct jw_arena *arena,
                                  struct jw_marks *marks, struct jw_doubt *doubts,
                                  size_t *n_doubts)
{
    const struct jw_paragraph *p = &article->paragraphs[n];
    const struct jw_paragraph *next = &article->paragraphs[p->next];
    struct jw_overlap o;
    struct across a = {.from = UINT32_MAX};
    a.head = jw_arena_alloc(arena, HEAD_MARKS * sizeof *a.head);
    enum jw_status status =
        jw_overlap_make(p->text, next->text, p->next_space, arena, &o);
    if (status != JW_OK || !a.head || jw_normalize(o.text, units) != JW_OK) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < plan->n_parts; i++) {
        if (plan->positive[i] && jw_part_searchable(&plan->parts[i])) {
            mark_part(&plan->parts[i], &o, units, &a);
        }
    }
    if (a.n_head == 0) {
        return JW_OK;
    }
    if (a.from < o.seam) {
        uint32_t from =
            (uint32_t)jw_utf8_count(jw_str_slice(p->text, 0, (size_t)o.skipped + a.from));
        status = mark_tail(p->text, from, arena, marks);
    }
    struct jw_str head = jw_str_slice(o.text, o.seam, o.limit);
    to_code_points(head, a.head, a.n_head);
    doubts[(*n_doubts)++] =
        (struct jw_doubt){.line = next->line_start,
                          .likely = p->next_likely,
                          .joined = false,
                          .at = (uint32_t)jw_utf8_count(p->text),
                          .next = p->next,
                          .next_text = jw_str_slice(next->text, 0, head.n),
                          .next_ranges = a.head,
                          .n_next_ranges = a.n_head};
    return status;
}

enum jw_status jw_across_find(const struct jw_plan *plan,
                              const struct jw_article *article, size_t n,
                              struct jw_units *units, struct jw_arena *arena,
                              struct jw_marks *marks, struct jw_hit_paragraph *out)
{
    const struct jw_paragraph *p = &article->paragraphs[n];
    size_t most = (p->lines && marks->n ? count_doubtful(p) : 0) + (p->next != 0);
    size_t n_doubts = 0;
    enum jw_status status = JW_OK;
    if (most == 0) {
        return JW_OK;
    }
    struct jw_doubt *doubts = jw_arena_calloc(arena, most, sizeof *doubts);
    if (!doubts) {
        return JW_ENOMEM;
    }
    if (p->lines && marks->n) {
        find_joined(p, marks, doubts, &n_doubts);
    }
    if (p->next) {
        status = find_parted(plan, article, n, units, arena, marks, doubts, &n_doubts);
    }
    out->doubts = doubts;
    out->n_doubts = n_doubts;
    return status;
}

enum jw_status jw_across_prepend(const struct jw_range *ranges, size_t n,
                                 struct jw_arena *arena, struct jw_marks *marks)
{
    struct jw_range *at = jw_arena_alloc(arena, (n + marks->n + 1) * sizeof *at);
    if (!at) {
        return JW_ENOMEM;
    }
    size_t k = 0;
    size_t i = 0;
    size_t m = 0;
    while (i < n || m < marks->n) {
        bool own = i == n || (m < marks->n && marks->at[m].start < ranges[i].start);
        struct jw_range r = own ? marks->at[m++] : ranges[i++];
        if (k > 0 && r.start < at[k - 1].end) {
            at[k - 1].end = r.end > at[k - 1].end ? r.end : at[k - 1].end;
        } else {
            at[k++] = r;
        }
    }
    marks->at = at;
    marks->n = k;
    return JW_OK;
}
