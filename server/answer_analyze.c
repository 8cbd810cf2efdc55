/* /v1/analyze: the terms of a text, as the index has them. */
#include "jianwen/utf8.h"
#include "json.h"
#include "route.h"

enum {
    /* query_chars code points give at most a few terms each. */
    ANALYZE_MAX_BYTES = 64 * 1024 * 1024
};

struct walk {
    struct jw_json json;
    struct jw_str text;
    /* Tokens come in the order of the text: count code points as we go. */
    size_t at_byte;
    size_t at_char;
};

static size_t chars_before(struct walk *w, size_t byte)
{
    if (byte < w->at_byte) {
        w->at_byte = 0;
        w->at_char = 0;
    }
    w->at_char += jw_utf8_count(jw_str_slice(w->text, w->at_byte, byte));
    w->at_byte = byte;
    return w->at_char;
}

static enum jw_status on_token(const struct jw_token *token, void *arg)
{
    struct walk *w = arg;
    struct jw_json *j = &w->json;
    char term[JW_TERM_MAX_BYTES];
    size_t n = jw_token_term(token, term);
    size_t start = chars_before(w, token->start);
    size_t end = start + jw_utf8_count(jw_str_slice(w->text, token->start, token->end));
    jw_json_object(j);
    jw_json_key_str(j, "term", jw_str_of(term, n));
    jw_json_key_str(j, "kind", jw_str_c(jw_token_kind_name(token->kind)));
    jw_json_key_uint(j, "start", token->start);
    jw_json_key_uint(j, "end", token->end);
    jw_json_key(j, "cps");
    jw_json_array(j);
    jw_json_uint(j, start);
    jw_json_uint(j, end);
    jw_json_end_array(j);
    jw_json_end_object(j);
    return jw_buf_status(j->out);
}

bool jw_answer_analyze(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem)
{
    struct jw_buf out;
    struct walk walk = {.text = call->text};
    (void)server;
    (void)session;
    jw_buf_init(&out, ANALYZE_MAX_BYTES);
    walk.json = jw_json_on(&out);
    jw_json_object(&walk.json);
    jw_json_key_str(&walk.json, "text", call->text);
    jw_json_key_str(&walk.json, "mode",
                    jw_str_c(call->mode == JW_TOKENS_QUERY ? "query" : "document"));
    jw_json_key(&walk.json, "terms");
    jw_json_array(&walk.json);
    enum jw_status status = jw_tokenize(call->text, call->mode, on_token, &walk);
    jw_json_end_array(&walk.json);
    jw_json_end_object(&walk.json);
    jw_buf_add_byte(&out, '\n');
    response->body = status == JW_OK ? jw_blob_take(&out) : NULL;
    jw_buf_release(&out);
    return response->body ||
           jw_problem_set(problem, JW_PROBLEM_OVERLOADED,
                          "There was not enough memory for this answer.");
}
