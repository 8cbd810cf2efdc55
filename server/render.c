#include "render.h"

#include "call.h"
#include "json.h"
#include "session.h"

struct jw_str jw_safe_url(struct jw_str url)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];
        if (c <= 0x20 || c == 0x7F) {
            return jw_str_of(NULL, 0);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(schemes[i]);
        size_t j = 0;
        while (j < n && j < url.n &&
               (url.p[j] == schemes[i][j] || (url.p[j] | 0x20) == schemes[i][j])) {
            j++;
        }
        if (j == n && url.n > n) {
            return url;
        }
    }
    return jw_str_of(NULL, 0);
}

static void write_ranges(struct jw_json *j, const char *key,
                         const struct jw_range *ranges, size_t n)
{
    jw_json_key(j, key);
    jw_json_array(j);
    for (size_t i = 0; i < n; i++) {
        jw_json_array(j);
        jw_json_uint(j, ranges[i].start);
        jw_json_uint(j, ranges[i].end);
        jw_json_end_array(j);
    }
    jw_json_end_array(j);
}

static void write_total(struct jw_json *j, const char *key, const struct jw_total *total)
{
    jw_json_key(j, key);
    jw_json_object(j);
    jw_json_key_uint(j, "value", total->value);
    jw_json_key_str(j, "relation", jw_str_c(jw_relation_name(total->relation)));
    jw_json_end_object(j);
}

/* ranges, and the text as HTML with marks at them. */
static void write_marked(struct jw_json *j, struct jw_str text,
                         const struct jw_range *ranges, size_t n, struct jw_buf *scratch)
{
    write_ranges(j, "ranges", ranges, n);
    jw_buf_clear(scratch);
    jw_mark_html(text, ranges, n, scratch);
    jw_json_key_str(j, "html", jw_buf_str(scratch));
    if (jw_buf_status(scratch) != JW_OK) {
        j->out->status = jw_buf_status(scratch);
    }
}

static void write_line_number(struct jw_json *j, const char *key, uint32_t line)
{
    jw_json_key(j, key);
    if (line) {
        jw_json_uint(j, line);
    } else {
        jw_json_null(j);
    }
}

/* Joins and breaks that may be none, where the hit depends on them. */
static void write_doubts(struct jw_json *j, const struct jw_hit_paragraph *p)
{
    if (p->n_doubts == 0) {
        return;
    }
    jw_json_key(j, "doubts");
    jw_json_array(j);
    for (size_t i = 0; i < p->n_doubts; i++) {
        const struct jw_doubt *d = &p->doubts[i];
        jw_json_object(j);
        write_line_number(j, "line", d->line);
        jw_json_key(j, "joined");
        jw_json_bool(j, d->joined);
        jw_json_key(j, "confidence");
        jw_json_score(j, d->likely / 100.0);
        jw_json_key_uint(j, "at", d->at);
        if (!d->joined) {
            jw_json_key_uint(j, "n", d->next);
            jw_json_key_str(j, "text", d->next_text);
            write_ranges(j, "ranges", d->next_ranges, d->n_next_ranges);
        }
        jw_json_end_object(j);
    }
    jw_json_end_array(j);
}

static void write_paragraph(struct jw_json *j, const struct jw_hit_paragraph *p,
                            struct jw_buf *scratch)
{
    jw_json_object(j);
    jw_json_key_uint(j, "n", p->n);
    jw_json_key_str(j, "role", jw_str_c(jw_role_name(p->role)));
    jw_json_key_str(j, "text", p->text);
    write_marked(j, p->text, p->ranges, p->n_ranges, scratch);
    jw_json_key_uint(j, "line_start", p->line_start);
    jw_json_key_uint(j, "line_end", p->line_end);
    if (p->snippet.text.n) {
        jw_json_key(j, "snippet");
        jw_json_object(j);
        jw_json_key_str(j, "text", p->snippet.text);
        jw_json_key_uint(j, "start", p->snippet.start);
        write_marked(j, p->snippet.text, p->snippet.ranges, p->snippet.n_ranges, scratch);
        jw_json_end_object(j);
    }
    write_doubts(j, p);
    jw_json_end_object(j);
}

/* The facts of an article; the ranges of its title only where they are of use. */
static void write_article_facts(struct jw_json *j, const struct jw_article *a,
                                const struct jw_hit *hit)
{
    jw_json_key_str(j, "id", a->id);
    jw_json_key_str(j, "title", a->title);
    if (hit) {
        write_ranges(j, "title_ranges", hit->title_ranges, hit->n_title_ranges);
    }
    jw_json_key_str(j, "date", a->date);
    jw_json_key_str(j, "source", a->source);
    jw_json_key_str(j, "section", a->section);
    jw_json_key_str(j, "page", a->page);
    jw_json_key_str(j, "author", a->author);
    jw_json_key_str(j, "url", jw_safe_url(a->url));
}

static void write_facts(struct jw_json *j, const struct jw_hit *hit)
{
    write_article_facts(j, hit->article, hit);
}

/* Other prints of the same story. */
static void write_also_in(struct jw_json *j, const struct jw_article *also_in, size_t n,
                          size_t n_copies)
{
    jw_json_key(j, "also_in");
    jw_json_array(j);
    for (size_t i = 0; i < n; i++) {
        jw_json_object(j);
        write_article_facts(j, &also_in[i], NULL);
        jw_json_end_object(j);
    }
    jw_json_end_array(j);
    jw_json_key_uint(j, "copies", n_copies);
}

static void write_paragraphs(struct jw_json *j, const struct jw_hit *hit,
                             struct jw_buf *scratch)
{
    jw_json_key(j, "paragraphs");
    jw_json_array(j);
    for (size_t i = 0; i < hit->n_paragraphs; i++) {
        write_paragraph(j, &hit->paragraphs[i], scratch);
    }
    jw_json_end_array(j);
}

static void write_hits(struct jw_json *j, const struct jw_search_result *result,
                       struct jw_buf *scratch)
{
    jw_json_key(j, "hits");
    jw_json_array(j);
    for (size_t i = 0; i < result->n_hits; i++) {
        const struct jw_hit *hit = &result->hits[i];
        jw_json_object(j);
        write_facts(j, hit);
        jw_json_key(j, "score");
        jw_json_score(j, hit->score);
        jw_json_key_str(j, "match", jw_str_c(jw_tier_name(hit->tier)));
        write_paragraphs(j, hit, scratch);
        if (hit->also_in) {
            write_also_in(j, hit->also_in, hit->n_also_in, hit->n_copies);
        }
        if (hit->explanation.n) {
            jw_json_key_str(j, "explanation", hit->explanation);
        }
        jw_json_end_object(j);
    }
    jw_json_end_array(j);
}

static void write_facets(struct jw_json *j, const struct jw_search_result *result)
{
    jw_json_key(j, "facets");
    jw_json_object(j);
    for (size_t i = 0; i < result->n_facets; i++) {
        const struct jw_facet *f = &result->facets[i];
        jw_json_key(j, f->facet == JW_FACET_SOURCE    ? "source"
                       : f->facet == JW_FACET_SECTION ? "section"
                       : f->facet == JW_FACET_YEAR    ? "year"
                                                      : "month");
        jw_json_array(j);
        for (size_t k = 0; k < f->n_counts; k++) {
            jw_json_object(j);
            jw_json_key_str(j, "value", f->counts[k].value);
            jw_json_key_uint(j, "count", f->counts[k].count);
            jw_json_end_object(j);
        }
        jw_json_end_array(j);
    }
    jw_json_end_object(j);
}

static void write_next(struct jw_json *j, const struct jw_search_request *request,
                       const struct jw_search_result *result)
{
    jw_json_key(j, "next");
    if (!result->has_next || result->next_offset > JW_SEARCH_MAX_OFFSET) {
        jw_json_null(j);
        return;
    }
    /* Percent-encoded text needs no JSON escapes. */
    jw_buf_add_c(j->out, "\"/v1/search?");
    jw_call_search_query(request, result->next_offset, result->next_cursor, j->out);
    jw_buf_add_byte(j->out, '"');
    j->comma = true;
}

void jw_render_search(const struct jw_search_request *request,
                      const struct jw_search_result *result, struct jw_buf *scratch,
                      struct jw_buf *out)
{
    struct jw_json j = jw_json_on(out);
    jw_json_object(&j);
    jw_json_key_str(&j, "query", request->q);
    jw_json_key(&j, "took_ms");
    jw_json_ms(&j, result->took_us);
    jw_json_key_uint(&j, "revision", result->revision);
    jw_json_key(&j, "partial");
    jw_json_bool(&j, result->partial);
    write_total(&j, "total", &result->total);
    jw_json_key(&j, "tiers");
    jw_json_object(&j);
    for (int i = 0; i < JW_TIERS; i++) {
        write_total(&j, jw_tier_name((enum jw_tier)i), &result->tiers[i]);
    }
    jw_json_end_object(&j);
    write_hits(&j, result, scratch);
    write_facets(&j, result);
    jw_json_key(&j, "notes");
    jw_json_array(&j);
    for (size_t i = 0; i < result->n_notes; i++) {
        jw_json_str(&j, result->notes[i]);
    }
    jw_json_end_array(&j);
    write_next(&j, request, result);
    jw_json_end_object(&j);
    jw_buf_add_byte(out, '\n');
}

static void write_lines(struct jw_json *j, const struct jw_printed *printed,
                        struct jw_buf *scratch)
{
    jw_json_key(j, "lines");
    jw_json_array(j);
    for (size_t i = 0; i < printed->n; i++) {
        const struct jw_hit_line *l = &printed->lines[i];
        jw_json_object(j);
        write_line_number(j, "n", l->line);
        jw_json_key_uint(j, "paragraph", l->n);
        jw_json_key_str(j, "role", jw_str_c(jw_role_name(l->role)));
        jw_json_key_str(j, "text", l->text);
        jw_json_key(j, "hit");
        jw_json_bool(j, l->n_ranges > 0);
        write_marked(j, l->text, l->ranges, l->n_ranges, scratch);
        jw_json_end_object(j);
    }
    jw_json_end_array(j);
}

void jw_render_article(const struct jw_hit *hit, const struct jw_printed *printed,
                       uint64_t revision, struct jw_buf *scratch, struct jw_buf *out)
{
    struct jw_json j = jw_json_on(out);
    jw_json_object(&j);
    write_facts(&j, hit);
    jw_json_key_uint(&j, "revision", revision);
    if (printed) {
        write_lines(&j, printed, scratch);
    } else {
        write_paragraphs(&j, hit, scratch);
    }
    jw_json_end_object(&j);
    jw_buf_add_byte(out, '\n');
}

void jw_render_suggest(struct jw_str q, const struct jw_suggest_result *result,
                       struct jw_buf *scratch, struct jw_buf *out)
{
    struct jw_json j = jw_json_on(out);
    jw_json_object(&j);
    jw_json_key_str(&j, "query", q);
    jw_json_key(&j, "took_ms");
    jw_json_ms(&j, result->took_us);
    jw_json_key_uint(&j, "revision", result->revision);
    jw_json_key(&j, "suggestions");
    jw_json_array(&j);
    for (size_t i = 0; i < result->n; i++) {
        const struct jw_suggestion *s = &result->at[i];
        jw_json_object(&j);
        jw_json_key_str(&j, "text", s->text);
        jw_json_key_str(&j, "kind", jw_str_c(jw_suggestion_kind_name(s->kind)));
        jw_json_key_uint(&j, "count", s->count);
        jw_json_key_str(&j, "id", s->id);
        write_marked(&j, s->text, s->ranges, s->n_ranges, scratch);
        jw_json_end_object(&j);
    }
    jw_json_end_array(&j);
    jw_json_end_object(&j);
    jw_buf_add_byte(out, '\n');
}

void jw_render_related(struct jw_str id, const struct jw_related_result *result,
                       struct jw_buf *out)
{
    struct jw_json j = jw_json_on(out);
    jw_json_object(&j);
    jw_json_key_str(&j, "id", id);
    jw_json_key_uint(&j, "revision", result->revision);
    jw_json_key(&j, "partial");
    jw_json_bool(&j, result->partial);
    jw_json_key(&j, "terms");
    jw_json_array(&j);
    for (size_t i = 0; i < result->n_terms; i++) {
        jw_json_str(&j, result->terms[i]);
    }
    jw_json_end_array(&j);
    jw_json_key(&j, "related");
    jw_json_array(&j);
    for (size_t i = 0; i < result->n; i++) {
        jw_json_object(&j);
        write_article_facts(&j, result->at[i].article, NULL);
        jw_json_key(&j, "score");
        jw_json_score(&j, result->at[i].score);
        jw_json_end_object(&j);
    }
    jw_json_end_array(&j);
    jw_json_key(&j, "also_in");
    jw_json_array(&j);
    for (size_t i = 0; i < result->n_also_in; i++) {
        jw_json_object(&j);
        write_article_facts(&j, result->also_in[i], NULL);
        jw_json_end_object(&j);
    }
    jw_json_end_array(&j);
    jw_json_end_object(&j);
    jw_buf_add_byte(out, '\n');
}
