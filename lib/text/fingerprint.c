#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <utf8proc.h>

#include "fold.h"
#include "jianwen/tokenizer.h"

/* Raise it when the tokenizer gives other terms for the same text. */
enum {
    TERMS_VERSION = 1
};

static char fingerprint[96];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* 64-bit FNV-1a (RFC draft-eastlake-fnv-17, section 5). */
static uint64_t add_to_hash(uint64_t hash, uint64_t value)
{
    for (int shift = 0; shift < 64; shift += 8) {
        hash ^= value >> shift & 0xFF;
        hash *= 0x100000001B3u;
    }
    return hash;
}

/* What every code point becomes: it depends on our tables, our rules and the
 * version of utf8proc alike. */
static uint64_t fold_hash(void)
{
    uint64_t hash = 0xCBF29CE484222325u;
    const uint32_t *bmp = jw_fold_bmp(false);
    for (uint32_t cp = 0; cp < 0x10000; cp += 2) {
        hash = add_to_hash(hash, (uint64_t)bmp[cp] << 32 | bmp[cp + 1]);
    }
    return hash;
}

static void make(void)
{
    (void)snprintf(fingerprint, sizeof fingerprint,
                   "bigram-%d/unicode-%s/fold-%016" PRIx64, TERMS_VERSION,
                   utf8proc_unicode_version(), fold_hash());
}

const char *jw_text_fingerprint(void)
{
    (void)pthread_once(&once, make);
    return fingerprint;
}
