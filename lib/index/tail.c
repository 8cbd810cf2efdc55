#include "tail.h"

void jw_tail_add(struct jw_tail *tail, const struct jw_token *token)
{
    if (token->cp[0] != 0) {
        struct jw_char_pair pair = {token->cp[0], token->cp[1], token->split_before,
                                    token->split_behind};
        tail->pairs[tail->n++ % JW_TAIL_PAIRS] = pair;
    }
}

size_t jw_tail_take(struct jw_tail *tail, struct jw_char_pair pairs[JW_TAIL_PAIRS])
{
    size_t n = tail->n < JW_TAIL_PAIRS ? tail->n : JW_TAIL_PAIRS;
    for (size_t i = 0; i < n; i++) {
        pairs[i] = tail->pairs[(tail->n - n + i) % JW_TAIL_PAIRS];
    }
    tail->n = 0;
    return n;
}
