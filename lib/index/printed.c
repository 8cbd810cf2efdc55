#include "printed.h"

enum {
    IRREGULAR = 1,
    AFTER = 2,
    BEFORE = 4,
    FLAG_BITS = 3,
    CERTAIN = 100
};

static void put_literal(struct jw_buf *out, struct jw_str s)
{
    if (s.n) {
        jw_buf_add_varint(out, s.n);
        jw_buf_add_str(out, s);
    }
}

static void put_line(struct jw_buf *out, const struct jw_printed_line *l, uint32_t line,
                     uint32_t at)
{
    uint8_t sure = l->sure < JW_JOIN_SURE ? l->sure : CERTAIN;
    bool regular = l->line == line && l->start == at && sure == CERTAIN;
    uint64_t head = (uint64_t)(l->end - l->start) << FLAG_BITS;
    head |= (l->before.n ? BEFORE : 0u) | (l->after.n ? AFTER : 0u);
    jw_buf_add_varint(out, head | (regular ? 0u : IRREGULAR));
    if (!regular) {
        jw_buf_add_varint(out, l->line - line);
        jw_buf_add_varint(out, l->start - at);
        jw_buf_add_byte(out, (unsigned char)(CERTAIN - sure));
    }
    put_literal(out, l->before);
    put_literal(out, l->after);
}

void jw_printed_encode(const struct jw_paragraph *paragraphs, size_t n,
                       struct jw_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct jw_paragraph *p = &paragraphs[i];
        uint32_t line = p->line_start;
        uint32_t at = 0;
        if (p->n_lines) {
            jw_buf_add_varint(out, p->n_lines);
        }
        for (uint32_t k = 0; k < p->n_lines; k++) {
            put_line(out, &p->lines[k], line, at);
            line = p->lines[k].line + 1;
            at = p->lines[k].end;
        }
    }
}

struct cursor {
    const unsigned char *p;
    const unsigned char *end;
    bool bad;
};

static uint64_t take_number(struct cursor *c, uint64_t most)
{
    uint64_t v = 0;
    if (c->bad || jw_varint_read(&c->p, c->end, &v) != JW_OK || v > most) {
        c->bad = true;
        return 0;
    }
    return v;
}

static struct jw_str take_literal(struct cursor *c, bool there)
{
    if (!there) {
        return jw_str_of(NULL, 0);
    }
    uint64_t n = take_number(c, (uint64_t)(c->end - c->p));
    if (c->bad || n > (uint64_t)(c->end - c->p)) {
        c->bad = true;
        return jw_str_of(NULL, 0);
    }
    struct jw_str s = jw_str_of((const char *)c->p, (size_t)n);
    c->p += n;
    return s;
}

static void take_line(struct cursor *c, const struct jw_paragraph *p, uint32_t *line,
                      uint32_t *at, struct jw_printed_line *out)
{
    uint64_t left = p->text.n - *at;
    uint64_t head = take_number(c, UINT64_MAX);
    *out = (struct jw_printed_line){.line = *line, .start = *at, .sure = CERTAIN};
    if (head & IRREGULAR) {
        out->line += (uint32_t)take_number(c, UINT32_MAX - *line);
        out->start += (uint32_t)take_number(c, left);
        out->sure = (uint8_t)(CERTAIN - take_number(c, CERTAIN));
    }
    uint64_t bytes = head >> FLAG_BITS;
    if (c->bad || bytes > p->text.n - out->start) {
        c->bad = true;
        return;
    }
    out->end = out->start + (uint32_t)bytes;
    out->before = take_literal(c, head & BEFORE);
    out->after = take_literal(c, head & AFTER);
    *line = out->line < UINT32_MAX ? out->line + 1 : out->line;
    *at = out->end;
}

enum jw_status jw_printed_decode(struct jw_str bytes, struct jw_arena *arena,
                                 struct jw_paragraph *paragraphs, size_t n)
{
    struct cursor c = {(const unsigned char *)bytes.p,
                       (const unsigned char *)bytes.p + bytes.n, false};
    for (size_t i = 0; i < n; i++) {
        struct jw_paragraph *p = &paragraphs[i];
        if (p->n_lines == 0) {
            continue;
        }
        /* A line takes a byte at least: memory is bounded by what is stored. */
        uint64_t n_lines = take_number(&c, (uint64_t)(c.end - c.p));
        struct jw_printed_line *lines =
            jw_arena_calloc(arena, (size_t)n_lines, sizeof *lines);
        if (!lines) {
            return JW_ENOMEM;
        }
        uint32_t line = p->line_start;
        uint32_t at = 0;
        for (uint64_t k = 0; k < n_lines && !c.bad; k++) {
            take_line(&c, p, &line, &at, &lines[k]);
        }
        if (c.bad || n_lines == 0) {
            return JW_ECORRUPT;
        }
        p->lines = lines;
        p->n_lines = (uint32_t)n_lines;
    }
    return c.p == c.end ? JW_OK : JW_ECORRUPT;
}
