/*
 * plan.h - the parts of a query as terms: what to ask the postings for, what
 * to look for in the text, how much each counts.
 */
#ifndef JW_SEARCH_PLAN_H
#define JW_SEARCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/database.h"
#include "jianwen/index.h"
#include "jianwen/normalize.h"
#include "jianwen/query.h"
#include "jianwen/signature.h"
#include "jianwen/status.h"
#include "jianwen/tokenizer.h"

/** A distinct term of the query. */
struct jw_term {
    /** As the index has it: folded. */
    struct jw_str bytes;
    enum jw_token_kind kind;
    /** Of a bigram, as it is looked for in text: folded, or in its script. */
    uint32_t cp[2];
    /** Documents that hold it, over all segments. */
    uint32_t n_docs;
    /** Its list in each segment, where that is mapped; NULL when it was not looked for.
     */
    struct jw_glass_postings **opened;
    /** Inverse document frequency, see rank.h. */
    float idf;
    /** How much it counts in the ranking, 0 to 1. */
    float weight;
    /** A part without quotation marks has it: it makes a partial hit. */
    bool loose;
};

/** A distinct character of the query, for the ranking by text. */
struct jw_query_char {
    uint32_t cp;
    /** Paragraphs that hold it. */
    uint32_t n_docs;
    float idf;
    float weight;
};

/** All of these terms. */
struct jw_term_list {
    uint32_t *terms;
    size_t n;
};

/** Any of these lists. */
struct jw_term_group {
    struct jw_term_list *lists;
    size_t n_lists;
};

/** A part of the query, analysed. */
struct jw_part {
    struct jw_str text;
    bool quoted;
    /** Asked for in titles alone. */
    bool in_title;
    /** What verbatim means. */
    struct jw_unit *units;
    size_t n_units;
    /** Marks at the ends that are not asked for, but belong to a hit that has
     *  them, too: n_before units before units[0], n_after behind the last. */
    size_t n_before;
    size_t n_after;
    /** What "all bigrams" means: every group. */
    struct jw_term_group *groups;
    size_t n_groups;
    /** What must stand in the text wherever it stands verbatim; for a quoted
     *  part this takes the place of the groups. */
    struct jw_term_list strict;
    /** Where the part is bigrams and nothing else: what stands around each term of
     *  `strict` wherever the part stands; else NULL. */
    struct jw_signature_filter *around;
    /** Single characters that no bigram covers; looked for in the text. */
    uint32_t *chars;
    size_t n_chars;
    /** Bigrams and words, for ranking and marking. */
    struct jw_term_list scored;
    /** One bigram and nothing else: the postings alone decide. */
    bool by_index;
    /** Bigrams and nothing else, as many as an n-gram may have: the term of the frequent
     *  n-gram that it would be (schema.h); else empty. */
    struct jw_str ngram;
};

/** What scores are made of beside the texts. */
struct jw_statistics {
    uint64_t n_docs;
    uint64_t n_articles;
    uint64_t total_length;
    /** Documents of each of the plan's terms and characters. */
    const uint32_t *term_docs;
    size_t n_terms;
    const uint32_t *char_docs;
    size_t n_chars;
};

struct jw_plan {
    struct jw_query query;
    struct jw_part *parts;
    size_t n_parts;
    struct jw_term *terms;
    size_t n_terms;
    struct jw_query_char *chars;
    size_t n_chars;
    /** How text is normalised before it is compared (enum jw_normalize_flags):
     *  with script=exact it keeps its script. */
    unsigned normalize_flags;
    /** Those of the index, or those that were kept of an earlier state of it. */
    struct jw_statistics statistics;
    const struct jw_statistics *kept;
    /** Parts that hits are ranked and marked by: not those inside NOT. */
    bool *positive;
    /** A part reads like a question: whatever answers it is welcome. */
    bool question;
};

/**
 * Analyse a parsed query against an index' statistics.
 * @param reader  gives document frequencies.
 * @param units   scratch.
 * @param plan    its query, normalize_flags and kept are set; the rest is made.
 * @return JW_OK, JW_ENOMEM, or a failure of reading.
 */
JW_MUST_CHECK enum jw_status jw_plan_make(struct jw_reader *reader,
                                          struct jw_arena *arena, struct jw_units *units,
                                          struct jw_plan *plan, struct jw_error *err);

/**
 * Count the documents of the plan's terms and characters: as the index says, or as was
 * kept of an earlier state of it.  Their idf, and the plan's statistics, are set.
 * @return JW_OK, JW_ENOMEM, or a failure of reading.
 */
JW_MUST_CHECK enum jw_status jw_plan_count(struct jw_reader *reader,
                                           struct jw_arena *arena, struct jw_plan *plan,
                                           struct jw_error *err);

/** @return whether a part has terms or characters to search for. */
static inline bool jw_part_searchable(const struct jw_part *part)
{
    return part->strict.n > 0 || part->n_groups > 0 || part->n_chars > 0;
}

#endif
