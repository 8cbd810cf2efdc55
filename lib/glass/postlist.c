#include "postlist.h"

#include <string.h>

#include "pack.h"

enum {
    HEAD_MAX_BYTES = 5 * JW_PACK_MAX_BYTES,
    KEY_LENGTHS = 0xE0
};

static struct jw_str slice(const unsigned char *p, size_t n)
{
    return jw_str_of((const char *)p, n);
}

static void begin(struct jw_postlist *p, struct jw_btree *table)
{
    p->table = table;
    p->first_chunk = true;
    p->body_n = 0;
}

void jw_postlist_begin(struct jw_postlist *p, struct jw_btree *table, struct jw_str term,
                       uint64_t n_docs, uint64_t n_occurrences)
{
    begin(p, table);
    memcpy(p->key, term.p, term.n);
    p->key_n = term.n;
    p->lengths = false;
    p->n_docs = n_docs;
    p->n_occurrences = n_occurrences;
}

void jw_postlist_begin_lengths(struct jw_postlist *p, struct jw_btree *table)
{
    begin(p, table);
    p->key[0] = 0;
    p->key[1] = KEY_LENGTHS;
    p->key_n = 2;
    p->lengths = true;
    p->n_docs = 0;
    p->n_occurrences = 0;
}

static void put_chunk(struct jw_postlist *p, bool last)
{
    unsigned char tag[HEAD_MAX_BYTES + sizeof p->body];
    unsigned char key[JW_BTREE_KEY_MAX_BYTES];
    unsigned char *t = tag;
    unsigned char *k = key;
    memcpy(k, p->key, p->key_n);
    k += p->key_n;
    if (p->first_chunk) {
        t = jw_pack_uint(t, p->n_docs);
        t = jw_pack_uint(t, p->n_occurrences);
        t = jw_pack_uint(t, p->lengths ? 0 : p->first_docid - 1);
    } else {
        if (!p->lengths) {
            *k++ = 0;
        }
        k = jw_pack_uint_sort(k, p->first_docid);
    }
    *t++ = last ? '1' : '0';
    t = jw_pack_uint(t, p->last_docid - p->first_docid);
    memcpy(t, p->body, p->body_n);
    t += p->body_n;
    jw_btree_add(p->table, slice(key, (size_t)(k - key)), slice(tag, (size_t)(t - tag)));
    p->first_chunk = false;
    p->body_n = 0;
}

void jw_postlist_add(struct jw_postlist *p, uint32_t docid, uint32_t occurrences)
{
    if (p->body_n >= JW_POSTLIST_CHUNK_BYTES) {
        put_chunk(p, false);
    }
    unsigned char *b = p->body + p->body_n;
    if (p->body_n == 0) {
        p->first_docid = docid;
    } else {
        b = jw_pack_uint(b, docid - p->last_docid - 1);
    }
    b = jw_pack_uint(b, occurrences);
    p->body_n = (size_t)(b - p->body);
    p->last_docid = docid;
}

void jw_postlist_end(struct jw_postlist *p)
{
    put_chunk(p, true);
}

void jw_postlist_metadata(struct jw_btree *table, struct jw_str key, struct jw_str value)
{
    unsigned char bytes[JW_BTREE_KEY_MAX_BYTES];
    size_t n = key.n < sizeof bytes - 2 ? key.n : sizeof bytes - 2;
    bytes[0] = 0;
    bytes[1] = JW_POSTLIST_KEY_METADATA;
    memcpy(bytes + 2, key.p, n);
    jw_btree_add(table, slice(bytes, n + 2), value);
}
