#include "golden.h"

#include <stdlib.h>

#include "jianwen/file.h"
#include "jianwen/utf8.h"
#include "jw_cunit.h"

enum {
    FILE_BYTES = 1024 * 1024
};

/* Read one escape behind its backslash; *p ends behind it. */
static void unescape_one(const char **p, const char *end, struct jw_buf *out)
{
    char c = *(*p)++;
    char bytes[JW_UTF8_MAX_BYTES];
    char *stop = NULL;
    switch (c) {
    case 't':
        jw_buf_add_byte(out, '\t');
        break;
    case 'n':
        jw_buf_add_byte(out, '\n');
        break;
    case 's':
        jw_buf_add_byte(out, ' ');
        break;
    case 'x': {
        char hex[3] = {0};
        for (int i = 0; i < 2 && *p < end; i++) {
            hex[i] = *(*p)++;
        }
        jw_buf_add_byte(out, (unsigned char)strtoul(hex, NULL, 16));
        break;
    }
    case 'u': /* the file ends in a NUL, so the number stops inside it */
        jw_buf_add(out, bytes,
                   jw_utf8_encode((uint32_t)strtoul(*p + 1, &stop, 16), bytes));
        *p = stop + 1;
        break;
    default:
        jw_buf_add_byte(out, (unsigned char)c);
    }
}

static struct jw_str unescape(struct jw_str cell, struct jw_buf *out)
{
    size_t start = out->len;
    const char *end = cell.p + cell.n;
    for (const char *p = cell.p; p < end;) {
        if (*p == '\\' && p + 1 < end) {
            p++;
            unescape_one(&p, end, out);
        } else {
            jw_buf_add_byte(out, (unsigned char)*p++);
        }
    }
    return jw_str_of(out->data + start, out->len - start);
}

static void one_line(struct jw_str line, size_t number, size_t n_columns,
                     void (*check)(const struct jw_golden_row *row))
{
    struct jw_golden_row row = {.line = number};
    struct jw_buf cells;
    jw_buf_init(&cells, FILE_BYTES);
    /* All at once, so that the cells do not move. */
    (void)jw_buf_reserve(&cells, line.n + 1);
    size_t from = 0;
    for (size_t i = 0; i <= line.n && row.n < JW_GOLDEN_COLUMNS_MAX; i++) {
        if (i == line.n || line.p[i] == '\t') {
            row.at[row.n++] = unescape(jw_str_slice(line, from, i), &cells);
            from = i + 1;
        }
    }
    if (CHECK_MSG(row.n == n_columns, "line %zu has %zu columns, not %zu", number, row.n,
                  n_columns)) {
        check(&row);
    }
    jw_buf_release(&cells);
}

size_t jw_golden_each(const char *name, size_t n_columns,
                      void (*check)(const struct jw_golden_row *row))
{
    char path[1024];
    struct jw_error err;
    struct jw_buf file;
    jw_buf_init(&file, FILE_BYTES);
    (void)snprintf(path, sizeof path, "%s/tests/golden/%s", JW_SOURCE_DIR, name);
    enum jw_status status = jw_file_read(path, FILE_BYTES, &file, &err);
    jw_buf_add_byte(&file, '\0');
    size_t n = 0;
    if (CHECK_OK(status, &err)) {
        size_t number = 0;
        for (size_t at = 0; at + 1 < file.len;) {
            const char *nl = memchr(file.data + at, '\n', file.len - 1 - at);
            size_t end = nl ? (size_t)(nl - file.data) : file.len - 1;
            number++;
            if (end > at && file.data[at] != '#') {
                one_line(jw_str_of(file.data + at, end - at), number, n_columns, check);
                n++;
            }
            at = end + 1;
        }
    }
    jw_buf_release(&file);
    return n;
}

/* Marks, white space and other things that a terminal shows badly. */
static bool is_unseen(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp <= 0xA0) || cp == 0xAD ||
           (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x2000 && cp <= 0x200F) ||
           (cp >= 0x2028 && cp <= 0x202F) || (cp >= 0x2060 && cp <= 0x206F) ||
           cp == 0x3000 || (cp >= 0xE000 && cp <= 0xF8FF) ||
           (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0xFEFF || cp >= 0xE0000;
}

void jw_golden_escape(struct jw_str s, struct jw_buf *out)
{
    const unsigned char *p = (const unsigned char *)s.p;
    const unsigned char *end = p + s.n;
    while (p < end) {
        const unsigned char *at = p;
        uint32_t cp = jw_utf8_next(&p, end);
        if (cp == JW_UTF8_BAD) {
            jw_buf_printf(out, "\\x%02X", *at);
        } else if (is_unseen(cp)) {
            jw_buf_printf(out, "\\u{%X}", (unsigned)cp);
        } else {
            jw_buf_add(out, at, (size_t)(p - at));
        }
    }
}
