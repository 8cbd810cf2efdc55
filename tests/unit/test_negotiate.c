#include <stdlib.h>
#include <zlib.h>

#include "deflate.h"
#include "jw_cunit.h"
#include "request.h"

static void test_accepts_gzip(void)
{
    static const struct {
        const char *header;
        bool gzip;
    } rows[] = {
        {"", false},
        {"gzip", true},
        {"GZip", true},
        {"x-gzip", true},
        {"gzip, deflate, br", true},
        {"deflate,gzip", true},
        {"br;q=1.0, gzip;q=0.8, *;q=0.1", true},
        {"gzip;q=0", false},
        {"gzip; q=0.000", false},
        {"gzip;q=0.001", true},
        {"*", true},
        {"*;q=0", false},
        {"identity", false},
        {"*, gzip;q=0", false},
        {"gzip;q=0, *", false},
        {"notgzip", false},
        {"gzipp", false},
        {",,,", false},
        {";q=1", false},
        {" gzip ", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_MSG(jw_accepts_gzip(jw_str_c(rows[i].header)) == rows[i].gzip, "\"%s\"",
                  rows[i].header);
    }
}

static void test_etag(void)
{
    static const struct {
        const char *header;
        bool match;
    } rows[] = {
        {"", false},
        {"W/\"0000000000000abc\"", true},
        {"\"0000000000000abc\"", true},
        {"0000000000000abc", false},
        {"*", true},
        {"\"x\", W/\"0000000000000abc\" , \"y\"", true},
        {"\"x\",\"0000000000000ab\"", false},
        {"W/\"0000000000000abd\"", false},
        {",", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_MSG(jw_etag_matches(jw_str_c(rows[i].header), 0xABC) == rows[i].match,
                  "\"%s\"", rows[i].header);
    }
}

/* What comes out of the compressor is the text, several times over. */
static void test_round_trip(void)
{
    static const size_t sizes[] = {0, 1, 1000, 100000, 3000000, 5};
    struct jw_deflater *d = NULL;
    CHECK_STATUS(jw_deflater_new(&d), JW_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct jw_buf out;
        size_t n = sizes[i];
        char *text = malloc(n + 1);
        char *back = malloc(n + 1);
        for (size_t k = 0; k < n; k++) {
            text[k] = (char)('a' + k * k % 17);
        }
        jw_buf_init(&out, 2 * n + 1000);
        CHECK_STATUS(jw_deflate(d, jw_str_of(text, n), &out), JW_OK);
        CHECK(out.len > 2 && (unsigned char)out.data[0] == 0x1F);
        z_stream z = {.next_in = (Bytef *)out.data,
                      .avail_in = (uInt)out.len,
                      .next_out = (Bytef *)back,
                      .avail_out = (uInt)n + 1};
        CHECK(inflateInit2(&z, 15 + 16) == Z_OK);
        CHECK(inflate(&z, Z_FINISH) == Z_STREAM_END);
        CHECK_INT(z.total_out, n);
        CHECK(memcmp(text, back, n) == 0);
        (void)inflateEnd(&z);
        jw_buf_release(&out);
        free(text);
        free(back);
    }
    struct jw_buf small;
    jw_buf_init(&small, 4);
    CHECK_STATUS(jw_deflate(d, jw_str_c("more than four bytes"), &small), JW_ELIMIT);
    jw_buf_release(&small);
    jw_deflater_free(d);
}

JW_TEST_MAIN("negotiate", {"Accept-Encoding", test_accepts_gzip},
             {"If-None-Match", test_etag}, {"gzip", test_round_trip})
