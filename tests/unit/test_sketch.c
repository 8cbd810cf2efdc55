/* lib/index/sketch: like texts have like sketches, strangers do not. */
#include "sketch.h"

#include <stdlib.h>

#include "jianwen/index.h"
#include "jianwen/tokenizer.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"
#include "random.h"

enum {
    TEXT_CHARS = 400,
    ROUNDS = 200,
    /* Distances as in same_story.h; 5 deviations from the mean of strangers. */
    STRANGERS_LEAST = 12,
    STRANGERS_MEAN_LEAST = 30,
    STRANGERS_MEAN_MOST = 34
};

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    jw_sketch_token(arg, token);
    return JW_OK;
}

static uint64_t sketch_of(struct jw_str text)
{
    struct jw_sketch s;
    jw_sketch_init(&s);
    CHECK_STATUS(jw_tokenize(text, JW_TOKENS_DOCUMENT, on_token, &s), JW_OK);
    return jw_sketch_end(&s);
}

/* Characters of a text, one of a thousand each. */
static void random_chars(struct jw_random *r, uint32_t *cps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cps[i] = 0x4E00 + jw_random_below(r, 1000);
    }
}

static struct jw_str write_chars(const uint32_t *cps, size_t n, struct jw_buf *out)
{
    jw_buf_clear(out);
    for (size_t i = 0; i < n; i++) {
        char bytes[JW_UTF8_MAX_BYTES];
        jw_buf_add(out, bytes, jw_utf8_encode(cps[i], bytes));
        jw_buf_add_c(out, i % 20 == 19 ? "，" : "");
    }
    return jw_buf_str(out);
}

static void test_strangers(void)
{
    struct jw_random r = jw_random_start(1);
    struct jw_buf b;
    uint32_t cps[TEXT_CHARS];
    uint64_t sketches[ROUNDS];
    uint64_t sum = 0;
    uint64_t n = 0;
    jw_buf_init(&b, 1 << 16);
    for (int i = 0; i < ROUNDS; i++) {
        random_chars(&r, cps, TEXT_CHARS);
        sketches[i] = sketch_of(write_chars(cps, TEXT_CHARS, &b));
        for (int k = 0; k < i; k++) {
            unsigned d = jw_sketch_distance(sketches[i], sketches[k]);
            CHECK_MSG(d >= STRANGERS_LEAST, "strangers %d and %d differ in %u bits", i, k,
                      d);
            sum += d;
            n++;
        }
    }
    CHECK(sum >= n * STRANGERS_MEAN_LEAST && sum <= n * STRANGERS_MEAN_MOST);
    jw_buf_release(&b);
}

/* One character in so many changed: the mean distance is 32 * (1 - J). */
static void test_changed(void)
{
    static const struct {
        size_t every;
        /* Four shingles of each changed character are new. */
        double jaccard;
    } rows[] = {{200, 0.961}, {50, 0.852}, {20, 0.667}};
    struct jw_random r = jw_random_start(2);
    struct jw_buf b;
    uint32_t cps[TEXT_CHARS];
    jw_buf_init(&b, 1 << 16);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        double sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            random_chars(&r, cps, TEXT_CHARS);
            uint64_t before = sketch_of(write_chars(cps, TEXT_CHARS, &b));
            for (size_t k = rows[row].every / 2; k < TEXT_CHARS; k += rows[row].every) {
                cps[k] = 0x9000;
            }
            sum +=
                jw_sketch_distance(before, sketch_of(write_chars(cps, TEXT_CHARS, &b)));
        }
        double mean = sum / ROUNDS;
        double wanted = 32 * (1 - rows[row].jaccard);
        CHECK_MSG(mean > wanted - 1 && mean < wanted + 1, "every %zu: %f, not %f",
                  rows[row].every, mean, wanted);
    }
    jw_buf_release(&b);
}

static void test_what_does_not_count(void)
{
    struct jw_random r = jw_random_start(3);
    struct jw_buf b;
    struct jw_buf spaced;
    uint32_t cps[TEXT_CHARS];
    jw_buf_init(&b, 1 << 16);
    jw_buf_init(&spaced, 1 << 16);
    random_chars(&r, cps, TEXT_CHARS);
    struct jw_str text = write_chars(cps, TEXT_CHARS, &b);
    for (size_t i = 0; i < text.n; i++) {
        jw_buf_add_byte(&spaced, (unsigned char)text.p[i]);
        if (i % 99 == 98) {
            jw_buf_add_c(&spaced, "。　");
        }
    }
    CHECK(sketch_of(text) == sketch_of(jw_buf_str(&spaced)));
    /* Too short to tell. */
    CHECK(sketch_of(write_chars(cps, JW_SKETCH_MIN_SHINGLES + 2, &b)) == 0);
    CHECK(sketch_of(write_chars(cps, JW_SKETCH_MIN_SHINGLES + 3, &b)) != 0);
    CHECK(sketch_of(jw_str_c("")) == 0);
    jw_buf_release(&b);
    jw_buf_release(&spaced);
}

static void test_distance(void)
{
    struct jw_random r = jw_random_start(4);
    CHECK_INT(jw_sketch_distance(0, UINT64_MAX), 64);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t a = jw_random_u64(&r);
        uint64_t b = jw_random_u64(&r);
        unsigned n = 0;
        for (int k = 0; k < 64; k++) {
            n += (a >> k & 1) != (b >> k & 1);
        }
        CHECK_INT(jw_sketch_distance(a, b), n);
    }
}

JW_TEST_MAIN("sketch", {"strangers", test_strangers}, {"changed texts", test_changed},
             {"what does not count", test_what_does_not_count},
             {"distance", test_distance})
