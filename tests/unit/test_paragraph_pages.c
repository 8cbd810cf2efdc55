/* Small pages of tests/golden/paragraphs.tsv, each with its paragraphs. */
#include "golden.h"
#include "jw_cunit.h"
#include "paragraph_checks.h"

enum {
    ARENA_BYTES = 1 << 24,
    TEXT_BYTES = 1 << 16
};

static void print(const struct jw_recovery *r, struct jw_buf *out)
{
    for (size_t i = 0; i < r->n_paragraphs; i++) {
        jw_buf_add_c(out, i ? "\n" : "");
        jw_buf_add_c(out, jw_role_name(r->paragraphs[i].role));
        jw_buf_add_c(out, ": ");
        jw_buf_add_str(out, r->paragraphs[i].text);
    }
    for (size_t i = 0; i < r->n_doubles; i++) {
        jw_buf_add_c(out, "\ndouble: ");
        jw_buf_add_str(out, r->doubles[i].text);
    }
}

static void check_page(const struct jw_golden_row *row)
{
    struct jw_arena arena;
    struct jw_recovery r;
    struct jw_buf got;
    struct jw_buf shown;
    jw_arena_init(&arena, ARENA_BYTES);
    jw_buf_init(&got, TEXT_BYTES);
    jw_buf_init(&shown, TEXT_BYTES);
    CHECK(jw_paragraphs_recover(row->at[1], NULL, &arena, &r, NULL) == JW_OK);
    print(&r, &got);
    jw_golden_escape(jw_buf_str(&got), &shown);
    CHECK_MSG(jw_str_eq(jw_buf_str(&got), row->at[2]), "line %zu, %.*s: %.*s", row->line,
              (int)row->at[0].n, row->at[0].p, (int)shown.len, shown.data);
    CHECK(!jw_check_recovery(row->at[1], &r));
    CHECK(!jw_check_again(&r));
    jw_buf_release(&got);
    jw_buf_release(&shown);
    jw_arena_release(&arena);
}

static void test_pages(void)
{
    CHECK(jw_golden_each("paragraphs.tsv", 3, check_page) > 0);
}

JW_TEST_MAIN("paragraph_pages", {"small pages", test_pages})
