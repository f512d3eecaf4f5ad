/* The handlers of callbacks: what was sent, and what is to be (CONTROL.md "Control API"). */
#include "server/json/json.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/callback/outbox.h"

static void add_http_status(cJSON *object, int64_t status)
{
    if (status)
        json_add_integer(object, "http_status", status);
    else
        json_add_text(object, "http_status", NULL);
}

static enum error add_attempts(struct request *rq, const struct callback *callback, cJSON *object)
{
    struct callback_attempts tries;
    enum error e = outbox_attempts(&rq->ctx, callback, &tries);
    if (e)
        return e;

    cJSON *array = cJSON_CreateArray();
    for (int i = 0; i < tries.count; i++) {
        cJSON *each = cJSON_CreateObject();
        json_add_time(each, "at", tries.list[i].at);
        add_http_status(each, tries.list[i].http_status);
        json_add_text(each, "error", tries.list[i].error);
        cJSON_AddItemToArray(array, each);
    }
    json_add(object, "tries", array);
    return ERROR_NONE;
}

static enum error callback_json(struct request *rq, const struct callback *callback, cJSON **out)
{
    cJSON *object = cJSON_CreateObject();

    json_add_text(object, "uid", callback->uid);
    json_add_text(object, "flow_run_uid", callback->run_uid);
    json_add_text(object, "step_uid", callback->step_uid);
    json_add_text(object, "flow_run_status", callback->run_status);
    json_add_text(object, "url", callback->url);
    json_add_text(object, "status", callback->status);
    json_add_integer(object, "retry_count", callback->attempts > 1 ? callback->attempts - 1 : 0);
    add_http_status(object, callback->http_status);
    json_add_text(object, "error", callback->error);
    json_add_integer(object, "results_count", callback->results_count);
    json_add_time(object, "created_at", callback->created_at);
    json_add_time(object, "next_try_at", callback->next_attempt_at);
    *out = object;
    return add_attempts(rq, callback, object);
}

enum outcome op_list_callbacks(struct request *rq, struct reply *out)
{
    struct callback_query query = {
        .statuses = request_texts(rq, "status"),
        .run_uids = request_texts(rq, "run"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
    };
    struct callback_page page;
    enum error e = outbox_list(&rq->ctx, &query, &page);

    cJSON *array = cJSON_CreateArray();
    for (int i = 0; !e && i < page.count; i++) {
        cJSON *object;
        e = callback_json(rq, &page.callbacks[i], &object);
        cJSON_AddItemToArray(array, object);
    }
    return e ? request_fail(rq, e) : reply_ok(out, array);
}

enum outcome op_replay_callback(struct request *rq, struct reply *out)
{
    struct callback callback;
    struct run run;
    cJSON *object;
    enum error e = outbox_get(&rq->ctx, rq->param[0], &callback);
    if (!e)
        e = run_get(&rq->ctx, callback.run_uid, &run);
    if (!e)
        e = outbox_replay(&rq->ctx, &callback, run_status_cancelled(run.status));
    if (!e)
        e = callback_json(rq, &callback, &object);
    return e ? request_fail(rq, e) : reply_ok(out, object);
}
