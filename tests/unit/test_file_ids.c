/* indexer/file_ids: which file gave an id that is given again. */
#include "file_ids.h"

#include "jw_cunit.h"
#include "scratch.h"
#include "small_index.h"

static struct jw_error err;

/* Give an id; "" or the message of its refusal. */
static const char *admit(struct jw_file_ids *ids, struct jw_index_writer *w,
                         const char *id, const char *file)
{
    struct jw_article a = jw_small_article(id, "一段");
    jw_error_clear(&err);
    enum jw_status status = jw_file_ids_admit(ids, w, &a, file, &err);
    CHECK(status == JW_OK || status == JW_EINVAL);
    return status == JW_OK ? "" : err.message;
}

#define CHECK_ADMIT(id, file, want)                                                      \
    CHECK_STR_C(jw_str_c(admit(&ids, w, (id), (file))), (want))

/* A writer that takes parts, and one that has to be given the articles. */
static void test_first_is_named(void)
{
    const enum jw_index_write_mode modes[] = {JW_INDEX_BUILD, JW_INDEX_CHANGE};
    struct jw_scratch s;
    jw_scratch_make(&s);
    jw_small_build_two(s.dir);
    for (size_t i = 0; i < 2; i++) {
        struct jw_file_ids ids;
        struct jw_index_writer *w = jw_small_writer(s.dir, modes[i]);
        CHECK_INT(jw_index_writer_takes_parts(w), modes[i] == JW_INDEX_BUILD);
        jw_file_ids_init(&ids, JW_FILE_IDS_BYTES);
        CHECK_ADMIT("雨", "a/rain.txt", "");
        CHECK_ADMIT("雨天", "b/rain.txt", "");
        CHECK_ADMIT("雪", NULL, "");
        CHECK_ADMIT("雨", "c.txt", "id \"雨\" was given twice: a/rain.txt has it, too");
        CHECK_ADMIT("雨", NULL, "id \"雨\" was given twice: a/rain.txt has it, too");
        CHECK_ADMIT("雨天", "c.txt",
                    "id \"雨天\" was given twice: b/rain.txt has it, too");
        CHECK_ADMIT("雪", "c.txt", "id \"雪\" was given twice");
        jw_file_ids_release(&ids);
        jw_index_writer_close(w);
    }
    jw_scratch_remove(&s);
}

/* Beyond the limit an id is refused as well; files of before are still named. */
static void test_limit(void)
{
    static const struct {
        int less;
        const char *want;
    } rows[] = {{0, "id \"two\" was given twice: b.txt has it, too"},
                {1, "id \"two\" was given twice"}};
    const size_t two_files =
        2 * (JW_FILE_ID_BYTES + sizeof "a.txt" - 1 + sizeof "one" - 1);
    struct jw_scratch s;
    jw_scratch_make(&s);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jw_file_ids ids;
        struct jw_index_writer *w = jw_small_writer(s.dir, JW_INDEX_BUILD);
        jw_file_ids_init(&ids, two_files - (size_t)rows[i].less);
        CHECK_ADMIT("one", "a.txt", "");
        CHECK_ADMIT("two", "b.txt", "");
        CHECK_ADMIT("six", "c.txt", "");
        CHECK_ADMIT("one", "d.txt", "id \"one\" was given twice: a.txt has it, too");
        CHECK_ADMIT("two", "d.txt", rows[i].want);
        CHECK_ADMIT("six", "d.txt", "id \"six\" was given twice");
        jw_file_ids_release(&ids);
        jw_index_writer_close(w);
    }
    jw_scratch_remove(&s);
}

JW_TEST_MAIN("file ids", {"the first file is named", test_first_is_named},
             {"up to a limit", test_limit})
