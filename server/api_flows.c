/* The handlers that start flows (API.md section 7). */
#include "server/json_run.h"
#include "server/operations.h"
#include "server/reply.h"
#include "store/flow.h"

#include <string.h>

/* "direct" and "auto" need identities to choose from (API.md section 7). */
static enum error check_identities(struct request *rq)
{
    const cJSON *ids = json_find(rq->body, "identity_ids");
    const char *mode = json_text(rq->body, "identity_mode");

    if (!ids || cJSON_GetArraySize(ids) > 0 || (mode && strcmp(mode, "managed") == 0))
        return ERROR_NONE;
    return request_refuse(rq, ERROR_BAD_BODY, "body/identity_ids must NOT have fewer than 1 items");
}

/* A header that could not be sent, or that would say something of the message which is ours to say
 * (RFC 9110 section 5). */
static bool is_header(const cJSON *header)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789"
                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *name = header->string;

    if (!*name || name[strspn(name, token)])
        return false;
    for (const char *c = header->valuestring; *c; c++) {
        if ((unsigned char)*c < ' ' ? *c != '\t' : *c == 127)
            return false;
    }
    return true;
}

static enum error check_headers(struct request *rq)
{
    const cJSON *header;
    cJSON_ArrayForEach (header, json_find(json_find(rq->body, "callback"), "headers")) {
        if (!is_header(header))
            return request_refuse(rq, ERROR_BAD_BODY, "body/callback/headers/%s must be a header",
                                  json_escape_pointer(&rq->arena, header->string));
    }
    return ERROR_NONE;
}

/* The body as text: as the client wrote it, so that no digit of a number is lost, unless escapes
 * may hide the names of its members. */
static const char *text_of_body(struct request *rq)
{
    if (memchr(rq->raw.bytes, '\\', rq->raw.size))
        return json_print(cJSON_Duplicate(rq->body, true), rq->raw.size + 1);
    return arena_copy(&rq->arena, rq->raw.bytes, rq->raw.size);
}

static enum error check_steps(struct request *rq, const char *slug, const char *text)
{
    int64_t foreign;
    enum error e = flow_check(rq->server->store, rq->workspace->id, slug);
    if (e)
        return e;

    e = flow_check_steps(rq->server->store, rq->workspace->id, slug, text, &foreign);
    if (!e && foreign >= 0)
        return request_refuse(rq, ERROR_BAD_BODY, "body/steps/%d must be a step of the flow",
                              (int)foreign);
    return e;
}

enum error op_run_flow(struct request *rq, struct reply *out)
{
    const cJSON *callback = json_find(rq->body, "callback");
    cJSON *headers = cJSON_GetObjectItemCaseSensitive(callback, "headers");
    struct run_order order = {
        .flow_slug = rq->param[0],
        .request = text_of_body(rq),
        .callback_url = json_text(callback, "url"),
        .callback_headers = headers ? json_print(cJSON_Duplicate(headers, true), 256) : NULL,
        .callback_on = json_text(callback, "on"),
    };
    struct run run;

    enum error e = check_identities(rq);
    if (!e)
        e = check_headers(rq);
    if (!e)
        e = check_steps(rq, rq->param[0], order.request);
    if (!e)
        e = engine_start(rq->server->store, &rq->arena, rq->workspace, &order, rq->now, &run);
    if (e)
        return e;

    cJSON *body = json_run(rq, &run);
    json_add_text(body, "flow_run_uid", run.uid);
    return reply_ok(out, body);
}
