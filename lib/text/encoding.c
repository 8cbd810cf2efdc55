#include "jianwen/encoding.h"

#include <ctype.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <strings.h>

#include "encoding_detect.h"
#include "encoding_read.h"
#include "jianwen/utf8.h"

enum {
    /* One control or replaced character in so many, and it is no text... */
    BAD_SHARE = 10,
    /* ...but so many are damage, however short the text. */
    BAD_FREE = 2,
    /* How many bytes that cannot be read a message shows. */
    SHOWN_BYTES = 4
};

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */
static const char mark[] = "\xEF\xBB\xBF";        /* U+FEFF, the byte order mark */

static const struct {
    const char *bytes;
    const char *name;
} marks[] = {
    {"\xEF\xBB\xBF", "UTF-8"},
    {"\xFF\xFE", "UTF-16LE"},
    {"\xFE\xFF", "UTF-16BE"},
    {"\x84\x31\x95\x33", "GB18030"},
};

/* One conversion. */
struct work {
    struct jw_buf *out;
    size_t out_start;
    bool repair;
    size_t chars;
    size_t controls;
    size_t nuls;
    size_t replaced;
    size_t bad_at;
    size_t bad_n; /* 0: nothing was bad */
};

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\v' && c != '\f' && c != '\r') ||
           c == 0x7F;
}

/* Control characters may mean UTF-16, so text with one is weighed. */
static bool is_plain_utf8(struct jw_str bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        if (JW_UNLIKELY(is_control((unsigned char)bytes.p[i]))) {
            return false;
        }
    }
    return jw_utf8_valid(bytes, NULL);
}

static bool take_text(void *arg, struct jw_str text)
{
    struct work *w = arg;
    const char *from = text.p;
    const char *end = text.p + text.n;
    for (const char *p = text.p; p < end; p++) {
        unsigned char c = (unsigned char)*p;
        w->chars += (c & 0xC0) != 0x80;
        if (JW_LIKELY(!is_control(c))) {
            continue;
        }
        w->controls++;
        if (c != '\0') {
            continue;
        }
        jw_buf_add(w->out, from, (size_t)(p - from));
        w->nuls++;
        if (w->repair) {
            jw_buf_add_c(w->out, replacement);
            w->replaced++;
        }
        from = p + 1;
    }
    jw_buf_add(w->out, from, (size_t)(end - from));
    return jw_buf_status(w->out) == JW_OK;
}

static bool take_bad(void *arg, size_t offset, size_t n)
{
    struct work *w = arg;
    if (w->bad_n == 0) {
        w->bad_at = offset;
        w->bad_n = n;
    }
    w->chars++;
    w->replaced++;
    jw_buf_add_c(w->out, replacement);
    return jw_buf_status(w->out) == JW_OK;
}

static const struct jw_encoding *by_mark(struct jw_str bytes)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (jw_str_starts(bytes, jw_str_c(marks[i].bytes))) {
            return jw_encoding_named(marks[i].name);
        }
    }
    return NULL;
}

static bool is_utf16_name(const char *name)
{
    return strcasecmp(name, "utf-16") == 0 || strcasecmp(name, "utf16") == 0;
}

/* iconv takes suffixes ("//IGNORE") that would hide faults; none of them here. */
static bool iconv_knows(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)name[i]) && !strchr("-_:.", name[i])) {
            return false;
        }
    }
    if (n == 0 || n >= JW_ENCODING_NAME_BYTES) {
        return false;
    }
    iconv_t cd = iconv_open("UTF-8", name);
    if (cd == (iconv_t)-1) {
        return false;
    }
    (void)iconv_close(cd);
    return true;
}

bool jw_encoding_known(const char *name)
{
    return jw_encoding_named(name) || is_utf16_name(name) || iconv_knows(name);
}

/* Fill `encoding` by its name, the byte order mark or what the bytes are like. */
static enum jw_status choose(struct jw_str bytes, const char *name,
                             struct jw_encoding *encoding, struct jw_error *err)
{
    const struct jw_encoding *found = NULL;
    bool only_utf16 = name && is_utf16_name(name);
    if (name && !only_utf16) {
        found = jw_encoding_named(name);
        if (!found && !iconv_knows(name)) {
            return jw_fail(err, JW_EINVAL, "\"%s\" is not an encoding that iconv knows",
                           name);
        }
        if (!found) {
            *encoding = (struct jw_encoding){name, name, JW_ENCODING_OTHER};
            return JW_OK;
        }
    }
    if (!found) {
        found = by_mark(bytes);
    }
    if (only_utf16 && found && found->family != JW_ENCODING_UTF16) {
        found = NULL;
    }
    if (!found && !only_utf16 && is_plain_utf8(bytes)) {
        found = &jw_encodings[0];
    }
    if (!found) {
        bool is_text = false;
        enum jw_status status = jw_encoding_detect(bytes, only_utf16, &found, &is_text);
        if (status != JW_OK) {
            return jw_fail(err, status, "cannot read encodings: %s%s",
                           jw_status_name(status),
                           status == JW_EINTERNAL ? " (iconv lacks a converter)" : "");
        }
        if (!is_text && !only_utf16) {
            return jw_fail(err, JW_EENCODING,
                           "not a text file: no encoding gives mostly usual characters "
                           "(the best is %s); name the encoding if it is text",
                           found->name);
        }
    }
    *encoding = *found;
    return JW_OK;
}

static enum jw_status refuse_bad(const struct work *w, struct jw_str bytes,
                                 const struct jw_encoding *encoding, bool named,
                                 struct jw_error *err)
{
    char shown[SHOWN_BYTES * 3 + 1] = "";
    for (size_t i = 0; i < w->bad_n && i < SHOWN_BYTES; i++) {
        (void)snprintf(shown + 3 * i, sizeof shown - 3 * i, " %02X",
                       (unsigned)(unsigned char)bytes.p[w->bad_at + i]);
    }
    char guess[64];
    jw_encoding_guess(bytes, guess, sizeof guess);
    const struct jw_encoding *ours = jw_encoding_named(guess);
    bool other = guess[0] && (ours ? strcmp(ours->name, encoding->name) != 0
                                   : strcasecmp(guess, encoding->name) != 0);
    return jw_fail(err, JW_EENCODING,
                   "byte%s%s at offset %zu %s not %s%s%s%s; name the encoding, or repair",
                   w->bad_n > 1 ? "s" : "", shown, w->bad_at, w->bad_n > 1 ? "are" : "is",
                   encoding->name, named ? "" : ", as which the text reads best",
                   other ? "; it may be " : "", other ? guess : "");
}

/* Where the first NUL character is, in bytes. */
static size_t nul_offset(struct jw_str bytes, const struct jw_encoding *encoding)
{
    size_t unit = encoding->family == JW_ENCODING_UTF16 ? 2 : 1;
    for (size_t i = 0; i + unit <= bytes.n; i += unit) {
        if (bytes.p[i] == '\0' && bytes.p[i + unit - 1] == '\0') {
            return i;
        }
    }
    return bytes.n;
}

/* Whether the outcome can stand. */
static enum jw_status judge(const struct work *w, struct jw_str bytes,
                            const struct jw_encoding *encoding, bool named,
                            struct jw_error *err)
{
    enum jw_status status = jw_buf_status(w->out);
    if (status != JW_OK) {
        return jw_fail(err, status, "cannot convert the text: %s",
                       jw_status_name(status));
    }
    size_t nuls_twice = w->repair ? w->nuls : 0; /* controls, and replaced as well */
    size_t bad = w->controls + w->replaced - nuls_twice;
    if (bad > BAD_FREE + w->chars / BAD_SHARE) {
        return jw_fail(err, JW_EENCODING,
                       "not a text file: read as %s, %zu of %zu characters are control "
                       "characters or cannot be read",
                       encoding->name, bad, w->chars);
    }
    if (w->repair) {
        return JW_OK;
    }
    if (w->bad_n > 0) {
        return refuse_bad(w, bytes, encoding, named, err);
    }
    if (w->nuls > 0) {
        return jw_fail(err, JW_EENCODING,
                       "a NUL character at offset %zu of a text in %s; repair keeps the "
                       "rest",
                       nul_offset(bytes, encoding), encoding->name);
    }
    return JW_OK;
}

static void drop_mark(const struct work *w)
{
    size_t n = sizeof mark - 1;
    char *start = w->out->data + w->out_start;
    size_t len = w->out->len - w->out_start;
    if (len >= n && memcmp(start, mark, n) == 0) {
        memmove(start, start + n, len - n);
        w->out->len -= n;
    }
}

enum jw_status jw_encoding_to_utf8(struct jw_str bytes,
                                   const struct jw_encoding_options *opt,
                                   struct jw_buf *out, struct jw_encoding_result *res,
                                   struct jw_error *err)
{
    static const struct jw_encoding_options no_options = {NULL, false};
    if (!opt) {
        opt = &no_options;
    }
    if (res) {
        res->name[0] = '\0';
        res->replaced = 0;
    }
    struct jw_encoding encoding;
    enum jw_status status = choose(bytes, opt->name, &encoding, err);
    if (status != JW_OK) {
        return status;
    }
    struct work w = {.out = out, .out_start = out->len, .repair = opt->repair};
    const struct jw_encoding_sink sink = {take_text, take_bad, &w};
    status = jw_encoding_read(&encoding, bytes, false, &sink);
    if (status != JW_OK) {
        status = jw_fail(err, status, "cannot convert from %s: %s", encoding.name,
                         jw_status_name(status));
    } else {
        status = judge(&w, bytes, &encoding, opt->name != NULL, err);
    }
    if (status != JW_OK) {
        out->len = w.out_start;
        return status;
    }
    if (out->len > w.out_start) {
        drop_mark(&w);
    }
    if (res) {
        (void)snprintf(res->name, sizeof res->name, "%s", encoding.name);
        res->replaced = w.replaced;
    }
    return JW_OK;
}
