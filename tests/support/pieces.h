/*
 * pieces.h - texts that are put together at random from a list of pieces.
 */
#ifndef JW_TESTS_PIECES_H
#define JW_TESTS_PIECES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "random.h"

/**
 * Write fewer than `most` of the first n pieces, each by chance.
 * @param text  has room for them.
 * @return bytes written.
 */
static inline size_t jw_pieces_text(struct jw_random *r, const char *const *pieces,
                                    uint32_t n, uint32_t most, char *text)
{
    size_t len = 0;
    for (uint32_t left = jw_random_below(r, most); left > 0; left--) {
        const char *piece = pieces[jw_random_below(r, n)];
        memcpy(text + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return len;
}

#endif
