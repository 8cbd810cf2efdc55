#include "glass_base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jianwen/glass.h"
#include "random.h"

enum {
    DOCS_A_RUN = 500,
    TERM_MAX = 245,
    OFTEN = 300,
    RUN_BYTES = 1 << 28
};

/* How likely the first words stand in a document, in percent; the sixth is a long one. */
static const unsigned common[] = {100, 95, 50, 10, 2, 80};

/* Short ones, ones that begin with others, ones of high bytes, and long ones that
 * differ at their ends. */
static struct jw_str word_of(uint32_t i, char *out)
{
    size_t n = 0;
    if (i % 8 == 5) {
        n = 150 + i % 90;
        memset(out, 'x', n);
    } else if (i % 8 == 6) {
        out[n++] = (char)0xFF;
    }
    n += (size_t)snprintf(out + n, TERM_MAX + 1 - n, "w%u", i);
    if (i == 13) {
        memset(out + n, 'y', TERM_MAX - n);
        n = TERM_MAX;
    }
    return jw_str_of(out, n);
}

static void add_document(const struct jw_glass_base *b, struct jw_inverter *v,
                         struct jw_random *r, uint32_t docid)
{
    char text[TERM_MAX + 1];
    jw_inverter_next_document(v);
    for (uint32_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        if (jw_random_below(r, 100) < common[i]) {
            jw_inverter_word(v, word_of(i, text));
        }
    }
    for (uint32_t n = jw_random_below(r, 8); n > 0; n--) {
        uint32_t i = jw_random_below(r, 1 + jw_random_below(r, b->n_words));
        uint32_t times = jw_random_one_in(r, 40) ? OFTEN : 1;
        for (uint32_t k = 0; k < times; k++) {
            jw_inverter_word(v, word_of(i, text));
        }
    }
    if (jw_random_one_in(r, 2)) {
        jw_inverter_pair(v, 0x4E00 + jw_random_below(r, 20),
                         0x4E00 + jw_random_below(r, 20));
    }
    if (docid % 5 == 0) {
        size_t n = (size_t)snprintf(text, sizeof text, "Q%u", docid);
        jw_inverter_key(v, jw_str_of(text, n));
    }
}

bool jw_glass_base_data(const struct jw_glass_base *b, uint32_t docid, char *out,
                        size_t *n)
{
    static const size_t sizes[] = {0, 1, 2000, 10000, 300, 70};
    struct jw_random r = {b->salt ^ ((uint64_t)docid << 20)};
    if (b->data_bytes) {
        *n = b->data_bytes;
    } else if (jw_random_one_in(&r, 3)) {
        return false;
    } else if (jw_random_one_in(&r, 400)) {
        *n = JW_GLASS_BASE_DATA_MAX;
    } else if (jw_random_one_in(&r, 2)) {
        *n = sizes[jw_random_below(&r, 6)];
    } else {
        *n = 2030 + jw_random_below(&r, 20); /* about the longest that is not cut */
    }
    for (size_t i = 0; i < *n; i++) {
        out[i] = (char)(docid * 31 + i * 7 + i / 256);
    }
    return true;
}

struct jw_str jw_glass_base_key(size_t number)
{
    static char keys[JW_GLASS_BASE_METADATA][8];
    size_t n = (size_t)snprintf(keys[number], sizeof keys[number], "meta%zu", number);
    return jw_str_of(keys[number], n);
}

static enum jw_status value_of(size_t number, struct jw_buf *out, void *arg)
{
    (void)arg;
    for (size_t i = 0; number != 1 && i < number * number * 5000; i++) {
        jw_buf_add_byte(out, (unsigned char)(number * 40 + i % 26));
    }
    return JW_OK;
}

static enum jw_status add_empty(struct jw_glass_writer *w, struct jw_inverter *v,
                                uint32_t n)
{
    struct jw_buf run;
    uint32_t *lengths = calloc(n, sizeof *lengths);
    jw_buf_init(&run, RUN_BYTES);
    enum jw_status status = lengths ? jw_inverter_flush(v, &run) : JW_ENOMEM;
    if (status == JW_OK) {
        status = jw_glass_add_run(w, &run, lengths, n, NULL);
    }
    jw_buf_release(&run);
    free(lengths);
    return status;
}

static enum jw_status add_documents(const struct jw_glass_base *b,
                                    struct jw_glass_writer *w, struct jw_inverter *v)
{
    static char data[JW_GLASS_BASE_DATA_MAX];
    struct jw_random r = jw_random_start(b->salt);
    struct jw_buf run;
    uint32_t docid = 0;
    uint32_t done = 0;
    enum jw_status status = JW_OK;
    jw_buf_init(&run, RUN_BYTES);
    while (done < b->n_docs && status == JW_OK) {
        if (b->n_empty && done == b->n_before) {
            status = add_empty(w, v, b->n_empty);
            docid += b->n_empty;
        }
        uint32_t limit = done < b->n_before ? b->n_before : b->n_docs;
        uint32_t n = limit - done < DOCS_A_RUN ? limit - done : DOCS_A_RUN;
        for (uint32_t k = 0; k < n; k++) {
            size_t data_n = 0;
            add_document(b, v, &r, ++docid);
            if (jw_glass_base_data(b, docid, data, &data_n)) {
                jw_glass_add_data(w, docid, jw_str_of(data, data_n));
            }
        }
        status = status == JW_OK ? jw_inverter_flush(v, &run) : status;
        if (status == JW_OK) {
            status = jw_glass_add_run(w, &run, jw_inverter_lengths(v), n, NULL);
        }
        done += n;
    }
    jw_buf_release(&run);
    return status;
}

bool jw_glass_base_make(const struct jw_glass_base *b, const char *dir)
{
    struct jw_glass_writer *w = NULL;
    struct jw_inverter *v = jw_inverter_new(1000);
    struct jw_glass_metadata metadata[JW_GLASS_BASE_METADATA];
    for (size_t i = 0; i < JW_GLASS_BASE_METADATA; i++) {
        metadata[i].key = jw_glass_base_key(i);
        metadata[i].number = i;
    }
    bool made = v && jw_glass_open(dir, (uint64_t)1 << 30, &w, NULL) == JW_OK &&
                add_documents(b, w, v) == JW_OK &&
                jw_glass_finish(w, metadata, JW_GLASS_BASE_METADATA, value_of, NULL,
                                NULL) == JW_OK;
    jw_glass_close(w);
    jw_inverter_free(v);
    return made;
}
