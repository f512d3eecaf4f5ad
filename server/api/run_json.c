#include "server/api/run_json.h"

#include "server/json/write.h"

static void write_uid(struct strbuf *out, const char *name, const char *uid)
{
    json_write_text(out, name, *uid ? uid : NULL);
}

/* Opens an object of a run, if the run has it. One that it does not have is null, or left out:
 * assumption absent-object. */
static bool run_open_object(struct request *rq, struct strbuf *out, const char *name, bool present)
{
    if (present)
        json_write_open(out, name, '{');
    else if (assumption_is(&rq->ctx, ASSUME_ABSENT_OBJECT, "null"))
        json_write_text(out, name, NULL);
    return present;
}

/* What a cancelled run shows is a guess: the reply rests on this one. */
static void run_note_cancel(struct request *rq, const struct run *run, enum assumption guess)
{
    if (run_statuses[run->status].cancelled)
        assumption_note(&rq->ctx, guess);
}

const char *json_run_status(struct request *rq, const struct run *run)
{
    run_note_cancel(rq, run, ASSUME_CANCEL_STATUS);
    return run_statuses[run->status].shown;
}

void json_run_note_outputs(struct request *rq, const struct run *run)
{
    if (run->credits)
        run_note_cancel(rq, run, ASSUME_CANCEL_OUTPUTS);
}

/* What its client knows of the run from now on. */
static void run_note_told(struct request *rq, const struct run *run)
{
    if (!run_statuses[run->status].halted)
        return;
    struct told_run *told = arena_alloc(&rq->arena, sizeof *told);
    *told = (struct told_run){rq->told.runs, arena_strdup(&rq->arena, run->uid), run->status};
    rq->told.runs = told;
}

static void write_run_fields(struct request *rq, struct strbuf *out, const struct run *run)
{
    run_note_told(rq, run);
    write_uid(out, "uid", run->uid);
    write_uid(out, "user_uid", run->user_uid);
    write_uid(out, "workspace_uid", run->workspace_uid);
    if (run_open_object(rq, out, "last_error", run->error_label)) {
        json_write_text(out, "label", run->error_label);
        json_write_text(out, "message", run->error_message);
        json_write_close(out, '}');
    }
    if (run_open_object(rq, out, "callback", run->callback_url)) {
        json_write_text(out, "url", run->callback_url);
        json_write_close(out, '}');
    }
    json_write_text(out, "status", json_run_status(rq, run));
    json_run_note_outputs(rq, run);
    /* "only known once the run is finished" (API.md section 4) */
    json_write_integer(out, "output_count",
                       run_statuses[run->status].finished ? run->output_count : 0);
    write_uid(out, "scheduled_flow_run_uid", run->schedule_uid);
    json_write_time(out, "started_at", run->started_at);
    run_note_cancel(rq, run, ASSUME_CANCEL_FINISHED_AT);
    json_write_time(out, "finished_at", run->finished_at);
    json_write_time(out, "created_at", run->created_at);
    json_write_time(out, "updated_at", run->updated_at);
}

struct strbuf json_run(struct request *rq, const struct run *run, const char *flow_run_uid)
{
    struct strbuf out = json_write_begin(&rq->arena, '{');

    write_run_fields(rq, &out, run);
    if (flow_run_uid)
        json_write_text(&out, "flow_run_uid", flow_run_uid);
    return json_write_end(&out, '}');
}

void json_write_run(struct request *rq, struct strbuf *out, const char *name, const struct run *run)
{
    json_write_open(out, name, '{');
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

struct strbuf json_run_detail(struct request *rq, const struct run *run)
{
    struct strbuf out = {.arena = &rq->arena};

    json_write_run(rq, &out, NULL, run);
    return out;
}
