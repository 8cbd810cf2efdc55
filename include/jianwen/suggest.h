/*
 * suggest.h - what somebody who has typed so far may be looking for.
 *
 * Everything comes from the index itself: titles and headings that hold what
 * was typed, and phrases that often go on from it in the paragraphs.  Nothing
 * is prepared or stored for it, so it is true of the present state.
 */
#ifndef JIANWEN_SUGGEST_H
#define JIANWEN_SUGGEST_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/compiler.h"
#include "jianwen/search.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

JW_BEGIN_DECLS

enum {
    JW_SUGGEST_MAX_LIMIT = 50,
    /** Nobody types more and still wants suggestions; beyond it there are none. */
    JW_SUGGEST_MAX_CHARS = 64
};

struct jw_suggest_request {
    /** As typed so far, UTF-8; plain words, no query language. */
    struct jw_str q;
    /** Most suggestions wanted. */
    uint32_t limit;
    /** Time budget in microseconds, 0 for none. */
    int64_t budget_us;
};

enum jw_suggestion_kind {
    /** Goes on from what was typed, in several paragraphs. */
    JW_SUGGEST_PHRASE,
    JW_SUGGEST_TITLE,
    JW_SUGGEST_HEADING
};

struct jw_suggestion {
    enum jw_suggestion_kind kind;
    /** What to search for instead, as printed. */
    struct jw_str text;
    /** Of a phrase: about how many paragraphs hold it.  Of a title or
     *  heading: how many of those that were looked at are it. */
    uint64_t count;
    /** The article, when it is the only one that was found with this title or
     *  heading; else empty. */
    struct jw_str id;
    /** What was typed, in text; ascending, apart. */
    const struct jw_range *ranges;
    size_t n_ranges;
};

struct jw_suggest_result {
    int64_t took_us;
    uint64_t revision;
    /** Phrases first, then titles and headings; the best first in each. */
    const struct jw_suggestion *at;
    size_t n;
    /** The time budget was spent: these were found by then. */
    bool partial;
};

/**
 * Suggest.
 * @param out  lives until the searcher's next call or its end.
 * @return as jw_search().
 */
JW_MUST_CHECK enum jw_status jw_search_suggest(struct jw_searcher *s,
                                               const struct jw_suggest_request *request,
                                               const struct jw_suggest_result **out,
                                               struct jw_error *err) JW_NOEXCEPT;

/** "phrase", "title" or "heading". */
const char *jw_suggestion_kind_name(enum jw_suggestion_kind kind) JW_NOEXCEPT;

JW_END_DECLS

#endif
