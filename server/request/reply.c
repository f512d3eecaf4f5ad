#include "server/request/reply.h"

#include "server/json/write.h"

#include <inttypes.h>
#include <stdlib.h>

static const char json_type[] = "application/json; charset=utf-8";

static enum outcome reply_set(struct reply *out, int status, const char *content_type,
                              const char *body, size_t size)
{
    out->status = status;
    out->content_type = content_type;
    out->body = body;
    out->size = size;
    return REPLIED;
}

enum outcome reply_ok(struct reply *out, struct strbuf json)
{
    return reply_json(out, json.bytes, json.size);
}

enum outcome reply_created(struct reply *out, struct strbuf json)
{
    return reply_set(out, 201, json_type, json.bytes, json.size);
}

enum outcome reply_assumed(struct request *rq, struct reply *out, enum assumption code,
                           struct strbuf json)
{
    const char *status = assumption_get(&rq->ctx, code);

    return reply_set(out, (int)strtol(status, NULL, 10), json_type, json.bytes, json.size);
}

enum outcome reply_text(struct reply *out, const char *content_type, const char *text, size_t size)
{
    return reply_set(out, 200, content_type, text, size);
}

enum outcome reply_json(struct reply *out, const char *text, size_t size)
{
    return reply_set(out, 200, json_type, text, size);
}

/* "ERR-", six digits and a count of at least six: unique in a workspace, and the same again when
 * the same requests are sent after a reset. */
static const char *error_ref_make(struct request *rq)
{
    return arena_format(&rq->arena, "ERR-%06" PRIu64 "%06" PRIu64,
                        request_seed(rq, "error") % 1000000, request_next_ref(rq));
}

void reply_error(struct request *rq, struct reply *out)
{
    const struct refusal *refusal = &rq->refusal;
    enum error error = refusal->error;
    const struct error_row *row = error_row(error);
    bool faulted = error == ERROR_FAULT && rq->effect.kind == EFFECT_STATUS;
    int status = faulted ? (int)rq->effect.amount : error_status(&rq->ctx, error);
    struct strbuf body = {.arena = &rq->arena};

    json_write_open(&body, NULL, '{');
    json_write_text(&body, "error_label",
                    faulted ? rq->effect.label : error_label(&rq->ctx, error));
    json_write_text(&body, "error_scope", faulted ? effect_scope(rq->effect.amount) : row->scope);
    json_write_text(&body, "error_ref", error_ref_make(rq));
    json_write_text(&body, "message",
                    refusal->reason ? json_safe(&rq->arena, refusal->reason) : row->message);
    json_write_integer(&body, "status_code", status);
    json_write_open(&body, "params", '{');
    json_write_close(&body, '}');
    if (refusal->retry_after && status == 429)
        json_write_integer(&body, "retry_after", refusal->retry_after);
    json_write_close(&body, '}');
    reply_set(out, status, json_type, body.bytes, body.size);
}
