#include "intake.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/buf.h"
#include "jianwen/schema.h"
#include "jianwen/utf8.h"

void jw_intake_release(struct jw_intake *in)
{
    free(in->paragraphs);
    free(in->places);
    memset(in, 0, sizeof *in);
}

static enum jw_status check_text(const char *what, struct jw_str s, size_t max,
                                 struct jw_error *err)
{
    size_t bad_at = 0;
    if (s.n > max) {
        return jw_fail(err, JW_EINVAL, "%s has %zu bytes, the limit is %zu", what, s.n,
                       max);
    }
    if (!jw_utf8_valid(s, &bad_at)) {
        return jw_fail(err, JW_EINVAL, "%s is not UTF-8 (byte %zu)", what, bad_at);
    }
    return JW_OK;
}

enum jw_status jw_intake_check(const struct jw_article *a, struct jw_error *err)
{
    const struct {
        const char *what;
        struct jw_str text;
    } facts[] = {{"title", a->title}, {"source", a->source}, {"section", a->section},
                 {"page", a->page},   {"author", a->author}, {"url", a->url},
                 {"date", a->date}};
    if (a->id.n == 0) {
        return jw_fail(err, JW_EINVAL, "the article has no id");
    }
    enum jw_status status = check_text("id", a->id, JW_ID_MAX_BYTES, err);
    if (status == JW_OK && memchr(a->id.p, 0, a->id.n)) {
        status = jw_fail(err, JW_EINVAL, "the id holds a NUL character");
    }
    for (size_t i = 0; i < sizeof facts / sizeof facts[0] && status == JW_OK; i++) {
        status = check_text(facts[i].what, facts[i].text, JW_FIELD_MAX_BYTES, err);
    }
    if (status == JW_OK && a->n_paragraphs > JW_PARAGRAPHS_MAX) {
        status = jw_fail(err, JW_EINVAL, "%zu paragraphs, the limit is %d",
                         a->n_paragraphs, JW_PARAGRAPHS_MAX);
    }
    bool any = false;
    for (size_t i = 0; i < a->n_paragraphs && status == JW_OK; i++) {
        any |= a->paragraphs[i].text.n > 0;
        status =
            check_text("a paragraph", a->paragraphs[i].text, JW_PARAGRAPH_MAX_BYTES, err);
    }
    if (status == JW_OK && !any) {
        status = jw_fail(err, JW_EINVAL, "the article has no paragraph");
    }
    uint32_t date = 0;
    if (status == JW_OK && a->date.n && !jw_date_parse(a->date, &date)) {
        status =
            jw_fail(err, JW_EINVAL, "date \"%.*s\" is not YYYY, YYYY-MM or YYYY-MM-DD",
                    (int)a->date.n, a->date.p);
    }
    return status;
}

/* Indexes of the article's paragraphs become those of the arranged ones. */
static void map_next(struct jw_intake *in, const uint32_t *to, size_t n)
{
    for (size_t i = 0; i < in->n; i++) {
        struct jw_paragraph *p = &in->paragraphs[i];
        uint32_t next = p->next && p->next < n ? to[p->next] : 0;
        p->next = next > i ? next : 0;
    }
}

/* Whether the lines of a paragraph are pieces of its text, in order. */
static bool lines_are_good(const struct jw_paragraph *p)
{
    size_t at = 0;
    uint32_t line = p->line_start ? p->line_start - 1 : UINT32_MAX;
    if (!p->lines) {
        return p->n_lines == 0;
    }
    for (size_t i = 0; i < p->n_lines; i++) {
        const struct jw_printed_line *l = &p->lines[i];
        if (l->start < at || l->end < l->start || l->end > p->text.n || l->line <= line ||
            !jw_utf8_valid(l->before, NULL) || !jw_utf8_valid(l->after, NULL)) {
            return false;
        }
        at = l->end;
        line = l->line;
    }
    return true;
}

enum jw_status jw_intake_arrange(struct jw_intake *in, const struct jw_article *article,
                                 struct jw_error *err)
{
    struct jw_paragraph title = {.role = JW_ROLE_TITLE, .text = article->title};
    void *paragraphs = in->paragraphs;
    enum jw_status status = jw_array_grow(
        &paragraphs, &in->cap, article->n_paragraphs + 1, sizeof *in->paragraphs);
    in->paragraphs = paragraphs;
    void *places = in->places;
    if (status == JW_OK) {
        status = jw_array_grow(&places, &in->places_cap, article->n_paragraphs + 1,
                               sizeof *in->places);
        in->places = places;
    }
    if (status != JW_OK) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    in->n = 1;
    for (size_t i = 0; i < article->n_paragraphs; i++) {
        struct jw_paragraph p = article->paragraphs[i];
        in->places[i] = 0;
        p.n_lines = lines_are_good(&p) ? p.n_lines : 0;
        if (p.text.n == 0) {
            continue;
        }
        if (p.role == JW_ROLE_TITLE && title.line_start == 0 &&
            (title.text.n == 0 || jw_str_eq(title.text, p.text))) {
            title = p;
            continue;
        }
        if (p.role == JW_ROLE_TITLE) {
            p.role = JW_ROLE_HEADING;
        }
        in->places[i] = (uint32_t)in->n;
        in->paragraphs[in->n++] = p;
    }
    in->paragraphs[0] = title;
    in->paragraphs[0].next = 0;
    map_next(in, in->places, article->n_paragraphs);
    in->article = *article;
    (void)jw_date_parse(article->date, &in->date);
    jw_date_format(in->date, in->date_text);
    in->article.date = jw_str_c(in->date_text);
    return JW_OK;
}
