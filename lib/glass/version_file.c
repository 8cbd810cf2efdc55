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
