#include "articles.h"

#include <stdio.h>

#include "jianwen/index.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"

/* Words share characters, so that bigrams meet in ways that no word says. */
static const char *const stock[] = {
    "城市", "市场",       "场地",     "地方", "方案",   "案件",      "齿轮",     "轮船",
    "船厂", "厂房",       "房屋",     "屋顶", "技术",   "创新",      "新能源",   "能力",
    "力量", "量产",       "产业",     "业务", "企业",   "公司",      "科技",     "重庆",
    "西部", "信息",       "安全",     "全面", "面积",   "积极",      "极大",     "大型",
    "发展", "展开",       "开放",     "建设", "设计",   "计划",      "綦江",     "国家",
    "國家", "中国",       "2020",     "5g",   "GB/T",   "3.5",       "Covid-19", "AI",
    "１２", "二〇二一年", "ケーブル", "は",   "서울시", "１,２３４", "1,234",    "龍",
    "的",   "了",         "在",       "和",   "是",     "有",        "年",       "月",
};

static const char *const marks[] = {"，", "、", " ",           "", "", "",
                                    "“",  "（", "\xE3\x80\x80"};
static const char *const ends[] = {"。", "！", "？", "；", "…", "”。", ""};
static const char *const sources[] = {"", "晨报", "晚报", "周刊"};
static const char *const sections[] = {"", "要闻", "经济", "副刊", "体育"};
static const char *const authors[] = {"", "王小明", "李华、张三", "赵四"};
static const char *const dates[] = {"",        "2019",       "2020-05",   "2020-05-08",
                                    "2021-06", "2021-06-30", "1998-12-01"};

#define COUNT(table)   ((uint32_t)(sizeof(table) / sizeof(table)[0]))
#define PICK(r, table) (table)[jw_random_below((r), COUNT(table))]

struct jw_str jw_word_at(uint32_t number)
{
    return jw_str_c(stock[number % COUNT(stock)]);
}

uint32_t jw_word_count(void)
{
    return COUNT(stock);
}

void jw_sentence_make(struct jw_random *r, uint32_t words, struct jw_buf *out)
{
    uint32_t n = 1 + jw_random_below(r, 8);
    words = words ? words : COUNT(stock);
    for (uint32_t i = 0; i < n; i++) {
        jw_buf_add_str(out, jw_word_at(jw_random_below(r, words)));
        if (i + 1 < n) {
            jw_buf_add_c(out, PICK(r, marks));
        }
    }
    jw_buf_add_c(out, PICK(r, ends));
}

/* Sentences up to n, or a title of some words when n is 0. */
static struct jw_str make_text(struct jw_articles *a, struct jw_random *r, uint32_t words,
                               uint32_t n)
{
    struct jw_buf text;
    jw_buf_init(&text, 1 << 20);
    if (n == 0) {
        for (uint32_t i = 1 + jw_random_below(r, 3); i > 0; i--) {
            jw_buf_add_str(&text,
                           jw_word_at(jw_random_below(r, words ? words : COUNT(stock))));
        }
    }
    while (n-- > 0) {
        jw_sentence_make(r, words, &text);
    }
    struct jw_str copy = jw_arena_str(&a->arena, jw_buf_str(&text));
    jw_buf_release(&text);
    return copy;
}

static void make_one(struct jw_articles *a, struct jw_random *r,
                     const struct jw_articles_shape *shape, size_t i)
{
    static const enum jw_role roles[] = {JW_ROLE_BODY,    JW_ROLE_BODY,
                                         JW_ROLE_BODY,    JW_ROLE_HEADING,
                                         JW_ROLE_CAPTION, JW_ROLE_BYLINE};
    struct jw_article *article = &a->at[i];
    char id[64];
    size_t n = 1 + jw_random_below(r, shape->paragraphs_max);
    struct jw_paragraph *paragraphs = jw_arena_calloc(&a->arena, n, sizeof *paragraphs);
    uint32_t line = 1;
    for (size_t k = 0; k < n; k++) {
        paragraphs[k].role = PICK(r, roles);
        paragraphs[k].text =
            make_text(a, r, shape->words, 1 + jw_random_below(r, shape->sentences_max));
        if (!jw_random_one_in(r, 5)) {
            /* Captions may come from lines before those of the text. */
            line = jw_random_one_in(r, 4) ? 1 + jw_random_below(r, line) : line;
            paragraphs[k].line_start = line;
            paragraphs[k].line_end = line + jw_random_below(r, 9);
            line = paragraphs[k].line_end + 1;
        }
    }
    int len = snprintf(id, sizeof id, "%s-%zu", shape->id_prefix, i);
    memset(article, 0, sizeof *article);
    article->id = jw_arena_str(&a->arena, jw_str_of(id, (size_t)len));
    article->title =
        jw_random_one_in(r, 4) ? jw_str_of(NULL, 0) : make_text(a, r, shape->words, 0);
    article->date = jw_str_c(PICK(r, dates));
    article->source = jw_str_c(PICK(r, sources));
    article->section = jw_str_c(PICK(r, sections));
    article->page = jw_str_c(jw_random_one_in(r, 2) ? "3" : "A05");
    article->author = jw_str_c(PICK(r, authors));
    article->paragraphs = paragraphs;
    article->n_paragraphs = n;
}

void jw_articles_make(struct jw_articles *a, struct jw_random *r,
                      const struct jw_articles_shape *shape)
{
    jw_arena_init(&a->arena, (size_t)1 << 30);
    a->n = shape->n;
    a->at = jw_arena_calloc(&a->arena, shape->n, sizeof *a->at);
    for (size_t i = 0; i < shape->n; i++) {
        make_one(a, r, shape, i);
    }
}

/* Cut a paragraph's text into lines; here and there something is dropped. */
static void print_paragraph(struct jw_articles *a, struct jw_random *r,
                            struct jw_paragraph *p)
{
    static const char *const before[] = {"", "", "", "\xE3\x80\x80\xE3\x80\x80", "\t"};
    static const char *const after[] = {"", "", "", "\xC2\xAD", "  "};
    enum {
        LINES_MAX = 6
    };
    uint32_t n = 1 + jw_random_below(r, LINES_MAX);
    struct jw_printed_line *lines = jw_arena_calloc(&a->arena, n, sizeof *lines);
    uint32_t line = p->line_start;
    size_t at = 0;
    for (uint32_t i = 0; i < n; i++) {
        size_t chars = jw_utf8_count(jw_str_slice(p->text, at, p->text.n));
        size_t take = i + 1 < n ? jw_random_below(r, (uint32_t)chars + 1) : chars;
        size_t end = at + jw_utf8_offset(jw_str_slice(p->text, at, p->text.n), take);
        lines[i].line = line;
        lines[i].start = (uint32_t)at;
        lines[i].end = (uint32_t)end;
        lines[i].before = jw_str_c(PICK(r, before));
        lines[i].after = jw_str_c(PICK(r, after));
        lines[i].sure = jw_random_one_in(r, 4) ? (uint8_t)jw_random_below(r, 90) : 100;
        line += jw_random_one_in(r, 5) ? 3 : 1;
        at = end < p->text.n && p->text.p[end] == ' ' ? end + 1 : end;
    }
    p->lines = lines;
    p->n_lines = n;
}

void jw_articles_print(struct jw_articles *a, struct jw_random *r)
{
    for (size_t i = 0; i < a->n; i++) {
        size_t n = a->at[i].n_paragraphs;
        for (size_t k = 0; k < n; k++) {
            struct jw_paragraph *p =
                (struct jw_paragraph *)(uintptr_t)&a->at[i].paragraphs[k];
            if (p->line_start && !jw_random_one_in(r, 3)) {
                print_paragraph(a, r, p);
            }
            if (k + 1 < n && jw_random_one_in(r, 3)) {
                p->next = (uint32_t)(k + 1 + jw_random_below(r, (uint32_t)(n - k - 1)));
                p->next_likely = (uint8_t)(10 + jw_random_below(r, 41));
                p->next_space = jw_random_one_in(r, 4);
            }
        }
    }
}

void jw_articles_release(struct jw_articles *a)
{
    jw_arena_release(&a->arena);
}

void jw_articles_index(const char *dir, bool build, bool stock_writer,
                       const struct jw_article *articles, size_t n)
{
    struct jw_index_writer *w = NULL;
    struct jw_error err;
    const struct jw_index_writer_options options = {1 << 20, stock_writer};
    jw_error_clear(&err);
    enum jw_status status = jw_index_writer_open_with(
        dir, build ? JW_INDEX_BUILD : JW_INDEX_CHANGE, &options, &w, &err);
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        status = jw_index_writer_put(w, &articles[i], &err);
    }
    if (status == JW_OK) {
        status = jw_index_writer_commit(w, &err);
    }
    CHECK_OK(status, &err);
    jw_index_writer_close(w);
}

struct jw_article jw_article_of(const char *id, const char *title, const char *date,
                                const struct jw_paragraph *paragraphs, size_t n)
{
    struct jw_article a;
    memset(&a, 0, sizeof a);
    a.id = jw_str_c(id);
    a.title = jw_str_c(title);
    a.date = jw_str_c(date);
    a.paragraphs = paragraphs;
    a.n_paragraphs = n;
    return a;
}
