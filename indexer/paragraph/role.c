#include "role.h"

enum {
    /** A paragraph of prose says at least this many characters. */
    LEAST_SPEECH = 8,
    /** ... and so many in ten of its marks are speech, not digits and signs. */
    LEAST_SPEECH_TENTHS = 4,
    /** A paragraph of so many lines is prose whatever it says. */
    PROSE_LINES = 3,
    /** Cells by which a line set to the right may fall short of the measure. */
    SIGNATURE_SLACK = 8,
    /** Longest title or heading, in cells. */
    HEADING_MAX_CELLS = 100,
    /** -100 ln(0.5): the habit is kept more often than not. */
    COST_MOSTLY = 69
};

/* The block sets its paragraphs apart by a blank line or an indent. */
static bool block_marks_starts(const struct jw_habit *h)
{
    return h->blank[1] < COST_MOSTLY || h->indents[1][JW_INDENT_NONE] > COST_MOSTLY;
}

static bool ends_plainly(const struct jw_line *line)
{
    return line->end == JW_END_HAN || line->end == JW_END_WORD ||
           line->end == JW_END_CLOSE || line->end == JW_END_OTHER;
}

/* A picture's caption tells what is seen; a heading is shorter, or has two phrases. */
static enum jw_role role_of_display(const struct jw_role_facts *f)
{
    if (f->flags & JW_LINE_BYLINE) {
        return JW_ROLE_BYLINE;
    }
    if (f->flags & (JW_LINE_PAGE | JW_LINE_CAPTION | JW_LINE_INNER_STOP | JW_LINE_ROW)) {
        return JW_ROLE_CAPTION;
    }
    bool wrapped = f->n_lines > 1 && f->first->cells >= f->last->cells;
    bool phrases = f->flags & JW_LINE_PHRASES;
    bool comma = f->flags & JW_LINE_COMMA;
    /* At the top of the text a title stands, whatever marks it has. */
    return wrapped && comma && !phrases && !f->opens ? JW_ROLE_CAPTION : JW_ROLE_HEADING;
}

/* Set to the right: who signs, and when. */
static bool is_signature(const struct jw_role_facts *f)
{
    uint32_t cells = f->first->cells;
    return f->n_lines == 1 && jw_indent_kind_of(f->first, f->habit) == JW_INDENT_DEEP &&
           cells + SIGNATURE_SLACK >= f->first->measure &&
           f->first->indent * 2u > f->first->measure / 2 &&
           f->first->end != JW_END_SENTENCE;
}

/* Too little speech to be prose: numbers of notes, dates, labels, cells. */
static bool says_too_little(const struct jw_role_facts *f)
{
    if (f->n_lines >= PROSE_LINES) {
        return false;
    }
    if ((f->speech + f->words) * 10 < f->marks * LEAST_SPEECH_TENTHS) {
        return true;
    }
    /* "编辑同志：" at the top is said to somebody. */
    bool spoken =
        f->last->end == JW_END_SENTENCE || (f->opens && f->last->end == JW_END_COLON);
    bool sentence = spoken && !(f->first->flags & JW_LINE_NOTE);
    return f->speech < LEAST_SPEECH && !sentence;
}

static enum jw_role role_of_little(const struct jw_role_facts *f)
{
    if ((f->flags & JW_LINE_BYLINE) || is_signature(f)) {
        return JW_ROLE_BYLINE;
    }
    bool words = f->speech * 2 >= f->marks && !(f->first->flags & JW_LINE_NOTE) &&
                 !(f->flags & JW_LINE_PAGE);
    return words ? JW_ROLE_HEADING : JW_ROLE_CAPTION;
}

/*
 * A few words that end no sentence, and a blank line: the headline of the next
 * article, right below the text of the one before.
 */
static bool is_headline(const struct jw_role_facts *f)
{
    enum {
        MOST_MARKS = 50
    };
    return f->blank_below && f->marks <= MOST_MARKS && ends_plainly(f->last) &&
           f->speech >= LEAST_SPEECH && f->speech * 2 >= f->marks &&
           !(f->flags & (JW_LINE_INNER_STOP | JW_LINE_NOTE | JW_LINE_ROW));
}

enum jw_role jw_role_of(const struct jw_role_facts *f)
{
    if (f->display) {
        return role_of_display(f);
    }
    if (f->n_lines == 1 && (f->flags & JW_LINE_BYLINE)) {
        return JW_ROLE_BYLINE;
    }
    if (f->n_lines == 1 && (f->flags & JW_LINE_PAGE)) {
        return JW_ROLE_CAPTION;
    }
    if (block_marks_starts(f->habit) && says_too_little(f)) {
        return role_of_little(f);
    }
    if (is_headline(f)) {
        return JW_ROLE_HEADING;
    }
    if (f->first->measure == 0 && jw_role_may_be_title(f) &&
        !(f->flags & JW_LINE_PUNCTUATED)) {
        return JW_ROLE_HEADING;
    }
    return JW_ROLE_BODY;
}

bool jw_role_may_be_title(const struct jw_role_facts *f)
{
    return f->n_lines == 1 && ends_plainly(f->last) &&
           f->first->cells <= HEADING_MAX_CELLS && f->speech >= 4 &&
           f->speech * 2 >= f->marks &&
           !(f->flags & (JW_LINE_INNER_STOP | JW_LINE_NOTE | JW_LINE_PAGE |
                         JW_LINE_BYLINE | JW_LINE_CAPTION | JW_LINE_ROW));
}
