/*
 * text_trie.h - the symbols of a text form, found in a text: the longest one first.
 *
 *     root --中--> 中 --国--> 中国 --人--> ( ) --民--> 中国人民
 *
 * Nodes that are symbols have their codes for numbers, from 1; those that are none
 * have higher ones.  Edges are in one hash table, those of the root by their code
 * point in an array.  An edge tells whether more follow behind it, so that most
 * symbols end without a look for what is not there.
 */
#ifndef JW_INDEX_TEXT_TRIE_H
#define JW_INDEX_TEXT_TRIE_H

#include <stddef.h>
#include <stdint.h>

#include "jianwen/status.h"

struct jw_text_symbol;

struct jw_text_trie {
    /** By code point of the BMP: the end of the root's edge, or 0. */
    uint32_t *first;
    /** Node << 42 | code point << 21 | end, open addressing; 0 is empty.
     *  An end is 1 << 20 when more edges follow | the node. */
    uint64_t *edges;
    size_t mask;
    uint32_t n_symbols;
    uint32_t n_nodes;
};

/**
 * @param symbols  n of them, JW_TEXT_SYMBOLS_MAX at most, valid UTF-8, ascending by
 *                 their bytes; symbol i has code i.  Not kept.
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
