/* Any bytes: what paragraph_checks.h says of their paragraphs holds. */
#include "fuzz.h"
#include "paragraph_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jw_fuzz_expect(jw_check_paragraphs(jw_str_of((const char *)data, size)));
    return 0;
}
