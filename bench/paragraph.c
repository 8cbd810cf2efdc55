/*
 * bench_paragraph FILE... - how fast paragraphs are recovered.
 *
 * The files are read once, then recovered over and over for about two
 * seconds a round; the median of five rounds is printed.  Time is that of the
 * processor, so that other work on the machine counts little.  In the same
 * rounds the code points of the same texts are counted one by one, which any
 * recovery has to do: times says how much longer the recovery takes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "jianwen/file.h"
#include "jianwen/utf8.h"
#include "paragraph/glyph.h"
#include "paragraph/paragraph.h"

enum {
    MAX_BYTES = 1 << 30,
    ROUNDS = 5,
    ROUND_US = 2000000,
    ARENA_KEEP = 64 << 20
};

struct input {
    struct jw_buf *texts;
    size_t n;
    size_t bytes;
};

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* MB a second of looking at each code point once and adding up widths. */
static double scan_round(const struct input *in)
{
    static volatile uint64_t sink;
    int64_t start = cpu_us();
    int64_t now = start;
    double bytes = 0;
    while (now - start < ROUND_US / 4) {
        for (size_t i = 0; i < in->n; i++) {
            struct jw_str s = jw_buf_str(&in->texts[i]);
            const unsigned char *p = (const unsigned char *)s.p;
            const unsigned char *end = p + s.n;
            uint64_t cells = 0;
            while (p < end) {
                cells += jw_glyph_of(jw_utf8_next(&p, end)).cells;
            }
            sink += cells;
        }
        bytes += (double)in->bytes;
        now = cpu_us();
    }
    return bytes / (double)(now - start);
}

/* MB a second over one round; negative when memory ran out. */
static double run_round(const struct input *in, struct jw_arena *arena)
{
    int64_t start = cpu_us();
    int64_t now = start;
    double bytes = 0;
    while (now - start < ROUND_US) {
        for (size_t i = 0; i < in->n; i++) {
            struct jw_recovery r;
            if (jw_paragraphs_recover(jw_buf_str(&in->texts[i]), NULL, arena, &r, NULL) !=
                JW_OK) {
                return -1;
            }
            jw_arena_clear(arena, ARENA_KEEP);
        }
        bytes += (double)in->bytes;
        now = cpu_us();
    }
    return bytes / (double)(now - start);
}

int main(int argc, char **argv)
{
    struct input in = {calloc((size_t)argc, sizeof *in.texts), 0, 0};
    struct jw_arena arena;
    struct jw_error err;
    double rates[ROUNDS];
    double scans[ROUNDS];
    int failed = in.texts == NULL || argc < 2;
    jw_arena_init(&arena, SIZE_MAX);
    for (int i = 1; i < argc && !failed; i++) {
        struct jw_buf *b = &in.texts[in.n];
        jw_buf_init(b, MAX_BYTES);
        if (jw_file_read(argv[i], MAX_BYTES, b, &err) != JW_OK) {
            fprintf(stderr, "%s\n", err.message);
            failed = 1;
        }
        in.n++;
        in.bytes += b->len;
    }
    for (int i = 0; i < ROUNDS && !failed; i++) {
        scans[i] = scan_round(&in);
        rates[i] = run_round(&in, &arena);
        failed = rates[i] < 0;
    }
    if (!failed) {
        qsort(rates, ROUNDS, sizeof rates[0], by_value);
        qsort(scans, ROUNDS, sizeof scans[0], by_value);
        printf("{\"files\":%zu,\"bytes\":%zu,\"mb_per_s\":%.1f,\"min\":%.1f,\"max\":%.1f,"
               "\"scan_mb_per_s\":%.1f,\"times\":%.2f}\n",
               in.n, in.bytes, rates[ROUNDS / 2], rates[0], rates[ROUNDS - 1],
               scans[ROUNDS / 2], scans[ROUNDS / 2] / rates[ROUNDS / 2]);
    }
    for (size_t i = 0; i < in.n; i++) {
        jw_buf_release(&in.texts[i]);
    }
    free(in.texts);
    jw_arena_release(&arena);
    return failed;
}
