/*
 * stream.h - documents of one segment that satisfy a tree of conditions, in
 * ascending order, without ever holding them all.
 *
 *             AND                   seek(d) moves a node to its first
 *            /   \                  document at or after d; a node only
 *       TERM 齿轮  OR               ever moves forward.
 *                 /  \
 *            TERM    TERM
 *
 * Posting lists are read in blocks: one posting after a jump, then more
 * and more while the walk stays in the list.
 */
#ifndef JW_SEARCH_STREAM_H
#define JW_SEARCH_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/database.h"
#include "jianwen/index.h"
#include "jianwen/schema.h"
#include "jianwen/signature.h"
#include "jianwen/status.h"

/** Where a stream is that has ended. */
#define JW_STREAM_END UINT32_MAX

enum jw_stream_type {
    JW_STREAM_TERM,
    JW_STREAM_AND,
    JW_STREAM_OR,
    /** The documents of the rows whose bit is set. */
    JW_STREAM_ROWS,
    /** Every document of the segment. */
    JW_STREAM_EVERY,
    JW_STREAM_NONE,
    /** A bit a document. */
    JW_STREAM_BITS,
    /** A phrase: by its n-gram where that is frequent, else by its terms. */
    JW_STREAM_PHRASE
};

enum {
    JW_STREAM_BLOCK = 128
};

struct jw_stream {
    enum jw_stream_type type;
    /** The present document; 0 before the first seek. */
    uint32_t at;
    /** About how many documents; AND asks the rarest child first. */
    uint64_t n_docs;

    /* TERM */
    struct jw_postings *postings;
    uint32_t *docids;
    /* The numbers of the postings: how often the term stands there, or, of a pair of
     * characters, what signature.h says. */
    uint32_t *numbers;
    uint32_t n;
    uint32_t i;
    uint32_t block;
    /* The last document that was read; 0 at first. */
    uint32_t read_to;
    float idf;
    /* What a posting weighs, by its number; NULL: not asked for so far. */
    float *weights;
    bool pair;
    bool filtered;
    struct jw_signature_filter filter;

    /* AND, OR; PHRASE: the n-gram, the terms */
    struct jw_stream **children;
    size_t n_children;

    /* PHRASE: the stretch it is in, which of the children has that */
    size_t stretch;
    bool entered;
    bool frequent;

    /* ROWS, EVERY, BITS */
    const struct jw_segment *segment;
    const uint64_t *bits;
    size_t row;
};

/** What the streams of one segment share. */
struct jw_stream_context {
    struct jw_database *database;
    const struct jw_segment *segment;
    struct jw_arena *arena;
    /** The first failure; after it every stream ends. */
    enum jw_status status;
    struct jw_error *err;
    /** All TERM streams, to be closed. */
    struct jw_stream **terms;
    size_t n_terms;
    size_t terms_cap;
    /** The PHRASE, whose terms are all that weigh; NULL when there is none. */
    struct jw_stream *phrase;
    /** What a document weighs that has each of the terms once, twice ... */
    float weight_of[JW_NGRAM_AGAIN_MAX];
};

void jw_stream_context_init(struct jw_stream_context *c, struct jw_reader *reader,
                            size_t segment, struct jw_arena *arena, struct jw_error *err);

/** Close the posting lists. */
void jw_stream_context_release(struct jw_stream_context *c);

/* Each gives NULL, with c->status set, when memory or reading fails. */

/**
 * @param opened  the term's list as it was found before; NULL: it is looked for.
 * @param idf     what the term counts in jw_stream_weight().
 */
struct jw_stream *jw_stream_term(struct jw_stream_context *c, struct jw_str term,
                                 const struct jw_glass_postings *opened, uint32_t n_docs,
                                 float idf);

/**
 * As jw_stream_term(), of a pair of characters: the documents in which, as far as their
 * signatures tell, the pair stands with the right characters around it.
 * @param around  copied.
 */
struct jw_stream *jw_stream_pair(struct jw_stream_context *c, struct jw_str term,
                                 const struct jw_glass_postings *opened, uint32_t n_docs,
                                 float idf, const struct jw_signature_filter *around);

/** How often the term of a TERM stands in a document, by the posting's number. */
static inline uint32_t jw_stream_count(const struct jw_stream *s, uint32_t number)
{
    return s->pair ? jw_signature_count(number) : number;
}
struct jw_stream *jw_stream_list(struct jw_stream_context *c, enum jw_stream_type type,
                                 struct jw_stream **children, size_t n);
/** @param bits  a bit a row, borrowed. */
struct jw_stream *jw_stream_rows(struct jw_stream_context *c, const uint64_t *bits,
                                 uint64_t n_docs);
/** @param bits  a bit a document, borrowed. */
struct jw_stream *jw_stream_bits(struct jw_stream_context *c, const uint64_t *bits,
                                 uint64_t n_docs);
/**
 * The documents that hold a phrase, and some of those that hold but its terms.
 * @param ngram  the term of the frequent n-gram.
 * @param terms  all that weighs in this context.
 */
struct jw_stream *jw_stream_phrase(struct jw_stream_context *c, struct jw_str ngram,
                                   struct jw_stream *terms);
struct jw_stream *jw_stream_every(struct jw_stream_context *c);
struct jw_stream *jw_stream_none(struct jw_stream_context *c);
/** The documents that hold a term which begins with prefix. */
struct jw_stream *jw_stream_prefix(struct jw_stream_context *c, struct jw_str prefix);

/** Move to the first document >= target. @return it, or JW_STREAM_END. */
uint32_t jw_stream_seek(struct jw_stream_context *c, struct jw_stream *s,
                        uint32_t target);

/** The stage-one weight of document docid, which c's streams stand at. */
float jw_stream_weight(struct jw_stream_context *c, uint32_t docid);

/** @return whether the phrase, where the streams are one, is known to stand in docid,
 *          to which it was moved last. */
bool jw_stream_holds_phrase(const struct jw_stream_context *c, uint32_t docid);

#endif
