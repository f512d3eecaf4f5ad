#include "store/run.h"

#include "store/base/instant.h"
#include "store/output.h"
#include "store/stmt.h"
#include "store/transaction.h"

#include <assert.h>
#include <string.h>

void run_init(struct run *run)
{
    memset(run, 0, sizeof *run);
    run->status = RUN_CREATED;
    run->started_at = run->finished_at = run->created_at = INSTANT_NONE;
    run->updated_at = run->synced_at = INSTANT_NONE;
}

/* Whether a run in this status has started: all have, but for those still waiting and those whose
 * inputs were wrong. */
static bool has_started(enum run_status status)
{
    return status == RUN_RUNNING || status == RUN_BLOCKED ||
           (run_status_finished(status) && status != RUN_INVALID);
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
    if (run->started_at == INSTANT_NONE && has_started(run->status))
        run->started_at =
            earliest(run->created_at + step, earliest(run->finished_at, run->updated_at));
    if (run->finished_at == INSTANT_NONE && run_status_finished(run->status))
        run->finished_at =
            earliest(latest(run->created_at, run->started_at) + step, run->updated_at);
    if (run->updated_at == INSTANT_NONE)
        run->updated_at = latest(latest(run->created_at, run->started_at), run->finished_at);
}

enum error run_add(struct store *store, const struct run *run)
{
    struct stmt s = stmt_take(store, STMT_RUN_ADD);

    stmt_bind_int(&s, run->workspace);
    stmt_bind_text(&s, run->uid);
    stmt_bind_int(&s, run->id);
    stmt_bind_text(&s, run_status_shown(run->status));
    stmt_bind_int(&s, run->status == RUN_CANCELLED);
    stmt_bind_uid(&s, run->user_uid);
    stmt_bind_uid(&s, run->workspace_uid);
    stmt_bind_text(&s, run->error_label);
    stmt_bind_text(&s, run->error_message);
    stmt_bind_text(&s, run->callback_url);
    stmt_bind_text(&s, run->callback_headers);
    stmt_bind_text(&s, run->callback_on);
    stmt_bind_int(&s, run->output_count);
    stmt_bind_uid(&s, run->schedule_uid);
    stmt_bind_instant(&s, run->started_at);
    stmt_bind_instant(&s, run->finished_at);
    stmt_bind_instant(&s, run->created_at);
    stmt_bind_instant(&s, run->updated_at);
    stmt_bind_text(&s, run->workflow_uid);
    stmt_bind_int(&s, run->account_rotation);
    stmt_bind_instant(&s, run->synced_at);
    stmt_bind_text(&s, run->flow_slug);
    return stmt_run_new(&s);
}

void run_default_workflow(char out[UID_SIZE])
{
    uid_derive(uid_seed(0, "workflow"), 0, out);
}

enum error run_create(struct store *store, struct workspace *workspace, struct run *run)
{
    run->workspace = workspace->id;
    if (!run->id)
        run->id = workspace->last_id + 1;
    if (!*run->uid)
        uid_derive(uid_seed(workspace->seed, "run"), (uint64_t)run->id, run->uid);
    if (!*run->user_uid)
        memcpy(run->user_uid, workspace->user_uid, UID_SIZE);
    if (!*run->workspace_uid)
        memcpy(run->workspace_uid, workspace->uid, UID_SIZE);
    if (!*run->workflow_uid)
        run_default_workflow(run->workflow_uid);

    enum error e = run_add(store, run);
    if (e)
        return e;
    workspace->runs++;
    if (run->id > workspace->last_id)
        workspace->last_id = run->id;
    return ERROR_NONE;
}

void run_read(struct stmt *s, struct arena *arena, struct run *out)
{
    out->id = stmt_int(s);
    stmt_uid(s, out->uid);
    const char *status = stmt_peek(s);
    bool cancelled = stmt_int(s);
    if (!status || !run_status_is(status)) {
        s->failed = true; /* only a damaged file has another */
        status = run_status_shown(RUN_CREATED);
    }
    out->status = run_status_from(status, cancelled);
    stmt_uid(s, out->user_uid);
    stmt_uid(s, out->workspace_uid);
    out->error_label = stmt_text(s, arena);
    out->error_message = stmt_text(s, arena);
    out->callback_url = stmt_text(s, arena);
    out->output_count = stmt_int(s);
    stmt_uid(s, out->schedule_uid);
    out->started_at = stmt_instant(s);
    out->finished_at = stmt_instant(s);
    out->created_at = stmt_instant(s);
    out->updated_at = stmt_instant(s);
    stmt_uid(s, out->workflow_uid);
    out->account_rotation = stmt_int(s);
    out->synced_at = stmt_instant(s);
    out->callback_headers = out->callback_on = out->flow_slug = NULL;
}

enum error run_get(struct store *store, struct arena *arena, const struct workspace *workspace,
                   const char *uid, struct run *out)
{
    struct stmt s = stmt_take(store, STMT_RUN_GET);

    stmt_bind_int(&s, workspace->id);
    stmt_bind_text(&s, uid);
    bool found = stmt_next(&s);
    if (found) {
        out->workspace = workspace->id;
        run_read(&s, arena, out);
    }
    enum error e = stmt_done(&s);
    if (e)
        return e;
    return found ? ERROR_NONE : ERROR_RUN_NOT_FOUND;
}

/* The run as it will be once it has taken this step. */
static struct run after(const struct run *run, enum run_status to, int64_t now)
{
    struct run next = *run;

    next.status = to;
    next.updated_at = now;
    next.finished_at = run_status_finished(to) ? now : INSTANT_NONE;
    if (to == RUN_RUNNING && next.started_at == INSTANT_NONE)
        next.started_at = now;
    return next;
}

/* What a cancel does beyond the change of status (API.md section 4). */
static void lose_work(const struct assumptions *assumptions, struct run *next)
{
    if (assumption_is(assumptions, ASSUME_CANCEL_OUTPUTS, "discard"))
        next->output_count = 0;
    if (assumption_is(assumptions, ASSUME_CANCEL_FINISHED_AT, "null"))
        next->finished_at = INSTANT_NONE;
}

static void take_cause(const struct run_cause *cause, struct run *next)
{
    next->error_label = "GENERIC_ERROR";
    next->error_message = "The flow run failed";
    if (cause && cause->label)
        next->error_label = cause->label;
    if (cause && cause->message)
        next->error_message = cause->message;
}

static enum error write_change(struct store *store, const struct run *old, const struct run *next)
{
    struct stmt s = stmt_take(store, STMT_RUN_CHANGE);

    stmt_bind_text(&s, run_status_shown(next->status));
    stmt_bind_int(&s, next->status == RUN_CANCELLED);
    stmt_bind_text(&s, next->error_label);
    stmt_bind_text(&s, next->error_message);
    stmt_bind_int(&s, next->output_count);
    stmt_bind_instant(&s, next->started_at);
    stmt_bind_instant(&s, next->finished_at);
    stmt_bind_instant(&s, next->updated_at);
    stmt_bind_int(&s, old->workspace);
    stmt_bind_text(&s, old->uid);
    stmt_bind_text(&s, run_status_shown(old->status));
    stmt_bind_int(&s, old->status == RUN_CANCELLED);
    return stmt_run_one(&s);
}

/* The change and the loss of its outputs, as one transaction. */
static enum error write_discarding(struct store *store, const struct run *old,
                                   const struct run *next)
{
    enum error e = transaction_begin(store);

    if (e)
        return e;
    e = write_change(store, old, next);
    return transaction_end(store, e ? e : output_discard(store, old->workspace, old->uid));
}

enum error run_apply(struct store *store, struct run *run, enum run_event event,
                     const struct run_cause *cause, int64_t now)
{
    const struct assumptions *assumptions = &store->config.assumptions;
    struct run_step step = run_machine_step(assumptions, run->status, event);

    if (step.refusal)
        return step.refusal;
    if (step.to == run->status)
        return ERROR_NONE;

    struct run next = after(run, step.to, now);
    if (event == RUN_ON_CANCEL)
        lose_work(assumptions, &next);
    if (event == RUN_ON_FAIL)
        take_cause(cause, &next);
    if (event == RUN_ON_RESUME)
        next.error_label = next.error_message = NULL;

    enum error e = next.output_count < run->output_count ? write_discarding(store, run, &next)
                                                         : write_change(store, run, &next);
    if (!e)
        *run = next;
    return e;
}
