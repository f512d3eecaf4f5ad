#include "store/run/run.h"

#include "store/base/instant.h"
#include "store/callback/outbox.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/run/flow.h"
#include "store/run/life.h"
#include "store/run/output.h"
#include "store/run/run_row.h"

#include <assert.h>
#include <string.h>

#define INIT_RUN_STATUS(name) row->name = RUN_CREATED;
#define INIT_RUN_CANCELLED(name)
#define INIT_HAS_EXTRA(name)
#define INIT_WORKFLOW_UID(name)

void run_init(struct run *row)
{
    memset(row, 0, sizeof *row);
#define COLUMN COLUMN_INIT
#include "store/run/run_columns.def"
    row->plan_next = -1;
}

static int64_t earliest(int64_t a, int64_t b)
{
    if (a == INSTANT_NONE || b == INSTANT_NONE)
        return a == INSTANT_NONE ? b : a;
    return a < b ? a : b;
}

static int64_t latest(int64_t a, int64_t b)
{
    return a > b ? a : b; /* INSTANT_NONE is the least of all */
}

void run_fill_times(struct run *run, int64_t first, int64_t step)
{
    int64_t given = earliest(earliest(run->started_at, run->finished_at), run->updated_at);

    if (run->created_at == INSTANT_NONE)
        run->created_at = given == INSTANT_NONE ? first : given;
    if (run->started_at == INSTANT_NONE && run_statuses[run->status].started)
        run->started_at =
            earliest(run->created_at + step, earliest(run->finished_at, run->updated_at));
    if (run->finished_at == INSTANT_NONE && run_statuses[run->status].finished)
        run->finished_at =
            earliest(latest(run->created_at, run->started_at) + step, run->updated_at);
    if (run->updated_at == INSTANT_NONE)
        run->updated_at = latest(latest(run->created_at, run->started_at), run->finished_at);
}

const char *run_no_flow_uid(void)
{
    static char uid[UID_SIZE];

    if (!*uid)
        uid_derive(uid_seed(0, "workflow"), 0, uid);
    return uid;
}

enum error run_fill_workflow(struct store *store, struct run *run)
{
    enum error e = ERROR_FLOW_NOT_FOUND;

    if (*run->workflow_uid)
        return ERROR_NONE;
    if (run->flow_slug)
        e = flow_get_uid(store, run->workspace, run->flow_slug, run->workflow_uid);
    if (e != ERROR_FLOW_NOT_FOUND)
        return e;
    memcpy(run->workflow_uid, run_no_flow_uid(), UID_SIZE);
    return ERROR_NONE;
}

enum error run_fill(struct store *store, const struct workspace *workspace, struct run *run)
{
    run->workspace = workspace->id;
    if (!run->id && workspace->cache.last_id >= RUN_NUMBER_MAX)
        return ERROR_NO_ID_LEFT;
    if (!run->id)
        run->id = workspace->cache.last_id + 1;
    if (!*run->uid)
        uid_derive(uid_seed(workspace->seed, "run"), (uint64_t)run->id, run->uid);
    if (!*run->user_uid)
        memcpy(run->user_uid, workspace->user_uid, UID_SIZE);
    if (!*run->workspace_uid)
        memcpy(run->workspace_uid, workspace->uid, UID_SIZE);
    return run_fill_workflow(store, run);
}

enum error run_create(struct store *store, struct workspace *workspace, struct run *run)
{
    enum error e = run_fill(store, workspace, run);

    if (!e)
        e = workspace_touch(store, workspace->id);
    if (!e)
        e = run_add(store, run);
    if (e)
        return e;
    workspace->cache.runs++;
    workspace->cache.runs_by_status[run->status]++;
    if (run->id > workspace->cache.last_id)
        workspace->cache.last_id = run->id;
    if (run->due_seq > workspace->cache.last_seq)
        workspace->cache.last_seq = run->due_seq;
    workspace_note_due(store, workspace, run->due_at);
    return ERROR_NONE;
}

enum error run_add_inputs(struct store *store, const struct run *run, const char *inputs,
                          size_t size)
{
    struct stmt s = stmt_take_uid(store, STMT_RUN_INPUT_ADD, run->workspace, run->uid);

    stmt_bind_text_of(&s, inputs, size);
    return stmt_run(&s);
}

/* What a cancel does beyond the change of status (API.md section 4). */
static void apply_cancel(const struct ctx *ctx, struct run *run)
{
    if (run->output_count && assumption_is(ctx, ASSUME_CANCEL_OUTPUTS, "discard"))
        run->output_count = 0;
    if (assumption_is(ctx, ASSUME_CANCEL_FINISHED_AT, "null"))
        run->finished_at = INSTANT_NONE;
}

/* What a resume does beyond the change of status (API.md section 5). */
static void apply_resume(const struct ctx *ctx, struct run *run)
{
    if (run->error_label && assumption_is(ctx, ASSUME_RESUME_LAST_ERROR, "clear"))
        run->error_label = run->error_message = NULL;
    if (run->finished_at != INSTANT_NONE && assumption_is(ctx, ASSUME_RESUME_FINISHED_AT, "null"))
        run->finished_at = INSTANT_NONE;
}

const struct run_cause run_failed = {"GENERIC_ERROR", "The flow run failed"};

static void set_error(const struct run_cause *cause, struct run *run)
{
    run->error_label = cause->label ? cause->label : run_failed.label;
    run->error_message = cause->message ? cause->message : run_failed.message;
}

/* What an event changes beside the status and the times. */
static void apply_side_effects(const struct ctx *ctx, enum run_event event,
                               const struct run_cause *cause, struct run *run)
{
    if (event == RUN_ON_CANCEL)
        apply_cancel(ctx, run);
    if (event == RUN_ON_RESUME)
        apply_resume(ctx, run);
    if (cause && (cause->label || cause->message))
        set_error(cause, run);
    else if (event == RUN_ON_FAIL)
        set_error(&run_failed, run);
    if (run_statuses[run->status].halted)
        run->due_at = INSTANT_NONE;
    if (!run_event_finishes(event)) /* what was held is told before it */
        run->held_outputs = 0;
}

enum error run_step(const struct ctx *ctx, struct run *run, enum run_event event,
                    const struct run_cause *cause)
{
    struct run_step step = run_machine_step(ctx, run->status, event);

    if (step.refusal || step.to == run->status)
        return step.refusal;
    enum run_status from = run->status;
    run->status = step.to;
    life_note_status(ctx, run, event, from);
    run->updated_at = ctx->now;
    if (run_statuses[step.to].finished)
        run->finished_at = ctx->now;
    if (step.to == RUN_RUNNING && run->started_at == INSTANT_NONE)
        run->started_at = ctx->now;
    apply_side_effects(ctx, event, cause, run);
    return ERROR_NONE;
}

_Static_assert(WORKSPACE_STATUSES >= (int)RUN_STATUS_COUNT, "the cache counts every status");

int64_t run_count_shown(const struct workspace *workspace, const char *shown)
{
    int64_t count = 0;

    for (enum run_status i = 0; i < RUN_STATUS_COUNT; i++) {
        if (strcmp(run_statuses[i].shown, shown) == 0)
            count += workspace->cache.runs_by_status[i];
    }
    return count;
}

bool run_wants_all(const struct run *run)
{
    return run->callback_url && (!run->callback_on || strcmp(run->callback_on, "all") == 0);
}

enum error run_notify_status(struct store *store, struct workspace *workspace,
                             const struct run *run)
{
    const struct run_status_row *row = &run_statuses[run->status];
    struct ctx ctx = {.assumptions = workspace->assumptions};
    bool told = row->tells_end || (row->tells_progress && run_wants_all(run) &&
                                   assumption_is(&ctx, ASSUME_CALLBACK_PROGRESS, "every-status"));
    struct callback_report report = {.run_status = row->shown,
                                     .is_end = row->tells_end,
                                     .first = run->output_count - run->held_outputs,
                                     .count = run->held_outputs};

    return told ? outbox_add(store, workspace, run->uid, &report, run->updated_at) : ERROR_NONE;
}

/* Tells the run's client what changed: first of the outputs, but for those that are held. */
static enum error run_notify(struct store *store, struct workspace *workspace,
                             const struct run *old, const struct run *run)
{
    int64_t first = old->output_count - old->held_outputs;
    struct callback_report batch = {.run_status = run_statuses[RUN_RUNNING].shown,
                                    .first = first,
                                    .count = run->output_count - run->held_outputs - first};
    bool changed = run->status != old->status;
    enum error e = ERROR_NONE;

    if (changed && run_statuses[run->status].cancelled)
        return outbox_cancel_pending(store, workspace, run->uid);
    if (batch.count && run_wants_all(run))
        e = outbox_add(store, workspace, run->uid, &batch, run->updated_at);
    return e || !changed ? e : run_notify_status(store, workspace, run);
}

enum error run_save(struct store *store, const struct run *old, const struct run *run)
{
    bool loses = run->output_count < old->output_count;
    enum error e = workspace_touch(store, run->workspace);
    if (e)
        return e;
    if (!loses && !run->callback_url && !run_error_differs(old, run))
        return run_row_change(store, old, run);

    struct workspace *workspace = workspace_by_id(store, run->workspace);
    struct run row = *run;
    if (run_statuses[run->status].finished)
        row.held_outputs = 0;
    e = transaction_begin(store, workspace);
    if (e)
        return e;
    e = run_row_change(store, old, &row);
    if (!e && loses)
        e = output_discard(store, old->workspace, old->uid);
    if (!e && run->callback_url)
        e = run_notify(store, workspace, old, run);
    return transaction_end(store, e);
}

enum error run_apply(const struct ctx *ctx, struct run *run, enum run_event event,
                     const struct run_cause *cause)
{
    struct run next = *run;
    enum error e = run_step(ctx, &next, event, cause);

    next.held_outputs = 0; /* only the plan's own end takes them with it */
    if (e || next.status == run->status)
        return e;
    e = run_save(ctx->store, run, &next);
    if (!e)
        *run = next;
    return e;
}
