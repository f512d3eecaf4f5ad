#include "store/engine/engine.h"

#include "store/base/instant.h"
#include "store/callback/outbox.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/due_queue.h"
#include "store/engine/plan_step.h"
#include "store/run/flow.h"
#include "store/schedule/schedule.h"

#include <string.h>

enum {
    RETRY_DELAY = 1000, /* ms until a firing that failed is attempted again */
    ASLEEP = 10000      /* ms that a schedule is late because the process did not run */
};

static enum error fire_run(struct plan_step *step, struct due_queue *queue,
                           const struct due_run *due)
{
    step->trigger = (struct trigger){TRIGGER_PLAN, (int32_t)due->run.plan_next, NULL};
    step->run = due->run;
    step->source = due->source;
    step->source_arena = &queue->arena;
    step->ctx.now = due->run.due_at;
    enum error e = plan_step_execute(step);
    return e ? e : due_queue_update(queue, step);
}

/* If no run can be created, the firing is skipped: one that failed would be attempted again for
 * ever, and block all others. */
static enum error fire_schedule(struct plan_step *step, struct due_queue *queue,
                                struct schedule *schedule)
{
    struct run *run = &step->run;

    step->trigger = (struct trigger){TRIGGER_SCHEDULE, 0, schedule->uid};
    run_init(run);
    run->flow_slug = schedule->flow_slug;
    run->callback_url = schedule->callback_url;
    run->callback_headers = schedule->callback_headers;
    run->callback_on = schedule->callback_on;
    memcpy(run->schedule_uid, schedule->uid, UID_SIZE);
    step->ctx.now = schedule->next_execution_at;
    enum error e = plan_step_start(step, schedule->request);
    if (!e) {
        plan_step_log(step, (struct fired){.schedule_uid = schedule->uid});
        due_queue_add(queue, run);
    }
    if (e && e != ERROR_NO_ID_LEFT)
        return e;
    return schedule_fired(step->ctx.store, step->ctx.workspace, schedule);
}

static bool comes_first(const struct schedule *schedule, const struct due_run *due)
{
    if (!*schedule->uid || !due)
        return *schedule->uid != '\0';
    return schedule->next_execution_at < due->run.due_at ||
           (schedule->next_execution_at == due->run.due_at && schedule->due_seq < due->run.due_seq);
}

/* Finds the schedule that fires next. It changes only when a schedule has fired. */
static enum error find_schedule(struct plan_step *step, int64_t until, struct schedule *out)
{
    struct ctx ctx = step->ctx;

    arena_reset(&step->schedule_arena);
    ctx.arena = &step->schedule_arena;
    return schedule_next(&ctx, until, out);
}

/* Fires the event that is due first; *done when there is none. */
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
    const struct store *store = step->ctx.store;

    return (step->log && step->log->total >= step->log->limit) ||
           (store->should_yield && store->should_yield(store->yield_context));
}

static enum error fire_until(struct plan_step *step, int64_t until)
{
    struct due_queue queue = {
        .store = step->ctx.store, .workspace = step->ctx.workspace, .until = until};
    struct schedule schedule;
    enum error e = find_schedule(step, until, &schedule);
    bool done = false;

    step->ctx.trigger = &step->trigger;
    while (!e && !done) {
        e = fire_next(step, &queue, &schedule, &done);
        arena_reset(step->ctx.arena);
        if (should_stop(step))
            break;
    }
    e = due_queue_close(&queue, e);
    return e ? e : engine_find_next_due(step->ctx.store, step->ctx.workspace);
}

enum error engine_find_next_due(struct store *store, struct workspace *workspace)
{
    struct stmt s = stmt_take_in(store, STMT_ENGINE_NEXT_DUE, workspace->id);

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
    e = transaction_end(store, fire_until(&step, until));
    arena_release(&arena);
    arena_release(&plans_arena);
    arena_release(&step.schedule_arena);
    return e;
}

enum error engine_catch_up(struct store *store, struct workspace *workspace, int64_t now)
{
    bool late = !workspace->cache.clock.frozen && engine_is_behind(workspace, now - ASLEEP);
    enum error e = late ? transaction_begin(store, workspace) : ERROR_NONE;

    if (e)
        return e;
    if (late)
        e = transaction_end(store, schedule_wake(store, workspace, now - ASLEEP, now));
    return e ? e : engine_fire(store, workspace, now, NULL);
}

enum error engine_set_clock(struct store *store, struct workspace *workspace,
                            const struct clock *clock, struct fired_log *log, bool *there)
{
    int64_t now = clock_now(clock);
    struct clock to = *clock;

    if (now < workspace->cache.shown.now) /* a real clock has gone on since the request began */
        return ERROR_CLOCK_REFUSED;
    enum error e = transaction_begin(store, workspace);
    if (e)
        return e;
    e = engine_fire(store, workspace, now, log);
    bool behind = engine_is_behind(workspace, now);
    if (behind && to.frozen)
        to.at = workspace->cache.next_due;
    else if (behind)
        to = clock_from(workspace->cache.next_due);
    e = transaction_end(store, e ? e : workspace_set_clock(store, workspace, &to));
    if (e)
        return e;
    *there = !behind;
    workspace_note_due(store, workspace, workspace->cache.next_due);
    outbox_recheck(store, workspace);
    return ERROR_NONE;
}

int64_t engine_next_wake(const struct store *store)
{
    return store->next_wake;
}

static void wake_workspace(struct store *store, struct workspace *workspace)
{
    if (workspace->cache.clock.frozen || workspace->busy)
        return;
    int64_t now = workspace_now(workspace);
    if (engine_catch_up(store, workspace, now) == ERROR_NONE)
        workspace_note_due(store, workspace, workspace->cache.next_due);
    else
        workspace_arm_timer(store, workspace, now + RETRY_DELAY);
    outbox_recheck(store, workspace);
}

void engine_release(struct store *store, struct workspace *workspace)
{
    workspace->busy = false;
    workspace_note_due(store, workspace, workspace->cache.next_due);
    outbox_recheck(store, workspace);
    workspace_changed(workspace);
}

void engine_delay_wake(struct store *store)
{
    int64_t earliest = clock_monotonic_us() / 1000 + RETRY_DELAY;

    if (store->next_wake != INSTANT_NONE && store->next_wake < earliest)
        store->next_wake = earliest;
}

void engine_wake(struct store *store)
{
    store->next_wake = INSTANT_NONE;
    for (int64_t place = 1; place <= workspace_count(store); place++) {
        if (workspace_at(store, place))
            wake_workspace(store, workspace_at(store, place));
    }
}

enum error engine_start(const struct ctx *ctx, struct run *run, const char *request)
{
    struct plan_step step = {.ctx = ctx_unrecorded(ctx), .run = *run};
    bool lone = !run->callback_url && !strstr(request, "\"steps\""); /* it writes no other row */
    enum error e = lone ? transaction_begin_lone(ctx->store, ctx->workspace)
                        : transaction_begin(ctx->store, ctx->workspace);

    if (e)
        return e;
    e = transaction_end(ctx->store, plan_step_start(&step, request));
    if (!e)
        *run = step.run;
    return e;
}

/* Where the plan of a run continues, and of which version of its flow. A run that followed no plan
 * yet begins that of its flow as it is now, and a blocked one from a fixture after the first BLOCK.
 */
static enum error find_resume_position(const struct ctx *ctx, const struct run *run,
                                       int64_t *version, int64_t *out)
{
    struct plan plan;

    *version = run->plan_next < 0 ? -1 : run->flow_version;
    *out = run->plan_next < 0 ? 0 : run->plan_next;
    if (run->plan_next >= 0)
        return ERROR_NONE;
    enum error e = flow_get_version(ctx->store, ctx->workspace->id, run->flow_slug, version);
    if (e || run->status != RUN_BLOCKED)
        return e == ERROR_FLOW_NOT_FOUND ? ERROR_NONE : e;
    e = flow_plan(ctx, (struct flow_key){run->flow_slug, *version}, &plan);
    for (int64_t i = 0; !e && !*out && i < plan.count; i++) {
        if (plan.item[i].is_event && plan.item[i].event == RUN_ON_BLOCK)
            *out = i + 1;
    }
    return e;
}

enum error engine_resume(const struct ctx *ctx, struct run *run)
{
    struct plan_step step = {.ctx = ctx_unrecorded(ctx), .run = *run};
    int64_t position;

    enum error e = run_step(ctx, &step.run, RUN_ON_RESUME, NULL);
    if (!e && run->flow_slug) {
        e = find_resume_position(ctx, run, &step.run.flow_version, &position);
        if (!e)
            e = plan_step_schedule_next(&step, position);
    }
    if (!e)
        e = run_save(ctx->store, run, &step.run);
    if (!e)
        *run = step.run;
    return e;
}

/* The next item of the plan, or success. */
static enum error step_towards_end(struct plan_step *step)
{
    if (step->run.due_at != INSTANT_NONE)
        return plan_step_execute(step);
    return run_step(&step->ctx, &step->run,
                    step->run.status == RUN_RUNNING ? RUN_ON_FINISH : RUN_ON_START, NULL);
}

static enum error run_to_end(struct plan_step *step)
{
    enum error e = ERROR_NONE;

    while (!e && !run_statuses[step->run.status].halted) {
        struct run before = step->run;
        e = step_towards_end(step);
        if (!e)
            e = run_save(step->ctx.store, &before, &step->run);
    }
    return e;
}

enum error forced_race_finish(const struct ctx *ctx, struct run *run)
{
    struct plan_step step = {.ctx = ctx_unrecorded(ctx), .run = *run};
    enum error e = transaction_begin(ctx->store, ctx->workspace);

    if (e)
        return e;
    e = transaction_end(ctx->store, run_to_end(&step));
    if (!e)
        *run = step.run;
    return e;
}

enum error forced_race_cancel(const struct ctx *ctx, struct run *run)
{
    struct run next = *run;

    if (!run_statuses[run->status].tells_end || ctx->now - run->finished_at > FORCED_RACE_WINDOW)
        return run_apply(ctx, run, RUN_ON_CANCEL, NULL);
    next.status = RUN_RUNNING;
    next.error_label = next.error_message = NULL;
    enum error e = run_step(ctx, &next, RUN_ON_CANCEL, NULL);
    if (!e)
        e = run_save(ctx->store, run, &next);
    if (!e)
        *run = next;
    return e;
}
