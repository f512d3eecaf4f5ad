#include "server/api/run_json.h"

#include "server/json/write.h"

static void write_uid(struct strbuf *out, const char *name, const char *uid)
{
    json_write_text(out, name, *uid ? uid : NULL);
}

/* An object that a run has not is null, or left out: assumption absent-object. */
static void run_write_absent(struct request *rq, struct strbuf *out, const char *name)
{
    if (assumption_is(&rq->ctx, ASSUME_ABSENT_OBJECT, "null"))
        json_write_text(out, name, NULL);
}

static void run_write_error(struct request *rq, struct strbuf *out, const struct run *run)
{
    if (!run->error_label) {
        run_write_absent(rq, out, "last_error");
        return;
    }
    json_write_open(out, "last_error", '{');
    json_write_text(out, "label", run->error_label);
    json_write_text(out, "message", run->error_message);
    json_write_close(out, '}');
}

static void run_write_callback(struct request *rq, struct strbuf *out, const struct run *run)
{
    if (!run->callback_url) {
        run_write_absent(rq, out, "callback");
        return;
    }
    json_write_open(out, "callback", '{');
    json_write_text(out, "url", run->callback_url);
    json_write_close(out, '}');
}

const char *json_run_status(struct request *rq, const struct run *run)
{
    if (run_statuses[run->status].cancelled)
        assumption_note(&rq->ctx, ASSUME_CANCEL_STATUS);
    return run_statuses[run->status].shown;
}

void json_run_note_outputs(struct request *rq, const struct run *run)
{
    if (run_statuses[run->status].cancelled && run->credits)
        assumption_note(&rq->ctx, ASSUME_CANCEL_OUTPUTS);
}

/* "only known once the run is finished" (API.md section 4) */
static int64_t known_outputs(struct request *rq, const struct run *run)
{
    json_run_note_outputs(rq, run);
    return run_statuses[run->status].finished ? run->output_count : 0;
}

static int64_t run_end(struct request *rq, const struct run *run)
{
    if (run_statuses[run->status].cancelled)
        assumption_note(&rq->ctx, ASSUME_CANCEL_FINISHED_AT);
    return run->finished_at;
}

static void write_run_fields(struct request *rq, struct strbuf *out, const struct run *run)
{
    write_uid(out, "uid", run->uid);
    write_uid(out, "user_uid", run->user_uid);
    write_uid(out, "workspace_uid", run->workspace_uid);
    run_write_error(rq, out, run);
    run_write_callback(rq, out, run);
    json_write_text(out, "status", json_run_status(rq, run));
    json_write_integer(out, "output_count", known_outputs(rq, run));
    write_uid(out, "scheduled_flow_run_uid", run->schedule_uid);
    json_write_time(out, "started_at", run->started_at);
    json_write_time(out, "finished_at", run_end(rq, run));
    json_write_time(out, "created_at", run->created_at);
    json_write_time(out, "updated_at", run->updated_at);
}

static void run_write_detail(struct request *rq, struct strbuf *out, const struct run *run)
{
    json_write_open(out, NULL, '{');
    json_write_integer(out, "id", run->id);
    write_run_fields(rq, out, run);
    json_write_open(out, "workflow", '{');
    json_write_text(out, "uid", run->workflow_uid);
    json_write_open(out, "metadata", '{');
    json_write_bool(out, "account_rotation", run->account_rotation);
    json_write_close(out, '}');
    json_write_close(out, '}');
    json_write_time(out, "synced_at", run->synced_at);
    json_write_close(out, '}');
}

/* flow_run_uid: NULL for none. */
static struct strbuf run_json_action(struct request *rq, const struct run *run,
                                     const char *flow_run_uid)
{
    struct strbuf out = {.arena = &rq->arena};

    json_write_open(&out, NULL, '{');
    write_run_fields(rq, &out, run);
    if (flow_run_uid)
        json_write_text(&out, "flow_run_uid", flow_run_uid);
    json_write_close(&out, '}');
    return out;
}

struct strbuf json_run(struct request *rq, const struct run *run)
{
    return run_json_action(rq, run, NULL);
}

struct strbuf json_run_started(struct request *rq, const struct run *run)
{
    bool set = assumption_is(&rq->ctx, ASSUME_START_FLOW_RUN_UID, "set");

    return run_json_action(rq, run, set ? run->uid : NULL);
}

struct strbuf json_run_detail(struct request *rq, const struct run *run)
{
    struct strbuf out = {.arena = &rq->arena};

    run_write_detail(rq, &out, run);
    return out;
}

struct strbuf json_run_page(struct request *rq, const struct list_page *page)
{
    struct strbuf out = {.arena = &rq->arena};
    const struct run *runs = page->rows;

    json_write_open(&out, NULL, '[');
    for (int i = 0; i < page->count; i++)
        run_write_detail(rq, &out, &runs[i]);
    json_write_close(&out, ']');
    return out;
}
