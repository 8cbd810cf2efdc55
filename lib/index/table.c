#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "jianwen/schema.h"

enum {
    NAMES_ARENA_BYTES = 1 << 30,
    FIRST_SLOTS = 64,
    /* Flags below the number of documents. */
    ROW_UNTITLED = 1,
    ROW_JOINED = 2,
    ROW_BITS = 2
};

void jw_table_init(struct jw_table *t)
{
    memset(t, 0, sizeof *t);
    jw_arena_init(&t->arena, NAMES_ARENA_BYTES);
}

void jw_table_release(struct jw_table *t)
{
    free(t->rows);
    for (int f = 0; f < JW_FIELDS; f++) {
        free(t->names[f].names.at);
        free(t->names[f].slots);
    }
    jw_arena_release(&t->arena);
    jw_table_init(t);
}

/* 32-bit FNV-1a. */
static size_t hash_of(struct jw_str s)
{
    uint32_t h = 0x811C9DC5u;
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 0x01000193u;
    }
    return h;
}

static size_t slot_of(const struct jw_name_set *set, struct jw_str value)
{
    size_t i = hash_of(value) & (set->n_slots - 1);
    while (set->slots[i] && !jw_str_eq(set->names.at[set->slots[i] - 1], value)) {
        i = (i + 1) & (set->n_slots - 1);
    }
    return i;
}

static enum jw_status grow_slots(struct jw_name_set *set)
{
    if (set->names.n * 2 < set->n_slots) {
        return JW_OK;
    }
    size_t n = set->n_slots ? set->n_slots * 2 : FIRST_SLOTS;
    uint32_t *slots = calloc(n, sizeof *slots);
    if (!slots) {
        return JW_ENOMEM;
    }
    free(set->slots);
    set->slots = slots;
    set->n_slots = n;
    for (size_t i = 0; i < set->names.n; i++) {
        slots[slot_of(set, set->names.at[i])] = (uint32_t)i + 1;
    }
    return JW_OK;
}

static enum jw_status add_name(struct jw_table *t, struct jw_name_set *set,
                               struct jw_str value, uint32_t *number)
{
    enum jw_status status = grow_slots(set);
    if (status != JW_OK) {
        return status;
    }
    size_t slot = slot_of(set, value);
    if (set->slots[slot]) {
        *number = set->slots[slot] - 1;
        return JW_OK;
    }
    void *at = set->names.at;
    status = jw_array_grow(&at, &set->cap, set->names.n + 1, sizeof *set->names.at);
    set->names.at = at;
    struct jw_str copy = jw_arena_str(&t->arena, value);
    if (status != JW_OK || !copy.p) {
        return JW_ENOMEM;
    }
    set->names.at[set->names.n] = copy;
    *number = (uint32_t)set->names.n++;
    set->slots[slot] = *number + 1;
    return JW_OK;
}

static enum jw_status name_number(struct jw_table *t, struct jw_name_set *set,
                                  struct jw_str value, uint32_t *number)
{
    if (set->names.n == 0) {
        /* Number 0 is the empty string. */
        enum jw_status status = add_name(t, set, jw_str_of("", 0), number);
        if (status != JW_OK) {
            return status;
        }
    }
    return add_name(t, set, value, number);
}

static enum jw_status push_row(struct jw_table *t, const struct jw_row *row)
{
    void *rows = t->rows;
    enum jw_status status = jw_array_grow(&rows, &t->cap, t->n_rows + 1, sizeof *t->rows);
    t->rows = rows;
    if (status == JW_OK) {
        t->rows[t->n_rows++] = *row;
    }
    return status;
}

enum jw_status jw_table_add(struct jw_table *t, const struct jw_row *row,
                            const struct jw_str values[JW_FIELDS])
{
    struct jw_row copy = *row;
    for (int f = 0; f < JW_FIELDS; f++) {
        enum jw_status status = name_number(t, &t->names[f], values[f], &copy.name[f]);
        if (status != JW_OK) {
            return status;
        }
    }
    return push_row(t, &copy);
}

size_t jw_table_row_of(const struct jw_row *rows, size_t n_rows, uint32_t docid)
{
    size_t lo = 0;
    size_t hi = n_rows;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (rows[mid].first_docid <= docid) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    if (lo == 0 || docid - rows[lo - 1].first_docid >= rows[lo - 1].n_docs) {
        return n_rows;
    }
    return lo - 1;
}

void jw_table_encode_chunk(const struct jw_table *t, size_t k, struct jw_buf *out)
{
    size_t from = k * JW_TABLE_CHUNK;
    size_t to = from + JW_TABLE_CHUNK < t->n_rows ? from + JW_TABLE_CHUNK : t->n_rows;
    uint32_t last = 0;
    for (size_t i = from; i < to; i++) {
        const struct jw_row *row = &t->rows[i];
        jw_buf_add_varint(out, row->first_docid - last);
        jw_buf_add_varint(out, (uint64_t)row->n_docs << ROW_BITS |
                                   (row->joined ? ROW_JOINED : 0) |
                                   (row->untitled ? ROW_UNTITLED : 0));
        jw_buf_add_varint(out, row->date);
        jw_buf_add_varint(out, row->length);
        for (int f = 0; f < JW_FIELDS; f++) {
            jw_buf_add_varint(out, row->name[f]);
        }
        for (int shift = 0; row->n_docs && shift < 64; shift += 8) {
            jw_buf_add_byte(out, (unsigned char)(row->sketch >> shift & 0xFF));
        }
        last = row->first_docid;
    }
}

static bool take_u32(const unsigned char **p, const unsigned char *end, uint32_t *out)
{
    uint64_t v = 0;
    if (jw_varint_read(p, end, &v) != JW_OK || v > UINT32_MAX) {
        return false;
    }
    *out = (uint32_t)v;
    return true;
}

static bool take_sketch(const unsigned char **p, const unsigned char *end, uint64_t *out)
{
    *out = 0;
    if (end - *p < 8) {
        return false;
    }
    for (int i = 0; i < 64; i += 8) {
        *out |= (uint64_t) * (*p)++ << i;
    }
    return true;
}

static bool is_date(uint32_t date)
{
    return date <= 99991231 && date / 100 % 100 <= 12 && date % 100 <= 31;
}

/* Rows ascend and do not overlap; document 0 is none. */
static bool follows(const struct jw_table *t, const struct jw_row *row)
{
    const struct jw_row *last = t->n_rows ? &t->rows[t->n_rows - 1] : NULL;
    uint32_t least = last ? last->first_docid + (last->n_docs ? last->n_docs : 1) : 1;
    return row->first_docid >= least && row->n_docs <= JW_PARAGRAPHS_MAX + 1u &&
           row->first_docid <= UINT32_MAX - row->n_docs;
}

enum jw_status jw_table_decode_chunk(struct jw_table *t, struct jw_str stored)
{
    const unsigned char *p = (const unsigned char *)stored.p;
    const unsigned char *end = p + stored.n;
    uint32_t last = 0;
    while (p < end) {
        struct jw_row row;
        uint32_t step = 0;
        uint32_t docs = 0;
        bool good = take_u32(&p, end, &step) && take_u32(&p, end, &docs) &&
                    take_u32(&p, end, &row.date) && take_u32(&p, end, &row.length);
        for (int f = 0; good && f < JW_FIELDS; f++) {
            good = take_u32(&p, end, &row.name[f]) && row.name[f] < t->names[f].names.n;
        }
        row.first_docid = last + step;
        row.n_docs = docs >> ROW_BITS;
        row.untitled = (docs & ROW_UNTITLED) != 0;
        row.joined = (docs & ROW_JOINED) != 0;
        row.sketch = 0;
        good = good && (row.n_docs == 0 || take_sketch(&p, end, &row.sketch));
        if (!good || !is_date(row.date) || !follows(t, &row)) {
            return JW_ECORRUPT;
        }
        last = row.first_docid;
        enum jw_status status = push_row(t, &row);
        if (status != JW_OK) {
            return status;
        }
    }
    return JW_OK;
}

void jw_names_encode(const struct jw_names *names, struct jw_buf *out)
{
    for (size_t i = 0; i < names->n; i++) {
        jw_buf_add_varint(out, names->at[i].n);
        jw_buf_add_str(out, names->at[i]);
    }
}

enum jw_status jw_table_decode_names(struct jw_table *t, enum jw_field f,
                                     struct jw_str stored)
{
    const unsigned char *p = (const unsigned char *)stored.p;
    const unsigned char *end = p + stored.n;
    while (p < end) {
        uint32_t n = 0;
        uint32_t number = 0;
        if (!take_u32(&p, end, &n) || n > (size_t)(end - p)) {
            return JW_ECORRUPT;
        }
        enum jw_status status =
            add_name(t, &t->names[f], jw_str_of((const char *)p, n), &number);
        if (status != JW_OK) {
            return status;
        }
        if (number + 1 != t->names[f].names.n) {
            return JW_ECORRUPT;
        }
        p += n;
    }
    return JW_OK;
}
