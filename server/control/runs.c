/* The handlers that make runs and push them on by hand (CONTROL.md "Control API"). */
#include "server/api/run_json.h"
#include "server/contract/validate.h"
#include "server/fixture/items.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/db/transaction.h"

static enum error run_add_outputs(struct request *rq, const struct run *run)
{
    struct output output;
    enum error e = ERROR_NONE;
    int64_t position = 0;

    const cJSON *item;
    cJSON_ArrayForEach (item, json_find(rq->body, "outputs")) {
        fixture_read_output(&rq->arena, item, run, position++, &output);
        e = e ? e : output_add(rq->ctx.store, &output);
    }
    return e;
}

/* The run and its outputs, or nothing. */
static enum error run_create_with_outputs(struct request *rq, struct run *run)
{
    enum error e = transaction_begin(rq->ctx.store, rq->ctx.workspace);
    if (e)
        return e;

    e = run_create(rq->ctx.store, rq->ctx.workspace, run);
    if (!e)
        e = run_add_inputs(rq->ctx.store, run, fixture_read_inputs(&rq->arena, rq->body));
    return transaction_end(rq->ctx.store, e ? e : run_add_outputs(rq, run));
}

static enum outcome refuse_body(struct request *rq, const struct refusal *refusal)
{
    request_reject_for(rq, ERROR_BAD_BODY, "body", refusal);
    return REFUSED;
}

enum outcome op_create_run(struct request *rq, struct reply *out)
{
    struct fixture_times now = {.first = rq->ctx.now};
    struct refusal refusal;
    struct run run;

    if (!fixture_read_run(&rq->arena, rq->body, now, &run, &refusal))
        return refuse_body(rq, &refusal);
    run.workspace = rq->ctx.workspace->id;
    if (!fixture_check_run(rq->ctx.store, &run, &refusal) ||
        !callback_check(&rq->arena, rq->body, &refusal))
        return refuse_body(rq, &refusal);
    enum error e = run_create_with_outputs(rq, &run);
    if (e)
        return request_fail(rq, e);

    return reply_created(out, json_run_detail(rq, &run));
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

    rq->transition.before = run_statuses[run.status].name;
    e = run_apply(&rq->ctx, &run, event, &cause);
    rq->transition.after = run_statuses[run.status].name;
    if (e == ERROR_EVENT_REFUSED)
        return request_refuse(rq, e, "flow run is %s, in which %s is not possible",
                              run_statuses[run.status].name, name);
    if (e)
        return request_fail(rq, e);

    return reply_ok(out, json_run_detail(rq, &run));
}
