#include "phrase_corpus.h"

#include <stdio.h>
#include <string.h>

#include "articles.h"
#include "jianwen/buf.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"

enum {
    ARENA_BYTES = 1 << 28,
    TEXT_BYTES = 1 << 16,
    ID_BYTES = 32,
    FILLER_WORDS = 8,
    PARAGRAPHS_MAX = 3,
    LAUGHS_MAX = 9
};

struct phrase {
    const char *text;
    /* The same in other characters, which are folded to those of the text. */
    const char *other;
    /* Of a hundred paragraphs of each part. */
    unsigned shares[JW_PHRASE_PARTS];
};

/* Characters of which one is folded to one beyond the BMP, and two to one. */
static const struct phrase phrases[] = {
    {"城市发展规划局", "城市發展規劃局", {60, 3, 0, 0, 50}},
    {"国际合作组织", "國際合作組織", {30, 25, 0, 1, 50}},
    {"中国人民", "中國人民", {8, 40, 0, 0, 50}},
    {"国人民生活", "國人民生活", {0, 20, 0, 15, 50}},
    {"好好学习天天向上", "好好學習天天向上", {5, 0, 0, 30, 50}},
    {"平成元年春", "㍻元年春", {6, 20, 0, 2, 50}},
    {"𠀀字碑文", "𠀀字碑文", {4, 15, 0, 0, 50}},
    {"㑮人天地间", "㑮人天地間", {3, 15, 0, 0, 50}},
    {"岂有此理", "豈有此理", {4, 2, 0, 20, 50}},
    {"二〇二一年计划", "二〇二一年計劃", {10, 1, 0, 18, 50}},
    {"2020年度计划", "２０２０年度計劃", {5, 14, 0, 0, 50}},
    {"天地玄黄宇宙洪荒日月", "天地玄黃宇宙洪荒日月", {5, 14, 0, 1, 50}},
    {"钟鼓楼", "鐘鼓樓", {0, 0, 0, 35, 50}},
    {"ガラス工場の", "ｶﾞﾗｽ工場の", {4, 15, 0, 25, 50}}};

enum {
    PHRASES = sizeof phrases / sizeof phrases[0]
};

static const size_t n_of_part[JW_PHRASE_PARTS] = {1200, 260, 0, 240, 1};

static const char *const blanks[] = {
    " ",           "\xE3\x80\x80", "\t",
    "  ",          "\n",           "\xE2\x80\x8B", /* zero width space */
    "\xC2\xAD",                                    /* soft hyphen */
    "\xEF\xB8\x80"                                 /* variation selector */
};

static const char *const dates[] = {"2021-06-30", "2021-06-30", "2020-05-08",
                                    "2020",       "1998-12-01", ""};
static const char *const sources[] = {"", "晨报", "晚报"};

#define PICK(r, table)                                                                   \
    (table)[jw_random_below((r), (uint32_t)(sizeof(table) / sizeof(table)[0]))]

static struct jw_str keep(struct jw_phrase_corpus *c, struct jw_str text)
{
    struct jw_str copy = jw_arena_str(&c->arena, text);
    CHECK(text.n == 0 || copy.p);
    return copy;
}

/* ---- texts ---- */

/* Put something between characters, here and there. */
static void add_spaced(struct jw_buf *out, struct jw_random *r, struct jw_str text)
{
    for (size_t at = 0; at < text.n;) {
        struct jw_str rest = jw_str_slice(text, at, text.n);
        size_t n = jw_utf8_offset(rest, 1);
        jw_buf_add(out, rest.p, n);
        at += n;
        if (at < text.n && jw_random_one_in(r, 3)) {
            jw_buf_add_c(out, PICK(r, blanks));
        }
    }
}

/* All its pairs, apart: what holds them need not hold the phrase. */
static void add_pairs(struct jw_buf *out, struct jw_str text)
{
    size_t n = jw_utf8_count(text);
    for (size_t i = 0; i + 1 < n; i++) {
        size_t from = jw_utf8_offset(text, i);
        size_t to = jw_utf8_offset(text, i + 2);
        jw_buf_add(out, text.p + from, to - from);
        jw_buf_add_c(out, i % 2 ? "。" : "，");
    }
}

/* @param odd  what holds the pairs need not hold the phrase. */
static void add_phrase(struct jw_buf *out, struct jw_random *r, const struct phrase *p,
                       bool odd)
{
    bool other = jw_random_one_in(r, 5);
    struct jw_str text = jw_str_c(other ? p->other : p->text);
    if (odd && jw_random_one_in(r, 4)) {
        add_pairs(out, text);
        return;
    }
    switch (jw_random_below(r, 10)) {
    case 0:
        add_spaced(out, r, text);
        break;
    case 1:
        jw_buf_add_str(out, text);
        jw_buf_add_str(out, text);
        break;
    default:
        jw_buf_add_str(out, text);
        break;
    }
}

static void add_filler(struct jw_buf *out, struct jw_random *r, bool odd)
{
    for (uint32_t n = jw_random_below(r, FILLER_WORDS); n > 0; n--) {
        jw_buf_add_str(out, jw_word_at(jw_random_below(r, jw_word_count())));
    }
    if (odd && jw_random_one_in(r, 6)) {
        for (uint32_t n = 1 + jw_random_below(r, LAUGHS_MAX); n > 0; n--) {
            jw_buf_add_c(out, "哈");
        }
    }
    jw_buf_add_c(out, jw_random_one_in(r, 3) ? "" : "，");
}

static struct jw_str make_text(struct jw_phrase_corpus *c, struct jw_random *r,
                               size_t part, bool odd)
{
    struct jw_buf out;
    jw_buf_init(&out, TEXT_BYTES);
    add_filler(&out, r, odd);
    for (size_t i = 0; i < PHRASES; i++) {
        if (jw_random_below(r, 100) < phrases[i].shares[part]) {
            add_phrase(&out, r, &phrases[i], odd);
            add_filler(&out, r, odd);
        }
    }
    jw_buf_add_c(&out, out.len ? "" : "空");
    struct jw_str text = keep(c, jw_buf_str(&out));
    jw_buf_release(&out);
    return text;
}

/* Move the end of a text, or a phrase that it is to end with, across the break. */
static void break_phrase(struct jw_phrase_corpus *c, struct jw_random *r,
                         struct jw_paragraph *before, struct jw_paragraph *after)
{
    const struct phrase *p = &phrases[jw_random_below(r, PHRASES)];
    struct jw_str text = jw_str_c(jw_random_one_in(r, 5) ? p->other : p->text);
    size_t n = jw_utf8_offset(text, jw_random_below(r, (uint32_t)jw_utf8_count(text)));
    struct jw_buf out;
    jw_buf_init(&out, TEXT_BYTES);
    jw_buf_add_str(&out, before->text);
    jw_buf_add(&out, text.p, n);
    before->text = keep(c, jw_buf_str(&out));
    jw_buf_clear(&out);
    jw_buf_add(&out, text.p + n, text.n - n);
    jw_buf_add_str(&out, after->text);
    after->text = keep(c, jw_buf_str(&out));
    jw_buf_release(&out);
}

struct jw_article jw_phrase_article(struct jw_phrase_corpus *c, struct jw_random *r,
                                    const char *id, size_t part)
{
    static const enum jw_role roles[] = {JW_ROLE_BODY, JW_ROLE_BODY, JW_ROLE_BODY,
                                         JW_ROLE_HEADING, JW_ROLE_CAPTION};
    struct jw_article a = {.n_paragraphs = 1 + jw_random_below(r, PARAGRAPHS_MAX)};
    /* An article is weighed by its best paragraph that holds the pairs.  Where one that
     * holds but these could stand beside one that holds the phrase, n-grams would make a
     * difference: only articles of one text have such. */
    bool odd = a.n_paragraphs == 1;
    struct jw_paragraph *paragraphs =
        jw_arena_calloc(&c->arena, a.n_paragraphs, sizeof *paragraphs);
    for (size_t i = 0; i < a.n_paragraphs; i++) {
        paragraphs[i].role = PICK(r, roles);
        paragraphs[i].text = make_text(c, r, part, odd);
    }
    for (size_t i = 0; i + 1 < a.n_paragraphs; i++) {
        if (jw_random_one_in(r, 3)) {
            size_t next = i + 1 + jw_random_below(r, (uint32_t)(a.n_paragraphs - i - 1));
            paragraphs[i].next = (uint32_t)next;
            paragraphs[i].next_likely = (uint8_t)(10 + jw_random_below(r, 70));
            paragraphs[i].next_space = jw_random_one_in(r, 3);
            break_phrase(c, r, &paragraphs[i], &paragraphs[next]);
        }
    }
    a.id = keep(c, jw_str_c(id));
    if (!odd && !jw_random_one_in(r, 3)) {
        a.title = jw_random_one_in(r, 4) ? make_text(c, r, part, false)
                                         : keep(c, jw_str_c(PICK(r, phrases).text));
    }
    a.date = jw_str_c(PICK(r, dates));
    a.source = jw_str_c(PICK(r, sources));
    a.paragraphs = paragraphs;
    return a;
}

void jw_phrase_corpus_make(struct jw_phrase_corpus *c, struct jw_random *r)
{
    memset(c, 0, sizeof *c);
    jw_arena_init(&c->arena, ARENA_BYTES);
    for (size_t part = 0; part < JW_PHRASE_PARTS; part++) {
        c->n_of_part[part] = n_of_part[part];
        c->n += n_of_part[part];
    }
    c->at = jw_arena_calloc(&c->arena, c->n, sizeof *c->at);
    size_t n = 0;
    for (size_t part = 0; part < JW_PHRASE_PARTS; part++) {
        for (size_t i = 0; i < n_of_part[part]; i++) {
            char id[ID_BYTES];
            (void)snprintf(id, sizeof id, "p%zu-%04zu", part, i);
            c->at[n++] = jw_phrase_article(c, r, id, part);
        }
    }
}

void jw_phrase_corpus_release(struct jw_phrase_corpus *c)
{
    jw_arena_release(&c->arena);
}

/* ---- questions ---- */

/* A paragraph's text, or its end and that of the one which it may go on in. */
static struct jw_str any_text(struct jw_phrase_corpus *c, struct jw_random *r)
{
    const struct jw_article *a = &c->at[jw_random_below(r, (uint32_t)c->n)];
    size_t i = jw_random_below(r, (uint32_t)a->n_paragraphs);
    const struct jw_paragraph *p = &a->paragraphs[i];
    struct jw_buf out;
    if (jw_random_one_in(r, 6)) {
        return jw_str_c(PICK(r, phrases).text);
    }
    if (p->next == 0 || jw_random_one_in(r, 4)) {
        return p->text;
    }
    jw_buf_init(&out, TEXT_BYTES);
    size_t n = jw_utf8_count(p->text);
    size_t from = jw_utf8_offset(
        p->text, n > JW_PHRASE_CHARS_MAX ? n - JW_PHRASE_CHARS_MAX / 2 : 0);
    jw_buf_add(&out, p->text.p + from, p->text.n - from);
    jw_buf_add_str(&out, a->paragraphs[p->next].text);
    struct jw_str text = keep(c, jw_buf_str(&out));
    jw_buf_release(&out);
    return jw_str_slice(text, 0, jw_utf8_offset(text, JW_PHRASE_CHARS_MAX));
}

struct jw_str jw_phrase_any(struct jw_phrase_corpus *c, struct jw_random *r)
{
    struct jw_str text = any_text(c, r);
    size_t n = jw_utf8_count(text);
    size_t want = 2 + jw_random_below(r, JW_PHRASE_CHARS_MAX - 1);
    want = want < n ? want : n;
    size_t from = jw_random_below(r, (uint32_t)(n - want + 1));
    return keep(c, jw_str_slice(text, jw_utf8_offset(text, from),
                                jw_utf8_offset(text, from + want)));
}
