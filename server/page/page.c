/* The handlers that serve the page. */
#include "server/page/page.h"

#include "server/operation_handlers.h"
#include "server/request/reply.h"

#include <string.h>

/* The page runs its own scripts and asks its own server, and nothing else. Its only trusted type is
 * the constant address of its worker. */
#define CONTENT_SECURITY_POLICY                                                       \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " \
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "    \
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types page"

static const struct header_line page_headers[] = {
    {"Content-Security-Policy", CONTENT_SECURITY_POLICY},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

enum { HEADERS = sizeof page_headers / sizeof *page_headers };

/* What has the version in its address never changes there. */
static enum outcome page_reply(struct request *rq, struct reply *out, const char *version,
                               const char *name)
{
    const char *keep =
        strcmp(version, page_version) == 0 ? "max-age=31536000, immutable" : "no-cache";
    struct header_line *headers = arena_zalloc(&rq->arena, sizeof *headers * (HEADERS + 3));
    const char *known = headers_find(&rq->headers, "If-None-Match");
    const struct page_file *file = page_files, *end = page_files + page_file_count;

    while (file < end && strcmp(file->name, name) != 0)
        file++;
    if (file == end)
        return request_refuse(rq, ERROR_NO_ROUTE, "the page has no file %s", name);
    memcpy(headers, page_headers, sizeof page_headers);
    headers[HEADERS] = (struct header_line){"ETag", file->etag};
    headers[HEADERS + 1] = (struct header_line){"Cache-Control", keep};
    out->headers = headers;
    reply_text(out, file->type, file->bytes, file->size);
    if (known && strstr(known, file->etag)) {
        out->status = 304;
        out->content_type = NULL;
        out->size = 0;
    }
    return REPLIED;
}

/* A redirect keeps what follows "#" in the browser's address. */
static enum outcome page_redirect(struct reply *out)
{
    static const struct header_line headers[] = {{"Location", "/_emulator/"}, {0}};

    reply_text(out, NULL, "", 0);
    out->headers = headers;
    out->status = 302;
    return REPLIED;
}

enum outcome op_get_page(struct request *rq, struct reply *out)
{
    bool here = strcmp(rq->url.path, "/_emulator/") == 0;

    return here ? page_reply(rq, out, "", "index.html") : page_redirect(out);
}

enum outcome op_get_page_file(struct request *rq, struct reply *out)
{
    return page_reply(rq, out, rq->param[0], rq->param[1]);
}
