#include "jianwen/str.h"

bool jw_str_to_u64(struct jw_str s, unsigned long long max, unsigned long long *out)
{
    unsigned long long v = 0;
    *out = 0;
    if (s.n == 0) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
        unsigned digit = (unsigned)(s.p[i] - '0');
        if (v > (max - digit) / 10 || digit > max) {
            return false;
        }
        v = v * 10 + digit;
    }
    *out = v;
    return true;
}
