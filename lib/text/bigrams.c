/*
 * Most text is folded character by character, so that its bigrams can be counted where
 * it stands.  Any other goes through the tokenizer.
 */
#include "fold.h"
#include "jianwen/tokenizer.h"
#include "jianwen/utf8.h"

enum {
    BMP = 0x10000,
    /* Second characters by their low bits. */
    MAYBE_MASK = 63
};

struct counting {
    struct jw_bigram_count *counts;
    size_t n;
};

static inline void note(const struct counting *c, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < c->n; i++) {
        c->counts[i].n += c->counts[i].cp[0] == a && c->counts[i].cp[1] == b;
    }
}

static void clear(const struct counting *c)
{
    for (size_t i = 0; i < c->n; i++) {
        c->counts[i].n = 0;
    }
}

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    if (token->kind == JW_TOKEN_BIGRAM) {
        note(arg, token->cp[0], token->cp[1]);
    }
    return JW_OK;
}

/* @return false: there is something that is not folded by itself. */
static bool count_plain(const struct counting *c, struct jw_str text)
{
    const uint32_t *bmp = jw_fold_bmp(false);
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    uint64_t maybe = 0;
    uint32_t last = 0;
    for (size_t i = 0; i < c->n; i++) {
        maybe |= (uint64_t)1 << (c->counts[i].cp[1] & MAYBE_MASK);
    }
    while (p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        uint32_t entry = cp < BMP ? bmp[cp] : JW_FOLD_SLOW;
        uint32_t cls = entry >> JW_FOLD_CLASS_SHIFT & JW_FOLD_CLASS_MASK;
        if (JW_UNLIKELY(entry & JW_FOLD_SLOW)) {
            if (entry & JW_FOLD_SPACE) {
                continue; /* nor does it part the characters around it */
            }
            return false;
        }
        cp = entry & JW_FOLD_CP_MASK;
        if (last && cls == JW_UNIT_CJK && maybe >> (cp & MAYBE_MASK) & 1) {
            note(c, last, cp);
        }
        last = cls == JW_UNIT_CJK ? cp : 0;
    }
    return true;
}

enum jw_status jw_count_bigrams(struct jw_str text, struct jw_bigram_count *counts,
                                size_t n)
{
    struct counting c = {counts, n};
    clear(&c);
    if (count_plain(&c, text)) {
        return JW_OK;
    }
    clear(&c);
    return jw_tokenize(text, JW_TOKENS_DOCUMENT, on_token, &c);
}
