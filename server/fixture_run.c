#include "server/fixture_run.h"

#include "store/base/instant.h"

#include <string.h>

static int64_t read_time(const cJSON *item, const char *name)
{
    const char *text = json_text(item, name);
    int64_t instant = INSTANT_NONE;

    if (text)
        instant_parse(text, &instant);
    return instant;
}

static void read_uid(const cJSON *item, const char *name, char out[UID_SIZE])
{
    const char *text = json_text(item, name);

    *out = '\0';
    if (text)
        uid_parse(text, out);
}

/* JSON as it is kept in a column; NULL when the member is absent or null. */
static const char *read_json(const cJSON *item, const char *name)
{
    cJSON *value = cJSON_GetObjectItemCaseSensitive(item, name);

    return value && !cJSON_IsNull(value) ? json_print(value, 256) : NULL;
}

/* A null that was written down stays null; only what was left open is filled in. */
static void keep_nulls(const cJSON *item, struct run *run)
{
    if (cJSON_IsNull(json_find(item, "started_at")))
        run->started_at = INSTANT_NONE;
    if (cJSON_IsNull(json_find(item, "finished_at")))
        run->finished_at = INSTANT_NONE;
    if (cJSON_IsNull(json_find(item, "updated_at")))
        run->updated_at = INSTANT_NONE;
}

static void read_times(const cJSON *item, struct fixture_times times, struct run *run)
{
    run->started_at = read_time(item, "started_at");
    run->finished_at = read_time(item, "finished_at");
    run->created_at = read_time(item, "created_at");
    run->updated_at = read_time(item, "updated_at");
    run->synced_at = read_time(item, "synced_at");
    run_fill_times(run, times.first, times.step);
    keep_nulls(item, run);
}

static void read_error(const cJSON *item, struct run *run)
{
    const cJSON *error = json_find(item, "last_error");

    run->error_label = json_text(error, "label");
    run->error_message = json_text(error, "message");
    if (!error && run->status == RUN_FAILED) {
        run->error_label = "GENERIC_ERROR";
        run->error_message = "The flow run failed";
    }
}

static void read_callback(const cJSON *item, struct run *run)
{
    const cJSON *callback = json_find(item, "callback");

    run->callback_url = json_text(callback, "url");
    run->callback_headers = read_json(callback, "headers");
    run->callback_on = json_text(callback, "on");
}

bool fixture_read_run(const cJSON *item, struct fixture_times times, struct run *out,
                      const char **reason)
{
    const char *status = json_text(item, "status");
    bool cancelled = json_true(item, "cancelled");
    const cJSON *workflow = json_find(item, "workflow");

    run_init(out);
    out->status = run_status_from(status, cancelled);
    if (cancelled && out->status != RUN_CANCELLED) {
        *reason = "must have status STOPPED when it is cancelled";
        return false;
    }
    out->id = json_integer(item, "id", 0);
    read_uid(item, "uid", out->uid);
    read_uid(item, "user_uid", out->user_uid);
    read_uid(item, "workspace_uid", out->workspace_uid);
    read_uid(item, "scheduled_flow_run_uid", out->schedule_uid);
    read_uid(workflow, "uid", out->workflow_uid);
    out->account_rotation = json_true(json_find(workflow, "metadata"), "account_rotation");
    int64_t outputs = cJSON_GetArraySize(json_find(item, "outputs"));
    int64_t count = json_integer(item, "output_count", outputs);
    out->output_count = count > outputs ? count : outputs;
    out->credits = out->output_count;
    out->flow_slug = json_text(item, "flow_slug");
    read_error(item, out);
    read_callback(item, out);
    read_times(item, times, out);
    return true;
}

void fixture_read_output(const cJSON *item, const struct run *run, int64_t position,
                         struct output *out)
{
    *out = (struct output){
        .workspace = run->workspace,
        .run_uid = run->uid,
        .position = position,
        .step_uid = json_text(item, "step_uid"),
        .data = read_json(item, "data"),
    };
}

static const char *text_or(const char *text, const char *fallback)
{
    return text ? text : fallback;
}

enum {
    USUAL_QUEUE = 50,  /* ms from the start of a run until it waits for a worker */
    USUAL_START = 150, /* from there until it runs */
    USUAL_STEP = 600   /* and for each step, and the end */
};

static void plan_item(cJSON *plan, int after, const char *name, const char *value)
{
    cJSON *item = cJSON_CreateObject();

    json_add_integer(item, "after_ms", after);
    json_add_text(item, name, value);
    cJSON_AddItemToArray(plan, item);
}

/* What a run of a flow without a plan does: one output of each step for each input, and a good end.
 */
static const char *usual_plan(const cJSON *steps)
{
    cJSON *plan = cJSON_CreateArray();

    plan_item(plan, USUAL_QUEUE, "event", "QUEUE");
    plan_item(plan, USUAL_START, "event", "START");
    const cJSON *step;
    cJSON_ArrayForEach (step, steps)
        plan_item(plan, USUAL_STEP, "step_uid", step->valuestring);
    plan_item(plan, USUAL_STEP, "event", "FINISH");
    return json_print(plan, 256);
}

void fixture_read_flow(const cJSON *item, struct flow *out)
{
    const char *slug = json_text(item, "slug");

    *out = (struct flow){
        .slug = slug,
        .name = text_or(json_text(item, "name"), slug),
        .steps = text_or(read_json(item, "steps"), "[]"),
        .plan = read_json(item, "plan"),
        .required = read_json(item, "required"),
    };
    if (!out->plan)
        out->plan = usual_plan(json_find(item, "steps"));
    read_uid(item, "uid", out->uid);
}

void fixture_read_schedule(const cJSON *item, struct fixture_times times, uint64_t n,
                           struct schedule *out)
{
    const char *slug = json_text(item, "flow_slug");

    *out = (struct schedule){
        .flow_slug = slug,
        .flow_preset_name = text_or(json_text(item, "flow_preset_name"), text_or(slug, "")),
        .status = json_text(item, "status"),
        .postponed_until = read_time(item, "postponed_until"),
        .next_execution_at = read_time(item, "next_execution_at"),
        .last_executed_at = read_time(item, "last_executed_at"),
        .created_at = read_time(item, "created_at"),
        .updated_at = read_time(item, "updated_at"),
        .cron = json_text(item, "cron"),
        .timezone = json_text(item, "timezone"),
        .inputs = text_or(read_json(item, "inputs"), "[]"),
    };
    read_uid(item, "uid", out->uid);
    read_uid(item, "flow_preset_uid", out->flow_preset_uid);
    read_uid(item, "user_uid", out->user_uid);
    read_uid(item, "workspace_uid", out->workspace_uid);
    if (!*out->uid)
        uid_derive(uid_seed(0, "schedule"), n, out->uid);
    if (!*out->flow_preset_uid)
        uid_derive(uid_seed(uid_seed(0, "preset"), out->flow_preset_name), 0, out->flow_preset_uid);
    if (out->created_at == INSTANT_NONE)
        out->created_at = times.first;
}
