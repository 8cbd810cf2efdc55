/*
 * search.h - a question to an index, and its answer.
 *
 * A struct jw_searcher is one thread's own.  It keeps its memory from search
 * to search; an answer lives in it until its next call.
 *
 * How a search goes (docs/ARCHITECTURE.md has the picture):
 *   parse     text -> tree of parts (query.h)
 *   match     postings -> candidate articles, counted and weighed
 *   verify    stored text -> does it hold each part verbatim?
 *   rank      the first candidates by their whole text
 *   mark      ranges and escaped HTML for the hits that are shown
 */
#ifndef JIANWEN_SEARCH_H
#define JIANWEN_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/article.h"
#include "jianwen/compiler.h"
#include "jianwen/index.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

/* ---- the question ---- */

enum jw_sort {
    JW_SORT_RELEVANCE,
    JW_SORT_NEWEST,
    JW_SORT_OLDEST
};

/** Which hits are wanted. */
enum jw_match {
    /** Exact ones, then those with all bigrams, then partial ones when these
     *  do not fill the page. */
    JW_MATCH_AUTO,
    /** Only hits that hold every part verbatim. */
    JW_MATCH_EXACT,
    /** Only hits that hold every bigram and word. */
    JW_MATCH_ALL,
    /** Whatever holds any of them. */
    JW_MATCH_ANY
};

/** What one hit is, and what totals count. */
enum jw_unit_of_hit {
    JW_HIT_ARTICLE,
    JW_HIT_PARAGRAPH
};

/** Facets, as bits. */
enum {
    JW_FACET_SOURCE = 1 << 0,
    JW_FACET_SECTION = 1 << 1,
    JW_FACET_YEAR = 1 << 2,
    JW_FACET_MONTH = 1 << 3
};
enum {
    JW_FACETS = 4
};

/** Limits of a question; the server checks them, the library clamps to them. */
enum {
    JW_SEARCH_MAX_LIMIT = 1000,
    JW_SEARCH_MAX_OFFSET = 10000,
    JW_SEARCH_MAX_COUNT = 1000000,
    JW_SEARCH_MAX_CURSOR = 8192,
    JW_SEARCH_MAX_PARAGRAPHS = 100,
    /** Other prints of a story that are named. */
    JW_SEARCH_MAX_ALSO_IN = 10,
    /** Bounds of a snippet's length, in code points. */
    JW_SEARCH_MIN_SNIPPET = 20,
    JW_SEARCH_MAX_SNIPPET = 2000,
    /** Parts (words, phrases) of a query; what lies beyond is noted and ignored. */
    JW_SEARCH_MAX_PARTS = 256
};

struct jw_search_request {
    /** The query as typed; UTF-8. */
    struct jw_str q;
    uint32_t limit;
    uint32_t offset;
    /** Of the result of the page before, or empty: where this page begins,
     *  though the index has grown.  offset then says how far on it is. */
    struct jw_str cursor;
    enum jw_sort sort;
    enum jw_match match;
    enum jw_unit_of_hit unit;
    /** First and last date wanted (date.h), 0 for no limit. */
    uint32_t from;
    uint32_t to;
    /** Wanted value of each field (enum jw_field); .n == 0 for any. */
    struct jw_str field[JW_FIELDS];
    /** JW_FACET_* bits. */
    unsigned facets;
    /** Traditional stays traditional: only text in the script of the query is a
     *  hit, in every tier. */
    bool exact_script;
    /** Make hits that are the same story one (unit article only). */
    bool dedupe;
    /** With paragraphs as hits: how many candidates are read, the best ones; of more,
     *  totals are estimated from those.  0: all, so that totals are exact. */
    uint32_t count;
    /** Say in words and numbers why each hit is where it is. */
    bool explain;
    /** Paragraphs shown of each article, at most. */
    uint32_t paragraphs;
    /** Length of each paragraph's snippet in code points; 0 for none. */
    uint32_t snippet_chars;
    /** Time budget in microseconds; 0 for none.  When it is spent the answer
     *  is what was found, and says so. */
    int64_t budget_us;
};

/** @return whether the request's cursor was made for this very question: the
 *  query, its filters, the order and the unit. */
bool jw_search_cursor_fits(const struct jw_search_request *r) JW_NOEXCEPT;

/** A request with the defaults of the HTTP interface and no query. */
struct jw_search_request jw_search_request_default(void) JW_NOEXCEPT;

/* ---- the answer ---- */

enum jw_tier {
    JW_TIER_EXACT,
    JW_TIER_ALL,
    JW_TIER_PARTIAL
};
enum {
    JW_TIERS = 3
};

/** How a total is meant: exactly, at least, or about. */
enum jw_relation {
    JW_TOTAL_EQ,
    JW_TOTAL_GTE,
    JW_TOTAL_APPROX
};

struct jw_total {
    uint64_t value;
    enum jw_relation relation;
};

/** Code points start up to end of a text. */
struct jw_range {
    uint32_t start;
    uint32_t end;
};

/** A piece of a paragraph's text. */
struct jw_snippet {
    struct jw_str text;
    /** Code points of the paragraph that stand before it. */
    uint32_t start;
    /** Marks, in the snippet's own text. */
    const struct jw_range *ranges;
    size_t n_ranges;
};

/** A join or a break, on which a hit depends, that may be none. */
struct jw_doubt {
    /** Line of the source that begins behind it; 0 when unknown. */
    uint32_t line;
    /** How likely the text goes on across it, in percent. */
    uint8_t likely;
    /** The text was joined here; else the paragraph ends. */
    bool joined;
    /** Code points of the text before it. */
    uint32_t at;
    /** Where it ends: the paragraph that it may go on in, its first characters
     *  (overlap.h), and what of them the hit is about. */
    uint32_t next;
    struct jw_str next_text;
    const struct jw_range *next_ranges;
    size_t n_next_ranges;
};

struct jw_hit_paragraph {
    /** 0 is the title. */
    uint32_t n;
    enum jw_role role;
    /** As printed, all of it. */
    struct jw_str text;
    const struct jw_range *ranges;
    size_t n_ranges;
    /** Its text is empty unless snippets were asked for. */
    struct jw_snippet snippet;
    uint32_t line_start;
    uint32_t line_end;
    /** In order of .at; few hits have any. */
    const struct jw_doubt *doubts;
    size_t n_doubts;
};

/** A line as it was printed. */
struct jw_hit_line {
    /** Number in the source; 0 when unknown: the whole paragraph is one line. */
    uint32_t line;
    /** Its paragraph, 0 for the title. */
    uint32_t n;
    enum jw_role role;
    struct jw_str text;
    /** What of it the hit is about. */
    const struct jw_range *ranges;
    size_t n_ranges;
};

struct jw_hit {
    /** Facts; .paragraphs is all of the article. */
    const struct jw_article *article;
    const struct jw_range *title_ranges;
    size_t n_title_ranges;
    double score;
    enum jw_tier tier;
    const struct jw_hit_paragraph *paragraphs;
    size_t n_paragraphs;
    /** With dedupe: other prints of the story, facts only, the best ones; and how
     *  many there are among the hits that were looked at. */
    const struct jw_article *also_in;
    size_t n_also_in;
    size_t n_copies;
    /** With explain: lines of text, one a component; else empty. */
    struct jw_str explanation;
};

struct jw_facet_count {
    /** A field's value, YYYY or YYYY-MM. */
    struct jw_str value;
    uint64_t count;
};

struct jw_facet {
    /** The JW_FACET_* bit. */
    unsigned facet;
    const struct jw_facet_count *counts;
    size_t n_counts;
};

struct jw_search_result {
    int64_t took_us;
    uint64_t revision;
    /** The time budget was spent: hits and totals are what was found. */
    bool partial;
    struct jw_total total;
    struct jw_total tiers[JW_TIERS];
    const struct jw_hit *hits;
    size_t n_hits;
    const struct jw_facet *facets;
    size_t n_facets;
    /** "code: sentence", for a reader: what was read literally, why nothing
     *  was found, what was left out. */
    const struct jw_str *notes;
    size_t n_notes;
    /** Whether there is a page behind this one; its offset, and its cursor
     *  (letters, digits, - and _; empty when this page has no hit). */
    bool has_next;
    uint32_t next_offset;
    struct jw_str next_cursor;
};

struct jw_searcher;

/** @param reader  borrowed; must stay open as long as the searcher. */
JW_MUST_CHECK enum jw_status jw_searcher_new(struct jw_reader *reader,
                                             struct jw_searcher **out,
                                             struct jw_error *err) JW_NOEXCEPT;
void jw_searcher_free(struct jw_searcher *s) JW_NOEXCEPT;

/**
 * Search.
 *
 * @param out  lives until the searcher's next call or its end.
 * @return JW_OK, also for a query that finds nothing; JW_ESTALE: the index
 *         moved on, open a new reader and ask again; JW_ENOMEM; JW_ECORRUPT.
 */
JW_MUST_CHECK enum jw_status jw_search(struct jw_searcher *s,
                                       const struct jw_search_request *request,
                                       const struct jw_search_result **out,
                                       struct jw_error *err) JW_NOEXCEPT;

/**
 * Fetch one article whole, marked as that search marks it.
 *
 * @param marks  a search; empty .q for no marks.
 * @param out   a hit that shows every paragraph; n_paragraphs leaves out the
 *              title.  Lives as a result does.
 * @return JW_ENOTFOUND when there is no such article.
 */
JW_MUST_CHECK enum jw_status jw_search_article(struct jw_searcher *s, struct jw_str id,
                                               const struct jw_search_request *marks,
                                               const struct jw_hit **out,
                                               struct jw_error *err) JW_NOEXCEPT;

/**
 * The lines of the article fetched last, as printed, in order of number.
 * Lines that held nothing but white space are left out.
 *
 * @param hit  what jw_search_article() gave.
 * @param out  lives as long as hit.
 */
JW_MUST_CHECK enum jw_status jw_search_lines(struct jw_searcher *s,
                                             const struct jw_hit *hit,
                                             const struct jw_hit_line **out,
                                             size_t *n_out,
                                             struct jw_error *err) JW_NOEXCEPT;

/** "exact", "all" or "partial". */
const char *jw_tier_name(enum jw_tier tier) JW_NOEXCEPT;

/** "eq", "gte" or "approx". */
const char *jw_relation_name(enum jw_relation relation) JW_NOEXCEPT;

/**
 * Append text as HTML: & < > " ' escaped, ranges inside <mark>...</mark>.
 * @param ranges  ascending, not overlapping, inside the text.
 */
void jw_mark_html(struct jw_str text, const struct jw_range *ranges, size_t n_ranges,
                  struct jw_buf *out) JW_NOEXCEPT;

JW_END_DECLS

#endif
