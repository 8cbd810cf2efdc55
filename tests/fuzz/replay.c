/*
 * A main function for fuzz targets, for every compiler:
 *
 *     replay_TARGET RUNS [FILE|FOLDER...]
 *
 * runs the target on each file, then on RUNS inputs of its own: a file or a
 * text of jw_test_random_text(), changed in a few places.  The inputs are the
 * same at every run.  Should the target stop the program, the input is left in
 * the file crash-replay.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "jianwen/buf.h"
#include "jianwen/file.h"
#include "text_checks.h"

enum {
    INPUT_BYTES = 4096,
    FILE_BYTES = 64 * 1024,
    SEEDS_MAX = 1000,
    CHANGES_MAX = 8
};

struct seed_file {
    char *data;
    size_t n;
};

static struct seed_file seeds[SEEDS_MAX];
static size_t n_seeds;
/* What the target was given last, for keep_input(). */
static const uint8_t *current;
static size_t current_n;

static void keep_input(int signal_number)
{
    int fd = open("crash-replay", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd >= 0) {
        (void)!write(fd, current, current_n);
        (void)close(fd);
    }
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static void run(const void *data, size_t n)
{
    current = data;
    current_n = n;
    (void)LLVMFuzzerTestOneInput(data, n);
}

static bool add_file(const char *path)
{
    struct jw_buf file;
    jw_buf_init(&file, FILE_BYTES);
    struct jw_error err;
    if (n_seeds == SEEDS_MAX || jw_file_read(path, FILE_BYTES, &file, &err) != JW_OK ||
        jw_buf_take(&file, &seeds[n_seeds].data, &seeds[n_seeds].n) != JW_OK) {
        (void)fprintf(stderr, "cannot use %s\n", path);
        jw_buf_release(&file);
        return false;
    }
    n_seeds++;
    return true;
}

static bool add_path(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir) {
        return add_file(path);
    }
    bool ok = true;
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] == '.') {
            continue;
        }
        char *file = jw_path_join(path, e->d_name);
        ok = file && add_file(file) && ok;
        free(file);
    }
    (void)closedir(dir);
    return ok;
}

/* Change one place of the input.  @return its new length. */
static size_t change(uint64_t *random, uint8_t *data, size_t n)
{
    uint64_t r = jw_test_random(random);
    size_t at = n ? r / 8 % n : 0;
    size_t length = jw_test_random(random) % 8 + 1;
    length = length > n - at ? n - at : length;
    switch (r % 5) {
    case 0: /* a bit */
        if (n) {
            data[at] ^= (uint8_t)(1u << (r / 8 % 8));
        }
        return n;
    case 1: /* a byte */
        if (n) {
            data[at] = (uint8_t)(r >> 16);
        }
        return n;
    case 2: /* some bytes gone */
        memmove(data + at, data + at + length, n - at - length);
        return n - length;
    case 3: /* some bytes twice */
        if (n + length <= INPUT_BYTES) {
            memmove(data + at + length, data + at, n - at);
            return n + length;
        }
        return n;
    default: /* a piece of random text over what is there */
    {
        char text[32];
        size_t m = jw_test_random_text(random, text, sizeof text);
        m = m > INPUT_BYTES - at ? INPUT_BYTES - at : m;
        memcpy(data + at, text, m);
        return at + m > n ? at + m : n;
    }
    }
}

static void run_random(unsigned long runs)
{
    static uint8_t input[INPUT_BYTES];
    uint64_t random = 0x9E3779B97F4A7C15u;
    for (unsigned long i = 0; i < runs; i++) {
        size_t n = 0;
        if (n_seeds > 0 && jw_test_random(&random) % 4 == 0) {
            const struct seed_file *seed = &seeds[jw_test_random(&random) % n_seeds];
            n = seed->n < INPUT_BYTES ? seed->n : INPUT_BYTES;
            memcpy(input, seed->data, n);
        } else {
            size_t room = jw_test_random(&random) % 16 ? 256 : INPUT_BYTES;
            n = jw_test_random_text(&random, (char *)input, room);
        }
        for (uint64_t k = jw_test_random(&random) % CHANGES_MAX; k > 0; k--) {
            n = change(&random, input, n);
        }
        run(input, n);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "usage: %s RUNS [FILE|FOLDER...]\n", argv[0]);
        return 2;
    }
    (void)signal(SIGABRT, keep_input);
    (void)signal(SIGSEGV, keep_input);
    unsigned long runs = strtoul(argv[1], NULL, 10);
    bool ok = true;
    for (int i = 2; i < argc; i++) {
        ok = add_path(argv[i]) && ok;
    }
    for (size_t i = 0; i < n_seeds; i++) {
        run(seeds[i].data, seeds[i].n);
    }
    run_random(runs);
    (void)printf("%lu random inputs and %zu files, no fault\n", runs, n_seeds);
    for (size_t i = 0; i < n_seeds; i++) {
        free(seeds[i].data);
    }
    return ok ? 0 : 1;
}
