#include "assemble.h"

#include <string.h>

#include "double.h"
#include "explain.h"
#include "jianwen/utf8.h"
#include "join.h"
#include "role.h"

enum {
    NO_LINE = UINT32_MAX,
    /** Shorter display lines are names of sections. */
    TITLE_MIN_CHARS = 4,
    /** A wrapped display line is as long as its neighbours, but for so much. */
    WRAP_SLACK_CELLS = 4
};

/** What a line is the second print of. */
enum copy_of {
    NO_COPY,
    /** Of the display line right above it, behind which it is listed. */
    COPY_OF_LINE,
    /** With its whole paragraph, of the paragraph before. */
    COPY_OF_PARAGRAPH
};

/* The lines of the stretch, strung into paragraphs. */
struct strings {
    /** enum copy_of. */
    uint8_t *copy;
    /** Next line of the same paragraph, or NO_LINE. */
    uint32_t *next;
    /** Paragraph of each line: an index into as->out->paragraphs. */
    size_t *paragraph;
    /** First line of each paragraph of the stretch. */
    uint32_t *first;
    size_t n_first;
};

/* Room for one more element in an array of the arena; NULL when memory runs out. */
static void *append(struct jw_arena *arena, void **array, size_t *n, size_t *cap,
                    size_t size)
{
    if (*n == *cap) {
        size_t more = *cap ? *cap * 2 : 16;
        void *p = jw_arena_grow(arena, *array, *cap * size, more * size);
        if (!p) {
            return NULL;
        }
        *array = p;
        *cap = more;
    }
    char *slot = (char *)*array + (*n)++ * size;
    memset(slot, 0, size);
    return slot;
}

#define APPEND(as, field)                                                                \
    append((as)->arena, (void **)&(as)->out->field, &(as)->out->n_##field,               \
           &(as)->field##_cap, sizeof *(as)->out->field)

/* ---- display lines that belong together ---- */

static bool stands_alone(const struct jw_line *line)
{
    return line->flags & (JW_LINE_PAGE | JW_LINE_BYLINE | JW_LINE_ROW);
}

/* b is another display than a, right above it. */
static bool begins_display(const struct jw_line *a, const struct jw_line *b)
{
    bool subtitle = b->head == JW_HEAD_DASH && a->end != JW_END_DASH;
    bool item = b->head == JW_HEAD_LIST || b->head == JW_HEAD_BULLET;
    return b->blanks || (b->flags & JW_LINE_IDEOGRAPHIC) || subtitle || item ||
           stands_alone(a) || stands_alone(b);
}

/* End of the display group that begins with line i: lines without a blank between. */
static size_t group_end(const struct jw_stretch *st, size_t i)
{
    size_t end = i + 1;
    while (end < st->n && st->verdicts[end].label == JW_LABEL_DISPLAY &&
           !begins_display(&st->lines[end - 1], &st->lines[end])) {
        end++;
    }
    return end;
}

/* All lines but the last are about equally long, the last is not longer. */
static bool group_is_wrapped(const struct jw_stretch *st, size_t i, size_t end)
{
    uint32_t widest = 0;
    for (size_t k = i; k + 1 < end; k++) {
        widest = st->lines[k].cells > widest ? st->lines[k].cells : widest;
    }
    for (size_t k = i; k + 1 < end; k++) {
        if (st->lines[k].cells + WRAP_SLACK_CELLS < widest) {
            return false;
        }
    }
    return st->lines[end - 1].cells <= widest + 1;
}

/*
 * Whether the lines of a display group are one text.  Where blank lines set it
 * apart they are; in a run of lines that nothing sets apart each may be a
 * display of its own.
 */
static bool group_joins(const struct jw_stretch *st, size_t i, size_t end)
{
    bool apart = (i == 0 || st->lines[i].blanks) && end < st->n && st->lines[end].blanks;
    bool last = end == st->n && i > 0 && st->lines[i].blanks;
    return (apart || last) && (end - i == 2 || group_is_wrapped(st, i, end));
}

/* ---- stringing lines ---- */

static enum jw_status add_double(struct jw_assembly *as, uint32_t line,
                                 struct jw_str text)
{
    struct jw_double *d = APPEND(as, doubles);
    if (!d) {
        return JW_ENOMEM;
    }
    d->line = line;
    d->text = text;
    return JW_OK;
}

/* The display line right above says the same. */
static bool repeats(const struct jw_assembly *as, const struct jw_stretch *st, size_t i)
{
    if (i == 0 || st->lines[i].blanks || st->verdicts[i - 1].label != JW_LABEL_DISPLAY) {
        return false;
    }
    struct jw_str text = jw_line_text(as->text, &st->lines[i]);
    return jw_str_eq(text, jw_line_text(as->text, &st->lines[i - 1])) &&
           jw_utf8_count(text) >= JW_DOUBLE_CHARS;
}

static enum jw_status string_lines(struct jw_assembly *as, const struct jw_stretch *st,
                                   struct strings *s)
{
    uint32_t body_tail = NO_LINE;
    size_t group = 0;
    bool joins = false;
    for (size_t i = 0; i < st->n; i++) {
        uint8_t label = st->verdicts[i].label;
        uint32_t to = NO_LINE;
        s->next[i] = NO_LINE;
        if (label == JW_LABEL_DISPLAY && repeats(as, st, i)) {
            s->copy[i] = COPY_OF_LINE;
            if (add_double(as, st->lines[i].number,
                           jw_line_text(as->text, &st->lines[i])) != JW_OK) {
                return JW_ENOMEM;
            }
            continue;
        }
        if (label == JW_LABEL_DISPLAY) {
            if (i >= group) {
                group = group_end(st, i);
                joins = group_joins(st, i, group);
            } else if (joins) {
                to = (uint32_t)i - 1;
            }
        } else if (label == JW_LABEL_JOINED) {
            to = body_tail;
        }
        if (to != NO_LINE) {
            s->next[to] = (uint32_t)i;
        } else {
            s->first[s->n_first++] = (uint32_t)i;
        }
        if (label != JW_LABEL_DISPLAY) {
            body_tail = (uint32_t)i;
        }
    }
    return JW_OK;
}

/* ---- text ---- */

static bool parallel_phrases(const struct jw_stretch *st, uint32_t i, uint32_t next)
{
    return st->verdicts[i].label == JW_LABEL_DISPLAY &&
           st->lines[next].cells > st->lines[i].cells + 1;
}

static struct jw_seam seam_at(struct jw_str text, const struct jw_stretch *st, uint32_t i,
                              uint32_t next)
{
    if (parallel_phrases(st, i, next)) {
        return (struct jw_seam){0, true};
    }
    return jw_seam_of(jw_line_text(text, &st->lines[i]),
                      jw_line_text(text, &st->lines[next]));
}

/* How sure it is that line i goes on with the one before it in its paragraph. */
static float surety_of(const struct jw_stretch *st, uint32_t i)
{
    bool display = st->verdicts[i].label == JW_LABEL_DISPLAY;
    return display ? st->verdicts[i].confidence : st->verdicts[i].joined;
}

/* Printed line i, of whose text so many bytes are bytes at up to at + bytes. */
static struct jw_printed_line printed_line(struct jw_str text, const struct jw_line *line,
                                           size_t at, size_t bytes, float surety)
{
    struct jw_str whole = jw_line_printed(text, line);
    return (struct jw_printed_line){
        .line = line->number,
        .start = (uint32_t)at,
        .end = (uint32_t)(at + bytes),
        .before = jw_str_slice(whole, 0, line->lead),
        .after = jw_str_slice(whole, line->lead + bytes, whole.n),
        .sure = (uint8_t)(surety * 100.0F),
    };
}

/* Line k is listed behind the line that it repeats. */
static bool is_copy(const struct jw_stretch *st, const struct strings *s, size_t k)
{
    return k < st->n && s->copy[k] == COPY_OF_LINE;
}

/* Join the lines of a paragraph into n bytes at p, which is large enough, and
 * list them; copies of a line are listed behind it. */
static void join_lines(struct jw_assembly *as, const struct jw_stretch *st,
                       const struct strings *s, uint32_t first, struct jw_paragraph *out,
                       char *p, struct jw_printed_line *lines)
{
    size_t n = 0;
    uint32_t n_lines = 0;
    for (uint32_t i = first; i != NO_LINE; i = s->next[i]) {
        struct jw_str part = jw_line_text(as->text, &st->lines[i]);
        struct jw_seam seam = {0, false};
        if (s->next[i] != NO_LINE) {
            seam = seam_at(as->text, st, i, s->next[i]);
        }
        size_t bytes = part.n - seam.drop;
        memcpy(p + n, part.p, bytes);
        float surety = i == first ? 1.0F : surety_of(st, i);
        lines[n_lines++] = printed_line(as->text, &st->lines[i], n, bytes, surety);
        n += bytes;
        for (uint32_t k = i + 1; is_copy(st, s, k); k++) {
            lines[n_lines++] = printed_line(as->text, &st->lines[k], n, 0, 1.0F);
        }
        if (seam.space) {
            p[n++] = ' ';
        }
    }
    out->text = jw_str_of(p, n);
    out->lines = lines;
    out->n_lines = n_lines;
}

/* One line that says nothing but the paragraph. */
static bool is_plain_line(const struct jw_stretch *st, const struct strings *s,
                          uint32_t i)
{
    const struct jw_line *line = &st->lines[i];
    return s->next[i] == NO_LINE && !is_copy(st, s, (size_t)i + 1) && line->lead == 0 &&
           line->trail == 0 && !(line->flags & JW_LINE_TWICE);
}

static enum jw_status put_text(struct jw_assembly *as, const struct jw_stretch *st,
                               const struct strings *s, uint32_t first,
                               struct jw_paragraph *p)
{
    size_t bytes = 0;
    size_t n = 0;
    if (is_plain_line(st, s, first)) {
        p->text = jw_line_text(as->text, &st->lines[first]);
        return JW_OK;
    }
    for (uint32_t i = first; i != NO_LINE; i = s->next[i]) {
        bytes += st->lines[i].bytes + 1;
        n++;
        for (uint32_t k = i + 1; is_copy(st, s, k); k++) {
            n++;
        }
    }
    char *text = jw_arena_alloc(as->arena, bytes);
    struct jw_printed_line *lines = jw_arena_alloc(as->arena, n * sizeof *lines);
    if (!text || !lines) {
        return JW_ENOMEM;
    }
    join_lines(as, st, s, first, p, text, lines);
    return JW_OK;
}

static enum jw_status add_joins(struct jw_assembly *as, const struct jw_stretch *st,
                                const struct strings *s, uint32_t first,
                                struct jw_paragraph_detail *detail)
{
    size_t n = 0;
    for (uint32_t i = s->next[first]; i != NO_LINE; i = s->next[i]) {
        n++;
    }
    struct jw_join *joins = jw_arena_alloc(as->arena, n * sizeof *joins);
    if (!joins) {
        return JW_ENOMEM;
    }
    detail->joins = joins;
    detail->n_joins = n;
    for (uint32_t i = s->next[first]; i != NO_LINE; i = s->next[i]) {
        joins->line = st->lines[i].number;
        joins->confidence = surety_of(st, i);
        joins++;
    }
    return JW_OK;
}

/* ---- paragraphs ---- */

static struct jw_role_facts facts_of(const struct jw_stretch *st, const struct strings *s,
                                     uint32_t first)
{
    struct jw_role_facts f = {
        .first = &st->lines[first],
        .habit = &st->habits[st->lines[first].block],
        .display = st->verdicts[first].label == JW_LABEL_DISPLAY,
    };
    for (uint32_t i = first; i != NO_LINE; i = s->next[i]) {
        f.last = &st->lines[i];
        f.n_lines++;
        f.blank_below = i + 1 < st->n && st->lines[i + 1].blanks > 0;
        f.speech += st->lines[i].han + (st->latin ? st->lines[i].letters : 0);
        f.words += st->latin ? 0 : st->lines[i].letters;
        f.marks += st->lines[i].marks;
        f.flags |= st->lines[i].flags;
    }
    return f;
}

/* Say of all lines of the paragraph that begins with line first which it is. */
static void set_paragraph(const struct jw_stretch *st, struct strings *s, uint32_t first,
                          size_t at)
{
    for (uint32_t i = first; i != NO_LINE; i = s->next[i]) {
        s->paragraph[i] = at;
        for (size_t k = (size_t)i + 1; is_copy(st, s, k); k++) {
            s->paragraph[k] = at;
        }
    }
}

/* A paragraph that says its words twice, printed twice, tells them once. */
static enum jw_status drop_half(struct jw_assembly *as, struct jw_paragraph *p)
{
    enum jw_status status = JW_OK;
    struct jw_str once;
    while (status == JW_OK && jw_double_is_twice(p->text, &once)) {
        struct jw_str again = jw_str_slice(p->text, p->text.n - once.n, p->text.n);
        jw_double_cut(p, once.n);
        status = add_double(as, p->line_end, again);
    }
    return status;
}

/* The last paragraph is the second print of the display before it: none. */
static enum jw_status drop_copy(struct jw_assembly *as, const struct jw_stretch *st,
                                struct strings *s, uint32_t first)
{
    struct jw_paragraph *p = &as->out->paragraphs[as->out->n_paragraphs - 1];
    if (jw_double_fold(p - 1, p, &as->lines_cap, as->arena) != JW_OK ||
        add_double(as, p->line_start, p->text) != JW_OK) {
        return JW_ENOMEM;
    }
    as->out->n_paragraphs--;
    as->n_details--;
    for (uint32_t i = first; i != NO_LINE; i = s->next[i]) {
        s->copy[i] = COPY_OF_PARAGRAPH;
    }
    set_paragraph(st, s, first, as->out->n_paragraphs - 1);
    return JW_OK;
}

static bool is_copy_of_last(const struct jw_recovery *r)
{
    const struct jw_paragraph *p = &r->paragraphs[r->n_paragraphs - 1];
    return r->n_paragraphs > 1 && jw_str_eq(p->text, p[-1].text) &&
           jw_double_is_display(p->text);
}

static void choose_title(struct jw_assembly *as, const struct jw_role_facts *f, size_t at)
{
    struct jw_recovery *out = as->out;
    struct jw_paragraph *p = &out->paragraphs[at];
    if (as->title_found) {
        return;
    }
    if (p->role == JW_ROLE_HEADING && (f->display || at == 0) &&
        jw_utf8_count(p->text) >= TITLE_MIN_CHARS) {
        if (out->title != JW_NO_TITLE &&
            out->paragraphs[out->title].role == JW_ROLE_TITLE) {
            out->paragraphs[out->title].role = JW_ROLE_HEADING;
        }
        out->title = at;
        p->role = JW_ROLE_TITLE;
        as->title_found = true;
    } else if (at == 0 && p->role == JW_ROLE_BODY && jw_role_may_be_title(f)) {
        out->title = at;
    }
}

static enum jw_status build_paragraph(struct jw_assembly *as, const struct jw_stretch *st,
                                      struct strings *s, uint32_t first)
{
    size_t at = as->out->n_paragraphs;
    struct jw_paragraph *p = APPEND(as, paragraphs);
    struct jw_paragraph_detail *detail =
        append(as->arena, (void **)&as->out->details, &as->n_details, &as->details_cap,
               sizeof *detail);
    if (!p || !detail) {
        return JW_ENOMEM;
    }
    struct jw_role_facts f = facts_of(st, s, first);
    set_paragraph(st, s, first, at);
    p->line_start = f.first->number;
    p->line_end = f.last->number;
    f.opens = at == 0;
    p->role = jw_role_of(&f);
    detail->next = SIZE_MAX;
    if (put_text(as, st, s, first, p) != JW_OK ||
        (f.n_lines > 1 && add_joins(as, st, s, first, detail) != JW_OK)) {
        return JW_ENOMEM;
    }
    bool twice = f.n_lines > 1 || (f.flags & JW_LINE_TWICE);
    if (twice && drop_half(as, p) != JW_OK) {
        return JW_ENOMEM;
    }
    if (is_copy_of_last(as->out)) {
        return drop_copy(as, st, s, first);
    }
    as->lines_cap = 0;
    choose_title(as, &f, at);
    return JW_OK;
}

/* Paragraph at goes on in paragraph next with this likelihood. */
static void set_next(struct jw_recovery *out, size_t at, size_t next, float likely)
{
    out->details[at].joins_next = likely;
    out->details[at].next = next;
    if (likely >= JW_JOIN_DOUBTFUL && next > at) {
        struct jw_paragraph *p = &out->paragraphs[at];
        p->next = (uint32_t)next;
        p->next_likely = (uint8_t)(likely * 100.0F);
        p->next_space = jw_seam_of(p->text, out->paragraphs[next].text).space;
    }
}

/* How likely each paragraph goes on in the next one of its kind. */
static void mark_doubts(struct jw_assembly *as, const struct jw_stretch *st,
                        const struct strings *s)
{
    size_t tail = SIZE_MAX;
    for (size_t i = 0; i < st->n; i++) {
        if (st->verdicts[i].label == JW_LABEL_DISPLAY) {
            continue;
        }
        size_t at = s->paragraph[i];
        if (at == tail) {
            continue;
        }
        if (st->verdicts[i].label == JW_LABEL_START && tail != SIZE_MAX) {
            set_next(as->out, tail, at, st->verdicts[i].joined);
        }
        tail = at;
    }
}

static enum jw_status add_reasons(struct jw_assembly *as, const struct jw_stretch *st,
                                  const struct strings *s)
{
    for (size_t i = 0; i < st->n; i++) {
        struct jw_line_reason *r = APPEND(as, reasons);
        if (!r) {
            return JW_ENOMEM;
        }
        jw_explain_line(as->text, st, i, r);
        r->paragraph = s->paragraph[i];
        if (s->copy[i]) {
            r->verdict = JW_LINE_DOUBLE;
        }
    }
    return JW_OK;
}

/* The page is written with letters, not with Han characters. */
static bool is_latin(const struct jw_stretch *st)
{
    size_t han = 0;
    size_t letters = 0;
    for (size_t i = 0; i < st->n; i++) {
        han += st->lines[i].han;
        letters += st->lines[i].letters;
    }
    return letters > han;
}

enum jw_status jw_assemble_stretch(struct jw_assembly *as, struct jw_stretch *st,
                                   struct jw_arena *scratch)
{
    st->latin = is_latin(st);
    struct strings s = {
        .next = jw_arena_alloc(scratch, st->n * sizeof *s.next),
        .paragraph = jw_arena_alloc(scratch, st->n * sizeof *s.paragraph),
        .first = jw_arena_alloc(scratch, st->n * sizeof *s.first),
        .copy = jw_arena_calloc(scratch, st->n, sizeof *s.copy),
    };
    if (!s.next || !s.paragraph || !s.first || !s.copy) {
        return JW_ENOMEM;
    }
    enum jw_status status = string_lines(as, st, &s);
    for (size_t k = 0; k < s.n_first && status == JW_OK; k++) {
        status = build_paragraph(as, st, &s, s.first[k]);
    }
    if (status != JW_OK) {
        return status;
    }
    mark_doubts(as, st, &s);
    return as->explain ? add_reasons(as, st, &s) : JW_OK;
}
