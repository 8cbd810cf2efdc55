#include "suggest_phrase.h"

#include <stdlib.h>
#include <string.h>

#include "rank.h"

enum {
    /** One paragraph must not outweigh the others. */
    PLACES_A_TEXT = 4,
    /** Rows that a phrase must have; one in so many when there are more. */
    LEAST_ROWS = 2,
    ROWS_A_PHRASE = 40,
    /** A phrase ends where no more than so many in a hundred rows go on alike. */
    ALIKE_PERCENT = 50
};

static bool in_run(const struct jw_unit *u)
{
    return u->cls == JW_UNIT_CJK || jw_unit_in_word(u);
}

/* Whether a word ends with unit i: CJK characters end one each. */
static bool word_ends(const struct jw_units *units, size_t i)
{
    return i + 1 == units->n || !jw_unit_in_word(&units->at[i]) ||
           !jw_unit_in_word(&units->at[i + 1]);
}

static void note_place(struct jw_phrase_rows *rows, struct jw_str text,
                       const struct jw_units *units, size_t first, size_t behind)
{
    struct jw_phrase_row *row = &rows->at[rows->n];
    uint32_t start = units->at[first].start;
    row->text = jw_str_slice(text, start, text.n);
    row->n = 0;
    for (size_t i = behind; i < units->n && row->n < JW_PHRASE_UNITS; i++) {
        if (!in_run(&units->at[i])) {
            break;
        }
        row->cp[row->n] = units->at[i].cp;
        row->end[row->n] = word_ends(units, i) ? units->at[i].end - start : 0;
        row->n++;
    }
    rows->n += row->n > 0;
}

void jw_phrase_note(struct jw_phrase_rows *rows, const struct jw_typed_piece *piece,
                    struct jw_str text, const struct jw_units *units)
{
    size_t from = 0;
    for (int i = 0; i < PLACES_A_TEXT && rows->n < JW_PHRASE_ROWS_MAX; i++) {
        size_t at = jw_typed_find(units->at, units->n, from, piece);
        if (at == units->n) {
            break;
        }
        from = at + piece->n;
        note_place(rows, text, units, at, from);
    }
}

static int by_units(const void *a, const void *b)
{
    const struct jw_phrase_row *x = a;
    const struct jw_phrase_row *y = b;
    for (uint32_t i = 0; i < x->n && i < y->n; i++) {
        if (x->cp[i] != y->cp[i]) {
            return x->cp[i] < y->cp[i] ? -1 : 1;
        }
    }
    if (x->n != y->n) {
        return x->n < y->n ? -1 : 1;
    }
    return jw_str_cmp(x->text, y->text);
}

struct miner {
    const struct jw_phrase_row *rows;
    struct jw_phrase *out;
    size_t n;
    size_t most;
    size_t least_rows;
};

/* Keep the phrase among the best, the most frequent first. */
static void keep(struct miner *m, const struct jw_phrase *phrase)
{
    size_t k = m->n;
    while (k > 0 && m->out[k - 1].n_rows < phrase->n_rows) {
        k--;
    }
    if (k == m->most) {
        return;
    }
    m->n = m->n < m->most ? m->n + 1 : m->n;
    memmove(m->out + k + 1, m->out + k, (m->n - k - 1) * sizeof *m->out);
    m->out[k] = *phrase;
}

/* Rows from..to begin alike with depth units; @return the end of those that
 * also have the next unit in common with row from. */
static size_t alike_end(const struct miner *m, size_t from, size_t to, uint32_t depth)
{
    size_t i = from + 1;
    while (i < to && m->rows[i].n > depth &&
           m->rows[i].cp[depth] == m->rows[from].cp[depth]) {
        i++;
    }
    return i;
}

/* Depth is bounded by JW_PHRASE_UNITS. */
static void mine(struct miner *m, size_t from, size_t to, uint32_t depth)
{
    size_t largest = 0;
    size_t n = to - from;
    for (size_t i = from; i < to;) {
        if (m->rows[i].n <= depth) {
            i++; /* the run ends here */
            continue;
        }
        size_t end = alike_end(m, i, to, depth);
        if (end - i >= m->least_rows) {
            mine(m, i, end, depth + 1);
        }
        largest = end - i > largest ? end - i : largest;
        i = end;
    }
    if (depth == 0 || depth == JW_PHRASE_UNITS || largest * 100 > n * ALIKE_PERCENT) {
        return; /* nothing yet; cut off; all go on in the same way */
    }
    if (jw_rank_is_function_char(m->rows[from].cp[depth - 1])) {
        return;
    }
    struct jw_phrase phrase = {{NULL, 0}, 0};
    for (size_t i = from; i < to; i++) {
        const struct jw_phrase_row *row = &m->rows[i];
        uint32_t end = row->end[depth - 1];
        phrase.n_rows += end != 0; /* in the others a word goes on */
        phrase.text =
            end && !phrase.text.p ? jw_str_slice(row->text, 0, end) : phrase.text;
    }
    if (phrase.n_rows >= m->least_rows) {
        keep(m, &phrase);
    }
}

size_t jw_phrase_mine(struct jw_phrase_rows *rows, struct jw_phrase *out, size_t most)
{
    struct miner m = {rows->at, out, 0, most, LEAST_ROWS + rows->n / ROWS_A_PHRASE};
    if (rows->n >= LEAST_ROWS && most > 0) {
        qsort(rows->at, rows->n, sizeof *rows->at, by_units);
        mine(&m, 0, rows->n, 0);
    }
    return m.n;
}
