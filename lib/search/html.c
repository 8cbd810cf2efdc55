#include "jianwen/buf.h"
#include "jianwen/search.h"
#include "jianwen/utf8.h"

static void add_escaped(struct jw_buf *out, struct jw_str s)
{
    size_t from = 0;
    for (size_t i = 0; s.p && i < s.n; i++) {
        const char *entity = NULL;
        switch (s.p[i]) {
        case '&':
            entity = "&amp;";
            break;
        case '<':
            entity = "&lt;";
            break;
        case '>':
            entity = "&gt;";
            break;
        case '"':
            entity = "&quot;";
            break;
        case '\'':
            entity = "&#39;";
            break;
        default:
            continue;
        }
        jw_buf_add(out, s.p + from, i - from);
        jw_buf_add_c(out, entity);
        from = i + 1;
    }
    jw_buf_add(out, s.p + from, s.n - from);
}

void jw_mark_html(struct jw_str text, const struct jw_range *ranges, size_t n_ranges,
                  struct jw_buf *out)
{
    uint32_t chars = 0;
    for (size_t i = 0; i < n_ranges; i++) {
        size_t start = jw_utf8_offset(text, ranges[i].start - chars);
        size_t end = start + jw_utf8_offset(jw_str_slice(text, start, text.n),
                                            ranges[i].end - ranges[i].start);
        add_escaped(out, jw_str_slice(text, 0, start));
        jw_buf_add_c(out, "<mark>");
        add_escaped(out, jw_str_slice(text, start, end));
        jw_buf_add_c(out, "</mark>");
        text = jw_str_slice(text, end, text.n);
        chars = ranges[i].end;
    }
    add_escaped(out, text);
}
