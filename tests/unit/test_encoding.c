#include "jianwen/encoding.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>

#include "golden.h"
#include "jianwen/file.h"
#include "jw_cunit.h"

enum {
    TEXT_BYTES = 64 * 1024 * 1024,
    SLICE_CHARS = 60,
    SLICES = 1000,
    /* The sets hold a few texts that were garbled before they came here. */
    SLICES_WRONG = 3
};

/* Text as it would be in a file of that encoding; "bytes": as it is. */
static bool encode(const char *encoding, struct jw_str text, struct jw_buf *out)
{
    if (strcmp(encoding, "bytes") == 0) {
        jw_buf_add_str(out, text);
        return true;
    }
    iconv_t cd = iconv_open(encoding, "UTF-8");
    if (!CHECK_MSG(cd != (iconv_t)-1, "iconv has no %s", encoding)) {
        return false;
    }
    size_t room = 4 * text.n + 64;
    (void)jw_buf_reserve(out, room);
    char *in = (char *)text.p;
    char *to = out->data + out->len;
    size_t left = text.n;
    size_t done = left ? iconv(cd, &in, &left, &to, &room) : 0;
    (void)iconv(cd, NULL, NULL, &to, &room);
    out->len = (size_t)(to - out->data);
    (void)iconv_close(cd);
    return done == 0;
}

static void read_options(struct jw_str cell, struct jw_encoding_options *opt, char *name,
                         size_t room)
{
    opt->name = NULL;
    opt->repair = jw_str_starts(cell, jw_str_c("repair"));
    const char *at = memmem(cell.p, cell.n, "name=", 5);
    if (at) {
        at += 5;
        (void)snprintf(name, room, "%.*s", (int)(cell.p + cell.n - at), at);
        opt->name = name;
    }
}

static void check_row(const struct jw_golden_row *row)
{
    char encoding[64];
    char name[64];
    struct jw_encoding_options opt;
    struct jw_encoding_result res;
    struct jw_error err = {JW_OK, ""};
    struct jw_buf bytes;
    struct jw_buf out;
    jw_buf_init(&bytes, TEXT_BYTES);
    jw_buf_init(&out, TEXT_BYTES);
    (void)snprintf(encoding, sizeof encoding, "%.*s", (int)row->at[0].n, row->at[0].p);
    read_options(row->at[2], &opt, name, sizeof name);
    CHECK_MSG(encode(encoding, row->at[1], &bytes), "line %zu: the text is not %s",
              row->line, encoding);
    enum jw_status status =
        jw_encoding_to_utf8(jw_buf_str(&bytes), &opt, &out, &res, &err);
    struct jw_str refused = jw_str_c("refused: ");
    if (jw_str_starts(row->at[3], refused)) {
        struct jw_str part = jw_str_slice(row->at[3], refused.n, row->at[3].n);
        CHECK_MSG(status == JW_EENCODING || status == JW_EINVAL,
                  "line %zu: status %s, not refused", row->line, jw_status_name(status));
        CHECK_MSG(memmem(err.message, strlen(err.message), part.p, part.n) != NULL,
                  "line %zu: message \"%s\" has no \"%.*s\"", row->line, err.message,
                  (int)part.n, part.p);
        CHECK_INT(out.len, 0);
    } else if (CHECK_MSG(status == JW_OK, "line %zu: %s", row->line, err.message)) {
        struct jw_str want = jw_str_eq_c(row->at[4], "=") ? row->at[1] : row->at[4];
        CHECK_MSG(jw_str_eq_c(row->at[3], res.name), "line %zu: read as %s", row->line,
                  res.name);
        CHECK_MSG(jw_str_eq(jw_buf_str(&out), want), "line %zu: came out as %.*s",
                  row->line, (int)out.len, out.data ? out.data : "");
    }
    jw_buf_release(&bytes);
    jw_buf_release(&out);
}

static void test_golden(void)
{
    CHECK(jw_golden_each("encoding.tsv", 5, check_row) >= 70);
}

static void test_repair_counts(void)
{
    static const struct jw_encoding_options repair = {"utf-8", true};
    struct jw_encoding_result res;
    struct jw_error err;
    struct jw_buf out;
    jw_buf_init(&out, TEXT_BYTES);
    jw_buf_add_c(&out, "kept|");
    struct jw_str bytes =
        jw_str_c("twenty readable characters \xFF and \xE4\xB8 forty \xC0 more of them");
    CHECK_OK(jw_encoding_to_utf8(bytes, &repair, &out, &res, &err), &err);
    CHECK_INT(res.replaced, 4);
    CHECK_STR_C(
        jw_buf_str(&out),
        "kept|twenty readable characters \xEF\xBF\xBD and \xEF\xBF\xBD\xEF\xBF\xBD"
        " forty \xEF\xBF\xBD more of them");
    /* Without repair nothing is added. */
    CHECK_STATUS(jw_encoding_to_utf8(bytes, NULL, &out, &res, &err), JW_EENCODING);
    CHECK(out.len > 5 && memcmp(out.data, "kept|", 5) == 0);
    CHECK_INT(res.replaced, 0);
    jw_buf_release(&out);
}

static void test_limits(void)
{
    struct jw_error err;
    struct jw_buf out;
    jw_buf_init(&out, 8);
    CHECK_STATUS(jw_encoding_to_utf8(jw_str_c("nine bytes"), NULL, &out, NULL, &err),
                 JW_ELIMIT);
    jw_buf_release(&out);
    CHECK(jw_encoding_known("GBK"));
    CHECK(jw_encoding_known("utf-16"));
    CHECK(jw_encoding_known("euc-jp"));
    CHECK(!jw_encoding_known(""));
    CHECK(!jw_encoding_known("gbk//TRANSLIT"));
    CHECK(!jw_encoding_known("no-such-encoding"));
}

/* A long ASCII head must not hide the encoding of what follows it. */
static void test_long_ascii_head(void)
{
    struct jw_buf text;
    struct jw_buf bytes;
    struct jw_buf out;
    struct jw_encoding_result res;
    struct jw_error err;
    jw_buf_init(&text, TEXT_BYTES);
    jw_buf_init(&bytes, TEXT_BYTES);
    jw_buf_init(&out, TEXT_BYTES);
    for (int i = 0; i < 40000; i++) {
        jw_buf_add_c(&text, "0123456789,abc\n");
    }
    jw_buf_add_c(&text, "輕軌延長線預計明年通車\n");
    CHECK(encode("CP950", jw_buf_str(&text), &bytes));
    CHECK_OK(jw_encoding_to_utf8(jw_buf_str(&bytes), NULL, &out, &res, &err), &err);
    CHECK_STR_C(jw_str_c(res.name), "Big5");
    CHECK(jw_str_eq(jw_buf_str(&out), jw_buf_str(&text)));
    jw_buf_release(&text);
    jw_buf_release(&bytes);
    jw_buf_release(&out);
}

/* Random bytes, of which some are made to look like text: never a crash, and
 * what is accepted is well formed. */
static void test_random_bytes(void)
{
    unsigned long long x = 88172645463325252u;
    struct jw_buf out;
    jw_buf_init(&out, TEXT_BYTES);
    for (int round = 0; round < 3000; round++) {
        char bytes[200];
        static const struct jw_encoding_options repair = {NULL, true};
        struct jw_error err;
        size_t n = (size_t)(round % (int)sizeof bytes);
        for (size_t i = 0; i < n; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            bytes[i] = (char)(round % 2 ? x : 0xA1 + x % 0x5E);
        }
        jw_buf_clear(&out);
        enum jw_status status = jw_encoding_to_utf8(
            jw_str_of(bytes, n), round % 3 ? &repair : NULL, &out, NULL, &err);
        CHECK(status == JW_OK || status == JW_EENCODING);
        CHECK(status == JW_OK || out.len == 0);
    }
    jw_buf_release(&out);
}

/* ---- slices of real text, when there is some beside the project ---- */

struct slices {
    const char *encoding;
    const char *found; /* names that are right */
    size_t tried;
    size_t right;
};

static void try_slice(struct slices *s, struct jw_str slice)
{
    struct jw_encoding_result res;
    struct jw_buf bytes;
    struct jw_buf out;
    jw_buf_init(&bytes, TEXT_BYTES);
    jw_buf_init(&out, TEXT_BYTES);
    if (encode(s->encoding, slice, &bytes)) {
        s->tried++;
        bool right =
            jw_encoding_to_utf8(jw_buf_str(&bytes), NULL, &out, &res, NULL) == JW_OK &&
            strstr(s->found, res.name) && jw_str_eq(jw_buf_str(&out), slice);
        s->right += right;
        if (!right) {
            (void)printf("%s read as \"%s\": %.*s\n", s->encoding, res.name, (int)slice.n,
                         slice.p);
        }
    }
    jw_buf_release(&bytes);
    jw_buf_release(&out);
}

static void try_file(const char *path, struct slices *kinds, size_t n_kinds)
{
    struct jw_buf file;
    unsigned seed = 20210630;
    jw_buf_init(&file, TEXT_BYTES);
    enum jw_status status = jw_file_read(path, TEXT_BYTES, &file, NULL);
    if (status == JW_ENOTFOUND) {
        (void)printf("skipped: no ../shared\n");
        jw_buf_release(&file);
        return;
    }
    CHECK_OK(status, NULL);
    for (int i = 0; i < SLICES; i++) {
        seed = seed * 1103515245u + 12345u;
        size_t at = (size_t)seed % (file.len - 1000);
        while (((unsigned char)file.data[at] & 0xC0) == 0x80) {
            at++;
        }
        size_t end = at;
        for (int n = 0; n <= SLICE_CHARS; end++) {
            n += ((unsigned char)file.data[end] & 0xC0) != 0x80;
        }
        for (size_t k = 0; k < n_kinds; k++) {
            try_slice(&kinds[k], jw_str_of(file.data + at, end - 1 - at));
        }
    }
    for (size_t k = 0; k < n_kinds; k++) {
        CHECK_MSG(kinds[k].tried > SLICES / 2 &&
                      kinds[k].tried - kinds[k].right <= SLICES_WRONG,
                  "%s: %zu of %zu slices", kinds[k].encoding, kinds[k].right,
                  kinds[k].tried);
    }
    jw_buf_release(&file);
}

static void test_slices(void)
{
    static struct slices simplified[] = {
        {"GB18030", "GB18030 UTF-8", 0, 0}, {"GBK", "GB18030 UTF-8", 0, 0},
        {"UTF-16LE", "UTF-16LE", 0, 0},     {"UTF-16BE", "UTF-16BE", 0, 0},
        {"UTF-8", "UTF-8", 0, 0},
    };
    static struct slices traditional[] = {
        {"CP950", "Big5 UTF-8", 0, 0},
        {"GB18030", "GB18030 UTF-8", 0, 0},
        {"UTF-16LE", "UTF-16LE", 0, 0},
        {"UTF-16BE", "UTF-16BE", 0, 0},
    };
    try_file(JW_SOURCE_DIR "/../shared/sets/rgb-news-zh/docs.jsonl", simplified,
             sizeof simplified / sizeof simplified[0]);
    try_file(JW_SOURCE_DIR "/../shared/sets/drcd/docs.jsonl", traditional,
             sizeof traditional / sizeof traditional[0]);
}

JW_TEST_MAIN("encoding", {"golden table", test_golden},
             {"repair counts what it replaces", test_repair_counts},
             {"limits and names", test_limits},
             {"a long ASCII head", test_long_ascii_head},
             {"random bytes", test_random_bytes},
             {"slices of 60 characters", test_slices})
