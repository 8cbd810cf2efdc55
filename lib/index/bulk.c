#include "bulk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bulk_part.h"
#include "jianwen/file.h"
#include "jianwen/glass.h"
#include "jianwen/schema.h"
#include "jianwen/tokenizer.h"
#include "jianwen/xap.h"

enum {
    META_KEY_BYTES = 32,
    META_FIXED = 4, /* schema, fingerprint, counts, chars */
    META_MAX_BYTES = 1 << 30
};

/* A run and where its bytes are: in memory, or mapped from a file. */
struct kept_run {
    struct jw_run run;
    char *memory;
    void *map;
};

struct jw_bulk {
    char *path;
    struct jw_glass_writer *glass;
    struct jw_table table;
    struct jw_chars chars;
    struct jw_counts counts;
    struct kept_run *runs;
    size_t n_runs;
    size_t runs_cap;
    uint32_t *lengths;
    uint32_t n_docs;
    size_t lengths_cap;
    uint64_t memory_bytes;
    uint64_t run_bytes;
};

bool jw_bulk_possible(const char *dir)
{
    struct jw_xap_writer *probe = NULL;
    char *path = jw_path_join(dir, "probe");
    if (!path || jw_dir_make(path, NULL) != JW_OK) {
        free(path);
        return false;
    }
    bool possible = jw_xap_writer_open(path, JW_XAP_CREATE, &probe, NULL) == JW_OK;
    jw_xap_writer_close(probe);
    possible = possible && jw_glass_known(path);
    possible = jw_dir_remove(path, NULL) == JW_OK && possible;
    free(path);
    return possible;
}

static enum jw_status out_of_memory(struct jw_error *err)
{
    return jw_fail(err, JW_ENOMEM, "out of memory");
}

enum jw_status jw_bulk_open(const char *path, uint64_t memory_bytes, struct jw_bulk **out,
                            struct jw_error *err)
{
    *out = NULL;
    struct jw_bulk *b = calloc(1, sizeof *b);
    if (!b) {
        return out_of_memory(err);
    }
    jw_table_init(&b->table);
    jw_chars_init(&b->chars);
    b->memory_bytes = memory_bytes;
    b->path = strdup(path);
    enum jw_status status =
        b->path ? jw_glass_open(path, &b->glass, err) : out_of_memory(err);
    if (status != JW_OK) {
        jw_bulk_close(b);
        return status;
    }
    *out = b;
    return JW_OK;
}

void jw_bulk_close(struct jw_bulk *b)
{
    if (!b) {
        return;
    }
    jw_glass_close(b->glass);
    jw_table_release(&b->table);
    jw_chars_release(&b->chars);
    for (size_t i = 0; i < b->n_runs; i++) {
        free(b->runs[i].memory);
        if (b->runs[i].map) {
            (void)munmap(b->runs[i].map, b->runs[i].run.n_bytes);
        }
    }
    free(b->runs);
    free(b->lengths);
    free(b->path);
    free(b);
}

/* ---- appending a part ---- */

/* Put a run into a file that has no name any more, and map it. */
static enum jw_status spill(struct jw_bulk *b, struct jw_buf *bytes,
                            struct kept_run *kept, struct jw_error *err)
{
    enum jw_status status = JW_OK;
    char *path = jw_path_join(b->path, "run.tmp");
    int fd = path ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    size_t done = 0;
    while (fd >= 0 && done < bytes->len) {
        ssize_t n = write(fd, bytes->data + done, bytes->len - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0 && done == bytes->len) {
        kept->map = mmap(NULL, bytes->len, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    if (!kept->map || kept->map == MAP_FAILED) {
        kept->map = NULL;
        status = jw_fail_errno(err, errno, "cannot put a run on disk in %s", b->path);
    }
    kept->run.bytes = kept->map;
    kept->run.n_bytes = bytes->len;
    jw_buf_release(bytes);
    if (fd >= 0) {
        (void)unlink(path);
        (void)close(fd);
    }
    free(path);
    return status;
}

static enum jw_status keep_run(struct jw_bulk *b, struct jw_bulk_part *part,
                               struct jw_error *err)
{
    void *runs = b->runs;
    struct kept_run kept = {{NULL, 0, part->n_docs}, NULL, NULL};
    enum jw_status status =
        jw_array_grow(&runs, &b->runs_cap, b->n_runs + 1, sizeof *b->runs);
    b->runs = runs;
    if (status != JW_OK) {
        return out_of_memory(err);
    }
    if (b->run_bytes + part->run.len > b->memory_bytes && part->run.len > 0) {
        status = spill(b, &part->run, &kept, err);
    } else {
        size_t n = 0;
        b->run_bytes += part->run.len;
        status = jw_buf_take(&part->run, &kept.memory, &n);
        kept.run.bytes = (const unsigned char *)kept.memory;
        kept.run.n_bytes = n;
    }
    if (status == JW_OK) {
        b->runs[b->n_runs++] = kept;
    }
    return status;
}

static enum jw_status append_rows(struct jw_bulk *b, const struct jw_bulk_part *part)
{
    for (size_t i = 0; i < part->n_rows; i++) {
        struct jw_row row = part->rows[i].row;
        row.first_docid += b->n_docs + 1;
        enum jw_status status = jw_table_add(&b->table, &row, part->rows[i].values);
        if (status != JW_OK) {
            return status;
        }
    }
    return JW_OK;
}

static void reset_part(struct jw_bulk_part *part)
{
    memset(&part->counts, 0, sizeof part->counts);
    jw_chars_clear(&part->chars);
    jw_arena_clear(&part->arena, 1 << 20);
    jw_buf_clear(&part->data);
    part->n_rows = 0;
    part->n_records = 0;
    part->n_docs = 0;
}

enum jw_status jw_bulk_append(struct jw_bulk *b, struct jw_bulk_part *part,
                              struct jw_error *err)
{
    void *lengths = b->lengths;
    if (part->n_docs > UINT32_MAX - 1 - b->n_docs) {
        return jw_fail(err, JW_ELIMIT, "more than 2^32 paragraphs");
    }
    enum jw_status status = jw_array_grow(
        &lengths, &b->lengths_cap, (size_t)b->n_docs + part->n_docs, sizeof *b->lengths);
    b->lengths = lengths;
    if (status != JW_OK || append_rows(b, part) != JW_OK ||
        jw_chars_sum(&b->chars, &part->chars) != JW_OK) {
        return out_of_memory(err);
    }
    if (part->n_docs) {
        memcpy(b->lengths + b->n_docs, part->lengths,
               part->n_docs * sizeof *part->lengths);
    }
    for (size_t i = 0; i < part->n_records; i++) {
        const struct jw_part_record *r = &part->records[i];
        jw_glass_add_data(b->glass, b->n_docs + 1 + r->docid,
                          jw_str_of(part->data.data + r->at, r->n));
    }
    status = keep_run(b, part, err);
    b->n_docs += part->n_docs;
    b->counts.n_articles += part->counts.n_articles;
    b->counts.n_paragraphs += part->counts.n_paragraphs;
    b->counts.text_bytes += part->counts.text_bytes;
    b->counts.total_length += part->counts.total_length;
    reset_part(part);
    return status;
}

/* ---- the end ---- */

/* Metadata while it is made; keys and values are kept in one arena. */
struct meta_list {
    struct jw_glass_metadata *at;
    size_t n;
    struct jw_arena arena;
    struct jw_buf value;
};

static enum jw_status put_meta(struct meta_list *m, const char *key)
{
    enum jw_status status = jw_buf_status(&m->value);
    struct jw_glass_metadata meta = {jw_arena_str(&m->arena, jw_str_c(key)),
                                     jw_arena_str(&m->arena, jw_buf_str(&m->value))};
    jw_buf_clear(&m->value);
    if (status != JW_OK || !meta.key.p || !meta.value.p) {
        return status != JW_OK ? status : JW_ENOMEM;
    }
    m->at[m->n++] = meta;
    return JW_OK;
}

static enum jw_status make_metadata(struct jw_bulk *b, struct meta_list *m)
{
    char key[META_KEY_BYTES];
    jw_buf_add_c(&m->value, JW_SCHEMA_VERSION);
    enum jw_status status = put_meta(m, JW_META_SCHEMA);
    if (status == JW_OK) {
        jw_buf_add_c(&m->value, jw_text_fingerprint());
        status = put_meta(m, JW_META_FINGERPRINT);
    }
    if (status == JW_OK) {
        jw_counts_encode(&b->counts, &m->value);
        status = put_meta(m, JW_META_COUNTS);
    }
    if (status == JW_OK) {
        jw_chars_encode(&b->chars, &m->value);
        status = put_meta(m, JW_META_CHARS);
    }
    for (int f = 0; f < JW_FIELDS && status == JW_OK; f++) {
        (void)snprintf(key, sizeof key, "%s%d", JW_META_NAMES, f);
        jw_names_encode(&b->table.names[f].names, &m->value);
        status = put_meta(m, key);
    }
    size_t n_chunks = (b->table.n_rows + JW_TABLE_CHUNK - 1) / JW_TABLE_CHUNK;
    for (size_t k = 0; k < n_chunks && status == JW_OK; k++) {
        (void)snprintf(key, sizeof key, "%s%zu", JW_META_TABLE, k);
        jw_table_encode_chunk(&b->table, k, &m->value);
        status = put_meta(m, key);
    }
    return status;
}

enum jw_status jw_bulk_finish(struct jw_bulk *b, struct jw_error *err)
{
    struct meta_list m = {0};
    size_t n_meta = META_FIXED + JW_FIELDS + b->table.n_rows / JW_TABLE_CHUNK + 1;
    struct jw_run *runs = calloc(b->n_runs + 1, sizeof *runs);
    m.at = calloc(n_meta, sizeof *m.at);
    jw_arena_init(&m.arena, META_MAX_BYTES);
    jw_buf_init(&m.value, META_MAX_BYTES);
    enum jw_status status = runs && m.at ? make_metadata(b, &m) : JW_ENOMEM;
    if (status != JW_OK) {
        (void)jw_fail(err, status, "cannot store the article table: %s",
                      jw_status_name(status));
    }
    for (size_t i = 0; i < b->n_runs && runs; i++) {
        runs[i] = b->runs[i].run;
    }
    if (status == JW_OK) {
        struct jw_glass_content content = {runs,      b->n_runs, b->lengths,
                                           b->n_docs, m.at,      m.n};
        status = jw_glass_finish(b->glass, &content, err);
    }
    jw_arena_release(&m.arena);
    jw_buf_release(&m.value);
    free(m.at);
    free(runs);
    return status;
}
