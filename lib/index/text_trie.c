#include "text_trie.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/utf8.h"
#include "text_form.h"

enum {
    BMP = 0x10000,
    ROOT = 0,
    NODE_BITS = 20,
    NODES_MAX = 1 << NODE_BITS,
    /* In an edge's end: there are edges behind it. */
    MORE = NODES_MAX,
    END_BITS = NODE_BITS + 1,
    CODE_POINT_BITS = 21,
    /* What begins with this byte or a higher one is beyond the BMP. */
    FOUR_BYTES = 0xF0
};

/* A symbol has a node a byte at most: nodes never take more bits than there are. */
_Static_assert(JW_TEXT_SYMBOLS_MAX *JW_TEXT_SYMBOL_BYTES + 1 <= NODES_MAX,
               "nodes need more bits");

/* Where the edge is, or would be. */
static size_t slot_of(const struct jw_text_trie *t, uint32_t node, uint32_t cp)
{
    uint64_t key = (uint64_t)node << CODE_POINT_BITS | cp;
    /* Multiplicative hashing (Knuth, TAOCP 3, 6.4): 2^64 divided by the golden ratio. */
    size_t i = (size_t)((key * 0x9E3779B97F4A7C15u) >> 32) & t->mask;
    while (t->edges[i] != 0 && t->edges[i] >> END_BITS != key) {
        i = (i + 1) & t->mask;
    }
    return i;
}

/* The end of the edge, or 0. */
static uint32_t follow(const struct jw_text_trie *t, uint32_t node, uint32_t cp)
{
    if (node == ROOT && cp < BMP) {
        return t->first[cp];
    }
    return (uint32_t)t->edges[slot_of(t, node, cp)] & ((1u << END_BITS) - 1);
}

static void put_edge(struct jw_text_trie *t, uint32_t node, uint32_t cp, uint32_t end)
{
    if (node == ROOT && cp < BMP) {
        t->first[cp] = end;
    } else {
        uint64_t key = (uint64_t)node << CODE_POINT_BITS | cp;
        t->edges[slot_of(t, node, cp)] = key << END_BITS | end;
    }
}

/* Symbols come in order: what a symbol begins with was added before it. */
static void add_symbol(struct jw_text_trie *t, const struct jw_text_symbol *s,
                       uint32_t number)
{
    const unsigned char *p = (const unsigned char *)s->bytes;
    const unsigned char *end = p + s->n;
    uint32_t node = ROOT;
    while (p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        uint32_t to = follow(t, node, cp);
        if (to == 0) {
            to = p == end ? number : ++t->n_nodes;
        }
        if (p < end) {
            to |= MORE;
        }
        put_edge(t, node, cp, to);
        node = to & (MORE - 1);
    }
}

enum jw_status jw_text_trie_make(struct jw_text_trie *t,
                                 const struct jw_text_symbol *symbols, size_t n)
{
    size_t n_edges = 0;
    size_t slots = 16;
    memset(t, 0, sizeof *t);
    for (size_t i = 0; i < n; i++) {
        n_edges += jw_utf8_count(jw_str_of(symbols[i].bytes, symbols[i].n));
        n_edges -= (unsigned char)symbols[i].bytes[0] < FOUR_BYTES; /* in first */
    }
    while (slots < 2 * n_edges) {
        slots *= 2; /* half full at most */
    }
    t->mask = slots - 1;
    t->first = calloc(BMP, sizeof *t->first);
    t->edges = calloc(slots, sizeof *t->edges);
    t->n_symbols = (uint32_t)n;
    t->n_nodes = t->n_symbols;
    if (!t->first || !t->edges) {
        jw_text_trie_release(t);
        return JW_ENOMEM;
    }
    for (uint32_t i = 0; i < t->n_symbols; i++) {
        add_symbol(t, &symbols[i], i + 1);
    }
    return JW_OK;
}

void jw_text_trie_release(struct jw_text_trie *t)
{
    free(t->first);
    free(t->edges);
    memset(t, 0, sizeof *t);
}

const unsigned char *jw_text_trie_match(const struct jw_text_trie *t,
                                        const unsigned char *p, const unsigned char *end,
                                        uint32_t *code)
{
    const unsigned char *best = NULL;
    uint32_t to = MORE | ROOT;
    while ((to & MORE) && p < end) {
        to = follow(t, to & (MORE - 1), jw_utf8_next(&p, end));
        uint32_t node = to & (MORE - 1);
        /* ROOT, which no edge leads to, wraps around. */
        if (node - 1 < t->n_symbols) {
            *code = node - 1;
            best = p;
        }
    }
    return best;
}
