/* The handlers of flow schedules (API.md section 8). */
#include "server/api/schedule_json.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"

#include <string.h>

enum outcome op_get_flow_schedule(struct request *rq, struct reply *out)
{
    struct schedule schedule;
    enum error e = schedule_get(&rq->ctx, rq->param[0], &schedule);
    if (e)
        return request_fail(rq, e);

    return reply_ok(out, json_schedule(&schedule));
}

enum outcome op_list_flow_schedules(struct request *rq, struct reply *out)
{
    struct schedule_query query = {
        .statuses = request_texts(rq, "status"),
        .flow_slugs = request_texts(rq, "flow_preset_slug"),
        .user_uids = request_texts(rq, "user_uid"),
        .sorts = request_texts(rq, "sort"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
    };
    struct schedule_page page;
    enum error e = schedule_list(&rq->ctx, &query, &page);
    if (e)
        return request_fail(rq, e);

    cJSON *array = cJSON_CreateArray();
    for (int i = 0; i < page.count; i++)
        cJSON_AddItemToArray(array, json_schedule(&page.schedules[i]));
    return reply_ok(out, array);
}

enum outcome op_manage_flow_schedule(struct request *rq, struct reply *out)
{
    enum schedule_action action = schedule_action_parse(rq->param[1]);
    struct schedule schedule;
    enum error e = schedule_get(&rq->ctx, rq->param[0], &schedule);
    if (e)
        return request_fail(rq, e);

    rq->transition.before = schedule_status_name(schedule.status);
    e = schedule_manage(&rq->ctx, &schedule, action);
    rq->transition.after = schedule_status_name(schedule.status);
    if (e == ERROR_SCHEDULE_REFUSED)
        return request_refuse(rq, e, "flow schedule is %s: %s is not possible",
                              schedule_status_name(schedule.status), rq->param[1]);
    if (e)
        return request_fail(rq, e);

    return reply_ok(out, json_schedule(&schedule));
}
