#include "double.h"

#include <string.h>

#include "glyph.h"
#include "jianwen/utf8.h"
#include "mark.h"

/* What the characters of a text add up to. */
struct tally {
    size_t words;
    size_t gap_cells;
    size_t gaps;
    bool stopped;
    bool goes_on;
    bool ends_clause;
};

/* A full stop, comma or colon; headings are as often asked or called out. */
static bool ends_clause(uint32_t cp, int cls)
{
    bool called = cp == '!' || cp == '?' || cp == 0xFF01 || cp == 0xFF1F;
    return (cls == JW_GLYPH_STOP && !called) || cls == JW_GLYPH_DOT ||
           cls == JW_GLYPH_COMMA || cls == JW_GLYPH_SEMICOLON || cls == JW_GLYPH_COLON ||
           cls == JW_GLYPH_ELLIPSIS;
}

static void count(struct tally *t, uint32_t cp)
{
    enum {
        /* A tab separates cells of a row. */
        TAB_CELLS = 4,
        GAP_CELLS = 2
    };
    struct jw_glyph g = jw_glyph_of(cp);
    bool word = g.cls == JW_GLYPH_HAN || g.cls == JW_GLYPH_LETTER;
    if (g.cls == JW_GLYPH_SPACE) {
        t->gap_cells += cp == '\t' ? TAB_CELLS : g.cells;
        return;
    }
    t->gaps += t->gap_cells >= GAP_CELLS;
    t->gap_cells = 0;
    if (g.cls == JW_GLYPH_CLOSE_BRACKET || g.cls == JW_GLYPH_CLOSE_QUOTE ||
        g.cls == JW_GLYPH_NEUTRAL_QUOTE || g.cls == JW_GLYPH_ZERO) {
        return;
    }
    t->words += word;
    t->goes_on = t->goes_on || (t->stopped && word);
    t->stopped = t->stopped || g.cls == JW_GLYPH_STOP;
    t->ends_clause = ends_clause(cp, g.cls);
}

/* "----------", "哈哈哈哈": a few characters over and over. */
static bool is_pattern(struct jw_str s)
{
    enum {
        UNIT_CHARS = 3
    };
    for (size_t n = 1; n <= UNIT_CHARS; n++) {
        size_t at = jw_utf8_offset(s, n);
        if (memcmp(s.p, s.p + at, s.n - at) == 0) {
            return true;
        }
    }
    return false;
}

bool jw_double_is_display(struct jw_str text)
{
    enum {
        ROW_GAPS = 2
    };
    if (text.n > JW_DOUBLE_BYTES || jw_utf8_count(text) < JW_DOUBLE_CHARS ||
        is_pattern(text)) {
        return false;
    }
    if (jw_mark_line(text)) {
        return true;
    }
    struct tally t = {0};
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    while (p < end) {
        count(&t, jw_utf8_next(&p, end));
    }
    return t.words >= JW_DOUBLE_CHARS && t.gaps < ROW_GAPS && !t.goes_on &&
           !t.ends_clause;
}

/* The two halves of a text, so much space between them, are the same. */
static bool is_halved(struct jw_str text, struct jw_str gap, struct jw_str *half)
{
    if (text.n < gap.n + 2 || (text.n - gap.n) % 2 != 0) {
        return false;
    }
    size_t n = (text.n - gap.n) / 2;
    if (text.p[0] != text.p[n + gap.n]) {
        return false;
    }
    *half = jw_str_slice(text, 0, n);
    return jw_str_eq(*half, jw_str_slice(text, n + gap.n, text.n)) &&
           jw_str_eq(gap, jw_str_slice(text, n, n + gap.n));
}

bool jw_double_is_twice(struct jw_str text, struct jw_str *once)
{
    static const char *const between[] = {"", " ", "  ", "\xE3\x80\x80", NULL};
    for (size_t i = 0; between[i] && text.n <= 2 * JW_DOUBLE_BYTES; i++) {
        if (is_halved(text, jw_str_c(between[i]), once)) {
            return jw_double_is_display(*once);
        }
    }
    return false;
}

void jw_double_cut(struct jw_paragraph *p, size_t n)
{
    /* Only who made the list, in the arena, cuts it. */
    struct jw_printed_line *lines = (struct jw_printed_line *)(uintptr_t)p->lines;
    uint32_t end = (uint32_t)n;
    p->text = jw_str_of(p->text.p, n);
    for (uint32_t i = 0; i < p->n_lines; i++) {
        struct jw_printed_line *l = &lines[i];
        uint32_t from = l->start > end ? l->start : end;
        if (l->end > from) {
            l->after.p -= l->end - from;
            l->after.n += l->end - from;
        }
        l->start = l->start < end ? l->start : end;
        l->end = l->end < end ? l->end : end;
    }
}

/* The paragraph's printed lines, also when it is one that says nothing else. */
static struct jw_printed_line line_of(const struct jw_paragraph *p, uint32_t i)
{
    if (p->n_lines) {
        return p->lines[i];
    }
    return (struct jw_printed_line){
        .line = p->line_start,
        .end = (uint32_t)p->text.n,
        .before = jw_str_of(p->text.p, 0),
        .after = jw_str_of(p->text.p + p->text.n, 0),
        .sure = 100,
    };
}

/* A line of which the paragraph says nothing, printed behind byte at of it. */
static struct jw_printed_line as_copy(struct jw_printed_line l, uint32_t at)
{
    const char *end = l.after.p + l.after.n;
    const char *text = l.before.p + l.before.n;
    l.after = jw_str_of(text, (size_t)(end - text));
    l.start = at;
    l.end = at;
    l.sure = 100;
    return l;
}

/* Room for n more printed lines in the list of p, which may be none yet. */
static struct jw_printed_line *grow_lines(struct jw_paragraph *p, uint32_t n,
                                          uint32_t *cap, struct jw_arena *arena)
{
    struct jw_printed_line *lines = (struct jw_printed_line *)(uintptr_t)p->lines;
    uint32_t have = p->n_lines ? p->n_lines : 1;
    if (*cap < have + n) {
        uint32_t more = 2 * (have + n);
        struct jw_printed_line *grown = jw_arena_alloc(arena, more * sizeof *grown);
        for (uint32_t i = 0; grown && i < have; i++) {
            grown[i] = line_of(p, i);
        }
        *cap = grown ? more : 0;
        lines = grown;
    }
    return lines;
}

enum jw_status jw_double_fold(struct jw_paragraph *kept, const struct jw_paragraph *copy,
                              uint32_t *cap, struct jw_arena *arena)
{
    uint32_t n_copy = copy->n_lines ? copy->n_lines : 1;
    struct jw_printed_line *lines = grow_lines(kept, n_copy, cap, arena);
    if (!lines) {
        return JW_ENOMEM;
    }
    uint32_t n = kept->n_lines ? kept->n_lines : 1;
    for (uint32_t k = 0; k < n_copy; k++) {
        struct jw_printed_line l = line_of(copy, k);
        /* A paragraph that goes on behind its copy keeps the order of lines. */
        uint32_t at = n++;
        for (; at > 0 && lines[at - 1].line > l.line; at--) {
            lines[at] = lines[at - 1];
        }
        lines[at] = as_copy(l, at ? lines[at - 1].end : 0);
    }
    kept->lines = lines;
    kept->n_lines = n;
    return JW_OK;
}
