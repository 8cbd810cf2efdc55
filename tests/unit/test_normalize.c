#include "jianwen/normalize.h"

#include <stdio.h>
#include <stdlib.h>

#include "golden.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "text_checks.h"

enum {
    KEY_BYTES = 1024 * 1024,
    RANDOM_TEXTS = 50000,
    TEXT_BYTES = 2000,
    LINE_BYTES = 4096
};

#define UCD "/usr/share/unicode/"

/* ---- golden table ---- */

static void print_ranges(const struct jw_units *u, struct jw_buf *out)
{
    for (size_t i = 0; i < u->n; i++) {
        jw_buf_printf(out, "%s%u-%u", i ? " " : "", u->at[i].start, u->at[i].end);
    }
}

static void print_key(const struct jw_units *u, struct jw_buf *out)
{
    for (size_t i = 0; i < u->n; i++) {
        char bytes[JW_UTF8_MAX_BYTES];
        jw_buf_add(out, bytes, jw_utf8_encode(u->at[i].cp, bytes));
    }
}

static void check_row(const struct jw_golden_row *row)
{
    struct jw_units u;
    struct jw_buf key;
    struct jw_buf shown;
    struct jw_buf ranges;
    jw_units_init(&u);
    jw_buf_init(&key, KEY_BYTES);
    jw_buf_init(&shown, KEY_BYTES);
    jw_buf_init(&ranges, KEY_BYTES);
    bool keep = jw_str_starts(row->at[0], jw_str_c("script "));
    CHECK_OK(jw_normalize_as(row->at[1], keep ? JW_NORMALIZE_KEEP_SCRIPT : 0, &u), NULL);
    print_key(&u, &key);
    print_ranges(&u, &ranges);
    jw_golden_escape(jw_buf_str(&key), &shown);
    CHECK_MSG(jw_str_eq(jw_buf_str(&key), row->at[2]), "line %zu: the key is %.*s",
              row->line, (int)shown.len, shown.data ? shown.data : "");
    CHECK_MSG(jw_str_eq_c(row->at[3], "-") || jw_str_eq(jw_buf_str(&ranges), row->at[3]),
              "line %zu: the ranges are %.*s", row->line, (int)ranges.len,
              ranges.data ? ranges.data : "");
    jw_units_release(&u);
    jw_buf_release(&key);
    jw_buf_release(&shown);
    jw_buf_release(&ranges);
}

static void test_golden(void)
{
    CHECK(jw_golden_each("normalize.tsv", 4, check_row) >= 190);
}

/* ---- properties ---- */

static void test_random_texts(void)
{
    uint64_t seed = 20210630;
    for (int i = 0; i < RANDOM_TEXTS; i++) {
        char text[TEXT_BYTES];
        uint64_t before = seed;
        size_t n = jw_test_random_text(&seed, text, sizeof text);
        const char *fault = jw_check_normalize(jw_str_of(text, n), seed);
        if (!CHECK_MSG(!fault, "random text %d (seed %llu): %s", i,
                       (unsigned long long)before, fault ? fault : "")) {
            return;
        }
    }
}

/* Append the key form of text to out, which is emptied first. */
static struct jw_str key_of(struct jw_str text, struct jw_buf *out)
{
    jw_buf_clear(out);
    CHECK_OK(jw_normalize_utf8(text, out), NULL);
    return jw_buf_str(out);
}

static void test_every_code_point(void)
{
    struct jw_buf once;
    struct jw_buf twice;
    size_t faults = 0;
    jw_buf_init(&once, KEY_BYTES);
    jw_buf_init(&twice, KEY_BYTES);
    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        char text[1 + JW_UTF8_MAX_BYTES] = "a";
        size_t n = 1 + jw_utf8_encode(cp, text + 1);
        jw_buf_clear(&once);
        jw_buf_clear(&twice);
        bool ok = jw_normalize_utf8(jw_str_of(text, n), &once) == JW_OK &&
                  jw_normalize_utf8(jw_buf_str(&once), &twice) == JW_OK &&
                  jw_str_eq(jw_buf_str(&once), jw_buf_str(&twice));
        if (!ok && faults++ < 10) {
            CHECK_MSG(ok, "U+%04X normalises to something else the second time",
                      (unsigned)cp);
        }
    }
    CHECK_INT(faults, 0);
    jw_buf_release(&once);
    jw_buf_release(&twice);
}

static void test_find(void)
{
    static const struct {
        const char *hay;
        const char *needle;
        int start; /* bytes; -1: not found */
        int end;
    } rows[] = {
        {"农村公路", "村公", 3, 9},
        {"農 村\n公路", "农村公路", 0, 14},
        {"covid-19", "covid", 0, 5},
        {"covid-19", "19", 6, 8},
        {"covid-19", "covi", -1, 0},
        {"第119号 19", "19", 10, 12},
        {"５Ｇ手机", "5g", 0, 6},
        {"面积3㎡", "3m", -1, 0},
        {"面积3㎡", "3m2", 6, 10},
        {"３㎡多", "m2", -1, 0},
        {"株式会社㈱", "(株)", 12, 15},
        {"株式会社㈱", "株)", -1, 0},
        {"がぎ", "か", -1, 0},
        {"か\xE3\x82\x99き", "が", 0, 6},
        {"ab", "", -1, 0},
        {"", "a", -1, 0},
        {"Straße", "STRASSE", 0, 7},
        {"a b", "a b", 0, 3},
        {"a  b c", "b c", 3, 6},
        {"aa", "aaa", -1, 0},
    };
    struct jw_units hay;
    struct jw_units needle;
    jw_units_init(&hay);
    jw_units_init(&needle);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_OK(jw_normalize(jw_str_c(rows[i].hay), &hay), NULL);
        CHECK_OK(jw_normalize(jw_str_c(rows[i].needle), &needle), NULL);
        size_t at = jw_units_find(hay.at, hay.n, 0, needle.at, needle.n);
        int start = at < hay.n ? (int)hay.at[at].start : -1;
        int end = at < hay.n ? (int)hay.at[at + needle.n - 1].end : 0;
        CHECK_MSG(start == rows[i].start && end == rows[i].end,
                  "row %zu: \"%s\" in \"%s\" at %d-%d", i, rows[i].needle, rows[i].hay,
                  start, end);
    }
    jw_units_release(&hay);
    jw_units_release(&needle);
}

/* Long runs of what joins or is dropped: linear, and the same in every chunk. */
static void test_long_runs(void)
{
    static const char *const runs[] = {
        "\xCC\x81",      "\xE3\x82\x99",         " ",
        "\xE2\x80\x8D",  "\xEF\xB8\x8F",         "\xCC\x81 ",
        " \xE3\x82\x99", "\xE2\x80\x8D\xCC\x81", "\xE1\x85\xA1",
        "\xEF\xB7\xBA",  "か \xE3\x82\x99",
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        struct jw_buf text;
        jw_buf_init(&text, KEY_BYTES);
        for (int fill = 0; fill < 600; fill++) {
            jw_buf_add_c(&text, "か");
        }
        while (text.len < 20000) {
            jw_buf_add_c(&text, runs[i]);
        }
        jw_buf_add_c(&text, "\xE3\x82\x99 か");
        const char *fault = jw_check_normalize(jw_buf_str(&text), 7);
        CHECK_MSG(!fault, "run %zu: %s", i, fault ? fault : "");
        jw_buf_release(&text);
    }
}

/* ---- facts of the Unicode Character Database, when it is installed ---- */

static FILE *open_ucd(const char *command)
{
    FILE *f = popen(command, "r");
    int c = f ? getc(f) : EOF;
    if (c == EOF) {
        (void)printf("skipped: no " UCD " (package unicode-data)\n");
        if (f) {
            (void)pclose(f);
        }
        return NULL;
    }
    (void)ungetc(c, f);
    return f;
}

/* Append the code points written as "0041 0301"; p ends behind them. */
static void read_code_points(const char **p, struct jw_buf *out)
{
    while (**p != ';' && **p != '\0' && **p != '#') {
        char *stop = NULL;
        unsigned long cp = strtoul(*p, &stop, 16);
        if (stop == *p) {
            break;
        }
        char bytes[JW_UTF8_MAX_BYTES];
        jw_buf_add(out, bytes, jw_utf8_encode((uint32_t)cp, bytes));
        *p = stop;
        while (**p == ' ') {
            ++*p;
        }
    }
}

static void check_normalization_row(const char *line, struct jw_buf *column,
                                    struct jw_buf *keys)
{
    const char *p = line;
    bool spaced = false;
    for (int i = 0; i < 5; i++) {
        jw_buf_clear(&column[i]);
        read_code_points(&p, &column[i]);
        p++;
        (void)key_of(jw_buf_str(&column[i]), &keys[i]);
    }
    /* What NFKC makes a mark on a space of stays as it is. */
    spaced = memchr(column[4].data, ' ', column[4].len) != NULL;
    bool canonical = jw_str_eq(jw_buf_str(&keys[0]), jw_buf_str(&keys[1])) &&
                     jw_str_eq(jw_buf_str(&keys[0]), jw_buf_str(&keys[2]));
    bool compatible = jw_str_eq(jw_buf_str(&keys[3]), jw_buf_str(&keys[4])) &&
                      (spaced || jw_str_eq(jw_buf_str(&keys[0]), jw_buf_str(&keys[3])));
    CHECK_MSG(canonical && compatible, "%.60s", line);
}

static void test_normalization_facts(void)
{
    FILE *f = open_ucd("bzip2 -dc " UCD "NormalizationTest.txt.bz2 2>/dev/null");
    if (!f) {
        return;
    }
    char line[LINE_BYTES];
    size_t rows = 0;
    struct jw_buf column[5];
    struct jw_buf keys[5];
    for (int i = 0; i < 5; i++) {
        jw_buf_init(&column[i], KEY_BYTES);
        jw_buf_init(&keys[i], KEY_BYTES);
    }
    while (fgets(line, sizeof line, f)) {
        if (line[0] != '#' && line[0] != '@' && line[0] != '\n') {
            check_normalization_row(line, column, keys);
            rows++;
        }
    }
    (void)pclose(f);
    for (int i = 0; i < 5; i++) {
        jw_buf_release(&column[i]);
        jw_buf_release(&keys[i]);
    }
    CHECK(rows > 18000);
}

static void test_case_folding_facts(void)
{
    FILE *f = open_ucd("cat " UCD "CaseFolding.txt 2>/dev/null");
    if (!f) {
        return;
    }
    char line[LINE_BYTES];
    struct jw_buf text[2];
    struct jw_buf keys[2];
    for (int i = 0; i < 2; i++) {
        jw_buf_init(&text[i], KEY_BYTES);
        jw_buf_init(&keys[i], KEY_BYTES);
    }
    while (fgets(line, sizeof line, f)) {
        const char *p = line;
        jw_buf_clear(&text[0]);
        jw_buf_clear(&text[1]);
        read_code_points(&p, &text[0]);
        if (line[0] == '#' || text[0].len == 0 || (p[2] != 'C' && p[2] != 'F')) {
            continue;
        }
        p += 5;
        read_code_points(&p, &text[1]);
        CHECK_MSG(jw_str_eq(key_of(jw_buf_str(&text[0]), &keys[0]),
                            key_of(jw_buf_str(&text[1]), &keys[1])),
                  "%.40s", line);
    }
    (void)pclose(f);
    for (int i = 0; i < 2; i++) {
        jw_buf_release(&text[i]);
        jw_buf_release(&keys[i]);
    }
}

/* The key form of one code point between two letters. */
static bool vanishes(uint32_t cp, const char *between, struct jw_buf *key)
{
    char text[2 + JW_UTF8_MAX_BYTES] = "a";
    size_t n = 1 + jw_utf8_encode(cp, text + 1);
    text[n++] = 'b';
    return jw_str_eq_c(key_of(jw_str_of(text, n), key), between);
}

/* Each code point of the property in the file gives `between` in place of itself. */
static void check_property(const char *command, const char *property, const char *between,
                           uint32_t but)
{
    FILE *f = open_ucd(command);
    if (!f) {
        return;
    }
    char line[LINE_BYTES];
    size_t n = 0;
    struct jw_buf key;
    jw_buf_init(&key, KEY_BYTES);
    while (fgets(line, sizeof line, f)) {
        char *stop = NULL;
        uint32_t first = (uint32_t)strtoul(line, &stop, 16);
        uint32_t last = first;
        if (line[0] == '#' || stop == line) {
            continue;
        }
        if (strncmp(stop, "..", 2) == 0) {
            last = (uint32_t)strtoul(stop + 2, &stop, 16);
        }
        char name[64] = "";
        if (sscanf(stop, " ; %63[A-Za-z_]", name) != 1 || strcmp(name, property) != 0) {
            continue;
        }
        for (uint32_t cp = first; cp <= last; cp++) {
            n++;
            CHECK_MSG(cp == but || vanishes(cp, between, &key), "%s U+%04X", property,
                      (unsigned)cp);
        }
    }
    CHECK(n >= 20);
    jw_buf_release(&key);
    (void)pclose(f);
}

static void test_properties(void)
{
    check_property("cat " UCD "PropList.txt 2>/dev/null", "White_Space", "a b", 0);
    check_property("cat " UCD "DerivedCoreProperties.txt 2>/dev/null",
                   "Default_Ignorable_Code_Point", "ab", 0x200B);
}

JW_TEST_MAIN("normalize", {"golden table", test_golden},
             {"random texts", test_random_texts},
             {"every code point", test_every_code_point}, {"finding", test_find},
             {"long runs", test_long_runs},
             {"NormalizationTest.txt", test_normalization_facts},
             {"CaseFolding.txt", test_case_folding_facts},
             {"white space and what is dropped", test_properties})
