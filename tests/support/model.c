#include "model.h"

#include <stdio.h>
#include <string.h>

#include "articles.h"
#include "jianwen/arena.h"
#include "jw_cunit.h"
#include "scratch.h"

enum {
    ARENA_BYTES = 1 << 30,
    CHARS = 0x30000
};

static size_t place_of(const struct jw_model *m, struct jw_str id)
{
    size_t i = 0;
    while (i < m->n && !jw_str_eq(m->at[i]->id, id)) {
        i++;
    }
    return i;
}

void jw_model_put(struct jw_model *m, const struct jw_article *article)
{
    size_t i = place_of(m, article->id);
    if (i == m->n && m->n < JW_MODEL_MAX) {
        m->n++;
    }
    m->at[i] = article;
}

bool jw_model_delete(struct jw_model *m, struct jw_str id)
{
    size_t i = place_of(m, id);
    if (i == m->n) {
        return false;
    }
    m->at[i] = m->at[--m->n];
    return true;
}

static void check_lines(struct jw_stored *got, const struct jw_article *want,
                        struct jw_arena *arena)
{
    struct jw_error err;
    jw_error_clear(&err);
    CHECK_OK(jw_stored_lines(got, arena, &err), &err);
    for (size_t i = 0; i < want->n_paragraphs; i++) {
        const struct jw_paragraph *p = &got->article.paragraphs[i + 1];
        const struct jw_paragraph *q = &want->paragraphs[i];
        CHECK_INT(p->n_lines, q->n_lines);
        for (uint32_t k = 0; k < p->n_lines && k < q->n_lines; k++) {
            CHECK_INT(p->lines[k].line, q->lines[k].line);
            CHECK_INT(p->lines[k].end, q->lines[k].end);
            CHECK_STR(p->lines[k].after, q->lines[k].after);
        }
    }
}

void jw_model_check_article(const struct jw_article *want, struct jw_reader *r)
{
    struct jw_arena arena;
    struct jw_stored got;
    struct jw_error err;
    size_t segment = 0;
    size_t row = 0;
    jw_arena_init(&arena, ARENA_BYTES);
    jw_error_clear(&err);
    enum jw_status status = jw_reader_find(r, want->id, &segment, &row, &err);
    if (status == JW_OK) {
        status = jw_reader_article(r, segment, row, &arena, &got, &err);
    }
    CHECK_MSG(status == JW_OK, "%.*s: %s %s", (int)want->id.n, want->id.p,
              jw_status_name(status), err.message);
    if (status == JW_OK && CHECK_INT(got.article.n_paragraphs, want->n_paragraphs + 1)) {
        /* Backwards, so that blocks are not read in their order. */
        for (size_t i = want->n_paragraphs; i-- > 0;) {
            const struct jw_paragraph *p = &got.article.paragraphs[i + 1];
            CHECK_OK(jw_reader_text(r, &arena, &got, i + 1, &err), &err);
            CHECK_STR(p->text, want->paragraphs[i].text);
            CHECK_INT(p->role, want->paragraphs[i].role);
            CHECK_INT(p->line_start, want->paragraphs[i].line_start);
            uint32_t next = want->paragraphs[i].next;
            CHECK_INT(p->next, next ? next + 1 : 0);
        }
        check_lines(&got, want, &arena);
        CHECK_STR(got.article.id, want->id);
        CHECK_STR(got.article.title, want->title);
        CHECK_STR(got.article.date, want->date);
        CHECK_STR(got.article.source, want->source);
        CHECK_STR(got.article.author, want->author);
        CHECK_STATUS(jw_reader_text(r, &arena, &got, want->n_paragraphs + 1, &err),
                     JW_ENOTFOUND);
        const struct jw_segment *g = jw_index_segment(jw_reader_index(r), segment);
        const struct jw_row *at = &g->rows[row];
        CHECK_INT(at->untitled, want->title.n == 0);
        CHECK_STR(g->names[JW_FIELD_SECTION].at[at->name[JW_FIELD_SECTION]],
                  want->section);
        CHECK_STR(g->names[JW_FIELD_PAGE].at[at->name[JW_FIELD_PAGE]], want->page);
        CHECK_INT(jw_segment_row_of(g, at->first_docid), row);
        CHECK_INT(jw_segment_row_of(g, at->first_docid + at->n_docs - 1), row);
    }
    jw_arena_release(&arena);
}

/* Compare one term's live postings with those of an index that has no others. */
struct term_check {
    struct jw_reader *r;
    bool exact;
    size_t n;
};

static uint32_t live_docs(struct jw_reader *r, struct jw_str term, uint64_t *wdf_sum,
                          uint32_t *stated)
{
    struct jw_error err;
    uint32_t live = 0;
    *wdf_sum = 0;
    *stated = 0;
    for (size_t s = 0; s < jw_index_n_segments(jw_reader_index(r)); s++) {
        const struct jw_segment *g = jw_index_segment(jw_reader_index(r), s);
        struct jw_postings p;
        struct jw_term_info info;
        CHECK_OK(jw_database_term(jw_reader_database(r, s), term, &info, &err), &err);
        *stated += info.n_docs;
        CHECK_OK(jw_postings_open(jw_reader_database(r, s), term, &p, &err), &err);
        for (size_t n = 1; n > 0;) {
            uint32_t docid = 0;
            uint32_t wdf = 0;
            CHECK_OK(jw_postings_read(&p, 0, &docid, &wdf, 1, &n, &err), &err);
            size_t row = n ? jw_segment_row_of(g, docid) : g->n_rows;
            if (row < g->n_rows && !jw_segment_is_dead(g, row)) {
                live++;
                *wdf_sum += wdf;
                CHECK(wdf <= info.wdf_max);
            }
        }
        jw_postings_close(&p);
    }
    return live;
}

static bool check_term(struct jw_str term, uint32_t n_docs, void *arg)
{
    struct term_check *t = arg;
    uint64_t wdf_sum = 0;
    uint32_t stated = 0;
    uint32_t live = live_docs(t->r, term, &wdf_sum, &stated);
    t->n++;
    CHECK_MSG(!t->exact || stated == n_docs, "term %.*s is in %u documents, wanted %u",
              (int)term.n, term.p, stated, n_docs);
    return CHECK_MSG(live == n_docs, "term %.*s is in %u live documents, wanted %u",
                     (int)term.n, term.p, live, n_docs);
}

/* Build the same articles anew, by the other writer, and compare. */
static void check_against_fresh(const struct jw_model *m, struct jw_reader *r, bool exact)
{
    struct jw_scratch s;
    struct jw_index *fresh = NULL;
    struct jw_reader *fr = NULL;
    struct jw_error err;
    static struct jw_article copies[JW_MODEL_MAX];
    for (size_t i = 0; i < m->n; i++) {
        copies[i] = *m->at[i];
    }
    jw_scratch_make(&s);
    jw_articles_index(s.dir, true, true, copies, m->n);
    if (CHECK_OK(jw_index_open(s.dir, &fresh, &err), &err) &&
        CHECK_OK(jw_reader_open(fresh, &fr, &err), &err)) {
        struct jw_index *idx = jw_reader_index(r);
        const struct jw_index_stats *a = jw_index_stats(fresh);
        const struct jw_index_stats *b = jw_index_stats(idx);
        struct term_check terms = {r, exact, 0};
        CHECK_INT(b->n_articles, a->n_articles);
        CHECK_INT(b->n_paragraphs, a->n_paragraphs);
        CHECK_INT(b->n_docs, a->n_docs);
        CHECK_INT(b->total_length, a->total_length);
        CHECK_OK(jw_database_terms(jw_reader_database(fr, 0), jw_str_of(NULL, 0),
                                   check_term, &terms, &err),
                 &err);
        CHECK(terms.n > 0 || m->n == 0);
        if (exact) {
            CHECK_INT(b->text_bytes, a->text_bytes);
        }
        for (uint32_t cp = 0; cp < CHARS; cp++) {
            uint32_t want = jw_index_char_df(fresh, cp);
            uint32_t got = jw_index_char_df(idx, cp);
            if (exact ? got != want : got < want) {
                CHECK_MSG(false, "U+%04X is in %u documents, wanted %u", cp, got, want);
                break;
            }
        }
    }
    jw_reader_close(fr);
    jw_index_unref(fresh);
    jw_scratch_remove(&s);
}

void jw_model_check(const struct jw_model *m, const char *dir, bool exact)
{
    struct jw_index *idx = NULL;
    struct jw_reader *r = NULL;
    struct jw_error err;
    jw_error_clear(&err);
    if (!CHECK_OK(jw_index_open(dir, &idx, &err), &err) ||
        !CHECK_OK(jw_reader_open(idx, &r, &err), &err)) {
        jw_index_unref(idx);
        return;
    }
    CHECK_INT(jw_index_stats(idx)->n_articles, m->n);
    for (size_t i = 0; i < m->n; i++) {
        jw_model_check_article(m->at[i], r);
    }
    if (m->n > 0) {
        check_against_fresh(m, r, exact);
    }
    jw_reader_close(r);
    jw_index_unref(idx);
}
