/*
 * record.h - an article as it is stored: facts, paragraphs, text.
 *
 *     record = block of  version, lengths of the facts, number of paragraphs,
 *                        a row a paragraph, printed lines (printed.h) and
 *                        their length before them     | the head
 *                        facts, text of block 0       | the text
 *     row    = role << 3 | 4: next | 2: has printed lines | 1: has numbers
 *              numbers: first line (from the last one before), lines behind it
 *              next: paragraphs on, percent | 128: a space between
 *              bytes of text
 *     block  = codec byte, length before packing, bytes
 *
 * Paragraph 0 is the title.  Text of long articles goes on in later blocks,
 * each stored with the document of its first paragraph; they have no head.
 * Bytes are the plain ones, or those with zstd, or, in a segment that has a
 * form for its texts (text_form.h),
 *
 *     length of the head, number of pieces of text, bytes of codes of each,
 *     the head, the codes
 *
 * where the facts are one piece and each paragraph is one: any can be read
 * without the others.
 */
#ifndef JW_INDEX_RECORD_H
#define JW_INDEX_RECORD_H

#include <zstd.h>

#include "jianwen/arena.h"
#include "jianwen/article.h"
#include "jianwen/buf.h"
#include "jianwen/index.h"
#include "jianwen/status.h"
#include "text_form.h"

enum {
    /** Longest record, before it is packed. */
    JW_RECORD_MAX_BYTES = 256 * 1024 * 1024
};

/** Records and blocks before they are packed, one behind the other. */
struct jw_plain_buf {
    struct jw_buf bytes;
    /** Bytes of each piece of text. */
    uint32_t *pieces;
    size_t n_pieces;
    size_t pieces_cap;
};

/** @param limit  most bytes of all of them together. */
void jw_plain_buf_init(struct jw_plain_buf *b, size_t limit);
/** Give the memory back; b is empty then. */
void jw_plain_buf_release(struct jw_plain_buf *b);
/** Forget what is in it, keep the memory. */
void jw_plain_buf_clear(struct jw_plain_buf *b);

/** One of them: its head is bytes, the rest text. */
struct jw_plain {
    struct jw_str bytes;
    size_t n_head;
    const uint32_t *pieces;
    size_t n_pieces;
};

/** Packs blocks; one thread's own. */
struct jw_record_encoder {
    ZSTD_CCtx *zstd;
    /** The segment's; NULL: none. */
    const struct jw_text_form *form;
    struct jw_plain_buf plain;
    struct jw_buf coded;
    struct jw_buf counts;
};

JW_MUST_CHECK enum jw_status jw_record_encoder_init(struct jw_record_encoder *e,
                                                    struct jw_error *err);
void jw_record_encoder_release(struct jw_record_encoder *e);

/** Pack texts in this form from now on; it must outlive e. */
void jw_record_encoder_set_form(struct jw_record_encoder *e,
                                const struct jw_text_form *form);

/**
 * Append the record of an article to out, not packed yet.
 *
 * @param paragraphs  n of them; paragraphs[0] is the title.
 * @param n_head      receives the length of its head.
 * @return the first paragraph that is not in block 0.  A failure is kept in
 *         out->bytes.
 */
size_t jw_record_plain(const struct jw_article *article,
                       const struct jw_paragraph *paragraphs, size_t n,
                       struct jw_plain_buf *out, size_t *n_head);

/** Append the block that begins with paragraph from, not packed.  @return as above. */
size_t jw_record_plain_block(const struct jw_paragraph *paragraphs, size_t n, size_t from,
                             struct jw_plain_buf *out);

/** Append a block to out, packed when that saves anything. */
JW_MUST_CHECK enum jw_status jw_record_pack(struct jw_record_encoder *e,
                                            const struct jw_plain *plain,
                                            struct jw_buf *out, struct jw_error *err);

/**
 * Write the packed record of an article: jw_record_plain(), jw_record_pack().
 * @param next  receives the first paragraph that is not in block 0.
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

/** Unpacks blocks; one thread's own. */
struct jw_record_decoder {
    ZSTD_DCtx *zstd;
};

JW_MUST_CHECK enum jw_status jw_record_decoder_init(struct jw_record_decoder *d);
void jw_record_decoder_release(struct jw_record_decoder *d);

/**
 * Unpack a block (a record is one, too) into the arena.
 * @param form  of the block's segment.
 * @return JW_ECORRUPT when the bytes are no block.
 */
JW_MUST_CHECK enum jw_status jw_block_decode(struct jw_record_decoder *d,
                                             const struct jw_text_form *form,
                                             struct jw_str bytes, struct jw_arena *arena,
                                             struct jw_str *plain, struct jw_error *err);

/**
 * Unpack of a record, packed in a segment's form, its head, the facts and the title.
 * @return JW_ENOTFOUND when it is packed in another way; JW_ECORRUPT, JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status
jw_block_decode_facts(const struct jw_text_form *form, struct jw_str bytes,
                      struct jw_arena *arena, struct jw_str *plain, struct jw_error *err);

/**
 * Find the codes of one paragraph in a block.
 * @param i      counts from the block's first paragraph.
 * @param codes  receives them, a slice of bytes.
 * @return JW_ENOTFOUND when the block is packed in another way, or has no such
 *         paragraph; JW_ECORRUPT.
 */
JW_MUST_CHECK enum jw_status jw_block_codes(struct jw_str bytes, size_t i,
                                            struct jw_str *codes);

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

/** As jw_record_decode(), of what jw_block_decode_facts() gave: but for the title's,
 *  the paragraphs have .p == NULL, as those of later blocks. */
JW_MUST_CHECK enum jw_status jw_record_decode_facts(struct jw_str plain,
                                                    struct jw_arena *arena,
                                                    struct jw_stored *out,
                                                    struct jw_error *err);

/** @return the first paragraph of the block that paragraph n is in. */
size_t jw_record_first_of_block(const struct jw_stored *stored, size_t n);

#endif
