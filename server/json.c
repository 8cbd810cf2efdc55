#include "json.h"

#include <math.h>

struct jw_json jw_json_on(struct jw_buf *out)
{
    return (struct jw_json){.out = out, .comma = false};
}

/* Before a value or key. */
static void separate(struct jw_json *j)
{
    if (j->comma) {
        jw_buf_add_byte(j->out, ',');
    }
    j->comma = true;
}

static void open_bracket(struct jw_json *j, char bracket)
{
    separate(j);
    jw_buf_add_byte(j->out, (unsigned char)bracket);
    j->comma = false;
}

static void close_bracket(struct jw_json *j, char bracket)
{
    jw_buf_add_byte(j->out, (unsigned char)bracket);
    j->comma = true;
}

void jw_json_object(struct jw_json *j)
{
    open_bracket(j, '{');
}

void jw_json_end_object(struct jw_json *j)
{
    close_bracket(j, '}');
}

void jw_json_array(struct jw_json *j)
{
    open_bracket(j, '[');
}

void jw_json_end_array(struct jw_json *j)
{
    close_bracket(j, ']');
}

void jw_json_key(struct jw_json *j, const char *name)
{
    separate(j);
    jw_buf_add_byte(j->out, '"');
    jw_buf_add_c(j->out, name);
    jw_buf_add(j->out, "\":", 2);
    j->comma = false;
}

void jw_json_escape(struct jw_str s, struct jw_buf *out)
{
    static const char hex[] = "0123456789abcdef";
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) {
            continue;
        }
        jw_buf_add(out, s.p + from, i - from);
        from = i + 1;
        switch (c) {
        case '"':
            jw_buf_add(out, "\\\"", 2);
            break;
        case '\\':
            jw_buf_add(out, "\\\\", 2);
            break;
        case '\n':
            jw_buf_add(out, "\\n", 2);
            break;
        case '\t':
            jw_buf_add(out, "\\t", 2);
            break;
        default: {
            char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            jw_buf_add(out, escape, sizeof escape);
            break;
        }
        }
    }
    jw_buf_add(out, s.p + from, s.n - from);
}

void jw_json_str(struct jw_json *j, struct jw_str s)
{
    separate(j);
    jw_buf_add_byte(j->out, '"');
    if (s.n) {
        jw_json_escape(s, j->out);
    }
    jw_buf_add_byte(j->out, '"');
}

void jw_json_uint(struct jw_json *j, uint64_t v)
{
    char digits[20];
    size_t i = sizeof digits;
    separate(j);
    do {
        digits[--i] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    jw_buf_add(j->out, digits + i, sizeof digits - i);
}

void jw_json_bool(struct jw_json *j, bool v)
{
    separate(j);
    jw_buf_add_c(j->out, v ? "true" : "false");
}

void jw_json_null(struct jw_json *j)
{
    separate(j);
    jw_buf_add(j->out, "null", 4);
}

void jw_json_ms(struct jw_json *j, int64_t us)
{
    uint64_t v = us > 0 ? (uint64_t)us : 0;
    jw_json_uint(j, v / 1000);
    jw_buf_printf(j->out, ".%03u", (unsigned)(v % 1000));
}

void jw_json_score(struct jw_json *j, double v)
{
    separate(j);
    jw_buf_printf(j->out, "%.6g", isfinite(v) ? v : 0.0);
}

void jw_json_key_str(struct jw_json *j, const char *name, struct jw_str s)
{
    jw_json_key(j, name);
    jw_json_str(j, s);
}

void jw_json_key_uint(struct jw_json *j, const char *name, uint64_t v)
{
    jw_json_key(j, name);
    jw_json_uint(j, v);
}
