/*
 * cursor.h - where a page of hits ended, so that the next one goes on there
 * though the index has grown.
 *
 * A cursor holds all that decides the order of the hits and would change with
 * the index:
 *
 *   statistics   of the terms, when the first page was made: scores stay what
 *                they were
 *   horizon      the last document of each segment then: what came later is no
 *                hit, on any page
 *   last hit     its tier, score, date and place: the page begins behind it
 *
 * After a merge documents have other numbers and the horizon says nothing;
 * hits that are new then may come, but none comes twice.
 *
 * As text it is base64url (RFC 4648) of LEB128 numbers and a checksum.  It is
 * no secret and no promise: whoever makes one up gets an odd page.
 */
#ifndef JW_SEARCH_CURSOR_H
#define JW_SEARCH_CURSOR_H

#include "gather.h"
#include "match.h"

enum {
    JW_CURSOR_SEGMENTS = 16,
    /** Terms and characters whose statistics it keeps; of a longer query it keeps
     *  none, and scores move with the index. */
    JW_CURSOR_STATISTICS = 256
};

struct jw_cursor {
    /** Hash of what was asked. */
    uint32_t identity;
    uint64_t revision;
    uint64_t n_articles;
    struct {
        uint32_t name;
        uint32_t last_docid;
    } segments[JW_CURSOR_SEGMENTS];
    size_t n_segments;
    struct jw_statistics statistics;

    /** The last hit: an entry (gather.h) without its text. */
    enum jw_tier tier;
    bool spread;
    bool ranked;
    float score;
    uint32_t date;
    /** Name of its segment as above; its document, or its article's first one. */
    uint32_t segment;
    uint32_t docid;
    /** Hash of its article's id. */
    uint32_t id;
};

/**
 * Read the request's cursor.
 * @param arena  takes the statistics.
 * @return JW_EINVAL when it is none, or belongs to another question; JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_cursor_read(const struct jw_search_request *r,
                                            struct jw_arena *arena,
                                            struct jw_cursor *out);

/** Make the cursor of a first page: no last hit yet. */
void jw_cursor_begin(const struct jw_search_state *s, struct jw_cursor *out);

/** Set the state's horizon, if the cursor is of another state of the index. */
JW_MUST_CHECK enum jw_status jw_cursor_apply(const struct jw_cursor *c,
                                             struct jw_search_state *s);

/** The place of entry becomes the cursor's. */
void jw_cursor_move(struct jw_cursor *c, const struct jw_search_state *s,
                    const struct jw_entry *entry);

/**
 * How many of the entries, in the order of the tiers, stand up to the cursor's
 * place.  Reads articles to tell equals apart.
 */
JW_MUST_CHECK enum jw_status jw_cursor_find(const struct jw_cursor *c,
                                            struct jw_search_state *s,
                                            const struct jw_gathered *gathered,
                                            size_t *n);

/** The cursor as text, in the arena; .p is NULL when memory runs out. */
struct jw_str jw_cursor_write(const struct jw_cursor *c, struct jw_arena *arena);

#endif
