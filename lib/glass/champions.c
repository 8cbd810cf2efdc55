#include "champions.h"

#include <stdlib.h>
#include <string.h>

#include "postlist.h"
#include "run.h"

enum {
    WINDOW_BYTES = 1 << 20,
    /* A list in the spool: its term, its length, its postings. */
    TERM_MAX_BYTES = 8,
    LIST_MAX_BYTES = 2 + TERM_MAX_BYTES + JW_CHAMPIONS_MAX * JW_RUN_POSTING_MAX_BYTES,
    /* First bytes of UTF-8 sequences of three and of four. */
    LEAD_OF_THREE = 0xE0,
    LEAD_OF_FOUR = 0xF0
};

void jw_champions_init(struct jw_champions *c, const char *dir)
{
    memset(c, 0, sizeof *c);
    jw_spool_init(&c->spool, dir);
}

void jw_champions_release(struct jw_champions *c)
{
    jw_spool_release(&c->spool);
}

/* @return how many bytes the code point at byte i takes, when they are three or four and
 * there; else 0. */
static size_t long_code_point(struct jw_str s, size_t i)
{
    unsigned char lead = i < s.n ? (unsigned char)s.p[i] : 0;
    size_t n = lead < LEAD_OF_THREE ? 0 : lead < LEAD_OF_FOUR ? 3 : 4;
    return n <= s.n - i ? n : 0;
}

static bool may_be_pair(struct jw_str term)
{
    size_t first = long_code_point(term, 0);
    size_t second = first ? long_code_point(term, first) : 0;
    return second && first + second == term.n;
}

void jw_champions_begin(struct jw_champions *c, struct jw_str term, uint64_t n_docs)
{
    c->wanted = c->rule && n_docs >= c->rule->least_docs && may_be_pair(term);
    c->n = 0;
    c->floor = 0;
}

void jw_champions_keep(struct jw_champions *c, uint32_t docid, uint32_t number)
{
    uint64_t count = jw_signature_count(number);
    uint64_t key = count << 32 | c->rule->date_of(docid, c->rule->arg);
    if (count > c->rule->most_often) {
        c->wanted = false;
    }
    if (key <= c->floor) {
        return; /* others of the same time are newer */
    }
    size_t i = c->n < c->rule->n ? c->n++ : c->rule->n - 1;
    while (i > 0 && c->best[i - 1].key < key) {
        c->best[i] = c->best[i - 1];
        i--;
    }
    struct jw_champion kept = {key, docid, number};
    c->best[i] = kept;
    if (c->n == c->rule->n) {
        c->floor = c->best[c->n - 1].key;
    }
}

static int by_docid(const void *a, const void *b)
{
    const struct jw_champion *x = a;
    const struct jw_champion *y = b;
    return x->docid < y->docid ? -1 : x->docid > y->docid;
}

enum jw_status jw_champions_end(struct jw_champions *c, struct jw_str term,
                                struct jw_error *err)
{
    struct jw_buf *out = &c->spool.tail;
    uint32_t last = 0;
    if (!c->wanted) {
        return JW_OK;
    }
    qsort(c->best, c->n, sizeof *c->best, by_docid);
    jw_buf_add_byte(out, (unsigned char)term.n);
    jw_buf_add(out, term.p, term.n);
    jw_buf_add_byte(out, (unsigned char)c->n);
    for (size_t i = 0; i < c->n; i++) {
        jw_buf_add_varint(out, c->best[i].docid - last);
        jw_buf_add_varint(out, c->best[i].number);
        last = c->best[i].docid;
    }
    return jw_spool_write_large(&c->spool, err);
}

/* Read a list from the spool. */
static enum jw_status read_list(struct jw_champions *c, struct jw_window *in,
                                unsigned char term[1 + TERM_MAX_BYTES], size_t *term_n)
{
    enum jw_status status = jw_window_need(in, LIST_MAX_BYTES);
    size_t n = status == JW_OK ? *in->p++ : 0;
    if (status != JW_OK || n > TERM_MAX_BYTES || n >= jw_window_at_hand(in)) {
        return status == JW_OK ? JW_ECORRUPT : status;
    }
    term[0] = c->rule->prefix;
    memcpy(term + 1, in->p, n);
    *term_n = n + 1;
    in->p += n;
    c->n = *in->p++;
    uint32_t last = 0;
    for (size_t i = 0; i < c->n; i++) {
        struct jw_champion *k = &c->best[i];
        if (i == JW_CHAMPIONS_MAX || !jw_run_number(&in->p, in->end, &k->docid) ||
            !jw_run_number(&in->p, in->end, &k->number)) {
            return JW_ECORRUPT;
        }
        k->docid += last;
        last = k->docid;
    }
    return JW_OK;
}

static void put_list(const struct jw_champions *c, struct jw_postlist *list,
                     struct jw_btree *table, struct jw_str term)
{
    uint64_t n_occurrences = 0;
    for (size_t i = 0; i < c->n; i++) {
        n_occurrences += c->best[i].number;
    }
    jw_postlist_begin(list, table, term, c->n, n_occurrences);
    for (size_t i = 0; i < c->n; i++) {
        jw_postlist_add(list, c->best[i].docid, c->best[i].number);
    }
    jw_postlist_end(list);
}

enum jw_status jw_champions_write(struct jw_champions *c, struct jw_btree *table,
                                  struct jw_error *err)
{
    struct jw_window in;
    struct jw_postlist list;
    struct jw_spool *s = &c->spool;
    enum jw_status status = s->fd >= 0 ? jw_spool_write(s, err) : JW_OK;
    if (status != JW_OK) {
        return status;
    }
    if (s->fd >= 0) {
        jw_window_file(&in, s->fd, 0, s->n_on_disk, WINDOW_BYTES);
    } else {
        jw_window_memory(&in, s->tail.data, s->tail.len);
    }
    while (status == JW_OK && table->status == JW_OK &&
           jw_window_at_hand(&in) + in.n_left > 0) {
        unsigned char term[1 + TERM_MAX_BYTES];
        size_t n = 0;
        status = read_list(c, &in, term, &n);
        if (status == JW_OK) {
            put_list(c, &list, table, jw_str_of((const char *)term, n));
        }
    }
    jw_window_release(&in);
    return status == JW_OK
               ? JW_OK
               : jw_fail(err, status, "cannot read what was put aside in %s", s->dir);
}
