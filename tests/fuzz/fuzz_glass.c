/* A glass database in which any bytes have been changed: the input is a row of changes,
 * each a table, a place, and a byte for it. */
#include <string.h>

#include "fuzz.h"
#include "glass_base.h"
#include "glass_exercise.h"
#include "scratch.h"

enum {
    CHANGE_BYTES = 4,
    CHANGES_MAX = 8
};

static struct jw_glass_copy copy;
/* The tables as they were. */
static unsigned char *whole[JW_GLASS_TABLES];

static bool load(void)
{
    static const struct jw_glass_base b = {.salt = 11, .n_docs = 60, .n_words = 500};
    struct jw_scratch s;
    jw_scratch_make(&s);
    bool loaded = jw_glass_base_make(&b, s.dir) && jw_glass_copy_load(&copy, s.dir);
    jw_scratch_remove(&s);
    for (int i = 0; loaded && i < JW_GLASS_TABLES; i++) {
        whole[i] = malloc(copy.n_bytes[i]);
        loaded = whole[i] != NULL;
        if (loaded) {
            memcpy(whole[i], copy.bytes[i], copy.n_bytes[i]);
        }
    }
    return loaded;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jw_random r = {jw_fuzz_seed(data, size)};
    size_t at[CHANGES_MAX];
    size_t n = 0;
    if (!whole[0] && !load()) {
        jw_fuzz_expect("there is no database to change");
    }
    for (; n < CHANGES_MAX && (n + 1) * CHANGE_BYTES <= size; n++) {
        const uint8_t *change = data + n * CHANGE_BYTES;
        int table = change[0] & 1;
        uint32_t place = (uint32_t)(change[0] >> 1) << 16 | change[1] << 8 | change[2];
        at[n] = place % copy.n_bytes[table];
        copy.bytes[table][at[n]] = change[3];
    }
    jw_fuzz_expect(jw_glass_copy_exercise(&copy, &r));
    for (size_t i = 0; i < n; i++) {
        int table = data[i * CHANGE_BYTES] & 1;
        copy.bytes[table][at[i]] = whole[table][at[i]];
    }
    return 0;
}
