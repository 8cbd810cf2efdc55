/*
 * paragraphs_check < ARTICLES.jsonl
 * paragraphs_check PAGE.txt... - what must hold for any text, over a corpus or
 * over pages.
 *
 * Each article is set in several ways (a paragraph a line, blank lines between,
 * hard-wrapped at some width, indented or not); each page is recovered and the
 * result checked (paragraph_checks.h): nothing is lost or invented, and what
 * was recovered is recovered as it is.  Prints counts; exits with 1 when
 * anything of this does not hold.
 */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "jianwen/buf.h"
#include "jianwen/file.h"
#include "jianwen/utf8.h"
#include "paragraph_checks.h"

enum {
    PAGE_MAX_BYTES = 64 << 20,
    FORMS = 4
};

struct counts {
    uint64_t articles;
    uint64_t pages;
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

static void check_page(struct jw_str page, struct counts *c, const char *what, int form)
{
    const char *fault = jw_check_paragraphs(page);
    c->pages++;
    if (fault) {
        fprintf(stderr, "%s, form %d: %s\n", what, form, fault);
        c->faults++;
    }
}

static void check_articles(struct jw_buf *page, struct counts *c)
{
    char *line = NULL;
    size_t cap = 0;
    while (getline(&line, &cap, stdin) > 0) {
        cJSON *article = cJSON_Parse(line);
        const cJSON *paragraphs = cJSON_GetObjectItemCaseSensitive(article, "paragraphs");
        const char *id =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(article, "id"));
        c->articles++;
        for (int form = 0; cJSON_IsArray(paragraphs) && form < FORMS; form++) {
            set_page(paragraphs, form, c->articles, page);
            check_page(jw_buf_str(page), c, id ? id : "?", form);
        }
        cJSON_Delete(article);
    }
    free(line);
}

static void check_file(const char *path, struct jw_buf *page, struct counts *c)
{
    struct jw_error err;
    jw_error_clear(&err);
    jw_buf_clear(page);
    if (jw_file_read(path, PAGE_MAX_BYTES, page, &err) == JW_OK) {
        check_page(jw_buf_str(page), c, path, 0);
    } else {
        fprintf(stderr, "%s\n", err.message);
        c->faults++;
    }
}

int main(int argc, char **argv)
{
    struct counts c = {0, 0, 0};
    struct jw_buf page;
    jw_buf_init(&page, PAGE_MAX_BYTES);
    for (int i = 1; i < argc; i++) {
        check_file(argv[i], &page, &c);
    }
    if (argc == 1) {
        check_articles(&page, &c);
    }
    printf("{\"articles\":%" PRIu64 ",\"pages\":%" PRIu64 ",\"faults\":%" PRIu64 "}\n",
           c.articles, c.pages, c.faults);
    jw_buf_release(&page);
    return c.faults > 0;
}
