#include "server/fixture_read.h"
#include "server/fixture_run.h"
#include "server/schedule_check.h"
#include "store/base/instant.h"

#include <string.h>

static const char *text_or(const char *text, const char *fallback)
{
    return text ? text : fallback;
}

/* Its inputs and its steps, as a client would have sent them. */
static const char *read_request(const cJSON *item)
{
    static const char *const names[] = {"inputs", "steps"};
    cJSON *request = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cJSON *value = cJSON_GetObjectItemCaseSensitive(item, names[i]);
        if (cJSON_IsArray(value))
            cJSON_AddItemReferenceToObject(request, names[i], value);
    }
    if (!json_find(item, "inputs"))
        cJSON_AddArrayToObject(request, "inputs");
    return json_print(request);
}

static void read_times(const cJSON *item, struct fixture_times times, struct schedule *out)
{
    out->schedule_at = fixture_time(item, "schedule_at");
    out->postponed_until = fixture_time(item, "postponed_until");
    out->last_executed_at = fixture_time(item, "last_executed_at");
    out->created_at = fixture_time(item, "created_at");
    out->updated_at = fixture_time(item, "updated_at");
    if (out->status == SCHEDULE_ACTIVE)
        out->next_execution_at = fixture_time(item, "next_execution_at");
    if (out->created_at == INSTANT_NONE)
        out->created_at = times.first;
}

static void read_uids(const cJSON *item, struct schedule *out)
{
    fixture_uid(item, "uid", out->uid);
    fixture_uid(item, "flow_preset_uid", out->flow_preset_uid);
    fixture_uid(item, "user_uid", out->user_uid);
    fixture_uid(item, "workspace_uid", out->workspace_uid);
    if (!*out->uid)
        uid_derive(uid_seed(0, "schedule"), (uint64_t)out->number, out->uid);
    if (!*out->flow_preset_uid)
        uid_derive(uid_seed(uid_seed(0, "preset"), out->flow_preset_name), 0, out->flow_preset_uid);
}

void fixture_read_schedule(const cJSON *item, struct fixture_times times, int64_t number,
                           struct schedule *out)
{
    const cJSON *callback = json_find(item, "callback");

    schedule_init(out);
    out->number = number;
    out->flow_slug = json_text(item, "flow_slug");
    out->flow_preset_name =
        text_or(json_text(item, "flow_preset_name"), text_or(out->flow_slug, ""));
    out->status = schedule_status_parse(json_text(item, "status"));
    out->cron = json_text(item, "cron");
    out->timezone = json_text(item, "timezone");
    out->due_seq = json_integer(item, "order", 0);
    out->request = read_request(item);
    out->callback_url = json_text(callback, "url");
    out->callback_headers = fixture_json(callback, "headers");
    out->callback_on = json_text(callback, "on");
    read_uids(item, out);
    read_times(item, times, out);
}

/* Whether it may ever fire, and so needs a flow. */
static bool can_fire(const struct schedule *schedule)
{
    return (schedule->status == SCHEDULE_ACTIVE || schedule->status == SCHEDULE_PAUSED) &&
           (schedule->cron || schedule->schedule_at != INSTANT_NONE ||
            schedule->next_execution_at != INSTANT_NONE);
}

const char *fixture_check_schedule(struct store *store, struct arena *arena,
                                   const struct schedule *schedule, const char **why)
{
    const char *member = schedule_check(arena, schedule, 0, why);

    if (member || !can_fire(schedule))
        return member;
    if (schedule->flow_slug &&
        flow_check(store, schedule->workspace, schedule->flow_slug) == ERROR_NONE)
        return NULL;
    *why = "must name a flow of the fixture, because the schedule may fire";
    return "flow_slug";
}
