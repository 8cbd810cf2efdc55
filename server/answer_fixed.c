#include "answer_fixed.h"

#include <string.h>

#include "deflate.h"
#include "hash.h"
#include "route.h"

/* web/index.html, put here by cmake/Embed.cmake */
extern const unsigned char jw_embedded_page[];
extern const size_t jw_embedded_page_bytes;

enum {
    FIXED_MAX_BYTES = 16 * 1024 * 1024
};

enum jw_status jw_fixed_init(struct jw_fixed *f, struct jw_buf *text)
{
    struct jw_deflater *deflater = NULL;
    struct jw_buf small;
    memset(f, 0, sizeof *f);
    jw_buf_init(&small, FIXED_MAX_BYTES);
    f->plain = jw_blob_take(text);
    enum jw_status status = f->plain ? jw_deflater_new(&deflater) : JW_ENOMEM;
    if (status == JW_OK) {
        status = jw_deflate(deflater, jw_blob_str(f->plain), &small);
    }
    if (status == JW_OK) {
        f->gzip = jw_blob_take(&small);
        f->etag = jw_hash_str(JW_HASH_START, jw_blob_str(f->plain));
        status = f->gzip ? JW_OK : JW_ENOMEM;
    }
    jw_buf_release(&small);
    jw_deflater_free(deflater);
    return status;
}

void jw_fixed_release(struct jw_fixed *f)
{
    jw_blob_unref(f->plain);
    jw_blob_unref(f->gzip);
    memset(f, 0, sizeof *f);
}

void jw_page_render(struct jw_buf *out)
{
    jw_buf_add(out, jw_embedded_page, jw_embedded_page_bytes);
}

static bool answer(const struct jw_fixed *f, const struct jw_call *call,
                   struct jw_response *response)
{
    response->gzip = call->gzip;
    response->varies = true;
    response->etag = f->etag;
    response->body = jw_blob_ref(call->gzip ? f->gzip : f->plain);
    return true;
}

bool jw_answer_page(struct jw_server *server, struct jw_session *session,
                    const struct jw_call *call, struct jw_response *response,
                    struct jw_problem *problem)
{
    (void)session;
    (void)problem;
    return answer(&server->page, call, response);
}

bool jw_answer_openapi(struct jw_server *server, struct jw_session *session,
                       const struct jw_call *call, struct jw_response *response,
                       struct jw_problem *problem)
{
    (void)session;
    (void)problem;
    return answer(&server->openapi, call, response);
}
