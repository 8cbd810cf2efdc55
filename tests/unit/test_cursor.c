/* lib/search/cursor_text: a cursor comes back as it was, and nothing else is one. */
#include "cursor_text.h"

#include <stdlib.h>

#include "jw_cunit.h"
#include "random.h"

enum {
    ARENA_BYTES = 64 << 20,
    ROUNDS = 300
};

static struct jw_arena arena;

static uint32_t any_u32(struct jw_random *r)
{
    return (uint32_t)jw_random_u64(r) >> jw_random_below(r, 32);
}

static struct jw_cursor random_cursor(struct jw_random *r)
{
    struct jw_cursor c;
    memset(&c, 0, sizeof c);
    c.identity = any_u32(r);
    c.revision = jw_random_u64(r) >> jw_random_below(r, 64);
    c.n_articles = any_u32(r);
    c.n_segments = jw_random_below(r, JW_CURSOR_SEGMENTS + 1);
    for (size_t i = 0; i < c.n_segments; i++) {
        c.segments[i].name = any_u32(r);
        c.segments[i].last_docid = any_u32(r);
    }
    struct jw_statistics *st = &c.statistics;
    st->n_docs = any_u32(r);
    st->n_articles = any_u32(r);
    st->total_length = jw_random_u64(r) >> jw_random_below(r, 64);
    st->n_terms = jw_random_below(r, JW_CURSOR_STATISTICS + 1);
    st->n_chars = jw_random_below(r, (uint32_t)(JW_CURSOR_STATISTICS - st->n_terms) + 1);
    uint32_t *docs = jw_arena_calloc(&arena, JW_CURSOR_STATISTICS, sizeof *docs);
    for (size_t i = 0; i < JW_CURSOR_STATISTICS; i++) {
        docs[i] = any_u32(r);
    }
    st->term_docs = docs;
    st->char_docs = docs + st->n_terms;
    c.tier = (enum jw_tier)jw_random_below(r, JW_TIERS);
    c.spread = jw_random_one_in(r, 2);
    c.ranked = jw_random_one_in(r, 2);
    c.score = (float)any_u32(r) / 7;
    c.date = any_u32(r);
    c.segment = any_u32(r);
    c.docid = any_u32(r);
    c.id = any_u32(r);
    return c;
}

static void check_same(const struct jw_cursor *a, const struct jw_cursor *b)
{
    CHECK(a->identity == b->identity && a->revision == b->revision);
    CHECK(a->n_articles == b->n_articles && a->n_segments == b->n_segments);
    CHECK(memcmp(a->segments, b->segments, sizeof a->segments) == 0);
    const struct jw_statistics *x = &a->statistics;
    const struct jw_statistics *y = &b->statistics;
    CHECK(x->n_docs == y->n_docs && x->n_articles == y->n_articles);
    CHECK(x->total_length == y->total_length);
    CHECK(x->n_terms == y->n_terms && x->n_chars == y->n_chars);
    CHECK(memcmp(x->term_docs, y->term_docs, x->n_terms * sizeof(uint32_t)) == 0);
    CHECK(memcmp(x->char_docs, y->char_docs, x->n_chars * sizeof(uint32_t)) == 0);
    CHECK(a->tier == b->tier && a->spread == b->spread && a->ranked == b->ranked);
    CHECK(a->score == b->score && a->date == b->date && a->segment == b->segment);
    CHECK(a->docid == b->docid && a->id == b->id);
}

static void test_round_trip(void)
{
    struct jw_random r = jw_random_start(1);
    jw_arena_init(&arena, ARENA_BYTES);
    for (int i = 0; i < ROUNDS; i++) {
        struct jw_cursor c = random_cursor(&r);
        struct jw_cursor back;
        struct jw_str text = jw_cursor_encode(&c, &arena);
        CHECK(text.p && text.n <= JW_SEARCH_MAX_CURSOR);
        CHECK_STATUS(jw_cursor_decode(text, &arena, &back), JW_OK);
        check_same(&c, &back);
        jw_arena_clear(&arena, ARENA_BYTES);
    }
    jw_arena_release(&arena);
}

/* Whatever is changed in a cursor's text is noticed. */
static void test_damaged(void)
{
    struct jw_random r = jw_random_start(2);
    jw_arena_init(&arena, ARENA_BYTES);
    for (int i = 0; i < ROUNDS / 10; i++) {
        struct jw_cursor c = random_cursor(&r);
        struct jw_cursor back;
        char changed[JW_SEARCH_MAX_CURSOR + 1];
        struct jw_str text = jw_cursor_encode(&c, &arena);
        for (size_t at = 0; at < text.n; at += 1 + jw_random_below(&r, 8)) {
            CHECK_STATUS(jw_cursor_decode(jw_str_slice(text, 0, at), &arena, &back),
                         JW_EINVAL);
            memcpy(changed, text.p, text.n);
            changed[at] = changed[at] == 'x' ? 'y' : 'x';
            /* The last digit may have bits that belong to no byte. */
            if (at + 1 < text.n) {
                CHECK_STATUS(jw_cursor_decode(jw_str_of(changed, text.n), &arena, &back),
                             JW_EINVAL);
            }
        }
        jw_arena_clear(&arena, ARENA_BYTES);
    }
    jw_arena_release(&arena);
}

static void test_none(void)
{
    static const char *const texts[] = {"",
                                        "A",
                                        "AA",
                                        "AAAA",
                                        "=",
                                        "+/",
                                        " ",
                                        "\xE5\x9D\x9D",
                                        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    jw_arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct jw_cursor c;
        CHECK_MSG(jw_cursor_decode(jw_str_c(texts[i]), &arena, &c) == JW_EINVAL, "%s",
                  texts[i]);
    }
    jw_arena_release(&arena);
}

JW_TEST_MAIN("cursor", {"there and back", test_round_trip}, {"damaged", test_damaged},
             {"no cursors", test_none})
