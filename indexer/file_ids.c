#include "file_ids.h"

#include <search.h>
#include <string.h>

enum {
    LIMIT_BYTES = 2147483647
};

struct file_id {
    struct jw_str id;
    const char *path;
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

static void keep(void *in_arena)
{
    (void)in_arena;
}

void jw_file_ids_init(struct jw_file_ids *ids)
{
    ids->root = NULL;
    jw_arena_init(&ids->arena, LIMIT_BYTES);
}

void jw_file_ids_release(struct jw_file_ids *ids)
{
    tdestroy(ids->root, keep);
    ids->root = NULL;
    jw_arena_release(&ids->arena);
}

static const char *find(const struct jw_file_ids *ids, struct jw_str id)
{
    const struct file_id key = {id, NULL};
    void *const *node = tfind(&key, &ids->root, by_id);
    return node ? ((const struct file_id *)*node)->path : NULL;
}

/* Without memory it is not noted: only a message suffers. */
static void note(struct jw_file_ids *ids, struct jw_str id, const char *path)
{
    struct file_id *file = jw_arena_alloc(&ids->arena, sizeof *file);
    struct jw_str copy = jw_arena_str(&ids->arena, jw_str_of(path, strlen(path) + 1));
    if (file && copy.p) {
        file->id = jw_arena_str(&ids->arena, id);
        file->path = copy.p;
        if (file->id.p) {
            (void)tsearch(file, &ids->root, by_id);
        }
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
