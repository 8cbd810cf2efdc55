#include "reading.h"

#include <math.h>
#include <string.h>

#include "habit.h"

/*
 * A state of the walk: how many display lines stand since the last line of
 * text, and whether that line starts its paragraph.
 *
 *      state 2 d + s      d display lines since the text, s: 1 when it starts
 *      state FAR          more than D_MAX of them, or no text yet: nothing
 *                         can be joined across
 */
enum {
    D_MAX = 6,
    FAR = 2 * (D_MAX + 1),
    STATES = FAR + 1,
    /** A title on one line may be as long. */
    LONG_TITLE_CELLS = 100,
    /** A state dearer than the best by this is given up (e^-20). */
    OUT_OF_SIGHT = 2000,
    /** Rounds of reading and learning habits. */
    ROUNDS = 3
};

static int state_of(int d, int starts)
{
    return 2 * d + starts;
}

struct walk {
    struct jw_str text;
    const struct jw_line *lines;
    size_t n;
    const struct jw_habit *habits;
    const struct jw_pairs *pairs;
    /** Cost of the cheapest way to each state of each line. */
    int32_t (*forward)[STATES];
    uint8_t (*from)[STATES];
    int32_t *display;
};

/* A notice of the page needs no blank line to be one. */
static int ease_of(const struct jw_line *display)
{
    return display->flags & (JW_LINE_PAGE | JW_LINE_BYLINE) ? 250 : 0;
}

/* Line i follows a display line without a blank line between. */
static int cost_below(const struct walk *w, size_t i)
{
    return w->lines[i].blanks ? 0 : JW_COST_TOUCH_BELOW - ease_of(&w->lines[i - 1]);
}

/* Line i is a display line: where it stands; d display lines are above. */
static int cost_of_place(const struct walk *w, size_t i, int d)
{
    const struct jw_line *line = &w->lines[i];
    if (d > 0) {
        if (line->blanks) {
            return JW_COST_DISPLAY_NEXT;
        }
        return line->place > 1 ? JW_COST_DISPLAY_THIRD : JW_COST_DISPLAY_SAME;
    }
    int touch = line->blanks ? 0 : JW_COST_TOUCH_ABOVE - ease_of(line);
    return JW_COST_DISPLAY_FIRST + touch;
}

/* One possible step from line i - 1 to line i. */
struct edge {
    uint8_t from;
    uint8_t to;
    int32_t cost;
};

enum {
    /** From each state to START, JOINED and DISPLAY. */
    MAX_EDGES = 3 * STATES
};

static size_t edges_from_text(const struct walk *w, size_t i, int d,
                              const int32_t *reached, struct edge *out)
{
    size_t n = 0;
    size_t t = i - 1 - (size_t)d;
    struct jw_costs costs[2];
    const struct jw_line *a = &w->lines[t];
    const struct jw_line *b = &w->lines[i];
    struct jw_gap gap = {
        a, b, &w->habits[a->block], &w->habits[b->block], w->pairs, d > 0, false};
    jw_weigh_gap(&gap, costs);
    int touch = d ? cost_below(w, i) : 0;
    /* Set apart from the text above, a display does not run on into its rest. */
    int runs_on = touch && w->lines[i - (size_t)d].blanks ? JW_COST_RUNS_ON : 0;
    for (int s = 0; s < 2; s++) {
        int state = state_of(d, s);
        if (reached[state] >= JW_COST_NEVER) {
            continue;
        }
        out[n++] =
            (struct edge){(uint8_t)state, (uint8_t)state_of(0, 1), costs[s].brk + touch};
        out[n++] = (struct edge){(uint8_t)state, (uint8_t)state_of(0, 0),
                                 costs[s].join + touch + runs_on};
        if (w->display[i] >= JW_COST_NEVER) {
            continue;
        }
        int cost = w->display[i] + cost_of_place(w, i, d);
        bool far = d == D_MAX;
        out[n++] =
            (struct edge){(uint8_t)state, (uint8_t)(far ? FAR : state_of(d + 1, s)),
                          cost + (far ? jw_weigh_last(a, s, gap.habit_a) : 0)};
    }
    return n;
}

static size_t edges_from_far(const struct walk *w, size_t i, struct edge *out)
{
    size_t n = 0;
    int touch = i > 0 ? cost_below(w, i) : 0;
    const struct jw_habit *h = &w->habits[w->lines[i].block];
    enum jw_indent_kind kind = jw_indent_kind_of(&w->lines[i], h);
    out[n++] = (struct edge){FAR, (uint8_t)state_of(0, 1),
                             JW_COST_AFTER_DISPLAYS + touch + h->indents[1][kind]};
    if (w->display[i] < JW_COST_NEVER) {
        int place = i == 0                   ? JW_COST_DISPLAY_TOP
                    : w->lines[i].place == i ? JW_COST_DISPLAY_TOP_NEXT
                                             : cost_of_place(w, i, 1);
        place -= i == 0 && w->lines[i].cells > LONG_TITLE_CELLS ? JW_COST_DISPLAY_TOP : 0;
        out[n++] = (struct edge){FAR, FAR, w->display[i] + place};
    }
    return n;
}

static size_t edges_to(const struct walk *w, size_t i, const int32_t *reached,
                       struct edge *out)
{
    size_t n = 0;
    for (int d = 0; d <= D_MAX && (size_t)d < i; d++) {
        if (reached[state_of(d, 0)] < JW_COST_NEVER ||
            reached[state_of(d, 1)] < JW_COST_NEVER) {
            n += edges_from_text(w, i, d, reached, out + n);
        }
    }
    if (reached[FAR] < JW_COST_NEVER) {
        n += edges_from_far(w, i, out + n);
    }
    return n;
}

static void fill_never(int32_t *costs)
{
    for (int s = 0; s < STATES; s++) {
        costs[s] = JW_COST_NEVER;
    }
}

/* Keep the sums small: only differences matter. */
static void lower(int32_t *costs)
{
    int32_t least = JW_COST_NEVER;
    for (int s = 0; s < STATES; s++) {
        least = costs[s] < least ? costs[s] : least;
    }
    for (int s = 0; s < STATES; s++) {
        costs[s] = costs[s] - least < OUT_OF_SIGHT ? costs[s] - least : JW_COST_NEVER;
    }
}

static void walk_forward(struct walk *w)
{
    struct edge edges[MAX_EDGES];
    int32_t before[STATES];
    fill_never(before);
    before[FAR] = 0;
    for (size_t i = 0; i < w->n; i++) {
        size_t n = edges_to(w, i, before, edges);
        int32_t *now = w->forward[i];
        fill_never(now);
        for (size_t k = 0; k < n; k++) {
            int32_t cost = before[edges[k].from] + edges[k].cost;
            if (cost < now[edges[k].to]) {
                now[edges[k].to] = cost;
                w->from[i][edges[k].to] = edges[k].from;
            }
        }
        lower(now);
        memcpy(before, now, sizeof before);
    }
}

/* Costs of the states of the last line, seen from the end of the text. */
static void costs_at_end(const struct walk *w, int32_t *costs)
{
    fill_never(costs);
    for (int d = 0; d <= D_MAX && (size_t)d < w->n; d++) {
        for (int s = 0; s < 2; s++) {
            if (w->forward[w->n - 1][state_of(d, s)] < JW_COST_NEVER) {
                const struct jw_line *a = &w->lines[w->n - 1 - (size_t)d];
                costs[state_of(d, s)] = jw_weigh_last(a, s, &w->habits[a->block]);
            }
        }
    }
    costs[FAR] = 0;
}

static uint8_t label_of(int state)
{
    if (state > state_of(0, 1)) {
        return JW_LABEL_DISPLAY;
    }
    return state == state_of(0, 1) ? JW_LABEL_START : JW_LABEL_JOINED;
}

static void follow_back(const struct walk *w, struct jw_verdict *verdicts)
{
    int32_t end[STATES];
    costs_at_end(w, end);
    int best = 0;
    for (int s = 1; s < STATES; s++) {
        const int32_t *last = w->forward[w->n - 1];
        if (last[s] + end[s] < last[best] + end[best]) {
            best = s;
        }
    }
    for (size_t i = w->n; i-- > 0;) {
        verdicts[i].label = label_of(best);
        best = w->from[i][best];
    }
}

static float odds_to_probability(int32_t cost_more)
{
    return 1.0F / (1.0F + expf(-0.01F * (float)cost_more));
}

/* How much dearer the page gets when line i is given each of the labels. */
static void weigh_labels(const int32_t *forward, const int32_t *backward,
                         struct jw_verdict *v)
{
    int32_t cost[3] = {JW_COST_NEVER, JW_COST_NEVER, JW_COST_NEVER};
    for (int s = 0; s < STATES; s++) {
        if (forward[s] >= JW_COST_NEVER || backward[s] >= JW_COST_NEVER) {
            continue;
        }
        int32_t c = forward[s] + backward[s];
        int label = label_of(s);
        cost[label] = c < cost[label] ? c : cost[label];
    }
    int32_t other = JW_COST_NEVER;
    for (int label = 0; label < 3; label++) {
        if (label != v->label && cost[label] < other) {
            other = cost[label];
        }
    }
    v->confidence = odds_to_probability(other - cost[v->label]);
    v->joined = odds_to_probability(cost[JW_LABEL_START] - cost[JW_LABEL_JOINED]);
}

static void walk_backward(const struct walk *w, struct jw_verdict *verdicts)
{
    struct edge edges[MAX_EDGES];
    int32_t after[STATES];
    costs_at_end(w, after);
    for (size_t i = w->n; i-- > 0;) {
        weigh_labels(w->forward[i], after, &verdicts[i]);
        if (i == 0) {
            break;
        }
        size_t n = edges_to(w, i, w->forward[i - 1], edges);
        int32_t now[STATES];
        fill_never(now);
        for (size_t k = 0; k < n; k++) {
            int32_t cost = after[edges[k].to] + edges[k].cost;
            if (cost < now[edges[k].from]) {
                now[edges[k].from] = cost;
            }
        }
        lower(now);
        memcpy(after, now, sizeof after);
    }
}

/* ---- one stretch ---- */

/* A caption is a few lines; what one of them says holds for all. */
static void spread_caption(struct jw_line *lines, size_t n)
{
    enum {
        CAPTION_LINES = 4
    };
    unsigned flags = 0;
    for (size_t k = 0; k < n; k++) {
        flags |= lines[k].flags;
    }
    for (size_t k = 0; k < n && n <= CAPTION_LINES && (flags & JW_LINE_CAPTION); k++) {
        lines[k].flags |= JW_LINE_CAPTION;
    }
}

static void count_runs(struct jw_line *lines, size_t n)
{
    size_t start = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && (!lines[i].blanks || i == start)) {
            continue;
        }
        size_t run = i - start;
        for (size_t k = start; k < i; k++) {
            lines[k].run = run > UINT16_MAX ? UINT16_MAX : (uint16_t)run;
            lines[k].place = k - start > UINT16_MAX ? UINT16_MAX : (uint16_t)(k - start);
        }
        spread_caption(lines + start, run);
        start = i;
    }
}

static void weigh_displays(const struct walk *w)
{
    for (size_t i = 0; i < w->n; i++) {
        bool last = i + 1 == w->n || w->lines[i + 1].blanks;
        w->display[i] =
            jw_weigh_display(w->text, &w->lines[i], last, w->lines[i].place == i,
                             &w->habits[w->lines[i].block]);
    }
}

enum jw_status jw_read_stretch(struct jw_str text, struct jw_line *lines, size_t n,
                               const struct jw_pairs *pairs, struct jw_arena *scratch,
                               struct jw_verdict *verdicts, struct jw_habit **habits)
{
    if (n == 0) {
        return JW_OK;
    }
    size_t n_blocks = (size_t)lines[n - 1].block + 1;
    *habits = jw_arena_calloc(scratch, n_blocks, sizeof **habits);
    struct walk w = {
        .text = text,
        .lines = lines,
        .n = n,
        .habits = *habits,
        .pairs = pairs,
        .forward = jw_arena_calloc(scratch, n, sizeof *w.forward),
        .from = jw_arena_calloc(scratch, n, sizeof *w.from),
        .display = jw_arena_calloc(scratch, n, sizeof *w.display),
    };
    if (!*habits || !w.forward || !w.from || !w.display) {
        return JW_ENOMEM;
    }
    count_runs(lines, n);
    jw_habits_guess(lines, n, *habits, n_blocks);
    for (int round = 0; round < ROUNDS; round++) {
        if (round > 0) {
            jw_habits_learn(lines, n, verdicts, *habits, n_blocks);
        }
        weigh_displays(&w);
        walk_forward(&w);
        follow_back(&w, verdicts);
    }
    walk_backward(&w, verdicts);
    return JW_OK;
}
