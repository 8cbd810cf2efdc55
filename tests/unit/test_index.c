/* lib/index: writing and reading whole indexes. */
#include "jianwen/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "articles.h"
#include "folder.h"
#include "jianwen/schema.h"
#include "jw_cunit.h"
#include "model.h"
#include "scratch.h"
#include "small_index.h"

static struct jw_error err;

/* ---- random histories ---- */

/* One writer's work on index and model; now and then it is thrown away. */
static void random_session(struct jw_random *r, const char *dir, bool build,
                           const struct jw_articles *versions, struct jw_model *model)
{
    const struct jw_index_writer_options options = {1 << 20, jw_random_one_in(r, 2)};
    struct jw_model next = build ? (struct jw_model){.n = 0} : *model;
    struct jw_index_writer *w = NULL;
    struct jw_index_written written;
    size_t n_put = 0;
    size_t n_deleted = 0;
    bool used[64] = {false};
    CHECK_OK(jw_index_writer_open_with(dir, build ? JW_INDEX_BUILD : JW_INDEX_CHANGE,
                                       &options, &w, &err),
             &err);
    for (uint32_t i = jw_random_below(r, 40); i > 0; i--) {
        size_t k = jw_random_below(r, (uint32_t)versions[0].n);
        struct jw_article article = versions[jw_random_below(r, 3)].at[k];
        const struct jw_article *a = &versions[0].at[k];
        article.id = a->id; /* versions of one article */
        if (jw_random_one_in(r, 3) && !used[k]) {
            bool there = jw_model_delete(&next, a->id) && !build;
            CHECK_STATUS(jw_index_writer_delete(w, a->id, &err),
                         there ? JW_OK : JW_ENOTFOUND);
            n_deleted += there;
            continue;
        }
        enum jw_status status = jw_index_writer_put(w, &article, &err);
        CHECK_STATUS(status, used[k] ? JW_EINVAL : JW_OK);
        if (used[k]) {
            CHECK_STATUS(jw_index_writer_delete(w, a->id, &err), JW_EINVAL);
        } else {
            static struct jw_article kept[10000];
            static size_t n_kept;
            kept[n_kept % 10000] = article;
            jw_model_put(&next, &kept[n_kept++ % 10000]);
            n_put++;
        }
        used[k] = true;
    }
    jw_index_writer_written(w, &written);
    CHECK_INT(written.n_articles, n_put);
    CHECK_INT(written.n_deleted, n_deleted);
    if (jw_random_one_in(r, 4)) {
        jw_index_writer_close(w); /* as if it had never been */
    } else {
        jw_small_commit(w);
        *model = next;
    }
}

/* Bases, deltas, replaced and removed articles, sessions thrown away. */
static void test_histories(void)
{
    const struct jw_articles_shape shape = {30, 0, 10, 4, "a"};
    for (uint64_t seed = 0; seed < 12; seed++) {
        struct jw_random r = jw_random_start(4000 + seed);
        struct jw_articles versions[3];
        struct jw_scratch s;
        struct jw_model model = {.n = 0};
        bool exists = false;
        jw_scratch_make(&s);
        for (size_t i = 0; i < 3; i++) {
            jw_articles_make(&versions[i], &r, &shape);
            jw_articles_print(&versions[i], &r);
        }
        for (int i = 0; i < 6; i++) {
            bool build = jw_random_one_in(&r, 4);
            random_session(&r, s.dir, build, versions, &model);
            exists = jw_path_exists(jw_scratch_path(&s, "CURRENT"));
            if (exists) {
                jw_model_check(&model, s.dir, false);
            }
            CHECK(jw_count_entries(s.dir, "base-") <= 1);
            CHECK(jw_count_entries(s.dir, "delta-") <= 1);
        }
        CHECK(exists);
        for (size_t i = 0; i < 3; i++) {
            jw_articles_release(&versions[i]);
        }
        jw_scratch_remove(&s);
    }
}

/* Within the delta, what goes leaves nothing behind in any count. */
static void test_delta_counts(void)
{
    const struct jw_articles_shape shape = {40, 0, 8, 4, "a"};
    struct jw_random r = jw_random_start(42);
    struct jw_articles old;
    struct jw_articles new;
    struct jw_scratch s;
    struct jw_model model = {.n = 0};
    jw_scratch_make(&s);
    jw_articles_make(&old, &r, &shape);
    jw_articles_make(&new, &r, &shape);
    jw_articles_index(s.dir, true, false, old.at, 5); /* the base: a-0 to a-4 */
    jw_articles_index(s.dir, false, false, old.at + 5, 35);
    jw_articles_index(s.dir, false, false, new.at + 5, 20);
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
    for (size_t i = 20; i < 30; i++) {
        CHECK_OK(jw_index_writer_delete(w, old.at[i].id, &err), &err);
    }
    jw_small_commit(w);
    for (size_t i = 0; i < 40; i++) {
        if (i < 20 || i >= 30) {
            jw_model_put(&model, i >= 5 && i < 25 ? &new.at[i] : &old.at[i]);
        }
    }
    jw_model_check(&model, s.dir, true);
    jw_articles_release(&old);
    jw_articles_release(&new);
    jw_scratch_remove(&s);
}

/* Both ways to write a base give the same one. */
static void test_both_writers(void)
{
    const struct jw_articles_shape shapes[] = {{300, 0, 6, 4, "many"},
                                               {3, 0, 3000, 12, "long"}};
    struct jw_random r = jw_random_start(43);
    for (size_t k = 0; k < 2; k++) {
        struct jw_articles a;
        struct jw_scratch s;
        struct jw_model model = {.n = 0};
        jw_scratch_make(&s);
        jw_articles_make(&a, &r, &shapes[k]);
        jw_articles_print(&a, &r);
        for (size_t i = 0; i < a.n; i++) {
            jw_model_put(&model, &a.at[i]);
        }
        jw_articles_index(s.dir, true, false, a.at, a.n);
        jw_model_check(&model, s.dir, true);
        jw_articles_release(&a);
        jw_scratch_remove(&s);
    }
}

/* ---- what is taken ---- */

static void test_intake(void)
{
    struct jw_scratch s;
    char longest[JW_FIELD_MAX_BYTES + 2];
    memset(longest, 'x', sizeof longest);
    const struct jw_paragraph body = {.text = jw_str_c("正文")};
    const struct jw_paragraph empty = {.text = jw_str_of(NULL, 0)};
    const struct jw_paragraph bad = {.text = jw_str_c("\xE4\xBD")};
    struct jw_article good = jw_article_of("id", "", "", &body, 1);
    struct jw_article rows[12];
    size_t n = 0;
    jw_scratch_make(&s);
    for (size_t i = 0; i < 12; i++) {
        rows[i] = good;
    }
    rows[n++].id = jw_str_of(NULL, 0);
    rows[n++].id = jw_str_of(longest, JW_ID_MAX_BYTES + 1);
    rows[n++].id = jw_str_of("a\0b", 3);
    rows[n++].id = jw_str_c("\xFF");
    rows[n++].n_paragraphs = 0;
    rows[n++].paragraphs = &empty;
    rows[n++].paragraphs = &bad;
    rows[n++].n_paragraphs = JW_PARAGRAPHS_MAX + 1;
    rows[n++].date = jw_str_c("2021-13-01");
    rows[n++].title = jw_str_of(longest, JW_FIELD_MAX_BYTES + 1);
    rows[n++].source = jw_str_c("\xC0\x80");
    rows[n++].url = jw_str_of(longest, JW_FIELD_MAX_BYTES + 1);
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_BUILD);
    for (size_t i = 0; i < n; i++) {
        err.message[0] = '\0';
        CHECK_MSG(jw_index_writer_put(w, &rows[i], &err) == JW_EINVAL, "row %zu", i);
        CHECK(err.message[0] != '\0');
    }
    good.id = jw_str_of(longest, JW_ID_MAX_BYTES);
    good.title = jw_str_of(longest, JW_FIELD_MAX_BYTES);
    CHECK_OK(jw_index_writer_put(w, &good, &err), &err);
    CHECK_STATUS(jw_index_writer_put(w, &good, &err), JW_EINVAL);
    jw_small_commit(w);
    struct jw_model model = {{&good}, 1};
    jw_model_check(&model, s.dir, true);
    jw_scratch_remove(&s);
}

/* Titles among the paragraphs, empty paragraphs, dates in words. */
static void test_arrangement(void)
{
    const struct jw_paragraph in[] = {
        {.role = JW_ROLE_BODY, .text = {NULL, 0}, .line_start = 1, .line_end = 1},
        {.role = JW_ROLE_TITLE, .text = {"标题", 6}, .line_start = 2, .line_end = 3},
        {.role = JW_ROLE_TITLE, .text = {"标题", 6}, .line_start = 4, .line_end = 4},
        {.role = JW_ROLE_TITLE, .text = {"另一个", 9}, .line_start = 5, .line_end = 5},
        {.role = JW_ROLE_BODY, .text = {"正文", 6}, .line_start = 6, .line_end = 9},
    };
    const struct jw_paragraph want[] = {
        {.role = JW_ROLE_HEADING, .text = {"标题", 6}, .line_start = 4, .line_end = 4},
        {.role = JW_ROLE_HEADING, .text = {"另一个", 9}, .line_start = 5, .line_end = 5},
        {.role = JW_ROLE_BODY, .text = {"正文", 6}, .line_start = 6, .line_end = 9},
    };
    for (int titled = 0; titled < 2; titled++) {
        struct jw_scratch s;
        struct jw_article a =
            jw_article_of("id", titled ? "标题" : "", "2021年6月30日", in, 5);
        struct jw_article b = jw_article_of("id", "标题", "2021-06-30", want, 3);
        struct jw_model model = {{&b}, 1};
        jw_scratch_make(&s);
        jw_articles_index(s.dir, true, titled != 0, &a, 1);
        jw_model_check(&model, s.dir, true);
        jw_scratch_remove(&s);
    }
}

/* ---- states ---- */

static void test_visibility(void)
{
    struct jw_scratch s;
    struct jw_index *idx = NULL;
    jw_scratch_make(&s);
    CHECK_STATUS(jw_index_open(s.dir, &idx, &err), JW_ENOTFOUND);
    CHECK_STATUS(jw_index_open(jw_scratch_path(&s, "no"), &idx, &err), JW_ENOTFOUND);
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
    jw_small_put(w, "one", "第一篇");
    CHECK_STATUS(jw_index_open(s.dir, &idx, &err), JW_ENOTFOUND);
    jw_small_commit(w);
    CHECK(jw_small_index_has(s.dir, "one"));
    w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
    jw_small_put(w, "two", "第二篇");
    CHECK_OK(jw_index_writer_delete(w, jw_str_c("one"), &err), &err);
    CHECK(jw_small_index_has(s.dir, "one"));
    CHECK(!jw_small_index_has(s.dir, "two"));
    jw_index_writer_close(w);
    CHECK(jw_small_index_has(s.dir, "one"));
    CHECK(!jw_small_index_has(s.dir, "two"));
    w = jw_small_writer(s.dir, JW_INDEX_BUILD);
    jw_small_put(w, "three", "第三篇");
    CHECK(jw_small_index_has(s.dir, "one"));
    jw_index_writer_close(w);
    CHECK(jw_small_index_has(s.dir, "one"));
    CHECK_INT(jw_count_entries(s.dir, "base-"), 1);
    CHECK_INT(jw_count_entries(s.dir, "delta-"), 0);
    jw_scratch_remove(&s);
}

static void test_one_commit(void)
{
    struct jw_scratch s;
    struct jw_index_written written;
    jw_scratch_make(&s);
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_BUILD);
    jw_small_put(w, "one", "第一篇");
    CHECK_OK(jw_index_writer_commit(w, &err), &err);
    struct jw_article a = jw_small_article("two", "第二篇");
    CHECK_STATUS(jw_index_writer_put(w, &a, &err), JW_EINVAL);
    CHECK_STATUS(jw_index_writer_delete(w, jw_str_c("one"), &err), JW_EINVAL);
    CHECK_STATUS(jw_index_writer_commit(w, &err), JW_EINVAL);
    jw_index_writer_written(w, &written);
    CHECK_INT(written.revision, 1);
    CHECK_INT(written.n_articles, 1);
    jw_index_writer_close(w);
    CHECK(jw_small_index_has(s.dir, "one"));
    jw_scratch_remove(&s);
}

/* A reader keeps its state while writers commit, replace the base and sweep. */
static void test_readers_keep_state(void)
{
    struct jw_scratch s;
    jw_scratch_make(&s);
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_BUILD);
    jw_small_put(w, "one", "第一篇");
    jw_small_commit(w);
    struct jw_reader *first = jw_small_reader(s.dir);
    struct jw_index *state = jw_index_ref(jw_reader_index(first));
    CHECK(jw_index_is_current(state));
    w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
    jw_small_put(w, "one", "改过的第一篇");
    jw_small_put(w, "two", "第二篇");
    jw_small_commit(w);
    CHECK(!jw_index_is_current(state));
    CHECK(jw_small_has(first, "one"));
    CHECK(!jw_small_has(first, "two"));
    struct jw_reader *second = jw_small_reader(s.dir);
    w = jw_small_writer(s.dir, JW_INDEX_BUILD);
    jw_small_put(w, "three", "第三篇");
    jw_small_commit(w);
    CHECK(jw_small_has(first, "one"));
    CHECK(jw_small_has(second, "two"));
    struct jw_article a = jw_small_article("one", "第一篇");
    a.date = jw_str_c("2021-06");
    jw_model_check_article(&a, first);
    CHECK_INT(jw_count_entries(s.dir, "base-"), 2);
    jw_reader_close(first);
    jw_reader_close(second);
    CHECK_INT(jw_index_stats(state)->n_articles, 1);
    struct jw_reader *late = NULL;
    CHECK_OK(jw_reader_open(state, &late, &err), &err);
    CHECK(jw_small_has(late, "one"));
    jw_reader_close(late);
    jw_index_unref(state);
    jw_index_unref(NULL);
    jw_reader_close(NULL);
    w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
    jw_small_put(w, "four", "第四篇");
    jw_small_commit(w);
    CHECK_INT(jw_count_entries(s.dir, "base-"), 1);
    CHECK(jw_small_index_has(s.dir, "three"));
    jw_scratch_remove(&s);
}

/* The delta changes in place: a state of before it opens no more readers. */
static void test_stale_state(void)
{
    struct jw_scratch s;
    struct jw_index *idx = NULL;
    struct jw_reader *r = NULL;
    jw_scratch_make(&s);
    for (int i = 0; i < 2; i++) {
        struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
        jw_small_put(w, i ? "two" : "one", "一篇");
        jw_small_commit(w);
    }
    CHECK_OK(jw_index_open(s.dir, &idx, &err), &err);
    CHECK_INT(jw_index_n_segments(idx), 2);
    CHECK_OK(jw_reader_open(idx, &r, &err), &err);
    jw_reader_close(r);
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
    jw_small_put(w, "three", "一篇");
    jw_small_commit(w);
    CHECK_STATUS(jw_reader_open(idx, &r, &err), JW_ESTALE);
    CHECK(r == NULL);
    jw_index_unref(idx);
    CHECK(jw_small_index_has(s.dir, "three"));
    jw_scratch_remove(&s);
}

/* A walk, and who writes meanwhile. */
struct beside {
    const char *dir;
    /* How many articles are yet met with two commits before the next. */
    int n_commits;
    enum jw_status answer;
    size_t n_met;
    char met[64][8];
};

static void change_twice(struct beside *b)
{
    char text[32];
    for (int i = 0; i < 2; i++) {
        struct jw_index_writer *w = jw_small_writer(b->dir, JW_INDEX_CHANGE);
        (void)snprintf(text, sizeof text, "第%d次改写", b->n_commits * 2 + i);
        jw_small_put(w, "changing", text);
        jw_small_commit(w);
    }
}

static enum jw_status meet(struct jw_reader *r, size_t segment, size_t row, void *arg,
                           struct jw_error *why)
{
    struct beside *b = arg;
    struct jw_arena arena;
    struct jw_stored stored;
    jw_arena_init(&arena, 1 << 20);
    if (b->n_commits > 0) {
        b->n_commits--;
        change_twice(b);
    }
    enum jw_status status = b->answer == JW_OK
                                ? jw_reader_whole(r, segment, row, &arena, &stored, why)
                                : b->answer;
    if (status == JW_OK && b->n_met < 64) {
        (void)snprintf(b->met[b->n_met++], sizeof b->met[0], "%.*s",
                       (int)stored.article.id.n, stored.article.id.p);
    }
    jw_arena_release(&arena);
    return status;
}

static size_t times_met(const struct beside *b, const char *id)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n_met; i++) {
        n += strcmp(b->met[i], id) == 0;
    }
    return n;
}

enum {
    /* Bytes of a text that no block of Xapian's holds a second one beside. */
    LONG_TEXT = 8000
};

/* Twenty articles of a base, as many of a delta; each has blocks of its own. */
static void build_forty(const char *dir)
{
    struct jw_random r = {7};
    char text[LONG_TEXT + 1];
    char id[8];
    for (int k = 0; k < 2; k++) {
        struct jw_index_writer *w =
            jw_small_writer(dir, k ? JW_INDEX_CHANGE : JW_INDEX_BUILD);
        for (int i = 0; i < 20; i++) {
            (void)snprintf(id, sizeof id, "n%d", k * 20 + i);
            for (int c = 0; c < LONG_TEXT; c++) {
                text[c] = (char)('a' + jw_random_below(&r, 26));
            }
            text[LONG_TEXT] = '\0';
            jw_small_put(w, id, text);
        }
        jw_small_commit(w);
    }
}

/* Each article's blocks are given up under the walk: still each is met, and once. */
static void test_walk_beside_a_writer(void)
{
    struct jw_scratch s;
    struct jw_index_stats stats;
    char id[8];
    jw_scratch_make(&s);
    build_forty(s.dir);
    struct beside b = {.dir = s.dir, .n_commits = 10};
    CHECK_OK(jw_index_walk(s.dir, meet, &b, &stats, &err), &err);
    for (int i = 0; i < 40; i++) {
        (void)snprintf(id, sizeof id, "n%d", i);
        CHECK_MSG(times_met(&b, id) == 1, "%s was met %zu times", id, times_met(&b, id));
    }
    CHECK_INT(stats.n_articles, 41);
    b = (struct beside){.dir = s.dir, .answer = JW_ESTALE};
    CHECK_STATUS(jw_index_walk(s.dir, meet, &b, NULL, &err), JW_ESTALE);
    CHECK_MSG(strstr(err.message, "try again") != NULL, "%s", err.message);
    b = (struct beside){.dir = s.dir, .answer = JW_EIO};
    CHECK_STATUS(jw_index_walk(s.dir, meet, &b, NULL, &err), JW_EIO);
    b = (struct beside){.dir = s.dir, .answer = JW_ECORRUPT};
    CHECK_STATUS(jw_index_walk(s.dir, meet, &b, NULL, &err), JW_ECORRUPT);
    jw_scratch_remove(&s);
    CHECK_STATUS(jw_index_walk(s.dir, meet, &b, NULL, &err), JW_ENOTFOUND);
}

/* What was kept is read as it was, after commits and a new base. */
static void test_kept_state(void)
{
    struct jw_scratch s;
    struct jw_reader *r = NULL;
    struct jw_arena arena;
    size_t n = 0;
    jw_scratch_make(&s);
    jw_arena_init(&arena, 1 << 20);
    CHECK_STATUS(jw_reader_open_kept(s.dir, &r, &err), JW_ENOTFOUND);
    CHECK(r == NULL);
    build_forty(s.dir);
    struct beside b = {.dir = s.dir};
    change_twice(&b);
    CHECK_OK(jw_reader_open_kept(s.dir, &r, &err), &err);
    change_twice(&b);
    change_twice(&b);
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_BUILD);
    jw_small_put(w, "new", "全新的一篇");
    jw_small_commit(w);
    const struct jw_index *idx = jw_reader_index(r);
    for (size_t i = 0; i < jw_index_n_segments(idx); i++) {
        const struct jw_segment *segment = jw_index_segment(idx, i);
        for (size_t row = 0; row < segment->n_rows; row++) {
            struct jw_stored stored;
            if (jw_segment_is_dead(segment, row)) {
                continue;
            }
            jw_arena_clear(&arena, 0);
            CHECK_OK(jw_reader_whole(r, i, row, &arena, &stored, &err), &err);
            const struct jw_article *a = &stored.article;
            CHECK_INT(a->n_paragraphs, 2);
            CHECK(jw_str_eq_c(a->id, "changing")
                      ? jw_str_eq_c(a->paragraphs[1].text, "第1次改写")
                      : a->paragraphs[1].text.n == LONG_TEXT);
            n++;
        }
    }
    CHECK_INT(n, 41);
    jw_reader_close(r);
    jw_arena_release(&arena);
    CHECK(jw_small_index_has(s.dir, "new"));
    jw_scratch_remove(&s);
}

static void test_locked(void)
{
    struct jw_scratch s;
    struct jw_index_writer *second = NULL;
    jw_scratch_make(&s);
    struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_BUILD);
    for (int mode = 0; mode < 2; mode++) {
        CHECK_STATUS(
            jw_index_writer_open(s.dir, (enum jw_index_write_mode)mode, &second, &err),
            JW_ELOCKED);
        CHECK(second == NULL);
    }
    jw_small_put(w, "one", "第一篇");
    jw_small_commit(w);
    CHECK(jw_small_index_has(s.dir, "one"));
    w = jw_small_writer(s.dir, JW_INDEX_CHANGE);
    jw_index_writer_close(w);
    jw_index_writer_close(NULL);
    jw_scratch_remove(&s);
}

static void test_stats(void)
{
    struct jw_scratch s;
    jw_scratch_make(&s);
    jw_small_build_two(s.dir);
    struct jw_reader *r = jw_small_reader(s.dir);
    const struct jw_index_stats *stats = jw_index_stats(jw_reader_index(r));
    CHECK_INT(stats->revision, 2);
    CHECK_INT(jw_index_revision(jw_reader_index(r)), 2);
    CHECK_INT(stats->n_articles, 2);
    CHECK_INT(stats->n_paragraphs, 2);
    CHECK_INT(stats->n_docs, 4);
    CHECK_INT(stats->n_dead, 0);
    CHECK_INT(stats->n_segments, 2);
    CHECK_INT(stats->text_bytes, 2 * (6 + 9));
    CHECK_INT(stats->total_length, 2 * (2 + 3));
    CHECK_INT(jw_index_char_df(jw_reader_index(r), 0x7B2C /* 第 */), 2);
    CHECK_INT(jw_index_char_df(jw_reader_index(r), 0x4E8C /* 二 */), 1);
    CHECK(jw_index_disk_bytes(jw_reader_index(r)) > 1000);
    jw_reader_close(r);
    jw_scratch_remove(&s);
}
JW_TEST_MAIN("index", {"counts of an index", test_stats},
             {"random histories", test_histories},
             {"counts within the delta", test_delta_counts},
             {"both writers of a base", test_both_writers},
             {"what is taken", test_intake}, {"titles and dates", test_arrangement},
             {"nothing visible before commit", test_visibility},
             {"one commit a writer", test_one_commit},
             {"readers keep their state", test_readers_keep_state},
             {"a state of before", test_stale_state},
             {"a walk beside a writer", test_walk_beside_a_writer},
             {"a kept state", test_kept_state}, {"one writer", test_locked})
