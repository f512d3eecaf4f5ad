/* The handlers of flow schedules (API.md section 8). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/schedule/schedule.h"

/* The thirteen fields, in their order. */
static void schedule_write(struct strbuf *out, const struct schedule *schedule)
{
    json_write_open(out, NULL, '{');
    json_write_text(out, "uid", schedule->uid);
    json_write_text(out, "flow_preset_uid", schedule->flow_preset_uid);
    json_write_text(out, "flow_preset_name", schedule->flow_preset_name);
    json_write_text(out, "user_uid", schedule->user_uid);
    json_write_text(out, "workspace_uid", schedule->workspace_uid);
    json_write_text(out, "status", schedule_statuses[schedule->status].name);
    json_write_time(out, "postponed_until", schedule->postponed_until);
    json_write_text(out, "cron", schedule->cron);
    json_write_text(out, "timezone", schedule->timezone);
    json_write_time(out, "next_execution_at", schedule->next_execution_at);
    json_write_time(out, "last_executed_at", schedule->last_executed_at);
    json_write_time(out, "created_at", schedule->created_at);
    json_write_time(out, "updated_at", schedule->updated_at);
    json_write_close(out, '}');
}

/* The schedule that was read or changed; or the error. */
static enum outcome schedule_reply(struct request *rq, struct reply *out, enum error e,
                                   const struct schedule *schedule)
{
    struct strbuf body = {.arena = &rq->arena};

    if (e)
        return request_fail(rq, e);
    schedule_write(&body, schedule);
    return reply_ok(out, body);
}

enum outcome op_get_flow_schedule(struct request *rq, struct reply *out)
{
    struct schedule schedule;
    enum error e = schedule_get(&rq->ctx, rq->param[0], &schedule);

    return schedule_reply(rq, out, e, &schedule);
}

enum outcome op_list_flow_schedules(struct request *rq, struct reply *out)
{
    struct list_query query = {
        .statuses = request_texts(rq, "status"),
        .filter[LIST_BY_FLOW] = request_texts(rq, "flow_preset_slug"),
        .filter[LIST_BY_USER] = request_texts(rq, "user_uid"),
        .sorts = request_texts(rq, "sort"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
    };
    struct list_page page;
    struct strbuf body = json_write_begin(&rq->arena, '[');
    enum error e = schedule_list(&rq->ctx, &query, &page);

    if (e)
        return request_fail(rq, e);

    const struct schedule *schedules = page.rows;
    for (int i = 0; i < page.count; i++)
        schedule_write(&body, &schedules[i]);
    return reply_ok(out, json_write_end(&body, ']'));
}

enum outcome op_manage_flow_schedule(struct request *rq, struct reply *out)
{
    struct schedule schedule;
    enum error e = schedule_get(&rq->ctx, rq->param[0], &schedule);
    if (e)
        return request_fail(rq, e);

    rq->transition.before = schedule_statuses[schedule.status].name;
    e = schedule_manage(&rq->ctx, &schedule, schedule_action_parse(rq->param[1]));
    rq->transition.after = schedule_statuses[schedule.status].name;
    if (e == ERROR_SCHEDULE_REFUSED)
        return request_refuse(rq, e, "flow schedule is %s: %s is not possible",
                              schedule_statuses[schedule.status].name, rq->param[1]);
    return schedule_reply(rq, out, e, &schedule);
}
