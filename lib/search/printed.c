/* An article as it was printed: its lines, with the marks of its paragraphs. */
#include <stdlib.h>
#include <string.h>

#include "jianwen/search.h"
#include "jianwen/utf8.h"
#include "printed.h"

/* Where a walk along the marks of one paragraph is. */
struct marked {
    struct jw_str text;
    const struct jw_range *ranges;
    size_t n_ranges;
    /** Code points before byte `byte`. */
    uint32_t chars;
    size_t byte;
};

static uint32_t chars_before(struct marked *m, size_t byte)
{
    m->chars += (uint32_t)jw_utf8_count(jw_str_slice(m->text, m->byte, byte));
    m->byte = byte;
    return m->chars;
}

/* The marks within code points from up to to, moved by shift. */
static enum jw_status cut_ranges(const struct marked *m, uint32_t from, uint32_t to,
                                 uint32_t shift, struct jw_arena *arena,
                                 struct jw_hit_line *out)
{
    size_t first = 0;
    while (first < m->n_ranges && m->ranges[first].end <= from) {
        first++;
    }
    size_t end = first;
    while (end < m->n_ranges && m->ranges[end].start < to) {
        end++;
    }
    if (end == first) {
        return JW_OK;
    }
    struct jw_range *at = jw_arena_alloc(arena, (end - first) * sizeof *at);
    if (!at) {
        return JW_ENOMEM;
    }
    for (size_t i = first; i < end; i++) {
        struct jw_range r = m->ranges[i];
        r.start = (r.start > from ? r.start : from) - from + shift;
        r.end = (r.end < to ? r.end : to) - from + shift;
        at[i - first] = r;
    }
    out->ranges = at;
    out->n_ranges = end - first;
    return JW_OK;
}

static enum jw_status print_line(struct marked *m, const struct jw_printed_line *l,
                                 struct jw_arena *arena, struct jw_hit_line *out)
{
    size_t bytes = l->end - l->start;
    char *p = jw_arena_alloc(arena, l->before.n + bytes + l->after.n + 1);
    if (!p) {
        return JW_ENOMEM;
    }
    const struct jw_str parts[] = {l->before, jw_str_slice(m->text, l->start, l->end),
                                   l->after};
    size_t n = 0;
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].p && parts[i].n) {
            memcpy(p + n, parts[i].p, parts[i].n);
            n += parts[i].n;
        }
    }
    out->line = l->line;
    out->text = jw_str_of(p, n);
    uint32_t from = chars_before(m, l->start);
    uint32_t to = chars_before(m, l->end);
    uint32_t shift = (uint32_t)jw_utf8_count(l->before);
    return to > from ? cut_ranges(m, from, to, shift, arena, out) : JW_OK;
}

/* The lines of one paragraph. */
static enum jw_status print_paragraph(const struct jw_paragraph *p, uint32_t n,
                                      const struct jw_range *ranges, size_t n_ranges,
                                      struct jw_arena *arena, struct jw_hit_line *out)
{
    struct marked m = {p->text, ranges, n_ranges, 0, 0};
    for (uint32_t k = 0; k < (p->n_lines ? p->n_lines : 1); k++) {
        enum jw_status status = JW_OK;
        out[k] = (struct jw_hit_line){.n = n, .role = p->role};
        if (p->n_lines) {
            status = print_line(&m, &p->lines[k], arena, &out[k]);
        } else {
            out[k].line = p->line_start;
            out[k].text = p->text;
            out[k].ranges = ranges;
            out[k].n_ranges = n_ranges;
        }
        if (status != JW_OK) {
            return status;
        }
    }
    return JW_OK;
}

static int by_line(const void *a, const void *b)
{
    const struct jw_hit_line *x = a;
    const struct jw_hit_line *y = b;
    if (x->line != y->line) {
        return x->line < y->line ? -1 : 1;
    }
    return (x->n > y->n) - (x->n < y->n);
}

enum jw_status jw_print_article(const struct jw_hit *hit, struct jw_arena *arena,
                                const struct jw_hit_line **out, size_t *n_out)
{
    const struct jw_article *a = hit->article;
    /* A title that is no line of the text was not printed here. */
    bool title = a->n_paragraphs > 0 && a->paragraphs[0].line_start != 0;
    size_t most = 0;
    for (size_t i = 0; i < a->n_paragraphs; i++) {
        most += a->paragraphs[i].n_lines ? a->paragraphs[i].n_lines : 1;
    }
    struct jw_hit_line *lines = jw_arena_alloc(arena, (most + 1) * sizeof *lines);
    size_t n = 0;
    if (!lines) {
        return JW_ENOMEM;
    }
    for (size_t i = title ? 0 : 1; i < a->n_paragraphs; i++) {
        const struct jw_hit_paragraph *shown = i ? &hit->paragraphs[i - 1] : NULL;
        enum jw_status status = print_paragraph(
            &a->paragraphs[i], (uint32_t)i, shown ? shown->ranges : hit->title_ranges,
            shown ? shown->n_ranges : hit->n_title_ranges, arena, &lines[n]);
        if (status != JW_OK) {
            return status;
        }
        n += a->paragraphs[i].n_lines ? a->paragraphs[i].n_lines : 1;
    }
    qsort(lines, n, sizeof *lines, by_line);
    *out = lines;
    *n_out = n;
    return JW_OK;
}
