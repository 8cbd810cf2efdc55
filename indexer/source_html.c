/*
 * HTML -> facts and paragraphs, over the tree that libxml2 makes of any page.
 */
#include <libxml/HTMLparser.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "jianwen/date.h"
#include "jianwen/schema.h"
#include "jianwen/utf8.h"
#include "paragraph/paragraph.h"
#include "source.h"

enum {
    /* How far above a text its heading or caption element may stand. */
    ROLE_LEVELS = 8,
    IDEOGRAPHIC_SPACE = 0x3000,
    NO_BREAK_SPACE = 0xA0
};

struct page {
    struct jw_maker *m;
    struct jw_article *article;
    /* The block at hand, its lines ended by LF. */
    struct jw_buf block;
    enum jw_role role;
    uint32_t line;
    bool several_lines;
    /* A space is due before the next character. */
    bool space;
    struct jw_paragraph *paragraphs;
    size_t n;
    size_t cap;
    enum jw_status status;
};

static bool is_element(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE;
}

static bool named(const xmlNode *node, const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        if (strcasecmp((const char *)node->name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_passed_over(const xmlNode *node)
{
    static const char *const names[] = {
        "script", "style",  "noscript", "template", "nav",    "aside",  "footer", "form",
        "button", "select", "textarea", "svg",      "iframe", "object", "head",   NULL};
    return node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE ||
           node->type == XML_DTD_NODE || (is_element(node) && named(node, names));
}

static bool is_block(const xmlNode *node)
{
    static const char *const names[] = {
        "p",      "div",        "h1",      "h2",      "h3",    "h4",     "h5",
        "h6",     "li",         "dt",      "dd",      "ul",    "ol",     "dl",
        "td",     "th",         "tr",      "table",   "tbody", "thead",  "caption",
        "figure", "figcaption", "section", "article", "main",  "header", "address",
        "center", "blockquote", "pre",     "hr",      "body",  NULL};
    return is_element(node) && named(node, names);
}

/* Of the text below a node, by the elements that it stands in. */
static enum jw_role role_of(const xmlNode *node)
{
    static const char *const title[] = {"h1", NULL};
    static const char *const heading[] = {"h2", "h3", "h4", "h5", "h6", NULL};
    static const char *const caption[] = {"figcaption", "caption", NULL};
    for (int i = 0; i < ROLE_LEVELS && node && is_element(node); i++) {
        if (named(node, title)) {
            return JW_ROLE_TITLE;
        }
        if (named(node, heading)) {
            return JW_ROLE_HEADING;
        }
        if (named(node, caption)) {
            return JW_ROLE_CAPTION;
        }
        node = node->parent;
    }
    return JW_ROLE_BODY;
}

/* ---- blocks ---- */

static void put_paragraph(struct page *page, struct jw_paragraph p)
{
    if (page->n == page->cap) {
        size_t cap = page->cap ? page->cap * 2 : 64;
        struct jw_paragraph *more =
            jw_arena_grow(&page->m->arena, page->paragraphs, page->cap * sizeof *more,
                          cap * sizeof *more);
        if (!more) {
            page->status = JW_ENOMEM;
            return;
        }
        page->paragraphs = more;
        page->cap = cap;
    }
    page->paragraphs[page->n++] = p;
}

/* A block of several lines may hold several paragraphs, and lines to join. */
static void put_lines(struct page *page, struct jw_str text)
{
    struct jw_recovery found;
    struct jw_error err;
    jw_error_clear(&err);
    const struct jw_paragraph_options options = {page->line, false};
    page->status = jw_paragraphs_recover(text, &options, &page->m->arena, &found, &err);
    for (size_t i = 0; i < found.n_paragraphs && page->status == JW_OK; i++) {
        struct jw_paragraph p = found.paragraphs[i];
        p.role =
            page->role != JW_ROLE_BODY || p.role == JW_ROLE_TITLE ? page->role : p.role;
        put_paragraph(page, p);
    }
}

static void end_block(struct page *page)
{
    struct jw_str text = jw_str_trim(jw_buf_str(&page->block));
    if (text.n && page->status == JW_OK) {
        text = jw_arena_str(&page->m->arena, text);
        page->status = text.p ? jw_buf_status(&page->block) : JW_ENOMEM;
    }
    if (text.n && page->status == JW_OK) {
        if (page->several_lines) {
            put_lines(page, text);
        } else {
            put_paragraph(page, (struct jw_paragraph){.role = page->role,
                                                      .text = text,
                                                      .line_start = page->line,
                                                      .line_end = page->line});
        }
    }
    jw_buf_clear(&page->block);
    page->space = false;
    page->several_lines = false;
}

static void end_line(struct page *page)
{
    if (page->block.len) {
        jw_buf_add_byte(&page->block, '\n');
        page->several_lines = true;
    }
    page->space = false;
}

static bool is_space(uint32_t cp)
{
    return cp == ' ' || cp == '\t' || cp == '\r' || cp == '\n' || cp == '\f' ||
           cp == NO_BREAK_SPACE;
}

/* The last code point of the block at hand; an empty one is at a line's begin. */
static uint32_t last_of(const struct jw_buf *block)
{
    return block->len ? jw_utf8_last(jw_buf_str(block)) : '\n';
}

/* White space is one space; none at a line's ends and beside CJK line breaks. */
static void put_character(struct page *page, const char *bytes, size_t n, uint32_t cp)
{
    if (cp == IDEOGRAPHIC_SPACE && last_of(&page->block) == '\n') {
        return; /* an indent */
    }
    if (page->space && last_of(&page->block) != '\n' &&
        !(cp >= JW_SOURCE_FIRST_CJK && last_of(&page->block) >= JW_SOURCE_FIRST_CJK)) {
        jw_buf_add_byte(&page->block, ' ');
    }
    page->space = false;
    jw_buf_add(&page->block, bytes, n);
}

static void put_text(struct page *page, const xmlNode *node)
{
    static const char *const pre[] = {"pre", NULL};
    const unsigned char *p = node->content;
    const unsigned char *end = p ? p + strlen((const char *)p) : p;
    bool lines = node->parent && is_element(node->parent) && named(node->parent, pre);
    if (page->block.len == 0) {
        page->line = (uint32_t)xmlGetLineNo(node);
        page->role = role_of(node->parent);
    }
    while (p < end) {
        const unsigned char *from = p;
        uint32_t cp = jw_utf8_next(&p, end);
        if (lines && cp == '\n') {
            end_line(page);
        } else if (is_space(cp)) {
            page->space = true;
        } else {
            put_character(page, (const char *)from, (size_t)(p - from), cp);
        }
    }
}

/* ---- the walk ---- */

/* Without recursion: a page may be as deep as it is long. */
static void walk(struct page *page, const xmlNode *root)
{
    static const char *const br[] = {"br", NULL};
    const xmlNode *node = root;
    while (node && page->status == JW_OK) {
        bool down = false;
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            put_text(page, node);
        } else if (is_element(node) && named(node, br)) {
            end_line(page);
        } else if (!is_passed_over(node)) {
            if (is_block(node)) {
                end_block(page);
            }
            down = node->children != NULL;
        }
        if (down) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next) {
            node = node->parent;
            if (is_block(node)) {
                end_block(page);
            }
        }
        node = node == root ? NULL : node->next;
    }
    end_block(page);
}

/* The next node in document order. */
static const xmlNode *after(const xmlNode *node)
{
    if (node->children && !is_passed_over(node)) {
        return node->children;
    }
    while (node && !node->next) {
        node = node->parent;
    }
    return node ? node->next : NULL;
}

static const xmlNode *first_named(const xmlNode *from, const char *name)
{
    const char *const names[] = {name, NULL};
    while (from && !(is_element(from) && named(from, names))) {
        from = after(from);
    }
    return from;
}

/* The one article of the page, else its main part, else all of it. */
static const xmlNode *content_of(const xmlNode *root)
{
    const xmlNode *article = first_named(root, "article");
    const xmlNode *end = article;
    while (end && !end->next) {
        end = end->parent;
    }
    if (article && !first_named(end ? end->next : NULL, "article")) {
        return article;
    }
    const xmlNode *main_part = first_named(root, "main");
    return main_part ? main_part : root;
}

/* ---- facts ---- */

static struct jw_str attribute(struct page *page, const xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetProp(node, (const xmlChar *)name);
    struct jw_str s = {NULL, 0};
    if (value) {
        s = jw_arena_str(&page->m->arena, jw_str_trim(jw_str_c((const char *)value)));
        xmlFree(value);
    }
    return s;
}

static void set_if_empty(struct jw_str *fact, struct jw_str value)
{
    if (fact->n == 0 && value.n <= JW_FIELD_MAX_BYTES) {
        *fact = value;
    }
}

static void read_meta(struct page *page, const xmlNode *node, struct jw_str *title)
{
    static const struct {
        const char *name;
        size_t fact;
    } facts[] = {{"author", offsetof(struct jw_article, author)},
                 {"og:site_name", offsetof(struct jw_article, source)},
                 {"og:url", offsetof(struct jw_article, url)},
                 {"article:published_time", offsetof(struct jw_article, date)},
                 {"publishdate", offsetof(struct jw_article, date)},
                 {"pubdate", offsetof(struct jw_article, date)},
                 {"date", offsetof(struct jw_article, date)}};
    struct jw_str name = attribute(page, node, "name");
    name = name.n ? name : attribute(page, node, "property");
    struct jw_str content = attribute(page, node, "content");
    if (jw_str_eq_c(name, "og:title")) {
        set_if_empty(title, content);
    }
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        uint32_t date = 0;
        if (!jw_str_eq_c(name, facts[i].name) ||
            (facts[i].fact == offsetof(struct jw_article, date) &&
             !jw_date_parse(content, &date))) {
            continue;
        }
        if (date) {
            char text[JW_DATE_BYTES];
            jw_date_format(date, text);
            content = jw_arena_str(&page->m->arena, jw_str_c(text));
        }
        set_if_empty((struct jw_str *)(void *)((char *)page->article + facts[i].fact),
                     content);
    }
}

/* What <head> says.  A title there is used when the page has no h1. */
static struct jw_str read_head(struct page *page, const xmlNode *root)
{
    struct jw_str title = {NULL, 0};
    struct jw_str window = {NULL, 0};
    const xmlNode *head = first_named(root, "head");
    for (const xmlNode *node = head ? head->children : NULL; node; node = node->next) {
        static const char *const meta[] = {"meta", NULL};
        static const char *const title_name[] = {"title", NULL};
        if (is_element(node) && named(node, meta)) {
            read_meta(page, node, &title);
        } else if (is_element(node) && named(node, title_name)) {
            xmlChar *text = xmlNodeGetContent(node);
            window =
                jw_arena_str(&page->m->arena, jw_str_trim(jw_str_c((const char *)text)));
            xmlFree(text);
        }
    }
    return title.n ? title : window;
}

/* The first h1 is the title; a page without one has it in its head. */
static void settle_title(struct page *page, struct jw_str head_title)
{
    bool found = false;
    for (size_t i = 0; i < page->n; i++) {
        if (page->paragraphs[i].role != JW_ROLE_TITLE) {
            continue;
        }
        if (found) {
            page->paragraphs[i].role = JW_ROLE_HEADING;
        } else {
            set_if_empty(&page->article->title, page->paragraphs[i].text);
        }
        found = true;
    }
    if (!found) {
        set_if_empty(&page->article->title, head_title);
    }
}

enum jw_status jw_source_html(struct jw_maker *m, struct jw_str html,
                              struct jw_article *article, struct jw_source *out,
                              struct jw_error *err)
{
    struct page page = {.m = m, .article = article, .status = JW_OK};
    if (html.n > INT32_MAX) {
        return jw_fail(err, JW_ELIMIT, "the page is longer than 2 GiB");
    }
    jw_source_init();
    htmlDocPtr doc =
        htmlReadMemory(html.p, (int)html.n, NULL, "UTF-8",
                       HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                           HTML_PARSE_NONET | HTML_PARSE_NODEFDTD);
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (!root) {
        xmlFreeDoc(doc);
        return jw_fail(err, JW_EINVAL, "the file holds no HTML");
    }
    jw_buf_init(&page.block, html.n + 1);
    struct jw_str title = read_head(&page, root);
    walk(&page, content_of(root));
    settle_title(&page, title);
    jw_buf_release(&page.block);
    xmlFreeDoc(doc);
    out->paragraphs = page.paragraphs;
    out->n_paragraphs = page.n;
    if (page.status != JW_OK) {
        return jw_fail(err, page.status, "out of memory");
    }
    return page.n ? JW_OK : jw_fail(err, JW_EINVAL, "the page holds no text");
}
