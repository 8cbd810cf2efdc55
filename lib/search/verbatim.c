#include "verbatim.h"

#include <string.h>

#include "jianwen/folded.h"
#include "jianwen/schema.h"
#include "jianwen/utf8.h"

enum {
    HAN_BYTES = 3,
    HAN_FIRST = 0x4E00,
    HAN_LAST = 0x9FFF,
    ASCII_END = 0x80
};

/* Whether a part is a row of plain Han characters, each of them one unit. */
static bool is_plain(const struct jw_part *part)
{
    const unsigned char *p = (const unsigned char *)part->text.p;
    const unsigned char *end = p + part->text.n;
    if (part->n_units == 0 || part->n_before || part->n_after ||
        part->text.n != part->n_units * HAN_BYTES) {
        return false;
    }
    while (p < end) {
        uint32_t cp = jw_utf8_next(&p, end);
        if (cp < HAN_FIRST || cp > HAN_LAST) {
            return false;
        }
    }
    return true;
}

enum jw_status jw_verbatim_make(struct jw_search_state *s, struct jw_verbatim *out)
{
    const struct jw_plan *plan = s->plan;
    const struct jw_node *root = plan->query.root;
    const struct jw_node *const *nodes = &root;
    size_t n = 1;
    out->n = 0;
    out->needles = NULL;
    if (root->type == JW_NODE_AND) {
        nodes = (const struct jw_node *const *)root->children;
        n = root->n_children;
    }
    for (size_t i = 0; i < n; i++) {
        if (nodes[i]->type != JW_NODE_TEXT || !is_plain(&plan->parts[nodes[i]->part])) {
            return JW_OK;
        }
    }
    /* All bigrams are the question then, and a text may hold a part without. */
    if (s->request->match == JW_MATCH_ALL) {
        return JW_OK;
    }
    out->needles = jw_arena_calloc(s->arena, n, sizeof *out->needles);
    if (!out->needles) {
        return jw_fail(s->err, JW_ENOMEM, "not enough memory for this query");
    }
    for (size_t i = 0; i < n; i++) {
        out->needles[i] = plan->parts[nodes[i]->part].text;
    }
    out->n = n;
    return JW_OK;
}

/* Behind the white space at p that stands most often between Han characters. */
static const char *skip_space(const char *p, const char *end)
{
    static const char ideographic[] = "\xE3\x80\x80";
    for (;;) {
        if (p < end && (*p == ' ' || *p == '\n' || *p == '\t')) {
            p++;
        } else if (end - p >= HAN_BYTES && memcmp(p, ideographic, HAN_BYTES) == 0) {
            p += HAN_BYTES;
        } else {
            return p;
        }
    }
}

/*
 * Whether what stands at p leaves the Han character before it as it is: the end, white
 * space, Han, ASCII, or one of the marks that stand most often in Chinese text.  Others
 * may join it (combining marks, selectors), and are left to folding.
 */
static bool leaves_alone(const char *p, const char *end)
{
    const unsigned char *q = (const unsigned char *)p;
    const unsigned char *last = (const unsigned char *)end;
    if (q == last) {
        return true;
    }
    uint32_t cp = jw_utf8_next(&q, last);
    return cp < ASCII_END || (cp >= HAN_FIRST && cp <= HAN_LAST) ||
           (cp >= 0x3000 && cp <= 0x3002) || (cp >= 0x3008 && cp <= 0x3011) ||
           (cp >= 0x2018 && cp <= 0x201D) || (cp >= 0xFF01 && cp <= 0xFF5E) ||
           cp == 0x2014 || cp == 0x2026 || cp == 0xB7;
}

/* Whether the needle stands at p, with white space inside it, which is not counted. */
static bool stands_at(const char *p, const char *end, struct jw_str needle)
{
    for (size_t at = 0; at < needle.n; at += HAN_BYTES) {
        p = skip_space(p, end);
        if (end - p < HAN_BYTES || memcmp(p, needle.p + at, HAN_BYTES) != 0) {
            return false;
        }
        p += HAN_BYTES;
    }
    return leaves_alone(p, end);
}

size_t jw_verbatim_at(struct jw_str needle, struct jw_str text)
{
    const char *end = text.p + text.n;
    const char *p = text.n ? memmem(text.p, text.n, needle.p, needle.n) : NULL;
    return p && leaves_alone(p + needle.n, end) ? (size_t)(p - text.p) : SIZE_MAX;
}

static bool spaced_in(struct jw_str text, struct jw_str needle)
{
    const char *end = text.p + text.n;
    const char *p = text.p;
    while ((p = memmem(p, (size_t)(end - p), needle.p, HAN_BYTES)) != NULL) {
        if (stands_at(p, end, needle)) {
            return true;
        }
        p += HAN_BYTES;
    }
    return false;
}

bool jw_verbatim_in(const struct jw_verbatim *v, struct jw_str text)
{
    for (size_t i = 0; i < v->n; i++) {
        if (text.n < v->needles[i].n ||
            (jw_verbatim_at(v->needles[i], text) == SIZE_MAX &&
             !spaced_in(text, v->needles[i]))) {
            return false;
        }
    }
    return v->n > 0;
}

/* @return false: there is no memory to look for it. */
static bool has_run(struct jw_str text, const struct jw_part *run, struct jw_units *units,
                    bool *holds)
{
    struct jw_folded folded;
    if (jw_folded_suits(run->units, run->n_units) && jw_folded_make(text, &folded)) {
        *holds = jw_folded_find(&folded, 0, run->units, run->n_units) < folded.n;
        return true;
    }
    if (jw_normalize(text, units) != JW_OK) {
        return false;
    }
    *holds = jw_units_find(units->at, units->n, 0, run->units, run->n_units) < units->n;
    return true;
}

enum jw_candidate_state jw_verbatim_state(const struct jw_verbatim *v,
                                          const struct jw_part *run,
                                          struct jw_units *units,
                                          const struct jw_str *text)
{
    if (text && jw_verbatim_in(v, *text)) {
        return JW_CANDIDATE_EXACT;
    }
    bool holds = false;
    if (!text || !run || !has_run(*text, run, units, &holds)) {
        return JW_CANDIDATE_OTHER;
    }
    return holds ? JW_CANDIDATE_EXACT : JW_CANDIDATE_WITHOUT;
}

const struct jw_part *jw_verbatim_run(const struct jw_search_state *s)
{
    const struct jw_search_request *r = s->request;
    const struct jw_node *root = s->plan->query.root;
    if (root->type != JW_NODE_TEXT || r->unit != JW_HIT_PARAGRAPH || r->exact_script) {
        return NULL;
    }
    const struct jw_part *part = &s->plan->parts[root->part];
    bool strict = part->quoted || r->match == JW_MATCH_EXACT;
    return strict && part->around && part->n_units >= JW_NGRAM_MIN_CHARS ? part : NULL;
}

bool jw_verbatim_only(const struct jw_plan *plan)
{
    const struct jw_node *root = plan->query.root;
    bool quoted = root->type == JW_NODE_TEXT || root->type == JW_NODE_AND;
    for (size_t i = 0; root->type == JW_NODE_AND && i < root->n_children; i++) {
        quoted &= root->children[i]->type == JW_NODE_TEXT;
    }
    for (size_t i = 0; i < plan->n_parts; i++) {
        quoted &= plan->parts[i].quoted;
    }
    return quoted;
}
