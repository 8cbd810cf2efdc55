/*
 * The verbs that need no index: paragraphs, analyze.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/tokenizer.h"
#include "maker.h"
#include "paragraph/paragraph.h"
#include "source.h"
#include "verbs.h"

static int fail(const char *what, const struct jw_error *err)
{
    (void)fprintf(stderr, "jianwen-indexer: %s%s%s\n", what, *what ? ": " : "",
                  err->message);
    return 1;
}

/* Print object as one line and let go of it. */
static enum jw_status print_object(cJSON *object, bool complete)
{
    char *line = complete ? cJSON_PrintUnformatted(object) : NULL;
    cJSON_Delete(object);
    if (!line) {
        return JW_ENOMEM;
    }
    int rc = puts(line);
    free(line);
    return rc < 0 ? JW_EIO : JW_OK;
}

static bool add_text(cJSON *object, const char *key, struct jw_str s)
{
    char *z = malloc(s.n + 1);
    if (!z) {
        return false;
    }
    if (s.n) {
        memcpy(z, s.p, s.n);
    }
    z[s.n] = '\0';
    bool added = cJSON_AddStringToObject(object, key, z) != NULL;
    free(z);
    return added;
}

static bool add_number(cJSON *object, const char *key, double value)
{
    return cJSON_AddNumberToObject(object, key, value) != NULL;
}

/* ---- paragraphs ---- */

static bool add_joins(cJSON *object, const struct jw_paragraph_detail *detail)
{
    cJSON *joins = cJSON_AddArrayToObject(object, "joins");
    for (size_t i = 0; joins && i < detail->n_joins; i++) {
        cJSON *join = cJSON_CreateObject();
        double confidence =
            (double)(int)(detail->joins[i].confidence * 1000 + 0.5F) / 1000;
        if (!join || !add_number(join, "line", detail->joins[i].line) ||
            !add_number(join, "confidence", confidence) ||
            !cJSON_AddItemToArray(joins, join)) {
            cJSON_Delete(join);
            return false;
        }
    }
    return joins != NULL;
}

static enum jw_status print_paragraphs(const struct jw_recovery *found)
{
    size_t n = 0;
    enum jw_status status = JW_OK;
    for (size_t i = 0; i < found->n_paragraphs && status == JW_OK; i++) {
        const struct jw_paragraph *p = &found->paragraphs[i];
        bool title = i == found->title;
        cJSON *object = cJSON_CreateObject();
        /* As in an index: the title is 0, the others count from 1. */
        bool good = object && add_number(object, "n", title ? 0 : (double)++n) &&
                    cJSON_AddStringToObject(object, "role", jw_role_name(p->role)) &&
                    add_text(object, "text", p->text) &&
                    add_number(object, "line_start", p->line_start) &&
                    add_number(object, "line_end", p->line_end) &&
                    add_joins(object, &found->details[i]);
        status = print_object(object, good);
    }
    return status;
}

static void print_reasons(const struct jw_recovery *found)
{
    for (size_t i = 0; i < found->n_reasons; i++) {
        const struct jw_line_reason *r = &found->reasons[i];
        (void)fprintf(stderr,
                      "line %u: %s, rule %s, confidence %.3f, %u of %u cells, indent %u, "
                      "paragraph %zu\n",
                      r->line, jw_line_verdict_name(r->verdict), r->rule,
                      (double)r->confidence, r->cells, r->measure, r->indent,
                      r->paragraph);
    }
}

/* Paragraphs that the file itself tells, as if they had been found. */
static enum jw_status known(const struct jw_source *source, struct jw_arena *arena,
                            struct jw_recovery *found, struct jw_error *err)
{
    size_t n = source->n_paragraphs;
    *found = (struct jw_recovery){.title = JW_NO_TITLE};
    found->paragraphs = jw_arena_alloc(arena, n * sizeof *found->paragraphs);
    found->details = jw_arena_calloc(arena, n, sizeof *found->details);
    if (!found->paragraphs || !found->details) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    memcpy(found->paragraphs, source->paragraphs, n * sizeof *found->paragraphs);
    found->n_paragraphs = n;
    for (size_t i = 0; i < n && found->title == JW_NO_TITLE; i++) {
        found->title = found->paragraphs[i].role == JW_ROLE_TITLE ? i : JW_NO_TITLE;
    }
    return JW_OK;
}

static void print_doubles(const char *path, const struct jw_recovery *found)
{
    for (size_t i = 0; i < found->n_doubles; i++) {
        (void)fprintf(stderr, "jianwen-indexer: %s, line %u stands twice: %.*s\n", path,
                      found->doubles[i].line, (int)found->doubles[i].text.n,
                      found->doubles[i].text.p);
    }
}

static int recover_file(const struct jw_verb_args *args, const char *path)
{
    struct jw_maker maker;
    struct jw_error err;
    struct jw_article facts;
    struct jw_source source;
    struct jw_recovery found;
    int code = 0;
    memset(&facts, 0, sizeof facts);
    jw_error_clear(&err);
    jw_maker_init(&maker, &args->settings);
    enum jw_status status = jw_source_read(&maker, path, &facts, &source, &err);
    if (status == JW_OK && source.paragraphs) {
        status = known(&source, &maker.arena, &found, &err);
    } else if (status == JW_OK) {
        const struct jw_paragraph_options options = {source.first_line, args->explain};
        status = jw_paragraphs_recover(source.text, &options, &maker.arena, &found, &err);
    }
    if (status != JW_OK) {
        code = fail(path, &err);
    } else {
        if (source.n_repaired) {
            (void)fprintf(stderr,
                          "jianwen-indexer: %s: %zu undecodable places kept as U+FFFD\n",
                          path, source.n_repaired);
        }
        print_doubles(path, &found);
        print_reasons(&found);
        code = print_paragraphs(&found) == JW_OK ? 0 : 1;
    }
    jw_maker_release(&maker);
    return code;
}

int jw_verb_paragraphs(const struct jw_verb_args *args)
{
    return recover_file(args, args->operands[0]);
}

/* ---- analyze ---- */

struct token_row {
    char term[JW_TERM_MAX_BYTES];
    size_t n;
    enum jw_token_kind kind;
    uint32_t start;
    uint32_t end;
    size_t order;
};

struct token_rows {
    struct token_row *at;
    size_t n;
    size_t cap;
};

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct token_rows *rows = arg;
    void *at = rows->at;
    enum jw_status status = jw_array_grow(&at, &rows->cap, rows->n + 1, sizeof *rows->at);
    rows->at = at;
    if (status != JW_OK) {
        return status;
    }
    struct token_row *row = &rows->at[rows->n];
    row->n = jw_token_term(token, row->term);
    row->kind = token->kind;
    row->start = token->start;
    row->end = token->end;
    row->order = rows->n++;
    return JW_OK;
}

static int by_start(const void *a, const void *b)
{
    const struct token_row *x = a;
    const struct token_row *y = b;
    if (x->start != y->start) {
        return x->start < y->start ? -1 : 1;
    }
    if (x->end != y->end) {
        return x->end < y->end ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

int jw_verb_analyze(const struct jw_verb_args *args)
{
    struct token_rows rows = {NULL, 0, 0};
    struct jw_str text = jw_str_c(args->operands[0]);
    enum jw_status status = jw_tokenize(
        text, args->query ? JW_TOKENS_QUERY : JW_TOKENS_DOCUMENT, on_token, &rows);
    if (status == JW_OK && rows.n) {
        qsort(rows.at, rows.n, sizeof *rows.at, by_start);
    }
    for (size_t i = 0; i < rows.n && status == JW_OK; i++) {
        const struct token_row *row = &rows.at[i];
        cJSON *object = cJSON_CreateObject();
        bool good =
            object && add_text(object, "term", jw_str_of(row->term, row->n)) &&
            add_number(object, "start", row->start) &&
            add_number(object, "end", row->end) &&
            cJSON_AddStringToObject(object, "kind", jw_token_kind_name(row->kind));
        status = print_object(object, good);
    }
    free(rows.at);
    return status == JW_OK ? 0 : 1;
}
