/*
 * session.h - one worker thread's access to the index.
 */
#ifndef JW_SERVER_SESSION_H
#define JW_SERVER_SESSION_H

#include "blob.h"
#include "deflate.h"
#include "jianwen/index.h"
#include "jianwen/related.h"
#include "jianwen/search.h"
#include "jianwen/suggest.h"
#include "problem.h"
#include "store.h"

struct jw_session {
    struct jw_store *store;
    /** What is open; NULL and 0 when nothing is. */
    struct jw_index *index;
    struct jw_reader *reader;
    struct jw_searcher *searcher;
    uint64_t generation;
    /** jw_store_state_of() of what is open. */
    uint64_t state;
    struct jw_deflater *deflater;
    /** What is being answered, for jw_session_take_answer(); empty at first. */
    struct jw_buf answer;
    /** Scratch for one answer; cleared by whoever fills it. */
    struct jw_buf scratch;
    /** How often a stale state was met and opened anew. */
    uint64_t n_reopened;
};

JW_MUST_CHECK enum jw_status jw_session_init(struct jw_session *s,
                                             struct jw_store *store);
void jw_session_release(struct jw_session *s);

/**
 * Move on to the store's present state when it has changed.  Also called by
 * workers with nothing to do, so that old states are given up.
 *
 * @return false with a problem when there is no index to read.
 */
bool jw_session_refresh(struct jw_session *s, struct jw_problem *problem);

/** Search; a stale state is opened anew and the search repeated, a few times at most. */
bool jw_session_search(struct jw_session *s, const struct jw_search_request *request,
                       const struct jw_search_result **out, struct jw_problem *problem);

/** Fetch an article; stale states as above. */
bool jw_session_article(struct jw_session *s, struct jw_str id,
                        const struct jw_search_request *marks, const struct jw_hit **out,
                        struct jw_problem *problem);

/** Find related articles; stale states as above. */
bool jw_session_related(struct jw_session *s, const struct jw_related_request *request,
                        const struct jw_related_result **out, struct jw_problem *problem);

/** Suggest; stale states as above. */
bool jw_session_suggest(struct jw_session *s, const struct jw_suggest_request *request,
                        const struct jw_suggest_result **out, struct jw_problem *problem);

/** The printed lines of the article fetched last. */
struct jw_printed {
    const struct jw_hit_line *lines;
    size_t n;
};

bool jw_session_lines(struct jw_session *s, const struct jw_hit *hit,
                      struct jw_printed *out, struct jw_problem *problem);

/** @return what stands in the answer, as a body; NULL with a problem. */
struct jw_blob *jw_session_take_answer(struct jw_session *s, struct jw_problem *problem);

/** A request is done: empty the buffers, and give up more memory than most need. */
void jw_session_rest(struct jw_session *s);

#endif
