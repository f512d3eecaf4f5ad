/* The handlers of callbacks, those sent and those due (CONTROL.md "Control API"). */
#include "server/control/callbacks.h"

#include "server/control/message.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"
#include "store/callback/outbox.h"

/* What an attempt sent and what came back, if that is still in memory. */
static void write_record(struct request *rq, const char *uid, int number, struct strbuf *out)
{
    const struct session *session = session_get(rq->service->sessions, rq->ctx.workspace);
    const struct journal_entry *entry =
        journal_find(&session->deliveries, journal_delivery_id(&rq->arena, uid, number));

    if (!entry)
        return;
    const char *fault = effect_word(entry->fault, entry->delay_ms);
    json_write_text(out, "fault", fault);
    if (json_write_nullable(out, "fault_rule", fault))
        json_write_integer(out, "fault_rule", entry->fault_rule);
    json_write_integer(out, "duration_us", entry->duration_us);
    json_write_open(out, "request", '{');
    message_write_headers(out, entry->headers);
    message_write_body(out, entry->request_body, entry->request_size);
    json_write_close(out, '}');
    if (!json_write_nullable(out, "response", entry->status))
        return;
    json_write_open(out, "response", '{');
    json_write_integer(out, "status", entry->status);
    message_write_headers(out, entry->response_headers);
    message_write_body(out, entry->response_body, entry->response_size);
    json_write_close(out, '}');
}

static enum error write_callback(struct request *rq, const struct callback *callback,
                                 struct strbuf *out)
{
    struct callback_attempts attempts;
    enum error e = outbox_attempts(&rq->ctx, callback, &attempts);
    if (e)
        return e;

    json_write_open(out, NULL, '{');
    json_write_text(out, "uid", callback->uid);
    json_write_text(out, "flow_run_uid", callback->run_uid);
    json_write_text(out, "step_uid", callback->step_uid);
    json_write_text(out, "flow_run_status", callback->run_status);
    json_write_text(out, "url", callback->url);
    json_write_text(out, "status", callback->status);
    json_write_integer(out, "retry_count", callback->attempts > 1 ? callback->attempts - 1 : 0);
    if (json_write_nullable(out, "http_status", callback->http_status))
        json_write_integer(out, "http_status", callback->http_status);
    json_write_text(out, "error", callback->error);
    json_write_integer(out, "results_count", callback->results_count);
    json_write_time(out, "created_at", callback->created_at);
    json_write_time(out, "next_attempt_at", callback->next_attempt_at);
    json_write_open(out, "attempts", '[');
    for (int i = 0; i < attempts.count; i++) {
        const struct callback_attempt *attempt = &attempts.list[i];
        json_write_open(out, NULL, '{');
        json_write_integer(out, "attempt", attempt->attempt);
        json_write_time(out, "at", attempt->at);
        if (json_write_nullable(out, "http_status", attempt->http_status))
            json_write_integer(out, "http_status", attempt->http_status);
        json_write_text(out, "error", attempt->error);
        write_record(rq, callback->uid, i + 1, out);
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
    json_write_close(out, '}');
    return ERROR_NONE;
}

enum error callbacks_write(struct request *rq, struct strbuf *out, const struct list_query *query)
{
    struct list_page page = {0};
    enum error e = outbox_list(&rq->ctx, query, &page);

    const struct callback *callbacks = page.rows;
    for (int i = 0; !e && i < page.count; i++)
        e = write_callback(rq, &callbacks[i], out);
    return e;
}

enum outcome op_list_callbacks(struct request *rq, struct reply *out)
{
    struct list_query query = {
        .statuses = request_texts(rq, "status"),
        .sorts = request_texts(rq, "sort"),
        .filter[LIST_BY_RUN] = request_texts(rq, "run"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
        .total = &out->total_count,
    };
    struct strbuf body = json_write_begin(&rq->arena, '[');
    enum error e = callbacks_write(rq, &body, &query);

    return e ? request_fail(rq, e) : reply_ok(out, json_write_end(&body, ']'));
}

enum outcome op_replay_callback(struct request *rq, struct reply *out)
{
    struct callback callback;
    struct run run;
    struct strbuf body = {.arena = &rq->arena};
    enum error e = outbox_get(&rq->ctx, rq->param[0], &callback);
    if (!e)
        e = run_get(&rq->ctx, callback.run_uid, &run);
    if (!e)
        e = outbox_replay(&rq->ctx, &callback, run_statuses[run.status].cancelled);
    if (!e)
        e = write_callback(rq, &callback, &body);
    return e ? request_fail(rq, e) : reply_ok(out, body);
}
