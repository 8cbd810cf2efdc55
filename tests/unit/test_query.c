/* lib/search/lexer and query: what was typed, as a tree. */
#include "jianwen/query.h"

#include <stdlib.h>

#include "golden.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "random.h"

enum {
    ARENA_BYTES = 64 << 20,
    PRINT_BYTES = 16 << 20,
    /* AND and OR over each bracket, NOT over each of them, and a leaf. */
    NODES_DEEP = 3 * (JW_QUERY_MAX_DEPTH + 2)
};

/* The codes of the notes, as "literal limit". */
static void print_codes(const struct jw_query *q, struct jw_buf *out)
{
    for (size_t i = 0; i < q->n_notes; i++) {
        struct jw_str note = q->notes[i];
        size_t n = 0;
        while (n < note.n && note.p[n] != ':') {
            n++;
        }
        CHECK_MSG(n > 0 && n < note.n, "note without a code: %.*s", (int)note.n, note.p);
        if (i) {
            jw_buf_add_byte(out, ' ');
        }
        jw_buf_add(out, note.p, n);
    }
}

static void check_row(const struct jw_golden_row *row)
{
    struct jw_arena arena;
    struct jw_query q;
    struct jw_buf tree;
    struct jw_buf notes;
    jw_arena_init(&arena, ARENA_BYTES);
    jw_buf_init(&tree, PRINT_BYTES);
    jw_buf_init(&notes, PRINT_BYTES);
    if (CHECK_STATUS(jw_query_parse(row->at[0], &arena, &q), JW_OK)) {
        jw_query_print(&q, &tree);
        print_codes(&q, &notes);
        CHECK_MSG(jw_str_eq(jw_buf_str(&tree), row->at[1]),
                  "line %zu: %.*s gives %.*s, wanted %.*s", row->line, (int)row->at[0].n,
                  row->at[0].p, (int)tree.len, tree.data ? tree.data : "",
                  (int)row->at[1].n, row->at[1].p);
        CHECK_MSG(jw_str_eq(jw_buf_str(&notes), row->at[2]),
                  "line %zu: notes %.*s, wanted %.*s", row->line, (int)notes.len,
                  notes.data ? notes.data : "", (int)row->at[2].n, row->at[2].p);
    }
    jw_buf_release(&tree);
    jw_buf_release(&notes);
    jw_arena_release(&arena);
}

static void test_golden(void)
{
    CHECK(jw_golden_each("query.tsv", 3, check_row) > 100);
}

/* ---- what holds of every tree ---- */

struct seen {
    size_t n_nodes;
    bool ids[8192];
    bool parts[JW_QUERY_MAX_PARTS];
    size_t n_parts;
};

static bool inside(struct jw_str part, struct jw_str whole)
{
    return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void check_node(const struct jw_query *q, const struct jw_node *node,
                       struct jw_str text, size_t depth, struct seen *seen)
{
    CHECK(depth <= NODES_DEEP);
    if (!CHECK(node->id < q->n_nodes && node->id < 8192) || depth > NODES_DEEP) {
        return;
    }
    CHECK(!seen->ids[node->id]);
    seen->ids[node->id] = true;
    seen->n_nodes++;
    bool list = node->type == JW_NODE_AND || node->type == JW_NODE_OR;
    CHECK(!list || node->n_children >= 2);
    CHECK(node->type != JW_NODE_NOT || node->n_children == 1);
    for (size_t i = 0; i < node->n_children; i++) {
        CHECK(!list || node->children[i]->type != node->type);
        check_node(q, node->children[i], text, depth + 1, seen);
    }
    if (node->type == JW_NODE_TEXT || node->type == JW_NODE_TITLE) {
        if (CHECK(node->part < q->n_parts)) {
            CHECK(!seen->parts[node->part]);
            seen->parts[node->part] = true;
            seen->n_parts++;
            CHECK(inside(q->parts[node->part].text, text));
        }
    }
    CHECK(node->type != JW_NODE_FIELD || inside(node->value, text));
}

static void check_query(struct jw_str text)
{
    static struct seen seen;
    struct jw_arena arena;
    struct jw_query q;
    struct jw_buf out;
    jw_arena_init(&arena, ARENA_BYTES);
    jw_buf_init(&out, PRINT_BYTES);
    if (CHECK_STATUS(jw_query_parse(text, &arena, &q), JW_OK)) {
        memset(&seen, 0, sizeof seen);
        CHECK(q.n_parts <= JW_QUERY_MAX_PARTS);
        CHECK(q.n_notes <= JW_QUERY_MAX_NOTES);
        for (size_t i = 0; i < q.n_notes; i++) {
            CHECK(q.notes[i].n <= JW_QUERY_NOTE_BYTES);
            CHECK(!jw_utf8_valid(text, NULL) || jw_utf8_valid(q.notes[i], NULL));
        }
        if (q.root) {
            check_node(&q, q.root, text, 0, &seen);
        }
        CHECK_INT(seen.n_parts, q.n_parts);
        jw_query_print(&q, &out);
        CHECK_STATUS(jw_buf_status(&out), JW_OK);
    }
    jw_buf_release(&out);
    jw_arena_release(&arena);
}

static const char *const pieces[] = {
    "齿轮",   "a",        "(",        ")",        "（",      "）",
    "\"",     "“",        "”",        "「",       "」",      "『",
    "』",     "-",        "－",       "+",        "|",       "｜",
    "OR",     "AND",      "NOT",      "ＯＲ",     " ",       "\xE3\x80\x80",
    "title:", "source:",  "date:",    "author：", "2021",    "..",
    "\xFF",   "\xE4\xBD", "，",       ":",        "2021-06", "\t",
    "page:",  "&",        "(a OR b)", "-("};

static void test_random(void)
{
    struct jw_random r = jw_random_start(51);
    for (int i = 0; i < 20000; i++) {
        char text[600];
        size_t n = 0;
        for (uint32_t k = jw_random_below(&r, 60); k > 0; k--) {
            const char *piece =
                pieces[jw_random_below(&r, sizeof pieces / sizeof *pieces)];
            size_t len = strlen(piece);
            if (n + len + 1 < sizeof text) {
                memcpy(text + n, piece, len);
                n += len;
                text[n] = ' ';
                n += jw_random_one_in(&r, 2);
            }
        }
        /* In memory of its own, so that reading past the end shows. */
        char *copy = malloc(n + 1);
        memcpy(copy, text, n);
        check_query(jw_str_of(copy, n));
        free(copy);
    }
}

static void check_repeated(const char *front, const char *piece, size_t times,
                           const char *back)
{
    struct jw_buf b;
    jw_buf_init(&b, 64 << 20);
    jw_buf_add_c(&b, front);
    for (size_t i = 0; i < times; i++) {
        jw_buf_add_c(&b, piece);
    }
    jw_buf_add_c(&b, back);
    check_query(jw_buf_str(&b));
    jw_buf_release(&b);
}

/* Long, deep and many: bounded in depth, size and time. */
static void test_limits(void)
{
    check_repeated("", "", 0, "");
    check_repeated("", "(", 100000, "");
    check_repeated("", ")", 100000, "");
    check_repeated("", "(a ", 100000, "");
    check_repeated("", "(a OR b) ", 1000, "");
    check_repeated("", "-", 100000, "a");
    check_repeated("", "NOT ", 1000, "a");
    check_repeated("", "-(", 20, "a");
    check_repeated("-(-(-(-(-(-(-(-(-(-(-(-(-(-(-(-(-(-(", "NOT ", 500,
                   "a))))))))))))))))))");
    check_repeated("", "OR ", 900, "");
    check_repeated("", "OR ", 255, "a b c d e f g");
    check_repeated("(OR) ", "a ", 300, "");
    check_repeated("", "(OR) ", 100, "a b c");
    check_repeated("OR OR OR ", "a ", 256, "");
    check_repeated("", "| ", 100000, "a");
    check_repeated("", "a OR ", 5000, "b");
    check_repeated("", "\"a ", 30000, "");
    check_repeated("", "“甲 ", 30000, "");
    check_repeated("", "title:", 30000, "");
    check_repeated("", "齿", 1 << 20, "");
    check_repeated("date:", "2021-", 1000, "");
    check_repeated("date:", "年年年", 200, "");
    struct jw_arena tiny;
    struct jw_query q;
    jw_arena_init(&tiny, 64);
    CHECK_STATUS(jw_query_parse(jw_str_c("a b c"), &tiny, &q), JW_ENOMEM);
    jw_arena_release(&tiny);
    check_query(jw_str_of(NULL, 0));
}

/* A limit that is met says so. */
static void test_limit_notes(void)
{
    struct jw_arena arena;
    struct jw_query q;
    struct jw_buf b;
    struct jw_buf codes;
    jw_arena_init(&arena, ARENA_BYTES);
    jw_buf_init(&b, 1 << 20);
    jw_buf_init(&codes, 1 << 20);
    for (int i = 0; i <= JW_QUERY_MAX_PARTS; i++) {
        jw_buf_printf(&b, "甲%d ", i);
    }
    CHECK_STATUS(jw_query_parse(jw_buf_str(&b), &arena, &q), JW_OK);
    CHECK_INT(q.n_parts, JW_QUERY_MAX_PARTS);
    print_codes(&q, &codes);
    CHECK_STR_C(jw_buf_str(&codes), "limit");
    jw_buf_release(&codes);
    jw_buf_release(&b);
    jw_arena_release(&arena);
}

JW_TEST_MAIN("query", {"the language", test_golden}, {"limits", test_limits},
             {"a limit is said", test_limit_notes}, {"random text", test_random})
