#include "jianwen/folded.h"

#include "fold.h"
#include "jianwen/utf8.h"

enum {
    BMP = 0x10000
};

bool jw_folded_make(struct jw_str text, struct jw_folded *out)
{
    const uint32_t *bmp = jw_fold_bmp(false);
    const unsigned char *p = (const unsigned char *)text.p;
    const unsigned char *end = p + text.n;
    size_t n = 0;
    for (uint32_t at = 0; p < end; at++) {
        uint32_t cp = jw_utf8_next(&p, end);
        uint32_t entry = cp < BMP ? bmp[cp] : JW_FOLD_SLOW;
        if (at == JW_FOLDED_MAX) {
            return false;
        }
        if (JW_UNLIKELY(entry & JW_FOLD_SLOW)) {
            if (entry & JW_FOLD_SPACE) {
                continue;
            }
            return false;
        }
        out->cp[n] = entry & JW_FOLD_CP_MASK;
        out->at[n++] = at;
    }
    out->n = n;
    return true;
}

bool jw_folded_suits(const struct jw_unit *needle, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (needle[i].cls != JW_UNIT_CJK) {
            return false;
        }
    }
    return n > 0;
}

size_t jw_folded_find(const struct jw_folded *f, size_t from,
                      const struct jw_unit *needle, size_t n)
{
    uint32_t first = needle[0].cp;
    for (size_t i = from; i + n <= f->n; i++) {
        if (JW_LIKELY(f->cp[i] != first)) {
            continue;
        }
        size_t k = 1;
        while (k < n && f->cp[i + k] == needle[k].cp) {
            k++;
        }
        if (k == n) {
            return i;
        }
    }
    return f->n;
}
