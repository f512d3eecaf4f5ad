/* The handlers that make a run and apply an event to one (CONTROL.md "Control API"). */
#include "server/api/run_json.h"
#include "server/fixture/content.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/db/transaction.h"
#include "store/run/life.h"

/* The run with its inputs and outputs, or nothing. */
static enum error run_create_with_data(struct request *rq, struct fixture_import *import,
                                       struct run *run)
{
    enum error e = transaction_begin(rq->ctx.store, rq->ctx.workspace);
    if (e)
        return e;

    e = run_create(rq->ctx.store, rq->ctx.workspace, run);
    if (!e)
        life_note_created(&rq->ctx, run);
    return transaction_end(rq->ctx.store, e ? e : fixture_add_run_data(import, rq->body, run));
}

enum outcome op_create_run(struct request *rq, struct reply *out)
{
    struct fixture_times now = {.first = rq->ctx.now};
    struct fixture_import import = {
        .store = rq->ctx.store,
        .arena = &rq->arena,
        .root = rq->body,
        .template = rq->ctx.workspace->id,
    };
    struct run run;

    if (!fixture_read_run(&import, rq->body, now, &run)) {
        request_reject_for(rq, ERROR_BAD_BODY, "body", &import.refusal);
        return REFUSED;
    }
    enum error e = run_create_with_data(rq, &import, &run);
    return e ? request_fail(rq, e) : reply_created(out, json_run_detail(rq, &run));
}

enum outcome op_apply_run_event(struct request *rq, struct reply *out)
{
    const char *name = json_text(rq->body, "event");
    const cJSON *error = json_find(rq->body, "error");
    struct run_cause cause = {json_text(error, "label"), json_text(error, "message")};
    enum run_event event;
    struct run run;

    if (!run_event_parse(name, &event))
        return request_refuse(rq, ERROR_BAD_BODY, "body/event is not an event");
    enum error e = run_get(&rq->ctx, rq->param[0], &run);
    if (e)
        return request_fail(rq, e);

    rq->transition.before = run_statuses[run.status].shown;
    e = run_apply(&rq->ctx, &run, event, &cause);
    rq->transition.after = run_statuses[run.status].shown;
    rq->transition.run_status = run.status;
    if (e == ERROR_EVENT_REFUSED)
        return request_refuse(rq, e, "flow run is %s, in which %s is not possible",
                              json_run_status(rq, &run), name);
    return e ? request_fail(rq, e) : reply_ok(out, json_run_detail(rq, &run));
}
