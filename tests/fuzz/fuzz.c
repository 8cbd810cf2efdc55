#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

void jw_fuzz_expect(const char *fault)
{
    if (fault) {
        (void)fprintf(stderr, "fault: %s\n", fault);
        abort();
    }
}

/* 64-bit FNV-1a. */
uint64_t jw_fuzz_seed(const uint8_t *data, size_t size)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 0x100000001B3u;
    }
    return hash;
}
