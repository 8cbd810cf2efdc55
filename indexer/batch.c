#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/buf.h"
#include "jianwen/index.h"

enum {
    ARENA_BYTES = 2147483647
};

struct jw_batch *jw_batch_new(uint64_t number)
{
    struct jw_batch *b = calloc(1, sizeof *b);
    if (b) {
        b->number = number;
        jw_arena_init(&b->arena, ARENA_BYTES);
    }
    return b;
}

void jw_batch_free(struct jw_batch *b)
{
    if (b) {
        jw_arena_release(&b->arena);
        free(b->inputs);
        free(b);
    }
}

enum jw_status jw_batch_add(struct jw_batch *b, const struct jw_input *input,
                            uint64_t bytes)
{
    void *inputs = b->inputs;
    if (jw_array_grow(&inputs, &b->cap, b->n + 1, sizeof *b->inputs) != JW_OK) {
        return JW_ENOMEM;
    }
    b->inputs = inputs;
    struct jw_input *kept = &b->inputs[b->n++];
    struct jw_str name = jw_str_of(input->name, strlen(input->name) + 1);
    *kept = *input;
    kept->text = jw_arena_str(&b->arena, input->text);
    kept->name = jw_arena_str(&b->arena, name).p;
    b->bytes += bytes;
    return kept->name && kept->text.p ? JW_OK : JW_ENOMEM;
}

uint64_t jw_batch_bytes(uint64_t memory_bytes, size_t n_workers)
{
    uint64_t n = memory_bytes / 2 / ((JW_INDEX_PART_COST + 1) * n_workers + 1);
    n = n < JW_BATCH_MIN_BYTES ? JW_BATCH_MIN_BYTES : n;
    return n > JW_BATCH_MAX_BYTES ? JW_BATCH_MAX_BYTES : n;
}

bool jw_batch_is_full(const struct jw_batch *b, uint64_t bytes)
{
    const uint64_t first = JW_BATCH_FIRST_BYTES;
    if (b->number == 0) {
        bytes = bytes < first ? first : bytes;
    } else if (b->number < JW_BATCH_FIRST) {
        bytes = bytes > first ? first : bytes;
    }
    return b->bytes >= bytes || b->n >= JW_BATCH_INPUTS;
}
