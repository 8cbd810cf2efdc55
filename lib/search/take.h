/*
 * take.h - many documents of a stream at once, weighed.
 *
 * Of a list of exact hits nearly all are counted and not shown: those that weigh too
 * little are left out where their postings are at hand, without a call for each.
 */
#ifndef JW_SEARCH_TAKE_H
#define JW_SEARCH_TAKE_H

#include "stream.h"

/** Documents that were taken. */
struct jw_taken {
    /** What weighs less is left out. */
    float floor;
    /** Room in the arrays, at least 1. */
    size_t room;
    uint32_t *docids;
    /** jw_stream_weight() of each. */
    float *weights;
    size_t n;
};

/**
 * Take documents of a list that was read already, from the one on at which the stream
 * stands: of a TERM, or of a PHRASE where it is frequent.  The stream then stands at the
 * last of them.
 * @param out  its floor, room and arrays are set.
 * @return how many were taken, up to the room, with those that are left out; 0: the
 * stream is no such list.
 */
size_t jw_stream_take(struct jw_stream_context *c, struct jw_stream *s,
                      struct jw_taken *out);

/**
 * Take the documents of a stream that come first: by weight, then by date, the newest
 * first, then as they are numbered; in the order of documents.
 * @param keep  how many of them are wanted.
 * @param out   its room is JW_CHAMPIONS; the floor is not asked for.
 * @return how many documents the stream has, all with no other posting than that of the
 *         one term that weighs here; 0: the segment has no champion list for the stream,
 *         or a shorter one.
 */
uint64_t jw_stream_champions(struct jw_stream_context *c, const struct jw_stream *s,
                             size_t keep, struct jw_taken *out);

#endif
