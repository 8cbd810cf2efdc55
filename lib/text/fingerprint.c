#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <utf8proc.h>

#include "fold_table.h"
#include "jianwen/tokenizer.h"

/* Raise it when the tokenizer gives other terms for the same text. */
enum {
    TERMS_VERSION = 1
};

static char fingerprint[96];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* 64-bit FNV-1a (RFC draft-eastlake-fnv-17, section 5) over the fold table. */
static uint64_t fold_table_hash(void)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < jw_fold_table_n; i++) {
        uint64_t pair = (uint64_t)jw_fold_table[i].from << 32 | jw_fold_table[i].to;
        for (int shift = 0; shift < 64; shift += 8) {
            hash ^= pair >> shift & 0xFF;
            hash *= 0x100000001B3u;
        }
    }
    return hash;
}

static void make(void)
{
    (void)snprintf(fingerprint, sizeof fingerprint,
                   "bigram-%d/unicode-%s/fold-%016" PRIx64, TERMS_VERSION,
                   utf8proc_unicode_version(), fold_table_hash());
}

const char *jw_text_fingerprint(void)
{
    (void)pthread_once(&once, make);
    return fingerprint;
}
