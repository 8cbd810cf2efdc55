/*
 * The docdata table is written while documents come; the postlist table at
 * the end, when metadata, lengths and runs are all there, in the order of its
 * keys: metadata (0x00 0xC0), lengths (0x00 0xE0), terms.
 *
 * An empty termlist table is left beside them: without it Xapian can neither
 * open the database for writing nor replicate it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "btree.h"
#include "jianwen/file.h"
#include "jianwen/glass.h"
#include "merge.h"
#include "pack.h"
#include "postlist.h"
#include "version_file.h"

enum {
    ROOT_MAX_BYTES = 256
};

struct jw_glass_writer {
    char *dir;
    struct jw_btree docdata;
    bool docdata_open;
};

static enum jw_status open_table(const char *dir, const char *name, struct jw_btree *t,
                                 struct jw_error *err)
{
    char *path = jw_path_join(dir, name);
    enum jw_status status =
        path ? jw_btree_open(t, path, err) : jw_fail(err, JW_ENOMEM, "out of memory");
    free(path);
    return status;
}

static enum jw_status make_empty_file(const char *dir, const char *name,
                                      struct jw_error *err)
{
    char *path = jw_path_join(dir, name);
    if (!path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    enum jw_status status = JW_OK;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || close(fd) != 0) {
        status = jw_fail_errno(err, errno, "cannot make %s", path);
    }
    free(path);
    return status;
}

enum jw_status jw_glass_open(const char *dir, struct jw_glass_writer **out,
                             struct jw_error *err)
{
    *out = NULL;
    struct jw_glass_writer *w = calloc(1, sizeof *w);
    if (!w) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    w->dir = strdup(dir);
    enum jw_status status = w->dir ? open_table(dir, "docdata.glass", &w->docdata, err)
                                   : jw_fail(err, JW_ENOMEM, "out of memory");
    w->docdata_open = status == JW_OK;
    if (status != JW_OK) {
        jw_glass_close(w);
        return status;
    }
    *out = w;
    return JW_OK;
}

void jw_glass_close(struct jw_glass_writer *w)
{
    if (!w) {
        return;
    }
    if (w->docdata_open) {
        jw_btree_close(&w->docdata);
    }
    free(w->dir);
    free(w);
}

void jw_glass_add_data(struct jw_glass_writer *w, uint32_t docid, struct jw_str data)
{
    unsigned char key[JW_PACK_SORT_MAX_BYTES];
    size_t n = (size_t)(jw_pack_uint_sort(key, docid) - key);
    jw_btree_add(&w->docdata, jw_str_of((const char *)key, n), data);
}

static int by_key(const void *a, const void *b)
{
    const struct jw_glass_metadata *x = a;
    const struct jw_glass_metadata *y = b;
    return jw_str_cmp(x->key, y->key);
}

static void put_metadata(struct jw_btree *table, const struct jw_glass_content *content)
{
    if (content->n_metadata) {
        qsort(content->metadata, content->n_metadata, sizeof *content->metadata, by_key);
    }
    for (size_t i = 0; i < content->n_metadata; i++) {
        if (content->metadata[i].value.n) {
            jw_postlist_metadata(table, content->metadata[i].key,
                                 content->metadata[i].value);
        }
    }
}

static void put_lengths(struct jw_btree *table, const struct jw_glass_content *content,
                        struct jw_glass_sums *sums)
{
    struct jw_postlist list;
    sums->n_docs = content->n_docs;
    sums->last_docid = content->n_docs;
    if (content->n_docs == 0) {
        return;
    }
    jw_postlist_begin_lengths(&list, table);
    for (uint32_t i = 0; i < content->n_docs; i++) {
        uint32_t n = content->lengths[i];
        jw_postlist_add(&list, i + 1, n);
        sums->total_length += n;
        sums->longest = n > sums->longest ? n : sums->longest;
        if (n && (sums->shortest == 0 || n < sums->shortest)) {
            sums->shortest = n;
        }
    }
    jw_postlist_end(&list);
}

enum jw_status jw_glass_finish(struct jw_glass_writer *w,
                               const struct jw_glass_content *content,
                               struct jw_error *err)
{
    struct jw_btree postlist;
    struct jw_glass_sums sums = {0};
    struct jw_buf roots[2];
    jw_buf_init(&roots[0], ROOT_MAX_BYTES);
    jw_buf_init(&roots[1], ROOT_MAX_BYTES);
    enum jw_status status = open_table(w->dir, "postlist.glass", &postlist, err);
    if (status == JW_OK) {
        put_metadata(&postlist, content);
        put_lengths(&postlist, content, &sums);
        status = jw_merge_runs(content->runs, content->n_runs, 1, &postlist,
                               &sums.wdf_max, err);
        if (status == JW_OK) {
            status = jw_btree_finish(&postlist, &roots[0], err);
        } else {
            jw_btree_close(&postlist);
        }
    }
    if (status == JW_OK) {
        status = jw_btree_finish(&w->docdata, &roots[1], err);
    }
    if (status == JW_OK) {
        status = make_empty_file(w->dir, "termlist.glass", err);
    }
    if (status == JW_OK) {
        status = jw_glass_write_version(w->dir, jw_buf_str(&roots[0]),
                                        jw_buf_str(&roots[1]), &sums, err);
    }
    jw_buf_release(&roots[0]);
    jw_buf_release(&roots[1]);
    return status;
}

bool jw_glass_known(const char *dir)
{
    return jw_glass_version_known(dir);
}
