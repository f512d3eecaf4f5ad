#include "store/schedule.h"

#include "store/stmt.h"

enum error schedule_add(struct store *store, const struct schedule *schedule)
{
    struct stmt s = stmt_take(store, STMT_SCHEDULE_ADD);

    stmt_bind_int(&s, schedule->workspace);
    stmt_bind_text(&s, schedule->uid);
    stmt_bind_text(&s, schedule->flow_slug);
    stmt_bind_text(&s, schedule->flow_preset_uid);
    stmt_bind_text(&s, schedule->flow_preset_name);
    stmt_bind_uid(&s, schedule->user_uid);
    stmt_bind_uid(&s, schedule->workspace_uid);
    stmt_bind_text(&s, schedule->status);
    stmt_bind_instant(&s, schedule->postponed_until);
    stmt_bind_text(&s, schedule->cron);
    stmt_bind_text(&s, schedule->timezone);
    stmt_bind_instant(&s, schedule->next_execution_at);
    stmt_bind_instant(&s, schedule->last_executed_at);
    stmt_bind_instant(&s, schedule->created_at);
    stmt_bind_instant(&s, schedule->updated_at);
    stmt_bind_text(&s, schedule->inputs);
    return stmt_run_new(&s);
}
