#include "front_matter.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "json_article.h"

/* Lines that front matter may have; more is text. */
enum {
    FRONT_MATTER_LINES = 64,
    KEY_MAX_BYTES = 32
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

/* "key: value"; the colon may be a full-width one. */
static bool cut_line(struct jw_str line, struct jw_str *key, struct jw_str *value)
{
    static const char wide[] = "\xEF\xBC\x9A";
    const char *colon = memchr(line.p, ':', line.n);
    const char *other = memmem(line.p, line.n, wide, sizeof wide - 1);
    size_t n = 1;
    if (other && (!colon || other < colon)) {
        colon = other;
        n = sizeof wide - 1;
    }
    if (!colon || colon == line.p || colon - line.p > KEY_MAX_BYTES) {
        return false;
    }
    size_t at = (size_t)(colon - line.p);
    *key = jw_str_trim(jw_str_slice(line, 0, at));
    *value = jw_str_slice(line, at + n, line.n);
    return true;
}

/* As jw_article_set_fact(); "Title" is "title". */
static bool set_fact(struct jw_article *article, struct jw_str key, struct jw_str value)
{
    char lower[KEY_MAX_BYTES];
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return jw_article_set_fact(article, jw_str_of(lower, key.n), value);
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
        struct jw_str key;
        struct jw_str value;
        if (!cut_line(line, &key, &value)) {
            return;
        }
        /* What is no fact of ours is passed over: the header ends at its line. */
        any |= set_fact(&found, key, value);
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
