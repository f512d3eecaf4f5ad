/* The handlers of flow schedules (API.md section 8). */
#include "server/api/schedule_json.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/schedule/schedule.h"

/* The schedule that was read or changed; or the error. */
static enum outcome schedule_reply(struct request *rq, struct reply *out, enum error e,
                                   const struct schedule *schedule)
{
    struct strbuf body = {.arena = &rq->arena};

    if (e)
        return request_fail(rq, e);
    json_write_schedule(&body, schedule);
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
        .filter[LIST_BY_UID] = request_texts(rq, "uid"),
        .filter[LIST_BY_WORKSPACE] = request_texts(rq, "workspace_uid"),
        .filter[LIST_BY_USER] = request_texts(rq, "user_uid"),
        .sorts = request_texts(rq, "sort"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
        .peek = true,
    };
    struct list_page page;
    struct strbuf body = json_write_begin(&rq->arena, '[');
    enum error e = schedule_list(&rq->ctx, &query, &page);

    if (e)
        return request_fail(rq, e);

    const struct schedule *schedules = page.rows;
    request_note_list(rq, query.offset, page.count, page.more);
    for (int i = 0; i < page.count; i++)
        json_write_schedule(&body, &schedules[i]);
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
