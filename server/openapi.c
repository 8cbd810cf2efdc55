/*
 * openapi.c - /openapi.json, written from the tables that the requests are
 * checked against, so that the two cannot differ.  Only the schemas of the
 * answers are text (web/schemas.json); a test holds real answers to them.
 */
#include <stdio.h>
#include <string.h>

#include "answer_fixed.h"
#include "json.h"
#include "route.h"
#include "version.h"

/* web/schemas.json, put here by cmake/Embed.cmake */
extern const unsigned char jw_embedded_schemas[];
extern const size_t jw_embedded_schemas_bytes;

static void write_schema(struct jw_json *j, const struct jw_param_rule *rule)
{
    jw_json_key(j, "schema");
    jw_json_object(j);
    if (rule->max) {
        jw_json_key_str(j, "type", jw_str_c("integer"));
        jw_json_key_uint(j, "minimum", rule->min);
        jw_json_key_uint(j, "maximum", rule->max);
    } else if (rule->list) {
        /* With commas between them, in one value. */
        jw_json_key_str(j, "type", jw_str_c("array"));
        jw_json_key(j, "items");
        jw_json_object(j);
    }
    if (!rule->max) {
        jw_json_key_str(j, "type", jw_str_c("string"));
    }
    if (rule->words) {
        jw_json_key(j, "enum");
        jw_json_array(j);
        for (size_t i = 0; rule->words[i]; i++) {
            jw_json_str(j, jw_str_c(rule->words[i]));
        }
        jw_json_end_array(j);
    }
    if (rule->list) {
        jw_json_end_object(j);
    }
    if (rule->pattern) {
        jw_json_key_str(j, "pattern", jw_str_c(rule->pattern));
    }
    jw_json_end_object(j);
}

static void write_parameter(struct jw_json *j, const struct jw_param_rule *rule)
{
    jw_json_object(j);
    jw_json_key_str(j, "name", jw_str_c(rule->name));
    jw_json_key_str(j, "in", jw_str_c("query"));
    jw_json_key_str(j, "description", jw_str_c(rule->help));
    jw_json_key(j, "required");
    jw_json_bool(j, rule->required);
    write_schema(j, rule);
    if (rule->list) {
        jw_json_key_str(j, "style", jw_str_c("form"));
        jw_json_key(j, "explode");
        jw_json_bool(j, false);
    }
    jw_json_end_object(j);
}

static void write_parameters(struct jw_json *j, const struct jw_route *route)
{
    jw_json_key(j, "parameters");
    jw_json_array(j);
    if (jw_route_takes_id(route)) {
        jw_json_object(j);
        jw_json_key_str(j, "name", jw_str_c("id"));
        jw_json_key_str(j, "in", jw_str_c("path"));
        jw_json_key_str(j, "description",
                        jw_str_c("The article's id; slashes may stand as they are."));
        jw_json_key(j, "required");
        jw_json_bool(j, true);
        jw_json_key(j, "schema");
        jw_json_object(j);
        jw_json_key_str(j, "type", jw_str_c("string"));
        jw_json_end_object(j);
        jw_json_end_object(j);
    }
    for (size_t i = 0; i < route->params->n; i++) {
        write_parameter(j, &route->params->rules[i]);
    }
    jw_json_end_array(j);
}

static void write_content(struct jw_json *j, const char *type, const char *schema)
{
    jw_json_key(j, "content");
    jw_json_object(j);
    jw_json_key(j, type);
    jw_json_object(j);
    jw_json_key(j, "schema");
    jw_json_object(j);
    if (schema) {
        jw_json_key(j, "$ref");
        jw_buf_printf(j->out, "\"#/components/schemas/%s\"", schema);
    } else {
        jw_json_key_str(j, "type", jw_str_c("string"));
    }
    jw_json_end_object(j);
    jw_json_end_object(j);
    jw_json_end_object(j);
}

static void write_response(struct jw_json *j, const char *status, const char *description,
                           const char *type, const char *schema)
{
    jw_json_key(j, status);
    jw_json_object(j);
    jw_json_key_str(j, "description", jw_str_c(description));
    if (type) {
        write_content(j, type, schema);
    }
    jw_json_end_object(j);
}

static void write_route(struct jw_json *j, const struct jw_route *route)
{
    static const char problem_type[] = "application/problem+json";
    bool json = strcmp(route->type, JW_JSON_TYPE) == 0 && route->answer_schema;
    char path[64];
    (void)snprintf(path, sizeof path, "%s%s%s", route->path,
                   jw_route_takes_id(route) ? "{id}" : "",
                   route->suffix ? route->suffix : "");
    jw_json_key(j, path);
    jw_json_object(j);
    jw_json_key(j, "get");
    jw_json_object(j);
    jw_json_key_str(j, "operationId", jw_str_c(route->name));
    jw_json_key_str(j, "summary", jw_str_c(route->help));
    write_parameters(j, route);
    if (jw_route_scope(route)) {
        /* With a token or without one: setting read_access. */
        jw_json_key(j, "security");
        jw_buf_add_c(j->out, "[{},{\"token\":[]}]");
        j->comma = true;
    }
    jw_json_key(j, "responses");
    jw_json_object(j);
    write_response(j, "200", "The answer.", route->type, json ? route->name : NULL);
    if (route->flags & JW_ROUTE_STATE) {
        write_response(j, "304", "As before (If-None-Match).", NULL, NULL);
    }
    write_response(j, "4XX", "The request is refused.", problem_type, "problem");
    write_response(j, "5XX", "The server cannot answer now.", problem_type, "problem");
    jw_json_end_object(j);
    jw_json_end_object(j);
    jw_json_end_object(j);
}

void jw_openapi_render(struct jw_buf *out)
{
    struct jw_json j = jw_json_on(out);
    jw_json_object(&j);
    jw_json_key_str(&j, "openapi", jw_str_c("3.1.0"));
    jw_json_key(&j, "info");
    jw_json_object(&j);
    jw_json_key_str(&j, "title", jw_str_c("Jianwen"));
    jw_json_key_str(&j, "description",
                    jw_str_c("Full-text search for Chinese newspaper archives."));
    jw_json_key_str(&j, "version", jw_str_c(JW_VERSION));
    jw_json_end_object(&j);
    jw_json_key(&j, "paths");
    jw_json_object(&j);
    for (const struct jw_route *r = jw_routes; r->path; r++) {
        if (!(r->flags & JW_ROUTE_PAGE)) {
            write_route(&j, r);
        }
    }
    jw_json_end_object(&j);
    jw_json_key(&j, "components");
    jw_json_object(&j);
    jw_json_key(&j, "securitySchemes");
    jw_buf_add_c(out, "{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}");
    j.comma = true;
    jw_json_key(&j, "schemas");
    jw_buf_add(out, jw_embedded_schemas, jw_embedded_schemas_bytes);
    j.comma = true;
    jw_json_end_object(&j);
    jw_json_end_object(&j);
    jw_buf_add_byte(out, '\n');
}
