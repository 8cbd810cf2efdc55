/*
 * Recursive descent over the lexemes:
 *
 *     choice  = all { OR all }
 *     all     = one { [AND] one }
 *     one     = NOT one | ( choice ) | part
 *
 * An operator word without anything to work on is a word like any other.
 */
#include "jianwen/query.h"

#include <stdarg.h>
#include <stdio.h>

#include "jianwen/date.h"
#include "jianwen/index.h"
#include "jianwen/utf8.h"
#include "lexer.h"

struct parser {
    const struct jw_lexemes *in;
    size_t at;
    struct jw_arena *arena;
    struct jw_query *out;
    enum jw_status status;
};

void jw_query_note(struct jw_query *query, struct jw_arena *arena, const char *fmt, ...)
{
    char text[JW_QUERY_NOTE_BYTES + JW_UTF8_MAX_BYTES + 1];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct jw_str note = jw_utf8_cut(jw_str_c(text), JW_QUERY_NOTE_BYTES);
    if (query->n_notes < JW_QUERY_MAX_NOTES) {
        struct jw_str copy = jw_arena_str(arena, note);
        if (copy.p) {
            query->notes[query->n_notes++] = copy;
        }
    }
}

static struct jw_node *new_node(struct parser *p, enum jw_node_type type)
{
    struct jw_node *node = jw_arena_calloc(p->arena, 1, sizeof *node);
    if (!node) {
        p->status = JW_ENOMEM;
        return NULL;
    }
    node->type = type;
    node->id = p->out->n_nodes++;
    return node;
}

/* Whether a list has a text part already: what is asked twice is asked once. */
static bool has_part(const struct parser *p, const struct jw_node *list,
                     const struct jw_node *node)
{
    if (node->type != JW_NODE_TEXT || list->type == JW_NODE_NOT) {
        return false;
    }
    const struct jw_query_part *part = &p->out->parts[node->part];
    for (size_t i = 0; i < list->n_children; i++) {
        const struct jw_node *other = list->children[i];
        const struct jw_query_part *has = &p->out->parts[other->part];
        if (other->type == JW_NODE_TEXT && has->quoted == part->quoted &&
            jw_str_eq(has->text, part->text)) {
            return true;
        }
    }
    return false;
}

/* A list in a list of its own kind, (a b) c, gives its children instead. */
static void add_child(struct parser *p, struct jw_node *parent, struct jw_node *child)
{
    if (has_part(p, parent, child)) {
        p->out->n_parts -= child->part + 1 == p->out->n_parts;
        return;
    }
    bool same = child->type == parent->type && child->type != JW_NODE_NOT;
    struct jw_node **from = same ? child->children : &child;
    size_t n = same ? child->n_children : 1;
    size_t old = parent->n_children * sizeof(struct jw_node *);
    struct jw_node **children = jw_arena_grow(p->arena, parent->children, old,
                                              old + n * sizeof(struct jw_node *));
    if (!children) {
        p->status = JW_ENOMEM;
        return;
    }
    memcpy(children + parent->n_children, from, n * sizeof *from);
    parent->n_children += n;
    parent->children = children;
}

static const struct jw_lexeme *look(const struct parser *p)
{
    return p->at < p->in->n ? &p->in->at[p->at] : NULL;
}

static bool begins_operand(const struct jw_lexeme *lexeme)
{
    return lexeme && (lexeme->type == JW_LEX_PART || lexeme->type == JW_LEX_OPEN ||
                      lexeme->type == JW_LEX_NOT);
}

/* @return NULL also when there are parts enough: words that were operators
 *          come on top of those that the lexer counts. */
static struct jw_node *text_node(struct parser *p, const struct jw_lexeme *lexeme,
                                 enum jw_node_type type)
{
    struct jw_node *node =
        p->out->n_parts < JW_QUERY_MAX_PARTS ? new_node(p, type) : NULL;
    if (node) {
        node->part = p->out->n_parts;
        p->out->parts[p->out->n_parts].text = lexeme->text;
        p->out->parts[p->out->n_parts].quoted = lexeme->quoted;
        p->out->n_parts++;
    }
    return node;
}

/* date:2021-06, date:2021-01..2021-06, date:..2021, date:2021.. */
static struct jw_node *date_node(struct parser *p, const struct jw_lexeme *lexeme)
{
    struct jw_str from = lexeme->text;
    struct jw_str to = lexeme->text;
    for (size_t i = 0; i + 1 < lexeme->text.n; i++) {
        if (lexeme->text.p[i] == '.' && lexeme->text.p[i + 1] == '.') {
            from = jw_str_slice(lexeme->text, 0, i);
            to = jw_str_slice(lexeme->text, i + 2, lexeme->text.n);
            break;
        }
    }
    uint32_t first = 0;
    uint32_t last = 0;
    bool good = (from.n || to.n) && (from.n == 0 || jw_date_parse(from, &first)) &&
                (to.n == 0 || jw_date_parse(to, &last));
    if (!good) {
        jw_query_note(p->out, p->arena,
                      "literal: date:%.*s is no date or span of dates (2021, 2021-06, "
                      "2021-06-30, 2021-01..2021-06) and was searched as text",
                      (int)lexeme->text.n, lexeme->text.p);
        return text_node(p, lexeme, JW_NODE_TEXT);
    }
    struct jw_node *node = new_node(p, JW_NODE_DATE);
    if (node) {
        node->from = first;
        node->to = last ? jw_date_last(last) : 0;
    }
    return node;
}

static struct jw_node *field_node(struct parser *p, const struct jw_lexeme *lexeme,
                                  enum jw_field field)
{
    struct jw_node *node = new_node(p, JW_NODE_FIELD);
    if (node) {
        node->field = field;
        node->value = lexeme->text;
    }
    return node;
}

static struct jw_node *part_node(struct parser *p, const struct jw_lexeme *lexeme)
{
    switch (lexeme->scope) {
    case JW_LEX_TITLE:
        return text_node(p, lexeme, JW_NODE_TITLE);
    case JW_LEX_SOURCE:
        return field_node(p, lexeme, JW_FIELD_SOURCE);
    case JW_LEX_SECTION:
        return field_node(p, lexeme, JW_FIELD_SECTION);
    case JW_LEX_PAGE:
        return field_node(p, lexeme, JW_FIELD_PAGE);
    case JW_LEX_AUTHOR:
        return field_node(p, lexeme, JW_FIELD_AUTHOR);
    case JW_LEX_DATE:
        return date_node(p, lexeme);
    case JW_LEX_TEXT:
        break;
    }
    return text_node(p, lexeme, JW_NODE_TEXT);
}

/* An operator that has nothing to work on, taken as a word. */
static struct jw_node *literal_operator(struct parser *p, const struct jw_lexeme *lexeme)
{
    if (lexeme->text.n == 0) {
        jw_query_note(p->out, p->arena,
                      "ignored: an operator with nothing beside it to work on");
        return NULL;
    }
    jw_query_note(p->out, p->arena,
                  "literal: %.*s has nothing to work on and was searched as a word",
                  (int)lexeme->text.n, lexeme->text.p);
    return text_node(p, lexeme, JW_NODE_TEXT);
}

static struct jw_node *parse_choice(struct parser *p, unsigned depth);

static struct jw_node *parse_one(struct parser *p, unsigned depth)
{
    const struct jw_lexeme *lexeme = look(p);
    p->at++;
    switch (lexeme->type) {
    case JW_LEX_PART:
        return part_node(p, lexeme);
    case JW_LEX_NOT: {
        if (!begins_operand(look(p)) || depth >= JW_QUERY_MAX_DEPTH) {
            return literal_operator(p, lexeme);
        }
        struct jw_node *child = parse_one(p, depth + 1);
        struct jw_node *node = child ? new_node(p, JW_NODE_NOT) : NULL;
        if (node) {
            add_child(p, node, child);
        }
        return node;
    }
    case JW_LEX_OPEN: {
        struct jw_node *node = parse_choice(p, depth + 1);
        if (look(p) && look(p)->type == JW_LEX_CLOSE) {
            p->at++;
        }
        return node;
    }
    case JW_LEX_CLOSE:
        return NULL;
    case JW_LEX_OR:
    case JW_LEX_AND:
        break;
    }
    return literal_operator(p, lexeme);
}

/* A list of one is its child; an empty one is nothing. */
static struct jw_node *unwrap(struct jw_node *list)
{
    if (!list || list->n_children > 1) {
        return list;
    }
    return list->n_children == 1 ? list->children[0] : NULL;
}

static struct jw_node *parse_all(struct parser *p, unsigned depth)
{
    struct jw_node *list = new_node(p, JW_NODE_AND);
    while (list && p->status == JW_OK) {
        const struct jw_lexeme *lexeme = look(p);
        bool first = list->n_children == 0;
        if (!lexeme || lexeme->type == JW_LEX_CLOSE) {
            break;
        }
        bool has_next = p->at + 1 < p->in->n && begins_operand(&p->in->at[p->at + 1]);
        if (lexeme->type == JW_LEX_OR && !first && has_next) {
            break;
        }
        if (lexeme->type == JW_LEX_AND && !first && has_next) {
            p->at++;
            continue;
        }
        struct jw_node *child = parse_one(p, depth);
        if (child) {
            add_child(p, list, child);
        }
    }
    return unwrap(list);
}

static struct jw_node *parse_choice(struct parser *p, unsigned depth)
{
    struct jw_node *list = new_node(p, JW_NODE_OR);
    while (list && p->status == JW_OK) {
        struct jw_node *child = parse_all(p, depth);
        if (child) {
            add_child(p, list, child);
        }
        if (!look(p) || look(p)->type != JW_LEX_OR) {
            break;
        }
        p->at++;
    }
    return unwrap(list);
}

static size_t depth_of(const struct jw_lexemes *in)
{
    size_t depth = 0;
    size_t most = 0;
    for (size_t i = 0; i < in->n; i++) {
        depth += in->at[i].type == JW_LEX_OPEN;
        depth -= in->at[i].type == JW_LEX_CLOSE && depth > 0;
        most = depth > most ? depth : most;
    }
    return most;
}

enum jw_status jw_query_parse(struct jw_str text, struct jw_arena *arena,
                              struct jw_query *out)
{
    struct jw_lexemes in;
    memset(out, 0, sizeof *out);
    enum jw_status status = jw_lex(text, true, arena, &in);
    if (status == JW_OK && (in.unbalanced || depth_of(&in) > JW_QUERY_MAX_DEPTH)) {
        jw_query_note(out, arena,
                      "literal: the brackets do not pair and were searched as text");
        status = jw_lex(text, false, arena, &in);
    }
    if (status != JW_OK) {
        return status;
    }
    if (in.open_quote) {
        jw_query_note(out, arena,
                      "literal: a quotation mark without its partner was read as text");
    }
    if (in.stray_close) {
        jw_query_note(out, arena,
                      "literal: a closing bracket without its partner was read as text");
    }
    if (in.too_many) {
        jw_query_note(out, arena, "limit: only the first %d parts were searched",
                      JW_QUERY_MAX_PARTS);
    }
    out->parts = jw_arena_calloc(arena, JW_QUERY_MAX_PARTS + 1, sizeof *out->parts);
    if (!out->parts) {
        return JW_ENOMEM;
    }
    struct parser p = {&in, 0, arena, out, JW_OK};
    out->root = parse_choice(&p, 0);
    return p.status;
}

static void print_node(const struct jw_query *query, const struct jw_node *node,
                       struct jw_buf *out)
{
    static const char *const names[] = {"AND",   "OR",    "NOT", "text",
                                        "title", "field", "date"};
    static const char *const fields[] = {"source", "section", "page", "author"};
    char from[JW_DATE_BYTES];
    char to[JW_DATE_BYTES];
    switch (node->type) {
    case JW_NODE_AND:
    case JW_NODE_OR:
    case JW_NODE_NOT:
        jw_buf_printf(out, "%s(", names[node->type]);
        for (size_t i = 0; i < node->n_children; i++) {
            if (i) {
                jw_buf_add_byte(out, ' ');
            }
            print_node(query, node->children[i], out);
        }
        jw_buf_add_byte(out, ')');
        break;
    case JW_NODE_TEXT:
    case JW_NODE_TITLE: {
        const struct jw_query_part *part = &query->parts[node->part];
        jw_buf_printf(out, "%s(%s%.*s%s)", names[node->type], part->quoted ? "\"" : "",
                      (int)part->text.n, part->text.p, part->quoted ? "\"" : "");
        break;
    }
    case JW_NODE_FIELD:
        jw_buf_printf(out, "%s(%.*s)", fields[node->field], (int)node->value.n,
                      node->value.p);
        break;
    case JW_NODE_DATE:
        jw_date_format(node->from, from);
        jw_date_format(node->to, to);
        jw_buf_printf(out, "date(%s..%s)", from, to);
        break;
    }
}

void jw_query_print(const struct jw_query *query, struct jw_buf *out)
{
    if (query->root) {
        print_node(query, query->root, out);
    }
}
