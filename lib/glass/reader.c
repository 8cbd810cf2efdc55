#include "jianwen/glass_reader.h"

#include <stdlib.h>
#include <string.h>

#include "btree.h"
#include "jianwen/file.h"
#include "pack.h"
#include "postlist.h"
#include "reader.h"
#include "table.h"
#include "version_file.h"

enum {
    KEY_ESCAPED = 0, /* what begins with it is no term */
    TAG_MAX_BYTES = 1 << 30
};

enum jw_status jw_glass_damaged(const struct jw_glass_reader *r, const char *table,
                                enum jw_status status, struct jw_error *err)
{
    if (status == JW_ENOMEM) {
        return jw_fail(err, status, "out of memory");
    }
    return jw_fail(err, JW_ECORRUPT,
                   "%s/%s is damaged; build the index anew with `jianwen-indexer build`",
                   r->dir, table);
}

static bool root_known(const struct jw_glass_root *root)
{
    return !root->no_blocks && root->block_bytes == JW_BTREE_BLOCK_BYTES &&
           root->compress_min == 0;
}

static enum jw_status open_table(const struct jw_glass_reader *r, const char *name,
                                 const struct jw_glass_root *root,
                                 struct jw_glass_table *t, struct jw_error *err)
{
    char *path = jw_path_join(r->dir, name);
    enum jw_status status = path ? jw_glass_table_open(t, path, root, err)
                                 : jw_fail(err, JW_ENOMEM, "out of memory");
    free(path);
    /* The version file is there, so this is no case for anybody else. */
    return status == JW_ENOTFOUND ? jw_glass_damaged(r, name, JW_ECORRUPT, err) : status;
}

enum jw_status jw_glass_reader_open(const char *dir, struct jw_glass_reader **out,
                                    struct jw_error *err)
{
    struct jw_glass_version version;
    *out = NULL;
    enum jw_status status = jw_glass_read_version(dir, &version, err);
    if (status == JW_OK &&
        (!root_known(&version.postlist) || !root_known(&version.docdata))) {
        status = jw_fail(err, JW_ENOTFOUND, "%s has tables of another form", dir);
    }
    if (status != JW_OK) {
        return status;
    }
    struct jw_glass_reader *r = calloc(1, sizeof *r);
    if (!r) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    r->info.n_docs = version.sums.n_docs;
    r->info.last_docid = version.sums.last_docid;
    r->info.total_length = version.sums.total_length;
    r->info.wdf_max = version.sums.wdf_max;
    r->info.revision = version.revision;
    r->dir = strdup(dir);
    status = r->dir ? JW_OK : jw_fail(err, JW_ENOMEM, "out of memory");
    if (status == JW_OK) {
        status = open_table(r, JW_GLASS_POSTLIST, &version.postlist, &r->postlist, err);
    }
    if (status == JW_OK) {
        status = jw_glass_table_fence(&r->postlist);
        status =
            status == JW_OK ? JW_OK : jw_glass_damaged(r, JW_GLASS_POSTLIST, status, err);
    }
    if (status == JW_OK) {
        status = open_table(r, JW_GLASS_DOCDATA, &version.docdata, &r->docdata, err);
    }
    if (status == JW_OK) {
        status = jw_glass_leaves_make(&r->leaves, &r->docdata);
        status =
            status == JW_OK ? JW_OK : jw_glass_damaged(r, JW_GLASS_DOCDATA, status, err);
    }
    if (status != JW_OK) {
        jw_glass_reader_close(r);
        /* libxapian reads without a map. */
        return status == JW_ELIMIT ? JW_ENOTFOUND : status;
    }
    *out = r;
    return JW_OK;
}

void jw_glass_reader_close(struct jw_glass_reader *r)
{
    if (r) {
        jw_glass_table_close(&r->postlist);
        jw_glass_table_close(&r->docdata);
        jw_glass_leaves_release(&r->leaves);
        free(r->dir);
        free(r);
    }
}

void jw_glass_reader_info(const struct jw_glass_reader *r, struct jw_glass_info *out)
{
    *out = r->info;
}

/* ---- entries ---- */

enum jw_status jw_glass_meta(const struct jw_glass_reader *r, struct jw_str key,
                             struct jw_buf *out, struct jw_error *err)
{
    char bytes[JW_BTREE_KEY_MAX_BYTES];
    struct jw_glass_cursor at;
    struct jw_glass_item item;
    struct jw_buf scratch;
    struct jw_str tag = {NULL, 0};
    if (key.n == 0 || key.n > sizeof bytes - 2) {
        return JW_OK;
    }
    bytes[0] = KEY_ESCAPED;
    bytes[1] = (char)JW_POSTLIST_KEY_METADATA;
    memcpy(bytes + 2, key.p, key.n);
    struct jw_str wanted = jw_str_of(bytes, key.n + 2);
    jw_buf_init(&scratch, TAG_MAX_BYTES);
    enum jw_status status = jw_glass_table_find(&r->postlist, wanted, &at);
    if (status == JW_OK) {
        status = jw_glass_table_item(&at, &item);
    }
    if (status == JW_OK && jw_str_eq(item.key, wanted)) {
        status = jw_glass_table_tag(&r->postlist, &at, &scratch, &tag);
    }
    if (status == JW_OK) {
        jw_buf_add_str(out, tag);
        status = jw_buf_status(out);
    }
    jw_buf_release(&scratch);
    return status == JW_OK ? JW_OK : jw_glass_damaged(r, JW_GLASS_POSTLIST, status, err);
}

/* By the tree: also where an entry stands in several pieces or in several leaves. */
static enum jw_status walk_to_data(const struct jw_glass_reader *r, struct jw_str key,
                                   uint32_t *found, struct jw_buf *scratch,
                                   struct jw_str *data)
{
    struct jw_glass_cursor at;
    struct jw_glass_item item;
    enum jw_status status = jw_glass_table_find(&r->docdata, key, &at);
    if (status == JW_OK) {
        status = jw_glass_table_item(&at, &item);
    }
    if (status == JW_OK && item.key.n == 0) {
        return JW_ENOTFOUND;
    }
    if (status == JW_OK && item.component != 1) {
        /* The last component of the entry before: its key finds its first. */
        struct jw_str whole = item.key;
        status = jw_glass_table_find(&r->docdata, whole, &at);
        status = status == JW_OK ? jw_glass_table_item(&at, &item) : status;
    }
    if (status == JW_OK &&
        !jw_unpack_uint_sort((const unsigned char *)item.key.p, item.key.n, found)) {
        status = JW_ECORRUPT;
    }
    return status == JW_OK ? jw_glass_table_tag(&r->docdata, &at, scratch, data) : status;
}

static struct jw_glass_leaf leaf_of(const struct jw_glass_reader *r, uint32_t docid)
{
    const struct jw_glass_leaves *l = &r->leaves;
    size_t i = jw_glass_leaf_of(l, docid);
    uint32_t first = l->at[i].first;
    uint32_t end = i + 1 < l->n ? l->at[i + 1].first : r->info.last_docid + 1;
    struct jw_glass_leaf leaf = {l->at[i].block, docid > first ? docid - first : 0,
                                 end > first ? end - first : 1};
    return leaf;
}

bool jw_glass_data_mapped(const struct jw_glass_reader *r, uint32_t docid,
                          uint32_t *found, struct jw_str *data)
{
    struct jw_glass_item item;
    struct jw_glass_leaf leaf = leaf_of(r, docid);
    if (jw_glass_leaf_find(&r->docdata, &leaf, docid, &item, found) != JW_OK ||
        item.component != 1 || !item.last || *found == 0) {
        return false;
    }
    *data = item.piece;
    return true;
}

void jw_glass_prefetch_step(const struct jw_glass_reader *r, uint32_t docid)
{
    JW_PREFETCH(jw_glass_step_of(&r->leaves, docid));
}

void jw_glass_prefetch_place(const struct jw_glass_reader *r, uint32_t docid)
{
    JW_PREFETCH(&r->leaves.at[*jw_glass_step_of(&r->leaves, docid)]);
}

void jw_glass_prefetch_leaf(const struct jw_glass_reader *r, uint32_t docid)
{
    size_t i = jw_glass_leaf_of(&r->leaves, docid);
    jw_glass_table_prefetch(&r->docdata, r->leaves.at[i].block);
}

void jw_glass_prefetch_item(const struct jw_glass_reader *r, uint32_t docid)
{
    struct jw_glass_leaf leaf = leaf_of(r, docid);
    jw_glass_leaf_prefetch(&r->docdata, &leaf);
}

void jw_glass_prefetch_bytes(struct jw_str bytes)
{
    enum {
        LINE_BYTES = 64
    };
    for (size_t i = 0; i < bytes.n; i += LINE_BYTES) {
        JW_PREFETCH(bytes.p + i);
    }
}

enum jw_status jw_glass_data(const struct jw_glass_reader *r, uint32_t docid,
                             uint32_t *found, struct jw_buf *scratch, struct jw_str *data,
                             struct jw_error *err)
{
    unsigned char bytes[JW_PACK_SORT_MAX_BYTES];
    if (jw_glass_data_mapped(r, docid, found, data)) {
        return JW_OK;
    }
    size_t n = (size_t)(jw_pack_uint_sort(bytes, docid) - bytes);
    enum jw_status status =
        walk_to_data(r, jw_str_of((const char *)bytes, n), found, scratch, data);
    if (status == JW_OK && *found > docid) {
        status = JW_ECORRUPT;
    }
    if (status == JW_OK || status == JW_ENOTFOUND) {
        return status;
    }
    return jw_glass_damaged(r, JW_GLASS_DOCDATA, status, err);
}

/* ---- terms ---- */

bool jw_glass_list_head(struct jw_str tag, struct jw_glass_list_head *out)
{
    const unsigned char *p = (const unsigned char *)tag.p;
    const unsigned char *end = p + tag.n;
    uint64_t n_docs = 0;
    uint64_t before_first = 0;
    if (jw_varint_read(&p, end, &n_docs) != JW_OK ||
        jw_varint_read(&p, end, &out->n_occurrences) != JW_OK ||
        jw_varint_read(&p, end, &before_first) != JW_OK || n_docs > UINT32_MAX ||
        n_docs == 0 || before_first >= UINT32_MAX) {
        return false;
    }
    out->n_docs = (uint32_t)n_docs;
    out->first_docid = (uint32_t)before_first + 1;
    out->body = jw_str_of((const char *)p, (size_t)(end - p));
    return true;
}

/* @return whether key is that of a list's first chunk: a term, all of it. */
static bool is_term(struct jw_str key)
{
    return key.n > 0 && key.p[0] != KEY_ESCAPED && !memchr(key.p, 0, key.n);
}

enum jw_status jw_glass_terms(const struct jw_glass_reader *r, struct jw_str prefix,
                              jw_glass_term_fn fn, void *arg, struct jw_error *err)
{
    struct jw_glass_cursor at;
    struct jw_glass_item item;
    enum jw_status status = jw_glass_table_find(&r->postlist, prefix, &at);
    while (status == JW_OK) {
        struct jw_glass_list_head head;
        status = jw_glass_table_item(&at, &item);
        if (status != JW_OK) {
            break;
        }
        bool inside = item.key.n >= prefix.n &&
                      (prefix.n == 0 || memcmp(item.key.p, prefix.p, prefix.n) == 0);
        if (!inside && jw_str_cmp(item.key, prefix) > 0) {
            return JW_OK;
        }
        if (inside && is_term(item.key) && item.component == 1) {
            if (!jw_glass_list_head(item.piece, &head)) {
                status = JW_ECORRUPT;
                break;
            }
            if (!fn(item.key, head.n_docs, arg)) {
                return JW_OK;
            }
        }
        status = jw_glass_table_next(&r->postlist, &at);
    }
    return status == JW_ENOTFOUND ? JW_OK
                                  : jw_glass_damaged(r, JW_GLASS_POSTLIST, status, err);
}
