#include "store/engine/engine.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/due_queue.h"
#include "store/engine/plan_step.h"
#include "store/run/flow.h"
#include "store/schedule/schedule.h"

static enum error fire_run(struct plan_step *step, struct due_queue *queue,
                           const struct due_run *due)
{
    step->run = due->run;
    step->ctx.now = due->run.due_at;
    enum error e = plan_step_execute(step);
    return e ? e : due_queue_update(queue, &step->run);
}

/* A schedule starts a run of its flow. Where no run can be any more it fires in vain: a firing that
 * failed would be tried again for ever, and nothing else would happen. */
static enum error fire_schedule(struct plan_step *step, struct due_queue *queue,
                                struct schedule *schedule)
{
    struct run_start start = {
        .flow_slug = schedule->flow_slug,
        .request = schedule->request,
        .callback_url = schedule->callback_url,
        .callback_headers = schedule->callback_headers,
        .callback_on = schedule->callback_on,
        .schedule_uid = schedule->uid,
    };

    step->ctx.now = schedule->next_execution_at;
    enum error e = plan_step_start_run(step, &start);
    if (e == ERROR_NO_ID_LEFT)
        return schedule_fired(step->ctx.store, step->ctx.workspace, schedule);
    if (e)
        return e;
    struct fired *fired = plan_step_log_append(step);
    fired->schedule_uid = plan_step_log_strdup(step, fired, schedule->uid);
    due_queue_add(queue, &step->run);
    return schedule_fired(step->ctx.store, step->ctx.workspace, schedule);
}

static bool comes_first(const struct schedule *schedule, const struct due_run *due)
{
    if (!*schedule->uid || !due)
        return *schedule->uid != '\0';
    return schedule->next_execution_at < due->run.due_at ||
           (schedule->next_execution_at == due->run.due_at && schedule->due_seq < due->run.due_seq);
}

/* Finds the schedule that fires next, which changes only when one has fired. */
static enum error find_schedule(struct plan_step *step, int64_t until, struct schedule *out)
{
    struct ctx ctx = step->ctx;

    arena_reset(&step->schedule_arena);
    ctx.arena = &step->schedule_arena;
    return schedule_next(&ctx, until, out);
}

/* What is due first happens; *done when nothing is. */
static enum error fire_next(struct plan_step *step, struct due_queue *queue,
                            struct schedule *schedule, bool *done)
{
    struct due_run *due;
    enum error e = due_queue_first(queue, &due);

    *done = !e && !due && !*schedule->uid;
    if (e || *done)
        return e;
    if (!comes_first(schedule, due))
        return fire_run(step, queue, due);
    e = fire_schedule(step, queue, schedule);
    return e ? e : find_schedule(step, queue->until, schedule);
}

static bool should_stop(const struct plan_step *step)
{
    if (step->log && step->log->total >= step->log->limit)
        return true;
    return step->ctx.store->should_yield &&
           step->ctx.store->should_yield(step->ctx.store->yield_context);
}

static enum error fire_until(struct plan_step *step, int64_t until)
{
    struct due_queue queue = {
        .store = step->ctx.store, .workspace = step->ctx.workspace, .until = until};
    struct schedule schedule;
    enum error e = find_schedule(step, until, &schedule);
    bool done = false;

    while (!e && !done) {
        e = fire_next(step, &queue, &schedule, &done);
        arena_reset(step->ctx.arena);
        if (should_stop(step))
            break;
    }
    return due_queue_close(&queue, e);
}

enum error engine_find_next_due(struct store *store, struct workspace *workspace)
{
    struct stmt s = stmt_take(store, STMT_ENGINE_NEXT_DUE);

    stmt_bind_int(&s, workspace->id);
    workspace->cache.next_due = INSTANT_NONE;
    while (stmt_next(&s))
        workspace_note_due(store, workspace, stmt_instant(&s));
    return stmt_done(&s);
}

bool engine_is_behind(const struct workspace *workspace, int64_t until)
{
    return workspace->cache.next_due != INSTANT_NONE && workspace->cache.next_due <= until;
}

enum error engine_fire(struct store *store, struct workspace *workspace, int64_t until,
                       struct fired_log *log)
{
    struct arena arena = {0}, plans_arena = {0};
    struct plan_step step = {
        .ctx = {.store = store,
                .arena = &arena,
                .workspace = workspace,
                .assumptions = workspace->assumptions},
        .plans_arena = &plans_arena,
        .log = log,
    };

    if (!engine_is_behind(workspace, until))
        return ERROR_NONE;
    enum error e = transaction_begin(store, workspace);
    if (e)
        return e;
    e = fire_until(&step, until);
    e = transaction_end(store, e ? e : engine_find_next_due(store, workspace));
    arena_release(&arena);
    arena_release(&plans_arena);
    arena_release(&step.schedule_arena);
    return e;
}

enum error engine_start(const struct ctx *ctx, const struct run_start *start, struct run *out)
{
    struct plan_step step = {.ctx = ctx_unrecorded(ctx)};
    enum error e = flow_check(ctx->store, ctx->workspace->id, start->flow_slug);
    if (e)
        return e;

    e = transaction_begin(ctx->store, ctx->workspace);
    if (e)
        return e;
    e = transaction_end(ctx->store, plan_step_start_run(&step, start));
    if (!e)
        *out = step.run;
    return e;
}

/* Where the plan of a run goes on. A run that a fixture left says nothing of it. */
static enum error find_resume_position(struct plan_step *step, enum run_status stopped,
                                       int64_t *out)
{
    *out = step->run.plan_next;
    if (*out >= 0)
        return ERROR_NONE;
    *out = 0;
    if (stopped != RUN_BLOCKED)
        return ERROR_NONE;
    return flow_plan_after_block(step->ctx.store, step->ctx.workspace->id, step->run.flow_slug,
                                 out);
}

enum error engine_resume(const struct ctx *ctx, struct run *run)
{
    struct plan_step step = {.ctx = ctx_unrecorded(ctx), .run = *run};
    int64_t position;

    enum error e = run_step(ctx, &step.run, RUN_ON_RESUME, NULL);
    if (!e && step.run.flow_slug) {
        e = find_resume_position(&step, run->status, &position);
        if (!e)
            e = plan_step_schedule_next(&step, position);
    }
    if (!e)
        e = run_save(ctx->store, run, &step.run);
    if (!e)
        *run = step.run;
    return e;
}
