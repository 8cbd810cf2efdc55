#include "file_ids.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct file_id {
    /* What is behind the path's NUL; of a key to look for, anything. */
    struct jw_str id;
    char path[];
};

static int by_id(const void *a, const void *b)
{
    const struct file_id *x = a;
    const struct file_id *y = b;
    if (x->id.n != y->id.n) {
        return x->id.n < y->id.n ? -1 : 1;
    }
    return x->id.n ? memcmp(x->id.p, y->id.p, x->id.n) : 0;
}

void jw_file_ids_init(struct jw_file_ids *ids, size_t limit_bytes)
{
    ids->root = NULL;
    ids->left_bytes = limit_bytes;
}

void jw_file_ids_release(struct jw_file_ids *ids)
{
    tdestroy(ids->root, free);
    ids->root = NULL;
}

static const char *find(const struct jw_file_ids *ids, struct jw_str id)
{
    const struct file_id key = {.id = id};
    void *const *node = tfind(&key, &ids->root, by_id);
    return node ? ((const struct file_id *)*node)->path : NULL;
}

/* Without memory it is not noted: only a message suffers. */
static void note(struct jw_file_ids *ids, struct jw_str id, const char *path)
{
    size_t path_bytes = strlen(path) + 1;
    size_t cost = path_bytes - 1 + id.n + JW_FILE_ID_BYTES;
    struct file_id *file =
        cost <= ids->left_bytes ? malloc(sizeof *file + path_bytes + id.n) : NULL;
    if (!file) {
        return;
    }
    memcpy(file->path, path, path_bytes);
    memcpy(file->path + path_bytes, id.p, id.n);
    file->id = jw_str_of(file->path + path_bytes, id.n);
    if (tsearch(file, &ids->root, by_id)) {
        ids->left_bytes -= cost;
    } else {
        free(file);
    }
}

enum jw_status jw_file_ids_admit(struct jw_file_ids *ids, struct jw_index_writer *writer,
                                 const struct jw_article *article, const char *file,
                                 struct jw_error *err)
{
    const char *first = find(ids, article->id);
    if (first) {
        return jw_fail(err, JW_EINVAL, "id \"%.*s\" was given twice: %s has it, too",
                       (int)article->id.n, article->id.p, first);
    }
    enum jw_status status = jw_index_writer_takes_parts(writer)
                                ? jw_index_writer_admit(writer, article, err)
                                : jw_index_writer_put(writer, article, err);
    if (status == JW_OK && file) {
        note(ids, article->id, file);
    }
    return status;
}
