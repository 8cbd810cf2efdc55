/*
 * Most text is folded character by character, so that its bigrams can be counted where
 * it stands.  Any other goes through the tokenizer.
 *
 * Most characters of a text are none of the bigrams', in no form: a bit tells that of a
 * Han character, without a look into the table that folds it.
 */
#include <string.h>

#include "fold.h"
#include "jianwen/tokenizer.h"
#include "jianwen/utf8.h"

enum {
    BMP = 0x10000
};

static inline void note(const struct jw_bigram_counter *c, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < c->n; i++) {
        c->counts[i].n += c->counts[i].cp[0] == a && c->counts[i].cp[1] == b;
    }
}

static void clear(const struct jw_bigram_counter *c)
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

static inline bool may_be(const struct jw_bigram_counter *c, uint32_t cp)
{
    uint32_t bit = cp % JW_BIGRAM_MAY_BITS;
    return (c->may[bit / 64] >> bit % 64 & 1) != 0;
}

/* Note a character of the bigrams, and all that fold to it. */
static void note_char(struct jw_bigram_counter *c, uint32_t cp)
{
    if (cp >= BMP) {
        memset(c->may, 0xFF, sizeof c->may); /* what folds to it is not known */
        return;
    }
    uint32_t same = cp;
    do {
        uint32_t bit = same % JW_BIGRAM_MAY_BITS;
        c->may[bit / 64] |= (uint64_t)1 << bit % 64;
        same = jw_fold_next_same(same);
    } while (same != cp);
}

void jw_bigram_counter_make(struct jw_bigram_counter *c, struct jw_bigram_count *counts,
                            size_t n)
{
    c->counts = counts;
    c->n = n;
    memset(c->may, 0, sizeof c->may);
    for (size_t i = 0; i < n; i++) {
        note_char(c, counts[i].cp[0]);
        note_char(c, counts[i].cp[1]);
    }
}

/* @return false: there is something that is not folded by itself. */
static bool count_plain(const struct jw_bigram_counter *c, struct jw_str text)
{
    const uint32_t *bmp = jw_fold_bmp(false);
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    uint32_t last = 0;
    while (p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        if (cp - JW_FOLD_HAN_FIRST <= JW_FOLD_HAN_LAST - JW_FOLD_HAN_FIRST &&
            !may_be(c, cp)) {
            last = 0;
            continue;
        }
        uint32_t entry = cp < BMP ? bmp[cp] : JW_FOLD_SLOW;
        uint32_t cls = entry >> JW_FOLD_CLASS_SHIFT & JW_FOLD_CLASS_MASK;
        if (JW_UNLIKELY(entry & JW_FOLD_SLOW)) {
            if (entry & JW_FOLD_SPACE) {
                continue; /* nor does it part the characters around it */
            }
            return false;
        }
        cp = entry & JW_FOLD_CP_MASK;
        if (last && cls == JW_UNIT_CJK) {
            note(c, last, cp);
        }
        last = cls == JW_UNIT_CJK ? cp : 0;
    }
    return true;
}

enum jw_status jw_count_bigrams(const struct jw_bigram_counter *c, struct jw_str text)
{
    clear(c);
    if (count_plain(c, text)) {
        return JW_OK;
    }
    struct jw_bigram_counter counting = *c;
    clear(c);
    return jw_tokenize(text, JW_TOKENS_DOCUMENT, on_token, &counting);
}
