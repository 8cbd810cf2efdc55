#include "both_ways.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "jw_cunit.h"
#include "small_index.h"

enum {
    /* Hits that are ranked by their texts: the best candidates, so many. */
    RANKED_MAX = 100
};

/* Of sums of a few floats. */
#define ROUNDING 1e-6

static struct jw_error err;

void jw_both_open(struct jw_both_ways *b)
{
    for (int i = 0; i < JW_WAYS; i++) {
        struct jw_way_side *side = &b->side[i];
        side->reader = jw_small_reader(side->dir);
        CHECK_OK(jw_searcher_new(side->reader, &side->searcher, &err), &err);
    }
}

void jw_both_close(struct jw_both_ways *b)
{
    for (int i = 0; i < JW_WAYS; i++) {
        jw_searcher_free(b->side[i].searcher);
        jw_reader_close(b->side[i].reader);
    }
}

/* Append articles to a base as one stretch. */
static void append_part(struct jw_index_writer *w, const struct jw_article *articles,
                        size_t n)
{
    struct jw_index_part *part = NULL;
    enum jw_status status = jw_index_part_new(w, &part, &err);
    for (size_t i = 0; i < n && status == JW_OK; i++) {
        status = jw_index_writer_admit(w, &articles[i], &err);
        status = status == JW_OK ? jw_index_part_put(part, &articles[i], &err) : status;
    }
    status = status == JW_OK ? jw_index_part_end(part, &err) : status;
    status = status == JW_OK ? jw_index_writer_append(w, part, &err) : status;
    CHECK_OK(status, &err);
    jw_index_part_free(part);
}

void jw_build_parts(const char *dir, const struct jw_article *articles,
                    const size_t *n_of_part, size_t n_parts)
{
    struct jw_index_writer *w = jw_small_writer(dir, JW_INDEX_BUILD);
    CHECK(jw_index_writer_takes_parts(w));
    for (size_t i = 0; i < n_parts; i++) {
        append_part(w, articles, n_of_part[i]);
        articles += n_of_part[i];
    }
    jw_small_commit(w);
}

const struct jw_search_result *jw_way_ask(const struct jw_way_side *side,
                                          const struct jw_search_request *r)
{
    const struct jw_search_result *result = NULL;
    jw_error_clear(&err);
    return CHECK_OK(jw_search(side->searcher, r, &result, &err), &err) ? result : NULL;
}

static bool same_ranges(const struct jw_range *a, size_t n_a, const struct jw_range *b,
                        size_t n_b)
{
    return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * sizeof *a) == 0);
}

static bool same_paragraph(const struct jw_hit_paragraph *a,
                           const struct jw_hit_paragraph *b)
{
    return a->n == b->n && a->role == b->role && jw_str_eq(a->text, b->text) &&
           same_ranges(a->ranges, a->n_ranges, b->ranges, b->n_ranges) &&
           a->n_doubts == b->n_doubts;
}

/* Partial hits' weights are sums in the order of what the two kinds of database know of
 * their terms. */
static bool same_score(const struct jw_hit *a, const struct jw_hit *b)
{
    return a->tier == JW_TIER_PARTIAL ? fabs(a->score - b->score) <= a->score * ROUNDING
                                      : a->score == b->score;
}

static bool same_hit(const struct jw_hit *a, const struct jw_hit *b)
{
    bool same = jw_str_eq(a->article->id, b->article->id) && a->tier == b->tier &&
                same_score(a, b) && a->n_paragraphs == b->n_paragraphs &&
                a->n_also_in == b->n_also_in && a->n_copies == b->n_copies &&
                jw_str_eq(a->explanation, b->explanation) &&
                same_ranges(a->title_ranges, a->n_title_ranges, b->title_ranges,
                            b->n_title_ranges);
    for (size_t i = 0; same && i < a->n_paragraphs; i++) {
        same = same_paragraph(&a->paragraphs[i], &b->paragraphs[i]);
    }
    return same;
}

static bool same_facets(const struct jw_search_result *a,
                        const struct jw_search_result *b)
{
    bool same = a->n_facets == b->n_facets;
    for (size_t i = 0; same && i < a->n_facets; i++) {
        const struct jw_facet *x = &a->facets[i];
        const struct jw_facet *y = &b->facets[i];
        same = x->facet == y->facet && x->n_counts == y->n_counts;
        for (size_t k = 0; same && k < x->n_counts; k++) {
            same = x->counts[k].count == y->counts[k].count &&
                   jw_str_eq(x->counts[k].value, y->counts[k].value);
        }
    }
    return same;
}

/* One line that says what was asked. */
static const char *question(const struct jw_search_request *r)
{
    static char line[512];
    (void)snprintf(line, sizeof line,
                   "%.*s match=%d unit=%d sort=%d limit=%u offset=%u count=%u script=%d "
                   "facets=%u dedupe=%d from=%u to=%u source=%d",
                   (int)r->q.n, r->q.p, r->match, r->unit, r->sort, r->limit, r->offset,
                   r->count, r->exact_script, r->facets, r->dedupe, r->from, r->to,
                   r->field[JW_FIELD_SOURCE].n > 0);
    return line;
}

static void check_number(const struct jw_search_request *r,
                         const struct jw_search_result *got,
                         const struct jw_search_result *want)
{
    CHECK_MSG(got->n_hits == want->n_hits, "%s: %zu hits, not %zu", question(r),
              got->n_hits, want->n_hits);
    CHECK_MSG(got->has_next == want->has_next && got->next_offset == want->next_offset &&
                  (got->next_cursor.n > 0) == (want->next_cursor.n > 0),
              "%s: another page follows, or none", question(r));
    CHECK_MSG(got->n_notes == want->n_notes, "%s: other notes", question(r));
}

void jw_way_check_hits(const struct jw_search_request *r,
                       const struct jw_search_result *got,
                       const struct jw_search_result *want)
{
    check_number(r, got, want);
    for (size_t i = 0; i < got->n_hits && i < want->n_hits; i++) {
        const struct jw_hit *g = &got->hits[i];
        const struct jw_hit *w = &want->hits[i];
        bool same = same_hit(g, w);
        CHECK_MSG(same, "%s: hit %zu is %.*s/%u, %s, %.9g, not %.*s/%u, %s, %.9g",
                  question(r), i, (int)g->article->id.n, g->article->id.p,
                  g->n_paragraphs ? g->paragraphs[0].n : 0, jw_tier_name(g->tier),
                  g->score, (int)w->article->id.n, w->article->id.p,
                  w->n_paragraphs ? w->paragraphs[0].n : 0, jw_tier_name(w->tier),
                  w->score);
        if (!same) {
            break;
        }
    }
}

/* The last page of all hits, each of which has been read then. */
const struct jw_search_result *jw_way_read(const struct jw_way_side *side,
                                           struct jw_search_request r)
{
    const struct jw_search_result *result = NULL;
    r.count = 0;
    r.explain = false;
    r.paragraphs = 1;
    r.limit = JW_SEARCH_MAX_LIMIT;
    r.cursor = jw_str_of(NULL, 0);
    for (r.offset = 0; r.offset <= JW_SEARCH_MAX_OFFSET; r.offset += r.limit) {
        result = jw_way_ask(side, &r);
        if (!result || !result->has_next) {
            break;
        }
    }
    if (result) {
        CHECK(!result->has_next);
        CHECK_INT(result->total.relation, JW_TOTAL_EQ);
        CHECK_INT(result->total.value, result->n_hits || r.offset == 0
                                           ? r.offset + result->n_hits
                                           : result->total.value);
    }
    return result;
}

/* @return whether a total is exact that the other is not. */
static bool check_total(const struct jw_search_request *r, const char *what,
                        const struct jw_total *got, const struct jw_total *want,
                        uint64_t truth)
{
    bool good = got->relation == JW_TOTAL_EQ    ? got->value == truth
                : got->relation == JW_TOTAL_GTE ? got->value <= truth
                                                : true;
    bool as_exact = want->relation != JW_TOTAL_EQ || got->relation == JW_TOTAL_EQ;
    CHECK_MSG(good && as_exact, "%s: %s is %s %llu, not %s %llu; in truth %llu",
              question(r), what, jw_relation_name(got->relation),
              (unsigned long long)got->value, jw_relation_name(want->relation),
              (unsigned long long)want->value, (unsigned long long)truth);
    return got->relation == JW_TOTAL_EQ && want->relation != JW_TOTAL_EQ;
}

static bool same_totals(const struct jw_search_result *a,
                        const struct jw_search_result *b)
{
    bool same =
        a->total.value == b->total.value && a->total.relation == b->total.relation;
    for (int t = 0; t < JW_TIERS; t++) {
        same = same && a->tiers[t].value == b->tiers[t].value &&
               a->tiers[t].relation == b->tiers[t].relation;
    }
    return same;
}

/* Totals that are not the same: better ones. */
static void check_better(struct jw_both_ways *b, const struct jw_search_request *r,
                         const struct jw_search_result *got,
                         const struct jw_search_result *want)
{
    struct jw_total total = want->total;
    struct jw_total exact = want->tiers[JW_TIER_EXACT];
    const struct jw_search_result *all = jw_way_read(&b->side[JW_WAY_STOCK], *r);
    uint64_t truth = all ? all->total.value : 0;
    b->n_better += check_total(r, "total", &got->total, &total, truth);
    (void)check_total(r, "exact", &got->tiers[JW_TIER_EXACT], &exact, truth);
    CHECK_MSG(got->tiers[JW_TIER_ALL].value == 0 ||
                  got->tiers[JW_TIER_ALL].relation != JW_TOTAL_EQ,
              "%s: hits of another tier", question(r));
    if (all && got->total.relation == JW_TOTAL_EQ) {
        CHECK_MSG(same_facets(got, all), "%s: facets of better totals", question(r));
    }
}

bool jw_both_may_differ(struct jw_both_ways *b, struct jw_search_request r)
{
    bool quoted = r.q.p[0] == '"';
    if (r.sort != JW_SORT_RELEVANCE || r.exact_script ||
        (quoted && r.unit == JW_HIT_PARAGRAPH)) {
        return false;
    }
    struct jw_search_request probe = jw_search_request_default();
    probe.q = quoted ? jw_str_slice(r.q, 1, r.q.n - 1) : r.q;
    probe.unit = JW_HIT_PARAGRAPH;
    probe.match = JW_MATCH_ALL;
    probe.budget_us = 0;
    const struct jw_search_result *all = jw_way_read(&b->side[JW_WAY_STOCK], probe);
    bool few = r.unit == JW_HIT_PARAGRAPH && all && all->total.value <= RANKED_MAX;
    return all && all->tiers[JW_TIER_ALL].value > 0 && !few;
}

/* Ask both.  @param strict  only exact hits are wanted. */
void jw_both_compare(struct jw_both_ways *b, const struct jw_search_request *r,
                     bool strict)
{
    bool other = strict && jw_both_may_differ(b, *r);
    const struct jw_search_result *got = jw_way_ask(&b->side[JW_WAY_PARTS], r);
    const struct jw_search_result *want = jw_way_ask(&b->side[JW_WAY_STOCK], r);
    if (!got || !want) {
        return;
    }
    b->n_asked++;
    if (other) {
        b->n_other++;
        check_number(r, got, want);
    } else {
        jw_way_check_hits(r, got, want);
    }
    if (same_totals(got, want)) {
        /* What is estimated is counted from what was not read, too. */
        CHECK_MSG(got->total.relation != JW_TOTAL_EQ || same_facets(got, want),
                  "%s: other facets", question(r));
    } else if (CHECK_MSG(strict, "%s: other totals", question(r))) {
        check_better(b, r, got, want);
    }
}

/* The page behind the first, by the cursor of each. */
void jw_both_next(struct jw_both_ways *b, struct jw_search_request r, bool strict)
{
    static char cursors[JW_WAYS][JW_SEARCH_MAX_CURSOR];
    const struct jw_search_result *pages[JW_WAYS] = {NULL, NULL};
    bool other = strict && jw_both_may_differ(b, r);
    for (int i = 0; i < JW_WAYS; i++) {
        const struct jw_search_result *first = jw_way_ask(&b->side[i], &r);
        if (!first || !first->has_next || first->next_cursor.n == 0) {
            return;
        }
        struct jw_search_request next = r;
        memcpy(cursors[i], first->next_cursor.p, first->next_cursor.n);
        next.cursor = jw_str_of(cursors[i], first->next_cursor.n);
        next.offset = first->next_offset;
        pages[i] = jw_way_ask(&b->side[i], &next);
    }
    if (!other && pages[JW_WAY_PARTS] && pages[JW_WAY_STOCK]) {
        jw_way_check_hits(&r, pages[JW_WAY_PARTS], pages[JW_WAY_STOCK]);
    }
}
