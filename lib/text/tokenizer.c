/*
 * The walk looks at one unit at a time and is always in one of three places:
 * in a CJK run, in a word, or between.
 *
 *   units      中  国  5  g  -  a  ，
 *   run        中国    |        |
 *   word               5g       a          joined by '-': pair 5g-a
 *   at its end 国                 5, g (parts)
 *
 * A CJK unit costs a comparison and a call of emit(); words, which are rare
 * in newspaper text, are gathered in a small buffer.
 */
#include "jianwen/tokenizer.h"

#include "jianwen/utf8.h"

enum {
    CHUNK_UNITS = 1024,
    /* A year in Chinese numerals is found looking back from its 年. */
    YEAR_DIGITS = 4,
    LOOK_BACK = YEAR_DIGITS + 1,
    WORD_BYTES = JW_TOKEN_WORD_CHARS * JW_UTF8_MAX_BYTES,
    GROUP_DIGITS = 24,
    COMPOUND_BYTES = 64
};

struct word {
    char bytes[WORD_BYTES];
    size_t n;
    size_t n_chars;
    uint32_t start;
    uint32_t end;
    bool letters;
    bool digits;
};

/* Digit groups joined by commas, as far as they were read. */
struct group {
    char digits[GROUP_DIGITS];
    size_t n;
    size_t n_groups;
    uint32_t start;
    uint32_t end;
};

/* Joined words that are also written as one, as far as they were read. */
struct compound {
    char bytes[COMPOUND_BYTES];
    size_t n;
    size_t n_words;
    bool letters;     /* there is one in it */
    bool letters_end; /* the last word has nothing else */
    uint32_t start;
    uint32_t end;
};

struct walk {
    enum jw_token_mode mode;
    jw_token_fn emit;
    void *arg;
    struct jw_str text;

    /* The CJK run: its last character; its length, 0 outside, 2 for 2 and more. */
    struct jw_unit run_last;
    size_t run_length;
    /* One original character gave run_last and the unit before it. */
    bool run_split;
    /* Where the last unit that is not CJK begins; UINT32_MAX: there was none. */
    uint32_t other_start;

    struct word words[2]; /* word and before, taking turns */
    struct word *word;    /* the one being read; n_chars 0 outside */
    struct word *before;  /* the one that `joiner` joins to it; n_chars 0: none */
    uint32_t joiner;      /* 0: none */
    uint32_t joiner_end;
    bool tight; /* the joiner is ASCII, and nothing stands beside it */
    struct group group;
    struct compound compound;
};

static const uint32_t year_sign = 0x5E74; /* 年 */

static enum jw_status emit_word(struct walk *w, enum jw_token_kind kind,
                                struct jw_str word, uint32_t start, uint32_t end)
{
    struct jw_token token = {.kind = kind, .word = word, .start = start, .end = end};
    return w->emit(&token, w->arg);
}

/* ---- CJK runs ---- */

/* @param next  where the unit behind the run begins; UINT32_MAX: there is none. */
static enum jw_status end_run(struct walk *w, uint32_t next)
{
    size_t length = w->run_length;
    w->run_length = 0;
    if (length == 1 || (length > 1 && w->mode == JW_TOKENS_DOCUMENT)) {
        struct jw_token token = {.kind = JW_TOKEN_CHAR,
                                 .cp = {w->run_last.cp, 0},
                                 .start = w->run_last.start,
                                 .end = w->run_last.end,
                                 .split_before = w->run_split,
                                 .split_behind = next == w->run_last.start};
        return w->emit(&token, w->arg);
    }
    return JW_OK;
}

/* @return '0'..'9' for a Chinese numeral as years are written, else 0. */
static char year_digit(uint32_t cp)
{
    switch (cp) {
    case 0x3007: /* 〇 */
    case 0x25CB: /* ○ */
    case 0x96F6: /* 零 */
        return '0';
    case 0x4E00:
        return '1';
    case 0x4E8C:
        return '2';
    case 0x4E09:
        return '3';
    case 0x56DB:
        return '4';
    case 0x4E94:
        return '5';
    case 0x516D:
        return '6';
    case 0x4E03:
        return '7';
    case 0x516B:
        return '8';
    case 0x4E5D:
        return '9';
    default:
        return 0;
    }
}

/* at: the unit 年; n_before units stand directly before it. */
static enum jw_status emit_year(struct walk *w, const struct jw_unit *at, size_t n_before)
{
    char digits[YEAR_DIGITS];
    if (n_before < YEAR_DIGITS) {
        return JW_OK;
    }
    for (int i = 0; i < YEAR_DIGITS; i++) {
        digits[i] = year_digit(at[i - YEAR_DIGITS].cp);
        if (digits[i] == 0) {
            return JW_OK;
        }
    }
    if ((digits[0] != '1' && digits[0] != '2') ||
        (n_before >= LOOK_BACK && year_digit(at[-LOOK_BACK].cp) != 0)) {
        return JW_OK;
    }
    return emit_word(w, JW_TOKEN_ALIAS, jw_str_of(digits, YEAR_DIGITS),
                     at[-YEAR_DIGITS].start, at[-1].end);
}

/* ---- words ---- */

static bool is_joiner(uint32_t cp)
{
    switch (cp) {
    case '.':
    case ',':
    case ':':
    case '-':
    case '/':
    case '_':
    case '\'':
    case '&':
    case '+':
    case '@':
        return true;
    default:
        return false;
    }
}

static enum jw_status emit_parts(struct walk *w)
{
    const struct word *word = w->word;
    if (!word->letters || !word->digits) {
        return JW_OK;
    }
    const unsigned char *start = (const unsigned char *)word->bytes;
    const unsigned char *end = start + word->n;
    const unsigned char *p = start;
    while (p < end) {
        const unsigned char *part = p;
        uint32_t cls = jw_unit_class_of(jw_utf8_next(&p, end));
        while (p < end) {
            const unsigned char *q = p;
            if (jw_unit_class_of(jw_utf8_next(&q, end)) != cls) {
                break;
            }
            p = q;
        }
        /* The place of a part inside its word is not kept: the word's serves. */
        enum jw_status status =
            emit_word(w, JW_TOKEN_PART, jw_str_of((const char *)part, (size_t)(p - part)),
                      word->start, word->end);
        if (status != JW_OK) {
            return status;
        }
    }
    return JW_OK;
}

/*
 * The two words at a joiner.  A document gives the pair however the joiner is
 * written (full-width, with white space), as its key form has it; a query asks
 * for it only where it is typed plainly.
 */
static enum jw_status emit_pair(struct walk *w)
{
    char pair[2 * WORD_BYTES + JW_UTF8_MAX_BYTES];
    if (w->mode == JW_TOKENS_QUERY && !w->tight) {
        return JW_OK;
    }
    size_t n = w->before->n;
    memcpy(pair, w->before->bytes, n);
    n += jw_utf8_encode(w->joiner, pair + n);
    memcpy(pair + n, w->word->bytes, w->word->n);
    n += w->word->n;
    if (n > JW_TERM_MAX_BYTES) {
        return JW_OK;
    }
    return emit_word(w, JW_TOKEN_PAIR, jw_str_of(pair, n), w->before->start,
                     w->word->end);
}

static enum jw_status end_group(struct walk *w)
{
    struct group *g = &w->group;
    size_t n_groups = g->n_groups;
    g->n_groups = 0;
    if (n_groups < 2) {
        return JW_OK;
    }
    return emit_word(w, JW_TOKEN_ALIAS, jw_str_of(g->digits, g->n), g->start, g->end);
}

/* The word just read begins a row of digit groups, goes on with it, or ends it. */
static enum jw_status follow_group(struct walk *w)
{
    struct group *g = &w->group;
    const struct word *word = w->word;
    bool plain = word->digits && !word->letters && word->n == word->n_chars;
    if (g->n_groups > 0 && plain && w->joiner == ',' && w->tight && word->n == 3 &&
        g->n + 3 <= GROUP_DIGITS) {
        memcpy(g->digits + g->n, word->bytes, 3);
        g->n += 3;
        g->n_groups++;
        g->end = word->end;
        return JW_OK;
    }
    enum jw_status status = end_group(w);
    bool inside = w->joiner == ',' && w->tight; /* of a number that was none */
    if (status == JW_OK && plain && word->n <= 3 && !inside) {
        memcpy(g->digits, word->bytes, word->n);
        g->n = word->n;
        g->n_groups = 1;
        g->start = word->start;
        g->end = word->end;
    }
    return status;
}

static enum jw_status end_compound(struct walk *w)
{
    struct compound *c = &w->compound;
    size_t n_words = c->n_words;
    c->n_words = 0;
    if (n_words < 2 || !c->letters) {
        return JW_OK;
    }
    return emit_word(w, JW_TOKEN_ALIAS, jw_str_of(c->bytes, c->n), c->start, c->end);
}

/* Whether what the joiner stands between is also written without it: wi-fi,
 * gb/t, r&d, u.s; not 3.5g. */
static bool may_be_left_out(const struct walk *w)
{
    switch (w->joiner) {
    case '-':
    case '/':
    case '&':
    case '\'':
        return w->tight;
    case '.':
        return w->tight && w->compound.letters_end && !w->word->digits;
    default:
        return false;
    }
}

/* The word just read goes on with a compound, or begins one. */
static enum jw_status follow_compound(struct walk *w)
{
    struct compound *c = &w->compound;
    const struct word *word = w->word;
    enum jw_status status = JW_OK;
    if (c->n_words == 0 || !may_be_left_out(w) || c->n + word->n > COMPOUND_BYTES) {
        status = end_compound(w);
        if (word->n > COMPOUND_BYTES) {
            return status;
        }
        c->n = 0;
        c->letters = false;
        c->start = word->start;
    }
    memcpy(c->bytes + c->n, word->bytes, word->n);
    c->n += word->n;
    c->n_words++;
    c->letters |= word->letters;
    c->letters_end = !word->digits;
    c->end = word->end;
    return status;
}

static enum jw_status end_word(struct walk *w)
{
    struct word *word = w->word;
    if (word->n_chars == 0) {
        return JW_OK;
    }
    enum jw_status status = emit_parts(w);
    if (status == JW_OK) {
        status = emit_word(w, JW_TOKEN_WORD, jw_str_of(word->bytes, word->n), word->start,
                           word->end);
    }
    if (status == JW_OK && w->joiner != 0) {
        status = emit_pair(w);
    }
    if (status == JW_OK) {
        status = follow_group(w);
    }
    if (status == JW_OK) {
        status = follow_compound(w);
    }
    w->word = w->before;
    w->before = word;
    w->word->n_chars = 0;
    w->joiner = 0;
    return status;
}

/* Nothing that comes now is joined to the last word. */
static enum jw_status end_chain(struct walk *w)
{
    if (w->word->n_chars == 0 && w->before->n_chars == 0) {
        return JW_OK;
    }
    enum jw_status status = end_word(w);
    if (status == JW_OK) {
        status = end_group(w);
    }
    if (status == JW_OK) {
        status = end_compound(w);
    }
    w->before->n_chars = 0;
    w->joiner = 0;
    return status;
}

static void add_to_word(struct walk *w, const struct jw_unit *u)
{
    struct word *word = w->word;
    if (word->n_chars == 0) {
        word->n = 0;
        word->start = u->start;
        word->letters = false;
        word->digits = false;
        w->tight = w->tight && u->start == w->joiner_end;
    }
    word->end = u->end;
    if (word->n_chars < JW_TOKEN_WORD_CHARS) {
        word->n_chars++;
        word->n += jw_utf8_encode(u->cp, word->bytes + word->n);
        word->letters |= u->cls == JW_UNIT_LETTER;
        word->digits |= u->cls == JW_UNIT_DIGIT;
    }
}

/* A unit that is neither CJK nor of a word. */
static enum jw_status pass_other(struct walk *w, const struct jw_unit *u)
{
    if (w->word->n_chars == 0 || !is_joiner(u->cp)) {
        return end_chain(w);
    }
    bool tight = w->word->end == u->start && u->start < w->text.n &&
                 (unsigned char)w->text.p[u->start] == u->cp;
    enum jw_status status = end_word(w);
    w->joiner = u->cp;
    w->joiner_end = u->end;
    w->tight = tight;
    return status;
}

/*
 * The CJK units from units[*i] on: a bigram for each with the one before it.
 * Ends at the first unit that is not CJK, which may go on in the next chunk.
 */
static enum jw_status walk_run(struct walk *w, const struct jw_unit *units, size_t n,
                               size_t n_seen, size_t *i)
{
    struct jw_token token = {.kind = JW_TOKEN_BIGRAM};
    size_t k = *i;
    if (w->run_length == 0) {
        enum jw_status status = end_chain(w);
        if (units[k].cp == year_sign && status == JW_OK) {
            status = emit_year(w, &units[k], k + n_seen);
        }
        if (status != JW_OK) {
            return status;
        }
        w->run_split = units[k].start == w->other_start;
        w->run_last = units[k++];
        w->run_length = 1;
    }
    for (; k < n && units[k].cls == JW_UNIT_CJK; k++) {
        const struct jw_unit *before = k > *i ? &units[k - 1] : &w->run_last;
        token.cp[0] = before->cp;
        token.cp[1] = units[k].cp;
        token.start = before->start;
        token.end = units[k].end;
        token.split_before = w->run_split;
        token.split_behind = units[k].start == before->start;
        w->run_split = token.split_behind;
        enum jw_status status = w->emit(&token, w->arg);
        if (JW_UNLIKELY(units[k].cp == year_sign) && status == JW_OK) {
            status = emit_year(w, &units[k], k + n_seen);
        }
        if (JW_UNLIKELY(status != JW_OK)) {
            return status;
        }
        w->run_length = 2;
    }
    w->run_last = units[k - 1];
    *i = k;
    return JW_OK;
}

/* n_seen units stand before units[0] in the same array. */
static enum jw_status walk_units(struct walk *w, const struct jw_unit *units, size_t n,
                                 size_t n_seen)
{
    enum jw_status status = JW_OK;
    for (size_t i = 0; i < n && status == JW_OK;) {
        const struct jw_unit *u = &units[i];
        if (JW_LIKELY(u->cls == JW_UNIT_CJK)) {
            status = walk_run(w, units, n, n_seen, &i);
            continue;
        }
        if (w->run_length != 0) {
            status = end_run(w, u->start);
        }
        w->other_start = u->start;
        if (status == JW_OK && jw_unit_in_word(u)) {
            add_to_word(w, u);
        } else if (status == JW_OK) {
            status = pass_other(w, u);
        }
        i++;
    }
    return status;
}

static void walk_init(struct walk *w, struct jw_str text, enum jw_token_mode mode,
                      jw_token_fn emit, void *arg)
{
    w->mode = mode;
    w->emit = emit;
    w->arg = arg;
    w->text = text;
    w->run_length = 0;
    w->run_split = false;
    w->other_start = UINT32_MAX;
    w->word = &w->words[0];
    w->before = &w->words[1];
    w->word->n_chars = 0;
    w->before->n_chars = 0;
    w->joiner = 0;
    w->joiner_end = 0;
    w->tight = false;
    w->group.n_groups = 0;
    w->compound.n_words = 0;
}

static enum jw_status walk_end(struct walk *w)
{
    enum jw_status status = end_run(w, UINT32_MAX);
    return status == JW_OK ? end_chain(w) : status;
}

enum jw_status jw_tokenize_units(const struct jw_unit *units, size_t n,
                                 struct jw_str text, enum jw_token_mode mode,
                                 jw_token_fn emit, void *arg)
{
    struct walk w;
    walk_init(&w, text, mode, emit, arg);
    enum jw_status status = walk_units(&w, units, n, 0);
    return status == JW_OK ? walk_end(&w) : status;
}

enum jw_status jw_tokenize(struct jw_str text, enum jw_token_mode mode, jw_token_fn emit,
                           void *arg)
{
    struct walk w;
    struct jw_normalizer nz;
    /* The last units of a chunk stay before the next one, to look back at. */
    struct jw_unit units[LOOK_BACK + CHUNK_UNITS];
    struct jw_unit *chunk = units + LOOK_BACK;
    size_t n_seen = 0;
    walk_init(&w, text, mode, emit, arg);
    jw_normalizer_init(&nz, text);
    for (;;) {
        size_t n = jw_normalizer_fill(&nz, chunk, CHUNK_UNITS);
        if (n == 0) {
            return walk_end(&w);
        }
        enum jw_status status = walk_units(&w, chunk, n, n_seen);
        if (status != JW_OK) {
            return status;
        }
        size_t keep = n_seen + n < LOOK_BACK ? n_seen + n : LOOK_BACK;
        memmove(chunk - keep, chunk + n - keep, keep * sizeof *chunk);
        n_seen = keep;
    }
}

size_t jw_token_term(const struct jw_token *token, char out[JW_TERM_MAX_BYTES])
{
    if (token->cp[0] == 0) {
        size_t n = token->word.n < JW_TERM_MAX_BYTES ? token->word.n : JW_TERM_MAX_BYTES;
        memcpy(out, token->word.p, n);
        return n;
    }
    size_t n = jw_utf8_encode(token->cp[0], out);
    if (token->cp[1] != 0) {
        n += jw_utf8_encode(token->cp[1], out + n);
    }
    return n;
}

const char *jw_token_kind_name(enum jw_token_kind kind)
{
    switch (kind) {
    case JW_TOKEN_BIGRAM:
        return "bigram";
    case JW_TOKEN_CHAR:
        return "char";
    case JW_TOKEN_WORD:
        return "word";
    case JW_TOKEN_PAIR:
        return "pair";
    case JW_TOKEN_PART:
        return "part";
    case JW_TOKEN_ALIAS:
        return "alias";
    }
    return "unknown";
}
