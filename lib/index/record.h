/*
 * record.h - an article as it is stored: facts, paragraphs, text.
 *
 *     record = block of  version, facts, number of paragraphs,
 *                        a row a paragraph, text of block 0
 *     block  = codec byte, length before compression, bytes
 *
 * Paragraph 0 is the title.  Text of long articles goes on in later blocks,
 * each stored with the document of its first paragraph.
 */
#ifndef JW_INDEX_RECORD_H
#define JW_INDEX_RECORD_H

#include <zstd.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/buf.h"
#include "jianwen/index.h"
#include "jianwen/status.h"

/** Compresses the blocks of one segment; owned by its writer. */
struct jw_record_encoder {
    ZSTD_CCtx *zstd;
    struct jw_buf plain;
};

JW_MUST_CHECK enum jw_status jw_record_encoder_init(struct jw_record_encoder *e,
                                                    struct jw_error *err);
void jw_record_encoder_release(struct jw_record_encoder *e);

/**
 * Write the record of an article.
 *
 * @param paragraphs  n of them; paragraphs[0] is the title.
 * @param out         the record is appended.
 * @param next        receives the first paragraph that is not in block 0.
 */
JW_MUST_CHECK enum jw_status jw_record_encode(struct jw_record_encoder *e,
                                              const struct jw_article *article,
                                              const struct jw_paragraph *paragraphs,
                                              size_t n, struct jw_buf *out, size_t *next,
                                              struct jw_error *err);

/** Write the block that begins with paragraph from; next as above. */
JW_MUST_CHECK enum jw_status jw_record_encode_block(struct jw_record_encoder *e,
                                                    const struct jw_paragraph *paragraphs,
                                                    size_t n, size_t from,
                                                    struct jw_buf *out, size_t *next,
                                                    struct jw_error *err);

/**
 * Unpack a block (a record is one, too) into the arena.
 * @param zstd  the reader's own context.
 * @return JW_ECORRUPT when the bytes are no block.
 */
JW_MUST_CHECK enum jw_status jw_block_decode(ZSTD_DCtx *zstd, struct jw_str bytes,
                                             struct jw_arena *arena, struct jw_str *plain,
                                             struct jw_error *err);

/**
 * Read an unpacked record.
 *
 * @param out  facts and paragraphs are slices of plain; the paragraphs array
 *             is in the arena.  Text of later blocks has .p == NULL and its
 *             length in .n; see jw_record_first_of_block().
 */
JW_MUST_CHECK enum jw_status jw_record_decode(struct jw_str plain, struct jw_arena *arena,
                                              struct jw_stored *out,
                                              struct jw_error *err);

/** @return the first paragraph of the block that paragraph n is in. */
size_t jw_record_first_of_block(const struct jw_stored *stored, size_t n);

#endif
