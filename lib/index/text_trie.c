#include "text_trie.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/utf8.h"
#include "text_form.h"

enum {
    BMP = 0x10000,
    ROOT = 1,
    NODE_BITS = 20,
    CODE_POINT_BITS = 21,
    NODES_MAX = 1 << NODE_BITS
};

/* A symbol has a node a byte at most: it never takes one too many. */
_Static_assert(JW_TEXT_SYMBOLS_MAX *JW_TEXT_SYMBOL_BYTES + ROOT + 1 <= NODES_MAX,
               "nodes need more bits");

static uint64_t key_of(uint32_t node, uint32_t cp)
{
    return (uint64_t)node << CODE_POINT_BITS | cp;
}

/* Multiplicative hashing (Knuth, TAOCP 3, 6.4): 2^64 divided by the golden ratio. */
static size_t slot_of(const struct jw_text_trie *t, uint64_t key)
{
    return (size_t)((key * 0x9E3779B97F4A7C15u) >> 32) & t->mask;
}

static uint32_t find(const struct jw_text_trie *t, uint32_t node, uint32_t cp)
{
    uint64_t key = key_of(node, cp);
    for (size_t i = slot_of(t, key);; i = (i + 1) & t->mask) {
        uint64_t edge = t->edges[i];
        if (edge >> NODE_BITS == key) {
            return (uint32_t)(edge & (NODES_MAX - 1));
        }
        if (edge == 0) {
            return 0;
        }
    }
}

static uint32_t child_of(const struct jw_text_trie *t, uint32_t node, uint32_t cp)
{
    return node == ROOT && cp < BMP ? t->first[cp] : find(t, node, cp);
}

static uint32_t add_child(struct jw_text_trie *t, uint32_t node, uint32_t cp)
{
    uint32_t child = (uint32_t)t->n_nodes++;
    if (node == ROOT && cp < BMP) {
        t->first[cp] = child;
        return child;
    }
    uint64_t key = key_of(node, cp);
    size_t i = slot_of(t, key);
    while (t->edges[i] != 0) {
        i = (i + 1) & t->mask;
    }
    t->edges[i] = key << NODE_BITS | child;
    return child;
}

enum jw_status jw_text_trie_make(struct jw_text_trie *t,
                                 const struct jw_text_symbol *symbols, size_t n)
{
    size_t n_chars = 0;
    size_t slots = 16;
    memset(t, 0, sizeof *t);
    for (size_t i = 0; i < n; i++) {
        n_chars += jw_utf8_count(jw_str_of(symbols[i].bytes, symbols[i].n));
    }
    while (slots < 2 * n_chars) {
        slots *= 2; /* half full at most */
    }
    t->mask = slots - 1;
    t->first = calloc(BMP, sizeof *t->first);
    t->edges = calloc(slots, sizeof *t->edges);
    t->codes = calloc(n_chars + ROOT + 1, sizeof *t->codes);
    t->n_nodes = ROOT + 1;
    if (!t->first || !t->edges || !t->codes) {
        jw_text_trie_release(t);
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const unsigned char *p = (const unsigned char *)symbols[i].bytes;
        const unsigned char *end = p + symbols[i].n;
        uint32_t node = ROOT;
        while (p < end) {
            uint32_t cp = jw_utf8_next(&p, end);
            uint32_t child = child_of(t, node, cp);
            node = child ? child : add_child(t, node, cp);
        }
        t->codes[node] = (uint32_t)i + 1;
    }
    return JW_OK;
}

void jw_text_trie_release(struct jw_text_trie *t)
{
    free(t->first);
    free(t->edges);
    free(t->codes);
    memset(t, 0, sizeof *t);
}

const unsigned char *jw_text_trie_match(const struct jw_text_trie *t,
                                        const unsigned char *p, const unsigned char *end,
                                        uint32_t *code)
{
    const unsigned char *best = NULL;
    uint32_t node = ROOT;
    while (p < end) {
        node = child_of(t, node, jw_utf8_next(&p, end));
        if (node == 0) {
            break;
        }
        if (t->codes[node]) {
            *code = t->codes[node] - 1;
            best = p;
        }
    }
    return best;
}
