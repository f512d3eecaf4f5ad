#include "server/api/schedule_json.h"

cJSON *json_schedule(const struct schedule *schedule)
{
    cJSON *object = cJSON_CreateObject();

    json_add_text(object, "uid", schedule->uid);
    json_add_text(object, "flow_preset_uid", schedule->flow_preset_uid);
    json_add_text(object, "flow_preset_name", schedule->flow_preset_name);
    json_add_text(object, "user_uid", schedule->user_uid);
    json_add_text(object, "workspace_uid", schedule->workspace_uid);
    json_add_text(object, "status", schedule_status_name(schedule->status));
    json_add_time(object, "postponed_until", schedule->postponed_until);
    json_add_text(object, "cron", schedule->cron);
    json_add_text(object, "timezone", schedule->timezone);
    json_add_time(object, "next_execution_at", schedule->next_execution_at);
    json_add_time(object, "last_executed_at", schedule->last_executed_at);
    json_add_time(object, "created_at", schedule->created_at);
    json_add_time(object, "updated_at", schedule->updated_at);
    return object;
}
