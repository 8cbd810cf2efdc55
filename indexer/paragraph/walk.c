#include "walk.h"

#include <math.h>
#include <string.h>

enum {
    FAR = JW_WALK_FAR,
    STATES = JW_WALK_STATES,
    /** A title on one line may be as long. */
    LONG_TITLE_CELLS = 100,
    /** A state dearer than the best by this is given up (e^-20). */
    OUT_OF_SIGHT = 2000,
    /** Dearest display line within a run of text. */
    INSIDE_TEXT = 100,
    /** From each state to START, JOINED and DISPLAY. */
    MAX_EDGES = 3 * STATES
};

static int state_of(int d, int starts)
{
    return 2 * d + starts;
}

static uint8_t label_of(int state)
{
    if (state > state_of(0, 1)) {
        return JW_LABEL_DISPLAY;
    }
    return state == state_of(0, 1) ? JW_LABEL_START : JW_LABEL_JOINED;
}

/* The gap between line t of text and line i, the next of text. */
static struct jw_gap gap_between(const struct jw_walk *w, size_t t, size_t i,
                                 enum jw_fill fill)
{
    const struct jw_line *a = &w->lines[t];
    const struct jw_line *b = &w->lines[i];
    return (struct jw_gap){.a = a,
                           .b = b,
                           .habit_a = &w->habits[a->block],
                           .habit_b = &w->habits[b->block],
                           .pairs = w->pairs,
                           .fill = fill,
                           .interrupted = i - t > 1};
}

/* ---- where display lines stand ---- */

/* A notice of the page needs no blank line to be one, a caption one above. */
static int ease_of(const struct jw_line *display)
{
    bool caption = (display->flags & JW_LINE_CAPTION) && display->blanks;
    return caption || (display->flags & (JW_LINE_PAGE | JW_LINE_BYLINE)) ? 250 : 0;
}

/* Line i follows a display line without a blank line between. */
static int cost_below(const struct jw_walk *w, size_t i)
{
    const struct jw_line *display = &w->lines[i - 1];
    if (w->lines[i].blanks) {
        return 0;
    }
    /* A title may fill its lines, but then no text runs on below it. */
    bool title = display->place > 0 && display->place == i - 1;
    bool full = display->measure && jw_fill_of(display, NULL, 0) == JW_FILL_FULL;
    return JW_COST_TOUCH_BELOW - ease_of(display) + jw_weigh_display_end(display) +
           (title && full ? JW_COST_TITLE_FULL : 0);
}

/* Display lines are few between two blank lines, but for those that say what they are. */
static int cost_of_crowd(const struct jw_line *line)
{
    enum {
        FEW_LINES = 4,
        MANY_LINES = 8,
        COST = 150
    };
    int run = line->run > MANY_LINES ? MANY_LINES : line->run;
    /* A byline runs on into its article. */
    bool says = !(line->flags & JW_LINE_BYLINE) && ease_of(line);
    return run > FEW_LINES && !says ? (run - FEW_LINES) * COST : 0;
}

/* Line i is a display line: where it stands; d display lines are above. */
static int cost_of_place(const struct jw_walk *w, size_t i, int d)
{
    const struct jw_line *line = &w->lines[i];
    int crowd = cost_of_crowd(line);
    if (d > 0) {
        if (line->blanks) {
            return crowd + JW_COST_DISPLAY_NEXT;
        }
        return crowd + (line->place > 1 ? JW_COST_DISPLAY_THIRD : JW_COST_DISPLAY_SAME);
    }
    int touch = line->blanks ? 0 : JW_COST_TOUCH_ABOVE - ease_of(line);
    return crowd + JW_COST_DISPLAY_FIRST + touch;
}

/* A paragraph goes on in line i below d display lines without a blank line. */
static int cost_of_run(const struct jw_walk *w, size_t i, int d)
{
    if (w->lines[i].blanks) {
        return 0;
    }
    /* Set apart above only, a display does not run on into the rest of a text. */
    if (w->lines[i - (size_t)d].blanks) {
        return JW_COST_RUNS_ON;
    }
    const struct jw_line *display = &w->lines[i - 1];
    enum jw_fill fill = jw_fill_of(display, &w->lines[i], 0);
    bool odd = fill == JW_FILL_OVER || fill >= JW_FILL_SPARE_3;
    bool wrapped = display->measure && w->lines[i].measure;
    return d == 1 && odd && wrapped ? JW_COST_RUNS_THROUGH - cost_of_crowd(display) : 0;
}

/* No text stands above display line i. */
static int cost_of_top(const struct jw_walk *w, size_t i)
{
    int crowd = cost_of_crowd(&w->lines[i]);
    if (i == 0) {
        return crowd + (w->lines[0].cells > LONG_TITLE_CELLS ? 0 : JW_COST_DISPLAY_TOP);
    }
    return w->lines[i].place == i ? crowd + JW_COST_DISPLAY_TOP_NEXT
                                  : cost_of_place(w, i, 1);
}

/* ---- steps from line to line ---- */

/* One possible step from line i - 1 to line i. */
struct edge {
    uint8_t from;
    uint8_t to;
    int32_t cost;
};

static void put_edge(struct edge *out, size_t *n, int from, int to, int32_t cost)
{
    out[(*n)++] = (struct edge){(uint8_t)from, (uint8_t)to, cost};
}

/* Steps from the states in which d display lines stand above line i. */
static void put_text_edges(const struct jw_walk *w, size_t i, int d,
                           const int32_t *reached, struct edge *out, size_t *n)
{
    size_t t = i - 1 - (size_t)d;
    const struct jw_step *step = &w->steps[i];
    struct jw_costs far_gap[2] = {{0, 0}, {0, 0}};
    const struct jw_costs *gap = step->gap;
    int touch = 0;
    int runs_on = 0;
    if (d > 0) {
        struct jw_gap g = gap_between(w, t, i, jw_fill_of(&w->lines[t], &w->lines[i], 0));
        jw_weigh_lines(&g, far_gap);
        jw_weigh_habits(&g, far_gap);
        gap = far_gap;
        touch = cost_below(w, i);
        runs_on = cost_of_run(w, i, d);
    }
    for (int s = 0; s < 2; s++) {
        int state = state_of(d, s);
        if (reached[state] >= JW_COST_NEVER) {
            continue;
        }
        put_edge(out, n, state, state_of(0, 1), gap[s].brk + touch);
        put_edge(out, n, state, state_of(0, 0), gap[s].join + touch + runs_on);
        if (step->display >= JW_COST_NEVER) {
            continue;
        }
        int cost = step->display + cost_of_place(w, i, d);
        if (d < JW_WALK_DISPLAYS) {
            put_edge(out, n, state, state_of(d + 1, s), cost);
        } else {
            const struct jw_line *a = &w->lines[t];
            int end = jw_weigh_last(a, s, &w->habits[a->block]);
            put_edge(out, n, state, FAR, cost + end);
        }
    }
}

static void put_far_edges(const struct jw_walk *w, size_t i, struct edge *out, size_t *n)
{
    int touch = i > 0 ? cost_below(w, i) : 0;
    const struct jw_habit *h = &w->habits[w->lines[i].block];
    enum jw_indent_kind kind = jw_indent_kind_of(&w->lines[i], h);
    put_edge(out, n, FAR, state_of(0, 1),
             JW_COST_AFTER_DISPLAYS + touch + h->indents[1][kind]);
    if (w->steps[i].display < JW_COST_NEVER) {
        put_edge(out, n, FAR, FAR, w->steps[i].display + cost_of_top(w, i));
    }
}

/* All steps to line i from the states reached at the line above. */
static size_t put_edges(const struct jw_walk *w, size_t i, const int32_t *reached,
                        int levels, struct edge *out)
{
    size_t n = 0;
    for (int d = 0; d < levels; d++) {
        put_text_edges(w, i, d, reached, out, &n);
    }
    if (reached[FAR] < JW_COST_NEVER) {
        put_far_edges(w, i, out, &n);
    }
    return n;
}

/* No state is reached. */
static void clear_states(int32_t *costs)
{
    for (int s = 0; s < STATES; s++) {
        costs[s] = JW_COST_NEVER;
    }
}

/* Keep the sums small, only differences matter, and give up what is too dear. */
static void lower(int32_t *costs, int levels)
{
    int32_t least = costs[FAR];
    for (int s = 0; s < 2 * levels; s++) {
        least = costs[s] < least ? costs[s] : least;
    }
    for (int s = 0; s < 2 * levels; s++) {
        costs[s] = costs[s] - least < OUT_OF_SIGHT ? costs[s] - least : JW_COST_NEVER;
    }
    costs[FAR] = costs[FAR] - least < OUT_OF_SIGHT ? costs[FAR] - least : JW_COST_NEVER;
}

/* Levels that hold a state still in sight. */
static int used_levels(const int32_t *costs, int levels)
{
    while (levels > 1 && costs[state_of(levels - 1, 0)] >= JW_COST_NEVER &&
           costs[state_of(levels - 1, 1)] >= JW_COST_NEVER) {
        levels--;
    }
    return levels;
}

/* ---- forward ---- */

static void weigh_step(struct jw_walk *w, size_t i)
{
    struct jw_step *step = &w->steps[i];
    const struct jw_line *line = &w->lines[i];
    bool last = i + 1 == w->n || w->lines[i + 1].blanks;
    step->display =
        jw_weigh_display(line, last, line->place == i, &w->habits[line->block]);
    /* In the middle of a run of text only what looks like nothing else is one. */
    if (i > 0 && !line->blanks && step[-1].display >= JW_COST_NEVER &&
        step->display - ease_of(line) > INSIDE_TEXT) {
        step->display = JW_COST_NEVER;
    }
    if (i > 0) {
        struct jw_gap g = gap_between(w, i - 1, i, step->fill);
        step->gap[0] = step->fixed[0];
        step->gap[1] = step->fixed[1];
        jw_weigh_habits(&g, step->gap);
    }
}

/* The line above is text, and this one too: two states to two. */
static void step_plainly(const struct jw_step *above, struct jw_step *step)
{
    const int32_t *from = above->forward;
    for (int starts = 0; starts < 2; starts++) {
        int32_t rest = from[0] + (starts ? step->gap[0].brk : step->gap[0].join);
        int32_t first = from[1] + (starts ? step->gap[1].brk : step->gap[1].join);
        step->forward[starts] = rest < first ? rest : first;
        step->from[starts] = rest < first ? 0 : 1;
    }
    step->forward[FAR] = JW_COST_NEVER;
}

static bool is_plain(const struct jw_step *above, const struct jw_step *step)
{
    return above->levels == 1 && above->forward[FAR] >= JW_COST_NEVER &&
           step->display >= JW_COST_NEVER;
}

static void step_fully(const struct jw_walk *w, size_t i, const int32_t *before,
                       int levels)
{
    struct edge edges[MAX_EDGES];
    struct jw_step *step = &w->steps[i];
    size_t n = put_edges(w, i, before, levels, edges);
    int now = step->display < JW_COST_NEVER ? levels + 1 : 1;
    now = now > JW_WALK_DISPLAYS + 1 ? JW_WALK_DISPLAYS + 1 : now;
    clear_states(step->forward);
    for (size_t k = 0; k < n; k++) {
        int32_t cost = before[edges[k].from] + edges[k].cost;
        if (cost < step->forward[edges[k].to]) {
            step->forward[edges[k].to] = cost;
            step->from[edges[k].to] = edges[k].from;
        }
    }
    step->levels = (uint8_t)now;
}

static void walk_forward(struct jw_walk *w)
{
    int32_t top[STATES];
    clear_states(top);
    top[FAR] = 0;
    for (size_t i = 0; i < w->n; i++) {
        struct jw_step *step = &w->steps[i];
        weigh_step(w, i);
        if (i > 0 && is_plain(&step[-1], step)) {
            step_plainly(&step[-1], step);
            step->levels = 1;
        } else {
            step_fully(w, i, i ? step[-1].forward : top, i ? step[-1].levels : 0);
        }
        lower(step->forward, step->levels);
        step->levels = (uint8_t)used_levels(step->forward, step->levels);
    }
}

/* Costs of the states of the last line, seen from the end of the text. */
static void costs_at_end(const struct jw_walk *w, int32_t *costs)
{
    const struct jw_step *last = &w->steps[w->n - 1];
    clear_states(costs);
    for (int d = 0; d < last->levels; d++) {
        for (int s = 0; s < 2; s++) {
            if (last->forward[state_of(d, s)] < JW_COST_NEVER) {
                const struct jw_line *a = &w->lines[w->n - 1 - (size_t)d];
                costs[state_of(d, s)] = jw_weigh_last(a, s, &w->habits[a->block]);
            }
        }
    }
    costs[FAR] = 0;
}

static int best_at_end(const struct jw_walk *w)
{
    const struct jw_step *last = &w->steps[w->n - 1];
    int32_t end[STATES];
    costs_at_end(w, end);
    int best = FAR;
    int32_t least = last->forward[FAR];
    for (int s = 0; s < 2 * last->levels; s++) {
        if (last->forward[s] < JW_COST_NEVER && last->forward[s] + end[s] < least) {
            least = last->forward[s] + end[s];
            best = s;
        }
    }
    return best;
}

bool jw_walk_read(struct jw_walk *w, struct jw_verdict *verdicts)
{
    walk_forward(w);
    bool changed = false;
    int state = best_at_end(w);
    for (size_t i = w->n; i-- > 0;) {
        uint8_t label = label_of(state);
        changed |= verdicts[i].label != label;
        verdicts[i].label = label;
        state = w->steps[i].from[state];
    }
    return changed;
}

/* ---- backward ---- */

static float odds_to_probability(int32_t cost_more)
{
    return 1.0F / (1.0F + expf(-0.01F * (float)cost_more));
}

/* How much dearer the page gets when a line is given each of the labels. */
static void weigh_labels(const struct jw_step *step, const int32_t *after,
                         struct jw_verdict *v)
{
    int32_t cost[3] = {JW_COST_NEVER, JW_COST_NEVER, JW_COST_NEVER};
    const int32_t *forward = step->forward;
    if (forward[FAR] < JW_COST_NEVER && after[FAR] < JW_COST_NEVER) {
        cost[JW_LABEL_DISPLAY] = forward[FAR] + after[FAR];
    }
    for (int s = 0; s < 2 * step->levels; s++) {
        if (forward[s] < JW_COST_NEVER && after[s] < JW_COST_NEVER) {
            int label = label_of(s);
            int32_t c = forward[s] + after[s];
            cost[label] = c < cost[label] ? c : cost[label];
        }
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

static void back_plainly(const struct jw_step *step, const int32_t *after, int32_t *now)
{
    for (int starts = 0; starts < 2; starts++) {
        int32_t join = after[0] + step->gap[starts].join;
        int32_t brk = after[1] + step->gap[starts].brk;
        now[starts] = join < brk ? join : brk;
    }
    now[FAR] = JW_COST_NEVER;
}

static void back_fully(const struct jw_walk *w, size_t i, const int32_t *after,
                       int32_t *now)
{
    struct edge edges[MAX_EDGES];
    const struct jw_step *above = &w->steps[i - 1];
    size_t n = put_edges(w, i, above->forward, above->levels, edges);
    clear_states(now);
    for (size_t k = 0; k < n; k++) {
        if (edges[k].to >= 2 * w->steps[i].levels && edges[k].to != FAR) {
            continue;
        }
        int32_t cost = after[edges[k].to] + edges[k].cost;
        if (cost < now[edges[k].from]) {
            now[edges[k].from] = cost;
        }
    }
}

void jw_walk_doubt(const struct jw_walk *w, struct jw_verdict *verdicts)
{
    int32_t costs[2][STATES];
    int32_t *after = costs[0];
    int32_t *now = costs[1];
    costs_at_end(w, after);
    for (size_t i = w->n; i-- > 0;) {
        const struct jw_step *step = &w->steps[i];
        weigh_labels(step, after, &verdicts[i]);
        if (i == 0) {
            break;
        }
        if (is_plain(&step[-1], step)) {
            back_plainly(step, after, now);
        } else {
            back_fully(w, i, after, now);
        }
        lower(now, step[-1].levels);
        int32_t *swap = after;
        after = now;
        now = swap;
    }
}

void jw_walk_prepare(struct jw_walk *w)
{
    for (size_t i = 1; i < w->n; i++) {
        struct jw_step *step = &w->steps[i];
        step->fill = jw_fill_of(&w->lines[i - 1], &w->lines[i], 0);
        memset(step->fixed, 0, sizeof step->fixed);
        struct jw_gap g = gap_between(w, i - 1, i, step->fill);
        jw_weigh_lines(&g, step->fixed);
    }
}
