#include "server/api/schedule_json.h"

#include "server/json/write.h"

void json_write_schedule(struct strbuf *out, const struct schedule *schedule)
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
