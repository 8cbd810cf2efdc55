/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is one LLVMFuzzerTestOneInput().  With clang and the fuzz preset it
 * is linked with libFuzzer; in every build it is also linked with replay.c,
 * which runs the seeds, the files of tests/fuzz/regression/TARGET, and a given
 * number of random inputs.
 */
#ifndef JW_TESTS_FUZZ_H
#define JW_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Stop the program with a message when fault is not NULL. */
void jw_fuzz_expect(const char *fault);

/** A number that depends on the input alone, for choices within a check. */
uint64_t jw_fuzz_seed(const uint8_t *data, size_t size);

#endif
