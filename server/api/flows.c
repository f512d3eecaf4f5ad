/* The handlers that start flows (API.md section 7). */
#include "server/api/run_json.h"
#include "server/callbacks/callback_check.h"
#include "server/operations.h"
#include "server/request/reply.h"
#include "store/base/instant.h"
#include "store/run/flow.h"
#include "store/schedule/schedule_check.h"

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

static enum error check_headers(struct request *rq)
{
    const char *header = callback_check(&rq->arena, json_find(rq->body, "callback"));

    return header ? request_refuse(rq, ERROR_BAD_BODY, "body/callback/%s " CALLBACK_WANTED, header)
                  : ERROR_NONE;
}

/* The body as text: as the client wrote it, so that no digit of a number is lost, unless escapes
 * may hide the names of its members. */
static const char *text_of_body(struct request *rq)
{
    if (memchr(rq->raw.bytes, '\\', rq->raw.size))
        return json_print(cJSON_Duplicate(rq->body, true));
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

/* What a body asks for is checked in the order in which it would be read. */
static enum error check_order(struct request *rq, const char *text)
{
    enum error e = check_identities(rq);

    if (!e)
        e = check_headers(rq);
    return e ? e : check_steps(rq, rq->param[0], text);
}

static const char *callback_headers(struct request *rq)
{
    cJSON *headers = cJSON_GetObjectItemCaseSensitive(json_find(rq->body, "callback"), "headers");

    return headers ? json_print(cJSON_Duplicate(headers, true)) : NULL;
}

static enum error check_callback(struct request *rq)
{
    if (json_find(rq->body, "callback") ||
        assumption_is(request_assumptions(rq), ASSUME_START_CALLBACK, "optional"))
        return ERROR_NONE;
    return request_refuse(rq, ERROR_BAD_BODY, "body must have required property 'callback'");
}

enum error op_run_flow(struct request *rq, struct reply *out)
{
    const cJSON *callback = json_find(rq->body, "callback");
    struct run_start order = {
        .flow_slug = rq->param[0],
        .request = text_of_body(rq),
        .callback_url = json_text(callback, "url"),
        .callback_headers = callback_headers(rq),
        .callback_on = json_text(callback, "on"),
    };
    struct run run;
    enum error e = check_callback(rq);
    if (!e)
        e = check_order(rq, order.request);
    if (!e)
        e = engine_start(rq->server->store, &rq->arena, rq->workspace, &order, rq->now, &run);
    if (e)
        return e;

    memcpy(rq->transition.run, run.uid, UID_SIZE);
    return reply_assumed(rq, out, ASSUME_START_CODE, json_run_started(rq, &run));
}

static enum error read_schedule(struct request *rq, struct schedule *out)
{
    const cJSON *callback = json_find(rq->body, "callback");
    const char *at = json_text(rq->body, "schedule_at");
    const char *why;

    schedule_init(out);
    out->flow_slug = rq->param[0];
    out->cron = json_text(rq->body, "cron");
    out->timezone = json_text(rq->body, "timezone");
    if (at)
        instant_parse(at, &out->schedule_at);
    out->request = text_of_body(rq);
    out->callback_url = json_text(callback, "url");
    out->callback_headers = callback_headers(rq);
    out->callback_on = json_text(callback, "on");
    if (!out->cron && !at)
        return request_refuse(rq, ERROR_BAD_BODY,
                              "body must have required property 'cron' or 'schedule_at'");
    const char *member = schedule_check(&rq->arena, out, rq->now, &why);
    return member ? request_refuse(rq, ERROR_BAD_BODY, "body/%s %s", member, why) : ERROR_NONE;
}

/* The name of the first field differs from that of every other reply: so says the vendor's page. */
static cJSON *json_scheduled(const struct schedule *schedule)
{
    cJSON *body = cJSON_CreateObject();

    json_add_text(body, "schedule_flow_run_uid", schedule->uid);
    json_add_text(body, "status", schedule_status_name(schedule->status));
    json_add_text(body, "cron", schedule->cron);
    json_add_text(body, "timezone", schedule->timezone);
    json_add_time(body, "next_execution_at", schedule->next_execution_at);
    json_add_time(body, "created_at", schedule->created_at);
    return body;
}

enum error op_schedule_flow(struct request *rq, struct reply *out)
{
    struct schedule schedule;
    enum error e = read_schedule(rq, &schedule);
    if (!e)
        e = check_order(rq, schedule.request);
    if (!e)
        e = schedule_create(rq->server->store, &rq->arena, rq->workspace, &schedule, rq->now);
    if (e)
        return e;

    return reply_assumed(rq, out, ASSUME_SCHEDULE_CODE, json_scheduled(&schedule));
}
