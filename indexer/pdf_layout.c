#include "pdf_layout.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Cuts inside cuts. */
    DEPTH_MAX = 32,
    /* Strips that a region is divided into to look for a gap. */
    STRIPS = 512,
    /* A column has at least as many lines. */
    COLUMN_LINES = 3,
    /* Deepest indent that is kept, in characters. */
    INDENT_MAX = 8,
    /* Pages that must show a running head at the same height for it to be one. */
    RUNNING_PAGES = 2
};

/* Narrowest gap between columns, in line heights. */
static const double gap_min = 0.8;
/* Share of the lines of a region that may cross a gap between columns. */
static const double crossing_max = 0.2;
/* A gap between lines, in usual distances, that is more than leading. */
static const double wide_leading = 1.45;

struct layout {
    struct jw_arena *arena;
    struct jw_buf *out;
    enum jw_status status;
};

static double height_of(const struct jw_pdf_line *l)
{
    return l->bottom - l->top;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static int by_place(const void *a, const void *b)
{
    const struct jw_pdf_line *x = a;
    const struct jw_pdf_line *y = b;
    if (x->page != y->page) {
        return x->page < y->page ? -1 : 1;
    }
    if (x->top != y->top) {
        return x->top < y->top ? -1 : 1;
    }
    return (x->left > y->left) - (x->left < y->left);
}

/* The middle of n values; they are sorted. */
static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_number);
    return values[n / 2];
}

/* ---- what is left out ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool same_but_digits(struct jw_str a, struct jw_str b)
{
    size_t i = 0;
    size_t k = 0;
    while (i < a.n && k < b.n) {
        if (is_digit(a.p[i]) && is_digit(b.p[k])) {
            while (i < a.n && is_digit(a.p[i])) {
                i++;
            }
            while (k < b.n && is_digit(b.p[k])) {
                k++;
            }
        } else if (a.p[i++] != b.p[k++]) {
            return false;
        }
    }
    return i == a.n && k == b.n;
}

/* "12", "- 12 -", "12 / 30". */
static bool is_page_number(struct jw_str s)
{
    size_t n_digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (is_digit(s.p[i])) {
            n_digits++;
        } else if (s.p[i] != ' ' && s.p[i] != '-' && s.p[i] != '/') {
            return false;
        }
    }
    return n_digits > 0 && n_digits <= 8;
}

static bool is_same_place(const struct jw_pdf_line *a, const struct jw_pdf_line *b)
{
    return fabs(a->top - b->top) < height_of(a) / 2;
}

/* The first or last line of each page; SIZE_MAX for a page without any. */
static void find_edges(const struct jw_pdf_line *lines, size_t n, size_t *first,
                       size_t *last, size_t n_pages)
{
    for (size_t p = 0; p < n_pages; p++) {
        first[p] = last[p] = SIZE_MAX;
    }
    for (size_t i = 0; i < n; i++) {
        size_t p = lines[i].page;
        if (first[p] == SIZE_MAX || lines[i].top < lines[first[p]].top) {
            first[p] = i;
        }
        if (last[p] == SIZE_MAX || lines[i].bottom > lines[last[p]].bottom) {
            last[p] = i;
        }
    }
}

/* Empty the edge lines that run from page to page, or are page numbers. */
static bool empty_running(struct jw_pdf_line *lines, const size_t *edge, size_t n_pages,
                          bool foot)
{
    bool found = false;
    for (size_t p = 0; p < n_pages; p++) {
        if (edge[p] == SIZE_MAX || lines[edge[p]].text.n == 0) {
            continue;
        }
        struct jw_str text = lines[edge[p]].text;
        /* Neighbours are enough to ask: heads of left and right pages differ. */
        size_t from = p > 8 ? p - 8 : 0;
        size_t to = p + 9 < n_pages ? p + 9 : n_pages;
        size_t same = 0;
        for (size_t q = from; q < to; q++) {
            same += edge[q] != SIZE_MAX &&
                    is_same_place(&lines[edge[p]], &lines[edge[q]]) &&
                    same_but_digits(text, lines[edge[q]].text);
        }
        if ((foot && is_page_number(text)) ||
            (same >= RUNNING_PAGES && same * 3 >= to - from)) {
            lines[edge[p]].running =
                true; /* emptied below: others are compared with it */
            found = true;
        }
    }
    for (size_t p = 0; p < n_pages; p++) {
        if (edge[p] != SIZE_MAX && lines[edge[p]].running) {
            lines[edge[p]].text.n = 0;
        }
    }
    return found;
}

static size_t drop_empty(struct jw_pdf_line *lines, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (lines[i].text.n) {
            lines[kept++] = lines[i];
        }
    }
    return kept;
}

/* Heads and feet may have two lines; so look a second time. */
static enum jw_status drop_running(struct layout *at, struct jw_pdf_line *lines,
                                   size_t *n, size_t n_pages)
{
    size_t *first = jw_arena_calloc(at->arena, n_pages, sizeof *first);
    size_t *last = jw_arena_calloc(at->arena, n_pages, sizeof *last);
    if (!first || !last) {
        return JW_ENOMEM;
    }
    for (int round = 0; round < 2; round++) {
        find_edges(lines, *n, first, last, n_pages);
        bool head = empty_running(lines, first, n_pages, false);
        bool foot = empty_running(lines, last, n_pages, true);
        if (!head && !foot) {
            break;
        }
        *n = drop_empty(lines, *n);
    }
    return JW_OK;
}

static bool is_drawn_again(const struct jw_pdf_line *a, const struct jw_pdf_line *b)
{
    double slack = height_of(a) * 0.3;
    return a->page == b->page && jw_str_eq(a->text, b->text) &&
           fabs(a->left - b->left) < slack && fabs(a->top - b->top) < slack;
}

/* Lines are in the order of by_place(): a second drawing is among the next few. */
static size_t drop_doubles(struct jw_pdf_line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n && k < i + 16; k++) {
            if (lines[i].text.n && is_drawn_again(&lines[i], &lines[k])) {
                lines[k].text.n = 0;
            }
        }
    }
    return drop_empty(lines, n);
}

/* ---- cutting ---- */

struct box {
    double left;
    double right;
    double height;
};

static struct box box_of(struct layout *at, const struct jw_pdf_line *lines, size_t n)
{
    struct box box = {lines[0].left, lines[0].right, 0};
    double *heights = jw_arena_alloc(at->arena, n * sizeof *heights);
    for (size_t i = 0; i < n; i++) {
        box.left = lines[i].left < box.left ? lines[i].left : box.left;
        box.right = lines[i].right > box.right ? lines[i].right : box.right;
        if (heights) {
            heights[i] = height_of(&lines[i]);
        }
    }
    if (!heights) {
        at->status = JW_ENOMEM;
        return box;
    }
    box.height = median(heights, n);
    return box;
}

static size_t strip_of(const struct box *box, double x)
{
    double share = (x - box->left) / (box->right - box->left);
    return share <= 0 ? 0 : share >= 1 ? STRIPS - 1 : (size_t)(share * STRIPS);
}

/* Lines wholly on each side of x. */
static bool has_columns(const struct jw_pdf_line *lines, size_t n, double x)
{
    size_t before = 0;
    size_t behind = 0;
    for (size_t i = 0; i < n; i++) {
        before += lines[i].right <= x;
        behind += lines[i].left >= x;
    }
    return before >= COLUMN_LINES && behind >= COLUMN_LINES;
}

/*
 * The middle of the widest strip that few lines cross, with columns on both
 * sides of it.
 * @return whether there is one.
 */
static bool find_gap(const struct jw_pdf_line *lines, size_t n, const struct box *box,
                     double *x)
{
    uint32_t cover[STRIPS + 1] = {0};
    double width = (box->right - box->left) / STRIPS;
    if (n < 2 * (size_t)COLUMN_LINES || width <= 0) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        size_t to = strip_of(box, lines[i].right);
        for (size_t s = strip_of(box, lines[i].left); s <= to; s++) {
            cover[s]++;
        }
    }
    cover[STRIPS] = UINT32_MAX;
    uint32_t most = (uint32_t)((double)n * crossing_max);
    double best = gap_min * box->height;
    bool found = false;
    size_t from = 0;
    for (size_t s = 0; s <= STRIPS; s++) {
        if (cover[s] <= most) {
            continue;
        }
        double middle = box->left + (double)(from + s) / 2 * width;
        if ((double)(s - from) * width > best && has_columns(lines, n, middle)) {
            best = (double)(s - from) * width;
            *x = middle;
            found = true;
        }
        from = s + 1;
    }
    return found;
}

/* ---- writing ---- */

static void write_column(struct layout *at, const struct jw_pdf_line *lines, size_t n)
{
    const struct box box = box_of(at, lines, n);
    double *steps = jw_arena_alloc(at->arena, (n + 1) * sizeof *steps);
    if (!steps || at->status != JW_OK) {
        at->status = JW_ENOMEM;
        return;
    }
    size_t n_steps = 0;
    for (size_t i = 1; i < n; i++) {
        steps[n_steps++] = lines[i].top - lines[i - 1].top;
    }
    double usual = n_steps ? median(steps, n_steps) : 0;
    if (at->out->len) {
        jw_buf_add_byte(at->out, '\n');
    }
    for (size_t i = 0; i < n; i++) {
        if (i && lines[i].top - lines[i - 1].top > usual * wide_leading) {
            jw_buf_add_byte(at->out, '\n');
        }
        double indent = box.height > 0 ? (lines[i].left - box.left) / box.height : 0;
        for (int k = 0; k < INDENT_MAX && indent >= 0.75; k++) {
            jw_buf_add_c(at->out, "\xE3\x80\x80"); /* U+3000 */
            indent -= 1;
        }
        jw_buf_add_str(at->out, lines[i].text);
        jw_buf_add_byte(at->out, '\n');
    }
}

static void write_region(struct layout *at, struct jw_pdf_line *lines, size_t n,
                         int depth);

/* Left of x, then right of it; lines[] has those left of it first. */
static void write_columns(struct layout *at, struct jw_pdf_line *lines, size_t n,
                          double x, int depth)
{
    struct jw_pdf_line *kept = jw_arena_alloc(at->arena, n * sizeof *kept);
    size_t n_left = 0;
    if (!kept) {
        at->status = JW_ENOMEM;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (lines[i].left < x) {
            kept[n_left++] = lines[i];
        }
    }
    size_t k = n_left;
    for (size_t i = 0; i < n; i++) {
        if (lines[i].left >= x) {
            kept[k++] = lines[i];
        }
    }
    write_region(at, kept, n_left, depth + 1);
    write_region(at, kept + n_left, n - n_left, depth + 1);
}

/* Lines of one part of a page, from the top. */
static void write_region(struct layout *at, struct jw_pdf_line *lines, size_t n,
                         int depth)
{
    double x = 0;
    if (n == 0 || at->status != JW_OK) {
        return;
    }
    const struct box box = box_of(at, lines, n);
    if (depth == DEPTH_MAX || at->status != JW_OK || !find_gap(lines, n, &box, &x)) {
        write_column(at, lines, n);
        return;
    }
    /* Runs of lines that cross the gap, and of lines that do not. */
    for (size_t from = 0; from < n;) {
        bool crosses = lines[from].left < x && lines[from].right > x;
        size_t to = from + 1;
        while (to < n && (lines[to].left < x && lines[to].right > x) == crosses) {
            to++;
        }
        if (crosses) {
            write_column(at, lines + from, to - from);
        } else {
            write_columns(at, lines + from, to - from, x, depth);
        }
        from = to;
    }
}

enum jw_status jw_pdf_layout(struct jw_pdf_line *lines, size_t n, size_t n_pages,
                             struct jw_arena *arena, struct jw_buf *out)
{
    struct layout at = {arena, out, JW_OK};
    at.status = drop_running(&at, lines, &n, n_pages);
    qsort(lines, n, sizeof *lines, by_place);
    n = drop_doubles(lines, n);
    for (size_t from = 0; from < n && at.status == JW_OK;) {
        size_t to = from;
        while (to < n && lines[to].page == lines[from].page) {
            to++;
        }
        write_region(&at, lines + from, to - from, 0);
        from = to;
    }
    return at.status != JW_OK ? at.status : jw_buf_status(out);
}
