#include "sketch.h"

#include "jianwen/index.h"

void jw_sketch_token(struct jw_sketch *s, const struct jw_token *token)
{
    if (token->cp[0]) {
        jw_sketch_add(s, token->cp[0]);
    } else if (token->kind == JW_TOKEN_WORD) {
        uint32_t h = 0x811C9DC5u;
        for (size_t i = 0; i < token->word.n; i++) {
            h = (h ^ (unsigned char)token->word.p[i]) * 0x01000193u;
        }
        jw_sketch_add(s, h & 0xFFFF);
    }
}

uint64_t jw_sketch_end(const struct jw_sketch *s)
{
    uint64_t bits = 0;
    if (s->n < JW_SKETCH_MIN_SHINGLES + 3) {
        return 0;
    }
    for (uint32_t i = 0; i < JW_SKETCH_BITS; i++) {
        uint32_t from = i;
        while (s->least[from] == UINT32_MAX) {
            from = (from + 1) % JW_SKETCH_BITS; /* some bucket is not empty */
        }
        /* A borrowed bit is mixed with the way it came, so that neighbours that
         * borrow from one bucket do not agree all at once. */
        uint32_t way = (from - i) % JW_SKETCH_BITS;
        uint64_t bit = (s->least[from] * (2 * way + 1u) >> 16 ^ way) & 1;
        bits |= bit << i;
    }
    return bits ? bits : 1;
}

unsigned jw_sketch_distance(uint64_t a, uint64_t b)
{
    uint64_t x = a ^ b;
    x = x - (x >> 1 & 0x5555555555555555u);
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    return (unsigned)(x * 0x0101010101010101u >> 56);
}
