#include "paragraph_checks.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/buf.h"
#include "jianwen/utf8.h"
#include "paragraph/glyph.h"
#include "text_checks.h"

/* The lines of a text. */
struct source {
    struct jw_str *at;
    bool *seen;
    size_t n;
};

static bool is_blank(struct jw_str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    while (p < end) {
        if (jw_glyph_of(jw_utf8_next(&p, end)).cls != JW_GLYPH_SPACE) {
            return false;
        }
    }
    return true;
}

static bool split(struct jw_str text, struct source *out)
{
    size_t room = 2;
    for (size_t i = 0; i < text.n; i++) {
        room += text.p[i] == '\n' || text.p[i] == '\r';
    }
    out->at = malloc(room * sizeof *out->at);
    out->seen = calloc(room, sizeof *out->seen);
    out->n = 0;
    for (size_t i = 0; out->at && i < text.n;) {
        size_t end = i;
        while (end < text.n && text.p[end] != '\n' && text.p[end] != '\r') {
            end++;
        }
        out->at[out->n++] = jw_str_slice(text, i, end);
        i = end + 1;
        if (end + 1 < text.n && text.p[end] == '\r' && text.p[end + 1] == '\n') {
            i++;
        }
    }
    return out->at && out->seen;
}

/* Bytes of doubles that were reported, taken from as they are met. */
static bool is_extra(struct jw_str s, size_t *doubled)
{
    struct jw_str soft = jw_str_c("\xC2\xAD");
    if (jw_str_starts(s, soft)) {
        s = jw_str_slice(s, soft.n, s.n);
    }
    if (is_blank(s)) {
        return true;
    }
    if (s.n > *doubled + 16) { /* white space around */
        return false;
    }
    *doubled -= s.n < *doubled ? s.n : *doubled;
    return true;
}

static const char *check_line(struct jw_str text, const struct jw_printed_line *l,
                              struct source *src, size_t *doubled)
{
    if (l->line == 0 || l->line > src->n) {
        return "a printed line has a number that no line has";
    }
    if (src->seen[l->line - 1]) {
        return "a line is printed twice";
    }
    src->seen[l->line - 1] = true;
    struct jw_str want = src->at[l->line - 1];
    struct jw_str part = jw_str_slice(text, l->start, l->end);
    if (l->start > l->end || l->end > text.n ||
        want.n != l->before.n + part.n + l->after.n ||
        !jw_str_eq(jw_str_slice(want, 0, l->before.n), l->before) ||
        !jw_str_eq(jw_str_slice(want, l->before.n, l->before.n + part.n), part) ||
        !jw_str_eq(jw_str_slice(want, want.n - l->after.n, want.n), l->after)) {
        return "a printed line is not that of the source";
    }
    return is_extra(l->before, doubled) && is_extra(l->after, doubled)
               ? NULL
               : "a line has lost more than white space";
}

static const char *check_paragraph(const struct jw_paragraph *p, struct source *src,
                                   size_t *doubled)
{
    struct jw_printed_line whole = {.line = p->line_start, .end = (uint32_t)p->text.n};
    const struct jw_printed_line *lines = p->n_lines ? p->lines : &whole;
    size_t n = p->n_lines ? p->n_lines : 1;
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        bool space = lines[i].start == at + 1 && p->text.p[at] == ' ';
        if (lines[i].start != at && !space) {
            return "the text of a paragraph has a gap";
        }
        const char *fault = check_line(p->text, &lines[i], src, doubled);
        if (fault) {
            return fault;
        }
        at = lines[i].end;
    }
    if (at != p->text.n) {
        return "the text of a paragraph goes on behind its lines";
    }
    return p->text.n == 0 ? "a paragraph is empty" : NULL;
}

static const char *check_all(const struct jw_recovery *r, struct source *src)
{
    size_t doubled = 0;
    for (size_t i = 0; i < r->n_doubles; i++) {
        doubled += r->doubles[i].text.n;
    }
    for (size_t i = 0; i < r->n_paragraphs; i++) {
        const struct jw_paragraph *p = &r->paragraphs[i];
        const char *fault = check_paragraph(p, src, &doubled);
        if (fault) {
            return fault;
        }
        if (p->next && (p->next <= i || p->next >= r->n_paragraphs)) {
            return "a paragraph goes on in one that is none";
        }
        if (i > 0 && p->line_start <= r->paragraphs[i - 1].line_start) {
            return "paragraphs are not in reading order";
        }
    }
    for (size_t i = 0; i < src->n; i++) {
        if (!src->seen[i] && !is_blank(src->at[i])) {
            return "a line is lost";
        }
    }
    return NULL;
}

const char *jw_check_recovery(struct jw_str text, const struct jw_recovery *r)
{
    struct source src;
    const char *fault = split(text, &src) ? check_all(r, &src) : "out of memory";
    free(src.at);
    free(src.seen);
    return fault;
}

static const char *check_same(const struct jw_recovery *r, struct jw_str printed,
                              struct jw_arena *arena)
{
    struct jw_recovery again;
    if (jw_paragraphs_recover(printed, NULL, arena, &again, NULL) != JW_OK) {
        return "the recovery of what was recovered failed";
    }
    bool same = again.n_paragraphs == r->n_paragraphs;
    for (size_t i = 0; same && i < r->n_paragraphs; i++) {
        same = jw_str_eq(again.paragraphs[i].text, r->paragraphs[i].text);
    }
    return same && again.n_doubles == 0 ? NULL : "what was recovered is read otherwise";
}

const char *jw_check_again(const struct jw_recovery *r)
{
    struct jw_arena arena;
    struct jw_buf printed;
    jw_arena_init(&arena, SIZE_MAX);
    jw_buf_init(&printed, SIZE_MAX);
    for (size_t i = 0; i < r->n_paragraphs; i++) {
        jw_buf_add_str(&printed, r->paragraphs[i].text);
        jw_buf_add_c(&printed, "\n\n");
    }
    const char *fault = jw_buf_status(&printed) == JW_OK
                            ? check_same(r, jw_buf_str(&printed), &arena)
                            : "out of memory";
    jw_buf_release(&printed);
    jw_arena_release(&arena);
    return fault;
}

const char *jw_check_paragraphs(struct jw_str text)
{
    struct jw_arena arena;
    struct jw_recovery r;
    struct jw_error err;
    struct jw_paragraph_options options = {1, true};
    jw_error_clear(&err);
    jw_arena_init(&arena, SIZE_MAX);
    const char *fault = jw_paragraphs_recover(text, &options, &arena, &r, &err) == JW_OK
                            ? jw_check_recovery(text, &r)
                            : "the recovery failed";
    fault = fault ? fault : jw_check_again(&r);
    jw_arena_release(&arena);
    return fault;
}

/* ---- random pages ---- */

static size_t put(char *out, size_t n, size_t room, const char *s)
{
    size_t bytes = strlen(s);
    if (n + bytes > room) {
        return n;
    }
    memcpy(out + n, s, bytes);
    return n + bytes;
}

size_t jw_test_random_page(uint64_t *seed, char *out, size_t room)
{
    static const char *const pieces[] = {"钟",
                                         "楼",
                                         "河",
                                         "岸",
                                         "工",
                                         "厂",
                                         "。",
                                         "，",
                                         "、",
                                         "：",
                                         "“",
                                         "”",
                                         "（",
                                         "）",
                                         "！",
                                         "……",
                                         "——",
                                         "《",
                                         "》",
                                         "a",
                                         "the",
                                         "5",
                                         "2021",
                                         ".",
                                         ",",
                                         "%",
                                         "-",
                                         "\xC2\xAD",
                                         " ",
                                         "  ",
                                         "\t",
                                         "\xE3\x80\x80",
                                         "记者 ",
                                         "摄",
                                         "图为",
                                         "第3版",
                                         "问：",
                                         "答：",
                                         "一、",
                                         "（1）",
                                         "●",
                                         "〔2〕",
                                         "https://a.example/",
                                         "\xFF",
                                         "\xE4\xBD"};
    static const char *const ends[] = {"\n",   "\n",   "\n", "\n",
                                       "\n\n", "\r\n", "\r", "\n\xE3\x80\x80\xE3\x80\x80",
                                       "\n\t", " \n"};
    size_t width = 4 + jw_test_random(seed) % 30;
    size_t n = 0;
    size_t lines = 1 + jw_test_random(seed) % 40;
    for (size_t i = 0; i < lines; i++) {
        size_t start = n;
        size_t pieces_left =
            jw_test_random(seed) % 6 ? width : jw_test_random(seed) % width;
        while (pieces_left-- > 0) {
            uint64_t r = jw_test_random(seed);
            const char *s = pieces[r % 3 ? (r >> 8) % 6
                                         : (r >> 8) % (sizeof pieces / sizeof pieces[0])];
            n = put(out, n, room, s);
        }
        if (jw_test_random(seed) % 12 == 0 && n + (n - start) <= room) {
            memcpy(out + n, out + start, n - start); /* printed twice */
            n += n - start;
        }
        n = put(out, n, room, ends[jw_test_random(seed) % 10]);
    }
    return n;
}
