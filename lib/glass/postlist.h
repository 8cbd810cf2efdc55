/*
 * postlist.h - posting lists as entries of the postlist table.
 *
 *     key of the first chunk    the term
 *     key of a later chunk      the term, 0x00, its first document (sortable)
 *     tag of the first chunk    documents, occurrences, first document - 1,
 *                               then as of a later chunk
 *     tag of a later chunk      '1' when it is the last, else '0'; last
 *                               document - first one; occurrences in the
 *                               first; then for each other document its
 *                               distance from the one before - 1, occurrences
 *
 * The list of document lengths is stored in the same way, under the key
 * 0x00 0xE0, with zeros for the three numbers.
 */
#ifndef JW_GLASS_POSTLIST_H
#define JW_GLASS_POSTLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "btree.h"

enum {
    /** A chunk is ended when its postings reach this, in bytes. */
    JW_POSTLIST_CHUNK_BYTES = 1978,
    /** Second byte of a metadata entry's key; the first is 0x00. */
    JW_POSTLIST_KEY_METADATA = 0xC0
};

struct jw_postlist {
    struct jw_btree *table;
    /** Key of the first chunk. */
    unsigned char key[JW_BTREE_KEY_MAX_BYTES];
    size_t key_n;
    bool lengths;
    uint64_t n_docs;
    uint64_t n_occurrences;
    bool first_chunk;
    uint32_t first_docid;
    uint32_t last_docid;
    unsigned char body[JW_POSTLIST_CHUNK_BYTES + 32];
    size_t body_n;
};

/** Begin the list of a term (1 to 245 bytes, none of them 0x00). */
void jw_postlist_begin(struct jw_postlist *p, struct jw_btree *table, struct jw_str term,
                       uint64_t n_docs, uint64_t n_occurrences);

/** Begin the list of document lengths. */
void jw_postlist_begin_lengths(struct jw_postlist *p, struct jw_btree *table);

/** Add a posting; documents ascend. */
void jw_postlist_add(struct jw_postlist *p, uint32_t docid, uint32_t occurrences);

void jw_postlist_end(struct jw_postlist *p);

/** Add a user metadata entry: key 0x00 0xC0 KEY.  These come before all lists. */
void jw_postlist_metadata(struct jw_btree *table, struct jw_str key, struct jw_str value);

#endif
