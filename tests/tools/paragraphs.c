/*
 * paragraphs FILE... - print the paragraphs of each file as NDJSON, for the
 * scorers: {"n","role","text","line_start","line_end","joins"}.
 *
 *   --explain   one object a line of the page instead
 *   --files     a line {"file": NAME} before the paragraphs of each file
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/file.h"
#include "paragraph/paragraph.h"

enum {
    MAX_BYTES = 1 << 30
};

static void print_string(struct jw_str s)
{
    putchar('"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') {
            putchar('\\');
        }
        if (c < 0x20) {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static const char *role_name(enum jw_role role)
{
    static const char *const names[JW_ROLES] = {"body", "title", "heading", "caption",
                                                "byline"};
    return names[role];
}

static void print_paragraph(const struct jw_recovery *r, size_t n)
{
    const struct jw_paragraph *p = &r->paragraphs[n];
    const struct jw_paragraph_detail *d = &r->details[n];
    printf("{\"n\":%zu,\"role\":\"%s\",\"text\":", n, role_name(p->role));
    print_string(p->text);
    printf(",\"line_start\":%" PRIu32 ",\"line_end\":%" PRIu32 ",\"joins\":[",
           p->line_start, p->line_end);
    for (size_t i = 0; i < d->n_joins; i++) {
        printf("%s{\"line\":%" PRIu32 ",\"confidence\":%.3f}", i ? "," : "",
               d->joins[i].line, (double)d->joins[i].confidence);
    }
    printf("],\"joins_next\":%.3f%s}\n", (double)d->joins_next,
           n == r->title ? ",\"title\":true" : "");
}

static void print_reason(const struct jw_line_reason *r)
{
    printf("{\"line\":%" PRIu32 ",\"verdict\":\"%s\",\"rule\":\"%s\",\"confidence\":%.3f,"
           "\"cells\":%" PRIu32 ",\"measure\":%" PRIu32 ",\"indent\":%" PRIu32
           ",\"paragraph\":%zu}\n",
           r->line, jw_line_verdict_name(r->verdict), r->rule, (double)r->confidence,
           r->cells, r->measure, r->indent, r->paragraph);
}

static int print_file(const char *path, bool explain)
{
    struct jw_buf buf;
    struct jw_arena arena;
    struct jw_error err;
    struct jw_recovery r;
    struct jw_paragraph_options opt = {1, explain};
    jw_buf_init(&buf, MAX_BYTES);
    jw_arena_init(&arena, SIZE_MAX);
    jw_error_clear(&err);
    enum jw_status status = jw_file_read(path, MAX_BYTES, &buf, &err);
    if (status == JW_OK) {
        status = jw_paragraphs_recover(jw_buf_str(&buf), &opt, &arena, &r, &err);
    }
    if (status == JW_OK) {
        for (size_t i = 0; !explain && i < r.n_paragraphs; i++) {
            print_paragraph(&r, i);
        }
        for (size_t i = 0; i < r.n_reasons; i++) {
            print_reason(&r.reasons[i]);
        }
        for (size_t i = 0; i < r.n_doubles; i++) {
            fprintf(stderr, "%s: line %" PRIu32 " is printed twice\n", path,
                    r.doubles[i].line);
        }
    } else {
        fprintf(stderr, "%s\n", err.message);
    }
    jw_arena_release(&arena);
    jw_buf_release(&buf);
    return status == JW_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    bool explain = false;
    bool files = false;
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--explain") == 0) {
            explain = true;
        } else if (strcmp(argv[i], "--files") == 0) {
            files = true;
        } else {
            if (files) {
                printf("{\"file\":\"%s\"}\n", argv[i]);
            }
            failed |= print_file(argv[i], explain);
        }
    }
    return failed;
}
