/* The handlers that start flows (API.md section 7). */
#include "server/api/run_json.h"
#include "server/contract/callback_check.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/base/instant.h"
#include "store/run/flow.h"
#include "store/schedule/schedule.h"

#include <string.h>

/* The body as text: as the client wrote it, so that no digit of a number is lost, unless escapes
 * may hide the names of its members, or a byte order mark comes first,
 * or values may have been coerced. */
static const char *text_of_body(struct request *rq)
{
    struct ctx ctx = ctx_unrecorded(&rq->ctx);

    if (*rq->raw.bytes != '{' || assumption_is(&ctx, ASSUME_BODY_COERCION, "coerce") ||
        memchr(rq->raw.bytes, '\\', rq->raw.size))
        return json_print(&rq->arena, rq->body);
    return arena_copy(&rq->arena, rq->raw.bytes, rq->raw.size);
}

static const char *callback_headers(struct request *rq)
{
    const cJSON *headers = json_find(json_find(rq->body, "callback"), "headers");

    return headers ? json_print(&rq->arena, headers) : NULL;
}

/* Checks the members of the body in the order in which the API describes them. text: all of it. */
static bool check_start(struct request *rq, const char *text)
{
    const cJSON *ids = json_find(rq->body, "identity_ids");
    const char *mode = json_text(rq->body, "identity_mode"), *slug = rq->param[0];
    struct refusal refusal;
    int64_t unknown = -1;

    /* "direct" and "auto" choose among identities */
    if (cJSON_IsArray(ids) && cJSON_GetArraySize(ids) == 0 &&
        !(mode && strcmp(mode, "managed") == 0))
        return request_reject(rq, ERROR_BAD_BODY,
                              "body/identity_ids must NOT have fewer than 1 items");
    if (!callback_check(&rq->arena, rq->body, &refusal))
        return request_reject_for(rq, ERROR_BAD_BODY, "body", &refusal);
    enum error e = flow_get_uid(rq->ctx.store, rq->ctx.workspace->id, slug, NULL);
    if (!e && json_find(rq->body, "steps"))
        e = flow_check_steps(rq->ctx.store, rq->ctx.workspace->id, slug, text, &unknown);
    if (e)
        return request_reject(rq, e, NULL);
    return unknown < 0 || request_reject(rq, ERROR_BAD_BODY,
                                         "body/steps/%d must be a step of the flow", (int)unknown);
}

enum outcome op_run_flow(struct request *rq, struct reply *out)
{
    const cJSON *callback = json_find(rq->body, "callback");
    const char *request = text_of_body(rq);
    struct run run;

    if (!callback && !assumption_is(&rq->ctx, ASSUME_START_CALLBACK, "optional"))
        return request_refuse(rq, ERROR_BAD_BODY, "body must have required property 'callback'");
    if (!check_start(rq, request))
        return REFUSED;
    run_init(&run);
    run.flow_slug = rq->param[0];
    run.callback_url = json_text(callback, "url");
    run.callback_headers = callback_headers(rq);
    run.callback_on = json_text(callback, "on");
    enum error e = engine_start(&rq->ctx, &run, request);
    if (e)
        return request_fail(rq, e);

    bool named_twice = assumption_is(&rq->ctx, ASSUME_START_FLOW_RUN_UID, "set");
    memcpy(rq->transition.run, run.uid, UID_SIZE);
    return reply_assumed(rq, out, ASSUME_START_CODE,
                         json_run(rq, &run, named_twice ? run.uid : NULL));
}

/* The name of the first field differs from that of every other reply: so says the vendor's page. */
static struct strbuf json_scheduled(struct request *rq, const struct schedule *schedule)
{
    struct strbuf out = json_write_begin(&rq->arena, '{');

    json_write_text(&out, "schedule_flow_run_uid", schedule->uid);
    json_write_text(&out, "status", schedule_statuses[schedule->status].name);
    json_write_text(&out, "cron", schedule->cron);
    json_write_text(&out, "timezone", schedule->timezone);
    json_write_time(&out, "next_execution_at", schedule->next_execution_at);
    json_write_time(&out, "created_at", schedule->created_at);
    return json_write_end(&out, '}');
}

enum outcome op_schedule_flow(struct request *rq, struct reply *out)
{
    const cJSON *callback = json_find(rq->body, "callback");
    const char *at = json_text(rq->body, "schedule_at");
    struct refusal refusal;
    struct schedule schedule;

    schedule_init(&schedule);
    schedule.flow_slug = rq->param[0];
    schedule.cron = json_text(rq->body, "cron");
    schedule.timezone = json_text(rq->body, "timezone");
    if (at)
        instant_parse(at, &schedule.schedule_at);
    schedule.request = text_of_body(rq);
    schedule.callback_url = json_text(callback, "url");
    schedule.callback_headers = callback_headers(rq);
    schedule.callback_on = json_text(callback, "on");
    if (!schedule.cron && !at)
        return request_refuse(rq, ERROR_BAD_BODY,
                              "body must have required property 'cron' or 'schedule_at'");
    if (!schedule_check(&rq->arena, &schedule, rq->ctx.now, &refusal)) {
        request_reject_for(rq, ERROR_BAD_BODY, "body", &refusal);
        return REFUSED;
    }
    if (!check_start(rq, schedule.request))
        return REFUSED;
    enum error e = schedule_create(&rq->ctx, &schedule);

    return e ? request_fail(rq, e)
             : reply_assumed(rq, out, ASSUME_SCHEDULE_CODE, json_scheduled(rq, &schedule));
}
