#include "line.h"

#include <string.h>

#include "edge.h"
#include "glyph.h"
#include "jianwen/utf8.h"
#include "pairs.h"

enum {
    TAB_CELLS = 4
};

void jw_line_source_init(struct jw_line_source *src, struct jw_str text,
                         uint32_t first_line)
{
    src->text = text;
    src->at = 0;
    src->next_number = first_line ? first_line : 1;
    src->next_lf = 0;
    src->next_cr = 0;
}

static uint8_t clamp_u8(size_t n)
{
    return n > UINT8_MAX ? UINT8_MAX : (uint8_t)n;
}

static uint32_t clamp_u32(size_t n)
{
    return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* Position of byte c at or after src->at, remembered in *cache. */
static size_t find_byte(const struct jw_line_source *src, char c, size_t *cache)
{
    if (*cache < src->at || (*cache == 0 && src->at == 0)) {
        const char *p = memchr(src->text.p + src->at, c, src->text.n - src->at);
        *cache = p ? (size_t)(p - src->text.p) : src->text.n;
    }
    return *cache;
}

/* Take the next physical line, without its end. */
static struct jw_str take_line(struct jw_line_source *src)
{
    size_t lf = find_byte(src, '\n', &src->next_lf);
    size_t cr = find_byte(src, '\r', &src->next_cr);
    size_t end = lf < cr ? lf : cr;
    struct jw_str line = jw_str_of(src->text.p + src->at, end - src->at);
    src->at = end == src->text.n ? end : end + 1;
    if (cr < lf && cr + 1 == lf) {
        src->at = lf + 1;
    }
    return line;
}

/*
 * Strip the space at both ends; *indent receives the width of the first, *wide
 * the ideographic spaces in it.
 */
static struct jw_str strip(struct jw_str s, size_t *indent, size_t *wide)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    *indent = 0;
    *wide = 0;
    while (p < end) {
        const unsigned char *q = p;
        uint32_t cp = jw_utf8_next(&q, end);
        struct jw_glyph g = jw_glyph_of(cp);
        if (g.cls != JW_GLYPH_SPACE) {
            break;
        }
        *indent += cp == '\t' ? TAB_CELLS : g.cells;
        *wide += cp == 0x3000;
        p = q;
    }
    while (end > p) {
        const unsigned char *q = end;
        if (jw_glyph_of(jw_step_back(p, &q)).cls != JW_GLYPH_SPACE) {
            break;
        }
        end = q;
    }
    return jw_str_of((const char *)p, (size_t)(end - p));
}

/* What a walk along the whole line adds up. */
struct walk {
    uint32_t cells;
    uint32_t narrow;
    uint32_t han;
    uint32_t letters;
    uint32_t marks;
    uint32_t squeeze;
    uint32_t word;
    uint32_t gap;
    uint32_t gaps;
    int brackets;
    int quotes;
    int last;
    bool stopped;
    unsigned flags;
};

static void end_word(struct walk *w)
{
    /* One or two letters are a unit or an initial, not speech. */
    if (w->word >= 3) {
        w->letters += w->word;
    }
    w->word = 0;
}

static void walk_close(struct walk *w, int *depth, unsigned closes)
{
    if (*depth > 0) {
        (*depth)--;
    } else {
        w->flags |= closes;
    }
}

static void walk_gap(struct walk *w, int cls)
{
    if (w->gap >= 2) {
        w->gaps++;
    }
    if (w->last == JW_GLYPH_HAN && cls == JW_GLYPH_HAN) {
        w->flags |= JW_LINE_PHRASES;
    }
    w->gap = 0;
}

static void walk_mark(struct walk *w, int cls)
{
    switch ((enum jw_glyph_class)cls) {
    case JW_GLYPH_OPEN_BRACKET:
        w->brackets++;
        break;
    case JW_GLYPH_OPEN_QUOTE:
        w->quotes++;
        break;
    case JW_GLYPH_CLOSE_BRACKET:
        walk_close(w, &w->brackets, JW_LINE_BRACKET_CLOSES);
        break;
    case JW_GLYPH_CLOSE_QUOTE:
        walk_close(w, &w->quotes, JW_LINE_QUOTE_CLOSES);
        break;
    case JW_GLYPH_STOP:
        w->stopped = true;
        w->flags |= JW_LINE_PUNCTUATED;
        break;
    case JW_GLYPH_COMMA:
    case JW_GLYPH_SEMICOLON:
        w->flags |= JW_LINE_PUNCTUATED | JW_LINE_COMMA;
        break;
    case JW_GLYPH_DOT:
    case JW_GLYPH_ELLIPSIS:
    case JW_GLYPH_COLON:
    case JW_GLYPH_DASH:
        w->flags |= JW_LINE_PUNCTUATED;
        break;
    case JW_GLYPH_OTHER:
    case JW_GLYPH_SPACE:
    case JW_GLYPH_HAN:
    case JW_GLYPH_LETTER:
    case JW_GLYPH_DIGIT:
    case JW_GLYPH_NEUTRAL_QUOTE:
    case JW_GLYPH_HYPHEN:
    case JW_GLYPH_SOFT_HYPHEN:
    case JW_GLYPH_BULLET:
    case JW_GLYPH_UNIT:
    case JW_GLYPH_ZERO:
        break;
    }
}

/* A run of Han characters, most of most texts.  @return where it ends. */
static const unsigned char *walk_han(const unsigned char *p, const unsigned char *end,
                                     struct walk *w, struct jw_pairs *pairs)
{
    const unsigned char *start = p;
    uint32_t before = 0;
    while (end - p >= 3 && p[0] >= 0xE4 && p[0] <= 0xE9) {
        const unsigned char *q = p;
        uint32_t cp = jw_utf8_next(&q, end);
        if (cp - 0x4E00u >= 0x5200u) {
            break;
        }
        if (before) {
            jw_pairs_note(pairs, before, cp);
        }
        before = cp;
        p = q;
    }
    uint32_t n = (uint32_t)(p - start) / 3;
    w->cells += 2 * n;
    w->marks += n;
    w->han += n;
    return p;
}

static void walk_other(struct walk *w, uint32_t cp, struct jw_glyph g)
{
    w->cells += g.cells;
    w->narrow += g.cells == 1;
    if (g.cls == JW_GLYPH_SPACE) {
        end_word(w);
        w->gap += cp == '\t' ? TAB_CELLS : g.cells;
        return;
    }
    w->marks++;
    if (w->gap) {
        walk_gap(w, g.cls);
    }
    if (g.cls == JW_GLYPH_LETTER) {
        w->word++;
    } else if (w->word) {
        end_word(w);
    }
    if (g.cls <= JW_GLYPH_DIGIT) {
        w->han += g.cls == JW_GLYPH_HAN;
        w->flags |= w->stopped ? JW_LINE_INNER_STOP : 0u;
    } else {
        walk_mark(w, g.cls);
        w->squeeze += g.cells == 2 && g.cls < JW_GLYPH_DASH && g.cls != JW_GLYPH_ELLIPSIS;
    }
    w->last = g.cls;
}

static void walk_line(struct jw_str s, struct walk *w, struct jw_pairs *pairs)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    while (p < end) {
        const unsigned char *q = walk_han(p, end, w, pairs);
        if (q > p) {
            if (w->gap) {
                walk_gap(w, JW_GLYPH_HAN);
            }
            end_word(w);
            w->flags |= w->stopped ? JW_LINE_INNER_STOP : 0u;
            w->last = JW_GLYPH_HAN;
            p = q;
            continue;
        }
        uint32_t cp = jw_utf8_next(&p, end);
        walk_other(w, cp, jw_glyph_of(cp));
    }
    end_word(w);
}

static unsigned flags_of(const struct walk *w)
{
    unsigned flags = w->flags;
    flags |= w->brackets > 0 ? JW_LINE_BRACKET_OPEN : 0u;
    flags |= w->quotes > 0 ? JW_LINE_QUOTE_OPEN : 0u;
    flags |= w->gaps >= 2 ? JW_LINE_ROW : 0u;
    return flags;
}

static void read_line(struct jw_str s, struct jw_line *line, struct jw_pairs *pairs)
{
    struct walk w = {.last = JW_GLYPH_OTHER};
    walk_line(s, &w, pairs);
    line->bytes = clamp_u32(s.n);
    line->cells = w.cells + line->indent;
    line->narrow = w.narrow;
    line->han = w.han;
    line->letters = w.letters;
    line->squeeze = clamp_u8(w.squeeze);
    line->marks = w.marks;
    line->measure = 0;
    line->block = 0;
    line->flags |= flags_of(&w);
    jw_edge_read(s, line);
}

size_t jw_lines_read(struct jw_line_source *src, struct jw_line *lines, size_t room,
                     struct jw_pairs *pairs)
{
    size_t n = 0;
    size_t blanks = 0;
    while (n < room && src->at < src->text.n) {
        size_t indent;
        size_t wide;
        struct jw_str whole = take_line(src);
        struct jw_str s = strip(whole, &indent, &wide);
        uint32_t number = src->next_number++;
        if (s.n == 0) {
            blanks++;
            continue;
        }
        struct jw_line *line = &lines[n++];
        line->offset = (size_t)(s.p - src->text.p);
        line->number = number;
        line->lead = clamp_u32((size_t)(s.p - whole.p));
        line->trail = clamp_u32(whole.n - s.n - line->lead);
        line->blanks = clamp_u8(blanks);
        line->indent = clamp_u8(indent);
        line->flags = wide >= 2 ? JW_LINE_IDEOGRAPHIC : 0;
        read_line(s, line, pairs);
        blanks = 0;
    }
    return n;
}
