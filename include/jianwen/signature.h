/*
 * signature.h - what a posting of two CJK characters says beside its document.
 *
 * Xapian keeps a number with each posting.  For a pair it tells how often the pair
 * stands in the document and has a signature of the characters around it there.  Nearly
 * all numbers take one byte, as a plain count would:
 *
 *     once            behind << 3 | before     before: 1..6 (nothing: 1), 7 unknown;
 *                                              behind: 0 nothing, 1..14, 15 unknown
 *     twice, 3 times  (n - 2) << 6 | any << 3  any: a bit for each that is behind, of
 *                                              three; never 0
 *     n times         (n - 1) << 7 | behind << 3 | before
 *                                              a bit for each, of four, of three
 *
 * A document can hold 齿轮城 only if the signature of 齿轮 allows for 城, and that of
 * 轮城 for 齿.  So one list tells of most documents that they do not hold a phrase: of
 * those that hold a pair once, with other characters around, a pair in the middle of a
 * phrase lets 1 in 84 pass (superimposed coding: C. S. Roberts, Partial-match retrieval
 * via the method of superimposed codes, Proc. IEEE 67, 1979).
 *
 * Two pairs follow each other when the tokenizer gives the one behind the other and the
 * second begins with the character that the first ends with.  All characters are folded.
 * Only pairs of the BMP have signatures, and only of characters of the BMP: of any other
 * beside a pair the signature says nothing stands there, and it must not be asked for.
 */
#ifndef JIANWEN_SIGNATURE_H
#define JIANWEN_SIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    JW_SIGNATURE_BITS = 7,
    JW_SIGNATURE_BEFORE_BITS = 3,
    JW_SIGNATURE_BEFORE_ANY = 7,
    JW_SIGNATURE_BEHIND_ANY = 15,
    /** Whatever may stand around the pair. */
    JW_SIGNATURE_ANY = 127,
    /** Any of three; counts up to this take one byte. */
    JW_SIGNATURE_THREE = 7,
    JW_SIGNATURE_SHORT_COUNT = 3,
    /** So many kinds of characters are told apart. */
    JW_SIGNATURE_BEHIND_VALUES = 14,
    JW_SIGNATURE_BEFORE_VALUES = 6
};

/** @return whether a character, if it stands beside a pair, is in its signature; 0 is
 *          none. */
static inline bool jw_signature_knows(uint32_t cp)
{
    return cp != 0 && cp < 0x10000;
}

/* Multiplicative hashing (Knuth, TAOCP 3, 6.4): 0 to n - 1. */
static inline uint32_t jw_signature_hash(uint32_t cp, uint32_t n)
{
    uint32_t x = cp * UINT32_C(0x9E3779B1) >> 16;
    return x * n >> 16;
}

/** @return the signature of a pair that stands once, with nothing around it. */
static inline uint32_t jw_signature_alone(void)
{
    return 1;
}

/** @return the signature with the character that stands behind the pair. */
static inline uint32_t jw_signature_with_behind(uint32_t signature, uint32_t cp)
{
    uint32_t behind = 1 + jw_signature_hash(cp, JW_SIGNATURE_BEHIND_VALUES);
    return (signature & JW_SIGNATURE_BEFORE_ANY) | behind << JW_SIGNATURE_BEFORE_BITS;
}

/** @return the signature of a pair that stands behind a character. */
static inline uint32_t jw_signature_with_before(uint32_t cp)
{
    return 1 + jw_signature_hash(cp, JW_SIGNATURE_BEFORE_VALUES);
}

/** The number of a document while its occurrences are gathered; all 0 at first. */
struct jw_signature_sum {
    uint32_t n;
    uint32_t once;
    /** A bit for each character behind, of three; of four, with one for each before. */
    uint32_t three;
    uint32_t bits;
};

/** Add an occurrence.  @param counts  false: it only tells what stands around one that is
 *  added, too. */
static inline void jw_signature_add(struct jw_signature_sum *sum, uint32_t signature,
                                    bool counts)
{
    uint32_t before = signature & JW_SIGNATURE_BEFORE_ANY;
    uint32_t behind = signature >> JW_SIGNATURE_BEFORE_BITS;
    sum->bits |= before == JW_SIGNATURE_BEFORE_ANY ? before : 1u << (before - 1) % 3;
    if (behind == JW_SIGNATURE_BEHIND_ANY) {
        sum->bits |= behind << JW_SIGNATURE_BEFORE_BITS;
        sum->three = JW_SIGNATURE_THREE;
    } else if (behind) {
        sum->bits |= 1u << ((behind - 1) % 4 + JW_SIGNATURE_BEFORE_BITS);
        sum->three |= 1u << (behind - 1) % 3;
    }
    uint32_t other = sum->once ? sum->once ^ signature : 0;
    sum->once |= signature;
    if (other & JW_SIGNATURE_BEFORE_ANY) {
        sum->once |= JW_SIGNATURE_BEFORE_ANY;
    }
    if (other >> JW_SIGNATURE_BEFORE_BITS) {
        sum->once |= JW_SIGNATURE_BEHIND_ANY << JW_SIGNATURE_BEFORE_BITS;
    }
    sum->n += counts;
}

/** @return the number of a document, of which an occurrence was added that counts. */
static inline uint32_t jw_signature_number(const struct jw_signature_sum *sum)
{
    if (sum->n == 1) {
        return sum->once;
    }
    if (sum->n <= JW_SIGNATURE_SHORT_COUNT) {
        uint32_t three = sum->three;
        if (three == 0) {
            three = JW_SIGNATURE_THREE;
        }
        return (sum->n - 2) << (JW_SIGNATURE_BITS - 1) | three
                                                             << JW_SIGNATURE_BEFORE_BITS;
    }
    return (sum->n - 1) << JW_SIGNATURE_BITS | sum->bits;
}

/** @return the number of a pair that stands n times, of whose surroundings nothing is
 *          known. */
static inline uint32_t jw_signature_unknown(uint32_t n)
{
    struct jw_signature_sum sum = {n, JW_SIGNATURE_ANY, JW_SIGNATURE_THREE,
                                   JW_SIGNATURE_ANY};
    return jw_signature_number(&sum);
}

/** @return how often the pair stands in the document. */
static inline uint32_t jw_signature_count(uint32_t number)
{
    if (number >> JW_SIGNATURE_BITS) {
        return (number >> JW_SIGNATURE_BITS) + 1;
    }
    return number & JW_SIGNATURE_BEFORE_ANY ? 1 : 2 + (number >> (JW_SIGNATURE_BITS - 1));
}

/** @return the greatest count that a number up to number_max may tell. */
static inline uint32_t jw_signature_most(uint32_t number_max)
{
    uint32_t n = (number_max >> JW_SIGNATURE_BITS) + 1;
    if (n < JW_SIGNATURE_SHORT_COUNT) {
        n = JW_SIGNATURE_SHORT_COUNT;
    }
    return n;
}

/** What has to stand around a pair. */
struct jw_signature_filter {
    /** A bit for each value of a field that will do: of pairs that stand once; by three
     *  bits; by more. */
    uint16_t behind;
    uint8_t before;
    uint8_t three;
    uint16_t four;
    uint8_t before_bits;
};

/** Anything may stand around it. */
#define JW_SIGNATURE_NO_FILTER                                                           \
    {                                                                                    \
        UINT16_MAX, UINT8_MAX, UINT8_MAX, UINT16_MAX, UINT8_MAX                          \
    }

/** @return whether there is anything that does not pass. */
static inline bool jw_signature_asks(const struct jw_signature_filter *f)
{
    return f->behind != UINT16_MAX || f->before != UINT8_MAX;
}

/** Ask for a character behind the pair, beside what is asked for already. */
static inline void jw_signature_ask_behind(struct jw_signature_filter *f, uint32_t cp)
{
    /* The values of three bits, and of four, that have the first, the second ... */
    static const uint8_t three[3] = {0xAA, 0xCC, 0xF0};
    static const uint16_t four[4] = {0xAAAA, 0xCCCC, 0xF0F0, 0xFF00};
    uint32_t h = jw_signature_hash(cp, JW_SIGNATURE_BEHIND_VALUES);
    f->behind &= (uint16_t)(2u << h | 1u << JW_SIGNATURE_BEHIND_ANY);
    f->three &= three[h % 3];
    f->four &= four[h % 4];
}

/** Ask for a character before the pair. */
static inline void jw_signature_ask_before(struct jw_signature_filter *f, uint32_t cp)
{
    static const uint8_t three[3] = {0xAA, 0xCC, 0xF0};
    uint32_t h = jw_signature_hash(cp, JW_SIGNATURE_BEFORE_VALUES);
    f->before &= (uint8_t)(2u << h | 1u << JW_SIGNATURE_BEFORE_ANY);
    f->before_bits &= three[h % 3];
}

/** @return whether what is asked for may stand around the pair. */
static inline bool jw_signature_passes(const struct jw_signature_filter *f,
                                       uint32_t number)
{
    uint32_t behind = number >> JW_SIGNATURE_BEFORE_BITS & JW_SIGNATURE_BEHIND_ANY;
    uint32_t before = number & JW_SIGNATURE_BEFORE_ANY;
    if (number >> JW_SIGNATURE_BITS) {
        return (f->four >> behind & f->before_bits >> before & 1) != 0;
    }
    uint32_t once = (uint32_t)f->behind >> behind & (uint32_t)f->before >> before;
    uint32_t more = (uint32_t)f->three >> (behind & JW_SIGNATURE_THREE);
    return ((before ? once : more) & 1) != 0;
}

#endif
