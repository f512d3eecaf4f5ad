/* The handlers of flow runs and their outputs (API.md sections 4 and 6). */
#include "server/api/run_json.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/run/output.h"

enum { RUNS_AT_ONCE = 4000 }; /* a list that has to look at more is read in parts */

/* A forced race may ask for another event before the cancel, or instead. */
static enum error run_cancel(struct request *rq, struct run *run)
{
    enum error e = ERROR_NONE;

    if (rq->forced_race == FORCED_RACE_CANCEL_WINS)
        return forced_race_cancel(&rq->ctx, run);
    if (rq->forced_race == FORCED_RACE_FINISH_WINS)
        e = forced_race_finish(&rq->ctx, run);
    return e ? e : run_apply(&rq->ctx, run, RUN_ON_CANCEL, NULL);
}

static enum error run_resume(struct request *rq, struct run *run)
{
    return engine_resume(&rq->ctx, run);
}

/* Applies an action to the run of the path. `done` is its participle, for the message. */
static enum outcome run_act(struct request *rq, struct reply *out,
                            enum error (*action)(struct request *rq, struct run *run),
                            const char *done)
{
    struct run run;
    enum error e = run_get(&rq->ctx, rq->param[0], &run);
    if (e)
        return request_fail(rq, e);

    rq->transition.before = run_statuses[run.status].shown;
    rq->shown.status_before = run.status;
    e = action(rq, &run);
    rq->transition.after = run_statuses[run.status].shown;
    rq->transition.run_status = run.status;
    if (e == ERROR_NOT_CANCELLABLE || e == ERROR_NOT_RESUMABLE)
        return request_refuse(rq, e, "flow run is %s and cannot be %s", json_run_status(rq, &run),
                              done);
    return e ? request_fail(rq, e) : reply_ok(out, json_run(rq, &run, NULL));
}

enum outcome op_cancel_flow_run(struct request *rq, struct reply *out)
{
    return run_act(rq, out, run_cancel, "cancelled");
}

enum outcome op_resume_flow_run(struct request *rq, struct reply *out)
{
    return run_act(rq, out, run_resume, "resumed");
}

enum outcome op_get_flow_run(struct request *rq, struct reply *out)
{
    struct run run;
    enum error e = run_get(&rq->ctx, rq->param[0], &run);
    if (e)
        return request_fail(rq, e);

    rq->transition.before = rq->transition.after = run_statuses[run.status].shown;
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
    query.peek = query.statuses.count > 0;
    for (int i = 0; i < LIST_FILTER_COUNT; i++)
        query.peek |= query.filter[i].count > 0;
    if (!rq->is_long_call && rq->ctx.workspace->cache.runs > RUNS_AT_ONCE &&
        list_takes_long(&query))
        return request_postpone(rq, POSTPONED_AS_LONG), PENDING;
    struct list_page page;
    struct strbuf body = json_write_begin(&rq->arena, '[');
    enum error e = run_list_shown(&rq->ctx, &query, &page);

    if (e)
        return request_fail(rq, e);

    const struct run *runs = page.rows;
    bool more = query.peek ? page.more : query.offset + page.count < rq->ctx.workspace->cache.runs;
    request_note_list(rq, query.offset, page.count, more);
    for (int i = 0; i < page.count; i++)
        json_write_run(rq, &body, NULL, &runs[i]);
    return reply_ok(out, json_write_end(&body, ']'));
}

enum outcome op_list_flow_run_outputs(struct request *rq, struct reply *out)
{
    struct output_query query = {
        .run_uid = rq->param[0],
        .step_uid = json_text(rq->query, "step_uid"),
        .limit = json_integer(rq->query, "limit", 0),
        .offset = json_integer(rq->query, "offset", 0),
    };
    struct run run;
    struct text_list page;
    struct strbuf body = json_write_begin(&rq->arena, '[');
    enum error e = run_get(&rq->ctx, query.run_uid, &run);
    query.limit++; /* the one after the page is not shown */
    if (!e)
        e = output_list(&rq->ctx, &query, &page);
    if (e)
        return request_fail(rq, e);

    json_run_note_outputs(rq, &run);
    bool more = page.count == query.limit;
    request_note_list(rq, query.offset, page.count - more, more);
    for (int i = 0; i < rq->shown.rows; i++)
        json_write_json(&body, NULL, page.text[i]);
    return reply_ok(out, json_write_end(&body, ']'));
}
