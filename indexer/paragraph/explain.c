#include "explain.h"

static const char *explain_display(struct jw_str text, const struct jw_line *line)
{
    (void)text;
    if (line->flags & JW_LINE_PAGE) {
        return "page-line";
    }
    if (line->flags & JW_LINE_BYLINE) {
        return "byline";
    }
    if (line->flags & JW_LINE_CAPTION) {
        return "caption";
    }
    return line->run <= 4 ? "set-apart" : "interposed";
}

/* The line of text above line i, or SIZE_MAX. */
static size_t text_above(const struct jw_stretch *st, size_t i)
{
    while (i-- > 0) {
        if (st->verdicts[i].label != JW_LABEL_DISPLAY) {
            return i;
        }
    }
    return SIZE_MAX;
}

static const char *explain_gap(const struct jw_stretch *st, size_t t, size_t i,
                               bool joined)
{
    const struct jw_line *a = &st->lines[t];
    const struct jw_line *b = &st->lines[i];
    struct jw_gap gap = {.a = a,
                         .b = b,
                         .habit_a = &st->habits[a->block],
                         .habit_b = &st->habits[b->block],
                         .pairs = st->pairs,
                         .fill = jw_fill_of(a, b, 0),
                         .interrupted = i - t > 1,
                         .starts = st->verdicts[t].label == JW_LABEL_START};
    const char *name = "prior";
    int most = 0;
    for (size_t k = 0; k < jw_n_rules; k++) {
        struct jw_costs c = jw_rules[k].weigh(&gap);
        int weight = joined ? c.brk - c.join : c.join - c.brk;
        if (weight > most) {
            most = weight;
            name = jw_rules[k].name;
        }
    }
    return name;
}

void jw_explain_line(struct jw_str text, const struct jw_stretch *st, size_t i,
                     struct jw_line_reason *out)
{
    const struct jw_line *line = &st->lines[i];
    const struct jw_verdict *v = &st->verdicts[i];
    out->line = line->number;
    out->confidence = v->confidence;
    out->cells = line->cells;
    out->measure = line->measure;
    out->indent = line->indent;
    if (v->label == JW_LABEL_DISPLAY) {
        out->verdict = JW_LINE_DISPLAY;
        out->rule = explain_display(text, line);
        return;
    }
    bool joined = v->label == JW_LABEL_JOINED;
    size_t above = text_above(st, i);
    out->verdict = joined ? JW_LINE_JOINED : JW_LINE_STARTS;
    out->rule = above == SIZE_MAX ? "first-line" : explain_gap(st, above, i, joined);
}
