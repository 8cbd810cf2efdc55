#include "merge.h"

#include <stdlib.h>

/* By term, then by run: a term's runs come in the order of their documents. */
static bool before(const struct jw_run_reader *a, const struct jw_run_reader *b)
{
    if (a->prefix != b->prefix) {
        return a->prefix < b->prefix;
    }
    int c = jw_str_cmp(jw_run_term(a), jw_run_term(b));
    return c ? c < 0 : a->first_docid < b->first_docid;
}

struct heap {
    struct jw_run_reader **at;
    size_t n;
};

static void sink(struct heap *h, size_t i)
{
    struct jw_run_reader *moved = h->at[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->n) {
            break;
        }
        if (child + 1 < h->n && before(h->at[child + 1], h->at[child])) {
            child++;
        }
        if (!before(h->at[child], moved)) {
            break;
        }
        h->at[i] = h->at[child];
        i = child;
    }
    h->at[i] = moved;
}

static struct jw_run_reader *pop(struct heap *h)
{
    struct jw_run_reader *first = h->at[0];
    h->n--;
    h->at[0] = h->at[h->n];
    if (h->n > 0) {
        sink(h, 0);
    }
    return first;
}

static void push(struct heap *h, struct jw_run_reader *r)
{
    size_t i = h->n++;
    while (i > 0 && before(r, h->at[(i - 1) / 2])) {
        h->at[i] = h->at[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    h->at[i] = r;
}

/* Go on to the run's next entry; a run without one leaves. */
static enum jw_status push_next(struct heap *h, struct jw_run_reader *r)
{
    enum jw_status status = jw_run_next(r);
    if (status == JW_OK) {
        push(h, r);
    }
    return status == JW_ENOTFOUND ? JW_OK : status;
}

enum jw_status jw_merge_runs(struct jw_run_reader *readers, size_t n, jw_merge_fn fn,
                             void *arg)
{
    struct jw_run_reader **same = calloc(n + 1, sizeof(struct jw_run_reader *));
    struct heap h = {calloc(n + 1, sizeof(struct jw_run_reader *)), 0};
    enum jw_status status = same && h.at ? JW_OK : JW_ENOMEM;
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        status = push_next(&h, &readers[i]);
    }
    while (h.n > 0 && status == JW_OK) {
        size_t n_same = 0;
        do {
            same[n_same++] = pop(&h);
        } while (h.n > 0 && h.at[0]->prefix == same[0]->prefix &&
                 jw_str_eq(jw_run_term(h.at[0]), jw_run_term(same[0])));
        status = fn(same, n_same, arg);
        for (size_t i = 0; i < n_same && status == JW_OK; i++) {
            status = push_next(&h, same[i]);
        }
    }
    free(same);
    free(h.at);
    return status;
}
