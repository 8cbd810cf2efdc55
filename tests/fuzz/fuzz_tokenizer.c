/* Any bytes: what text_checks.h says of the terms holds. */
#include "fuzz.h"
#include "text_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jw_str text = jw_str_of((const char *)data, size);
    jw_fuzz_expect(jw_check_tokenize(text, jw_fuzz_seed(data, size)));
    return 0;
}
