#include "line.h"

#include <string.h>

#include "glyph.h"
#include "jianwen/utf8.h"
#include "mark.h"
#include "pairs.h"

enum {
    TAB_CELLS = 4,
    /** Longest beginning or end of a line that is looked at for its form. */
    EDGE_CHARS = 24
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
static struct jw_str take_line(struct jw_line_source *src, size_t *offset)
{
    size_t lf = find_byte(src, '\n', &src->next_lf);
    size_t cr = find_byte(src, '\r', &src->next_cr);
    size_t end = lf < cr ? lf : cr;
    *offset = src->at;
    struct jw_str line = jw_str_of(src->text.p + src->at, end - src->at);
    src->at = end == src->text.n ? end : end + 1;
    if (cr < lf && cr + 1 == lf) {
        src->at = lf + 1;
    }
    return line;
}

/* The code point before *end, and *end moved in front of it. */
static uint32_t step_back(const unsigned char *start, const unsigned char **end)
{
    const unsigned char *p = *end - 1;
    for (int i = 0; i < 3 && p > start && (*p & 0xC0u) == 0x80u; i++) {
        p--;
    }
    const unsigned char *q = p;
    uint32_t cp = jw_utf8_next(&q, *end);
    if (q != *end) {
        p = *end - 1;
        cp = JW_UTF8_BAD;
    }
    *end = p;
    return cp;
}

/* Strip the space at both ends; *indent receives the width of the first. */
static struct jw_str strip(struct jw_str s, size_t *indent)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    *indent = 0;
    while (p < end) {
        const unsigned char *q = p;
        uint32_t cp = jw_utf8_next(&q, end);
        struct jw_glyph g = jw_glyph_of(cp);
        if (g.cls != JW_GLYPH_SPACE) {
            break;
        }
        *indent += cp == '\t' ? TAB_CELLS : g.cells;
        p = q;
    }
    while (end > p) {
        const unsigned char *q = end;
        if (jw_glyph_of(step_back(p, &q)).cls != JW_GLYPH_SPACE) {
            break;
        }
        end = q;
    }
    return jw_str_of((const char *)p, (size_t)(end - p));
}

/* What a walk along the whole line adds up. */
struct walk {
    uint32_t cells;
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
    case JW_GLYPH_DOT:
    case JW_GLYPH_ELLIPSIS:
    case JW_GLYPH_COMMA:
    case JW_GLYPH_SEMICOLON:
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

static void walk_line(struct jw_str s, struct walk *w, struct jw_pairs *pairs)
{
    uint32_t before = 0;
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    while (p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        struct jw_glyph g = jw_glyph_of(cp);
        w->cells += g.cells;
        if (g.cls == JW_GLYPH_HAN) {
            if (w->last == JW_GLYPH_HAN && !w->gap) {
                jw_pairs_note(pairs, before, cp);
            }
            before = cp;
        }
        if (g.cls == JW_GLYPH_SPACE) {
            end_word(w);
            w->gap += p[-1] == '\t' ? TAB_CELLS : g.cells;
            continue;
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
            if (w->stopped) {
                w->flags |= JW_LINE_INNER_STOP;
            }
        } else {
            walk_mark(w, g.cls);
            w->squeeze +=
                g.cells == 2 && g.cls < JW_GLYPH_DASH && g.cls != JW_GLYPH_ELLIPSIS;
        }
        w->last = g.cls;
    }
    end_word(w);
}

/* ---- the two ends of a line ---- */

static enum jw_line_end end_of_class(int cls)
{
    static const uint8_t ends[] = {
        [JW_GLYPH_OTHER] = JW_END_OTHER,
        [JW_GLYPH_SPACE] = JW_END_OTHER,
        [JW_GLYPH_HAN] = JW_END_HAN,
        [JW_GLYPH_LETTER] = JW_END_WORD,
        [JW_GLYPH_DIGIT] = JW_END_WORD,
        [JW_GLYPH_OPEN_BRACKET] = JW_END_OPEN,
        [JW_GLYPH_OPEN_QUOTE] = JW_END_OPEN,
        [JW_GLYPH_CLOSE_BRACKET] = JW_END_CLOSE,
        [JW_GLYPH_CLOSE_QUOTE] = JW_END_CLOSE,
        [JW_GLYPH_NEUTRAL_QUOTE] = JW_END_CLOSE,
        [JW_GLYPH_STOP] = JW_END_SENTENCE,
        [JW_GLYPH_DOT] = JW_END_SENTENCE,
        [JW_GLYPH_ELLIPSIS] = JW_END_ELLIPSIS,
        [JW_GLYPH_COMMA] = JW_END_COMMA,
        [JW_GLYPH_SEMICOLON] = JW_END_SEMICOLON,
        [JW_GLYPH_COLON] = JW_END_COLON,
        [JW_GLYPH_DASH] = JW_END_DASH,
        [JW_GLYPH_HYPHEN] = JW_END_HYPHEN,
        [JW_GLYPH_SOFT_HYPHEN] = JW_END_HYPHEN,
        [JW_GLYPH_BULLET] = JW_END_OTHER,
        [JW_GLYPH_UNIT] = JW_END_WORD,
        [JW_GLYPH_ZERO] = JW_END_OTHER,
    };
    return (enum jw_line_end)ends[cls];
}

static bool is_closing(int cls)
{
    return cls == JW_GLYPH_CLOSE_BRACKET || cls == JW_GLYPH_CLOSE_QUOTE ||
           cls == JW_GLYPH_NEUTRAL_QUOTE;
}

static bool may_hang(int cls)
{
    return is_closing(cls) || cls == JW_GLYPH_STOP || cls == JW_GLYPH_COMMA ||
           cls == JW_GLYPH_SEMICOLON || cls == JW_GLYPH_COLON;
}

static uint8_t count_hanging(struct jw_str s)
{
    const unsigned char *start = (const unsigned char *)s.p;
    const unsigned char *end = start + s.n;
    uint8_t n = 0;
    while (end > start && n < 15 && may_hang(jw_glyph_of(step_back(start, &end)).cls)) {
        n++;
    }
    return n;
}

/* The full stop of a number, "3.", ends no sentence. */
static bool is_number_dot(int cls, const unsigned char *start, const unsigned char *end)
{
    return cls == JW_GLYPH_DOT && end > start &&
           jw_glyph_of(step_back(start, &end)).cls == JW_GLYPH_DIGIT;
}

static void read_tail(struct jw_str s, struct jw_line *line)
{
    const unsigned char *start = (const unsigned char *)s.p;
    const unsigned char *end = start + s.n;
    const unsigned char *last = end;
    line->last = step_back(start, &last);
    line->hanging = count_hanging(s);
    int first = jw_glyph_of(line->last).cls;
    if (first == JW_GLYPH_DIGIT || first == JW_GLYPH_DOT) {
        line->flags |= JW_LINE_TAIL_DIGIT;
    }
    bool closed = false;
    for (int i = 0; i < EDGE_CHARS && end > start; i++) {
        int cls = jw_glyph_of(step_back(start, &end)).cls;
        if (cls == JW_GLYPH_ZERO || cls == JW_GLYPH_SPACE ||
            (cls == JW_GLYPH_BULLET && !closed)) {
            continue;
        }
        if (is_closing(cls)) {
            closed = true;
            continue;
        }
        enum jw_line_end e =
            is_number_dot(cls, start, end) ? JW_END_WORD : end_of_class(cls);
        if (closed && e != JW_END_SENTENCE && e != JW_END_ELLIPSIS) {
            e = JW_END_CLOSE;
        }
        line->end = (uint8_t)e;
        return;
    }
    line->end = closed ? JW_END_CLOSE : JW_END_OTHER;
}

static enum jw_line_head head_of_glyph(int cls, uint32_t cp)
{
    switch ((enum jw_glyph_class)cls) {
    case JW_GLYPH_HAN:
        return JW_HEAD_HAN;
    case JW_GLYPH_LETTER:
        return cp >= 'a' && cp <= 'z' ? JW_HEAD_LOWER : JW_HEAD_WORD;
    case JW_GLYPH_DIGIT:
        return JW_HEAD_DIGIT;
    case JW_GLYPH_OPEN_BRACKET:
        return JW_HEAD_OPEN_BRACKET;
    case JW_GLYPH_OPEN_QUOTE:
    case JW_GLYPH_NEUTRAL_QUOTE:
        return JW_HEAD_OPEN_QUOTE;
    case JW_GLYPH_CLOSE_BRACKET:
    case JW_GLYPH_CLOSE_QUOTE:
    case JW_GLYPH_STOP:
    case JW_GLYPH_DOT:
    case JW_GLYPH_COMMA:
    case JW_GLYPH_SEMICOLON:
    case JW_GLYPH_COLON:
    case JW_GLYPH_UNIT:
        return JW_HEAD_CLOSING;
    case JW_GLYPH_DASH:
        return JW_HEAD_DASH;
    case JW_GLYPH_BULLET:
        return JW_HEAD_BULLET;
    case JW_GLYPH_OTHER:
    case JW_GLYPH_SPACE:
    case JW_GLYPH_ELLIPSIS:
    case JW_GLYPH_HYPHEN:
    case JW_GLYPH_SOFT_HYPHEN:
    case JW_GLYPH_ZERO:
        return JW_HEAD_OTHER;
    }
    return JW_HEAD_OTHER;
}

static bool opens(int cls)
{
    return cls == JW_GLYPH_OPEN_BRACKET || cls == JW_GLYPH_OPEN_QUOTE;
}

static bool in_word(int cls)
{
    return cls == JW_GLYPH_LETTER || cls == JW_GLYPH_DIGIT || cls == JW_GLYPH_DOT ||
           cls == JW_GLYPH_HYPHEN || cls == JW_GLYPH_UNIT || cls == JW_GLYPH_ZERO;
}

static bool never_first(int cls)
{
    return is_closing(cls) || cls == JW_GLYPH_STOP || cls == JW_GLYPH_COMMA ||
           cls == JW_GLYPH_SEMICOLON || cls == JW_GLYPH_COLON || cls == JW_GLYPH_UNIT;
}

/*
 * Cells that could not be parted at the start of a line: opening marks, one
 * character or word, the marks that must not begin a line.
 */
static size_t head_cells(struct jw_str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    size_t cells = 0;
    bool base = false;
    bool word = false;
    for (int i = 0; i < EDGE_CHARS && p < end; i++) {
        struct jw_glyph g = jw_glyph_of(jw_utf8_next(&p, end));
        if (base && !(word && in_word(g.cls)) && !never_first(g.cls)) {
            break;
        }
        if (!base && !opens(g.cls)) {
            base = true;
            word = in_word(g.cls) && g.cells == 1;
        } else if (base && !in_word(g.cls)) {
            word = false;
        }
        cells += g.cells;
    }
    return cells;
}

static void read_head(struct jw_str s, struct jw_line *line)
{
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t cp = jw_utf8_next(&p, p + s.n);
    int cls = jw_glyph_of(cp).cls;
    line->first = cp;
    line->head = (uint8_t)head_of_glyph(cls, cp);
    line->head_cells = clamp_u8(head_cells(s));
    if (cls == JW_GLYPH_DIGIT) {
        line->flags |= JW_LINE_HEAD_DIGIT;
    }
    enum jw_mark_head mark = jw_mark_head_of(s);
    if (mark == JW_MARK_NOTE) {
        line->flags |= JW_LINE_NOTE;
    }
    if (mark != JW_MARK_NONE) {
        line->head = JW_HEAD_LIST;
    }
}

static void read_marks(struct jw_str s, const struct walk *w, struct jw_line *line)
{
    unsigned flags = w->flags;
    if (w->brackets > 0) {
        flags |= JW_LINE_BRACKET_OPEN;
    }
    if (w->quotes > 0) {
        flags |= JW_LINE_QUOTE_OPEN;
    }
    if (w->gaps >= 2) {
        flags |= JW_LINE_ROW;
    }
    if (w->cells <= JW_MARK_MAX_CELLS) {
        flags |= jw_mark_is_page(s) ? JW_LINE_PAGE : 0u;
        flags |= jw_mark_is_byline(s) ? JW_LINE_BYLINE : 0u;
        flags |= jw_mark_is_caption(s) ? JW_LINE_CAPTION : 0u;
    }
    line->flags |= (uint16_t)flags;
}

static void read_line(struct jw_str s, struct jw_line *line, struct jw_pairs *pairs)
{
    struct walk w = {.last = JW_GLYPH_OTHER};
    walk_line(s, &w, pairs);
    line->bytes = s.n > UINT32_MAX ? UINT32_MAX : (uint32_t)s.n;
    line->cells = w.cells + line->indent;
    line->han = w.han;
    line->letters = w.letters;
    line->squeeze = clamp_u8(w.squeeze);
    line->marks = w.marks;
    line->flags = 0;
    line->measure = 0;
    line->block = 0;
    read_tail(s, line);
    read_head(s, line);
    read_marks(s, &w, line);
}

size_t jw_lines_read(struct jw_line_source *src, struct jw_line *lines, size_t room,
                     struct jw_pairs *pairs)
{
    size_t n = 0;
    size_t blanks = 0;
    while (n < room && src->at < src->text.n) {
        size_t offset;
        size_t indent;
        struct jw_str raw = take_line(src, &offset);
        struct jw_str s = strip(raw, &indent);
        uint32_t number = src->next_number++;
        if (s.n == 0) {
            blanks++;
            continue;
        }
        struct jw_line *line = &lines[n++];
        line->offset = (size_t)(s.p - src->text.p);
        line->number = number;
        line->blanks = clamp_u8(blanks);
        line->indent = clamp_u8(indent);
        read_line(s, line, pairs);
        blanks = 0;
    }
    return n;
}
