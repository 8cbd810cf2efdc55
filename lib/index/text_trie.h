/*
 * text_trie.h - the symbols of a text form, found in a text: the longest one first.
 *
 *     root --中--> (中) --国--> (中国) --人--> ( ) --民--> (中国人民)
 *
 * A node that is no symbol itself has no code.  Edges are in one hash table,
 * those of the root by their code point in an array.
 */
#ifndef JW_INDEX_TEXT_TRIE_H
#define JW_INDEX_TEXT_TRIE_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/status.h"

struct jw_text_symbol;

struct jw_text_trie {
    /** By code point of the BMP: the root's child, or 0. */
    uint32_t *first;
    /** Node << 41 | code point << 20 | child, open addressing; 0 is empty. */
    uint64_t *edges;
    size_t mask;
    /** By node: code + 1, or 0. */
    uint32_t *codes;
    size_t n_nodes;
};

/**
 * @param symbols  n of them, JW_TEXT_SYMBOLS_MAX at most, valid UTF-8, none twice;
 *                 symbol i has code i.
 *                 Not kept.
 * @return JW_ENOMEM.
 */
JW_MUST_CHECK enum jw_status
jw_text_trie_make(struct jw_text_trie *t, const struct jw_text_symbol *symbols, size_t n);
void jw_text_trie_release(struct jw_text_trie *t);

/**
 * @param p     valid UTF-8, not empty.
 * @param code  receives the code of the longest symbol that stands at p.
 * @return its end; NULL when there is none.
 */
const unsigned char *jw_text_trie_match(const struct jw_text_trie *t,
                                        const unsigned char *p, const unsigned char *end,
                                        uint32_t *code);

#endif
