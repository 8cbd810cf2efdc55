/*
 * Each part is normalised and tokenised as a query.  Its tokens become:
 *
 *   bigram          must be there, in both meanings
 *   word            must be there; in "all" its letter and digit parts will do
 *   pair            must be there for "verbatim", counts nothing in "all"
 *   lone character  looked for in the text, unless an alias stands for it
 *   alias           in "all", will do instead of the tokens it stands for
 */
#include "plan.h"

#include <stdlib.h>

#include "jianwen/schema.h"
#include "jianwen/utf8.h"
#include "rank.h"

enum {
    TOKENS_MAX = 8192
};

/* A token with its term, while a part is analysed. */
struct seen_token {
    enum jw_token_kind kind;
    uint32_t cp[2];
    uint32_t term;
    uint32_t start;
    uint32_t end;
};

struct maker {
    struct jw_reader *reader;
    struct jw_arena *arena;
    struct jw_units *units;
    struct jw_plan *plan;
    size_t terms_cap;
    size_t chars_cap;
    /** Terms by hash, open addressing: 0 is free, else number + 1. */
    uint32_t *slots;
    size_t n_slots;
    struct seen_token *tokens;
    size_t n_tokens;
    size_t tokens_cap;
};

static enum jw_status grow(struct jw_arena *arena, void **at, size_t *cap, size_t need,
                           size_t size)
{
    if (need <= *cap) {
        return JW_OK;
    }
    size_t n = *cap ? *cap * 2 : 16;
    n = n < need ? need : n;
    void *p = jw_arena_grow(arena, *at, *cap * size, n * size);
    if (!p) {
        return JW_ENOMEM;
    }
    *at = p;
    *cap = n;
    return JW_OK;
}

/* The term of the index: tokens of text that keeps its script are folded. */
static size_t index_term(const struct jw_token *token, char out[JW_TERM_MAX_BYTES])
{
    struct jw_token folded = *token;
    folded.cp[0] = jw_normalize_script(token->cp[0]);
    folded.cp[1] = jw_normalize_script(token->cp[1]);
    return jw_token_term(&folded, out);
}

static bool is_term(const struct jw_term *t, const struct jw_token *token,
                    struct jw_str bytes)
{
    return t->cp[0] == token->cp[0] && t->cp[1] == token->cp[1] &&
           jw_str_eq(t->bytes, bytes);
}

/* 32-bit FNV-1a. */
static size_t hash_of(struct jw_str s)
{
    uint32_t h = 0x811C9DC5u;
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 0x01000193u;
    }
    return h;
}

/* Room for twice the terms that the parts can have. */
static enum jw_status make_slots(struct maker *m)
{
    size_t bytes = 0;
    for (size_t i = 0; i < m->plan->query.n_parts; i++) {
        bytes += m->plan->query.parts[i].text.n;
    }
    /* A code point begins at most a bigram or word, a part and a pair. */
    m->n_slots = 64;
    while (m->n_slots < bytes * 4) {
        m->n_slots *= 2;
    }
    m->slots = jw_arena_calloc(m->arena, m->n_slots, sizeof *m->slots);
    return m->slots ? JW_OK : JW_ENOMEM;
}

/* The number of a term, which is added when it is new. */
static enum jw_status intern_term(struct maker *m, const struct jw_token *token,
                                  uint32_t *number)
{
    char bytes[JW_TERM_MAX_BYTES];
    struct jw_plan *plan = m->plan;
    struct jw_str term = jw_str_of(bytes, index_term(token, bytes));
    size_t slot = hash_of(term) & (m->n_slots - 1);
    while (m->slots[slot] && !is_term(&plan->terms[m->slots[slot] - 1], token, term)) {
        slot = (slot + 1) & (m->n_slots - 1);
    }
    if (m->slots[slot]) {
        *number = m->slots[slot] - 1;
        return JW_OK;
    }
    void *at = plan->terms;
    enum jw_status status =
        grow(m->arena, &at, &m->terms_cap, plan->n_terms + 1, sizeof *plan->terms);
    plan->terms = at;
    struct jw_str copy = jw_arena_str(m->arena, term);
    if (status != JW_OK || !copy.p) {
        return JW_ENOMEM;
    }
    struct jw_term t = {
        .bytes = copy, .kind = token->kind, .cp = {token->cp[0], token->cp[1]}};
    *number = (uint32_t)plan->n_terms;
    plan->terms[plan->n_terms++] = t;
    m->slots[slot] = (uint32_t)plan->n_terms;
    return JW_OK;
}

static enum jw_status intern_char(struct maker *m, uint32_t cp)
{
    struct jw_plan *plan = m->plan;
    for (size_t i = 0; i < plan->n_chars; i++) {
        if (plan->chars[i].cp == cp) {
            return JW_OK;
        }
    }
    void *at = plan->chars;
    enum jw_status status =
        grow(m->arena, &at, &m->chars_cap, plan->n_chars + 1, sizeof *plan->chars);
    plan->chars = at;
    if (status == JW_OK) {
        struct jw_query_char c = {cp, 0, 0, 1};
        plan->chars[plan->n_chars++] = c;
    }
    return status;
}

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct maker *m = arg;
    if (m->n_tokens == TOKENS_MAX) {
        return JW_OK;
    }
    void *at = m->tokens;
    enum jw_status status =
        grow(m->arena, &at, &m->tokens_cap, m->n_tokens + 1, sizeof *m->tokens);
    m->tokens = at;
    struct seen_token t = {
        token->kind, {token->cp[0], token->cp[1]}, 0, token->start, token->end};
    if (status == JW_OK && token->kind != JW_TOKEN_CHAR) {
        status = intern_term(m, token, &t.term);
    }
    if (status == JW_OK) {
        m->tokens[m->n_tokens++] = t;
    }
    return status;
}

static enum jw_status push_term(struct jw_arena *arena, struct jw_term_list *list,
                                uint32_t term)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->terms[i] == term) {
            return JW_OK;
        }
    }
    size_t old = list->n * sizeof *list->terms;
    uint32_t *terms = jw_arena_grow(arena, list->terms, old, old + sizeof *list->terms);
    if (!terms) {
        return JW_ENOMEM;
    }
    terms[list->n++] = term;
    list->terms = terms;
    return JW_OK;
}

static enum jw_status push_char(struct jw_arena *arena, struct jw_part *part, uint32_t cp)
{
    size_t old = part->n_chars * sizeof *part->chars;
    uint32_t *chars = jw_arena_grow(arena, part->chars, old, old + sizeof *part->chars);
    if (!chars) {
        return JW_ENOMEM;
    }
    chars[part->n_chars++] = cp;
    part->chars = chars;
    return JW_OK;
}

static bool overlaps(const struct seen_token *a, const struct seen_token *b)
{
    return a->start < b->end && b->start < a->end;
}

static bool is_base(const struct seen_token *t)
{
    return t->kind == JW_TOKEN_BIGRAM || t->kind == JW_TOKEN_WORD;
}

static struct jw_term_group *push_group(struct maker *m, struct jw_part *part,
                                        size_t n_lists)
{
    size_t old = part->n_groups * sizeof *part->groups;
    struct jw_term_group *groups =
        jw_arena_grow(m->arena, part->groups, old, old + sizeof *part->groups);
    if (!groups) {
        return NULL;
    }
    part->groups = groups;
    struct jw_term_group *g = &groups[part->n_groups];
    g->n_lists = n_lists;
    g->lists = jw_arena_calloc(m->arena, n_lists, sizeof *g->lists);
    if (!g->lists) {
        return NULL;
    }
    part->n_groups++;
    return g;
}

/* A bigram or word that no alias stands for: itself, or a word's parts. */
static enum jw_status group_of_token(struct maker *m, struct jw_part *part,
                                     const struct seen_token *t)
{
    struct jw_term_list parts = {NULL, 0};
    enum jw_status status = JW_OK;
    for (size_t i = 0; i < m->n_tokens && status == JW_OK; i++) {
        const struct seen_token *other = &m->tokens[i];
        if (t->kind == JW_TOKEN_WORD && other->kind == JW_TOKEN_PART &&
            overlaps(t, other)) {
            status = push_term(m->arena, &parts, other->term);
        }
    }
    struct jw_term_group *g =
        status == JW_OK ? push_group(m, part, parts.n ? 2 : 1) : NULL;
    if (!g) {
        return JW_ENOMEM;
    }
    if (parts.n) {
        g->lists[1] = parts;
    }
    return push_term(m->arena, &g->lists[0], t->term);
}

/* Whether a word is one that mixes letters and digits. */
static bool has_parts(const struct maker *m, const struct seen_token *word)
{
    for (size_t i = 0; i < m->n_tokens && word->kind == JW_TOKEN_WORD; i++) {
        if (m->tokens[i].kind == JW_TOKEN_PART && overlaps(&m->tokens[i], word)) {
            return true;
        }
    }
    return false;
}

/* An alias, or all the tokens that it stands for, or these with the parts of
 * words in place of the words. */
static enum jw_status group_of_alias(struct maker *m, struct jw_part *part,
                                     const struct seen_token *alias)
{
    struct jw_term_group *g = push_group(m, part, 3);
    if (!g) {
        return JW_ENOMEM;
    }
    enum jw_status status = push_term(m->arena, &g->lists[0], alias->term);
    bool parts = false;
    for (size_t i = 0; i < m->n_tokens && status == JW_OK; i++) {
        const struct seen_token *t = &m->tokens[i];
        if (!overlaps(alias, t)) {
            continue;
        }
        if (is_base(t)) {
            status = push_term(m->arena, &g->lists[1], t->term);
        }
        bool mixed = has_parts(m, t);
        parts |= mixed;
        if (status == JW_OK && (t->kind == JW_TOKEN_PART || (is_base(t) && !mixed))) {
            status = push_term(m->arena, &g->lists[2], t->term);
        }
    }
    g->n_lists = parts ? 3 : 2;
    return status;
}

/* @return the first alias that stands for some of t; NULL when none does. */
static const struct seen_token *alias_of(const struct maker *m,
                                         const struct seen_token *t)
{
    for (size_t i = 0; i < m->n_tokens; i++) {
        if (m->tokens[i].kind == JW_TOKEN_ALIAS && overlaps(&m->tokens[i], t)) {
            return &m->tokens[i];
        }
    }
    return NULL;
}

/* Of a bigram at the edge of an alias, what lies outside is looked for by itself. */
static enum jw_status use_outside(struct maker *m, struct jw_part *part,
                                  const struct seen_token *t,
                                  const struct seen_token *alias)
{
    if (t->kind == JW_TOKEN_BIGRAM && t->start < alias->start) {
        return push_char(m->arena, part, t->cp[0]);
    }
    if (t->kind == JW_TOKEN_BIGRAM && t->end > alias->end) {
        return push_char(m->arena, part, t->cp[1]);
    }
    return JW_OK;
}

static enum jw_status use_token(struct maker *m, struct jw_part *part,
                                const struct seen_token *t)
{
    enum jw_status status = JW_OK;
    switch (t->kind) {
    case JW_TOKEN_CHAR:
        return alias_of(m, t) ? JW_OK : push_char(m->arena, part, t->cp[0]);
    case JW_TOKEN_PAIR:
        return push_term(m->arena, &part->strict, t->term);
    case JW_TOKEN_PART:
        return JW_OK;
    case JW_TOKEN_ALIAS:
        return group_of_alias(m, part, t);
    case JW_TOKEN_BIGRAM:
    case JW_TOKEN_WORD:
        break;
    }
    status = push_term(m->arena, &part->strict, t->term);
    if (status == JW_OK) {
        status = push_term(m->arena, &part->scored, t->term);
    }
    if (status != JW_OK) {
        return status;
    }
    const struct seen_token *alias = alias_of(m, t);
    return alias ? use_outside(m, part, t, alias) : group_of_token(m, part, t);
}

/* Marks that pasted words bring along at their ends and nobody asks for. */
static bool is_trimmed(uint32_t cp)
{
    static const uint32_t marks[] = {
        '.',    ',',    ';',    ':',    '!',    '?',    '"',    '\'',   '(',
        ')',    '[',    ']',    '{',    '}',    '<',    '>',    '|',    '~',
        '*',    0x3001, 0x3002, 0x2018, 0x2019, 0x201C, 0x201D, 0x300A, 0x300B,
        0x3008, 0x3009, 0x300C, 0x300D, 0x300E, 0x300F, 0x3010, 0x3011, 0x3014,
        0x3015, 0x2026, 0x2014, 0xB7,   0x30FB, 0x2022, 0x25CF, 0x25A0, 0x25B2,
    };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (marks[i] == cp) {
            return true;
        }
    }
    return cp == ' ';
}

static enum jw_status normalize_part(struct maker *m, struct jw_part *part)
{
    const struct jw_units *units = m->units;
    enum jw_status status =
        jw_normalize_as(part->text, m->plan->normalize_flags, m->units);
    size_t from = 0;
    size_t to = units->n;
    while (!part->quoted && from < to && is_trimmed(units->at[from].cp)) {
        from++;
    }
    while (!part->quoted && to > from && is_trimmed(units->at[to - 1].cp)) {
        to--;
    }
    if (from == to) {
        from = 0;
        to = units->n; /* nothing but marks: keep them, they find nothing */
    }
    part->n_units = to - from;
    part->n_before = from;
    part->n_after = units->n - to;
    struct jw_unit *copy = jw_arena_calloc(m->arena, units->n + 1, sizeof *copy);
    if (!copy) {
        status = JW_ENOMEM;
    } else {
        if (units->n) {
            memcpy(copy, units->at, units->n * sizeof *copy);
        }
        part->units = copy + from;
    }
    return status;
}

/* Whether the part's tokens are the bigrams of all its units. */
static bool is_run(const struct maker *m, const struct jw_part *part)
{
    for (size_t i = 0; i < m->n_tokens; i++) {
        if (m->tokens[i].kind != JW_TOKEN_BIGRAM) {
            return false;
        }
    }
    return m->n_tokens > 0 && m->n_tokens + 1 == part->n_units;
}

static enum jw_status make_ngram(struct maker *m, struct jw_part *part)
{
    if (part->n_units < JW_NGRAM_MIN_CHARS || part->n_units > JW_NGRAM_MAX_CHARS) {
        return JW_OK;
    }
    char *bytes = jw_arena_alloc(m->arena, 1 + part->n_units * JW_UTF8_MAX_BYTES);
    if (!bytes) {
        return JW_ENOMEM;
    }
    bytes[0] = JW_TERM_NGRAM;
    size_t n = 1;
    for (size_t i = 0; i < part->n_units; i++) {
        n += jw_utf8_encode(part->units[i].cp, bytes + n);
    }
    part->ngram = jw_str_of(bytes, n);
    return JW_OK;
}

static size_t place_of(const struct jw_term_list *list, uint32_t term)
{
    size_t i = 0;
    while (i + 1 < list->n && list->terms[i] != term) {
        i++;
    }
    return i;
}

/* Of a part of n units and n - 1 bigrams: what each bigram has before it and behind. */
static enum jw_status make_around(struct maker *m, struct jw_part *part)
{
    static const struct jw_signature_filter none = JW_SIGNATURE_NO_FILTER;
    const struct jw_unit *units = part->units;
    part->around = jw_arena_alloc(m->arena, (part->strict.n + 1) * sizeof *part->around);
    if (!part->around) {
        return JW_ENOMEM;
    }
    for (size_t i = 0; i < part->strict.n; i++) {
        part->around[i] = none;
    }
    for (size_t i = 0; i < m->n_tokens; i++) {
        size_t at = place_of(&part->strict, m->tokens[i].term);
        struct jw_signature_filter *f = &part->around[at];
        uint32_t before = i > 0 ? jw_normalize_script(units[i - 1].cp) : 0;
        uint32_t behind =
            i + 2 < part->n_units ? jw_normalize_script(units[i + 2].cp) : 0;
        if (jw_signature_knows(before)) {
            jw_signature_ask_before(f, before);
        }
        if (jw_signature_knows(behind)) {
            jw_signature_ask_behind(f, behind);
        }
    }
    return JW_OK;
}

static enum jw_status make_part(struct maker *m, size_t i, bool positive)
{
    struct jw_part *part = &m->plan->parts[i];
    part->text = m->plan->query.parts[i].text;
    part->quoted = m->plan->query.parts[i].quoted;
    enum jw_status status = normalize_part(m, part);
    m->n_tokens = 0;
    if (status == JW_OK) {
        status = jw_tokenize_units(part->units, part->n_units, part->text,
                                   JW_TOKENS_QUERY, on_token, m);
    }
    for (size_t k = 0; k < m->n_tokens && status == JW_OK; k++) {
        status = use_token(m, part, &m->tokens[k]);
    }
    for (size_t k = 0; k < part->n_units && status == JW_OK && positive; k++) {
        if (part->units[k].cls == JW_UNIT_CJK) {
            status = intern_char(m, part->units[k].cp);
        }
    }
    bool run = is_run(m, part);
    part->by_index = run && m->n_tokens == 1;
    if (status == JW_OK && run) {
        status = make_around(m, part);
    }
    return status == JW_OK && run ? make_ngram(m, part) : status;
}

/*
 * Only bigrams and words of the parts that hits are ranked by weigh anything.
 * In long parts function characters say little of what is meant.
 */
static void weigh(struct jw_plan *plan)
{
    bool long_part = false;
    for (size_t i = 0; i < plan->n_parts; i++) {
        const struct jw_term_list *scored = &plan->parts[i].scored;
        for (size_t k = 0; plan->positive[i] && k < scored->n; k++) {
            plan->terms[scored->terms[k]].weight = 1;
            plan->terms[scored->terms[k]].loose |= !plan->parts[i].quoted;
        }
    }
    for (size_t i = 0; i < plan->n_parts; i++) {
        long_part |=
            !plan->parts[i].quoted && plan->parts[i].n_units >= JW_RANK_LONG_PART;
    }
    if (!long_part) {
        return;
    }
    for (size_t i = 0; i < plan->n_terms; i++) {
        struct jw_term *t = &plan->terms[i];
        if (t->kind != JW_TOKEN_BIGRAM) {
            continue;
        }
        int n = jw_rank_is_function_char(t->cp[0]) + jw_rank_is_function_char(t->cp[1]);
        t->weight *= n == 0 ? 1 : n == 1 ? JW_RANK_FUNCTION_PAIR : 0;
    }
    for (size_t i = 0; i < plan->n_chars; i++) {
        if (jw_rank_is_function_char(plan->chars[i].cp)) {
            plan->chars[i].weight = JW_RANK_FUNCTION_CHAR;
        }
    }
}

/* Its end marks were trimmed, so that the question mark is looked for there. */
static bool reads_like_question(const struct jw_part *part)
{
    size_t n = part->n_units + part->n_after;
    if (part->quoted || part->n_units < JW_RANK_LONG_PART - 1) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (jw_rank_asks(part->units[i].cp, i + 1 < n ? part->units[i + 1].cp : 0)) {
            return true;
        }
    }
    return false;
}

/* Note which parts stand outside every NOT. */
static void note_positive(struct jw_plan *plan, const struct jw_node *node, bool positive)
{
    if (node->type == JW_NODE_TEXT || node->type == JW_NODE_TITLE) {
        plan->positive[node->part] = positive;
        plan->parts[node->part].in_title = node->type == JW_NODE_TITLE;
        return;
    }
    for (size_t i = 0; i < node->n_children; i++) {
        note_positive(plan, node->children[i],
                      node->type == JW_NODE_NOT ? !positive : positive);
    }
}

enum jw_status jw_plan_make(struct jw_reader *reader, struct jw_arena *arena,
                            struct jw_units *units, struct jw_plan *plan,
                            struct jw_error *err)
{
    struct maker m = {.reader = reader, .arena = arena, .units = units, .plan = plan};
    plan->n_parts = plan->query.n_parts;
    plan->parts = jw_arena_calloc(arena, plan->n_parts + 1, sizeof *plan->parts);
    plan->positive = jw_arena_calloc(arena, plan->n_parts + 1, sizeof *plan->positive);
    plan->terms = NULL;
    plan->n_terms = 0;
    plan->chars = NULL;
    plan->n_chars = 0;
    plan->question = false;
    if (!plan->parts || !plan->positive || make_slots(&m) != JW_OK) {
        return jw_fail(err, JW_ENOMEM, "not enough memory for this query");
    }
    if (plan->query.root) {
        note_positive(plan, plan->query.root, true);
    }
    for (size_t i = 0; i < plan->n_parts; i++) {
        if (make_part(&m, i, plan->positive[i]) != JW_OK) {
            return jw_fail(err, JW_ENOMEM, "not enough memory for this query");
        }
        plan->question |= reads_like_question(&plan->parts[i]);
    }
    enum jw_status status = jw_plan_count(reader, arena, plan, err);
    weigh(plan);
    return status;
}
