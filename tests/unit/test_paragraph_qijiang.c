/* The newspaper article that the project starts from, when ../shared is there. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "jianwen/file.h"
#include "jw_cunit.h"
#include "paragraph/paragraph.h"

#define ARTICLE JW_SOURCE_DIR "/../shared/article/"

enum {
    MAX_BYTES = 1 << 20
};

static bool read_file(const char *path, struct jw_buf *buf)
{
    jw_buf_init(buf, MAX_BYTES);
    return jw_file_read(path, MAX_BYTES, buf, NULL) == JW_OK;
}

/* s without white space, in new memory. */
static char *squash(struct jw_str s)
{
    char *out = malloc(s.n + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < s.n; i++) {
        if (jw_str_starts(jw_str_slice(s, i, s.n), jw_str_c("\u3000"))) {
            i += 2;
        } else if (s.p[i] != ' ') {
            out[n++] = s.p[i];
        }
    }
    if (out) {
        out[n] = '\0';
    }
    return out;
}

static bool same_text(struct jw_str a, const char *b)
{
    char *x = squash(a);
    char *y = squash(jw_str_c(b));
    bool same = x && y && strcmp(x, y) == 0;
    free(x);
    free(y);
    return same;
}

static bool found(const struct jw_recovery *r, const char *text, bool body)
{
    for (size_t i = 0; i < r->n_paragraphs; i++) {
        if ((r->paragraphs[i].role == JW_ROLE_BODY) == body &&
            same_text(r->paragraphs[i].text, text)) {
            return true;
        }
    }
    return false;
}

static void compare(const struct jw_recovery *r, const cJSON *gold)
{
    size_t body = 0;
    size_t display = 0;
    const cJSON *p;
    cJSON_ArrayForEach(p, cJSON_GetObjectItem(gold, "paragraphs"))
    {
        bool is_body =
            strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(p, "role")), "body") == 0;
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(p, "text"));
        *(is_body ? &body : &display) += 1;
        CHECK_MSG(found(r, text, is_body), "not recovered: %.60s", text);
    }
    CHECK_INT(body, 39);
    CHECK_INT(display, 10);
    CHECK_INT(r->n_paragraphs, 49);
    CHECK_INT(r->n_doubles, 1);
    CHECK(r->title != JW_NO_TITLE);
    if (r->title != JW_NO_TITLE) {
        CHECK_INT(r->paragraphs[r->title].role, JW_ROLE_TITLE);
    }
}

static void test_qijiang(void)
{
    struct jw_buf text;
    struct jw_buf json;
    struct jw_arena arena;
    struct jw_recovery r;
    bool both = read_file(ARTICLE "qijiang.txt", &text);
    both = read_file(ARTICLE "qijiang.gold.json", &json) && both;
    jw_arena_init(&arena, SIZE_MAX);
    if (both) {
        cJSON *gold = cJSON_ParseWithLength(json.data, json.len);
        CHECK(gold != NULL);
        CHECK_OK(jw_paragraphs_recover(jw_buf_str(&text), NULL, &arena, &r, NULL), NULL);
        compare(&r, gold);
        cJSON_Delete(gold);
    } else {
        printf("skipped: no ../shared\n");
    }
    jw_arena_release(&arena);
    jw_buf_release(&text);
    jw_buf_release(&json);
}

JW_TEST_MAIN("paragraph_qijiang",
             {"recovers all paragraphs of the article", test_qijiang})
