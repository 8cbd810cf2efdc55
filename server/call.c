#include "call.h"

#include <string.h>

#include "jianwen/date.h"
#include "percent.h"

enum {
    /* A head has at most some MB (setting head_bytes); every byte of it may
     * become three in the canonical form. */
    TEXT_MAX_BYTES = 2 * 1024 * 1024,
    CANONICAL_MAX_BYTES = 3 * TEXT_MAX_BYTES
};

void jw_call_init(struct jw_call *call)
{
    memset(call, 0, sizeof *call);
    jw_buf_init(&call->canonical, CANONICAL_MAX_BYTES);
    jw_buf_init(&call->text_memory, TEXT_MAX_BYTES);
    jw_call_clear(call);
}

void jw_call_release(struct jw_call *call)
{
    jw_buf_release(&call->canonical);
    jw_buf_release(&call->text_memory);
}

void jw_call_clear(struct jw_call *call)
{
    struct jw_buf canonical = call->canonical;
    struct jw_buf text_memory = call->text_memory;
    memset(call, 0, sizeof *call);
    call->canonical = canonical;
    call->text_memory = text_memory;
    jw_buf_clear(&call->canonical);
    jw_buf_clear(&call->text_memory);
    call->search = jw_search_request_default();
    call->mode = JW_TOKENS_DOCUMENT;
}

static void add_name(struct jw_buf *out, const char *name)
{
    jw_buf_add_byte(out, '&');
    jw_buf_add_c(out, name);
    jw_buf_add_byte(out, '=');
}

static void add_str(struct jw_buf *out, const char *name, struct jw_str value)
{
    if (value.n) {
        add_name(out, name);
        jw_percent_encode(value, out);
    }
}

static void add_date(struct jw_buf *out, const char *name, uint32_t date)
{
    char text[JW_DATE_BYTES];
    jw_date_format(date, text);
    add_str(out, name, jw_str_c(text));
}

static void add_facets(struct jw_buf *out, unsigned facets)
{
    static const char *const names[JW_FACETS] = {"source", "section", "year", "month"};
    bool first = true;
    if (!facets) {
        return;
    }
    add_name(out, "facets");
    for (unsigned i = 0; i < JW_FACETS; i++) {
        if (facets & 1u << i) {
            jw_buf_add_c(out, first ? "" : ",");
            jw_buf_add_c(out, names[i]);
            first = false;
        }
    }
}

void jw_call_search_query(const struct jw_search_request *search, uint32_t offset,
                          struct jw_str cursor, struct jw_buf *out)
{
    static const char *const sorts[] = {"relevance", "newest", "oldest"};
    static const char *const matches[] = {"auto", "exact", "all", "any"};
    static const char *const fields[JW_FIELDS] = {"source", "section", "page", "author"};
    const struct jw_search_request standard = jw_search_request_default();
    jw_buf_add_c(out, "q=");
    jw_percent_encode(search->q, out);
    if (search->limit != standard.limit) {
        jw_buf_printf(out, "&limit=%u", search->limit);
    }
    if (offset) {
        jw_buf_printf(out, "&offset=%u", offset);
    }
    add_str(out, "cursor", cursor);
    if (search->sort != standard.sort) {
        add_str(out, "sort", jw_str_c(sorts[search->sort]));
    }
    if (search->match != standard.match) {
        add_str(out, "match", jw_str_c(matches[search->match]));
    }
    if (search->unit != standard.unit) {
        add_str(out, "unit",
                jw_str_c(search->unit == JW_HIT_PARAGRAPH ? "paragraph" : "article"));
    }
    if (search->paragraphs != standard.paragraphs) {
        jw_buf_printf(out, "&paragraphs=%u", search->paragraphs);
    }
    if (search->snippet_chars) {
        jw_buf_printf(out, "&snippet=%u", search->snippet_chars);
    }
    add_date(out, "from", search->from);
    add_date(out, "to", search->to);
    for (size_t i = 0; i < JW_FIELDS; i++) {
        add_str(out, fields[i], search->field[i]);
    }
    add_facets(out, search->facets);
    if (search->exact_script) {
        add_str(out, "script", jw_str_c("exact"));
    }
    if (search->dedupe) {
        add_str(out, "dedupe", jw_str_c("1"));
    }
    if (search->count) {
        jw_buf_printf(out, "&count=%u", search->count);
    }
    if (search->explain) {
        add_str(out, "explain", jw_str_c("1"));
    }
}
