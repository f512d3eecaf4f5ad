#include "server/api/run_json.h"

#include "server/json/write.h"

enum { FIELDS_SIZE = 1024 /* bytes of all fields of a run but last_error and callback, at most */ };

/* An object that a run does not have is null, or left out: assumption absent-object. */
static bool run_shows_absent(struct request *rq, const struct run *run)
{
    bool lacks_one = !run->error_label || !run->callback_url;

    return lacks_one && assumption_is(&rq->ctx, ASSUME_ABSENT_OBJECT, "null");
}

static void write_run_error(struct strbuf *out, const struct run *run)
{
    json_write_open(out, "last_error", '{');
    json_write_text(out, "label", run->error_label);
    json_write_text(out, "message", run->error_message);
    json_write_close(out, '}');
}

static void write_run_callback(struct strbuf *out, const struct run *run)
{
    json_write_open(out, "callback", '{');
    json_write_text(out, "url", run->callback_url);
    json_write_close(out, '}');
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
static void run_note_shown(struct request *rq, const struct run *run)
{
    if (!run_statuses[run->status].halted)
        return;
    struct shown_run *shown = arena_alloc(&rq->arena, sizeof *shown);
    *shown = (struct shown_run){rq->shown.runs, arena_strdup(&rq->arena, run->uid), run->status};
    rq->shown.runs = shown;
}

/* The fields are written without json_write_text() and its like: that took a quarter of a list. */
static void write_run_fields(struct request *rq, struct strbuf *out, const struct run *run)
{
    char *at = strbuf_reserve(out, FIELDS_SIZE);
    bool shows_absent = run_shows_absent(rq, run);

    run_note_shown(rq, run);
    at = json_put_text(JSON_PUT(at, "\"uid\":"), run->uid);
    at = json_put_text(JSON_PUT(at, ",\"user_uid\":"), run->user_uid);
    at = json_put_text(JSON_PUT(at, ",\"workspace_uid\":"), run->workspace_uid);
    if (!run->error_label && shows_absent)
        at = JSON_PUT(at, ",\"last_error\":null");
    json_put_end(out, at);
    if (run->error_label)
        write_run_error(out, run);
    if (run->callback_url)
        write_run_callback(out, run);
    json_run_note_outputs(rq, run);
    run_note_cancel(rq, run, ASSUME_CANCEL_FINISHED_AT);
    at = strbuf_reserve(out, FIELDS_SIZE);
    if (!run->callback_url && shows_absent)
        at = JSON_PUT(at, ",\"callback\":null");
    at = json_put_text(JSON_PUT(at, ",\"status\":"), json_run_status(rq, run));
    /* "only known once the run is finished" (API.md section 4) */
    at = json_put_integer(JSON_PUT(at, ",\"output_count\":"),
                          run_statuses[run->status].finished ? run->output_count : 0);
    at = json_put_text(JSON_PUT(at, ",\"scheduled_flow_run_uid\":"), run->schedule_uid);
    at = json_put_time(JSON_PUT(at, ",\"started_at\":"), run->started_at);
    at = json_put_time(JSON_PUT(at, ",\"finished_at\":"), run->finished_at);
    at = json_put_time(JSON_PUT(at, ",\"created_at\":"), run->created_at);
    at = json_put_time(JSON_PUT(at, ",\"updated_at\":"), run->updated_at);
    json_put_end(out, at);
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
    char *at = strbuf_reserve(out, FIELDS_SIZE);
    at = json_put_integer(JSON_PUT(at, "\"id\":"), run->id);
    json_put_end(out, JSON_PUT(at, ","));
    write_run_fields(rq, out, run);
    at = strbuf_reserve(out, FIELDS_SIZE);
    at = json_put_text(JSON_PUT(at, ",\"workflow\":{\"uid\":"), run->workflow_uid);
    at = run->account_rotation ? JSON_PUT(at, ",\"metadata\":{\"account_rotation\":true}}")
                               : JSON_PUT(at, ",\"metadata\":{\"account_rotation\":false}}");
    at = json_put_time(JSON_PUT(at, ",\"synced_at\":"), run->synced_at);
    json_put_end(out, JSON_PUT(at, "}"));
}

struct strbuf json_run_detail(struct request *rq, const struct run *run)
{
    struct strbuf out = {.arena = &rq->arena};

    json_write_run(rq, &out, NULL, run);
    return out;
}
