#include "server/fixture_run.h"

#include "server/fixture_read.h"
#include "server/operations.h"
#include "store/base/instant.h"

#include <string.h>

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
    run->started_at = fixture_time(item, "started_at");
    run->finished_at = fixture_time(item, "finished_at");
    run->created_at = fixture_time(item, "created_at");
    run->updated_at = fixture_time(item, "updated_at");
    run->synced_at = fixture_time(item, "synced_at");
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
    run->callback_headers = fixture_json(callback, "headers");
    run->callback_on = json_text(callback, "on");
}

/* How far its plan went: a run that follows none stays as it is. */
static void read_progress(const cJSON *item, struct run *run)
{
    const cJSON *progress = json_find(item, "progress");

    run->steps = fixture_json(item, "steps");
    run->plan_next = json_integer(progress, "position", -1);
    run->due_at = fixture_time(progress, "due_at");
    run->due_seq = json_integer(progress, "order", 0);
}

const char *fixture_read_inputs(const cJSON *item)
{
    cJSON *inputs = cJSON_GetObjectItemCaseSensitive(item, "inputs");
    cJSON *request = cJSON_CreateObject();

    if (!cJSON_IsArray(inputs))
        return NULL;
    cJSON_AddItemReferenceToObject(request, "inputs", inputs);
    return json_print(request);
}

bool fixture_read_run(const cJSON *item, struct fixture_times times, struct run *out,
                      const char **reason)
{
    const char *status = json_text(item, "status");
    bool cancelled = json_true(item, "cancelled");
    const cJSON *workflow = json_find(item, "workflow");

    run_init(out);
    out->status = run_status_from(status, cancelled);
    if (cancelled && !run_status_cancelled(out->status)) {
        *reason = "must have status STOPPED (or FAILED, see cancel.status) when it is cancelled";
        return false;
    }
    out->id = json_integer(item, "id", 0);
    fixture_uid(item, "uid", out->uid);
    fixture_uid(item, "user_uid", out->user_uid);
    fixture_uid(item, "workspace_uid", out->workspace_uid);
    fixture_uid(item, "scheduled_flow_run_uid", out->schedule_uid);
    fixture_uid(workflow, "uid", out->workflow_uid);
    out->account_rotation = json_true(json_find(workflow, "metadata"), "account_rotation");
    int64_t outputs = cJSON_GetArraySize(json_find(item, "outputs"));
    int64_t count = json_integer(item, "output_count", outputs);
    out->output_count = count > outputs ? count : outputs;
    out->credits = json_integer(item, "credits", out->output_count);
    out->flow_slug = json_text(item, "flow_slug");
    read_progress(item, out);
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
        .data = fixture_json(item, "data"),
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
    return json_print(plan);
}

void fixture_read_flow(const cJSON *item, struct flow *out)
{
    const char *slug = json_text(item, "slug");

    *out = (struct flow){
        .slug = slug,
        .name = text_or(json_text(item, "name"), slug),
        .steps = text_or(fixture_json(item, "steps"), "[]"),
        .plan = fixture_json(item, "plan"),
        .required = fixture_json(item, "required"),
    };
    if (!out->plan)
        out->plan = usual_plan(json_find(item, "steps"));
    fixture_uid(item, "uid", out->uid);
}

/* The words that stand in the place of a slug in other paths. */
static const char *const *words_taken(void)
{
    for (int i = 0; i < contract_operation_count; i++) {
        if (contract_operations[i].handler == op_run_flow)
            return contract_operations[i].taken;
    }
    return NULL;
}

const char *fixture_check_slug(const char *slug)
{
    if (strchr(slug, '/'))
        return "must not hold a /";
    for (const char *const *word = words_taken(); word && *word; word++) {
        if (strcmp(slug, *word) == 0)
            return "must not be a word that stands in its place in other paths";
    }
    return NULL;
}

const char *fixture_check_run(struct store *store, const struct run *run, const char **why)
{
    if (run->plan_next < 0 ||
        (run->flow_slug && flow_check(store, run->workspace, run->flow_slug) == ERROR_NONE))
        return NULL;
    *why = "must name a flow that is there, because the run follows its plan";
    return "flow_slug";
}
