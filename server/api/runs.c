/* The handlers of flow runs and of what they brought forth (API.md sections 4 and 6). */
#include "server/api/run_json.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/run/output.h"

/* What the header Emulator-Race asks for happens first, or instead. */
static enum error cancel(struct request *rq, struct run *run)
{
    enum error e = ERROR_NONE;

    if (rq->forced_race == FORCED_RACE_CANCEL_WINS)
        return forced_race_cancel(&rq->ctx, run);
    if (rq->forced_race == FORCED_RACE_FINISH_WINS)
        e = forced_race_finish(&rq->ctx, run);
    return e ? e : run_apply(&rq->ctx, run, RUN_ON_CANCEL, NULL);
}

enum outcome op_cancel_flow_run(struct request *rq, struct reply *out)
{
    struct run run;
    enum error e = run_get(&rq->ctx, rq->param[0], &run);
    if (e)
        return request_fail(rq, e);

    rq->transition.before = run_statuses[run.status].name;
    e = cancel(rq, &run);
    rq->transition.after = run_statuses[run.status].name;
    if (e == ERROR_NOT_CANCELLABLE)
        return request_refuse(rq, e, "flow run is %s and cannot be cancelled",
                              json_run_status(rq, &run));
    if (e)
        return request_fail(rq, e);

    return reply_ok(out, json_run(rq, &run));
}

enum outcome op_resume_flow_run(struct request *rq, struct reply *out)
{
    struct run run;
    enum error e = run_get(&rq->ctx, rq->param[0], &run);
    if (e)
        return request_fail(rq, e);

    rq->transition.before = run_statuses[run.status].name;
    e = engine_resume(&rq->ctx, &run);
    rq->transition.after = run_statuses[run.status].name;
    if (e == ERROR_NOT_RESUMABLE)
        return request_refuse(rq, e, "flow run is %s and cannot be resumed",
                              json_run_status(rq, &run));
    if (e)
        return request_fail(rq, e);

    return reply_ok(out, json_run(rq, &run));
}

enum outcome op_get_flow_run(struct request *rq, struct reply *out)
{
    struct run run;
    enum error e = run_get(&rq->ctx, rq->param[0], &run);
    if (e)
        return request_fail(rq, e);

    return reply_ok(out, json_run_detail(rq, &run));
}

enum outcome op_list_flow_runs(struct request *rq, struct reply *out)
{
    struct list_query query = {
        .statuses = request_texts(rq, "status"),
        .filter[LIST_BY_UID] = request_texts(rq, "uid"),
        .filter[LIST_BY_USER] = request_texts(rq, "user_uid"),
        .filter[LIST_BY_WORKSPACE] = request_texts(rq, "workspace_uid"),
        .sorts = request_texts(rq, "sort"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
    };
    struct list_page page;
    enum error e = run_list(&rq->ctx, &query, &page);
    if (e)
        return request_fail(rq, e);

    return reply_ok(out, json_run_page(rq, &page));
}

enum outcome op_list_flow_run_outputs(struct request *rq, struct reply *out)
{
    struct run run;
    enum error e = run_get(&rq->ctx, rq->param[0], &run);
    if (e)
        return request_fail(rq, e);

    struct output_query query = {
        .run_uid = run.uid,
        .step_uid = json_text(rq->query, "step_uid"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
    };
    struct text_list page;
    e = output_list(&rq->ctx, &query, &page);
    if (e)
        return request_fail(rq, e);

    json_run_note_outputs(rq, &run);
    struct strbuf body = {.arena = &rq->arena};
    json_write_open(&body, NULL, '[');
    for (int i = 0; i < page.count; i++)
        json_write_json(&body, NULL, page.text[i]);
    json_write_close(&body, ']');
    return reply_ok(out, body);
}
