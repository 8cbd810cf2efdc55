/* lib/search/gather: thousands of candidates of which many are no verbatim hits; what is
 * only counted beyond the page is counted as what is shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "articles.h"
#include "jianwen/schema.h"
#include "jianwen/search.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "match.h"
#include "random.h"
#include "scratch.h"
#include "small_index.h"

enum {
    ARTICLES = 1800,
    PARAGRAPHS_MAX = 3,
    FILLER_WORDS = 40,
    TEXT_BYTES = 16 << 20,
    ID_BYTES = 16,
    HITS_MAX = ARTICLES * PARAGRAPHS_MAX
};

/* What a paragraph has of the query. */
enum kind {
    KIND_VERBATIM,
    KIND_TRADITIONAL,
    KIND_SPACED,
    /* All pairs of characters, apart. */
    KIND_PAIRS,
    KIND_SOME,
    KIND_NONE,
    KINDS
};

static const char query[] = "国际合作组织";
static const char *const pieces[KINDS] = {
    "国际合作组织",    "國際合作組織",
    "国际　合作 组织", "国际，际合，合作，作组，组织",
    "国际，合作",      ""};

/* Out of a hundred paragraphs. */
static const unsigned shares[KINDS] = {25, 10, 5, 30, 10, 20};

static struct jw_error err;

/* The made-up articles; how many paragraphs and articles there are of which best kind. */
struct corpus {
    struct jw_article articles[ARTICLES];
    struct jw_paragraph paragraphs[ARTICLES][PARAGRAPHS_MAX];
    char ids[ARTICLES][ID_BYTES];
    char dates[ARTICLES][ID_BYTES];
    struct jw_buf text;
    size_t n_paragraphs[KINDS];
};

static enum kind any_kind(struct jw_random *r)
{
    unsigned at = jw_random_below(r, 100);
    unsigned k = 0;
    while (at >= shares[k]) {
        at -= shares[k++];
    }
    return (enum kind)k;
}

static void add_filler(struct jw_buf *out, struct jw_random *r)
{
    for (uint32_t n = 5 + jw_random_below(r, FILLER_WORDS); n > 0; n--) {
        jw_buf_add_str(out, jw_word_at(jw_random_below(r, jw_word_count())));
    }
}

static struct corpus *corpus_new(void)
{
    struct jw_random r = jw_random_start(1);
    struct corpus *c = calloc(1, sizeof *c);
    jw_buf_init(&c->text, TEXT_BYTES);
    /* Slices of the text stay where they are. */
    CHECK_STATUS(jw_buf_reserve(&c->text, TEXT_BYTES - 1), JW_OK);
    for (size_t i = 0; i < ARTICLES; i++) {
        size_t n = 1 + jw_random_below(&r, PARAGRAPHS_MAX);
        for (size_t k = 0; k < n; k++) {
            enum kind kind = any_kind(&r);
            size_t from = c->text.len;
            add_filler(&c->text, &r);
            jw_buf_add_c(&c->text, "，");
            jw_buf_add_c(&c->text, pieces[kind]);
            jw_buf_add_c(&c->text, "，");
            add_filler(&c->text, &r);
            struct jw_paragraph *p = &c->paragraphs[i][k];
            p->role = JW_ROLE_BODY;
            p->text = jw_str_of(c->text.data + from, c->text.len - from);
            c->n_paragraphs[kind]++;
        }
        (void)snprintf(c->ids[i], ID_BYTES, "a-%04zu", i);
        (void)snprintf(c->dates[i], ID_BYTES, "%04u-%02u-%02u",
                       1990 + jw_random_below(&r, 30), 1 + jw_random_below(&r, 12),
                       1 + jw_random_below(&r, 28));
        c->articles[i] =
            jw_article_of(c->ids[i], "标题", c->dates[i], c->paragraphs[i], n);
    }
    return c;
}

static void corpus_free(struct corpus *c)
{
    jw_buf_release(&c->text);
    free(c);
}

/* ---- what was answered ---- */

struct seen {
    char id[ID_BYTES];
    uint32_t paragraph;
    enum jw_tier tier;
    double score;
};

static size_t note_hits(const struct jw_search_result *result, struct seen *out)
{
    for (size_t i = 0; i < result->n_hits; i++) {
        const struct jw_hit *hit = &result->hits[i];
        struct jw_str id = hit->article->id;
        (void)snprintf(out[i].id, ID_BYTES, "%.*s", (int)id.n, id.p);
        out[i].paragraph = hit->n_paragraphs ? hit->paragraphs[0].n : 0;
        out[i].tier = hit->tier;
        out[i].score = hit->score;
    }
    return result->n_hits;
}

static const struct jw_search_result *ask(struct jw_searcher *s,
                                          const struct jw_search_request *r)
{
    const struct jw_search_result *result = NULL;
    jw_error_clear(&err);
    return CHECK_OK(jw_search(s, r, &result, &err), &err) ? result : NULL;
}

/* Ask for all hits, in pages of a thousand.  @return how many there are. */
static size_t ask_all(struct jw_searcher *s, struct jw_search_request r, struct seen *out,
                      struct jw_search_result *last)
{
    size_t n = 0;
    bool more = true;
    r.limit = JW_SEARCH_MAX_LIMIT;
    for (r.offset = 0; more && n + r.limit <= HITS_MAX; r.offset += r.limit) {
        const struct jw_search_result *result = ask(s, &r);
        if (!result) {
            return 0;
        }
        n += note_hits(result, out + n);
        *last = *result;
        more = result->n_hits == r.limit;
    }
    return n;
}

static bool same_hit(const struct seen *a, const struct seen *b)
{
    return strcmp(a->id, b->id) == 0 && a->paragraph == b->paragraph &&
           a->tier == b->tier;
}

/* A short page anywhere is that piece of all hits, and its totals are the same. */
static void check_page(struct jw_searcher *s, struct jw_search_request r,
                       const struct seen *all, size_t n,
                       const struct jw_search_result *whole)
{
    static struct seen page[JW_SEARCH_MAX_LIMIT];
    const struct jw_search_result *result = ask(s, &r);
    if (!result) {
        return;
    }
    size_t got = note_hits(result, page);
    size_t n_sure = whole->tiers[JW_TIER_EXACT].value + whole->tiers[JW_TIER_ALL].value;
    size_t left = n > r.offset ? n - r.offset : 0;
    CHECK_INT(got, left < r.limit ? left : r.limit);
    for (size_t i = 0; i < got; i++) {
        if (r.offset + i < n_sure && !same_hit(&page[i], &all[r.offset + i])) {
            CHECK_MSG(false, "hit %zu: %s/%u, of all hits %s/%u", r.offset + i,
                      page[i].id, page[i].paragraph, all[r.offset + i].id,
                      all[r.offset + i].paragraph);
            break;
        }
    }
    CHECK_INT(result->has_next, r.offset + got < n);
    if (r.unit != JW_HIT_PARAGRAPH) {
        return; /* articles beyond the page are not all read */
    }
    /* Partial hits are looked for when the others do not fill the page. */
    if (r.offset + r.limit <= n_sure) {
        CHECK_INT(result->total.relation, JW_TOTAL_EQ);
        CHECK_INT(result->total.value, n_sure);
    }
    for (int t = 0; t < JW_TIER_PARTIAL; t++) {
        CHECK_INT(result->tiers[t].relation, JW_TOTAL_EQ);
        CHECK_INT(result->tiers[t].value, whole->tiers[t].value);
    }
}

static void check_pages(struct jw_searcher *s, const struct jw_search_request *r,
                        const struct seen *all, size_t n,
                        const struct jw_search_result *whole)
{
    static const uint32_t offsets[] = {0, 10, 95, 500, 1100, 1600, 2300};
    static const uint32_t limits[] = {1, 10, 50};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        struct jw_search_request page = *r;
        page.offset = offsets[i];
        page.limit = limits[i % 3];
        check_page(s, page, all, n, whole);
    }
}

/* All hits are exact ones. */
static void check_exact_totals(const struct jw_search_result *result, uint64_t n)
{
    CHECK_INT(result->total.relation, JW_TOTAL_EQ);
    CHECK_INT(result->total.value, n);
    CHECK_INT(result->tiers[JW_TIER_EXACT].relation, JW_TOTAL_EQ);
    CHECK_INT(result->tiers[JW_TIER_EXACT].value, n);
    CHECK_INT(result->tiers[JW_TIER_ALL].relation, JW_TOTAL_EQ);
    CHECK_INT(result->tiers[JW_TIER_ALL].value, 0);
}

/* With only so many candidates read the first page is the same, and the totals say that
 * they are estimates, unless the postings of a frequent n-gram decide; with as many as
 * there are they are exact again. */
static void check_count(struct jw_searcher *s, struct jw_search_request r,
                        const struct seen *all, uint64_t n_sure, bool decided)
{
    static struct seen page[JW_SEARCH_MAX_LIMIT];
    r.count = 200;
    const struct jw_search_result *result = ask(s, &r);
    if (!result) {
        return;
    }
    size_t got = note_hits(result, page);
    CHECK_INT(got, r.limit);
    for (size_t i = 0; i < got; i++) {
        CHECK(same_hit(&page[i], &all[i]));
    }
    if (decided) {
        check_exact_totals(result, n_sure);
    } else {
        CHECK_INT(result->tiers[JW_TIER_EXACT].relation, JW_TOTAL_APPROX);
    }
    /* What has all pairs is a hit of the second tier at least: that needs no reading. */
    CHECK(result->total.relation == JW_TOTAL_APPROX || result->total.value == n_sure);
    CHECK_MSG(result->total.value > n_sure / 3 && result->total.value < n_sure * 3,
              "about %u, in truth %u", (unsigned)result->total.value, (unsigned)n_sure);
    r.count = HITS_MAX;
    result = ask(s, &r);
    if (result) {
        CHECK_INT(result->total.relation, JW_TOTAL_EQ);
        CHECK_INT(result->total.value, n_sure);
    }
}

/* Each article has a date: its hits are all counted in one year or another. */
static void check_facets(struct jw_searcher *s, struct jw_search_request r,
                         uint64_t n_sure)
{
    uint64_t sum = 0;
    r.facets = JW_FACET_YEAR;
    const struct jw_search_result *result = ask(s, &r);
    if (!result || !CHECK_INT(result->n_facets, 1)) {
        return;
    }
    for (size_t i = 0; i < result->facets[0].n_counts; i++) {
        sum += result->facets[0].counts[i].count;
    }
    CHECK_INT(sum, n_sure);
    CHECK_INT(result->total.value, n_sure);
}

/* The answers to one question, by paragraph, against what was made. */
static void check_question(struct jw_searcher *s, const struct corpus *c,
                           struct jw_search_request r, bool quoted)
{
    static struct seen all[HITS_MAX];
    struct jw_search_result whole;
    memset(&whole, 0, sizeof whole);
    size_t n = ask_all(s, r, all, &whole);
    size_t by_tier[JW_TIERS] = {0};
    for (size_t i = 0; i < n; i++) {
        by_tier[all[i].tier]++;
        CHECK(i == 0 || all[i].tier >= all[i - 1].tier);
    }
    CHECK_INT(whole.total.relation, JW_TOTAL_EQ);
    CHECK_INT(whole.total.value, n);
    size_t n_exact = c->n_paragraphs[KIND_VERBATIM] + c->n_paragraphs[KIND_SPACED] +
                     (r.exact_script ? 0 : c->n_paragraphs[KIND_TRADITIONAL]);
    size_t n_all = r.match == JW_MATCH_EXACT || quoted ? 0 : c->n_paragraphs[KIND_PAIRS];
    if (r.unit == JW_HIT_PARAGRAPH) {
        CHECK_INT(by_tier[JW_TIER_EXACT], n_exact);
        CHECK_INT(by_tier[JW_TIER_ALL], n_all);
    }
    CHECK_INT(whole.tiers[JW_TIER_EXACT].value, by_tier[JW_TIER_EXACT]);
    check_pages(s, &r, all, n, &whole);
    if (r.unit == JW_HIT_PARAGRAPH) {
        bool decided = !r.exact_script && (quoted || r.match == JW_MATCH_EXACT);
        check_count(s, r, all, n_exact + n_all, decided);
        check_facets(s, r, n_exact + n_all);
    }
}

static void test_totals(void)
{
    static const char *const questions[] = {query, "\"国际合作组织\""};
    static const enum jw_match matches[] = {JW_MATCH_AUTO, JW_MATCH_EXACT};
    static const enum jw_sort sorts[] = {JW_SORT_RELEVANCE, JW_SORT_NEWEST,
                                         JW_SORT_OLDEST};
    struct corpus *c = corpus_new();
    struct jw_scratch scratch;
    struct jw_searcher *s = NULL;
    jw_scratch_make(&scratch);
    const char *dir = jw_scratch_path(&scratch, "index");
    jw_articles_index(dir, true, false, c->articles, ARTICLES);
    struct jw_reader *reader = jw_small_reader(dir);
    CHECK_OK(jw_searcher_new(reader, &s, &err), &err);
    for (int i = 0; s && i < 2 * 3 * 2 * 3; i++) {
        struct jw_search_request r = jw_search_request_default();
        bool quoted = i / 12 == 1;
        r.q = jw_str_c(questions[quoted]);
        r.match = matches[i % 2];
        r.sort = sorts[i / 2 % 3];
        r.exact_script = i / 12 == 2;
        r.unit = i / 6 % 2 ? JW_HIT_ARTICLE : JW_HIT_PARAGRAPH;
        r.paragraphs = 1;
        r.budget_us = 0;
        if (r.unit == JW_HIT_PARAGRAPH || i / 12 == 0) {
            check_question(s, c, r, quoted);
        }
    }
    jw_searcher_free(s);
    jw_reader_close(reader);
    jw_scratch_remove(&scratch);
    corpus_free(c);
}

/* The last block of an article, too short or too strange for codes to save anything. */
static void test_plain_block(void)
{
    enum {
        LONG = 1,
        /* So that what follows begins a block. */
        LONG_BYTES = JW_BLOCK_BYTES - 10
    };
    static const char last[] = "ZQXJ 9f8e7d6c5b4a";
    static struct jw_paragraph paragraphs[LONG + 1];
    struct corpus *c = corpus_new();
    struct jw_scratch scratch;
    struct jw_searcher *s = NULL;
    paragraphs[0].role = JW_ROLE_BODY;
    paragraphs[0].text = jw_utf8_cut(jw_buf_str(&c->text), LONG_BYTES);
    paragraphs[LONG].role = JW_ROLE_BODY;
    paragraphs[LONG].text = jw_str_c(last);
    c->articles[0] = jw_article_of(c->ids[0], "标题", c->dates[0], paragraphs, LONG + 1);
    jw_scratch_make(&scratch);
    const char *dir = jw_scratch_path(&scratch, "index");
    jw_articles_index(dir, true, false, c->articles, ARTICLES);
    struct jw_reader *reader = jw_small_reader(dir);
    CHECK_OK(jw_searcher_new(reader, &s, &err), &err);
    struct jw_search_request r = jw_search_request_default();
    r.q = jw_str_c("\"ZQXJ 9f8e7d6c5b4a\"");
    r.unit = JW_HIT_PARAGRAPH;
    const struct jw_search_result *result = s ? ask(s, &r) : NULL;
    if (result && CHECK_INT(result->n_hits, 1)) {
        CHECK_INT(result->hits[0].tier, JW_TIER_EXACT);
        CHECK_INT(result->hits[0].paragraphs[0].n, LONG + 1);
    }
    jw_searcher_free(s);
    jw_reader_close(reader);
    jw_scratch_remove(&scratch);
    corpus_free(c);
}

static int greater_first(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x < y) - (x > y);
}

static void test_greatest(void)
{
    enum {
        KEYS_MAX = 40,
        TRIES = 3000
    };
    struct jw_random r = jw_random_start(9);
    for (int i = 0; i < TRIES; i++) {
        uint64_t keys[KEYS_MAX];
        uint64_t sorted[KEYS_MAX];
        uint32_t n = 1 + jw_random_below(&r, KEYS_MAX);
        uint32_t k = 1 + jw_random_below(&r, n);
        uint32_t kinds = 1 + jw_random_below(&r, KEYS_MAX);
        for (uint32_t j = 0; j < n; j++) {
            keys[j] = jw_random_below(&r, kinds) * UINT64_C(0x123456789);
        }
        memcpy(sorted, keys, sizeof keys[0] * n);
        qsort(sorted, n, sizeof sorted[0], greater_first);
        CHECK_INT(jw_greatest(keys, n, k), sorted[k - 1]);
        qsort(keys, n, sizeof keys[0], greater_first);
        CHECK(memcmp(keys, sorted, sizeof keys[0] * n) == 0);
    }
}

JW_TEST_MAIN("gather", {"totals beyond the page", test_totals},
             {"a block stored plain", test_plain_block},
             {"the k-th greatest", test_greatest})
