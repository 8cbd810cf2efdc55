#include <stdlib.h>

#include "gather.h"

enum jw_status jw_entries_push(struct jw_entries *list, const struct jw_entry *entry,
                               struct jw_arena *arena)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 64;
        struct jw_entry *at =
            jw_arena_grow(arena, list->at, list->cap * sizeof *at, cap * sizeof *at);
        if (!at) {
            return JW_ENOMEM;
        }
        list->at = at;
        list->cap = cap;
    }
    list->at[list->n++] = *entry;
    return JW_OK;
}

static int compare_entries(const struct jw_entry *a, const struct jw_entry *b)
{
    if (a->spread != b->spread) {
        return a->spread ? -1 : 1;
    }
    if (a->ranked != b->ranked) {
        return a->ranked ? -1 : 1;
    }
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
    }
    if (a->candidate.date != b->candidate.date) {
        return a->candidate.date > b->candidate.date ? -1 : 1;
    }
    if (a->ranked && a->exam && b->exam) {
        int c = jw_str_cmp(a->exam->stored.article.id, b->exam->stored.article.id);
        if (c != 0) {
            return c;
        }
    }
    if (a->candidate.segment != b->candidate.segment) {
        return a->candidate.segment < b->candidate.segment ? -1 : 1;
    }
    return (a->candidate.docid > b->candidate.docid) -
           (a->candidate.docid < b->candidate.docid);
}

static int by_order(const void *a, const void *b)
{
    return compare_entries(a, b);
}

void jw_entries_sort(struct jw_entries *list)
{
    if (list->n > 1) {
        qsort(list->at, list->n, sizeof *list->at, by_order);
    }
}
