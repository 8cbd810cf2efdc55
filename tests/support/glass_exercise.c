#include "glass_exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "glass_base.h"
#include "jianwen/glass_reader.h"
#include "scratch.h"
#include "version_file.h"

enum {
    SCRATCH_BYTES = 1 << 28,
    TERMS_KEPT = 12,
    TERM_BYTES = 256,
    ROOM = 50,
    DOCUMENTS = 10,
    METADATA = 3
};

bool jw_glass_copy_load(struct jw_glass_copy *c, const char *dir)
{
    static const char *const names[JW_GLASS_TABLES] = {JW_GLASS_POSTLIST,
                                                       JW_GLASS_DOCDATA};
    struct jw_glass_table *const tables[JW_GLASS_TABLES] = {&c->reader.postlist,
                                                            &c->reader.docdata};
    struct jw_glass_version version;
    struct jw_scratch s;
    memset(c, 0, sizeof *c);
    (void)snprintf(s.dir, sizeof s.dir, "%s", dir);
    if (jw_glass_read_version(dir, &version, NULL) != JW_OK) {
        return false;
    }
    const struct jw_glass_root *const roots[JW_GLASS_TABLES] = {&version.postlist,
                                                                &version.docdata};
    for (int i = 0; i < JW_GLASS_TABLES; i++) {
        c->bytes[i] =
            (unsigned char *)jw_file_load(jw_scratch_path(&s, names[i]), &c->n_bytes[i]);
        if (!c->bytes[i]) {
            jw_glass_copy_release(c);
            return false;
        }
        tables[i]->map = c->bytes[i];
        tables[i]->n_bytes = c->n_bytes[i];
        tables[i]->n_blocks = (uint32_t)(c->n_bytes[i] / 8192);
        tables[i]->root = (uint32_t)roots[i]->block;
        tables[i]->n_levels = roots[i]->level + 1;
    }
    c->reader.info.n_docs = version.sums.n_docs;
    c->reader.info.last_docid = version.sums.last_docid;
    c->reader.dir = strdup(dir);
    return true;
}

void jw_glass_copy_release(struct jw_glass_copy *c)
{
    for (int i = 0; i < JW_GLASS_TABLES; i++) {
        free(c->bytes[i]);
    }
    free(c->reader.dir);
    jw_glass_leaves_release(&c->reader.leaves);
    memset(c, 0, sizeof *c);
}

static bool expected(enum jw_status status)
{
    return status == JW_OK || status == JW_ECORRUPT || status == JW_ENOTFOUND;
}

/* Look at every byte, so that one outside is noticed. */
static void touch(struct jw_str bytes)
{
    const volatile char *p = bytes.p;
    for (size_t i = 0; i < bytes.n; i++) {
        (void)p[i];
    }
}

struct kept {
    char bytes[TERMS_KEPT][TERM_BYTES];
    size_t n_bytes[TERMS_KEPT];
    size_t n;
    uint64_t n_seen;
};

static bool keep(struct jw_str term, uint32_t n_docs, void *arg)
{
    struct kept *k = arg;
    (void)n_docs;
    touch(term);
    if (k->n_seen++ % 16 == 0 && k->n < TERMS_KEPT && term.n < TERM_BYTES) {
        memcpy(k->bytes[k->n], term.p, term.n);
        k->n_bytes[k->n++] = term.n;
    }
    return true;
}

static const char *read_list(const struct jw_glass_reader *reader, struct jw_str term,
                             struct jw_random *r)
{
    struct jw_glass_postings p;
    struct jw_error err;
    uint32_t docids[ROOM];
    uint32_t wdfs[ROOM];
    uint32_t last = 0;
    size_t n = 1;
    enum jw_status status = jw_glass_postings_open(reader, term, &p, &err);
    while (status == JW_OK && n > 0) {
        uint32_t from =
            jw_random_one_in(r, 3) ? last + jw_random_below(r, 100) : last / 2;
        status = jw_glass_postings_read(&p, from, docids, wdfs,
                                        1 + jw_random_below(r, ROOM), &n, &err);
        for (size_t i = 0; status == JW_OK && i < n; i++) {
            if (docids[i] <= last || docids[i] < from ||
                docids[i] > reader->info.last_docid) {
                return "documents of a list do not ascend";
            }
            last = docids[i];
        }
    }
    return expected(status) ? NULL : "a list: an unexpected status";
}

static const char *meet_list(const struct jw_glass_reader *reader, struct jw_str term,
                             struct jw_random *r)
{
    struct jw_glass_postings p;
    struct jw_error err;
    uint32_t docids[ROOM];
    uint32_t wdfs[ROOM];
    uint32_t step = 1 + jw_random_below(r, 1 + reader->info.last_docid / ROOM);
    uint32_t docid = 0;
    for (size_t i = 0; i < ROOM; i++) {
        docid += 1 + jw_random_below(r, step);
        docids[i] = docid;
    }
    enum jw_status status = jw_glass_postings_open(reader, term, &p, &err);
    if (status == JW_OK) {
        status = jw_glass_postings_meet(&p, docids, ROOM, wdfs, &err);
    }
    return expected(status) ? NULL : "meeting a list: an unexpected status";
}

static const char *read_lists(const struct jw_glass_reader *reader, struct jw_random *r)
{
    static const char *const words[] = {"w0", "w1", "w4", "Q5", "\xFFw6"};
    struct kept k = {.n = 0};
    struct jw_error err;
    const char *fault = NULL;
    enum jw_status status = jw_glass_terms(reader, jw_str_c(""), keep, &k, &err);
    if (!expected(status)) {
        return "terms: an unexpected status";
    }
    if (k.n_seen > (uint64_t)reader->postlist.n_blocks * 4096) {
        return "terms: more than there is room for";
    }
    for (size_t i = 0; i < k.n && !fault; i++) {
        fault = read_list(reader, jw_str_of(k.bytes[i], k.n_bytes[i]), r);
        fault = fault ? fault : meet_list(reader, jw_str_of(k.bytes[i], k.n_bytes[i]), r);
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0] && !fault; i++) {
        fault = read_list(reader, jw_str_c(words[i]), r);
        status = jw_glass_terms(reader, jw_str_c(words[i]), keep, &k, &err);
        fault = expected(status) ? fault : "terms: an unexpected status";
    }
    return fault;
}

static const char *read_documents(const struct jw_glass_reader *reader,
                                  struct jw_random *r)
{
    struct jw_buf scratch;
    struct jw_error err;
    const char *fault = NULL;
    jw_buf_init(&scratch, SCRATCH_BYTES);
    for (int i = 0; i < DOCUMENTS && !fault; i++) {
        uint32_t docid = jw_random_one_in(r, 10)
                             ? (uint32_t)jw_random_u64(r)
                             : jw_random_below(r, reader->info.last_docid + 2);
        uint32_t found = 0;
        struct jw_str data = {NULL, 0};
        jw_glass_prefetch_leaf(reader, docid);
        jw_glass_prefetch_item(reader, docid);
        enum jw_status status =
            jw_glass_data(reader, docid, &found, &scratch, &data, &err);
        if (status == JW_OK) {
            jw_glass_prefetch_bytes(data);
            touch(data);
        }
        fault = status == JW_OK && found > docid ? "data of a later document" : fault;
        fault = expected(status) ? fault : "data: an unexpected status";
    }
    for (size_t i = 0; i < METADATA && !fault; i++) {
        jw_buf_clear(&scratch);
        enum jw_status status =
            jw_glass_meta(reader, jw_glass_base_key(i), &scratch, &err);
        fault = expected(status) ? NULL : "metadata: an unexpected status";
    }
    jw_buf_release(&scratch);
    return fault;
}

const char *jw_glass_exercise(const struct jw_glass_reader *reader, struct jw_random *r)
{
    const char *fault = read_lists(reader, r);
    return fault ? fault : read_documents(reader, r);
}

const char *jw_glass_copy_exercise(struct jw_glass_copy *c, struct jw_random *r)
{
    enum jw_status status = jw_glass_leaves_make(&c->reader.leaves, &c->reader.docdata);
    if (status != JW_OK) {
        return status == JW_ECORRUPT ? NULL : "leaves: an unexpected status";
    }
    const char *fault = jw_glass_exercise(&c->reader, r);
    /* Once more with fences; without sound ones it would not have been opened. */
    status = jw_glass_table_fence(&c->reader.postlist);
    if (status == JW_OK) {
        fault = fault ? fault : jw_glass_exercise(&c->reader, r);
    } else if (status != JW_ECORRUPT) {
        fault = "fences: an unexpected status";
    }
    jw_glass_fences_release(&c->reader.postlist.fences);
    jw_glass_leaves_release(&c->reader.leaves);
    return fault;
}
