#include "server/json_run.h"

static void add_uid(cJSON *object, const char *name, const char *uid)
{
    json_add_text(object, name, *uid ? uid : NULL);
}

/* An object that a run may not have is null, or left out: assumption absent-object. */
static cJSON *add_object(struct request *rq, cJSON *object, const char *name, bool present)
{
    if (present)
        return json_add_object(object, name);
    if (assumption_is(request_assumptions(rq), ASSUME_ABSENT_OBJECT, "null"))
        json_add_text(object, name, NULL);
    return NULL;
}

static void add_error(struct request *rq, cJSON *object, const struct run *run)
{
    cJSON *error = add_object(rq, object, "last_error", run->error_label);

    if (!error)
        return;
    json_add_text(error, "label", run->error_label);
    json_add_text(error, "message", run->error_message);
}

static void add_callback(struct request *rq, cJSON *object, const struct run *run)
{
    cJSON *callback = add_object(rq, object, "callback", run->callback_url);

    if (callback)
        json_add_text(callback, "url", run->callback_url);
}

const char *json_run_status(const struct run *run)
{
    if (run_status_cancelled(run->status))
        assumption_note(ASSUME_CANCEL_STATUS);
    return run_status_shown(run->status);
}

void json_run_note_outputs(const struct run *run)
{
    if (run_status_cancelled(run->status) && run->credits)
        assumption_note(ASSUME_CANCEL_OUTPUTS);
}

/* "only known once the run is finished" (API.md section 4) */
static int64_t known_outputs(const struct run *run)
{
    json_run_note_outputs(run);
    return run_status_finished(run->status) ? run->output_count : 0;
}

static int64_t end_of(const struct run *run)
{
    if (run_status_cancelled(run->status))
        assumption_note(ASSUME_CANCEL_FINISHED_AT);
    return run->finished_at;
}

static void add_twelve(struct request *rq, cJSON *object, const struct run *run)
{
    add_uid(object, "uid", run->uid);
    add_uid(object, "user_uid", run->user_uid);
    add_uid(object, "workspace_uid", run->workspace_uid);
    add_error(rq, object, run);
    add_callback(rq, object, run);
    json_add_text(object, "status", json_run_status(run));
    json_add_integer(object, "output_count", known_outputs(run));
    add_uid(object, "scheduled_flow_run_uid", run->schedule_uid);
    json_add_time(object, "started_at", run->started_at);
    json_add_time(object, "finished_at", end_of(run));
    json_add_time(object, "created_at", run->created_at);
    json_add_time(object, "updated_at", run->updated_at);
}

cJSON *json_run(struct request *rq, const struct run *run)
{
    cJSON *object = cJSON_CreateObject();

    add_twelve(rq, object, run);
    return object;
}

cJSON *json_run_detail(struct request *rq, const struct run *run)
{
    cJSON *object = cJSON_CreateObject();

    json_add_integer(object, "id", run->id);
    add_twelve(rq, object, run);
    cJSON *workflow = json_add_object(object, "workflow");
    json_add_text(workflow, "uid", run->workflow_uid);
    json_add_bool(json_add_object(workflow, "metadata"), "account_rotation", run->account_rotation);
    json_add_time(object, "synced_at", run->synced_at);
    return object;
}

cJSON *json_run_page(struct request *rq, const struct run_page *page)
{
    cJSON *array = cJSON_CreateArray();

    for (int i = 0; i < page->count; i++)
        cJSON_AddItemToArray(array, json_run_detail(rq, &page->runs[i]));
    return array;
}
