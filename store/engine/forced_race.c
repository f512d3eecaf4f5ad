#include "store/engine/forced_race.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/plan_step.h"

/* One step nearer to the end: the next item of the plan, or success. */
static enum error step_towards_end(struct plan_step *step)
{
    if (step->run.due_at != INSTANT_NONE)
        return plan_step_execute(step);
    if (step->run.status != RUN_RUNNING)
        return run_step(&step->ctx, &step->run, RUN_ON_START, NULL);
    return run_step(&step->ctx, &step->run, RUN_ON_FINISH, NULL);
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
