#include "params.h"

#include <stdio.h>

#include "jianwen/date.h"
#include "jianwen/related.h"
#include "jianwen/suggest.h"
#include "jianwen/utf8.h"
#include "percent.h"

/* ---- what is said of a wrong value ---- */

static bool bad(const struct jw_param_rule *rule, struct jw_problem *problem,
                const char *allowed)
{
    return jw_problem_set_parameter(problem, JW_PROBLEM_BAD_PARAMETER,
                                    jw_str_c(rule->name), "%s must be %s.", rule->name,
                                    allowed);
}

static bool bad_word(const struct jw_param_rule *rule, struct jw_problem *problem)
{
    char allowed[128] = "";
    size_t n = 0;
    for (size_t i = 0; rule->words[i]; i++) {
        const char *between = i == 0 ? "" : rule->words[i + 1] ? ", " : " or ";
        size_t room = sizeof allowed - n;
        int added = snprintf(allowed + n, room, "%s%s", between, rule->words[i]);
        n += added > 0 && (size_t)added < room ? (size_t)added : 0;
    }
    return bad(rule, problem, allowed);
}

static bool too_long(const struct jw_param_rule *rule, size_t chars, uint64_t most,
                     struct jw_problem *problem)
{
    return jw_problem_set_parameter(problem, JW_PROBLEM_BAD_PARAMETER,
                                    jw_str_c(rule->name),
                                    "%s has %zu characters; at most %llu are allowed.",
                                    rule->name, chars, (unsigned long long)most);
}

/* ---- values ---- */

/* @return the place of value in the rule's words, or -1. */
static int word_of(const struct jw_param_rule *rule, struct jw_str value)
{
    for (int i = 0; rule->words[i]; i++) {
        if (jw_str_eq_c(value, rule->words[i])) {
            return i;
        }
    }
    return -1;
}

static bool read_number(const struct jw_param_rule *rule, struct jw_str value,
                        uint32_t *out, struct jw_problem *problem)
{
    unsigned long long v = 0;
    char allowed[64];
    if (jw_str_to_u64(value, rule->max, &v) && v >= rule->min) {
        *out = (uint32_t)v;
        return true;
    }
    (void)snprintf(allowed, sizeof allowed, "a whole number from %u to %u", rule->min,
                   rule->max);
    return bad(rule, problem, allowed);
}

/* Stricter than jw_date_parse(), which reads what newspapers print. */
static bool read_date(const struct jw_param_rule *rule, struct jw_str value,
                      uint32_t *out, struct jw_problem *problem)
{
    bool shape = value.n == 4 || value.n == 7 || value.n == 10;
    for (size_t i = 0; i < value.n && shape; i++) {
        bool dash = i == 4 || i == 7;
        shape = dash ? value.p[i] == '-' : value.p[i] >= '0' && value.p[i] <= '9';
    }
    if (shape && jw_date_parse(value, out)) {
        return true;
    }
    return bad(rule, problem, "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD");
}

static bool set_q(struct jw_call *call, const struct jw_param_rule *rule,
                  struct jw_str value, struct jw_problem *problem)
{
    size_t chars = jw_utf8_count(value);
    call->search.q = value;
    return chars <= call->query_chars ||
           too_long(rule, chars, call->query_chars, problem);
}

static bool set_limit(struct jw_call *call, const struct jw_param_rule *rule,
                      struct jw_str value, struct jw_problem *problem)
{
    return read_number(rule, value, &call->search.limit, problem);
}

static bool set_offset(struct jw_call *call, const struct jw_param_rule *rule,
                       struct jw_str value, struct jw_problem *problem)
{
    return read_number(rule, value, &call->search.offset, problem);
}

static bool set_cursor(struct jw_call *call, const struct jw_param_rule *rule,
                       struct jw_str value, struct jw_problem *problem)
{
    call->search.cursor = value;
    return value.n <= JW_SEARCH_MAX_CURSOR ||
           bad(rule, problem, "one that `next` has given");
}

static bool set_paragraphs(struct jw_call *call, const struct jw_param_rule *rule,
                           struct jw_str value, struct jw_problem *problem)
{
    return read_number(rule, value, &call->search.paragraphs, problem);
}

static bool set_snippet(struct jw_call *call, const struct jw_param_rule *rule,
                        struct jw_str value, struct jw_problem *problem)
{
    return read_number(rule, value, &call->search.snippet_chars, problem);
}

static bool set_from(struct jw_call *call, const struct jw_param_rule *rule,
                     struct jw_str value, struct jw_problem *problem)
{
    return read_date(rule, value, &call->search.from, problem);
}

static bool set_to(struct jw_call *call, const struct jw_param_rule *rule,
                   struct jw_str value, struct jw_problem *problem)
{
    return read_date(rule, value, &call->search.to, problem);
}

static bool set_sort(struct jw_call *call, const struct jw_param_rule *rule,
                     struct jw_str value, struct jw_problem *problem)
{
    int i = word_of(rule, value);
    call->search.sort = (enum jw_sort)i;
    return i >= 0 || bad_word(rule, problem);
}

static bool set_match(struct jw_call *call, const struct jw_param_rule *rule,
                      struct jw_str value, struct jw_problem *problem)
{
    int i = word_of(rule, value);
    call->search.match = (enum jw_match)i;
    return i >= 0 || bad_word(rule, problem);
}

static bool set_unit(struct jw_call *call, const struct jw_param_rule *rule,
                     struct jw_str value, struct jw_problem *problem)
{
    int i = word_of(rule, value);
    call->search.unit = (enum jw_unit_of_hit)i;
    return i >= 0 || bad_word(rule, problem);
}

static bool set_script(struct jw_call *call, const struct jw_param_rule *rule,
                       struct jw_str value, struct jw_problem *problem)
{
    int i = word_of(rule, value);
    call->search.exact_script = i == 1;
    return i >= 0 || bad_word(rule, problem);
}

static bool set_view(struct jw_call *call, const struct jw_param_rule *rule,
                     struct jw_str value, struct jw_problem *problem)
{
    int i = word_of(rule, value);
    call->printed = i == 1;
    return i >= 0 || bad_word(rule, problem);
}

static bool set_explain(struct jw_call *call, const struct jw_param_rule *rule,
                        struct jw_str value, struct jw_problem *problem)
{
    int i = word_of(rule, value);
    call->search.explain = i == 1;
    return i >= 0 || bad_word(rule, problem);
}

static bool set_dedupe(struct jw_call *call, const struct jw_param_rule *rule,
                       struct jw_str value, struct jw_problem *problem)
{
    int i = word_of(rule, value);
    call->search.dedupe = i == 1;
    return i >= 0 || bad_word(rule, problem);
}

static bool set_count(struct jw_call *call, const struct jw_param_rule *rule,
                      struct jw_str value, struct jw_problem *problem)
{
    return read_number(rule, value, &call->search.count, problem);
}

static bool set_field(struct jw_call *call, const struct jw_param_rule *rule,
                      struct jw_str value, struct jw_problem *problem)
{
    size_t chars = jw_utf8_count(value);
    call->search.field[rule->field] = value;
    return chars <= JW_PARAM_FILTER_CHARS ||
           too_long(rule, chars, JW_PARAM_FILTER_CHARS, problem);
}

static bool set_facets(struct jw_call *call, const struct jw_param_rule *rule,
                       struct jw_str value, struct jw_problem *problem)
{
    size_t from = 0;
    for (size_t i = 0; i <= value.n; i++) {
        if (i < value.n && value.p[i] != ',') {
            continue;
        }
        int facet = word_of(rule, jw_str_trim(jw_str_slice(value, from, i)));
        if (facet < 0) {
            return bad(rule, problem,
                       "a list, with commas, of source, section, year and month");
        }
        call->search.facets |= 1u << facet;
        from = i + 1;
    }
    return true;
}

static bool set_text(struct jw_call *call, const struct jw_param_rule *rule,
                     struct jw_str value, struct jw_problem *problem)
{
    size_t chars = jw_utf8_count(value);
    call->text = value;
    return chars <= call->query_chars ||
           too_long(rule, chars, call->query_chars, problem);
}

static bool set_mode(struct jw_call *call, const struct jw_param_rule *rule,
                     struct jw_str value, struct jw_problem *problem)
{
    int i = word_of(rule, value);
    call->mode = i == 1 ? JW_TOKENS_QUERY : JW_TOKENS_DOCUMENT;
    return i >= 0 || bad_word(rule, problem);
}

/* ---- the tables ---- */

static const char *const sort_words[] = {"relevance", "newest", "oldest", NULL};
static const char *const match_words[] = {"auto", "exact", "all", "any", NULL};
static const char *const unit_words[] = {"article", "paragraph", NULL};
static const char *const script_words[] = {"folded", "exact", NULL};
static const char *const facet_words[] = {"source", "section", "year", "month", NULL};
static const char *const view_words[] = {"paragraphs", "printed", NULL};
static const char *const flag_words[] = {"0", "1", NULL};
static const char *const mode_words[] = {"document", "query", NULL};

#define DATE_PATTERN "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"

static const struct jw_param_rule search_rules[] = {
    {.name = "q", .set = set_q, .required = true, .help = "What to look for."},
    {.name = "limit",
     .set = set_limit,
     .max = JW_SEARCH_MAX_LIMIT,
     .help = "Hits wanted; 0 for totals and facets alone."},
    {.name = "offset",
     .set = set_offset,
     .max = JW_SEARCH_MAX_OFFSET,
     .help = "Hits to pass over."},
    {.name = "cursor",
     .set = set_cursor,
     .help = "From next: the page goes on there, though the index has grown."},
    {.name = "sort", .set = set_sort, .words = sort_words, .help = "Order of the hits."},
    {.name = "paragraphs",
     .set = set_paragraphs,
     .max = JW_SEARCH_MAX_PARAGRAPHS,
     .help = "Paragraphs shown of each article, at most."},
    {.name = "snippet",
     .set = set_snippet,
     .min = JW_SEARCH_MIN_SNIPPET,
     .max = JW_SEARCH_MAX_SNIPPET,
     .help = "Give each paragraph a snippet of at most so many characters, too."},
    {.name = "match",
     .set = set_match,
     .words = match_words,
     .help = "How closely hits must match."},
    {.name = "unit", .set = set_unit, .words = unit_words, .help = "What one hit is."},
    {.name = "from",
     .set = set_from,
     .pattern = DATE_PATTERN,
     .help = "First date wanted: YYYY, YYYY-MM or YYYY-MM-DD."},
    {.name = "to",
     .set = set_to,
     .pattern = DATE_PATTERN,
     .help = "Last date wanted; 2021 is all of 2021."},
    {.name = "source",
     .set = set_field,
     .field = JW_FIELD_SOURCE,
     .help = "Only articles of this source."},
    {.name = "section",
     .set = set_field,
     .field = JW_FIELD_SECTION,
     .help = "Only articles of this section."},
    {.name = "author",
     .set = set_field,
     .field = JW_FIELD_AUTHOR,
     .help = "Only articles by this author."},
    {.name = "page",
     .set = set_field,
     .field = JW_FIELD_PAGE,
     .help = "Only articles of this page."},
    {.name = "facets",
     .set = set_facets,
     .words = facet_words,
     .list = true,
     .help = "Counts wanted: source, section, year, month, with commas."},
    {.name = "script",
     .set = set_script,
     .words = script_words,
     .help = "Whether traditional and simplified characters are the same."},
    {.name = "dedupe",
     .set = set_dedupe,
     .words = flag_words,
     .help = "1: articles that are the same story are one hit."},
    {.name = "count",
     .set = set_count,
     .max = JW_SEARCH_MAX_COUNT,
     .help = "Paragraphs read to count hits; of more, totals are estimated. 0: all."},
    {.name = "explain",
     .set = set_explain,
     .words = flag_words,
     .help = "1: say why each hit stands where it does."},
};

static const struct jw_param_rule article_rules[] = {
    {.name = "q", .set = set_q, .help = "What to mark in the article."},
    {.name = "script",
     .set = set_script,
     .words = script_words,
     .help = "exact: mark only text in the script of the query."},
    {.name = "view",
     .set = set_view,
     .words = view_words,
     .help = "printed: the lines of the source instead of paragraphs."},
};

static const struct jw_param_rule related_rules[] = {
    {.name = "limit",
     .set = set_limit,
     .min = 1,
     .max = JW_RELATED_MAX_LIMIT,
     .help = "Most articles wanted."},
};

static const struct jw_param_rule suggest_rules[] = {
    {.name = "q", .set = set_q, .required = true, .help = "What was typed so far."},
    {.name = "limit",
     .set = set_limit,
     .min = 1,
     .max = JW_SUGGEST_MAX_LIMIT,
     .help = "Most suggestions wanted."},
};

static const struct jw_param_rule analyze_rules[] = {
    {.name = "text",
     .set = set_text,
     .required = true,
     .help = "The text to cut into terms."},
    {.name = "mode",
     .set = set_mode,
     .words = mode_words,
     .help = "As a document or as a query is cut."},
};

#define TABLE(rules)                                                                     \
    {                                                                                    \
        (rules), sizeof(rules) / sizeof(rules)[0]                                        \
    }

const struct jw_params jw_search_params = TABLE(search_rules);
const struct jw_params jw_article_params = TABLE(article_rules);
const struct jw_params jw_related_params = TABLE(related_rules);
const struct jw_params jw_suggest_params = TABLE(suggest_rules);
const struct jw_params jw_analyze_params = TABLE(analyze_rules);
const struct jw_params jw_no_params = {NULL, 0};

/* ---- reading ---- */

static bool decode(struct jw_str raw, struct jw_str name, struct jw_call *call,
                   struct jw_str *out, struct jw_problem *problem)
{
    struct jw_buf *memory = &call->text_memory;
    char *at = memory->data + memory->len;
    enum jw_percent_fault fault = jw_percent_decode(raw, true, at, out);
    if (fault != JW_PERCENT_OK) {
        return jw_problem_set_parameter(problem, JW_PROBLEM_BAD_PARAMETER, name, "%s %s.",
                                        name.n ? "The value" : "A name",
                                        jw_percent_fault_text(fault));
    }
    memory->len += out->n;
    return true;
}

static bool read_pair(struct jw_str pair, const struct jw_params *params,
                      struct jw_call *call, uint32_t *seen, struct jw_problem *problem)
{
    const char *equals = memchr(pair.p, '=', pair.n);
    size_t n = equals ? (size_t)(equals - pair.p) : pair.n;
    struct jw_str name;
    struct jw_str value;
    if (!decode(jw_str_slice(pair, 0, n), jw_str_of(NULL, 0), call, &name, problem)) {
        return false;
    }
    size_t i = 0;
    while (i < params->n && !jw_str_eq_c(name, params->rules[i].name)) {
        i++;
    }
    if (i == params->n) {
        return jw_problem_set_parameter(problem, JW_PROBLEM_UNKNOWN_PARAMETER, name,
                                        "No parameter has this name; "
                                        "docs/api.md lists them all.");
    }
    if (*seen & UINT32_C(1) << i) {
        return jw_problem_set_parameter(problem, JW_PROBLEM_BAD_PARAMETER, name,
                                        "The parameter is given twice.");
    }
    *seen |= UINT32_C(1) << i;
    if (!decode(jw_str_slice(pair, n + 1, pair.n), name, call, &value, problem)) {
        return false;
    }
    return value.n == 0 || params->rules[i].set(call, &params->rules[i], value, problem);
}

bool jw_params_read(struct jw_str query, const struct jw_params *params,
                    struct jw_call *call, struct jw_problem *problem)
{
    uint32_t seen = 0;
    size_t from = 0;
    for (size_t i = 0; i <= query.n; i++) {
        if (i < query.n && query.p[i] != '&') {
            continue;
        }
        struct jw_str pair = jw_str_slice(query, from, i);
        from = i + 1;
        if (pair.n && !read_pair(pair, params, call, &seen, problem)) {
            return false;
        }
    }
    return true;
}

bool jw_q_check(struct jw_call *call, struct jw_problem *problem)
{
    return jw_str_trim(call->search.q).n != 0 ||
           jw_problem_set_parameter(problem, JW_PROBLEM_BAD_PARAMETER, jw_str_c("q"),
                                    "q is missing or empty.");
}

bool jw_search_check(struct jw_call *call, struct jw_problem *problem)
{
    struct jw_search_request *s = &call->search;
    if (!jw_q_check(call, problem)) {
        return false;
    }
    if (s->cursor.n && !jw_search_cursor_fits(s)) {
        return jw_problem_set_parameter(
            problem, JW_PROBLEM_BAD_PARAMETER, jw_str_c("cursor"),
            "cursor must be one that `next` has given for this very search.");
    }
    if (s->from && s->to && s->from > jw_date_last(s->to)) {
        return jw_problem_set_parameter(problem, JW_PROBLEM_BAD_PARAMETER,
                                        jw_str_c("from"), "from is later than to.");
    }
    return true;
}

bool jw_analyze_check(struct jw_call *call, struct jw_problem *problem)
{
    return call->text.n != 0 ||
           jw_problem_set_parameter(problem, JW_PROBLEM_BAD_PARAMETER, jw_str_c("text"),
                                    "text is missing or empty.");
}
