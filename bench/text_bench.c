/*
 * text_bench - how fast text is normalised and cut, on one core.
 *
 *     text_bench [FILE...]     UTF-8 text files; without one, made-up text
 *
 * Each text is repeated to 64 MiB and run five times; the median is printed in
 * 10^6 bytes of UTF-8 a second of processor time, so that other work on the
 * machine counts little, and the most memory that the process ever had.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "jianwen/buf.h"
#include "jianwen/clock.h"
#include "jianwen/encoding.h"
#include "jianwen/file.h"
#include "jianwen/normalize.h"
#include "jianwen/tokenizer.h"
#include "jianwen/utf8.h"

enum {
    TEXT_BYTES = 64 * 1024 * 1024,
    UNITS = 4096,
    RUNS = 5
};

static uint64_t checksum;

static enum jw_status count_token(const struct jw_token *token, void *arg)
{
    uint64_t *n = arg;
    *n += 1;
    checksum += token->cp[0] + token->start;
    return JW_OK;
}

static void normalise(struct jw_str text)
{
    static struct jw_unit units[UNITS];
    struct jw_normalizer nz;
    jw_normalizer_init(&nz, text);
    for (size_t n = jw_normalizer_fill(&nz, units, UNITS); n > 0;
         n = jw_normalizer_fill(&nz, units, UNITS)) {
        checksum += units[n - 1].cp;
    }
}

static void normalise_and_cut(struct jw_str text)
{
    uint64_t n = 0;
    if (jw_tokenize(text, JW_TOKENS_DOCUMENT, count_token, &n) != JW_OK) {
        exit(1);
    }
    checksum += n;
}

static void validate(struct jw_str text)
{
    checksum += jw_utf8_valid(text, NULL);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double megabytes_a_second(void (*work)(struct jw_str), struct jw_str text)
{
    double speed[RUNS];
    for (int i = 0; i < RUNS; i++) {
        clock_t start = clock();
        work(text);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        speed[i] = (double)text.n / 1e6 / seconds;
    }
    qsort(speed, RUNS, sizeof speed[0], by_value);
    return speed[RUNS / 2];
}

static void measure(const char *name, struct jw_str sample)
{
    struct jw_buf text;
    jw_buf_init(&text, 2 * (size_t)TEXT_BYTES);
    while (sample.n > 0 && text.len < TEXT_BYTES) {
        jw_buf_add_str(&text, sample);
        jw_buf_add_byte(&text, '\n');
    }
    struct jw_str all = jw_buf_str(&text);
    if (jw_buf_status(&text) != JW_OK || all.n == 0) {
        (void)fprintf(stderr, "%s: no text\n", name);
        exit(1);
    }
    (void)printf("%-28s %10.0f %10.0f %16.0f\n", name, megabytes_a_second(validate, all),
                 megabytes_a_second(normalise, all),
                 megabytes_a_second(normalise_and_cut, all));
    jw_buf_release(&text);
}

/* count code points from `first` on, `step` apart, a mark after every 12. */
static void made_up(const char *name, uint32_t first, uint32_t step, uint32_t count,
                    const char *mark)
{
    struct jw_buf text;
    jw_buf_init(&text, TEXT_BYTES);
    for (uint32_t i = 0; i < count; i++) {
        char bytes[JW_UTF8_MAX_BYTES];
        jw_buf_add(&text, bytes, jw_utf8_encode(first + i * step, bytes));
        if (i % 12 == 11) {
            jw_buf_add_c(&text, mark);
        }
    }
    measure(name, jw_buf_str(&text));
    jw_buf_release(&text);
}

static void repeated(const char *name, const char *text)
{
    measure(name, jw_str_c(text));
}

int main(int argc, char **argv)
{
    int64_t start = jw_clock_us();
    normalise(jw_str_c("a"));
    (void)printf("tables made in %lld us\n", (long long)(jw_clock_us() - start));
    (void)printf("%-28s %10s %10s %16s   (MB/s)\n", "text", "validate", "normalise",
                 "normalise + cut");
    for (int i = 1; i < argc; i++) {
        struct jw_buf file;
        struct jw_error err;
        jw_buf_init(&file, TEXT_BYTES);
        if (jw_file_read(argv[i], TEXT_BYTES, &file, &err) != JW_OK) {
            (void)fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        measure(argv[i], jw_buf_str(&file));
        jw_buf_release(&file);
    }
    if (argc == 1) {
        made_up("ideographs", 0x4E00, 7, 2900, "，");
        made_up("full-width letters", 0xFF21, 1, 26, "，");
        repeated("traditional", "記者從市政府獲悉，輕軌延長線預計明年三月通車，屆時往返");
        repeated("full-width and half-width", "Ｔ１２３４５６７，ＡＢＣ　ＤＥＦ。ｶﾀｶﾅ");
        repeated("English", "The quick brown fox jumps over the lazy dog, twice a day. ");
        repeated("mixed", "全县今年新建农村公路120公里，5G基站18.5万个，增长3.5%。");
        repeated("marks", "e\xCC\x81 a\xCC\xA3\xCC\x81 か\xE3\x82\x99 ㎡ Straße ");
        repeated("plane 2", "𠀀𠀁𠀂𠀃𪛖");
    }
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    (void)printf("most memory: %ld MiB, of which the text %d MiB (checksum %llx)\n",
                 usage.ru_maxrss / 1024, TEXT_BYTES / 1024 / 1024,
                 (unsigned long long)checksum);
    return 0;
}
