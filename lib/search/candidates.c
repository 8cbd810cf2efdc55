#include "jianwen/buf.h"
#include "match.h"

enum jw_status jw_candidates_push(struct jw_candidates *list,
                                  const struct jw_candidate *c)
{
    if (list->n == list->cap) {
        void *at = list->at;
        enum jw_status status =
            jw_array_grow(&at, &list->cap, list->n + 1, sizeof *list->at);
        list->at = at;
        if (status != JW_OK) {
            return status;
        }
    }
    list->at[list->n++] = *c;
    return JW_OK;
}

/* Ties go to the newer article, then to the one indexed first. */
bool jw_candidate_before(const struct jw_candidate *a, const struct jw_candidate *b,
                         enum jw_sort sort)
{
    switch (sort) {
    case JW_SORT_OLDEST:
        if (a->date != b->date) {
            /* Without a date comes last. */
            return a->date != 0 && (b->date == 0 || a->date < b->date);
        }
        break;
    case JW_SORT_NEWEST:
        if (a->date != b->date) {
            return a->date > b->date;
        }
        break;
    case JW_SORT_RELEVANCE:
        if (a->weight != b->weight) {
            return a->weight > b->weight;
        }
        if (a->date != b->date) {
            return a->date > b->date;
        }
        break;
    }
    if (sort != JW_SORT_RELEVANCE && a->weight != b->weight) {
        return a->weight > b->weight;
    }
    if (a->segment != b->segment) {
        return a->segment < b->segment;
    }
    return a->docid < b->docid;
}

static void sink(struct jw_candidates *list, size_t i, enum jw_sort sort)
{
    struct jw_candidate moved = list->at[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= list->n) {
            break;
        }
        if (child + 1 < list->n &&
            jw_candidate_before(&list->at[child + 1], &list->at[child], sort)) {
            child++;
        }
        if (!jw_candidate_before(&list->at[child], &moved, sort)) {
            break;
        }
        list->at[i] = list->at[child];
        i = child;
    }
    list->at[i] = moved;
}

void jw_candidates_heapify(struct jw_candidates *list, enum jw_sort sort)
{
    for (size_t i = list->n / 2; i-- > 0;) {
        sink(list, i, sort);
    }
}

struct jw_candidate jw_candidates_pop(struct jw_candidates *list, enum jw_sort sort)
{
    struct jw_candidate first = list->at[0];
    list->n--;
    if (list->n > 0) {
        list->at[0] = list->at[list->n];
        sink(list, 0, sort);
    }
    return first;
}

/* Quickselect (C. A. R. Hoare, Algorithm 65: Find, CACM 4(7), 1961). */
uint64_t jw_greatest(uint64_t *keys, size_t n, size_t k)
{
    size_t left = 0;
    size_t right = n - 1;
    size_t wanted = k - 1;
    while (left < right) {
        uint64_t pivot = keys[left + (right - left) / 2];
        size_t i = left;
        size_t j = right;
        for (;;) {
            while (keys[i] > pivot) {
                i++;
            }
            while (keys[j] < pivot) {
                j--;
            }
            if (i >= j) {
                break;
            }
            uint64_t swap = keys[i];
            keys[i++] = keys[j];
            keys[j--] = swap;
        }
        /* Up to j not less than the pivot, from j + 1 on not greater. */
        if (wanted <= j) {
            right = j;
        } else {
            left = j + 1;
        }
    }
    return keys[wanted];
}
