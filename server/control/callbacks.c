/* The handlers of callbacks: what was sent, and what is to be (CONTROL.md "Control API"). */
#include "server/json/json.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/callback/outbox.h"

static void write_http_status(struct strbuf *out, int64_t status)
{
    if (status)
        json_write_integer(out, "http_status", status);
    else
        json_write_text(out, "http_status", NULL);
}

static enum error write_attempts(struct request *rq, const struct callback *callback,
                                 struct strbuf *out)
{
    struct callback_attempts tries;
    enum error e = outbox_attempts(&rq->ctx, callback, &tries);
    if (e)
        return e;

    json_write_open(out, "tries", '[');
    for (int i = 0; i < tries.count; i++) {
        json_write_open(out, NULL, '{');
        json_write_time(out, "at", tries.list[i].at);
        write_http_status(out, tries.list[i].http_status);
        json_write_text(out, "error", tries.list[i].error);
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
    return ERROR_NONE;
}

static enum error write_callback(struct request *rq, const struct callback *callback,
                                 struct strbuf *out)
{
    json_write_open(out, NULL, '{');
    json_write_text(out, "uid", callback->uid);
    json_write_text(out, "flow_run_uid", callback->run_uid);
    json_write_text(out, "step_uid", callback->step_uid);
    json_write_text(out, "flow_run_status", callback->run_status);
    json_write_text(out, "url", callback->url);
    json_write_text(out, "status", callback->status);
    json_write_integer(out, "retry_count", callback->attempts > 1 ? callback->attempts - 1 : 0);
    write_http_status(out, callback->http_status);
    json_write_text(out, "error", callback->error);
    json_write_integer(out, "results_count", callback->results_count);
    json_write_time(out, "created_at", callback->created_at);
    json_write_time(out, "next_try_at", callback->next_attempt_at);
    enum error e = write_attempts(rq, callback, out);
    json_write_close(out, '}');
    return e;
}

enum outcome op_list_callbacks(struct request *rq, struct reply *out)
{
    struct list_query query = {
        .statuses = request_texts(rq, "status"),
        .filter[LIST_BY_RUN] = request_texts(rq, "run"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
    };
    struct list_page page = {0};
    struct strbuf body = {.arena = &rq->arena};
    enum error e = outbox_list(&rq->ctx, &query, &page);

    json_write_open(&body, NULL, '[');
    const struct callback *callbacks = page.rows;
    for (int i = 0; !e && i < page.count; i++)
        e = write_callback(rq, &callbacks[i], &body);
    json_write_close(&body, ']');
    return e ? request_fail(rq, e) : reply_ok(out, body);
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
