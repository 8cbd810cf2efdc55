#include "answer_fixed.h"

#include <string.h>

#include "deflate.h"
#include "hash.h"
#include "route.h"

/* Files of server/web, put here by cmake/Embed.cmake. */
#define EMBEDDED(name)                                                                   \
    extern const unsigned char jw_embedded_##name[];                                     \
    extern const size_t jw_embedded_##name##_bytes;
EMBEDDED(page)
EMBEDDED(reader)
EMBEDDED(widget)
EMBEDDED(page_script)
EMBEDDED(reader_script)
EMBEDDED(style)
EMBEDDED(icon)

enum {
    FIXED_MAX_BYTES = 1024 * 1024
};

static void render(enum jw_fixed_name name, struct jw_buf *out)
{
    switch (name) {
    case JW_FIXED_OPENAPI:
        jw_openapi_render(out);
        break;
    case JW_FIXED_PAGE:
        jw_buf_add(out, jw_embedded_page, jw_embedded_page_bytes);
        break;
    case JW_FIXED_READER:
        jw_buf_add(out, jw_embedded_reader, jw_embedded_reader_bytes);
        break;
    case JW_FIXED_WIDGET:
        jw_buf_add(out, jw_embedded_widget, jw_embedded_widget_bytes);
        break;
    case JW_FIXED_PAGE_SCRIPT:
        jw_buf_add(out, jw_embedded_page_script, jw_embedded_page_script_bytes);
        break;
    case JW_FIXED_READER_SCRIPT:
        jw_buf_add(out, jw_embedded_reader_script, jw_embedded_reader_script_bytes);
        break;
    case JW_FIXED_STYLE:
        jw_buf_add(out, jw_embedded_style, jw_embedded_style_bytes);
        break;
    case JW_FIXED_ICON:
        jw_buf_add(out, jw_embedded_icon, jw_embedded_icon_bytes);
        break;
    }
}

enum jw_status jw_fixed_init(struct jw_fixed *f, enum jw_fixed_name name)
{
    struct jw_deflater *deflater = NULL;
    struct jw_buf text;
    struct jw_buf small;
    memset(f, 0, sizeof *f);
    jw_buf_init(&text, FIXED_MAX_BYTES);
    jw_buf_init(&small, FIXED_MAX_BYTES);
    render(name, &text);
    f->plain = jw_blob_take(&text);
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

bool jw_answer_fixed(struct jw_server *server, struct jw_session *session,
                     const struct jw_call *call, struct jw_response *response,
                     struct jw_problem *problem)
{
    const struct jw_fixed *f = &server->fixed[call->route->fixed];
    (void)session;
    (void)problem;
    response->gzip = call->gzip;
    response->varies = true;
    response->etag = f->etag;
    response->body = jw_blob_ref(call->gzip ? f->gzip : f->plain);
    return true;
}
