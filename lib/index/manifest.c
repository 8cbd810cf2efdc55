#include "manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "jianwen/buf.h"
#include "jianwen/file.h"
#include "jianwen/schema.h"
#include "jianwen/str.h"

static const char file_name[] = "CURRENT";
static const char first_line[] = "jianwen-index ";
enum {
    MANIFEST_MAX_BYTES = 4096,
    SUM_LINE_BYTES = 13 /* "sum ", eight digits, a line's end */
};

bool jw_manifest_stamp(const char *dir, struct jw_manifest_stamp *out)
{
    char *path = jw_path_join(dir, file_name);
    struct stat st;
    bool there = path && stat(path, &st) == 0;
    memset(out, 0, sizeof *out);
    if (there) {
        out->inode = st.st_ino;
        out->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    }
    free(path);
    return there;
}

bool jw_manifest_names(const struct jw_manifest *m, const char *name)
{
    for (size_t i = 0; i < m->n_segments; i++) {
        if (strcmp(m->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* 32-bit FNV-1a. */
static uint32_t sum_of(struct jw_str s)
{
    uint32_t h = 0x811C9DC5u;
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 0x01000193u;
    }
    return h;
}

/* Cut the last line off, which holds the sum.  @return whether it is right. */
static bool take_sum(struct jw_str *text)
{
    char line[SUM_LINE_BYTES + 1];
    if (text->n < SUM_LINE_BYTES) {
        return false;
    }
    struct jw_str last = jw_str_slice(*text, text->n - SUM_LINE_BYTES, text->n);
    text->n -= SUM_LINE_BYTES;
    (void)snprintf(line, sizeof line, "sum %08x\n", (unsigned)sum_of(*text));
    return jw_str_eq_c(last, line);
}

static struct jw_str next_line(struct jw_str *text)
{
    const char *nl = text->n ? memchr(text->p, '\n', text->n) : NULL;
    size_t n = nl ? (size_t)(nl - text->p) : text->n;
    struct jw_str line = jw_str_of(text->p, n);
    *text = jw_str_slice(*text, nl ? n + 1 : n, text->n);
    return line;
}

static bool take_number(struct jw_str line, const char *name, unsigned long long *out)
{
    struct jw_str key = jw_str_c(name);
    return jw_str_starts(line, key) &&
           jw_str_to_u64(jw_str_slice(line, key.n, line.n), UINT64_MAX, out);
}

static bool good_segment_name(struct jw_str line)
{
    size_t head = jw_str_starts(line, jw_str_c("base-"))    ? 5
                  : jw_str_starts(line, jw_str_c("delta-")) ? 6
                                                            : 0;
    unsigned long long number = 0;
    return head && line.n < JW_SEGMENT_NAME_BYTES &&
           jw_str_to_u64(jw_str_slice(line, head, line.n), UINT32_MAX, &number);
}

static enum jw_status parse(struct jw_str text, const char *dir, struct jw_manifest *m,
                            struct jw_error *err)
{
    struct jw_str whole = text;
    struct jw_str head = next_line(&text);
    unsigned long long revision = 0;
    unsigned long long next = 0;
    if (!jw_str_starts(head, jw_str_c(first_line))) {
        return jw_fail(err, JW_ECORRUPT, "%s/%s is damaged; build the index anew", dir,
                       file_name);
    }
    struct jw_str version = jw_str_slice(head, strlen(first_line), head.n);
    if (!jw_str_eq_c(version, JW_SCHEMA_VERSION)) {
        return jw_fail(err, JW_EMISMATCH,
                       "the index in %s has schema %.*s, this program reads %s; build it "
                       "anew with `jianwen-indexer build`",
                       dir, (int)version.n, version.p, JW_SCHEMA_VERSION);
    }
    text = whole;
    bool good = take_sum(&text);
    (void)next_line(&text);
    good = good && take_number(next_line(&text), "revision ", &revision) &&
           take_number(next_line(&text), "next ", &next) && next <= UINT32_MAX;
    while (good && text.n) {
        struct jw_str line = next_line(&text);
        good = good_segment_name(line) && m->n_segments < JW_SEGMENTS_MAX;
        if (good) {
            memcpy(m->names[m->n_segments], line.p, line.n);
            m->n_segments++;
        }
    }
    if (!good) {
        return jw_fail(err, JW_ECORRUPT, "%s/%s is damaged; build the index anew", dir,
                       file_name);
    }
    m->revision = revision;
    m->next = (uint32_t)next;
    return JW_OK;
}

enum jw_status jw_manifest_read(const char *dir, struct jw_manifest *out,
                                struct jw_manifest_stamp *stamp, struct jw_error *err)
{
    memset(out, 0, sizeof *out);
    char *path = jw_path_join(dir, file_name);
    struct jw_buf text;
    struct jw_error why;
    jw_buf_init(&text, MANIFEST_MAX_BYTES + 1);
    jw_error_clear(&why);
    if (!path) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    /* The stamp first: a later CURRENT then only looks newer than it is. */
    if (stamp) {
        (void)jw_manifest_stamp(dir, stamp);
    }
    enum jw_status status = jw_file_read(path, MANIFEST_MAX_BYTES, &text, &why);
    if (status == JW_OK) {
        status = parse(jw_buf_str(&text), dir, out, err);
    } else if (status == JW_ENOTFOUND) {
        status = jw_fail(err, status,
                         "there is no index in %s; make one with `jianwen-indexer build`",
                         dir);
    } else {
        status = jw_fail(err, status, "%s", why.message);
    }
    jw_buf_release(&text);
    free(path);
    return status;
}

enum jw_status jw_manifest_write(const char *dir, const struct jw_manifest *m,
                                 struct jw_error *err)
{
    char *path = jw_path_join(dir, file_name);
    struct jw_buf text;
    jw_buf_init(&text, MANIFEST_MAX_BYTES);
    jw_buf_printf(&text, "%s%s\nrevision %llu\nnext %u\n", first_line, JW_SCHEMA_VERSION,
                  (unsigned long long)m->revision, m->next);
    for (size_t i = 0; i < m->n_segments; i++) {
        jw_buf_printf(&text, "%s\n", m->names[i]);
    }
    if (jw_buf_status(&text) == JW_OK) {
        jw_buf_printf(&text, "sum %08x\n", (unsigned)sum_of(jw_buf_str(&text)));
    }
    enum jw_status status = path ? jw_buf_status(&text) : JW_ENOMEM;
    if (status == JW_OK) {
        status = jw_file_replace(path, jw_buf_str(&text), err);
    } else {
        (void)jw_fail(err, status, "cannot write %s/%s", dir, file_name);
    }
    jw_buf_release(&text);
    free(path);
    return status;
}
