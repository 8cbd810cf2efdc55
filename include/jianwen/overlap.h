/*
 * overlap.h - two paragraphs that may be one, read as one.
 *
 * Where it is doubtful that a paragraph ends (struct jw_paragraph.next), its
 * document holds the terms across the break as well, and those of the first
 * JW_OVERLAP_CHARS characters behind it.  So both readings are found: a query
 * that lies in one of the paragraphs, and one that runs from the one into the
 * other.
 *
 *      ... the end of a sent-        paragraph n
 *      ence goes on here ...         paragraph n's next
 *
 *      text   [... the end of a sent|ence goes on here]
 *                                   seam            limit
 */
#ifndef JIANWEN_OVERLAP_H
#define JIANWEN_OVERLAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/compiler.h"
#include "jianwen/status.h"
#include "jianwen/str.h"
#include "jianwen/tokenizer.h"

JW_BEGIN_DECLS

enum {
    /** Characters of the later paragraph that count as the earlier one's, too:
     *  longer than nearly all phrases that are searched for. */
    JW_OVERLAP_CHARS = 32,
    /** Bytes of the earlier paragraph that are read with them. */
    JW_OVERLAP_TAIL_BYTES = 4096
};

struct jw_overlap {
    struct jw_str text;
    /** Where the later paragraph begins in text, and where what is read ends. */
    uint32_t seam;
    uint32_t limit;
    /** Bytes of the earlier paragraph that stand before text. */
    uint32_t skipped;
    /** The caller's, handed on by jw_overlap_tokens(). */
    jw_token_fn emit;
    jw_token_fn before;
    void *arg;
};

/**
 * Put the end of one text and the start of another together.
 *
 * @param space  one space between them.
 * @param out    text in the arena; the functions and arg are NULL.
 * @return JW_OK or JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status jw_overlap_make(struct jw_str before, struct jw_str after,
                                             bool space, struct jw_arena *arena,
                                             struct jw_overlap *out);

/**
 * Call emit for the tokens of the overlap that the earlier paragraph does not
 * have by itself.  Offsets are those of overlap->text.
 */
JW_MUST_CHECK enum jw_status jw_overlap_tokens(struct jw_overlap *overlap,
                                               jw_token_fn emit, void *arg);

/** As jw_overlap_tokens(); before is called for those of the earlier paragraph, which
 *  come first. */
JW_MUST_CHECK enum jw_status jw_overlap_all_tokens(struct jw_overlap *overlap,
                                                   jw_token_fn before, jw_token_fn emit,
                                                   void *arg);

JW_END_DECLS

#endif
