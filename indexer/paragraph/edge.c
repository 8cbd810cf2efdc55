#include "edge.h"

#include "double.h"
#include "glyph.h"
#include "jianwen/utf8.h"
#include "mark.h"

enum {
    /** Longest beginning or end of a line that is looked at for its form. */
    EDGE_CHARS = 24
};

uint32_t jw_step_back(const unsigned char *start, const unsigned char **end)
{
    const unsigned char *p = *end - 1;
    if (*p < 0x80) {
        *end = p;
        return *p;
    }
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

/* The full stop of a number, "3.", ends no sentence. */
static bool is_number_dot(int cls, const unsigned char *start, const unsigned char *end)
{
    return cls == JW_GLYPH_DOT && end > start &&
           jw_glyph_of(jw_step_back(start, &end)).cls == JW_GLYPH_DIGIT;
}

static void read_tail(struct jw_str s, struct jw_line *line)
{
    const unsigned char *start = (const unsigned char *)s.p;
    const unsigned char *end = start + s.n;
    bool closed = false;
    bool hangs = true;
    line->hanging = 0;
    line->end = JW_END_OTHER;
    for (int i = 0; i < EDGE_CHARS && end > start; i++) {
        uint32_t cp = jw_step_back(start, &end);
        int cls = jw_glyph_of(cp).cls;
        if (i == 0) {
            line->last = cp;
            bool number = cls == JW_GLYPH_DIGIT || cls == JW_GLYPH_DOT;
            line->flags |= number ? JW_LINE_TAIL_DIGIT : 0;
        }
        hangs = hangs && may_hang(cls);
        line->hanging += hangs;
        if (cls == JW_GLYPH_ZERO || cls == JW_GLYPH_SPACE ||
            (cls == JW_GLYPH_BULLET && !closed)) {
            continue;
        }
        if (is_closing(cls)) {
            closed = true;
            line->end = JW_END_CLOSE;
            continue;
        }
        enum jw_line_end e =
            is_number_dot(cls, start, end) ? JW_END_WORD : end_of_class(cls);
        bool stops = e == JW_END_SENTENCE || e == JW_END_ELLIPSIS;
        line->end = (uint8_t)(closed && !stops ? JW_END_CLOSE : e);
        if (hangs && end > start &&
            may_hang(jw_glyph_of(jw_step_back(start, &end)).cls)) {
            line->hanging++;
        }
        return;
    }
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
        /* The middle dot, which stands inside foreign names too. */
        return cp == 0x00B7 || cp == 0x30FB ? JW_HEAD_BULLET : JW_HEAD_OTHER;
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
    size_t cells = head_cells(s);
    line->head_cells = cells > UINT8_MAX ? UINT8_MAX : (uint8_t)cells;
    if (cls == JW_GLYPH_DIGIT) {
        line->flags |= JW_LINE_HEAD_DIGIT;
    }
    enum jw_mark_head mark = jw_mark_head_of(s);
    if (mark == JW_MARK_NOTE) {
        line->flags |= JW_LINE_NOTE;
    }
    if (mark != JW_MARK_NONE) {
        line->head = mark == JW_MARK_TURN ? JW_HEAD_TURN : JW_HEAD_LIST;
    }
}

static void read_marks(struct jw_str s, struct jw_line *line)
{
    struct jw_str once;
    if (jw_double_is_twice(s, &once)) {
        line->flags |= JW_LINE_TWICE;
        s = once;
    }
    /* Three bytes a Chinese character of two cells. */
    if (s.n * 2 > JW_MARK_MAX_CELLS * 3) {
        return;
    }
    unsigned kinds = jw_mark_line(s);
    unsigned flags = kinds & JW_MARK_PAGE ? JW_LINE_PAGE : 0u;
    /* Half a bracket: the line is a piece of "（记者 某某）某地报道". */
    bool whole = !(line->flags & (JW_LINE_BRACKET_OPEN | JW_LINE_BRACKET_CLOSES));
    flags |= whole && kinds & JW_MARK_BYLINE ? JW_LINE_BYLINE : 0u;
    flags |= kinds & JW_MARK_CAPTION ? JW_LINE_CAPTION : 0u;
    line->flags |= flags;
}

void jw_edge_read(struct jw_str s, struct jw_line *line)
{
    read_tail(s, line);
    read_head(s, line);
    read_marks(s, line);
}
