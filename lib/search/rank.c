#include "rank.h"

#include <math.h>

float jw_rank_idf(uint64_t n_total, uint64_t n)
{
    if (n > n_total) {
        n = n_total;
    }
    return (float)log(1.0 + ((double)(n_total - n) + 0.5) / ((double)n + 0.5));
}

/* Particles, pronouns of asking, prepositions and auxiliaries (Wang Li, Modern
 * Chinese Grammar: the empty words), one character each, in their folded form. */
bool jw_rank_is_function_char(uint32_t cp)
{
    static const uint32_t chars[] = {
        0x7684 /* 的 */, 0x4E86 /* 了 */, 0x5728 /* 在 */, 0x662F /* 是 */,
        0x548C /* 和 */, 0x4E0E /* 与 */, 0x53CA /* 及 */, 0x6216 /* 或 */,
        0x4E4B /* 之 */, 0x5176 /* 其 */, 0x4E8E /* 于 */, 0x4EE5 /* 以 */,
        0x4E3A /* 为 */, 0x88AB /* 被 */, 0x628A /* 把 */, 0x5C06 /* 将 */,
        0x5BF9 /* 对 */, 0x4ECE /* 从 */, 0x7531 /* 由 */, 0x5411 /* 向 */,
        0x800C /* 而 */, 0x4E5F /* 也 */, 0x90FD /* 都 */, 0x5C31 /* 就 */,
        0x8FD8 /* 还 */, 0x53C8 /* 又 */, 0x5F88 /* 很 */, 0x6240 /* 所 */,
        0x8FD9 /* 这 */, 0x90A3 /* 那 */, 0x54EA /* 哪 */, 0x4EC0 /* 什 */,
        0x4E48 /* 么 */, 0x8C01 /* 谁 */, 0x4F55 /* 何 */, 0x600E /* 怎 */,
        0x5417 /* 吗 */, 0x5462 /* 呢 */, 0x5427 /* 吧 */, 0x554A /* 啊 */,
        0x7740 /* 着 */, 0x8FC7 /* 过 */, 0x5F97 /* 得 */, 0x5730 /* 地 */,
        0x4E2A /* 个 */, 0x51E0 /* 几 */, 0x591A /* 多 */, 0x5C11 /* 少 */,
        0x6709 /* 有 */, 0x4F1A /* 会 */, 0x53EF /* 可 */, 0x80FD /* 能 */,
    };
    for (size_t i = 0; i < sizeof chars / sizeof chars[0]; i++) {
        if (chars[i] == cp) {
            return true;
        }
    }
    return false;
}

bool jw_rank_asks(uint32_t cp, uint32_t next)
{
    switch (cp) {
    case 0x8C01: /* 谁 */
    case 0x54EA: /* 哪 */
    case 0x600E: /* 怎 */
    case 0x5417: /* 吗 */
    case 0x4F55: /* 何 */
    case '?':
        return true;
    case 0x4EC0: /* 什么 */
        return next == 0x4E48;
    case 0x591A: /* 多少, 多久, 多大, 多长 */
        return next == 0x5C11 || next == 0x4E45 || next == 0x5927 || next == 0x957F;
    case 0x51E0: /* 几个, 几年, 几位 ... but not 几何 */
        return next != 0 && next != 0x4F55;
    case 0x662F: /* 是否 */
        return next == 0x5426;
    default:
        return false;
    }
}

/* 60 % up to five terms, nothing from a dozen on, linear between. */
float jw_rank_partial_share(size_t n_terms)
{
    const float share = 0.6f;
    const size_t full = 5;
    const size_t none = 12;
    if (n_terms <= full) {
        return share;
    }
    if (n_terms >= none) {
        return 0;
    }
    return share * (float)(none - n_terms) / (float)(none - full);
}
