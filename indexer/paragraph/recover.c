#include "paragraph.h"

#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "line.h"
#include "measure.h"
#include "reading.h"
#include "spacing.h"

enum {
    /** A stretch ends at the last blank line among so many of its last lines. */
    CUT_LOOK_LINES = 1024
};

/* Lines of the stretch that are read now; the others wait for the next. */
static size_t cut_of(const struct jw_line *lines, size_t n)
{
    for (size_t i = n - 1; i > 0 && i + CUT_LOOK_LINES > n; i--) {
        if (lines[i].blanks) {
            return i;
        }
    }
    return n;
}

static enum jw_status read_stretch(struct jw_assembly *as, struct jw_line *lines,
                                   size_t n, struct jw_pairs *pairs,
                                   struct jw_arena *scratch)
{
    struct jw_habit *habits = NULL;
    struct jw_verdict *verdicts = jw_arena_calloc(scratch, n, sizeof *verdicts);
    uint8_t *bytes = jw_arena_alloc(scratch, n * (JW_MEASURE_CANDIDATES + 1));
    if (!verdicts || !bytes) {
        return JW_ENOMEM;
    }
    jw_spacing_settle(lines, n);
    jw_measure_lines(lines, n, bytes);
    jw_pairs_weigh(pairs);
    enum jw_status status =
        jw_read_stretch(as->text, lines, n, pairs, scratch, verdicts, &habits);
    if (status != JW_OK) {
        return status;
    }
    struct jw_stretch st = {lines, n, verdicts, habits, pairs, false};
    return jw_assemble_stretch(as, &st, scratch);
}

static size_t count_byte(struct jw_str s, char c, size_t enough)
{
    size_t n = 0;
    const char *end = s.p + s.n;
    for (const char *p = s.p; p < end && n < enough; p++) {
        p = memchr(p, c, (size_t)(end - p));
        if (!p) {
            break;
        }
        n++;
    }
    return n;
}

/* Lines there are at most, so that a short text takes little memory. */
static size_t room_for(struct jw_str text)
{
    const size_t most = JW_PARAGRAPH_STRETCH_LINES;
    size_t n = 1 + count_byte(text, '\n', most) + count_byte(text, '\r', most);
    return n < most ? n : most;
}

static enum jw_status read_all(struct jw_assembly *as, uint32_t first_line,
                               struct jw_line *lines, size_t room,
                               struct jw_arena *scratch)
{
    struct jw_line_source src;
    jw_line_source_init(&src, as->text, first_line);
    size_t waiting = 0;
    for (;;) {
        struct jw_pairs pairs;
        size_t left = as->text.n - src.at;
        enum jw_status status = jw_pairs_init(&pairs, left, scratch);
        if (status != JW_OK) {
            return status;
        }
        size_t n = waiting + jw_lines_read(&src, lines + waiting, room - waiting, &pairs);
        if (n == 0) {
            return JW_OK;
        }
        size_t now = src.at < as->text.n ? cut_of(lines, n) : n;
        status = read_stretch(as, lines, now, &pairs, scratch);
        if (status != JW_OK) {
            return status;
        }
        jw_arena_clear(scratch, SIZE_MAX);
        waiting = n - now;
        memmove(lines, lines + now, waiting * sizeof *lines);
    }
}

enum jw_status jw_paragraphs_recover(struct jw_str text,
                                     const struct jw_paragraph_options *opt,
                                     struct jw_arena *arena, struct jw_recovery *out,
                                     struct jw_error *err)
{
    memset(out, 0, sizeof *out);
    out->title = JW_NO_TITLE;
    struct jw_assembly as = {
        .text = text, .arena = arena, .explain = opt && opt->explain, .out = out};
    struct jw_arena scratch;
    jw_arena_init(&scratch, SIZE_MAX);
    size_t room = room_for(text);
    struct jw_line *lines = malloc(room * sizeof *lines);
    enum jw_status status = JW_ENOMEM;
    if (lines) {
        status = read_all(&as, opt ? opt->first_line : 1, lines, room, &scratch);
    }
    free(lines);
    jw_arena_release(&scratch);
    if (status != JW_OK) {
        memset(out, 0, sizeof *out);
        out->title = JW_NO_TITLE;
        return jw_fail(err, status, "no memory to recover the paragraphs of %zu bytes",
                       text.n);
    }
    return JW_OK;
}

const char *jw_line_verdict_name(enum jw_line_verdict verdict)
{
    switch (verdict) {
    case JW_LINE_STARTS:
        return "starts";
    case JW_LINE_JOINED:
        return "joined";
    case JW_LINE_DISPLAY:
        return "display";
    case JW_LINE_DOUBLE:
        return "double";
    }
    return "unknown";
}
