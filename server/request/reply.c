#include "server/request/reply.h"

#include "server/json/write.h"

#include <stdlib.h>
#include <string.h>

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

bool reply_share(struct request *rq, struct reply *out, struct strbuf *json, bool ends)
{
    struct shared_pieces *pieces = &rq->service->pieces;
    size_t taken;

    if (!shared_body_add(pieces, &out->shared, json->bytes, json->size, ends, &taken)) {
        shared_body_release(pieces, &out->shared);
        return false;
    }
    json->size -= taken;
    memmove(json->bytes, json->bytes + taken, json->size);
    json->bytes[json->size] = '\0';
    if (out->shared.count) {
        out->body = shared_body_start(&out->shared);
        out->size = out->shared.size;
    }
    return true;
}

enum outcome reply_ok_shared(struct request *rq, struct reply *out, struct strbuf *json)
{
    if (!out->shared.count)
        return reply_ok(out, *json);
    if (!reply_share(rq, out, json, true))
        return request_fail(rq, ERROR_OUT_OF_MEMORY);
    return reply_json(out, out->body, out->size);
}

enum { REF_DIGITS = 6, REF_SIZE = 32 /* bytes of a reference, at most */ };

/* At least six digits. printf would take a thirtieth of the instructions of a refusal. */
static char *digits_write(char *out, uint64_t number)
{
    char digits[20];
    int count = 0;

    for (; number || count < REF_DIGITS; number /= 10)
        digits[count++] = (char)('0' + number % 10);
    while (count)
        *out++ = digits[--count];
    *out = '\0';
    return out;
}

/* "ERR-", six digits and a count of at least six: unique in a workspace, and the same again when
 * the same requests are sent after a reset. */
static const char *error_ref_make(struct request *rq)
{
    char *out = arena_alloc(&rq->arena, REF_SIZE);

    digits_write(digits_write(stpcpy(out, "ERR-"), request_seed(rq, "error") % 1000000),
                 request_next_ref(rq));
    return out;
}

/* With the body of a fault rule; or as a proxy answers that does not reach a service, with a page.
 */
static void reply_stand_in(struct request *rq, struct reply *out, int status)
{
    const char *body = rq->effect.body;

    if (!body)
        body = arena_format(&rq->arena,
                            "<!DOCTYPE html>\n<html>\n<title>%d</title>\n<h1>%d</h1>\n"
                            "<p>edges-emulator: a fault that was asked for</p>\n",
                            status, status);
    reply_set(out, status, rq->effect.html ? "text/html; charset=utf-8" : json_type, body,
              strlen(body));
}

void reply_error(struct request *rq, struct reply *out)
{
    const struct refusal *refusal = &rq->refusal;
    enum error error = refusal->error;
    const struct error_row *row = error_row(error);
    bool faulted = error == ERROR_FAULT && rq->effect.kind == EFFECT_STATUS;
    int status = faulted ? (int)rq->effect.amount : error_status(&rq->ctx, error);
    struct strbuf body = {.arena = &rq->arena};

    shared_body_release(&rq->service->pieces, &out->shared);
    if (faulted && (rq->effect.html || rq->effect.body)) {
        reply_stand_in(rq, out, status);
        return;
    }
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
