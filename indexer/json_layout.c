#include "json_layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Members of a line's list. */
    AT_LINE,
    AT_START,
    AT_END,
    AT_BEFORE,
    AT_AFTER,
    AT_SURE,
    LINE_MEMBERS
};

/* ---- out ---- */

static bool add_number(cJSON *list, uint32_t n)
{
    cJSON *item = cJSON_CreateNumber(n);
    return item && cJSON_AddItemToArray(list, item);
}

static bool add_string(cJSON *list, struct jw_str s)
{
    char *z = malloc(s.n + 1);
    if (!z) {
        return false;
    }
    memcpy(z, s.n ? s.p : "", s.n);
    z[s.n] = '\0';
    cJSON *item = cJSON_CreateString(z);
    free(z);
    return item && cJSON_AddItemToArray(list, item);
}

static bool add_line(cJSON *lines, const struct jw_printed_line *l)
{
    cJSON *list = cJSON_CreateArray();
    if (!list || !cJSON_AddItemToArray(lines, list)) {
        cJSON_Delete(list);
        return false;
    }
    return add_number(list, l->line) && add_number(list, l->start) &&
           add_number(list, l->end) && add_string(list, l->before) &&
           add_string(list, l->after) && add_number(list, l->sure);
}

static bool add_next(cJSON *item, const struct jw_paragraph *p)
{
    cJSON *next = cJSON_AddObjectToObject(item, "next");
    return next && cJSON_AddNumberToObject(next, "n", p->next) &&
           cJSON_AddNumberToObject(next, "likely", p->next_likely) &&
           cJSON_AddBoolToObject(next, "space", p->next_space);
}

static bool fill_layout(cJSON *item, const struct jw_paragraph *p)
{
    if (!cJSON_AddNumberToObject(item, "line_start", p->line_start) ||
        !cJSON_AddNumberToObject(item, "line_end", p->line_end)) {
        return false;
    }
    cJSON *lines = p->n_lines ? cJSON_AddArrayToObject(item, "lines") : NULL;
    for (uint32_t i = 0; i < p->n_lines; i++) {
        if (!lines || !add_line(lines, &p->lines[i])) {
            return false;
        }
    }
    return !p->next || add_next(item, p);
}

bool jw_json_put_layout(cJSON *object, const struct jw_article *article)
{
    bool any = false;
    for (size_t i = 0; i < article->n_paragraphs; i++) {
        any = any || article->paragraphs[i].line_start;
    }
    cJSON *list = any ? cJSON_AddArrayToObject(object, "printed") : NULL;
    for (size_t i = 0; i < article->n_paragraphs && list; i++) {
        const struct jw_paragraph *p = &article->paragraphs[i];
        cJSON *item = p->line_start ? cJSON_CreateObject() : cJSON_CreateNull();
        if (!item || !cJSON_AddItemToArray(list, item)) {
            cJSON_Delete(item);
            return false;
        }
        if (p->line_start && !fill_layout(item, p)) {
            return false;
        }
    }
    return list || !any;
}

/* ---- in ---- */

/* A whole number up to most; false for anything else. */
static bool take_number(const cJSON *item, uint32_t most, uint32_t *out)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > most ||
        item->valuedouble != floor(item->valuedouble)) {
        return false;
    }
    *out = (uint32_t)item->valuedouble;
    return true;
}

/* No character of text is cut at byte at. */
static bool is_edge(struct jw_str text, uint32_t at)
{
    return at >= text.n || ((unsigned char)text.p[at] & 0xC0u) != 0x80u;
}

/* @return whether the list says a line that fits the text; strings are borrowed. */
static bool take_line(const cJSON *list, struct jw_str text, struct jw_printed_line *out)
{
    const cJSON *at[LINE_MEMBERS];
    const cJSON *child = cJSON_IsArray(list) ? list->child : NULL;
    uint32_t most = text.n < UINT32_MAX ? (uint32_t)text.n : UINT32_MAX;
    uint32_t sure = 0;
    for (int i = 0; i < LINE_MEMBERS; i++) {
        at[i] = child;
        child = child ? child->next : NULL;
    }
    if (!take_number(at[AT_LINE], UINT32_MAX - 1, &out->line) ||
        !take_number(at[AT_START], most, &out->start) ||
        !take_number(at[AT_END], most, &out->end) ||
        !take_number(at[AT_SURE], 100, &sure) || !cJSON_IsString(at[AT_BEFORE]) ||
        !cJSON_IsString(at[AT_AFTER])) {
        return false;
    }
    out->before = jw_str_c(at[AT_BEFORE]->valuestring);
    out->after = jw_str_c(at[AT_AFTER]->valuestring);
    out->sure = (uint8_t)sure;
    return is_edge(text, out->start) && is_edge(text, out->end);
}

static enum jw_status take_lines(const cJSON *list, struct jw_arena *arena,
                                 struct jw_paragraph *p)
{
    size_t n = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;
    struct jw_printed_line *lines = n ? jw_arena_calloc(arena, n, sizeof *lines) : NULL;
    size_t k = 0;
    if (n == 0 || n > UINT32_MAX) {
        return JW_OK;
    }
    if (!lines) {
        return JW_ENOMEM;
    }
    for (const cJSON *item = list->child; item; item = item->next, k++) {
        struct jw_printed_line *l = &lines[k];
        if (!take_line(item, p->text, l)) {
            return JW_OK;
        }
        l->before = jw_arena_str(arena, l->before);
        l->after = jw_arena_str(arena, l->after);
        if ((l->before.n && !l->before.p) || (l->after.n && !l->after.p)) {
            return JW_ENOMEM;
        }
    }
    p->lines = lines;
    p->n_lines = (uint32_t)n;
    return JW_OK;
}

static enum jw_status take_layout(const cJSON *item, struct jw_arena *arena,
                                  struct jw_paragraph *p)
{
    const cJSON *next = cJSON_GetObjectItemCaseSensitive(item, "next");
    uint32_t start = 0;
    uint32_t end = 0;
    uint32_t n = 0;
    uint32_t likely = 0;
    if (!take_number(cJSON_GetObjectItemCaseSensitive(item, "line_start"), UINT32_MAX - 1,
                     &start) ||
        !take_number(cJSON_GetObjectItemCaseSensitive(item, "line_end"), UINT32_MAX - 1,
                     &end) ||
        start == 0 || end < start) {
        return JW_OK;
    }
    p->line_start = start;
    p->line_end = end;
    if (take_number(cJSON_GetObjectItemCaseSensitive(next, "n"), UINT32_MAX - 1, &n) &&
        take_number(cJSON_GetObjectItemCaseSensitive(next, "likely"), 100, &likely) &&
        n > 0) {
        /* The title is not in the list of paragraphs. */
        p->next = n - 1;
        p->next_likely = (uint8_t)likely;
        p->next_space = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(next, "space"));
    }
    return take_lines(cJSON_GetObjectItemCaseSensitive(item, "lines"), arena, p);
}

enum jw_status jw_json_take_layout(const cJSON *object, struct jw_str title,
                                   struct jw_arena *arena,
                                   struct jw_paragraph *paragraphs, size_t *n)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, "printed");
    if (!cJSON_IsArray(list) || (size_t)cJSON_GetArraySize(list) != *n + 1) {
        return JW_OK;
    }
    struct jw_paragraph *at = &paragraphs[*n];
    *at = (struct jw_paragraph){.role = JW_ROLE_TITLE, .text = title};
    enum jw_status status = take_layout(list->child, arena, at);
    size_t k = 0;
    for (const cJSON *item = list->child->next; item && status == JW_OK;
         item = item->next) {
        status = take_layout(item, arena, &paragraphs[k++]);
    }
    *n += at->line_start && title.n;
    return status;
}
