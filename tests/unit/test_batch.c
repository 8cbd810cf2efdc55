/* indexer/batch: inputs that go to a worker together. */
#include "batch.h"

#include <string.h>

#include "jw_cunit.h"

enum {
    KB = 1 << 10,
    MB = 1 << 20
};

static void test_inputs_are_copied(void)
{
    char name[8] = "a.jsonl";
    char text[8] = "[1]";
    const struct jw_input line = {JW_INPUT_LINE, name, 7, jw_str_c(text), 0};
    const struct jw_input stored = {JW_INPUT_STORED, "", 9, {"", 0}, 3};
    struct jw_batch *b = jw_batch_new(5);
    CHECK(b != NULL);
    if (!b) {
        return;
    }
    CHECK_INT(jw_batch_add(b, &line, 3), JW_OK);
    CHECK_INT(jw_batch_add(b, &stored, 40), JW_OK);
    memset(name, 'x', sizeof name - 1);
    memset(text, 'x', sizeof text - 1);
    CHECK_INT(b->number, 5);
    CHECK_INT(b->n, 2);
    CHECK_INT(b->bytes, 43);
    CHECK_INT(b->inputs[0].kind, JW_INPUT_LINE);
    CHECK_STR_C(jw_str_c(b->inputs[0].name), "a.jsonl");
    CHECK_STR_C(b->inputs[0].text, "[1]");
    CHECK_INT(b->inputs[0].number, 7);
    CHECK_INT(b->inputs[1].kind, JW_INPUT_STORED);
    CHECK_INT(b->inputs[1].number, 9);
    CHECK_INT(b->inputs[1].segment, 3);
    jw_batch_free(b);
}

/* Half of the memory holds what all workers have at work and waiting, between bounds. */
static void test_size(void)
{
    static const struct {
        uint64_t memory;
        size_t n_workers;
        uint64_t want;
    } rows[] = {
        {0, 1, JW_BATCH_MIN_BYTES}, {1 * MB, 64, JW_BATCH_MIN_BYTES},
        {28 * MB, 1, 1 * MB},       {54 * MB, 2, 1 * MB},
        {28 * 4 * MB, 1, 4 * MB},   {UINT64_C(1) << 40, 64, JW_BATCH_MAX_BYTES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t got = jw_batch_bytes(rows[i].memory, rows[i].n_workers);
        CHECK_MSG(got == rows[i].want, "row %zu: %llu", i, (unsigned long long)got);
    }
}

static void test_full(void)
{
    static const struct {
        uint64_t number;
        uint64_t bytes;
        uint64_t want;
    } rows[] = {
        /* The first has the sample. */
        {0, 128 * KB, 4 * MB},
        {0, 8 * MB, 8 * MB},
        /* The next leave something for the other workers. */
        {1, 128 * KB, 128 * KB},
        {1, 8 * MB, 4 * MB},
        {5, 8 * MB, 4 * MB},
        {6, 8 * MB, 8 * MB},
        {6, 128 * KB, 128 * KB},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_batch b = {.number = rows[i].number, .n = 1, .bytes = rows[i].want - 1};
        CHECK_MSG(!jw_batch_is_full(&b, rows[i].bytes), "row %zu: too early", i);
        b.bytes++;
        CHECK_MSG(jw_batch_is_full(&b, rows[i].bytes), "row %zu: not in time", i);
        b = (struct jw_batch){.number = rows[i].number, .n = JW_BATCH_INPUTS - 1};
        CHECK_MSG(!jw_batch_is_full(&b, rows[i].bytes), "row %zu: too few", i);
        b.n++;
        CHECK_MSG(jw_batch_is_full(&b, rows[i].bytes), "row %zu: too many", i);
    }
}

JW_TEST_MAIN("batch", {"inputs are copied", test_inputs_are_copied},
             {"its size", test_size}, {"when it is full", test_full})
