/* The handlers of flow schedules (API.md section 8). */
#include "server/api/schedule_json.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"

#include <string.h>

static enum outcome reply_schedule(struct request *rq, struct reply *out,
                                   const struct schedule *schedule)
{
    struct strbuf body = {.arena = &rq->arena};

    schedule_write(&body, schedule);
    return reply_ok(out, body);
}

enum outcome op_get_flow_schedule(struct request *rq, struct reply *out)
{
    struct schedule schedule;
    enum error e = schedule_get(&rq->ctx, rq->param[0], &schedule);
    if (e)
        return request_fail(rq, e);

    return reply_schedule(rq, out, &schedule);
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
    enum error e = schedule_list(&rq->ctx, &query, &page);
    if (e)
        return request_fail(rq, e);

    struct strbuf body = {.arena = &rq->arena};
    json_write_open(&body, NULL, '[');
    const struct schedule *schedules = page.rows;
    for (int i = 0; i < page.count; i++)
        schedule_write(&body, &schedules[i]);
    json_write_close(&body, ']');
    return reply_ok(out, body);
}

enum outcome op_manage_flow_schedule(struct request *rq, struct reply *out)
{
    enum schedule_action action = schedule_action_parse(rq->param[1]);
    struct schedule schedule;
    enum error e = schedule_get(&rq->ctx, rq->param[0], &schedule);
    if (e)
        return request_fail(rq, e);

    rq->transition.before = schedule_statuses[schedule.status].name;
    e = schedule_manage(&rq->ctx, &schedule, action);
    rq->transition.after = schedule_statuses[schedule.status].name;
    if (e == ERROR_SCHEDULE_REFUSED)
        return request_refuse(rq, e, "flow schedule is %s: %s is not possible",
                              schedule_statuses[schedule.status].name, rq->param[1]);
    if (e)
        return request_fail(rq, e);

    return reply_schedule(rq, out, &schedule);
}
