/*
 *     14  magic: 0x0F 0x0D "Xapian Glass"
 *      2  format: (year - 2014) << 9 | month << 5 | day, big-endian;
 *         2016-03-14 in all of Xapian 1.4
 *     16  UUID
 *         revision, an entry for each table, sums        (LEB128)
 */
#include "version_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "btree.h"
#include "jianwen/file.h"

enum {
    MAGIC_BYTES = 16,
    UUID_BYTES = 16,
    VERSION_FILE_BYTES = 4096,
    /* termlist, position, spelling, synonym: empty */
    OTHER_TABLES = 4,
    REVISION = 1
};

/* The least length of a tag that Xapian compresses, table by table. */
enum {
    COMPRESS_TERMLIST = 18,
    COMPRESS_NEVER = 0
};

static const unsigned char magic[MAGIC_BYTES] = {
    0x0F,
    0x0D,
    'X',
    'a',
    'p',
    'i',
    'a',
    'n',
    ' ',
    'G',
    'l',
    'a',
    's',
    's',
    ((2016 - 2014) << 9 | 3 << 5 | 14) >> 8,
    ((2016 - 2014) << 9 | 3 << 5 | 14) & 0xFF,
};

static const char file_name[] = "iamglass";

enum jw_status jw_glass_write_version(const char *dir, struct jw_str postlist,
                                      struct jw_str docdata,
                                      const struct jw_glass_sums *sums,
                                      struct jw_error *err)
{
    unsigned char uuid[UUID_BYTES];
    struct jw_buf b;
    char *path = jw_path_join(dir, file_name);
    jw_buf_init(&b, VERSION_FILE_BYTES);
    if (!path || getrandom(uuid, sizeof uuid, 0) != (ssize_t)sizeof uuid) {
        free(path);
        return jw_fail(err, JW_ENOMEM, "cannot make %s/%s", dir, file_name);
    }
    jw_buf_add(&b, magic, sizeof magic);
    jw_buf_add(&b, uuid, sizeof uuid);
    jw_buf_add_varint(&b, REVISION);
    jw_buf_add_str(&b, postlist);
    jw_buf_add_str(&b, docdata);
    jw_btree_empty_root(&b, COMPRESS_TERMLIST); /* termlist */
    jw_btree_empty_root(&b, COMPRESS_NEVER);    /* position */
    jw_btree_empty_root(&b, COMPRESS_TERMLIST); /* spelling */
    jw_btree_empty_root(&b, COMPRESS_TERMLIST); /* synonym */
    jw_buf_add_varint(&b, sums->n_docs);
    jw_buf_add_varint(&b, sums->last_docid - sums->n_docs);
    jw_buf_add_varint(&b, sums->shortest);
    jw_buf_add_varint(&b, sums->wdf_max);
    jw_buf_add_varint(&b, sums->longest - sums->wdf_max);
    jw_buf_add_varint(&b, 0); /* no changesets */
    jw_buf_add_varint(&b, sums->total_length);
    jw_buf_add_varint(&b, 0); /* no spelling data */
    enum jw_status status = jw_buf_status(&b);
    if (status == JW_OK) {
        status = jw_file_replace(path, jw_buf_str(&b), err);
    } else {
        (void)jw_fail(err, status, "cannot write %s", path);
    }
    jw_buf_release(&b);
    free(path);
    return status;
}

bool jw_glass_version_known(const char *dir)
{
    struct jw_buf b;
    char *path = jw_path_join(dir, file_name);
    jw_buf_init(&b, VERSION_FILE_BYTES);
    bool known = path && jw_file_read(path, VERSION_FILE_BYTES - 1, &b, NULL) == JW_OK &&
                 b.len > sizeof magic && memcmp(b.data, magic, sizeof magic) == 0;
    jw_buf_release(&b);
    free(path);
    return known;
}

/* ---- reading ---- */

struct numbers {
    const unsigned char *p;
    const unsigned char *end;
    bool bad;
};

static uint64_t next_number(struct numbers *in)
{
    uint64_t v = 0;
    in->bad = in->bad || jw_varint_read(&in->p, in->end, &v) != JW_OK;
    return v;
}

static void read_root(struct numbers *in, struct jw_glass_root *out)
{
    out->block = next_number(in);
    uint64_t level = next_number(in);
    out->level = level >> 2 > UINT32_MAX ? UINT32_MAX : (uint32_t)(level >> 2);
    out->no_blocks = (level & 1) != 0;
    out->n_items = next_number(in);
    out->block_bytes = next_number(in) << 11;
    out->compress_min = next_number(in);
    uint64_t free_list = next_number(in);
    if (in->bad || free_list > (uint64_t)(in->end - in->p)) {
        in->bad = true;
        return;
    }
    in->p += free_list;
}

static void read_version(struct numbers *in, struct jw_glass_version *out)
{
    struct jw_glass_root other;
    out->revision = next_number(in);
    read_root(in, &out->postlist);
    read_root(in, &out->docdata);
    for (int i = 0; i < OTHER_TABLES; i++) {
        read_root(in, &other);
    }
    uint64_t n_docs = next_number(in);
    uint64_t last = n_docs + next_number(in);
    uint64_t shortest = next_number(in);
    uint64_t wdf_max = next_number(in);
    uint64_t longest = wdf_max + next_number(in);
    (void)next_number(in); /* the oldest changeset */
    out->sums.total_length = next_number(in);
    (void)next_number(in); /* the greatest spelling frequency */
    in->bad |= last > UINT32_MAX || n_docs > last || longest > UINT32_MAX ||
               shortest > UINT32_MAX || wdf_max > UINT32_MAX;
    out->sums.n_docs = (uint32_t)n_docs;
    out->sums.last_docid = (uint32_t)last;
    out->sums.shortest = (uint32_t)shortest;
    out->sums.wdf_max = (uint32_t)wdf_max;
    out->sums.longest = (uint32_t)longest;
}

enum jw_status jw_glass_read_version(const char *dir, struct jw_glass_version *out,
                                     struct jw_error *err)
{
    struct jw_buf b;
    char *path = jw_path_join(dir, file_name);
    memset(out, 0, sizeof *out);
    if (!path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    jw_buf_init(&b, VERSION_FILE_BYTES);
    enum jw_status status = jw_file_read(path, VERSION_FILE_BYTES - 1, &b, err);
    if (status == JW_ELIMIT || status == JW_EINVAL) {
        status = JW_ENOTFOUND; /* too long, or no file: nothing that is known here */
    }
    if (status == JW_OK &&
        (b.len < sizeof magic || memcmp(b.data, magic, sizeof magic) != 0)) {
        status = jw_fail(err, JW_ENOTFOUND, "%s is of another format", path);
    }
    if (status == JW_OK) {
        const unsigned char *p = (const unsigned char *)b.data;
        struct numbers in = {p + MAGIC_BYTES + UUID_BYTES, p + b.len, false};
        if (b.len < MAGIC_BYTES + UUID_BYTES) {
            in.bad = true;
        } else {
            read_version(&in, out);
        }
        if (in.bad) {
            status = jw_fail(err, JW_ECORRUPT,
                             "%s is damaged; build the index anew with "
                             "`jianwen-indexer build`",
                             path);
        }
    }
    jw_buf_release(&b);
    free(path);
    return status;
}
