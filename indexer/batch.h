/*
 * batch.h - inputs on their way from the reader to a worker: what one is, and
 * how many of them go together.  The pipeline's own.
 */
#ifndef JW_INDEXER_BATCH_H
#define JW_INDEXER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jianwen/arena.h"
#include "jianwen/status.h"
#include "jianwen/str.h"

enum jw_input_kind {
    JW_INPUT_FILE,
    JW_INPUT_LINE,
    /** An article of another state of the index: `number` is its row. */
    JW_INPUT_STORED,
    /** Found bad by the reader: only to be reported in its turn. */
    JW_INPUT_REJECT
};

struct jw_input {
    enum jw_input_kind kind;
    /** FILE, REJECT: the path; LINE: the file's name, with `number`. */
    const char *name;
    uint64_t number;
    /** FILE: the id; LINE: the line; REJECT: why. */
    struct jw_str text;
    /** STORED: the index' segment. */
    size_t segment;
};

enum {
    /** A batch is handed over when its inputs reach this, or less when memory is
     *  short; or when there are so many of them. */
    JW_BATCH_MAX_BYTES = 8 << 20,
    JW_BATCH_MIN_BYTES = 128 << 10,
    JW_BATCH_INPUTS = 8192,
    /** The first one is the sample from which it is learned how texts are stored: it has
     *  at least as much, whatever the memory.  The next ones have no more, so that a
     *  small input is shared among the workers. */
    JW_BATCH_FIRST_BYTES = 4 << 20,
    JW_BATCH_FIRST = 6
};

struct jw_batch {
    /** Its place in the input, from 0. */
    uint64_t number;
    struct jw_input *inputs;
    size_t n;
    size_t cap;
    /** The sum of what jw_batch_add() was told. */
    uint64_t bytes;
    struct jw_arena arena;
    /** For a queue of them. */
    struct jw_batch *next;
};

/** @return an empty batch; NULL without memory. */
struct jw_batch *jw_batch_new(uint64_t number);
void jw_batch_free(struct jw_batch *b);

/**
 * Add an input; its name and text are copied.
 * @param bytes  what it counts, about its text.
 * @return JW_ENOMEM, and the batch can only be freed.
 */
JW_MUST_CHECK enum jw_status jw_batch_add(struct jw_batch *b,
                                          const struct jw_input *input, uint64_t bytes);

/**
 * @return the size of batches, so that half of the memory holds one at work a worker,
 *         whose part takes JW_INDEX_PART_COST bytes a byte, one that waits for each, and
 *         the one that is being filled.
 */
uint64_t jw_batch_bytes(uint64_t memory_bytes, size_t n_workers);

/** @return whether it is to be handed over.  @param bytes  of jw_batch_bytes(). */
bool jw_batch_is_full(const struct jw_batch *b, uint64_t bytes);

#endif
