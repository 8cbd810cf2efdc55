/* The texts that are kept are those of the best hits, whatever the order they come in. */
#include "seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jw_cunit.h"
#include "random.h"

enum {
    HITS_MAX = 200,
    ROUNDS = 300,
    TEXT_BYTES = 3000
};

static struct jw_candidate hits[HITS_MAX];

/* Few weights and dates, so that many hits have the same. */
static void make_hits(struct jw_random *r, size_t n)
{
    memset(hits, 0, sizeof hits);
    for (size_t i = 0; i < n; i++) {
        hits[i].weight = (float)jw_random_below(r, 3);
        hits[i].date = 20200101 + jw_random_below(r, 5);
        hits[i].segment = jw_random_below(r, 2);
        hits[i].docid = (uint32_t)i + 1;
        hits[i].state = JW_CANDIDATE_EXACT;
    }
}

/* Its text: as long as its number tells, some too long to be kept. */
static struct jw_str text_of(const struct jw_candidate *c, char *out)
{
    size_t n = c->docid % 50 == 7 ? JW_SEEN_TEXT_BYTES + 1 : c->docid * 37 % TEXT_BYTES;
    memset(out, 'a' + (int)(c->docid % 26), n);
    return jw_str_of(out, n);
}

static int by_rank(const void *a, const void *b)
{
    return jw_candidate_before(a, b, JW_SORT_RELEVANCE) ? -1 : 1;
}

static void test_best_are_kept(void)
{
    static char bytes[JW_SEEN_TEXT_BYTES + 1];
    struct jw_random r = jw_random_start(811);
    struct jw_arena arena;
    jw_arena_init(&arena, 1 << 26);
    for (int round = 0; round < ROUNDS; round++) {
        struct jw_seen seen = {.n = 0};
        size_t n = jw_random_below(&r, HITS_MAX) + 1;
        size_t kept = 0;
        make_hits(&r, n);
        for (size_t i = 0; i < n; i++) {
            jw_seen_note(&seen, &hits[i], text_of(&hits[i], bytes),
                         hits[i].docid % 3 == 0, &arena);
        }
        qsort(hits, n, sizeof *hits, by_rank);
        for (size_t i = 0; i < n; i++) {
            const struct jw_seen_text *s = jw_seen_of(&seen, &hits[i]);
            struct jw_str text = text_of(&hits[i], bytes);
            bool wanted = text.n <= JW_SEEN_TEXT_BYTES && kept < JW_SEEN_MAX;
            kept += wanted;
            CHECK_MSG(wanted == (s != NULL), "hit %zu of %zu", i, n);
            CHECK(!s ||
                  (jw_str_eq(s->text, text) && s->once == (hits[i].docid % 3 == 0)));
        }
        jw_arena_clear(&arena, 1 << 20);
    }
    jw_arena_release(&arena);
}

JW_TEST_MAIN("seen", {"the best are kept", test_best_are_kept})
