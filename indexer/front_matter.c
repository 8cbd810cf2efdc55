#include "front_matter.h"

#include <cjson/cJSON.h>

#include "json_article.h"

/* Lines that front matter may have; more is text. */
enum {
    FRONT_MATTER_LINES = 64
};

bool jw_article_set_fact(struct jw_article *article, struct jw_str key,
                         struct jw_str value)
{
    const struct {
        const char *key;
        struct jw_str *at;
    } facts[] = {{"id", &article->id},           {"title", &article->title},
                 {"date", &article->date},       {"source", &article->source},
                 {"section", &article->section}, {"page", &article->page},
                 {"author", &article->author},   {"url", &article->url}};
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (jw_str_eq_c(key, facts[i].key)) {
            *facts[i].at = jw_str_trim(value);
            return true;
        }
    }
    return false;
}

static struct jw_str take_line(struct jw_str *text)
{
    const char *nl = text->n ? memchr(text->p, '\n', text->n) : NULL;
    size_t n = nl ? (size_t)(nl - text->p) : text->n;
    struct jw_str line = jw_str_of(text->p, n);
    *text = jw_str_slice(*text, nl ? n + 1 : n, text->n);
    return jw_str_trim(line);
}

void jw_front_matter_read(struct jw_str *text, struct jw_article *article,
                          uint32_t *first_line)
{
    struct jw_article found = *article;
    struct jw_str rest = *text;
    bool any = false;
    *first_line = 1;
    for (uint32_t n = 1; n <= FRONT_MATTER_LINES && rest.n; n++) {
        struct jw_str line = take_line(&rest);
        if (jw_str_eq_c(line, "---") && any) {
            *article = found;
            *text = rest;
            *first_line = n + 1;
            return;
        }
        if (line.n == 0 || jw_str_eq_c(line, "---")) {
            if (line.n && n > 1) {
                return;
            }
            continue;
        }
        const char *colon = memchr(line.p, ':', line.n);
        if (!colon) {
            return;
        }
        size_t at = (size_t)(colon - line.p);
        if (!jw_article_set_fact(&found, jw_str_trim(jw_str_slice(line, 0, at)),
                                 jw_str_slice(line, at + 1, line.n))) {
            return;
        }
        any = true;
    }
}

enum jw_status jw_front_matter_json(struct jw_str json, struct jw_arena *arena,
                                    struct jw_article *article, struct jw_error *err)
{
    cJSON *object = NULL;
    enum jw_status status = jw_json_object(json, &object, err);
    if (status == JW_OK) {
        status = jw_json_facts(object, arena, article, err);
    }
    cJSON_Delete(object);
    return status;
}
