/*
 * PDF -> lines.  pdftotext does the reading, in a process of its own: PDF is a
 * large format and files come from anywhere.  The shell sets its limits.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libxml/xmlreader.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jianwen/clock.h"
#include "jianwen/file.h"
#include "jianwen/utf8.h"
#include "pdf_layout.h"
#include "source.h"

extern char **environ;

enum {
    READ_BYTES = 64 * 1024,
    /* A child that waits for a disk uses no processor time; it ends all the same. */
    WALL_TIMES = 4,
    /* Exit codes of the shell: what it cannot run, what it cannot find. */
    SHELL_NOT_FOUND = 127
};

/* ---- the process ---- */

static char script[] = "ulimit -t \"$1\" && ulimit -v \"$2\" && ulimit -c 0 && exec "
                       "pdftotext -q -bbox-layout -enc UTF-8 "
                       "\"$3\" -";

static enum jw_status start(const struct jw_indexer_settings *s, const char *path,
                            pid_t *pid, int *fd, struct jw_error *err)
{
    int ends[2];
    char seconds[24];
    char kilobytes[24];
    char *file = jw_path_join(path[0] == '/' ? "" : ".", path);
    if (!file) {
        return jw_fail(err, JW_ENOMEM, "out of memory");
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        free(file);
        return jw_fail(err, JW_EIO, "cannot make a pipe: %s", strerror(errno));
    }
    (void)snprintf(seconds, sizeof seconds, "%" PRIu64, s->pdf_time_s);
    (void)snprintf(kilobytes, sizeof kilobytes, "%" PRIu64, s->pdf_memory / 1024);
    static char shell[] = "sh";
    static char option[] = "-c";
    char *const argv[] = {shell, option, script, shell, seconds, kilobytes, file, NULL};
    posix_spawn_file_actions_t actions;
    (void)posix_spawn_file_actions_init(&actions);
    int rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    rc = rc ? rc : posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    rc =
        rc ? rc : posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    rc = rc ? rc : posix_spawn(pid, "/bin/sh", &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    free(file);
    if (rc) {
        (void)close(ends[0]);
        return jw_fail(err, JW_EIO, "cannot start pdftotext: %s", strerror(rc));
    }
    *fd = ends[0];
    return JW_OK;
}

/* All it prints.  @return JW_ELIMIT when it prints too much or takes too long. */
static enum jw_status read_all(int fd, int64_t until_us, struct jw_buf *out)
{
    for (;;) {
        struct pollfd p = {fd, POLLIN, 0};
        int64_t left_ms = (until_us - jw_clock_us()) / 1000;
        int ready = left_ms > 0 ? poll(&p, 1, left_ms > 1000 ? 1000 : (int)left_ms) : 0;
        if (left_ms <= 0) {
            return JW_ELIMIT;
        }
        if (ready <= 0) {
            continue;
        }
        if (jw_buf_reserve(out, READ_BYTES) != JW_OK) {
            return jw_buf_status(out);
        }
        ssize_t n = read(fd, out->data + out->len, READ_BYTES);
        if (n == 0) {
            return JW_OK;
        }
        if (n < 0 && errno != EINTR) {
            return JW_EIO;
        }
        out->len += n > 0 ? (size_t)n : 0;
    }
}

static enum jw_status explain_exit(int how, struct jw_error *err)
{
    if (WIFEXITED(how) && WEXITSTATUS(how) == SHELL_NOT_FOUND) {
        return jw_fail(err, JW_EINVAL,
                       "PDF files need pdftotext (Debian package poppler-utils)");
    }
    if (WIFSIGNALED(how)) {
        return jw_fail(err, JW_ELIMIT,
                       "pdftotext was ended by signal %d: it took longer than pdf_time_s "
                       "or more than pdf_memory, or it crashed",
                       WTERMSIG(how));
    }
    return jw_fail(err, JW_EINVAL,
                   "pdftotext cannot read it (exit %d): damaged, encrypted or no PDF",
                   WEXITSTATUS(how));
}

static enum jw_status run_pdftotext(const struct jw_indexer_settings *s, const char *path,
                                    struct jw_buf *out, struct jw_error *err)
{
    pid_t pid = 0;
    int fd = -1;
    int how = 0;
    enum jw_status status = start(s, path, &pid, &fd, err);
    if (status != JW_OK) {
        return status;
    }
    int64_t until = jw_clock_us() + (int64_t)s->pdf_time_s * WALL_TIMES * 1000 * 1000;
    status = read_all(fd, until, out);
    if (status != JW_OK) {
        (void)kill(pid, SIGKILL);
    }
    (void)close(fd);
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR) {
    }
    if (status != JW_OK) {
        return jw_fail(err, status,
                       "its text takes longer than four times pdf_time_s, or is longer "
                       "than file_bytes allows");
    }
    return how == 0 ? JW_OK : explain_exit(how, err);
}

/* ---- its output ---- */

struct reading {
    struct jw_arena *arena;
    struct jw_pdf_line *lines;
    size_t n;
    size_t cap;
    size_t n_pages;
    /* The line at hand. */
    struct jw_buf text;
    bool in_line;
};

static double number_of(xmlTextReaderPtr xml, const char *name)
{
    xmlChar *value = xmlTextReaderGetAttribute(xml, (const xmlChar *)name);
    double number = value ? strtod((const char *)value, NULL) : 0;
    xmlFree(value);
    /* Not a number, or far off any page: as good as none. */
    return number > -1e6 && number < 1e6 ? number : 0;
}

static bool begin_line(struct reading *r, xmlTextReaderPtr xml)
{
    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 256;
        struct jw_pdf_line *more =
            jw_arena_grow(r->arena, r->lines, r->cap * sizeof *more, cap * sizeof *more);
        if (!more) {
            return false;
        }
        r->lines = more;
        r->cap = cap;
    }
    r->lines[r->n] = (struct jw_pdf_line){.left = number_of(xml, "xMin"),
                                          .top = number_of(xml, "yMin"),
                                          .right = number_of(xml, "xMax"),
                                          .bottom = number_of(xml, "yMax"),
                                          .page = r->n_pages ? r->n_pages - 1 : 0};
    jw_buf_clear(&r->text);
    r->in_line = true;
    return true;
}

static bool end_line(struct reading *r)
{
    r->in_line = false;
    if (r->text.len == 0 || r->n_pages == 0) {
        return jw_buf_status(&r->text) == JW_OK;
    }
    r->lines[r->n].text = jw_arena_str(r->arena, jw_buf_str(&r->text));
    return jw_buf_status(&r->text) == JW_OK && r->lines[r->n++].text.p != NULL;
}

/* pdftotext cuts words where there is some space; beside CJK it is no space. */
static void add_word(struct reading *r, struct jw_str word)
{
    const unsigned char *p = (const unsigned char *)word.p;
    if (word.n == 0) {
        return;
    }
    uint32_t first = jw_utf8_next(&p, p + word.n);
    if (r->text.len && first < JW_SOURCE_FIRST_CJK &&
        jw_utf8_last(jw_buf_str(&r->text)) < JW_SOURCE_FIRST_CJK) {
        jw_buf_add_byte(&r->text, ' ');
    }
    jw_buf_add_str(&r->text, word);
}

/* @return false when memory runs out. */
static bool take_node(struct reading *r, xmlTextReaderPtr xml)
{
    const char *name = (const char *)xmlTextReaderConstLocalName(xml);
    switch (xmlTextReaderNodeType(xml)) {
    case XML_READER_TYPE_ELEMENT:
        r->n_pages += strcmp(name, "page") == 0;
        return strcmp(name, "line") != 0 || begin_line(r, xml);
    case XML_READER_TYPE_END_ELEMENT:
        return strcmp(name, "line") != 0 || !r->in_line || end_line(r);
    case XML_READER_TYPE_TEXT:
        if (r->in_line) {
            const char *text = (const char *)xmlTextReaderConstValue(xml);
            add_word(r, jw_str_trim(jw_str_c(text)));
        }
        return true;
    default:
        return true;
    }
}

/* Characters that XML forbids, and pdftotext lets through, become spaces. */
static void blank_controls(struct jw_buf *b)
{
    for (size_t i = 0; i < b->len; i++) {
        unsigned char c = (unsigned char)b->data[i];
        b->data[i] = c < 0x20 && c != '\n' && c != '\t' ? ' ' : b->data[i];
    }
}

static enum jw_status read_lines(struct reading *r, struct jw_buf *xhtml,
                                 struct jw_error *err)
{
    blank_controls(xhtml);
    xmlTextReaderPtr xml =
        xhtml->len <= INT32_MAX
            ? xmlReaderForMemory(xhtml->data, (int)xhtml->len, NULL, "UTF-8",
                                 XML_PARSE_RECOVER | XML_PARSE_NOERROR |
                                     XML_PARSE_NOWARNING | XML_PARSE_NONET |
                                     XML_PARSE_HUGE)
            : NULL;
    if (!xml) {
        return jw_fail(err, JW_ELIMIT, "its text is too long");
    }
    bool good = true;
    while (good && xmlTextReaderRead(xml) == 1) {
        good = take_node(r, xml);
    }
    xmlFreeTextReader(xml);
    return good ? JW_OK : jw_fail(err, JW_ENOMEM, "out of memory");
}

enum jw_status jw_source_pdf(struct jw_maker *m, const char *path, struct jw_source *out,
                             struct jw_error *err)
{
    struct reading r = {.arena = &m->arena};
    jw_buf_clear(&m->bytes);
    jw_buf_clear(&m->text);
    jw_source_init();
    enum jw_status status = run_pdftotext(m->settings, path, &m->bytes, err);
    if (status != JW_OK) {
        return status;
    }
    jw_buf_init(&r.text, m->bytes.len + 1);
    status = read_lines(&r, &m->bytes, err);
    jw_buf_release(&r.text);
    if (status == JW_OK && r.n == 0) {
        return jw_fail(err, JW_EINVAL,
                       "the PDF holds no text; scanned pages need OCR before");
    }
    if (status == JW_OK) {
        status = jw_pdf_layout(r.lines, r.n, r.n_pages, &m->arena, &m->text);
        if (status != JW_OK) {
            return jw_fail(err, status, "out of memory for the lines of the PDF");
        }
    }
    out->text = jw_buf_str(&m->text);
    out->first_line = 1;
    return status;
}
