#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <utf8proc.h>

#include "fold.h"
#include "fold_table.h"
#include "jianwen/tokenizer.h"

/* Raise it when the tokenizer gives other terms for the same text, and the
 * probe below does not show it. */
enum {
    TERMS_VERSION = 1
};

/* Something for every rule: what its terms are is part of the fingerprint. */
static const char probe[] =
    "科技创新，記者\n第 一 行。城\xE2\x80\x8B市 ｶﾞｷﾞか\xE3\x82\x99 한국어 人々〆切 "
    "𠮷𫝀豈⼈⺮"
    " AI时代 Café Straße co\xC2\xADop COVID-19 H1N1 ５Ｇ手机 GB/T 7714 GB/T7714 R&D "
    "don't a@b.c"
    " 3.5% 3．5％ 10:30 2021-06-30 1,234,567 1, 234 12,34 a+b_c/d ㎡ ①½Ⅳ \xFF a"
    " 二〇二一年 二○二一年 三〇二一年 一九四九年"
    " averyveryveryveryveryveryveryverylongwordthatgoesonandonandonbeyondsixtycharacters-"
    "and-on";

static char fingerprint[96];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* 64-bit FNV-1a (RFC draft-eastlake-fnv-17, section 5). */
#define FNV_START UINT64_C(0xCBF29CE484222325)

static uint64_t add_to_hash(uint64_t hash, uint64_t value)
{
    for (int shift = 0; shift < 64; shift += 8) {
        hash ^= value >> shift & 0xFF;
        hash *= 0x100000001B3u;
    }
    return hash;
}

/* What the code points become: it depends on our tables, our rules and the
 * version of utf8proc alike. */
static uint64_t fold_hash(void)
{
    uint64_t hash = FNV_START;
    const uint32_t *bmp = jw_fold_bmp(false);
    for (uint32_t cp = 0; cp < 0x10000; cp += 2) {
        hash = add_to_hash(hash, (uint64_t)bmp[cp] << 32 | bmp[cp + 1]);
    }
    for (size_t i = 0; i < jw_fold_scripts_n; i++) {
        const struct jw_fold_pair *row = &jw_fold_scripts[i];
        hash = add_to_hash(hash, (uint64_t)row->from << 32 | row->to);
    }
    return hash;
}

static enum jw_status hash_token(const struct jw_token *token, void *arg)
{
    uint64_t *hash = arg;
    char term[JW_TERM_MAX_BYTES];
    size_t n = jw_token_term(token, term);
    *hash = add_to_hash(*hash, (uint64_t)token->kind << 32 | n);
    for (size_t i = 0; i < n; i++) {
        *hash = add_to_hash(*hash, (unsigned char)term[i]);
    }
    return JW_OK;
}

/* @return the hash of the probe's terms; 0 never comes of it. */
static uint64_t terms_hash(void)
{
    uint64_t hash = FNV_START;
    struct jw_str text = jw_str_of(probe, sizeof probe - 1);
    if (jw_tokenize(text, JW_TOKENS_DOCUMENT, hash_token, &hash) != JW_OK ||
        jw_tokenize(text, JW_TOKENS_QUERY, hash_token, &hash) != JW_OK) {
        return 0;
    }
    return hash;
}

static void make(void)
{
    (void)snprintf(fingerprint, sizeof fingerprint,
                   "bigram-%d/unicode-%s/fold-%016" PRIx64 "/terms-%016" PRIx64,
                   TERMS_VERSION, utf8proc_unicode_version(), fold_hash(), terms_hash());
}

const char *jw_text_fingerprint(void)
{
    (void)pthread_once(&once, make);
    return fingerprint;
}
