#include "json_article.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "front_matter.h"
#include "json_layout.h"

static enum jw_status out_of_memory(struct jw_error *err)
{
    return jw_fail(err, JW_ENOMEM, "out of memory");
}

/* Below 2^53 a double tells all whole numbers apart. */
static const double whole_max = 9007199254740992.0;

/* Between two values of a JSON text. */
static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* NUL, raw or as \u0000: cJSON would end the string there without a word. */
static bool holds_nul(struct jw_str json)
{
    for (size_t i = 0; i < json.n; i++) {
        if (json.p[i] == '\0') {
            return true;
        }
        if (json.p[i] == '\\') {
            if (json.n - i >= 6 && memcmp(json.p + i, "\\u0000", 6) == 0) {
                return true;
            }
            i++;
        }
    }
    return false;
}

enum jw_status jw_json_object(struct jw_str json, cJSON **out, struct jw_error *err)
{
    const char *end = json.p;
    *out = NULL;
    if (holds_nul(json)) {
        return jw_fail(err, JW_EINVAL, "it holds a NUL character");
    }
    cJSON *object =
        json.n ? cJSON_ParseWithLengthOpts(json.p, json.n, &end, false) : NULL;
    if (!cJSON_IsObject(object)) {
        cJSON_Delete(object);
        return jw_fail(err, JW_EINVAL, "it is not a JSON object");
    }
    while (end < json.p + json.n && is_space(*end)) {
        end++;
    }
    if (end < json.p + json.n) {
        cJSON_Delete(object);
        return jw_fail(err, JW_EINVAL, "something follows the JSON object");
    }
    *out = object;
    return JW_OK;
}

/* A string as it is, a number as its shortest text; anything else is not taken. */
static bool text_of(const cJSON *item, struct jw_arena *arena, struct jw_str *out)
{
    if (cJSON_IsString(item)) {
        *out = jw_arena_str(arena, jw_str_c(item->valuestring));
        return out->p != NULL;
    }
    if (cJSON_IsNumber(item) && fabs(item->valuedouble) < whole_max) {
        bool whole = item->valuedouble == floor(item->valuedouble);
        char number[32];
        int n =
            snprintf(number, sizeof number, whole ? "%.0f" : "%.15g", item->valuedouble);
        *out = jw_arena_str(arena, jw_str_of(number, (size_t)n));
        return out->p != NULL;
    }
    return false;
}

enum jw_status jw_json_facts(const cJSON *object, struct jw_arena *arena,
                             struct jw_article *article, struct jw_error *err)
{
    static const char *const keys[] = {"id",      "title", "date",   "source",
                                       "section", "page",  "author", "url"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, keys[i]);
        struct jw_str value = {NULL, 0};
        if (!item || cJSON_IsNull(item)) {
            continue;
        }
        if (!text_of(item, arena, &value)) {
            return jw_fail(err, JW_EINVAL,
                           "\"%s\" is neither a string nor a number of up to 15 digits",
                           keys[i]);
        }
        (void)jw_article_set_fact(article, jw_str_c(keys[i]), value);
    }
    return JW_OK;
}

static enum jw_role role_of(const cJSON *item)
{
    const cJSON *role = cJSON_GetObjectItemCaseSensitive(item, "role");
    for (int r = 0; r < JW_ROLES && cJSON_IsString(role); r++) {
        if (strcmp(role->valuestring, jw_role_name((enum jw_role)r)) == 0) {
            return (enum jw_role)r;
        }
    }
    return JW_ROLE_BODY;
}

static enum jw_status read_paragraphs(const cJSON *object, const cJSON *list,
                                      struct jw_arena *arena, struct jw_article *article,
                                      struct jw_error *err)
{
    size_t n = (size_t)cJSON_GetArraySize(list);
    struct jw_paragraph *paragraphs = jw_arena_calloc(arena, n + 1, sizeof *paragraphs);
    size_t k = 0;
    if (!paragraphs) {
        return out_of_memory(err);
    }
    for (const cJSON *item = list->child; item; item = item->next) {
        const cJSON *text =
            cJSON_IsObject(item) ? cJSON_GetObjectItemCaseSensitive(item, "text") : item;
        if (!cJSON_IsString(text)) {
            return jw_fail(err, JW_EINVAL, "paragraph %zu is not a string", k + 1);
        }
        paragraphs[k].role = cJSON_IsObject(item) ? role_of(item) : JW_ROLE_BODY;
        if (!text_of(text, arena, &paragraphs[k].text)) {
            return out_of_memory(err);
        }
        /* White space alone is no paragraph; anything else is taken as it is. */
        k += jw_str_trim(paragraphs[k].text).n > 0;
    }
    /* A list that lost some says nothing of the others. */
    if (k == n &&
        jw_json_take_layout(object, article->title, arena, paragraphs, &k) != JW_OK) {
        return out_of_memory(err);
    }
    article->paragraphs = paragraphs;
    article->n_paragraphs = k;
    return JW_OK;
}

enum jw_status jw_json_article(struct jw_str line, struct jw_arena *arena,
                               struct jw_article *article, struct jw_str *text,
                               struct jw_error *err)
{
    cJSON *object = NULL;
    *text = jw_str_of(NULL, 0);
    enum jw_status status = jw_json_object(line, &object, err);
    if (status != JW_OK) {
        return status;
    }
    status = jw_json_facts(object, arena, article, err);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, "paragraphs");
    const cJSON *whole = cJSON_GetObjectItemCaseSensitive(object, "text");
    if (status != JW_OK) {
        /* said already */
    } else if (cJSON_IsArray(list)) {
        status = read_paragraphs(object, list, arena, article, err);
    } else if (list && !cJSON_IsNull(list)) {
        status = jw_fail(err, JW_EINVAL, "\"paragraphs\" is not a list");
    } else if (!cJSON_IsString(whole)) {
        status = jw_fail(err, JW_EINVAL,
                         "the article has neither \"paragraphs\" nor \"text\"");
    } else if (!text_of(whole, arena, text)) {
        status = out_of_memory(err);
    }
    cJSON_Delete(object);
    return status;
}
