/*
 * paragraphs_check < ARTICLES.jsonl - what must hold for any text, over a corpus.
 *
 * Each article is set in several ways (a paragraph a line, blank lines between,
 * hard-wrapped at some width, indented or not); each page is recovered, the
 * result checked (paragraph_checks.h), printed a paragraph a line with blank
 * lines between, and recovered again.  Prints counts; exits with 1 when
 * anything was lost or invented, or when more pages than MAX_CHANGED_PPM in a
 * million came out otherwise the second time.
 */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/buf.h"
#include "jianwen/utf8.h"
#include "paragraph_checks.h"

enum {
    PAGE_MAX_BYTES = 64 << 20,
    FORMS = 4,
    MAX_CHANGED_PPM = 300
};

struct counts {
    uint64_t articles;
    uint64_t pages;
    uint64_t changed;
    uint64_t faults;
};

/* Lines of `width` characters; the first one shorter by the indent. */
static void put_wrapped(struct jw_buf *out, struct jw_str s, size_t width, bool indent)
{
    size_t room = indent ? width - 2 : width;
    jw_buf_add_c(out, indent ? "\xE3\x80\x80\xE3\x80\x80" : "");
    while (s.n) {
        size_t n = jw_utf8_offset(s, room);
        jw_buf_add_str(out, jw_str_slice(s, 0, n));
        jw_buf_add_c(out, "\n");
        s = jw_str_slice(s, n, s.n);
        room = width;
    }
}

static void set_page(const cJSON *paragraphs, int form, size_t number, struct jw_buf *out)
{
    const cJSON *p = NULL;
    size_t width = 8 + number % 28;
    jw_buf_clear(out);
    cJSON_ArrayForEach(p, paragraphs)
    {
        struct jw_str s = jw_str_c(cJSON_GetStringValue(p));
        if (form < 2) {
            jw_buf_add_str(out, s);
            jw_buf_add_c(out, form ? "\n\n" : "\n");
        } else {
            put_wrapped(out, s, width, form == 2);
            jw_buf_add_c(out, form == 3 ? "\n" : "");
        }
    }
}

/* Recover what was recovered.  @return whether it stays the same. */
static bool is_stable(const struct jw_recovery *r, struct jw_arena *arena)
{
    struct jw_buf again;
    struct jw_recovery second;
    jw_buf_init(&again, PAGE_MAX_BYTES);
    for (size_t i = 0; i < r->n_paragraphs; i++) {
        jw_buf_add_str(&again, r->paragraphs[i].text);
        jw_buf_add_c(&again, "\n\n");
    }
    bool same =
        jw_paragraphs_recover(jw_buf_str(&again), NULL, arena, &second, NULL) == JW_OK &&
        second.n_paragraphs == r->n_paragraphs;
    for (size_t i = 0; same && i < r->n_paragraphs; i++) {
        same = jw_str_eq(r->paragraphs[i].text, second.paragraphs[i].text);
    }
    jw_buf_release(&again);
    return same;
}

static void check_page(struct jw_str page, struct counts *c, const char *id, int form)
{
    struct jw_arena arena;
    struct jw_recovery r;
    jw_arena_init(&arena, SIZE_MAX);
    c->pages++;
    const char *fault = jw_paragraphs_recover(page, NULL, &arena, &r, NULL) == JW_OK
                            ? jw_check_recovery(page, &r)
                            : "the recovery failed";
    if (fault) {
        fprintf(stderr, "%s, form %d: %s\n", id, form, fault);
        c->faults++;
    } else if (!is_stable(&r, &arena)) {
        fprintf(stderr, "%s, form %d: another reading the second time\n", id, form);
        c->changed++;
    }
    jw_arena_release(&arena);
}

int main(void)
{
    struct counts c = {0, 0, 0, 0};
    struct jw_buf page;
    char *line = NULL;
    size_t cap = 0;
    jw_buf_init(&page, PAGE_MAX_BYTES);
    while (getline(&line, &cap, stdin) > 0) {
        cJSON *article = cJSON_Parse(line);
        const cJSON *paragraphs = cJSON_GetObjectItemCaseSensitive(article, "paragraphs");
        const char *id =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(article, "id"));
        c.articles++;
        for (int form = 0; cJSON_IsArray(paragraphs) && form < FORMS; form++) {
            set_page(paragraphs, form, c.articles, &page);
            check_page(jw_buf_str(&page), &c, id ? id : "?", form);
        }
        cJSON_Delete(article);
    }
    printf("{\"articles\":%" PRIu64 ",\"pages\":%" PRIu64 ",\"faults\":%" PRIu64
           ",\"changed\":%" PRIu64 "}\n",
           c.articles, c.pages, c.faults, c.changed);
    jw_buf_release(&page);
    free(line);
    return c.faults || c.changed * 1000000 > c.pages * MAX_CHANGED_PPM;
}
