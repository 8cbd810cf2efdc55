#include "small_index.h"

#include "articles.h"
#include "jw_cunit.h"

static struct jw_error err;

struct jw_index_writer *jw_small_writer(const char *dir, enum jw_index_write_mode mode)
{
    struct jw_index_writer *w = NULL;
    jw_error_clear(&err);
    CHECK_OK(jw_index_writer_open(dir, mode, &w, &err), &err);
    return w;
}

struct jw_reader *jw_small_reader(const char *dir)
{
    struct jw_index *idx = NULL;
    struct jw_reader *r = NULL;
    jw_error_clear(&err);
    if (CHECK_OK(jw_index_open(dir, &idx, &err), &err)) {
        CHECK_OK(jw_reader_open(idx, &r, &err), &err);
    }
    jw_index_unref(idx);
    return r;
}

bool jw_small_has(struct jw_reader *r, const char *id)
{
    size_t segment = 0;
    size_t row = 0;
    enum jw_status status = jw_reader_find(r, jw_str_c(id), &segment, &row, &err);
    CHECK(status == JW_OK || status == JW_ENOTFOUND);
    return status == JW_OK;
}

bool jw_small_index_has(const char *dir, const char *id)
{
    struct jw_reader *r = jw_small_reader(dir);
    bool yes = jw_small_has(r, id);
    jw_reader_close(r);
    return yes;
}

struct jw_article jw_small_article(const char *id, const char *text)
{
    static struct jw_paragraph paragraphs[8];
    static size_t next;
    struct jw_paragraph *p = &paragraphs[next++ % 8];
    *p = (struct jw_paragraph){.role = JW_ROLE_BODY, .text = jw_str_c(text)};
    return jw_article_of(id, "标题", "2021-06", p, 1);
}

void jw_small_put(struct jw_index_writer *w, const char *id, const char *text)
{
    struct jw_article a = jw_small_article(id, text);
    CHECK_OK(jw_index_writer_put(w, &a, &err), &err);
}

void jw_small_commit(struct jw_index_writer *w)
{
    CHECK_OK(jw_index_writer_commit(w, &err), &err);
    jw_index_writer_close(w);
}

void jw_small_build_two(const char *dir)
{
    struct jw_index_writer *w = jw_small_writer(dir, JW_INDEX_BUILD);
    jw_small_put(w, "one", "第一篇");
    jw_small_commit(w);
    w = jw_small_writer(dir, JW_INDEX_CHANGE);
    jw_small_put(w, "two", "第二篇");
    jw_small_commit(w);
}
