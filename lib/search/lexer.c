/*
 * A part begins at the start of the text, behind white space, behind an
 * opening bracket, a minus or a field's name, and ends at white space or at
 * closing brackets that were opened before it.  Only at these edges do
 * operators count.  A bracket whose partner stands inside the same word is
 * part of the word.
 */
#include "lexer.h"

#include "jianwen/query.h"
#include "jianwen/utf8.h"

enum {
    LEXEMES_MAX = 4 * JW_QUERY_MAX_PARTS
};

struct lexer {
    const unsigned char *p;
    const unsigned char *end;
    bool brackets;
    size_t depth;
    size_t n_parts;
    struct jw_arena *arena;
    struct jw_lexemes *out;
};

static bool is_space(uint32_t cp)
{
    return cp == ' ' || (cp >= 0x09 && cp <= 0x0D) || cp == 0x85 || cp == 0xA0 ||
           cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 ||
           cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

static bool is_open(uint32_t cp)
{
    return cp == '(' || cp == 0xFF08;
}

static bool is_close(uint32_t cp)
{
    return cp == ')' || cp == 0xFF09;
}

static bool is_bar(uint32_t cp)
{
    return cp == '|' || cp == 0xFF5C;
}

static bool is_minus(uint32_t cp)
{
    return cp == '-' || cp == 0xFF0D || cp == 0x2212;
}

static bool is_plus(uint32_t cp)
{
    return cp == '+' || cp == 0xFF0B;
}

/* @return the mark that ends what cp begins, 0 when cp begins no phrase. */
static uint32_t closing_quote(uint32_t cp)
{
    switch (cp) {
    case '"':
        return '"';
    case 0xFF02:
        return 0xFF02;
    case 0x201C:
        return 0x201D;
    case 0x300C:
        return 0x300D;
    case 0x300E:
        return 0x300F;
    default:
        return 0;
    }
}

/* The code point at p, without moving; 0 at the end. */
static uint32_t peek(const struct lexer *lx, const unsigned char *p)
{
    return p < lx->end ? jw_utf8_next(&p, lx->end) : 0;
}

static const unsigned char *after(const struct lexer *lx, const unsigned char *p)
{
    if (p < lx->end) {
        (void)jw_utf8_next(&p, lx->end);
    }
    return p;
}

static enum jw_status push(struct lexer *lx, enum jw_lex_type type,
                           enum jw_lex_scope scope, struct jw_str text, bool quoted)
{
    struct jw_lexemes *out = lx->out;
    if (out->n >= LEXEMES_MAX) {
        out->too_many = true;
        return JW_OK;
    }
    if (out->n == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 16;
        struct jw_lexeme *at =
            jw_arena_grow(lx->arena, out->at, out->cap * sizeof *at, cap * sizeof *at);
        if (!at) {
            return JW_ENOMEM;
        }
        out->at = at;
        out->cap = cap;
    }
    struct jw_lexeme lexeme = {type, scope, text, quoted};
    out->at[out->n++] = lexeme;
    return JW_OK;
}

static enum jw_status push_part(struct lexer *lx, enum jw_lex_scope scope,
                                const unsigned char *from, const unsigned char *to,
                                bool quoted)
{
    if (lx->n_parts == JW_QUERY_MAX_PARTS) {
        lx->out->too_many = true;
        return JW_OK;
    }
    lx->n_parts++;
    return push(lx, JW_LEX_PART, scope,
                jw_str_of((const char *)from, (size_t)(to - from)), quoted);
}

/* Whether p is where a part may end: white space or the end, before it closing
 * brackets and a bar. */
static bool is_edge(const struct lexer *lx, const unsigned char *p)
{
    size_t closes = 0;
    while (lx->brackets && p < lx->end && is_close(peek(lx, p)) && closes < lx->depth) {
        p = after(lx, p);
        closes++;
    }
    if (p < lx->end && is_bar(peek(lx, p))) {
        p = after(lx, p);
    }
    return p == lx->end || is_space(peek(lx, p));
}

/* @return where the phrase that begins at p ends (at its closing mark), or NULL. */
static const unsigned char *phrase_end(const struct lexer *lx, const unsigned char *p,
                                       uint32_t close)
{
    for (const unsigned char *q = p; q < lx->end; q = after(lx, q)) {
        if (peek(lx, q) == close && is_edge(lx, after(lx, q))) {
            return q;
        }
    }
    return NULL;
}

/* Whether the mark stands before the next white space: pasted text has that. */
static bool closes_in_word(const struct lexer *lx, const unsigned char *p, uint32_t close)
{
    while (p < lx->end && !is_space(peek(lx, p))) {
        if (peek(lx, p) == close) {
            return true;
        }
        p = after(lx, p);
    }
    return false;
}

static const struct {
    const char *name;
    enum jw_lex_scope scope;
} scopes[] = {{"title", JW_LEX_TITLE},   {"author", JW_LEX_AUTHOR},
              {"source", JW_LEX_SOURCE}, {"section", JW_LEX_SECTION},
              {"page", JW_LEX_PAGE},     {"date", JW_LEX_DATE}};

/* Pass over `field:` when a value follows it. */
static enum jw_lex_scope take_scope(struct lexer *lx)
{
    struct jw_str rest = jw_str_of((const char *)lx->p, (size_t)(lx->end - lx->p));
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        struct jw_str name = jw_str_c(scopes[i].name);
        if (!jw_str_starts(rest, name)) {
            continue;
        }
        const unsigned char *colon = lx->p + name.n;
        uint32_t cp = peek(lx, colon);
        const unsigned char *value = after(lx, colon);
        if ((cp == ':' || cp == 0xFF1A) && value < lx->end &&
            !is_space(peek(lx, value))) {
            lx->p = value;
            return scopes[i].scope;
        }
    }
    return JW_LEX_TEXT;
}

/* The last code point of from..to, which is not empty. */
static const unsigned char *last_of(const unsigned char *from, const unsigned char *to)
{
    const unsigned char *last = to - 1;
    while (last > from && (*last & 0xC0) == 0x80) {
        last--;
    }
    return last;
}

/* Whether the bracket at p is text: its partner stands in the same word, and
 * the word goes on behind it, as in （重庆）科技公司. */
static bool opens_in_word(const struct lexer *lx, const unsigned char *p)
{
    size_t open = 0;
    while (p < lx->end && !is_space(peek(lx, p))) {
        uint32_t cp = peek(lx, p);
        p = after(lx, p);
        open += is_open(cp);
        if (is_close(cp) && --open == 0) {
            return !is_edge(lx, p);
        }
    }
    return false;
}

/* Closing brackets at the end of from..to that the part itself did not open. */
static const unsigned char *strip_closes(const struct lexer *lx,
                                         const unsigned char *from,
                                         const unsigned char *to, size_t *n)
{
    *n = 0;
    if (!lx->brackets) {
        return to;
    }
    size_t balance = 0; /* closing brackets without a partner inside */
    size_t open = 0;
    for (const unsigned char *q = from; q < to; q = after(lx, q)) {
        uint32_t cp = peek(lx, q);
        if (is_open(cp)) {
            open++;
        } else if (is_close(cp) && open > 0) {
            open--;
        } else if (is_close(cp)) {
            balance++;
        }
    }
    while (balance > 0 && to > from && is_close(peek(lx, last_of(from, to)))) {
        if (*n == lx->depth) {
            lx->out->stray_close = true;
            break;
        }
        to = last_of(from, to);
        (*n)++;
        balance--;
    }
    return to;
}

static enum jw_status push_closes(struct lexer *lx, size_t n)
{
    enum jw_status status = JW_OK;
    while (n-- > 0 && status == JW_OK) {
        lx->depth--;
        status = push(lx, JW_LEX_CLOSE, JW_LEX_TEXT, jw_str_of(NULL, 0), false);
    }
    return status;
}

static enum jw_status lex_phrase(struct lexer *lx, enum jw_lex_scope scope,
                                 const unsigned char *from, const unsigned char *to)
{
    enum jw_status status = push_part(lx, scope, from, to, true);
    lx->p = after(lx, to);
    while (status == JW_OK && lx->brackets && lx->depth > 0 && lx->p < lx->end &&
           is_close(peek(lx, lx->p))) {
        lx->p = after(lx, lx->p);
        status = push_closes(lx, 1);
    }
    return status;
}

/* @return whether a word is an operator's name, in ASCII or full-width capitals. */
static bool is_name(struct jw_str word, const char *name)
{
    const unsigned char *p = (const unsigned char *)word.p;
    const unsigned char *end = p + word.n;
    for (; *name && p < end; name++) {
        uint32_t cp = jw_utf8_next(&p, end);
        if (cp != (uint32_t)*name && cp != 0xFF21u + (uint32_t)(*name - 'A')) {
            return false;
        }
    }
    return !*name && p == end;
}

/* A word up to white space; NOT, OR and AND alone are operators, and so is a
 * bar at its end. */
static enum jw_status lex_word(struct lexer *lx, enum jw_lex_scope scope)
{
    const unsigned char *from = lx->p;
    size_t closes = 0;
    while (lx->p < lx->end && !is_space(peek(lx, lx->p))) {
        lx->p = after(lx, lx->p);
    }
    const unsigned char *to = lx->p;
    bool bar = is_bar(peek(lx, last_of(from, to)));
    to = bar ? last_of(from, to) : to;
    to = strip_closes(lx, from, to, &closes);
    struct jw_str word = jw_str_of((const char *)from, (size_t)(to - from));
    enum jw_status status = JW_OK;
    if (scope == JW_LEX_TEXT && word.n && is_name(word, "OR")) {
        status = push(lx, JW_LEX_OR, scope, word, false);
    } else if (scope == JW_LEX_TEXT && word.n && is_name(word, "AND")) {
        status = push(lx, JW_LEX_AND, scope, word, false);
    } else if (scope == JW_LEX_TEXT && word.n && is_name(word, "NOT")) {
        status = push(lx, JW_LEX_NOT, scope, word, false);
    } else if (word.n) {
        status = push_part(lx, scope, from, to, false);
    }
    if (status == JW_OK) {
        status = push_closes(lx, closes);
    }
    if (status == JW_OK && bar) {
        status = push(lx, JW_LEX_OR, JW_LEX_TEXT, jw_str_of(NULL, 0), false);
    }
    return status;
}

/* One part with the operators at its front. */
static enum jw_status lex_part(struct lexer *lx)
{
    for (;;) {
        uint32_t cp = peek(lx, lx->p);
        const unsigned char *next = after(lx, lx->p);
        uint32_t following = peek(lx, next);
        bool glued = next < lx->end && !is_space(following);
        enum jw_status status = JW_OK;
        if (lx->brackets && is_open(cp) && !opens_in_word(lx, lx->p)) {
            lx->depth++;
            lx->p = next;
            return push(lx, JW_LEX_OPEN, JW_LEX_TEXT, jw_str_of(NULL, 0), false);
        }
        if (lx->brackets && is_close(cp) && lx->depth > 0) {
            lx->p = next;
            return push_closes(lx, 1);
        }
        if (is_bar(cp)) {
            lx->p = next;
            return push(lx, JW_LEX_OR, JW_LEX_TEXT, jw_str_of(NULL, 0), false);
        }
        if (is_plus(cp) && glued && !is_plus(following)) {
            lx->p = next;
            continue;
        }
        if (!is_minus(cp) || !glued || is_minus(following)) {
            break;
        }
        lx->p = next;
        status = push(lx, JW_LEX_NOT, JW_LEX_TEXT, jw_str_of(NULL, 0), false);
        if (status != JW_OK) {
            return status;
        }
    }
    enum jw_lex_scope scope = take_scope(lx);
    uint32_t close = closing_quote(peek(lx, lx->p));
    if (close) {
        const unsigned char *from = after(lx, lx->p);
        const unsigned char *to = phrase_end(lx, from, close);
        if (to) {
            return lex_phrase(lx, scope, from, to);
        }
        lx->out->open_quote |= !closes_in_word(lx, from, close);
    }
    return lex_word(lx, scope);
}

enum jw_status jw_lex(struct jw_str text, bool brackets, struct jw_arena *arena,
                      struct jw_lexemes *out)
{
    const unsigned char *start = (const unsigned char *)(text.n ? text.p : "");
    struct lexer lx = {start, start + text.n, brackets, 0, 0, arena, out};
    struct jw_lexemes nothing = {NULL, 0, 0, false, false, false, false};
    *out = nothing;
    while (lx.p < lx.end && !out->too_many) {
        if (is_space(peek(&lx, lx.p))) {
            lx.p = after(&lx, lx.p);
            continue;
        }
        enum jw_status status = lex_part(&lx);
        if (status != JW_OK) {
            return status;
        }
    }
    out->unbalanced = lx.depth > 0 && !out->too_many;
    return JW_OK;
}
