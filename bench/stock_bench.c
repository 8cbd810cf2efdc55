/*
 * stock_bench PARAGRAPHS.tsv DIR - Xapian's own writer, given our terms.
 *
 * The way without the bulk builder: one WritableDatabase document a paragraph, bigrams
 * and words, no positions, the text as its data; written out every 10,000 documents, as
 * Xapian does by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/tokenizer.h"
#include "jianwen/xap.h"

enum {
    COMMIT_EVERY = 10000,
    LINE_MAX_BYTES = 1 << 20,
    TEXT_FIELD = 5
};

struct terms {
    struct jw_xap_term *at;
    char (*bytes)[JW_TERM_MAX_BYTES];
    size_t n;
    size_t cap;
};

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct terms *t = arg;
    if (t->n == t->cap) {
        return JW_ELIMIT;
    }
    size_t n = jw_token_term(token, t->bytes[t->n]);
    t->at[t->n] = (struct jw_xap_term){jw_str_of(t->bytes[t->n], n), 1};
    t->n++;
    return JW_OK;
}

/* The sixth column of a line. */
static struct jw_str text_of(const char *line, size_t n)
{
    const char *p = line;
    const char *end = line + n;
    for (int i = 0; i < TEXT_FIELD; i++) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        p = tab ? tab + 1 : end;
    }
    return jw_str_of(p, (size_t)(end - p));
}

static enum jw_status add_all(FILE *f, struct jw_xap_writer *w, struct terms *t,
                              char *line, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    for (size_t n = 1; status == JW_OK && fgets(line, LINE_MAX_BYTES, f); n++) {
        struct jw_str text = text_of(line, strcspn(line, "\n"));
        t->n = 0;
        status = jw_tokenize(text, JW_TOKENS_DOCUMENT, on_token, t);
        if (status == JW_OK) {
            status = jw_xap_writer_add(w, t->at, t->n, text, NULL, err);
        }
        if (status == JW_OK && n % COMMIT_EVERY == 0) {
            status = jw_xap_writer_commit(w, err);
        }
    }
    return status == JW_OK ? jw_xap_writer_commit(w, err) : status;
}

int main(int argc, char **argv)
{
    struct jw_error err;
    struct jw_xap_writer *w = NULL;
    struct terms t = {.cap = LINE_MAX_BYTES};
    jw_error_clear(&err);
    if (argc != 3) {
        (void)fputs("usage: stock_bench PARAGRAPHS.tsv DIR\n", stderr);
        return 2;
    }
    FILE *f = fopen(argv[1], "r");
    char *line = malloc(LINE_MAX_BYTES);
    t.at = malloc(t.cap * sizeof *t.at);
    t.bytes = malloc(t.cap * sizeof *t.bytes);
    enum jw_status status = f && line && t.at && t.bytes ? JW_OK : JW_EIO;
    if (status == JW_OK) {
        status = jw_xap_writer_open(argv[2], JW_XAP_CREATE_STATIC, &w, &err);
    }
    if (status == JW_OK) {
        status = add_all(f, w, &t, line, &err);
    }
    jw_xap_writer_close(w);
    if (status != JW_OK) {
        (void)fprintf(stderr, "stock_bench: %s %s\n", jw_status_name(status),
                      err.message);
    }
    if (f) {
        (void)fclose(f);
    }
    free(line);
    free(t.at);
    free(t.bytes);
    return status == JW_OK ? 0 : 1;
}
