/*
 * http_head.c - the head of a request, from libmicrohttpd's list of headers.
 */
#include <string.h>

#include "http_private.h"

struct head {
    struct jw_request *request;
    const char *fault;
    unsigned n_lengths;
    unsigned n_authorizations;
    bool has_encoding;
};

static bool is_token(struct jw_str name)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || (c && strchr(marks, c)))) {
            return false;
        }
    }
    return name.n > 0;
}

static bool is_header(struct jw_str name, const char *lower)
{
    size_t i = 0;
    while (i < name.n && lower[i] &&
           (name.p[i] == lower[i] ||
            (name.p[i] >= 'A' && name.p[i] <= 'Z' && (name.p[i] | 0x20) == lower[i]))) {
        i++;
    }
    return i == name.n && !lower[i];
}

/*
 * Called for each header.  What could be read in two ways by us and by a
 * proxy before us ends in a 400: a name with odd characters ("Length :"),
 * several lengths, a length beside a transfer coding.
 */
static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *key,
                                 size_t key_n, const char *value, size_t value_n)
{
    struct head *h = cls;
    struct jw_str name = jw_str_of(key, key_n);
    struct jw_str v = jw_str_of(value, value_n);
    (void)kind;
    if (!is_token(name)) {
        h->fault = "A header has a name that is not allowed.";
    } else if (is_header(name, "if-none-match")) {
        h->request->if_none_match = v;
    } else if (is_header(name, "accept-encoding")) {
        h->request->accept_encoding = v;
    } else if (is_header(name, "authorization")) {
        h->n_authorizations++;
        h->request->authorization = v;
    } else if (is_header(name, "origin")) {
        h->request->origin = v;
    } else if (is_header(name, "access-control-request-method")) {
        h->request->asks_method = true;
    } else if (is_header(name, "x-forwarded-for")) {
        h->request->forwarded_for = v;
    } else if (is_header(name, "content-length")) {
        h->n_lengths++;
        h->request->has_body = h->request->has_body || !jw_str_eq_c(v, "0");
    } else if (is_header(name, "transfer-encoding")) {
        h->has_encoding = true;
        h->request->has_body = true;
    }
    return MHD_YES;
}

static enum jw_http_method method_of(const char *method)
{
    static const struct {
        const char *name;
        enum jw_http_method method;
    } known[] = {
        {"GET", JW_HTTP_GET}, {"HEAD", JW_HTTP_HEAD}, {"OPTIONS", JW_HTTP_OPTIONS}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(method, known[i].name) == 0) {
            return known[i].method;
        }
    }
    return JW_HTTP_OTHER;
}

void jw_http_read_head(struct MHD_Connection *connection, const char *method,
                       struct jw_request *request, const char **fault)
{
    struct head h = {.request = request};
    *request = (struct jw_request){.method = method_of(method)};
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &h);
    if (h.n_lengths > 1 || (h.n_lengths && h.has_encoding)) {
        h.fault = "The length of the body is given twice.";
    }
    if (h.n_authorizations > 1) {
        h.fault = "Authorization is given twice.";
    }
    *fault = h.fault;
}
